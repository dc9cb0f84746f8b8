"""Writing the trail. Every service that changes something does it inside `act(...)`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pghistory
from django.db import models, transaction
from django.utils import timezone

from lpdqa.audit.models import Entry
from lpdqa.bulk import copy_rows

if TYPE_CHECKING:
    from lpdqa.accounts.models import User


@dataclass
class Act:
    """What is known of an act so far; a service fills in what it only learns on the way."""

    target: models.Model | None
    reason: str = ""
    from_state: str = ""
    to_state: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


@contextmanager
def act(
    action: str,
    *,
    by: User | None,
    target: models.Model | None = None,
    reason: str = "",
    detail: dict[str, Any] | None = None,
) -> Iterator[Act]:
    """Do something in one transaction and leave one trail entry; on an exception nothing remains.

    `by` is None for the system itself. `detail` must hold no personal data beyond primary keys: the trail can't
    be changed later.
    """
    doing = Act(target=target, reason=reason, detail=detail or {})
    with transaction.atomic(), pghistory.context(action=action, user=by.pk if by else None) as context:
        yield doing
        Entry.objects.create(
            actor=by,
            action=action,
            target_type=doing.target._meta.label_lower if doing.target else "",
            target_id=doing.target.pk if doing.target else None,
            label=str(doing.target)[:200]
            if doing.target and doing.target._meta.label != "accounts.User"
            else "",
            from_state=doing.from_state,
            to_state=doing.to_state,
            reason=doing.reason,
            detail=doing.detail,
            context=context.id if context else None,
        )


@dataclass(frozen=True)
class Line:
    """One entry of many: what it is about, how that is called, why, and further keys."""

    target_id: int
    label: str
    reason: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


def act_on_many(action: str, *, by: User | None, target: type[models.Model], lines: Iterable[Line]) -> int:
    """Leave one trail entry for each of many objects of one kind, in a few statements; returns how many.

    The same entries that `act` would leave one by one, with one context for all. Call it in the transaction
    of the act itself.
    """
    names = ["at", "actor", "action", "target_type", "target_id", "label", "from_state", "to_state", "reason",
             "detail", "context"]  # fmt: skip
    at, actor, kind = timezone.now(), by.pk if by else None, target._meta.label_lower
    with pghistory.context(action=action, user=actor) as context:
        rows = (
            [
                at,
                actor,
                action,
                kind,
                line.target_id,
                line.label[:200],
                "",
                "",
                line.reason,
                line.detail,
                context.id,
            ]
            for line in lines
        )
        return copy_rows(Entry, names, rows)
