"""Searching the catalogue: one query object behind the page and the API.

`SearchQuery` is what was asked, in the terms of the address; `conditions` turns it into one condition a
filter, so that any of them can be left out: that is how a facet's counts ignore the facet itself and how an
empty result knows which filter to drop.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache, reduce
from operator import and_
from typing import Any, Protocol

from django.contrib.postgres.search import CombinedSearchQuery, SearchVectorField
from django.contrib.postgres.search import SearchQuery as TextQuery
from django.db.models import (
    Case,
    Count,
    F,
    FloatField,
    Func,
    IntegerField,
    JSONField,
    Q,
    QuerySet,
    TextChoices,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import OrderBy
from django.db.models.functions import ASin, Cast, Cos, Least, Power, Radians, Sin, Sqrt

from lpdqa.clock import today
from programmes.choices import HEADINGS, EntryKind
from programmes.folding import fold
from programmes.models import CatalogueEntry
from programmes.queries.facets import ASSURED, FACETS, Facet
from programmes.queries.fit import MySchool
from programmes.queries.neutral import Shuffle

EARTH_RADIUS_MILES = 3958.8
ANY_STATUS = "all"
# The limits people choose from; an address may say any other.
LOWEST_SCORES = (Decimal("2.0"), Decimal("2.5"), Decimal("3.0"), Decimal("3.5"))
DISTANCES = (5, 10, 25, 50, 100)
PRICES = (Decimal(100), Decimal(250), Decimal(500), Decimal(1000), Decimal(2500))


class Place(Protocol):
    """Where distances are measured from."""

    @property
    def label(self) -> str: ...

    @property
    def latitude(self) -> float: ...

    @property
    def longitude(self) -> float: ...


class Order(TextChoices):
    MATCH = "match", "Closest to your words"
    FIT = "fit", "Fits your school, most first"
    NEUTRAL = "neutral", "No particular order"
    BAND = "band", "Band, exemplary first"
    DISTANCE = "distance", "Distance, nearest first"
    PRICE = "price", "Price, lowest first"
    START = "start", "Next start, soonest first"


@dataclass(frozen=True)
class SearchQuery:
    """What is asked of the catalogue. An empty part asks nothing."""

    kind: str = ""
    """One of `EntryKind`, or "" for all kinds."""
    words: str = ""
    place: Place | None = None
    """Where distances are measured from; it has a point."""
    school: MySchool | None = None
    """The school that provision is to fit."""
    fits: bool = False
    """Only what has worked in schools like `school`; without one it asks nothing."""
    within: int | None = None
    """Miles from `place`; without a place it asks nothing."""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Values by the name of their facet."""
    at_least: Mapping[str, Decimal] = field(default_factory=dict)
    """Lowest score by heading."""
    price_max: Decimal | None = None
    examples: bool = True
    order: str = ""
    seed: str = field(default_factory=lambda: today().isoformat())

    @property
    def facets(self) -> list[Facet]:
        """The facets that mean something for this kind; the others are passed over."""
        return [facet for facet in FACETS if not self.kind or self.kind in facet.kinds]

    @property
    def statuses(self) -> tuple[str, ...]:
        """The standings shown: those chosen, else what is quality assured; none means all of them."""
        chosen = self.chosen.get("status", ()) or ASSURED
        return () if ANY_STATUS in chosen else chosen

    @property
    def effective_order(self) -> str:
        """The order that is used: the one asked for where it is possible, else by words, else neutral."""
        impossible = (
            (self.order == Order.MATCH and not self.words)
            or (self.order == Order.DISTANCE and self.place is None)
            or (self.order == Order.FIT and self.school is None)
        )
        if self.order and not impossible:
            return self.order
        return Order.MATCH if self.words else Order.NEUTRAL

    def of_kind(self, kind: str) -> SearchQuery:
        return replace(self, kind=kind)

    def by_alone(self, name: str) -> SearchQuery:
        """The same things narrowed by one filter only, by the name it has in the address."""
        heading = name.removeprefix("min_")
        return replace(
            self,
            words=self.words if name == "q" else "",
            fits=self.fits and name == "fits",
            within=self.within if name == "within" else None,
            chosen={name: self.chosen[name]} if name in self.chosen else {},
            at_least={heading: self.at_least[heading]} if heading != name else {},
            price_max=self.price_max if name == "price" else None,
        )


