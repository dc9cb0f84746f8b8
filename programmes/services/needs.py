"""Writing needs briefs. No trail: see `programmes.models.needs`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError

from lpdqa.accounts.models import User
from lpdqa.clock import now
from programmes.models import NeedsBrief

MOST_BRIEFS = 20
KEPT = dt.timedelta(days=30)


def save_brief(
    *, brief: NeedsBrief | None, owner: User | None, title: str, answers: dict[str, Any], held: int = 0
) -> NeedsBrief:
    """Write a new brief or change one; `held` is how many the owner or session has.

    Raises:
        ValidationError: too many briefs.
    """
    if brief is None:
        if held >= MOST_BRIEFS:
            raise ValidationError(f"You have {MOST_BRIEFS} briefs. Delete one of them first.")
        return NeedsBrief.objects.create(owner=owner, title=title, answers=answers)
    brief.title, brief.answers = title, answers
    brief.save()
    return brief


def delete_brief(*, brief: NeedsBrief) -> None:
    brief.delete()


def take_over(*, keys: Iterable[int], owner: User) -> int:
    """Move a session's briefs into an account; returns how many."""
    return NeedsBrief.objects.filter(pk__in=list(keys), owner=None).update(owner=owner)


def forget_unowned() -> int:
    """Delete briefs that belong to no account and have not been changed for 30 days; returns how many."""
    n, _ = NeedsBrief.objects.filter(owner=None, updated_at__lt=now() - KEPT).delete()
    return n
