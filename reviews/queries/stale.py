"""Which ratings wait to be worked out, and which can't be."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from reviews.models import StaleSubject

# A job does its marks in seconds: one begun so long ago has lost its worker.
LOST_AFTER = dt.timedelta(minutes=1)
# Of those that failed, so many are shown; the rest is a number.
SHOWN = 50


@dataclass(frozen=True)
class Waiting:
    """Marked submissions: how many wait, since when the oldest does, and those of which an attempt failed."""

    count: int
    oldest: dt.datetime | None
    failed_count: int
    failed: tuple[StaleSubject, ...]


def failed_marks() -> QuerySet[StaleSubject]:
    """Marks of which the last attempt ended with an error, or with the end of its worker."""
    lost = Q(attempts__gt=0, begun_at__lt=timezone.now() - LOST_AFTER)
    return StaleSubject.objects.filter(~Q(error="") | lost)


def waiting() -> Waiting:
    """What waits now; two queries."""
    failed = failed_marks()
    sums = StaleSubject.objects.aggregate(count=Count("pk"), oldest=Min("since"))
    shown = failed.select_related("submission__version", "submission__provider", "submission__leader")
    found = tuple(shown.order_by("since")[: SHOWN + 1])
    number = len(found) if len(found) <= SHOWN else failed.count()
    return Waiting(sums["count"] - number, sums["oldest"], number, found[:SHOWN])
