"""Predicates on scheme-wide roles, from which the apps compose their permissions."""

from __future__ import annotations

import rules

from lpdqa.accounts.models import User


@rules.predicate
def is_administrator(user: User) -> bool:
    return bool(user and user.is_authenticated and user.is_active and user.is_administrator)


@rules.predicate
def is_assessor(user: User) -> bool:
    return bool(user and user.is_authenticated and user.is_active and user.is_assessor)


rules.add_perm("accounts.run_register", is_administrator)
