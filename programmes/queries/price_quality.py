"""Price beside quality, for what a search finds.

Only what is rated now and states a price takes part. A few results are shown one by one, with the interval from the
lowest to the highest of their five headings. Many are put into bands of price that hold about as many results each;
a band shows the median of their overall scores and the middle half of them (from the lower to the upper
quartile, by linear interpolation as PostgreSQL's percentile_cont does).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Aggregate,
    Count,
    DecimalField,
    F,
    Func,
    IntegerField,
    Max,
    Min,
    QuerySet,
    Value,
)

from programmes.choices import HEADINGS, EntryStatus
from programmes.models import CatalogueEntry
from programmes.queries.percentiles import Percentile

BANDS = 8
FEWEST = 3
"""A band with fewer results says nothing of their spread."""


@dataclass(frozen=True)
class Single:
    """One result: its price in pounds, overall score, and the lowest and highest of its headings."""

    entry: CatalogueEntry
    price: float
    overall: float
    lowest: float
    highest: float


@dataclass(frozen=True)
class PriceBand:
    """Results from `cheapest` to `dearest`; the median price and score, and the quartiles of the scores."""

    cheapest: float
    dearest: float
    price: float
    overall: float
    lower: float
    upper: float
    n: int


class _Edges(Aggregate):
    """The prices at which bands with about as many results each begin."""

    function = "PERCENTILE_DISC"
    template = "%(function)s(ARRAY[%(fractions)s]) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = ArrayField(DecimalField(max_digits=9, decimal_places=2))

    def __init__(self, expression: str, bands: int) -> None:
        fractions = ", ".join(f"{band / bands:.6f}" for band in range(1, bands))
        super().__init__(expression, fractions=fractions)


def priced(entries: QuerySet[CatalogueEntry]) -> QuerySet[CatalogueEntry]:
    """Those of `entries` that are rated now and state a price."""
    return entries.filter(status=EntryStatus.RATED, overall__isnull=False, price__isnull=False)


def singles(entries: QuerySet[CatalogueEntry]) -> Iterator[Single]:
    """Each result, cheapest first; one query, read as it goes."""
    for entry in priced(entries).order_by("price", "pk").iterator(chunk_size=2000):
        scores = [float(score) for name in HEADINGS if (score := getattr(entry, name)) is not None]
        overall = float(entry.overall or 0)
        yield Single(
            entry=entry,
            price=float(entry.price or 0),
            overall=overall,
            lowest=min(scores, default=overall),
            highest=max(scores, default=overall),
        )


def price_bands(entries: QuerySet[CatalogueEntry], bands: int = BANDS) -> list[PriceBand]:
    """The results in at most `bands` bands of price, cheapest first; two queries. Bands of fewer than `FEWEST`
    results are left out.
    """
    rows = priced(entries).order_by()
    edges = sorted(set(rows.aggregate(edges=_Edges("price", bands))["edges"] or ()))
    if not edges:
        return []
    price_band = Func(
        F("price"),
        Value(edges, output_field=ArrayField(DecimalField(max_digits=9, decimal_places=2))),
        function="WIDTH_BUCKET",
        output_field=IntegerField(),
    )
    grouped = (
        rows.annotate(price_band=price_band)
        .values("price_band")
        .annotate(
            n=Count("pk"),
            cheapest=Min("price"),
            dearest=Max("price"),
            middle=Percentile(0.5, "price"),
            median=Percentile(0.5, "overall"),
            lower=Percentile(0.25, "overall"),
            upper=Percentile(0.75, "overall"),
        )
        .filter(n__gte=FEWEST)
        .order_by("price_band")
    )
    return [
        PriceBand(
            cheapest=float(row["cheapest"]),
            dearest=float(row["dearest"]),
            price=row["middle"],
            overall=row["median"],
            lower=row["lower"],
            upper=row["upper"],
            n=row["n"],
        )
        for row in grouped
    ]
