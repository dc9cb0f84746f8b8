"""Predicates on scheme-wide roles, from which the apps compose their permissions."""

from __future__ import annotations

import rules

from lpdqa.accounts.models import ApiKey, User


@rules.predicate
def is_administrator(user: User) -> bool:
    return bool(user and user.is_authenticated and user.is_active and user.is_administrator)


@rules.predicate
def is_assessor(user: User) -> bool:
    return bool(user and user.is_authenticated and user.is_active and user.is_assessor)


@rules.predicate
def owns_key(user: User, key: ApiKey) -> bool:
    return bool(user and user.is_authenticated and user.pk == key.owner_id)


rules.add_perm("accounts.run_register", is_administrator)
rules.add_perm("accounts.revoke_api_key", owns_key | is_administrator)
