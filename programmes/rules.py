"""Who may do what with a programme or an enquiry: the provider's team, and the sender."""

from __future__ import annotations

import rules

from lpdqa.accounts.models import User
from lpdqa.accounts.rules import is_administrator
from programmes.models import Enquiry, EnquiryRecipient, Feedback, SavedSearch
from programmes.queries.feedback import is_public
from providers.rules import is_editor, is_member


@rules.predicate
def is_delivered(user: User, recipient: EnquiryRecipient) -> bool:
    """The sender has confirmed it: before that nobody but the sender may know of it."""
    return recipient.state != "waiting"


@rules.predicate
def may_follow(user: User, enquiry: Enquiry) -> bool:
    """Of an account: its holder. Without one: whoever holds the code, which the address says."""
    return enquiry.sender_id is None or (user.is_authenticated and user.pk == enquiry.sender_id)


@rules.predicate
def owns_search(user: User, search: SavedSearch) -> bool:
    return bool(user.is_authenticated and user.pk == search.owner_id)


@rules.predicate
def is_public_feedback(user: User, feedback: Feedback) -> bool:
    """A team reads what commissioners say where everyone does, and not before."""
    return is_public(feedback)


rules.add_perm("programmes.edit_programme", is_editor)
rules.add_perm("programmes.read_enquiries", is_member)
rules.add_perm("programmes.read_enquiry", is_delivered & is_member)
rules.add_perm("programmes.answer_enquiry", is_delivered & is_editor)
rules.add_perm("programmes.follow_enquiry", may_follow)
rules.add_perm("programmes.own_search", owns_search)
rules.add_perm("programmes.reply_feedback", is_editor & is_public_feedback)
# What commissioners write, and enquiries that were reported.
rules.add_perm("programmes.moderate", is_administrator)
