"""What published ratings would be under a draft: asked for, and read with its date and the draft's hash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_http_methods

from lpdqa.web.access import requires
from lpdqa.web.charts import Chart, Mark, axis_for, bar_chart, csv_of
from lpdqa.web.csv_files import csv_response
from lpdqa.web.refusals import words
from lpdqa.workflow import WorkflowError
from programmes.choices import Band
from providers.views.shared import the_user
from reviews.choices import JobState
from reviews.models import FrameworkVersion, Simulation
from reviews.queries.framework_drafts import faults_of
from reviews.queries.simulation import AWAITING, NONE, in_short, published_ratings
from reviews.services.simulations import start_simulation
from reviews.views.framework_editor import RUN, framework_or_404

_GROUPS = (
    ("kind", "By what is rated", "Kind"),
    ("provider_kind", "By kind of provider", "Kind of provider"),
    ("region", "By region", "Region"),
    ("phase", "By phase", "Phase"),
)


@requires(RUN, get=framework_or_404)
@require_http_methods(["GET", "POST"])
def latest(request: HttpRequest, framework: FrameworkVersion) -> HttpResponse:
    """The simulations of a draft; a POST asks for a new one."""
    if request.method == "POST":
        try:
            started = start_simulation(framework=framework, by=the_user(request))
        except (ValidationError, WorkflowError) as refusal:
            messages.error(request, words(refusal))
            return redirect("framework_simulation", framework.pk)
        return redirect("simulation", started.public_id)
    runs = list(framework.simulations.defer("document").order_by("-id"))
    return render(
        request,
        "reviews/editor/simulations.html",
        {
            "framework": framework,
            "runs": [
                (run, run.is_stale(framework), in_short(run.results) if run.results else "") for run in runs
            ],
            "faults": len(faults_of(framework.document)),
            "number": published_ratings().count(),
            "may_run": framework.state in ("draft", "consultation"),
        },
    )


def simulation_or_404(request: HttpRequest, public_id: UUID) -> Simulation:
    return get_object_or_404(
        Simulation.objects.select_related("framework").defer("document", "framework__document"),
        public_id=public_id,
    )


@requires(RUN, get=simulation_or_404)
@require_GET
def simulation(request: HttpRequest, simulation: Simulation) -> HttpResponse:
    """One result with its charts, tables and the arithmetic of the largest movers; or how far it is."""
    framework = simulation.framework
    context: dict[str, Any] = {
        "framework": framework,
        "simulation": simulation,
        "stale": simulation.is_stale(framework),
        "may_run": framework.state in ("draft", "consultation"),
    }
    if simulation.state != JobState.DONE:
        return render(request, "reviews/editor/simulation_waiting.html", context)
    results: dict[str, Any] = simulation.results or {}
    titles = {**dict(Band.choices), AWAITING: "Needs a third score", NONE: "Can’t be worked out"}
    matrix = _matrix(results, titles)
    charts = [_bands(results, framework), *(_by_group(results, *group) for group in _GROUPS)]
    if request.GET.get("csv") == "matrix":
        return csv_response("matrix", matrix["head"], [row["cells"] for row in matrix["rows"]])
    if request.GET.get("csv") == "movers":
        return csv_response("movers", _MOVER_HEAD, _mover_rows(results, titles))
    context |= {
        "results": results,
        "short": in_short(results),
        "matrix": matrix,
        "charts": charts,
        "movers": [
            {**mover, "old_title": titles[mover["old"]], "new_title": titles[mover["new"]]}
            for mover in results["movers"]
        ],
        "on": parse_date(results["on"]),
    }
    return csv_of(request, charts) or render(request, "reviews/editor/simulation.html", context)


def _matrix(results: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, Any]:
    """Bands now down, bands under the draft across; only what there is, and every band that a rating now has."""
    counts = {(old, new): number for old, new, number in results["matrix"]}
    order = [*reversed(Band.values), AWAITING, NONE]
    olds = [band for band in order if any(old == band for old, _ in counts)]
    news = [band for band in order if band in Band.values or any(new == band for _, new in counts)]
    rows = []
    for old in olds:
        numbers = [counts.get((old, new), 0) for new in news]
        rows.append(
            {
                "title": titles[old],
                "numbers": [(number, old == new) for number, new in zip(numbers, news, strict=True)],
                "total": sum(numbers),
                "cells": [titles[old], *(str(number) for number in numbers), str(sum(numbers))],
            }
        )
    return {"head": ["Band now", *(titles[new] for new in news), "All"], "rows": rows}


def _bands(results: Mapping[str, Any], framework: FrameworkVersion) -> Chart:
    """How many ratings have each band now, and would have it."""
    now: dict[str, int] = {}
    then: dict[str, int] = {}
    for old, new, number in results["matrix"]:
        now[old] = now.get(old, 0) + number
        then[new] = then.get(new, 0) + number
    bands = list(reversed(Band.choices))
    extra = [(AWAITING, "Needs a third score"), (NONE, "Can’t be worked out")]
    axis = axis_for("Ratings", [*now.values(), *then.values()], zero=True, places=0)
    marks = []
    for code, title in bands:
        marks.append(Mark(f"{title}, now", now.get(code, 0), tone="quiet"))
        marks.append(Mark(f"{title}, under {framework.version}", then.get(code, 0)))
    marks += [Mark(title, then[code]) for code, title in extra if code in then]
    return bar_chart("bands", "Bands now and under the draft", axis, marks, rows_are="Band")


def _by_group(results: Mapping[str, Any], name: str, title: str, rows_are: str) -> Chart:
    """Share of ratings that would move in each group, with the numbers behind it."""
    marks = []
    for label, found in results["groups"][name]:
        up, down, same, no_band = (found.get(word, 0) for word in ("up", "down", "same", "no_band"))
        number = up + down + same + no_band
        marks.append(
            Mark(
                label,
                100 * (up + down) / number,
                n=number,
                cells=(f"{up:,}", f"{down:,}", f"{same:,}", f"{no_band:,}"),
            )
        )
    note = "A rating for several phases counts in each." if name == "phase" else ""
    return bar_chart(
        name,
        title,
        axis_for("Ratings that would move, per cent", [], low=0, high=100, places=0),
        marks,
        rows_are=rows_are,
        columns=("Up", "Down", "The same", "No band"),
        note=note,
    )


_MOVER_HEAD = [
    "Rating", "Title", "Provider", "Example", "Band now", "Overall now", "Band under the draft",
    "Overall under the draft", "Why",
]  # fmt: skip


def _mover_rows(results: Mapping[str, Any], titles: Mapping[str, str]) -> list[list[str]]:
    return [
        [
            mover["rating"],
            mover["title"],
            mover["provider"],
            "yes" if mover["is_example"] else "no",
            titles[mover["old"]],
            mover["old_overall"],
            titles[mover["new"]],
            mover["new_overall"],
            mover["after"]["summary"],
        ]
        for mover in results["movers"]
    ]
