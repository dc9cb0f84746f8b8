"""The results of a search as a map, with the same address as the list and the same counts as its filters."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lpdqa.web.access import public
from lpdqa.web.charts import csv_response
from lpdqa.web.maps import AUTHORITIES, LONDON, REGIONS, Area, area_map, sheet_of
from programmes.choices import EntryKind
from programmes.queries import search as queries
from programmes.queries.facets import BY_NAME, Choices
from programmes.views.address import Address
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
    filters = read_address(request)
    query = filters.query
    level = "authority" if request.GET.get("areas") == "authority" else "region"
    counted = _counted(request, query, level)
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
    total = queries.matching(query).count()
    most = max((area.count for area in counted.areas), default=0)
    return render(
        request,
        "programmes/search_map.html",
        {
            **frame(request, filters, query, total),
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


def _counted(request: HttpRequest, query: queries.SearchQuery, level: str) -> Counted:
    """The counts that the filter shows too: beside every other filter, whatever is chosen in this one. So a number
    is what its link finds.
    """
    facet = BY_NAME[level]
    counts = queries.facet_counts(query)[level]
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
