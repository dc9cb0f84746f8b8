"""The results of a search as a map and as a chart, with the same address as the list and the same counts as its
filters.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lpdqa.web.access import public
from lpdqa.web.charts import (
    Axis,
    Chart,
    Mark,
    Point,
    axis_for,
    csv_of,
    interval_chart,
    scatter_chart,
)
from lpdqa.web.csv_files import csv_response, csv_stream
from lpdqa.web.formats import money
from lpdqa.web.maps import AUTHORITIES, LONDON, REGIONS, Area, area_map, sheet_of
from programmes.choices import EntryKind
from programmes.queries import price_quality
from programmes.queries import search as queries
from programmes.queries.facets import BY_NAME, Choices
from programmes.queries.find import Found, find
from programmes.views.address import Address
from programmes.views.cards import entry_url
from programmes.views.search import MANY, frame, read_address

# What an area says of each kind: programmes are offered in regions, but only providers have an authority.
_WORDS = {
    (
        "region",
        EntryKind.PROGRAMME,
    ): "Where these programmes are offered. One offered in several regions counts "
    "in each of them; one that is online for everyone counts in all nine.",
    (
        "region",
        EntryKind.SLE,
    ): "Where the home schools are. Many specialist leaders work beyond their own region.",
    ("region", EntryKind.PROVIDER): "Where these providers are based.",
    (
        "authority",
        EntryKind.PROGRAMME,
    ): "Where the providers of these programmes are based. Most work beyond their own authority.",
    ("authority", EntryKind.SLE): "Where the home schools are. Many specialist leaders work beyond their own "
    "authority.",
    ("authority", EntryKind.PROVIDER): "Where these providers are based.",
}
# More points than this run into each other: then bands of price are shown.
MOST_POINTS = 60
# And more names than this.
MOST_NAMES = 8
_LEVELS = (("region", "Regions"), ("authority", "Local authorities"))


@dataclass(frozen=True)
class Counted:
    """The areas of one level with their counts, which are those of the filter of the same name."""

    level: str
    areas: list[Area]
    without: int
    """Results of which no area of this level is known."""

    @property
    def some(self) -> list[Area]:
        return [area for area in self.areas if area.count]

    @property
    def none(self) -> list[Area]:
        return [area for area in self.areas if not area.count]


@public
@require_safe
def search_map(request: HttpRequest) -> HttpResponse:
    """The results by region or by local authority; `?csv=areas` gives the same as a file."""
    form = read_address(request)
    query = form.query
    level = "authority" if request.GET.get("areas") == "authority" else "region"
    found = find(query)
    counted = _counted(request, found, level)
    if request.GET.get("csv") == "areas":
        return csv_response(
            f"{query.kind}s-by-{level}",
            ["Code", level.capitalize(), "Results", "Address"],
            [
                [area.code, area.name, area.count, request.build_absolute_uri(area.url)]
                for area in counted.areas
            ],
        )
    address = Address(request.path, request.GET)
    most = max((area.count for area in counted.areas), default=0)
    return render(
        request,
        "programmes/search_map.html",
        {
            **frame(request, form, found),
            "counted": counted,
            "level_words": _WORDS[level, EntryKind(query.kind)],
            "many": MANY[EntryKind(query.kind)][1],
            "levels": [
                {"text": text, "url": address.having(areas=name), "current": name == level}
                for name, text in _LEVELS
            ],
            "map": area_map(
                AUTHORITIES if level == "authority" else REGIONS, counted.areas, labelled=level == "region"
            ),
            "london": area_map(LONDON, counted.areas, keyed=False, most=most)
            if level == "authority"
            else None,
            "chosen": query.chosen.get(level, ()),
            "csv_url": address.having(csv="areas"),
        },
    )


def _counted(request: HttpRequest, found: Found, level: str) -> Counted:
    """The counts that the filter shows too: beside every other filter, whatever is chosen in this one. So a number
    is what its link finds.
    """
    facet, query = BY_NAME[level], found.query
    counts = found.facet_counts()[level]
    labels = Choices().of(facet)
    to_list = Address(request.path, request.GET).elsewhere(reverse("search"), "areas", "csv")
    drawn = {shape.code for shape in sheet_of(AUTHORITIES if level == "authority" else REGIONS).shapes}
    areas = [
        Area(
            code,
            label,
            counts.get(code, 0),
            to_list.having(**{level: code}),
            code in query.chosen.get(level, ()),
        )
        for code, label in labels.items()
        # Authorities that have ended count only where something is still filed under them.
        if code in drawn or counts.get(code)
    ]
    nowhere = Q(regions=[]) if level == "region" else Q(authority=None)
    return Counted(level, areas, queries.matching(query, without={level}).filter(nowhere).count())


@public
@require_safe
def search_chart(request: HttpRequest) -> HttpResponseBase:
    """Price against quality of the results; `?csv=` gives what is drawn, or with `all` every result."""
    form = read_address(request)
    query = form.query
    found = find(query)
    if request.GET.get("csv") == "all":
        return _every_result(request, query)
    total = len(found)
    shown = price_quality.priced(queries.matching(query)).count() if query.kind != EntryKind.PROVIDER else 0
    charts = []
    if shown:
        charts = _one_by_one(query) if shown <= MOST_POINTS else [_in_bands(query, shown)]
        if file := csv_of(request, charts):
            return file
    return render(
        request,
        "programmes/search_chart.html",
        {
            **frame(request, form, found),
            "charts": charts,
            "shown": shown,
            "left_out": total - shown,
            "many": MANY[EntryKind(query.kind)][1],
            "one_by_one": shown <= MOST_POINTS,
            "all_url": Address(request.path, request.GET).having(csv="all"),
        },
    )


def _one_by_one(query: queries.SearchQuery) -> list[Chart]:
    """Every result as a point, and again as a row with its name, where there is room for it."""
    found = list(price_quality.singles(queries.matching(query)))
    points = [
        Point(
            label=single.entry.title,
            x=single.price,
            y=single.overall,
            named=len(found) <= MOST_NAMES,
            low=single.lowest,
            high=single.highest,
            url=entry_url(single.entry),
        )
        for single in found
    ]
    marks = [
        Mark(
            label=f"{money(single.price) if single.price else 'Free'}: {single.entry.title}",
            value=single.overall,
            low=single.lowest,
            high=single.highest,
            url=entry_url(single.entry),
        )
        for single in found
    ]
    note = (
        "Each dot is one result. The line goes from the lowest to the highest of its five headings. Price is never "
        "part of a rating."
    )
    rows = interval_chart(
        "one-by-one",
        "One by one, cheapest first",
        _scores([mark.low for mark in marks]),
        marks,
        rows_are="Price and name",
        interval=_HEADINGS,
    )
    return [_scatter(query, points, _HEADINGS, note), rows]


def _in_bands(query: queries.SearchQuery, shown: int) -> Chart:
    bands = price_quality.price_bands(queries.matching(query))
    points = [
        Point(
            label=money(band.cheapest)
            if band.cheapest == band.dearest
            else f"{money(band.cheapest)} to {money(band.dearest)}",
            x=band.price,
            y=band.overall,
            n=band.n,
            low=band.lower,
            high=band.upper,
        )
        for band in bands
    ]
    note = (
        f"{shown:,} results in bands of price with about as many results each. The dot is the median score at the "
        "median price, the line the middle half of the scores. Price is never part of a rating."
    )
    return _scatter(query, points, "Middle half of the scores", note)


_HEADINGS = "Lowest to highest heading"


def _scores(lowest: Iterable[float | None]) -> Axis:
    """From the whole score below the lowest one to 4."""
    low = math.floor(min((score for score in lowest if score is not None), default=1))
    return axis_for("Overall score, out of 4", [], low=min(low, 3), high=4, places=2)


def _scatter(query: queries.SearchQuery, points: list[Point], interval: str, note: str) -> Chart:
    price = "Price of a day, £" if query.kind == EntryKind.SLE else "Price per participant, £"
    return scatter_chart(
        "price-and-quality",
        "Price and quality",
        axis_for(price, [point.x for point in points], zero=True, places=0),
        _scores([point.low for point in points]),
        points,
        rows_are="Result" if interval == _HEADINGS else "Band of price",
        interval=interval,
        note=note,
    )


def _every_result(request: HttpRequest, query: queries.SearchQuery) -> HttpResponseBase:
    head = ["Title", "Provider", "Price", "Overall", "Lowest heading", "Highest heading", "Band", "Address"]
    rows = (
        [
            single.entry.title,
            single.entry.provider_name,
            f"{single.price:.2f}",
            f"{single.overall:.2f}",
            f"{single.lowest:.2f}",
            f"{single.highest:.2f}",
            single.entry.get_band_display(),
            request.build_absolute_uri(entry_url(single.entry)),
        ]
        for single in price_quality.singles(queries.matching(query))
    )
    return csv_stream("price-and-quality-all", head, rows)
