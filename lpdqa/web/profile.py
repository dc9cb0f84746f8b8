"""Geometry of the profile: five bars for the five headings, always in the same order, 1 to 4 from a base of
0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lpdqa.web.formats import score

HEADINGS = ("purpose", "governance", "process", "definitions", "value")
TOP = 4.0


@dataclass(frozen=True)
class Size:
    """Bars of `bar` px with `gap` px between, `height` px for a score of 4; px kept free around for words."""

    bar: int
    gap: int
    height: int
    sides: int = 1
    above: int = 1
    below: int = 1

    @property
    def bars_width(self) -> int:
        return 5 * self.bar + 4 * self.gap

    @property
    def width(self) -> int:
        return self.bars_width + 2 * self.sides

    @property
    def full_height(self) -> int:
        return self.height + self.above + self.below

    @property
    def view_box(self) -> str:
        return f"-{self.sides} -{self.above} {self.width} {self.full_height}"


SIZES = {
    "small": Size(bar=9, gap=4, height=36),
    "large": Size(bar=52, gap=36, height=128, sides=14, above=26, below=28),
}


@dataclass(frozen=True)
class Bar:
    """One bar: where it stands, and the strokes of its hatching if the heading is absent."""

    name: str
    score: float | None
    x: int
    y: float
    width: int
    height: float
    hatch: str
    share: float
    """Length of the bar lying down, in percent of a score of 4."""

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def text(self) -> str:
        return score(self.score) if self.score is not None else "not scored"


def bars(headings: Mapping[str, Any] | Sequence[Any], size: str) -> list[Bar]:
    """Return the five bars. `headings` maps names to scores (None or missing: absent), or is five in
    order.
    """
    if not isinstance(headings, Mapping):
        headings = dict(zip(HEADINGS, headings, strict=True))
    box = SIZES[size]
    result = []
    for i, name in enumerate(HEADINGS):
        given = headings.get(name)
        value = None if given is None or given == "" else float(given)
        share = 1.0 if value is None else min(value, TOP) / TOP
        height = round(box.height * share, 1)
        x = i * (box.bar + box.gap)
        result.append(
            Bar(
                name=name,
                score=value,
                x=x,
                y=round(box.height - height, 1),
                width=box.bar,
                height=height,
                hatch=_hatch(x, box) if value is None else "",
                share=round(100 * share, 1),
            )
        )
    return result


def outlines(shown: Sequence[Bar], size: str) -> list[tuple[str, str]]:
    """The bars as paths, one of each kind that occurs: "track" (the whole length behind a bar), "bar", "absent",
    "hatch". A page of results draws 125 bars.
    """
    height = SIZES[size].height
    scored = [bar for bar in shown if bar.score is not None]
    absent = [bar for bar in shown if bar.score is None]
    paths = (
        ("track", "".join(_outline(bar, 0, height) for bar in scored)),
        ("bar", "".join(_outline(bar, bar.y, bar.height) for bar in scored)),
        ("absent", "".join(_outline(bar, bar.y, bar.height) for bar in absent)),
        ("hatch", "".join(bar.hatch for bar in absent)),
    )
    return [(kind, path) for kind, path in paths if path]


def _outline(bar: Bar, y: float, height: float) -> str:
    return f"M{bar.x} {y}h{bar.width}v{height}h-{bar.width}z"


def _hatch(x: int, box: Size) -> str:
    """Diagonal strokes as one path. A pattern would need an id, and ids clash where a page shows many
    profiles.
    """
    strokes = []
    step = max(4, box.bar // 2)
    for start in range(step, box.height + box.bar, step):
        left_y, right_y = start, start - box.bar
        x1, y1 = (x, left_y) if left_y <= box.height else (x + left_y - box.height, box.height)
        x2, y2 = (x + box.bar, right_y) if right_y >= 0 else (x + left_y, 0)
        strokes.append(f"M{x1} {y1}L{x2} {y2}")
    return "".join(strokes)


def sentence(shown: Sequence[Bar]) -> str:
    """What the picture says, for people who don't see it."""
    parts = [f"{bar.name} {bar.text}" for bar in shown]
    return f"Profile, each out of 4: {', '.join(parts)}"
