"""Who takes part and who is missing, and how long each stage takes."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lpdqa.web.access import requires
from lpdqa.web.charts import Chart, Mark, axis_for, bar_chart, csv_of, interval_chart
from reviews.queries.turnout import Share, Stage, by_kind, by_region, by_size, by_stage

RUN = "accounts.run_register"


@requires(RUN)
@require_GET
def turnout(request: HttpRequest) -> HttpResponse:
    """Shares by kind, region and size, and days by stage; each chart with its table and CSV."""
    examples = request.GET.get("example") != "no"
    charts = [
        _shares("by-kind", "By kind of organisation", by_kind(examples=examples), "Kind"),
        _shares("by-region", "By region", by_region(examples=examples), "Region"),
        _shares("by-size", "Trusts by number of schools", by_size(examples=examples), "Size"),
        _stages(by_stage()),
    ]
    if answer := csv_of(request, charts):
        return answer
    missing = [share.label for share in by_kind(examples=examples) if share.listed and not share.submitted]
    context = {"charts": charts, "missing": missing, "examples": examples}
    return render(request, "reviews/board/turnout.html", context)


def _shares(key: str, title: str, shares: Sequence[Share], rows_are: str) -> Chart:
    axis = axis_for(
        "Organisations that have sent something for review, per cent of those listed", [], low=0, high=100, places=0,
        suffix="%", zero=True,
    )  # fmt: skip
    marks = [
        Mark(
            share.label,
            share.percent,
            n=share.listed,
            note="" if share.listed else "none is listed",
            cells=(f"{share.submitted:,}", f"{share.rated:,}"),
        )
        for share in shares
    ]
    return bar_chart(key, title, axis, marks, rows_are=rows_are, columns=("Have sent one", "Have a rating"))


def _stages(stages: Sequence[Stage]) -> Chart:
    axis = axis_for(
        "Days in the stage", [point for s in stages for point in (s.low, s.high)], zero=True, places=0
    )
    marks = [Mark(stage.label, stage.median, low=stage.low, high=stage.high, n=stage.n) for stage in stages]
    return interval_chart(
        "by-stage", "How long each stage takes", axis, marks, rows_are="Stage", interval="Middle half",
        note="The middle stay and the middle half of them, from the trail. Stays that haven’t ended are left out.",
    )  # fmt: skip
