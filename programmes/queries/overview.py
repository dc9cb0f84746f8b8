"""What is quality assured where: counts over the whole catalogue for the public overview.

Six queries whatever the size of the catalogue, each one grouping in the database. "Assured" is what the search shows at
first: rated now, and quality assured or exemplary.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from django.core.cache import cache
from django.db.models import Count, F, Func, Q, QuerySet

from lpdqa.clock import now
from programmes.choices import EntryKind, EntryStatus
from programmes.models import CatalogueEntry
from programmes.queries.facets import ASSURED
from programmes.queries.percentiles import Percentile

SECONDS_KEPT = 300
_ASSURED = Q(status=EntryStatus.RATED, band__in=ASSURED)


@dataclass(frozen=True)
class Tally:
    """How many are quality assured, of how many on the register."""

    assured: int = 0
    listed: int = 0


@dataclass(frozen=True)
class Prices:
    """Prices per participant of quality-assured programmes of one kind: median and quartiles in pounds, of `n`."""

    lower: float
    median: float
    upper: float
    n: int


@dataclass
class Overview:
    """The figures of the page; keys are the codes of the choices."""

    counted_at: dt.datetime
    kinds: dict[str, Tally] = field(default_factory=dict)
    """By kind of entry."""
    examples: int = 0
    """Of the assured, how many are made up."""
    regions: dict[str, Counter[str]] = field(default_factory=dict)
    """Assured by kind of entry, then region."""
    programme_kinds: dict[str, Tally] = field(default_factory=dict)
    topics: dict[str, Tally] = field(default_factory=dict)
    expertise: dict[str, Tally] = field(default_factory=dict)
    phases: Counter[str] = field(default_factory=Counter)
    gaps: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Assured programmes by region and phase."""
    continuum: Counter[int] = field(default_factory=Counter)
    """Assured programmes by continuum index."""
    prices: dict[str, Prices] = field(default_factory=dict)
    """By kind of programme."""


def overview(*, examples: bool = True) -> Overview:
    """The figures, counted anew at most every `SECONDS_KEPT` seconds. `examples`: count what is made up too."""
    key = f"programmes.overview.{examples}"
    kept: Overview | None = cache.get(key)
    if kept is None:
        kept = count_overview(examples=examples)
        cache.set(key, kept, SECONDS_KEPT)
    return kept


def count_overview(*, examples: bool) -> Overview:
    """The figures now; six queries."""
    entries = CatalogueEntry.objects.order_by()
    if not examples:
        entries = entries.filter(is_example=False)
    programmes = entries.filter(kind=EntryKind.PROGRAMME)
    figures = Overview(counted_at=now())
    _places(figures, entries)
    _programme_kinds(figures, programmes)
    figures.topics = _by_element(programmes, "topics")
    figures.expertise = _by_element(entries.filter(kind=EntryKind.SLE), "expertise")
    figures.continuum = Counter(
        dict(
            programmes.filter(_ASSURED, continuum__isnull=False)
            .values_list("continuum")
            .annotate(n=Count("pk"))
        )
    )
    figures.kinds = {
        row["kind"]: Tally(row["assured"], row["n"])
        for row in entries.values("kind").annotate(n=Count("pk"), assured=Count("pk", filter=_ASSURED))
    }
    return figures


def _places(figures: Overview, entries: QuerySet[CatalogueEntry]) -> None:
    """Regions and phases in one query: there are few combinations of them, however many entries."""
    rows = entries.filter(_ASSURED).values_list("kind", "regions", "phases", "is_example")
    for kind, regions, phases, is_example, n in rows.annotate(n=Count("pk")):
        figures.examples += n if is_example else 0
        of_kind = figures.regions.setdefault(kind, Counter())
        for region in regions:
            of_kind[region] += n
        if kind != EntryKind.PROGRAMME:
            continue
        for phase in phases:
            figures.phases[phase] += n
            for region in regions:
                figures.gaps[region, phase] += n


def _programme_kinds(figures: Overview, programmes: QuerySet[CatalogueEntry]) -> None:
    priced = _ASSURED & Q(price__isnull=False)
    rows = programmes.values("programme_kind").annotate(
        listed=Count("pk"),
        assured=Count("pk", filter=_ASSURED),
        priced=Count("pk", filter=priced),
        lower=Percentile(0.25, "price", filter=priced),
        median=Percentile(0.5, "price", filter=priced),
        upper=Percentile(0.75, "price", filter=priced),
    )
    for row in rows:
        figures.programme_kinds[row["programme_kind"]] = Tally(row["assured"], row["listed"])
        if row["priced"]:
            figures.prices[row["programme_kind"]] = Prices(
                row["lower"], row["median"], row["upper"], row["priced"]
            )


def _by_element(entries: QuerySet[CatalogueEntry], column: str) -> dict[str, Tally]:
    """Tallies by the elements of an array column; an entry counts for each of its own."""
    rows = (
        entries.annotate(element=Func(F(column), function="unnest"))
        .values("element")
        .annotate(listed=Count("pk"), assured=Count("pk", filter=_ASSURED))
    )
    return {row["element"]: Tally(row["assured"], row["listed"]) for row in rows}
