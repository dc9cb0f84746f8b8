"""How far a recomputation has come."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils import timezone

from reviews.choices import RecomputationState
from reviews.models import Recomputation


@dataclass(frozen=True)
class Progress:
    """Counts of submissions; `rate` is a second, `seconds_left` None while nothing can be said of it."""

    state: str
    done: int
    total: int
    added: int
    unrated: int
    left: int
    errors: tuple[str, ...]
    rate: float
    seconds_left: int | None
    seconds: float
    last_step_at: dt.datetime

    @property
    def is_running(self) -> bool:
        return self.state == RecomputationState.RUNNING

    @property
    def note(self) -> str:
        """The rate and the time left (or taken) in words."""
        pace = f"{self.rate:,.0f} a second" if self.rate >= 1 else f"{self.rate * 60:,.0f} a minute"
        if not self.is_running:
            return (
                f"{pace}, {in_words(self.seconds)} in all"
                if self.done
                else f"{in_words(self.seconds)} in all"
            )
        if self.seconds_left is None:
            return "waiting for a worker"
        return f"{pace}, about {in_words(self.seconds_left)} left"


def recomputations() -> QuerySet[Recomputation]:
    """Runs, newest first, with `done` and `added`."""
    finished = Q(chunks__done_at__isnull=False)
    runs = Recomputation.objects.select_related("framework", "started_by").order_by("-id")
    return runs.annotate(
        done=Sum("chunks__size", filter=finished, default=0), added=Sum("chunks__added", default=0)
    )


def running_recomputation() -> Recomputation | None:
    """The one that is under way, if any."""
    return Recomputation.objects.filter(state=RecomputationState.RUNNING).select_related("framework").first()


def progress_of(run: Recomputation) -> Progress:
    """Where a run is now; three queries."""
    run = Recomputation.objects.get(pk=run.pk)
    finished = Q(done_at__isnull=False)
    sums = run.chunks.aggregate(
        done=Sum("size", filter=finished, default=0),
        added=Sum("added", default=0),
        unrated=Sum("unrated", default=0),
        left=Sum("left", default=0),
        last=Max("done_at"),
        failed=Count("pk", filter=~Q(error="")),
    )
    errors = run.chunks.exclude(error="").values_list("error", flat=True)[:5] if sums["failed"] else ()
    seconds = max(((run.ended_at or timezone.now()) - run.started_at).total_seconds(), 1e-3)
    rate = sums["done"] / seconds
    return Progress(
        state=run.state,
        done=sums["done"],
        total=run.total,
        added=sums["added"],
        unrated=sums["unrated"],
        left=sums["left"],
        errors=tuple(errors),
        rate=rate,
        seconds_left=round((run.total - sums["done"]) / rate) if rate else None,
        seconds=seconds,
        last_step_at=sums["last"] or run.started_at,
    )


def in_words(seconds: float) -> str:
    """A span of time as people say it: 40 seconds, 3 minutes, 2 hours 5 minutes."""
    whole = round(seconds)
    if whole < 100:
        return f"{whole} second{'' if whole == 1 else 's'}"
    minutes = round(whole / 60)
    if minutes < 100:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours {minutes % 60} minutes"
