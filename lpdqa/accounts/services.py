"""Writes on people and roles."""

from __future__ import annotations

from django.utils import timezone

from lpdqa.accounts.models import Role, RoleGrant, User
from lpdqa.audit.services import act


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
