"""What is estimated from what: numbered elements of three facets, without extreme ones, in one connected piece."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reviews.rating.agreement.scores import Floats, Places, numbered
from reviews.rating.problems import (
    AllExtreme,
    BadScore,
    Disconnected,
    DuplicateScore,
    NoScores,
    OneRater,
    TooManyLevels,
)

FACETS = ("subject", "assessor", "criterion")
# More steps than a rating scale has: a percentage, say, wants another model.
MOST_LEVELS = 30
_SHOWN = 5  # elements and subsets that an error names before it says "and so many more"

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Design:
    """n scores. `places[f]` numbers the elements of facet f, whose names are `labels[f]`; `score` is as given."""

    places: tuple[Places, Places, Places]
    labels: tuple[tuple[Hashable, ...], tuple[Hashable, ...], tuple[Hashable, ...]]
    score: Places

    def sizes(self) -> tuple[int, ...]:
        return tuple(len(labels) for labels in self.labels)


@dataclass(frozen=True)
class Core:
    """The scores that are estimated from: `rows` picks them, `kept[f]` the elements that have a measure.

    `level` is each kept score's place among `levels`, the different scores there are, ascending.
    """

    rows: Bools
    kept: tuple[Bools, Bools, Bools]
    levels: Places
    level: Places


def design_of(
    subjects: Sequence[Hashable],
    assessors: Sequence[Hashable],
    criteria: Sequence[Hashable],
    scores: Sequence[float] | Floats | Places,
    scale: tuple[int, int] | None = None,
) -> Design:
    """Check n scores and number the elements.

    scale: lowest and highest possible score, where it is known.

    Raises NoScores, BadScore, OneRater, DuplicateScore, TooManyLevels.
    """
    given = np.asarray(scores, dtype=np.float64)
    if not len(given):
        raise NoScores("There is no score.")

    def where(row: int) -> str:
        return f"{assessors[row]} on {subjects[row]}, {criteria[row]}"

    whole = np.isfinite(given) & (given == np.round(given))
    if not whole.all():
        row = int(np.argmin(whole))
        raise BadScore(f"The score by {where(row)} is not a whole number.", where(row))
    if scale is not None and not ((given >= scale[0]) & (given <= scale[1])).all():
        row = int(np.argmax((given < scale[0]) | (given > scale[1])))
        raise BadScore(
            f"The score {given[row]:g} by {where(row)} is outside {scale[0]} to {scale[1]}.", where(row)
        )
    numbers = [numbered(labels) for labels in (subjects, assessors, criteria)]
    if len(numbers[1][1]) == 1:
        raise OneRater(
            f"All scores are by one assessor ({numbers[1][1][0]}); severity needs two.", numbers[1][1][0]
        )
    score = given.astype(np.int64)
    if len(np.unique(score)) > MOST_LEVELS:
        raise TooManyLevels(
            f"There are {len(np.unique(score))} different scores; a rating scale has at most {MOST_LEVELS}.",
            len(np.unique(score)),
        )
    sizes = [len(labels) for _, labels in numbers]
    cell = (numbers[0][0] * sizes[1] + numbers[1][0]) * sizes[2] + numbers[2][0]
    order = np.argsort(cell, kind="stable")
    twice = np.flatnonzero(np.diff(cell[order]) == 0)
    if len(twice):
        row = int(order[twice[0]])
        raise DuplicateScore(
            f"{assessors[row]} scored {criteria[row]} of {subjects[row]} twice.",
            (subjects[row], assessors[row], criteria[row]),
        )
    places, labels = zip(*numbers, strict=True)
    return Design(places, labels, score)


def core_of(design: Design, without: Sequence[int] = ()) -> Core:
    """Take out, again and again, what has only lowest or only highest scores, and check what is left.

    without: subjects, by number, that are out from the start.

    An element that loses all its scores with others goes too. Raises AllExtreme, Disconnected.
    """
    rows = np.ones(len(design.score), dtype=bool)
    kept = tuple(np.ones(size, dtype=bool) for size in design.sizes())
    kept[0][list(without)] = False
    rows &= kept[0][design.places[0]]
    while True:
        if not rows.any():
            raise AllExtreme(
                "Every subject, assessor or criterion has only lowest or only highest scores: "
                "there is nothing to estimate from.",
                int(design.score[0]),
            )
        lowest, highest = design.score[rows].min(), design.score[rows].max()
        still = []
        for places, stays in zip(design.places, kept, strict=True):
            there = places[rows]
            count = np.bincount(there, minlength=len(stays))
            low = np.bincount(there, weights=design.score[rows] == lowest, minlength=len(stays))
            high = np.bincount(there, weights=design.score[rows] == highest, minlength=len(stays))
            still.append(stays & (count > low) & (count > high))
        if all((new == old).all() for new, old in zip(still, kept, strict=True)):
            break
        kept = (still[0], still[1], still[2])
        rows = kept[0][design.places[0]] & kept[1][design.places[1]] & kept[2][design.places[2]]
    _check_connected(design, rows, kept)
    levels, level = np.unique(design.score[rows], return_inverse=True)
    return Core(rows, (kept[0], kept[1], kept[2]), levels, level)


def _check_connected(design: Design, rows: Bools, kept: Sequence[Bools]) -> None:
    """Raise Disconnected where the measures of some elements of a facet can't be compared with the others'.

    First the quick rule (J. A. Weeks and D. R. Williams, Technometrics 6, 1964): elements that were scored under the
    same elements of the other facets are comparable, and so are those under elements that are comparable. It
    is enough but not necessary, so what it leaves apart is decided by the rank of the design.
    """
    places = [np.cumsum(stays)[facet[rows]] - 1 for facet, stays in zip(design.places, kept, strict=True)]
    sizes = [int(stays.sum()) for stays in kept]
    if all(size == 1 for size in _merged(places, sizes)):
        return
    for facet, groups in _inestimable(places, sizes):
        labels = [label for label, stays in zip(design.labels[facet], kept[facet], strict=True) if stays]
        subsets = [[str(labels[place]) for place in group] for group in groups]
        named = "; ".join(f"({_listed(subset)})" for subset in subsets[:_SHOWN])
        more = f" and {len(subsets) - _SHOWN} more" if len(subsets) > _SHOWN else ""
        raise Disconnected(
            f"The scores fall into {len(subsets)} subsets of {_PLURALS[FACETS[facet]]} that share nothing, "
            f"so their measures can't be compared: {named}{more}.",
            FACETS[facet],
            subsets,
        )


_PLURALS = {"subject": "subjects", "assessor": "assessors", "criterion": "criteria"}


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _merged(places: Sequence[Places], sizes: Sequence[int]) -> list[int]:
    """How many groups are left in each facet when what is comparable by the quick rule is put together."""
    group = [np.arange(size) for size in sizes]
    while True:
        before = [len(np.unique(groups)) for groups in group]
        for facet in range(3):
            first, second = (other for other in range(3) if other != facet)
            key = group[first][places[first]] * sizes[second] + group[second][places[second]]
            group[facet] = _joined(group[facet], group[facet][places[facet]], key)
        after = [len(np.unique(groups)) for groups in group]
        if after == before:
            return after


def _joined(group: Places, member: Places, key: Places) -> Places:
    """Groups whose members share a key become one (the least number of them); until nothing changes."""
    key = np.unique(key, return_inverse=True)[1]
    while True:
        least = np.full(int(key.max()) + 1, len(group), dtype=np.int64)
        np.minimum.at(least, key, member)
        new = np.arange(len(group), dtype=np.int64)
        np.minimum.at(new, member, least[key])
        while (new[new] != new).any():
            new = new[new]
        if (new[member] == member).all():
            return group
        group, member = new[group], new[member]


def _inestimable(places: Sequence[Places], sizes: Sequence[int]) -> Iterator[tuple[int, list[list[int]]]]:
    """Facets, assessors first, whose elements fall apart, with the groups: decided by the rank of the design.

    The largest facet is eliminated from the cross-product of the additive design; two of the nulls that remain
    shift one whole facet each. Elements that agree in every null vector are comparable.
    """
    big = int(np.argmax(sizes))
    small = [facet for facet in (1, 2, 0) if facet != big]
    first, second = small
    total = sizes[first] + sizes[second]
    count = np.bincount(places[big], minlength=sizes[big]).astype(np.float64)
    cross = np.zeros((sizes[big], total))
    np.add.at(cross, (places[big], places[first]), 1.0)
    np.add.at(cross, (places[big], sizes[first] + places[second]), 1.0)
    inner = np.diag(cross.sum(axis=0))
    np.add.at(inner, (places[first], sizes[first] + places[second]), 1.0)
    np.add.at(inner, (sizes[first] + places[second], places[first]), 1.0)
    schur = inner - cross.T @ (cross / count[:, None])
    value, vector = np.linalg.eigh(schur)
    null = vector[:, value < 1e-9 * max(1.0, float(value.max()))]
    if null.shape[1] <= 2:
        return
    parts = {first: null[: sizes[first]], second: null[sizes[first] :]}
    # With a measure of nothing but nulls for the small facets, the big one's elements take up what they add.
    parts[big] = -(cross / count[:, None]) @ null
    for facet in (1, 2, 0):
        _, number = np.unique(np.round(parts[facet], 6) + 0.0, axis=0, return_inverse=True)
        groups = [np.flatnonzero(number == one).tolist() for one in np.unique(number)]
        if len(groups) > 1:
            yield facet, sorted(groups)
