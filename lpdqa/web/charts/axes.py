"""Axes: what is measured, from where to where, with round ticks and numbers as people read them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_STEPS = (1, 2, 2.5, 5, 10)


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
