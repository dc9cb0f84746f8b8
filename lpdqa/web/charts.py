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

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

SCATTER_HEIGHT = 320
SPREAD_HEIGHT = 72
_STEPS = (1, 2, 2.5, 5, 10)
# A text that begins with one of these is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Tick:
    at: float
    text: str


@dataclass(frozen=True)
class Axis:
    """What is measured, in words, from `low` to `high`; `below` and `above` say what the two ends mean."""

    words: str
    low: float
    high: float
    ticks: tuple[Tick, ...]
    places: int
    suffix: str = ""
    below: str = ""
    above: str = ""

    def percent(self, value: float) -> float:
        """Where a value lies, in percent of the width; what is outside lies at the end."""
        share = 100 * (value - self.low) / (self.high - self.low)
        return round(min(max(share, 0.0), 100.0), 2)

    def write(self, value: float) -> str:
        """The value as people read it on this axis."""
        return number(value, self.places) + self.suffix

    @property
    def base(self) -> float | None:
        """Where zero is, if it is inside."""
        return self.percent(0) if self.low < 0 < self.high else None


@dataclass(frozen=True)
class Mark:
    """One row of a chart. `text` writes the value otherwise than the axis does; `cells` are for further columns of
    the table; `tone` "warn" or "quiet" changes the shape's fill, and a `note` says why in words."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    text: str = ""
    note: str = ""
    url: str = ""
    tone: str = ""
    cells: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for value in (self.value, self.low, self.high):
            if value is not None and not math.isfinite(value):
                raise ValueError(f"{self.label}: a chart can't show {value}. Leave it out and say why.")


@dataclass(frozen=True)
class Group:
    """Marks under a title of their own, on the axis of the chart. `n`: of how many they tell, else their number."""

    title: str
    marks: Sequence[Mark]
    note: str = ""
    n: int | None = None


@dataclass(frozen=True)
class Spread:
    """How many values lie where: columns on the chart's axis. The table gives the bins."""

    title: str
    values: Sequence[float]
    note: str = ""
    bins: int = 24


@dataclass(frozen=True)
class Point:
    """A point of a scatter, with an upright interval from `low` to `high` where there is one. `named` writes its
    label beside it, `sign` something shorter; all labels are in the table, where `url` makes them links.
    """

    label: str
    x: float
    y: float
    n: int | None = None
    named: bool = False
    sign: str = ""
    tone: str = ""
    low: float | None = None
    high: float | None = None
    url: str = ""


@dataclass(frozen=True)
class DrawnMark:
    mark: Mark
    x: float | None
    low: float | None
    high: float | None
    base: float
    text: str
    interval: str
    anchor: str

    @property
    def width(self) -> float:
        return round(abs((self.x or 0) - self.base), 2)

    @property
    def left(self) -> float:
        return min(self.x or 0, self.base)

    @property
    def interval_width(self) -> float:
        return round((self.high or 0) - (self.low or 0), 2)


@dataclass(frozen=True)
class Column:
    x: float
    width: float
    y: float
    height: float
    count: int
    words: str
    tallest: bool
    """Its count is written: the others can be read against it, and are in the table."""

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)


@dataclass(frozen=True)
class DrawnGroup:
    title: str
    note: str
    marks: list[DrawnMark] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    n: int = 0


@dataclass(frozen=True)
class DrawnPoint:
    point: Point
    x: float
    y: float
    anchor: str
    words: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Table:
    """The same as a table: what a chart shows, for people who read rather than look, and for the CSV."""

    head: list[str]
    rows: list[list[str]]
    links: list[str] = field(default_factory=list)
    """Where the first cell of each row leads; empty where none does."""

    @property
    def linked_rows(self) -> list[tuple[str, list[str]]]:
        """Each row with its link, "" without one."""
        return list(zip(self.links or [""] * len(self.rows), self.rows, strict=True))


@dataclass(frozen=True)
class Chart:
    """A drawing with its words and its twin, for `{% chart %}`; made by the functions below."""

    key: str
    kind: str
    title: str
    axis: Axis
    table: Table
    groups: list[DrawnGroup] = field(default_factory=list)
    points: list[DrawnPoint] = field(default_factory=list)
    y_axis: Axis | None = None
    note: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.points and not any(group.marks or group.columns for group in self.groups)

    @property
    def y_ticks(self) -> list[tuple[float, str]]:
        """Heights in pixels of the ticks of a scatter's upright axis."""
        if self.y_axis is None:
            return []
        return [(_height(self.y_axis.percent(tick.at)), tick.text) for tick in self.y_axis.ticks]

    @property
    def x_ticks(self) -> list[tuple[float, str]]:
        return [(self.axis.percent(tick.at), tick.text) for tick in self.axis.ticks]


