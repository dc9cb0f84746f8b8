"""Charts that the server draws: bars, intervals, a distribution and a scatter, each with its twin as a table and CSV.

A view makes charts, hands them to the template, and answers a request for the CSV of one of them:

    axis = axis_for("Exact agreement, per cent", [row.low for row in rows] + [row.high for row in rows], zero=True)
    marks = [Mark("P1 Purpose", 0.82, low=0.71, high=0.93, n=128) for row in rows]
    charts = [interval_chart("by-criterion", "Agreement by criterion", axis, marks, rows_are="Criterion")]
    return csv_of(request, charts) or render(request, "…", {"charts": charts})

In the template `{% chart charts.0 %}` draws it with direct labels, values at the marks, n, the interval, the words of
the axis, the table twin and a link to the CSV (the page's own address with `?csv=by-criterion`, so that the CSV
is under the same permission and filters as the page). Several on a page need different keys.

- `bar_chart`      lengths from a base of zero
- `interval_chart` a dot with its interval (low and high), or a dot alone
- `Group`s of marks on one axis: pass `[Group("Assessors", marks), Group("Criteria", marks)]` in place of marks
- `Spread`         a distribution as small columns on the same axis: among the groups of any of the above
- `scatter_chart`  points on two axes

Positions along an axis are in percent of the width and heights in pixels: a chart is as wide as its box, its words
keep their size, and nothing needs a script or a style attribute. A mark without a value says why in `note`.
"""

from lpdqa.web.charts.axes import Axis, Tick, axis_for, number
from lpdqa.web.charts.drawn import Chart, Table, csv_of
from lpdqa.web.charts.marks import Group, Mark, Point, Spread
from lpdqa.web.charts.rows import bar_chart, interval_chart
from lpdqa.web.charts.scatter import scatter_chart

__all__ = [
    "Axis",
    "Chart",
    "Group",
    "Mark",
    "Point",
    "Spread",
    "Table",
    "Tick",
    "axis_for",
    "bar_chart",
    "csv_of",
    "interval_chart",
    "number",
    "scatter_chart",
]
