"""What a view puts into a chart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


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
