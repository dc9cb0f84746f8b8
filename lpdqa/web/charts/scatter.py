"""Points on two axes."""

from __future__ import annotations

from collections.abc import Sequence

from lpdqa.web.charts.axes import Axis
from lpdqa.web.charts.drawn import Chart, DrawnPoint, Table, count_words, height_of
from lpdqa.web.charts.marks import Point


def scatter_chart(
    key: str,
    title: str,
    x: Axis,
    y: Axis,
    points: Sequence[Point],
    *,
    rows_are: str,
    interval: str = "",
    note: str = "",
) -> Chart:
    """Points on two axes. `interval` heads the column of what `low` and `high` of the points mean."""
    drawn = [
        DrawnPoint(
            point=point,
            x=x.percent(point.x),
            y=height_of(y.percent(point.y)),
            anchor="end" if x.percent(point.x) > 60 else "start",
            words=f"{point.label}: {x.write(point.x)}, {y.write(point.y)}",
            low=None if point.low is None else height_of(y.percent(point.low)),
            high=None if point.high is None else height_of(y.percent(point.high)),
        )
        for point in points
    ]
    with_n = any(point.n is not None for point in points)
    rows = []
    for point in points:
        row = [point.label, x.write(point.x), y.write(point.y)]
        if interval:
            known = point.low is not None and point.high is not None
            row.append(f"{y.write(point.low)} to {y.write(point.high)}" if known else "–")  # type: ignore[arg-type]
        rows.append(row + ([count_words(point.n)] if with_n else []))
    table = Table(
        head=[rows_are, x.words, y.words, *([interval] if interval else []), *(["n"] if with_n else [])],
        rows=rows,
        links=[point.url for point in points] if any(point.url for point in points) else [],
    )
    return Chart(key, "scatter", title, x, table, points=drawn, y_axis=y, note=note)