def conditions(query: SearchQuery) -> dict[str, Q]:
    """One condition a filter in use, by the name it has in the address."""
    found: dict[str, Q] = {}
    if query.kind:
        found["kind"] = Q(kind=query.kind)
    if query.words:
        found["q"] = Q(search=text_query(query.words))
    for facet in query.facets:
        values = query.statuses if facet.name == "status" else query.chosen.get(facet.name, ())
        if values:
            found[facet.name] = facet.condition(values)
    for heading, lowest in query.at_least.items():
        found[f"min_{heading}"] = _scores(heading, lowest)
    if query.place and query.within is not None:
        found["within"] = _reaches(query.within)
    if query.school and query.fits:
        found["fits"] = Q(pk__in=query.school.alike)
    if query.price_max is not None and query.kind != EntryKind.PROVIDER:
        found["price"] = _costs(query.price_max)
    if not query.examples:
        found["examples"] = Q(is_example=False)
    return found


def limits(query: SearchQuery) -> dict[str, dict[Decimal | int, Q]]:
    """The filters that are a lowest score, a largest distance or a highest price: by their names in the address the
    limits to choose from, the one in use among them, with the condition of each.
    """
    found: dict[str, dict[Decimal | int, Q]] = {}
    for heading in HEADINGS:
        used = query.at_least.get(heading)
        scores = sorted({*LOWEST_SCORES, *([] if used is None else [used])})
        found[f"min_{heading}"] = {score: _scores(heading, score) for score in scores}
    if query.place:
        miles = sorted({*DISTANCES, *([] if query.within is None else [query.within])})
        found["within"] = {limit: _reaches(limit) for limit in miles}
    if query.kind != EntryKind.PROVIDER:
        prices = sorted({*PRICES, *([] if query.price_max is None else [query.price_max])})
        found["price"] = {limit: _costs(limit) for limit in prices}
    return found


def _scores(heading: str, lowest: Decimal) -> Q:
    return Q(**{f"{heading}__gte": lowest})


def _costs(most: Decimal) -> Q:
    """States a price, and no higher one than this."""
    return Q(price__lte=most)


def _reaches(miles: int) -> Q:
    """Near enough to go to, or willing to come as far."""
    return Q(distance__lte=miles) | Q(reach__contains=["comes_to_you"], distance__lte=F("travels_miles"))


def matching(query: SearchQuery, without: Collection[str] = ()) -> QuerySet[CatalogueEntry]:
    """The entries asked for, in no order; `without` names filters to leave out."""
    kept = [q for name, q in conditions(query).items() if name not in without]
    return everything(query).filter(*kept)


def results(query: SearchQuery) -> QuerySet[CatalogueEntry]:
    """The entries asked for, in their order, with what a card shows of other tables."""
    return for_cards(ordered(matching(query), query))


def for_cards(entries: QuerySet[CatalogueEntry]) -> QuerySet[CatalogueEntry]:
    """With what a result shows of other tables, without the long texts that only search needs."""
    return entries.select_related("region", "authority", "provider").only(*_card_fields())


@cache
def _card_fields() -> tuple[str, ...]:
    only_search = {"search", "body", "keywords"}
    own = (field.name for field in CatalogueEntry._meta.concrete_fields if field.name not in only_search)
    return (*own, "region__code", "region__name", "authority__name", "provider__slug")


COLUMN_ORDERS: dict[str, OrderBy] = {
    Order.BAND: F("band_rank").desc(),
    Order.DISTANCE: F("distance").asc(nulls_last=True),
    Order.PRICE: F("price").asc(nulls_last=True),
    Order.START: F("next_start").asc(nulls_last=True),
}
"""Orders by a column (`distance` is measured from the query's place)."""


def ordered(entries: QuerySet[CatalogueEntry], query: SearchQuery) -> QuerySet[CatalogueEntry]:
    """Put entries in the query's order. Those that tie come in an order that favours nobody: shuffled by the
    seed, so the same on every page of one reading and different from day to day.
    """
    order = query.effective_order
    first: list[Any] = []
    if order == Order.MATCH:
        entries = entries.alias(title_words=_words_of("a"), label_words=_words_of("a,b"))
        asked = text_query(query.words)
        first = [Case(When(title_words=asked, then=3), When(label_words=asked, then=2), default=1).desc()]
    elif order in COLUMN_ORDERS:
        first = [COLUMN_ORDERS[order]]
    elif order == Order.FIT and query.school:
        first = [_score_in(query.school.scores).desc(nulls_last=True)]
    return entries.order_by(*first, Shuffle(query.seed).expression(), "pk")


