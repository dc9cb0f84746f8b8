"""Consensus of independent scores (docs/rating.md, section 2), for many subjects at once.

Scores are held as small integers in three slots, the two blind ones and the third:
0 is a score that isn't there, -1 "not applicable", 1 to 4 a score.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reviews.rating.inputs import NOT_APPLICABLE, Value
from reviews.rating.scheme import SUBJECT_TYPES, Scheme

MISSING_CODE, NOT_APPLICABLE_CODE = 0, -1
# Why a criterion is discordant, by the number that the arrays hold; the first that fits is given.
REASONS = ("", "not_applicable", "gap", "essential_straddle")

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Tables:
    """A scheme's criteria as arrays: t subject types in the order of SUBJECT_TYPES, c criteria."""

    applies: Bools  # t x c
    essential: Bools  # t x c
    weights: Floats  # c
    heading: tuple[int, ...]  # place of each criterion's heading


@lru_cache(maxsize=32)
def tables(scheme: Scheme) -> Tables:
    places = {heading.code: place for place, heading in enumerate(scheme.headings)}
    return Tables(
        applies=np.array([[kind in c.applies_to for c in scheme.criteria] for kind in SUBJECT_TYPES]),
        essential=np.array([[kind in c.essential_for for c in scheme.criteria] for kind in SUBJECT_TYPES]),
        weights=np.array([c.weight for c in scheme.criteria]),
        heading=tuple(places[c.heading] for c in scheme.criteria),
    )


@dataclass(frozen=True)
class Consensus:
    """Consensus of n subjects x c criteria; every array has that shape.

    `value` is a multiple of 0.5, and nan where there is no number: not applicable, not settled, not scored,
    or not a criterion of the subject type. `reason` is a place in REASONS, 0 where nothing is discordant.
    """

    value: Floats
    not_applicable: Bools
    reason: NDArray[np.int8]
    missing: Bools  # applies to the subject type, but has fewer than two blind scores
    unsettled: Bools  # discordant, and without a third score


def discordance(
    first: NDArray[np.int8], second: NDArray[np.int8], essential: Bools, scheme: Scheme
) -> NDArray[np.int8]:
    """Places in REASONS for pairs of blind scores, of any one shape (section 2, rules 1 and 5)."""
    both = (first != MISSING_CODE) & (second != MISSING_CODE)
    alone = both & ((first == NOT_APPLICABLE_CODE) != (second == NOT_APPLICABLE_CODE))
    numbers = (first > 0) & (second > 0)
    far = numbers & (np.abs(first - second) >= scheme.gap)
    lower, upper = np.minimum(first, second), np.maximum(first, second)
    straddle = (
        numbers & essential & (lower < scheme.essential_straddles) & (upper >= scheme.essential_straddles)
    )
    return np.select([alone, far, straddle], [1, 2, 3], default=0).astype(np.int8)


def settle(scores: NDArray[np.int8], applies: Bools, essential: Bools, scheme: Scheme) -> Consensus:
    """Consensus from scores of shape n x c x 3; `applies` and `essential` are n x c.

    The scores have to be sound (`check_batch`). A third score counts only where the blind scores are
    discordant. Where one assessor alone said "not applicable", the third settles whether the criterion
    applies: if the third says so too, it is not applicable; if the third gives a score, it applies, and
    consensus is the median of the two scores there are, which is their mean.
    """
    first, second, third = scores[..., 0], scores[..., 1], scores[..., 2]
    reason = discordance(first, second, essential, scheme)
    both = (first != MISSING_CODE) & (second != MISSING_CODE)
    concordant = both & (reason == 0)
    adjudicated = (reason > 0) & (third != MISSING_CODE)
    not_applicable = (concordant & (first == NOT_APPLICABLE_CODE)) | (
        adjudicated & (third == NOT_APPLICABLE_CODE)
    )
    lower, upper = np.minimum(first, second), np.maximum(first, second)
    median = np.maximum(lower, np.minimum(upper, third))
    # Where one is -1, `upper` is the other one: the one that is a score.
    of_two = (upper + third) / 2
    value = np.select(
        [not_applicable, concordant, adjudicated & (reason == 1), adjudicated],
        [np.nan, (first + second) / 2, of_two, median],
        default=np.nan,
    )
    return Consensus(
        value=value,
        not_applicable=not_applicable,
        reason=reason,
        missing=applies & ~both,
        unsettled=(reason > 0) & (third == MISSING_CODE),
    )


def code_of(value: Value | None) -> int:
    """A score as the arrays hold it."""
    if value is None:
        return MISSING_CODE
    return NOT_APPLICABLE_CODE if value == NOT_APPLICABLE else int(value)


@dataclass(frozen=True)
class Discordance:
    """A criterion on which the blind scores are too far apart; `reason` is one of REASONS.

    Only where `reason` is "not_applicable" may the third assessor answer "not applicable" as well.
    """

    criterion: str
    reason: str
    sentence: str


def discordant(scheme: Scheme, subject_type: str, scores: Mapping[str, Sequence[Value]]) -> list[Discordance]:
    """The criteria that need a third, independent score, in the order of the framework (section 2).

    `scores` gives the blind scores by criterion code: {"P1": (3, 4), "R2": (2, "not_applicable")}. A
    criterion with fewer than two is not discordant (yet). Raises KeyError for a code that isn't in the
    framework and ValueError for more than two scores.
    """
    found = []
    order = {criterion.code: place for place, criterion in enumerate(scheme.criteria)}
    for code in sorted(scores, key=order.__getitem__):
        blind = scores[code]
        if len(blind) > 2:
            raise ValueError(f"{code} has {len(blind)} blind scores; two assessors score blind.")
        if len(blind) < 2:
            continue
        essential = np.array(subject_type in scheme.criterion(code).essential_for)
        pair = [np.array(code_of(value), dtype=np.int8) for value in blind]
        reason = REASONS[int(discordance(pair[0], pair[1], essential, scheme))]
        if reason:
            found.append(Discordance(code, reason, discordance_sentence(scheme, reason, blind)))
    return found


def discordance_sentence(scheme: Scheme, reason: str, blind: Sequence[Value]) -> str:
    """Why two blind scores are discordant, in words; `reason` is one of REASONS."""
    first, second = blind
    if reason == "not_applicable":
        number = second if first == NOT_APPLICABLE else first
        return f"Discordant: one assessor scored {number}, the other said that it is not applicable."
    if reason == "gap":
        apart = abs(int(first) - int(second))
        return f"Discordant: {first} and {second} are {apart} points apart; the limit is {scheme.gap - 1}."
    line = scheme.essential_straddles
    return (
        f"Discordant: the criterion is essential, and {first} and {second} lie on different sides of {line}."
    )


def score_arrays(scheme: Scheme, scores: Mapping[str, Any]) -> NDArray[np.int8]:
    """The scores of one subject ({code: CriterionScores}) as an array of shape c x 3."""
    found = np.zeros((len(scheme.criteria), 3), dtype=np.int8)
    for place, criterion in enumerate(scheme.criteria):
        given = scores.get(criterion.code)
        if given is not None:
            values = [score.value for score in given.blind] + [None] * (2 - len(given.blind))
            found[place] = [code_of(value) for value in (*values, given.third.value if given.third else None)]
    return found
