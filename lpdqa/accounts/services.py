"""Writes on people, roles and API keys."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils import timezone

from lpdqa.accounts.models import ApiKey, Role, RoleGrant, User
from lpdqa.accounts.queries import KEY_BEGINS, digest_of
from lpdqa.audit.services import act
from lpdqa.fields import new_code
from lpdqa.mail import send_after_commit

MOST_KEYS = 5
"""Keys in force of one account."""


def grant_role(*, user: User, role: Role, by: User | None, reason: str = "") -> RoleGrant:
    """Give a person a role; giving it twice changes nothing and returns the standing grant."""
    standing = RoleGrant.objects.filter(user=user, role=role, revoked_at=None).first()
    if standing:
        return standing
    with act("role.grant", by=by, target=user, reason=reason, detail={"role": str(role)}):
        grant = RoleGrant.objects.create(user=user, role=role, granted_by=by)
    user.__dict__.pop("roles", None)
    return grant


def revoke_role(*, user: User, role: Role, by: User, reason: str) -> None:
    """Take a role back from today; nothing happens where the person does not hold it."""
    with act("role.revoke", by=by, target=user, reason=reason, detail={"role": str(role)}):
        RoleGrant.objects.filter(user=user, role=role, revoked_at=None).update(revoked_at=timezone.now())
    user.__dict__.pop("roles", None)


@dataclass(frozen=True)
class NewKey:
    """A key that was just made; `secret` is the key itself, which can be had only now."""

    key: ApiKey
    secret: str


def make_api_key(*, owner: User, name: str) -> NewKey:
    """Make a key for this account.

    Raises:
        ValidationError: no name, or as many keys in force as an account may have.
    """
    name = " ".join(name.split())
    if not name:
        raise ValidationError({"name": "Say what you will use the key for."})
    prefix = f"{KEY_BEGINS}{new_code()}"
    secret = f"{prefix}_{secrets.token_urlsafe(32)}"
    with act("api_key.make", by=owner) as doing:
        User.objects.select_for_update(no_key=True).get(pk=owner.pk)
        if ApiKey.objects.filter(owner=owner, revoked_at=None).count() >= MOST_KEYS:
            raise ValidationError(f"You have {MOST_KEYS} keys in force. Revoke one of them first.")
        key = ApiKey.objects.create(owner=owner, name=name, prefix=prefix, digest=digest_of(secret))
        doing.target = key
    return NewKey(key, secret)


def revoke_api_key(*, key: ApiKey, by: User, reason: str = "") -> None:
    """End a key at once; revoking it twice changes nothing. Its owner is told if it was somebody else.

    Raises:
        ValidationError: somebody else than the owner has to give a reason.
    """
    if by.pk != key.owner_id and not reason.strip():
        raise ValidationError({"reason": "Give a reason. The owner of the key reads it."})
    with act("api_key.revoke", by=by, target=key, reason=reason):
        ended = ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now())
        if ended and by.pk != key.owner_id:
            send_after_commit(
                to=key.owner.email,
                subject="Your API key was revoked",
                template="web/mail/api_key_revoked.txt",
                context={"key": key, "reason": reason},
            )


def note_key_used(*, key: ApiKey, on: dt.date) -> None:
    """Remember the day; at most one write a key and day, and no trail (it is no act of a person)."""
    if key.last_used_on is None or key.last_used_on < on:
        ApiKey.objects.filter(pk=key.pk).exclude(last_used_on__gte=on).update(last_used_on=on)
