"""A chart as it is drawn and as it is read: shapes with their places, words, and the table twin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse

from lpdqa.web.charts.axes import Axis
from lpdqa.web.charts.marks import Mark, Point
from lpdqa.web.csv_files import csv_response

SCATTER_HEIGHT = 320
SPREAD_HEIGHT = 72


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
    """A drawing with its words and its twin, for `{% chart %}`; made by the functions of this package."""

    key: str
    kind: str
    title: str
    axis: Axis
    table: Table
    groups: list[DrawnGroup] = field(default_factory=list)
    points: list[DrawnPoint] = field(default_factory=list)
    y_axis: Axis | None = None
    note: str = ""
    interval: str = ""
    """What the intervals of the rows mean, in words."""

    @property
    def is_empty(self) -> bool:
        return not self.points and not any(group.marks or group.columns for group in self.groups)

    @property
    def y_ticks(self) -> list[tuple[float, str]]:
        """Heights in pixels of the ticks of a scatter's upright axis."""
        if self.y_axis is None:
            return []
        return [(height_of(self.y_axis.percent(tick.at)), tick.text) for tick in self.y_axis.ticks]

    @property
    def x_ticks(self) -> list[tuple[float, str]]:
        return [(self.axis.percent(tick.at), tick.text) for tick in self.axis.ticks]


def height_of(percent: float) -> float:
    """Pixels from the top of a scatter."""
    return round(SCATTER_HEIGHT * (1 - percent / 100), 1)


def count_words(n: int | None) -> str:
    """A number of cases as the table gives it."""
    return "–" if n is None else f"{n:,}"


def csv_of(request: HttpRequest, charts: Iterable[Chart]) -> HttpResponse | None:
    """The CSV of the chart that `?csv=` names, or None where the request asks for the page."""
    wanted = request.GET.get("csv")
    for chart in charts:
        if chart.key == wanted:
            return csv_response(chart.key, chart.table.head, chart.table.rows)
    return None
