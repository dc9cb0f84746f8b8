"""The public register of decisions, and decisions and appeals in numbers."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import ExtractYear

from lpdqa.clock import today
from programmes.choices import Band
from reviews.choices import AppealState
from reviews.models import Appeal, Decision, Rating
from reviews.queries.ratings import visible_ratings


@dataclass(frozen=True)
class Year:
    """What was decided in a year, and what was appealed of it by the year it was lodged in."""

    year: int
    bands: dict[str, int]
    lodged: int
    upheld: int
    dismissed: int

    @property
    def decided(self) -> int:
        return sum(self.bands.values())


def decisions_in_public(chosen: Mapping[str, Any]) -> QuerySet[Rating]:
    """The newest rating of every public decision, newest decision first: what a visitor may see, whoever asks.

    Filters, all optional: `q` (in the title or the provider's name), `kind`, `band`, `year`, `example` (“no”).
    """
    visible = visible_ratings(AnonymousUser())
    newest = visible.filter(submission=OuterRef("submission")).values("pk")[:1]
    found = (
        visible.filter(pk=Subquery(newest))
        .select_related(
            "submission__provider", "submission__version__programme", "submission__leader", "framework"
        )
        .defer("inputs", "results", "framework__document")
        .order_by("-decided_on", "-id")
    )
    if q := chosen.get("q"):
        found = found.filter(
            Q(submission__provider__name__icontains=q) | Q(submission__version__title__icontains=q)
        )
    if kind := chosen.get("kind"):
        found = found.filter(subject_kind=kind)
    if band := chosen.get("band"):
        found = found.filter(band="" if band == "alert" else band)
    if year := chosen.get("year"):
        found = found.filter(decided_on__year=year)
    if chosen.get("example") == "no":
        found = found.filter(submission__provider__is_example=False)
    return found


def counted_until() -> dt.date:
    """Numbers go to the end of last month: a count that moved today would tell of a decision not to publish."""
    return today().replace(day=1)


def in_numbers(*, examples: bool = True) -> list[Year]:
    """Decisions by band and appeals by outcome for each year, newest first; two queries. “Not yet” is in it."""
    until = counted_until()
    decisions = Decision.objects.filter(approved_at__date__lt=until).exclude(
        submission__state__in=["deciding", "decided"]
    )
    appeals = Appeal.objects.filter(created_at__date__lt=until)
    if not examples:
        decisions = decisions.filter(submission__provider__is_example=False)
        appeals = appeals.filter(decision__submission__provider__is_example=False)
    # A decision that was set aside on appeal is followed by another one, which counts instead.
    decisions = decisions.exclude(appeals__state=AppealState.UPHELD)
    bands: dict[int, dict[str, int]] = {}
    by_band = (
        decisions.order_by().values_list(ExtractYear("approved_at"), "expected_band").annotate(n=Count("pk"))
    )
    for year, band, n in by_band:
        bands.setdefault(year, dict.fromkeys(Band.values, 0))[band] = n
    lodged: dict[int, Counter[str]] = {}
    by_state = appeals.order_by().values_list(ExtractYear("created_at"), "state").annotate(n=Count("pk"))
    for year, state, n in by_state:
        lodged.setdefault(year, Counter())[state] = n
    return [
        Year(
            year,
            bands.get(year, dict.fromkeys(Band.values, 0)),
            sum(lodged.get(year, Counter()).values()),
            lodged.get(year, Counter())[AppealState.UPHELD],
            lodged.get(year, Counter())[AppealState.DISMISSED],
        )
        for year in sorted({*bands, *lodged}, reverse=True)
    ]