# --- Axes ---------------------------------------------------------------------------------------------------


def axis_for(
    words: str,
    values: Iterable[float | None],
    *,
    zero: bool = False,
    low: float | None = None,
    high: float | None = None,
    places: int | None = None,
    suffix: str = "",
    below: str = "",
    above: str = "",
) -> Axis:
    """An axis with round ticks that holds all `values` (None is left out).

    zero: the base is in it (bars always need that); low, high: fix an end, such as 0 and 1 for a share;
    places: decimals of written values (else as many as the ticks need, and one more); 0 gives whole ticks;
    below, above: what smaller and larger mean ("milder", "more severe").
    """
    known = [float(value) for value in values if value is not None and math.isfinite(value)]
    if zero or not known:
        known.append(0.0)
    least = min(known) if low is None else low
    most = max(known) if high is None else high
    if most <= least:
        most = least + 1
    step = _round_step((most - least) / 4)
    if places == 0:
        # What is written in whole numbers has whole ticks.
        step = max(1.0, math.ceil(step))
    first = math.floor(least / step + 1e-9) if low is None else math.ceil(least / step - 1e-9)
    last = math.ceil(most / step - 1e-9) if high is None else math.floor(most / step + 1e-9)
    decimals = max(0, -Decimal(str(step)).normalize().as_tuple().exponent)  # type: ignore[operator]
    ticks = tuple(
        Tick(place * step, number(place * step, decimals) + suffix) for place in range(first, last + 1)
    )
    return Axis(
        words=words,
        low=first * step if low is None else low,
        high=last * step if high is None else high,
        ticks=ticks,
        places=decimals + 1 if places is None else places,
        suffix=suffix,
        below=below,
        above=above,
    )


def number(value: float, places: int) -> str:
    """Halves up, thousands with commas, and a true minus."""
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    if rounded == 0:
        rounded = abs(rounded)
    return f"{rounded:,}".replace("-", "−")


def _round_step(rough: float) -> float:
    scale = 10.0 ** math.floor(math.log10(rough))
    return next(step * scale for step in _STEPS if step * scale >= rough * (1 - 1e-9))


# --- Charts -------------------------------------------------------------------------------------------------

Rows = Sequence[Mark | Group | Spread]


def bar_chart(
    key: str,
    title: str,
    axis: Axis,
    rows: Rows,
    *,
    rows_are: str,
    columns: Sequence[str] = (),
    note: str = "",
) -> Chart:
    """Bars from zero, one under the other. `rows_are` heads the first column of the table ("Criterion").

    Raises ValueError for an axis without zero: lengths would mislead.
    """
    if not axis.low <= 0 <= axis.high:
        raise ValueError(f"{title}: bars start at zero, so the axis has to hold it.")
    return _chart("bars", key, title, axis, rows, rows_are, columns, note)


def interval_chart(
    key: str,
    title: str,
    axis: Axis,
    rows: Rows,
    *,
    rows_are: str,
    columns: Sequence[str] = (),
    interval: str = "95% interval",
    note: str = "",
) -> Chart:
    """A dot at each value with its interval from `low` to `high`. `interval` heads the column that gives it,
    `columns` the marks' further `cells`.
    """
    return _chart("intervals", key, title, axis, rows, rows_are, columns, note, interval)


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
            y=_height(y.percent(point.y)),
            anchor="end" if x.percent(point.x) > 60 else "start",
            words=f"{point.label}: {x.write(point.x)}, {y.write(point.y)}",
            low=None if point.low is None else _height(y.percent(point.low)),
            high=None if point.high is None else _height(y.percent(point.high)),
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
        rows.append(row + ([_count(point.n)] if with_n else []))
    table = Table(
        head=[rows_are, x.words, y.words, *([interval] if interval else []), *(["n"] if with_n else [])],
        rows=rows,
        links=[point.url for point in points] if any(point.url for point in points) else [],
    )
    return Chart(key, "scatter", title, x, table, points=drawn, y_axis=y, note=note)


def _chart(
    kind: str,
    key: str,
    title: str,
    axis: Axis,
    rows: Rows,
    rows_are: str,
    columns: Sequence[str],
    note: str,
    interval: str = "95% interval",
) -> Chart:
    plain = [row for row in rows if isinstance(row, Mark)]
    groups: list[Group | Spread] = [row for row in rows if not isinstance(row, Mark)]
    if plain or not groups:
        groups.insert(0, Group("", plain))
    drawn = [
        _spread(group, axis)
        if isinstance(group, Spread)
        else DrawnGroup(
            group.title,
            group.note,
            marks=[_drawn(mark, axis) for mark in group.marks],
            n=len(group.marks) if group.n is None else group.n,
        )
        for group in groups
    ]
    return Chart(
        key, kind, title, axis, _table(axis, drawn, rows_are, columns, interval), groups=drawn, note=note
    )