def _words_of(weights: str) -> Func:
    """The words of an entry that stand in its title (weight a) or its names and labels (b)."""
    return Func(F("search"), Value(f"{{{weights}}}"), function="ts_filter", output_field=SearchVectorField())


# --- Counts ---


def facet_counts(query: SearchQuery) -> dict[str, dict[str, int]]:
    """How many entries each choice would give beside the other filters; one query a facet."""
    return {facet.name: facet.counts(matching(query, without={facet.name})) for facet in query.facets}


def limit_counts(query: SearchQuery) -> dict[str, dict[Decimal | int, int]]:
    """How many entries each of the `limits` would leave beside the other filters; one query a filter."""
    found = {}
    for name, choices in limits(query).items():
        each = {f"at_{number}": Count("pk", filter=limit) for number, limit in enumerate(choices.values())}
        counts = matching(query, without={name}).aggregate(**each)
        found[name] = {value: counts[f"at_{number}"] for number, value in enumerate(choices)}
    return found


def kind_counts(query: SearchQuery) -> dict[str, int]:
    """How many entries of each kind the same query finds, each by the filters it knows; one query."""
    each = {
        kind: Count("pk", filter=_and(conditions(query.of_kind(kind)).values())) for kind in EntryKind.values
    }
    return everything(query).aggregate(**each)


def would_give(query: SearchQuery) -> list[tuple[str, int]]:
    """For each filter in use, how many entries there would be without it, most first, and only where there
    are any; one query.
    """
    used = conditions(query)
    each = {
        f"without_{name}": Count("pk", filter=_and(q for other, q in used.items() if other != name))
        for name in used
        if name != "kind"
    }
    if not each:
        return []
    counts = everything(query).aggregate(**each)
    found = [(name.removeprefix("without_"), n) for name, n in counts.items() if n]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


# --- Words and distance ---


def text_query(words: str) -> TextQuery | CombinedSearchQuery:
    """Words as people type them into a search engine (quotes, "or", a minus), English endings ignored; the
    last one may still be unfinished.
    """
    words = fold(words)
    whole = TextQuery(words, config="english", search_type="websearch")
    head, _, last = words.rpartition(" ")
    # Not after a quote or a minus, and not for the word "or": there the last word is no beginning of one.
    if '"' in words or last.lower() == "or" or not re.fullmatch(r"\w{2,}", last):
        return whole
    # As a stem and as written: "coachi" begins "coaching" but not its stem.
    begun = TextQuery(f"{last}:*", config="english", search_type="raw") | TextQuery(
        f"{last}:*", config="simple", search_type="raw"
    )
    if not head.strip():
        return whole | begun
    return whole | (TextQuery(head, config="english", search_type="websearch") & begun)


def everything(query: SearchQuery) -> QuerySet[CatalogueEntry]:
    """All entries, with `distance` in miles where the query has a place."""
    entries = CatalogueEntry.objects.all()
    return entries.annotate(distance=_miles_from(query.place)) if query.place else entries


def _score_in(scores: Mapping[int, int]) -> Any:
    """The score of each entry among `scores`, which the database gets as one value; null where it has none."""
    held = Value(json.dumps(scores, separators=(",", ":")))
    found = Func(Cast(held, JSONField()), Cast("pk", TextField()), function="jsonb_extract_path_text")
    return Cast(found, IntegerField())


def _miles_from(place: Place) -> Any:
    """Great-circle distance in miles by the haversine formula; null for an entry without a point."""
    latitude, longitude = Radians(F("latitude")), Radians(F("longitude"))
    here_latitude, here_longitude = Radians(Value(place.latitude)), Radians(Value(place.longitude))
    half_chord = Power(Sin((latitude - here_latitude) / 2.0), 2) + Cos(latitude) * Cos(here_latitude) * Power(
        Sin((longitude - here_longitude) / 2.0), 2
    )
    # Rounding can lift the sum above 1 for opposite points, where the arcsine is not defined; and LEAST
    # passes over nulls, so an entry without a point is told apart.
    miles = Value(2 * EARTH_RADIUS_MILES, output_field=FloatField()) * ASin(Sqrt(Least(half_chord, 1.0)))
    return Case(When(latitude__isnull=False, longitude__isnull=False, then=miles), output_field=FloatField())


def _and(parts: Any) -> Q:
    return reduce(and_, parts, Q())
