"""Who may do what for an organisation. The roles of a team (owner, editor, viewer) come from memberships.

The permissions take a provider or anything that belongs to one: a programme, a specialist leader, a
deployment, a relationship (its subject), an invitation.
"""

from __future__ import annotations

from typing import Any

import rules

from lpdqa.accounts.models import User
from lpdqa.accounts.rules import is_administrator
from providers.choices import MemberRole
from providers.models import Membership, Provider

# From a thing to what it hangs on, in the order they are tried.
_UPWARDS = ("provider", "designator", "programme", "leader", "subject")


def provider_of(thing: Any) -> Provider:
    """The organisation whose team answers for `thing`; `TypeError` where it hangs on none."""
    for _ in range(4):
        if isinstance(thing, Provider):
            return thing
        step = next((name for name in _UPWARDS if getattr(thing, name, None) is not None), None)
        if step is None:
            break
        thing = getattr(thing, step)
    raise TypeError(f"{type(thing).__name__} belongs to no provider")


def role_in(user: User, provider: Provider) -> str:
    """The person's role in the provider's team now, or an empty text."""
    if not (user and user.is_authenticated and user.is_active):
        return ""
    membership = Membership.objects.filter(provider=provider, user=user, ended_at=None).first()
    return membership.role if membership else ""


@rules.predicate
def is_member(user: User, thing: Any) -> bool:
    return role_in(user, provider_of(thing)) != ""


@rules.predicate
def is_editor(user: User, thing: Any) -> bool:
    return role_in(user, provider_of(thing)) in (MemberRole.OWNER, MemberRole.EDITOR)


@rules.predicate
def is_owner(user: User, thing: Any) -> bool:
    return role_in(user, provider_of(thing)) == MemberRole.OWNER


@rules.predicate
def answers_for_object(user: User, relationship: Any) -> bool:
    """The person edits for the organisation at the far end of a relationship."""
    other = relationship.object
    return other is not None and role_in(user, other) in (MemberRole.OWNER, MemberRole.EDITOR)


rules.add_perm("providers.view_team", is_member | is_administrator)
rules.add_perm("providers.edit_provider", is_editor)
rules.add_perm("providers.own_provider", is_owner)
rules.add_perm("providers.confirm_relationship", answers_for_object)
rules.add_perm("providers.end_relationship", is_editor | answers_for_object)