def _drawn(mark: Mark, axis: Axis) -> DrawnMark:
    interval = ""
    if mark.low is not None and mark.high is not None:
        interval = f"{axis.write(mark.low)} to {axis.write(mark.high)}"
    x = None if mark.value is None else axis.percent(mark.value)
    return DrawnMark(
        mark=mark,
        x=x,
        low=None if mark.low is None else axis.percent(mark.low),
        high=None if mark.high is None else axis.percent(mark.high),
        base=axis.percent(0),
        text="" if mark.value is None else mark.text or axis.write(mark.value),
        interval=interval,
        # A value below zero is written on the left of its bar.
        anchor="end" if mark.value is not None and mark.value < 0 else "start",
    )


def _spread(spread: Spread, axis: Axis) -> DrawnGroup:
    counts = [0] * spread.bins
    for value in spread.values:
        counts[min(int(axis.percent(value) / 100 * spread.bins), spread.bins - 1)] += 1
    highest, width = max([*counts, 1]), 100 / spread.bins
    step = (axis.high - axis.low) / spread.bins
    columns = []
    for place, count in enumerate(counts):
        if count:
            height = round((SPREAD_HEIGHT - 18) * count / highest, 1)
            words = f"{axis.write(axis.low + place * step)} to {axis.write(axis.low + (place + 1) * step)}"
            columns.append(
                Column(
                    x=round(place * width, 2),
                    width=round(width * 0.9, 2),
                    y=round(SPREAD_HEIGHT - height, 1),
                    height=height,
                    count=count,
                    words=words,
                    tallest=place == counts.index(highest),
                )
            )
    return DrawnGroup(spread.title, spread.note, columns=columns, n=len(spread.values))


def _table(
    axis: Axis, groups: list[DrawnGroup], rows_are: str, columns: Sequence[str], interval: str
) -> Table:
    marks = [drawn for group in groups for drawn in group.marks]
    titled = any(group.title for group in groups)
    shown = {
        interval: any(drawn.interval for drawn in marks),
        "n": any(drawn.mark.n is not None for drawn in marks) or any(group.columns for group in groups),
        "Note": any(drawn.mark.note for drawn in marks),
    }
    head = [*(["Group"] if titled else []), rows_are, axis.words]
    head += [name for name in (interval, "n") if shown[name]]
    head += [*columns, *(["Note"] if shown["Note"] else [])]
    rows = []
    for group in groups:
        lead = [group.title] if titled else []
        for drawn in group.marks:
            mark = drawn.mark
            row = [*lead, mark.label, drawn.text or "–"]
            row += [drawn.interval or "–"] if shown[interval] else []
            row += [_count(mark.n)] if shown["n"] else []
            row += [*mark.cells, *[""] * (len(columns) - len(mark.cells))]
            row += [mark.note] if shown["Note"] else []
            rows.append(row)
        for column in group.columns:
            row = [*lead, "", column.words]
            row += ["–"] if shown[interval] else []
            row += [_count(column.count), *[""] * len(columns), *([""] if shown["Note"] else [])]
            rows.append(row)
    return Table(head, rows)


def _count(n: int | None) -> str:
    return "–" if n is None else f"{n:,}"


def _height(percent: float) -> float:
    return round(SCATTER_HEIGHT * (1 - percent / 100), 1)


# --- CSV ----------------------------------------------------------------------------------------------------


def csv_of(request: HttpRequest, charts: Iterable[Chart]) -> HttpResponse | None:
    """The CSV of the chart that `?csv=` names, or None where the request asks for the page."""
    wanted = request.GET.get("csv")
    for chart in charts:
        if chart.key == wanted:
            return csv_response(chart.key, chart.table.head, chart.table.rows)
    return None


def csv_response(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """Rows as a CSV file that every spreadsheet opens: UTF-8 with its mark, no cell that is taken for a formula."""
    return HttpResponse(_csv_lines(head, rows), headers=_csv_headers(name))


def csv_stream(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """The same for many rows, sent as they are read."""
    return StreamingHttpResponse(_csv_lines(head, rows), headers=_csv_headers(name))


def _csv_headers(name: str) -> dict[str, str]:
    return {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}.csv"',
    }


def _csv_lines(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    writer = csv.writer(_Echo())
    yield "\N{BYTE ORDER MARK}".encode() + writer.writerow(head)
    for row in rows:
        yield writer.writerow([_cell(value) for value in row])


class _Echo:
    """Hands back what is written, so that a writer of files makes lines."""

    def write(self, text: str) -> bytes:
        return text.encode()


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    plain = value.replace("−", "-")
    try:
        float(plain)
    except ValueError:
        return f"'{value}" if value.startswith(_FORMULA) else value
    return plain
