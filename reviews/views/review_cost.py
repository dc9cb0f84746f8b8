"""What a review takes and costs, by kind of subject."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lpdqa.web.access import requires
from lpdqa.web.charts import Chart, Mark, axis_for, bar_chart, csv_of
from reviews.forms.review_cost import RatesForm
from reviews.queries.review_cost import KindCost, Rates, cost_by_kind


@requires("accounts.run_register")
@require_safe
def review_cost(request: HttpRequest) -> HttpResponse:
    """Hours and, with what an hour costs, pounds a review; each chart with its table and CSV."""
    form = RatesForm(request.GET if {"assessor", "administrator"} & set(request.GET) else None)
    rates = Rates(**form.cleaned_data) if form.is_bound and form.is_valid() else Rates()
    rows = [row for row in cost_by_kind() if row.n]
    charts = [_hours(rows)] if rows else []
    if rows and rates.are_known:
        charts.insert(0, _pounds(rows, rates))
    if answer := csv_of(request, charts):
        return answer
    return render(request, "reviews/board/review_cost.html", {"form": form, "charts": charts, "rates": rates})


def _hours(rows: Sequence[KindCost]) -> Chart:
    totals = [row.assessor_hours + row.administrator_hours for row in rows]
    axis = axis_for("Hours a review, mean", totals, zero=True, places=1)
    marks = [
        Mark(
            row.label,
            total,
            n=row.n,
            cells=(f"{row.assessor_hours:.1f}", f"{row.administrator_hours:.1f}", f"{row.median_hours:.1f}"),
        )
        for row, total in zip(rows, totals, strict=True)
    ]
    columns = ("Of assessors", "Of administrators", "Median of both")
    return bar_chart("hours", "Hours that a review takes", axis, marks, rows_are="Kind", columns=columns)


def _pounds(rows: Sequence[KindCost], rates: Rates) -> Chart:
    costs = [row.cost(rates) for row in rows]
    axis = axis_for("Pounds a review, mean", costs, zero=True, places=0)
    marks = [
        Mark(row.label, cost, n=row.n, text="" if cost is None else f"£{cost:,.0f}")
        for row, cost in zip(rows, costs, strict=True)
    ]
    return bar_chart(
        "pounds", "What a review costs", axis, marks, rows_are="Kind",
        note=f"At £{rates.assessor} for an hour of an assessor and £{rates.administrator} of an administrator.",
    )  # fmt: skip
