"""Scores as a long table (one row a score) and as counts (how many gave each level, unit by unit)."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reviews.rating.problems import BadScore, DuplicateScore, NoScores, NothingShared, OneRater, TooManyLevels

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

# Coefficients are for rating scales; their tables are levels by levels.
MOST_LEVELS = 1000


@dataclass(frozen=True)
class Counts:
    """How many raters gave each level.

    levels  q different scores, ascending
    rows    m x q, how many raters gave the unit that level; any number of raters a unit
    times   m, how many units have exactly that row: equal units may be counted once with their number
    """

    levels: Floats
    rows: Floats
    times: Floats

    @property
    def raters(self) -> Floats:
        """m, how many scores a unit has."""
        return self.rows.sum(axis=1)

    @property
    def n_units(self) -> int:
        return int(self.times[self.raters > 0].sum())


@dataclass(frozen=True)
class Scores:
    """n scores: `unit` and `rater` are places in the labels, `value` is the score. Missing scores are absent."""

    unit: Places
    rater: Places
    value: Floats
    units: tuple[Hashable, ...]
    raters: tuple[Hashable, ...]

    def counts(self, levels: Sequence[float] | None = None) -> Counts:
        """The scores as counts, over the levels that occur or over all `levels` of the scale.

        Raises BadScore for a score that isn't one of `levels`, TooManyLevels for more than a scale has.
        """
        known = np.unique(self.value) if levels is None else np.unique(np.asarray(levels, dtype=np.float64))
        if len(known) > MOST_LEVELS:
            raise TooManyLevels(
                f"There are {len(known):,} different scores; a rating scale has at most {MOST_LEVELS:,}.",
                len(known),
            )
        place = np.searchsorted(known, self.value)
        outside = (place == len(known)) | (known[np.minimum(place, len(known) - 1)] != self.value)
        if outside.any():
            row = int(np.argmax(outside))
            who = f"{self.raters[self.rater[row]]} on {self.units[self.unit[row]]}"
            raise BadScore(f"The score {self.value[row]:g} by {who} is outside the scale.", who)
        cells = np.bincount(self.unit * len(known) + place, minlength=len(self.units) * len(known))
        rows, times = np.unique(cells.reshape(len(self.units), len(known)), axis=0, return_counts=True)
        return Counts(known, rows.astype(np.float64), times.astype(np.float64))

    def matrix(self) -> Floats | None:
        """Units by raters, or None unless every rater scored every unit."""
        if len(self.value) != len(self.units) * len(self.raters):
            return None
        table = np.empty((len(self.units), len(self.raters)))
        table[self.unit, self.rater] = self.value
        return table


def scores_of(
    units: Sequence[Hashable], raters: Sequence[Hashable], values: Sequence[float] | Floats
) -> Scores:
    """Check n scores and number their units and raters; the order of the rows doesn't matter.

    Raises:
        NoScores, OneRater, NothingShared: there is nothing to compare.
        BadScore: a score that is no finite number.
        DuplicateScore: one rater scored a unit twice.
    """
    value = np.asarray(values, dtype=np.float64)
    if not len(value):
        raise NoScores("There is no score.")
    if not np.isfinite(value).all():
        row = int(np.argmin(np.isfinite(value)))
        raise BadScore(
            f"The score by {raters[row]} on {units[row]} is not a number.", (units[row], raters[row])
        )
    unit, unit_labels = numbered(units)
    rater, rater_labels = numbered(raters)
    if len(rater_labels) == 1:
        raise OneRater(
            f"All scores are by one rater ({rater_labels[0]}); agreement needs two.", rater_labels[0]
        )
    cell = unit * len(rater_labels) + rater
    order = np.argsort(cell, kind="stable")
    twice = np.flatnonzero(np.diff(cell[order]) == 0)
    if len(twice):
        row = int(order[twice[0]])
        raise DuplicateScore(f"{raters[row]} scored {units[row]} twice.", (units[row], raters[row]))
    if np.bincount(unit).max() < 2:
        raise NothingShared("No unit was scored by two raters.")
    return Scores(unit, rater, value, unit_labels, rater_labels)


def numbered(labels: Sequence[Hashable]) -> tuple[Places, tuple[Hashable, ...]]:
    """Each label's place, and the different labels in the order in which they come first."""
    places: dict[Hashable, int] = {}
    numbers = np.fromiter(
        (places.setdefault(label, len(places)) for label in labels), dtype=np.int64, count=len(labels)
    )
    return numbers, tuple(places)
