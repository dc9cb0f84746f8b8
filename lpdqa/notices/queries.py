"""Reading notices."""

from __future__ import annotations

from lpdqa.accounts.models import User
from lpdqa.notices.models import Notice


def unread_of(user: User) -> int:
    """How many notices somebody has not read."""
    return Notice.objects.filter(user=user, read_at=None).count()
