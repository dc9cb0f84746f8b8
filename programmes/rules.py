"""Who may do what with a programme or an enquiry: the provider's team, and the sender."""

from __future__ import annotations

import rules

from lpdqa.accounts.models import User
from programmes.models import Enquiry, EnquiryRecipient, SavedSearch
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


rules.add_perm("programmes.edit_programme", is_editor)
rules.add_perm("programmes.read_enquiries", is_member)
rules.add_perm("programmes.read_enquiry", is_delivered & is_member)
rules.add_perm("programmes.answer_enquiry", is_delivered & is_editor)
rules.add_perm("programmes.follow_enquiry", may_follow)
rules.add_perm("programmes.own_search", owns_search)
