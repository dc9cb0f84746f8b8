"""What severity did to a score, and the band that follows from another consensus."""

import pytest

from reviews.rating import Scheme, band_at, rate_one
from reviews.rating.severity import severity, shifts, well_known
from tests.reviews.rating.examples import programme

ROWS = [
    (f"s{s}", assessor, f"c{c}", max(1, min(4, 2 + (s + c) % 3 - low)))
    for s in range(12)
    for c in range(4)
    for assessor, low in (("mild", 0), ("severe", 1 if (s + c) % 2 else 0))
]


def test_a_severe_assessors_scores_would_be_higher_and_a_mild_ones_lower() -> None:
    columns = list(zip(*ROWS, strict=True))
    found = severity(*columns)
    moved = shifts(found, *columns[:3], well_known(found))
    by = {name: moved[[row[1] == name for row in ROWS]] for name in ("mild", "severe")}
    assert (by["severe"] > 0).sum() > 0
    assert (by["severe"] >= 0).all()
    assert (by["mild"] <= 0).all()


def test_an_assessor_of_whom_too_little_is_known_moves_nothing() -> None:
    columns = list(zip(*ROWS, strict=True))
    found = severity(*columns)
    assert well_known(found, enough=49) == set()
    assert (shifts(found, *columns[:3], set()) == 0).all()


def test_the_band_at_the_settled_consensus_is_the_ratings(scheme: Scheme) -> None:
    result = rate_one(scheme, programme())
    consensus = {code: value for code, value in result.consensus.items() if isinstance(value, float)}
    assert band_at(scheme, "programme", consensus) == result.ruled_band == "quality_assured"
    assert band_at(scheme, "programme", consensus | {"D3": 2.5}) == "working_towards"
    with pytest.raises(KeyError):
        band_at(scheme, "programme", {"X9": 3.0})
