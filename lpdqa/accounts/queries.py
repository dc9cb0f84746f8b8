"""Reads on API keys."""

from __future__ import annotations

import hashlib

from django.db.models import QuerySet

from lpdqa.accounts.models import ApiKey

KEY_BEGINS = "lpdqa_"
"""So that a key that was published by mistake can be found, by its owner or by a scanner."""


def digest_of(secret: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(secret.encode()).hexdigest()


def key_of(secret: str) -> ApiKey | None:
    """The key in force that this is; None where it never was one, was revoked, or its owner's account is closed."""
    return ApiKey.objects.filter(digest=digest_of(secret), revoked_at=None, owner__is_active=True).first()


def all_keys(*, revoked: bool) -> QuerySet[ApiKey]:
    """The keys of all accounts in force, or those revoked, newest first, with their owners."""
    return ApiKey.objects.filter(revoked_at__isnull=not revoked).select_related("owner")
