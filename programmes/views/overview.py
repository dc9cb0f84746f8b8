"""What is quality assured where, and where the gaps are: the public overview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lpdqa.web.access import public
from lpdqa.web.charts import Chart, Mark, Spread, axis_for, bar_chart, csv_of, interval_chart
from lpdqa.web.csv_files import csv_response
from lpdqa.web.maps import REGIONS, Area, area_map
from programmes.choices import EntryKind, ProgrammeKind, Topic
from programmes.queries.overview import Overview, Tally, overview
from programmes.queries.row_choices import region_choices
from providers.choices import Expertise, Phase

FEWEST = 3
"""Prices of fewer programmes say nothing of a kind's prices."""

Link = Callable[..., str]


@dataclass(frozen=True)
class Cell:
    """How many in one region and phase, and the search that finds them."""

    count: int
    url: str


@public
@require_safe
def overview_page(request: HttpRequest) -> HttpResponse:
    """Counts by place, kind, topic, continuum and price; `?csv=` gives each as a file, `?examples=no` leaves out what
    is made up.
    """
    examples = request.GET.get("examples") != "no"
    figures = overview(examples=examples)

    def link(kind: EntryKind, **filters: str) -> str:
        words = {"kind": kind.value, **filters, **({} if examples else {"examples": "no"})}
        return f"{reverse('search')}?{urlencode(words)}"

    regions = region_choices()
    head = ["Region", "Programmes", "Specialist leaders", "Providers"]
    by_region = [_region_row(figures, code, name, link) for code, name in regions]
    gaps = [(name, [_cell(figures, code, phase, link) for phase in Phase]) for code, name in regions]
    charts = _charts(figures, link)
    wanted = request.GET.get("csv")
    if wanted == "regions":
        return csv_response(
            "regions", head, [[name, *(cell.count for cell in cells)] for name, cells in by_region]
        )
    if wanted == "gaps":
        phases = [str(phase.label) for phase in Phase]
        return csv_response(
            "gaps", ["Region", *phases], [[name, *(cell.count for cell in cells)] for name, cells in gaps]
        )
    if file := csv_of(request, charts.values()):
        return file
    return render(
        request,
        "programmes/overview.html",
        {
            "figures": figures,
            "examples": examples,
            "totals": [
                (words, figures.kinds.get(kind, Tally()), link(kind))
                for kind, words in (
                    (EntryKind.PROGRAMME, "programmes"),
                    (EntryKind.SLE, "specialist leaders"),
                    (EntryKind.PROVIDER, "providers"),
                )
            ],
            "map": area_map(
                REGIONS,
                [
                    Area(code, name, cells[0].count, cells[0].url)
                    for (code, name), (_, cells) in zip(regions, by_region, strict=True)
                ],
                labelled=True,
            ),
            "head": head,
            "by_region": by_region,
            "phases": [str(phase.label) for phase in Phase],
            "gaps": gaps,
            "empty": sum(not cell.count for _, cells in gaps for cell in cells),
            "charts": charts,
        },
    )


def _region_row(figures: Overview, code: str, name: str, link: Link) -> tuple[str, list[Cell]]:
    return name, [
        Cell(figures.regions.get(kind, Counter())[code], link(kind, region=code))
        for kind in (EntryKind.PROGRAMME, EntryKind.SLE, EntryKind.PROVIDER)
    ]


def _cell(figures: Overview, region: str, phase: Phase, link: Link) -> Cell:
    return Cell(
        figures.gaps[region, phase.value], link(EntryKind.PROGRAMME, region=region, phase=phase.value)
    )


def _charts(figures: Overview, link: Link) -> dict[str, Chart]:
    """The charts by their keys; each number leads to the search that finds it."""
    programme, sle = EntryKind.PROGRAMME, EntryKind.SLE
    return {
        "kinds": _bars(
            "kinds",
            "Quality-assured programmes by kind",
            ProgrammeKind,
            figures.programme_kinds,
            lambda code: link(programme, programme_kind=code),
            "Kind",
        ),
        "topics": _bars(
            "topics",
            "Quality-assured programmes by topic",
            Topic,
            figures.topics,
            lambda code: link(programme, topic=code),
            "Topic",
        ),
        "expertise": _bars(
            "expertise",
            "Quality-assured specialist leaders by area of expertise",
            Expertise,
            figures.expertise,
            lambda code: link(sle, expertise=code),
            "Area of expertise",
        ),
        "continuum": _continuum(figures),
        "prices": _prices(figures, link),
    }


def _bars(
    key: str,
    title: str,
    choices: type[TextChoices],
    tallies: Mapping[str, Tally],
    url: Callable[[str], str],
    rows_are: str,
) -> Chart:
    """Bars of how many are assured; every choice has its row, so that what there is none of is seen too."""
    shown = [(code, str(label), tallies.get(code, Tally())) for code, label in choices.choices]
    return bar_chart(
        key,
        title,
        axis_for("Quality assured", [tally.assured for _, _, tally in shown], zero=True, places=0),
        [
            Mark(label, tally.assured, url=url(code) if tally.assured else "", cells=(f"{tally.listed:,}",))
            for code, label, tally in shown
        ],
        rows_are=rows_are,
        columns=["On the register"],
        note="One with several counts in each." if key != "kinds" else "",
    )


def _continuum(figures: Overview) -> Chart:
    values = [index for index, n in figures.continuum.items() for _ in range(n)]
    rows: list[Any] = [Spread("Quality-assured programmes", values, bins=20)] if values else []
    return interval_chart(
        "continuum",
        "From commercial to collaborative",
        axis_for("Continuum index", [], low=0, high=100, places=0, below="commercial", above="collaborative"),
        rows,
        rows_are="Index",
        note="How far knowledge is shared rather than sold, worked out from what providers state; never part of a "
        "rating."
        if values
        else "No quality-assured programme states all that this is worked out from.",
    )


def _prices(figures: Overview, link: Link) -> Chart:
    prices = figures.prices
    marks = []
    for code, label in ProgrammeKind.choices:
        found = prices.get(code)
        if found is None:
            continue
        url = link(EntryKind.PROGRAMME, programme_kind=code)
        if found.n < FEWEST:
            note = f"fewer than {FEWEST} prices"
            marks.append(Mark(str(label), None, n=found.n, note=note, url=url))
            continue
        marks.append(Mark(str(label), found.median, low=found.lower, high=found.upper, n=found.n, url=url))
    return interval_chart(
        "prices",
        "Price of quality-assured programmes by kind",
        axis_for("Price per participant, £", [mark.high for mark in marks], zero=True, places=0),
        marks,
        rows_are="Kind",
        interval="Middle half",
        note="The dot is the median, the line the middle half of the prices; n programmes state a price."
        if marks
        else "No quality-assured programme states a price.",
    )
