"""Geometry of the profiles of several things in one picture: at each heading their bars stand side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lpdqa.web.formats import score
from programmes.choices import HEADINGS

TOP = 4
HEIGHT = 120
BAR, GAP, BETWEEN = 26, 4, 26
LEFT, ABOVE, BELOW = 22, 20, 44
LETTERS = "ABCD"


@dataclass(frozen=True)
class OverlayBar:
    """One bar; `css` tells its tone, `letter` stands below it. Without a score there is no height."""

    x: int
    y: float
    height: float
    letter: str
    text: str
    css: str

    @property
    def middle(self) -> float:
        return self.x + BAR / 2


@dataclass(frozen=True)
class OverlayGroup:
    name: str
    middle: float
    bars: list[OverlayBar]


@dataclass(frozen=True)
class Overlay:
    groups: list[OverlayGroup]
    width: int
    height: int = HEIGHT
    full_height: int = ABOVE + HEIGHT + BELOW
    above: int = ABOVE
    left: int = LEFT
    bar: int = BAR

    @property
    def lines(self) -> list[tuple[int, float]]:
        """Scores with a line across, and where."""
        return [(value, HEIGHT - HEIGHT * value / TOP) for value in range(TOP + 1)]

    @property
    def right(self) -> int:
        return self.width - LEFT


def overlay(profiles: Sequence[Mapping[str, Any]]) -> Overlay:
    """The picture of up to four profiles (heading to score; missing or None where there is no score)."""
    each = len(profiles) * BAR + (len(profiles) - 1) * GAP
    groups = []
    for place, heading in enumerate(HEADINGS):
        start = place * (each + BETWEEN) + GAP
        bars = []
        for number, profile in enumerate(profiles):
            value = profile.get(heading)
            height = 0.0 if value is None else round(HEIGHT * min(float(value), TOP) / TOP, 1)
            bars.append(
                OverlayBar(
                    x=start + number * (BAR + GAP),
                    y=HEIGHT - height,
                    height=height,
                    letter=LETTERS[number],
                    text=score(value),
                    css=LETTERS[number].lower(),
                )
            )
        groups.append(OverlayGroup(heading.capitalize(), start + each / 2, bars))
    return Overlay(groups, LEFT + len(HEADINGS) * (each + BETWEEN))
