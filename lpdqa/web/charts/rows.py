"""Charts of rows: bars, intervals, and distributions among them."""

from __future__ import annotations

from collections.abc import Sequence

from lpdqa.web.charts.axes import Axis
from lpdqa.web.charts.drawn import SPREAD_HEIGHT, Chart, Column, DrawnGroup, DrawnMark, Table, count_words
from lpdqa.web.charts.marks import Group, Mark, Spread

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
    table = _table(axis, drawn, rows_are, columns, interval)
    return Chart(key, kind, title, axis, table, groups=drawn, note=note, interval=interval)


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
            row += [count_words(mark.n)] if shown["n"] else []
            row += [*mark.cells, *[""] * (len(columns) - len(mark.cells))]
            row += [mark.note] if shown["Note"] else []
            rows.append(row)
        for column in group.columns:
            row = [*lead, "", column.words]
            row += ["–"] if shown[interval] else []
            row += [count_words(column.count), *[""] * len(columns), *([""] if shown["Note"] else [])]
            rows.append(row)
    return Table(head, rows)
