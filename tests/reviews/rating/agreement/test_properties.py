"""What must hold of agreement whatever the scores are."""

import json
import math
import random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reviews.rating.agreement import agreement, alpha, gwet, scores_of
from reviews.rating.problems import BadScore, DuplicateScore, NoScores, NothingShared, OneRater, TooManyLevels

Row = tuple[str, str, float]


@st.composite
def tables(draw: st.DrawFn) -> list[Row]:
    """Up to 8 units by up to 5 raters, some scores missing; at least one unit with two scores."""
    n, k = draw(st.integers(1, 8)), draw(st.integers(2, 5))
    score = st.one_of(st.none(), st.integers(1, 4))
    cells = [
        (f"u{u}", f"r{r}", draw(score) if (u, r) not in ((0, 0), (0, 1)) else draw(st.integers(1, 4)))
        for u in range(n)
        for r in range(k)
    ]
    return [(unit, rater, float(score)) for unit, rater, score in cells if score is not None]


def report(rows: list[Row], **options: Any) -> dict[str, Any]:
    return agreement(scores_of(*zip(*rows, strict=True)), **options).to_dict()


def numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [number for each in value.values() for number in numbers(each)]
    return [] if value is None else [float(value)]


def the_same(one: Any, other: Any) -> None:
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for key in one:
            the_same(one[key], other[key])
    else:
        assert one == pytest.approx(other, abs=1e-9)


@given(tables())
def test_nothing_is_ever_a_nan_and_shares_are_shares(rows: list[Row]) -> None:
    found = report(rows)
    json.dumps(found, allow_nan=False)
    assert all(math.isfinite(number) for number in numbers(found))
    assert 0 <= found["exact"] <= found["adjacent"] <= 1
    for name in ("ac1", "ac2_linear", "ac2_quadratic"):
        each = found[name]
        assert -1 <= each["value"] <= 1
        if each["se"] is not None:
            assert each["low"] <= each["value"] <= each["high"]


@given(tables(), st.randoms())
def test_names_and_order_of_units_and_raters_dont_matter(rows: list[Row], luck: random.Random) -> None:
    units = sorted({row[0] for row in rows})
    raters = sorted({row[1] for row in rows})
    new_unit = dict(zip(units, luck.sample(range(100), len(units)), strict=True))
    new_rater = dict(zip(raters, luck.sample(range(100), len(raters)), strict=True))
    other: list[Any] = [(new_unit[unit], new_rater[rater], score) for unit, rater, score in rows]
    luck.shuffle(other)
    the_same(report(rows), report(other))


@given(tables())
def test_turning_the_scale_round_changes_nothing(rows: list[Row]) -> None:
    the_same(report(rows), report([(unit, rater, 5 - score) for unit, rater, score in rows]))


@given(tables())
def test_nominal_measures_dont_know_the_order_of_levels(rows: list[Row]) -> None:
    shuffled = {1.0: 3.0, 2.0: 1.0, 3.0: 4.0, 4.0: 2.0}
    other = [(unit, rater, shuffled[score]) for unit, rater, score in rows]
    the_same(report(rows, level="nominal"), report(other, level="nominal"))


@given(tables())
def test_perfect_agreement_gives_one(rows: list[Row]) -> None:
    first: dict[str, float] = {}
    same = [(unit, rater, first.setdefault(unit, score)) for unit, rater, score in rows]
    shared = [unit for unit, _, _ in rows if sum(unit == other for other, _, _ in rows) > 1]
    assume(len({first[unit] for unit in shared}) > 1)
    found = report(same)
    assert found["exact"] == found["adjacent"] == 1
    for value in (*found["alpha"].values(), found["fleiss_kappa"], found["ac1"]["value"]):
        assert value == pytest.approx(1)
    if found["icc"]:
        assert all(value == pytest.approx(1) for value in found["icc"].values())


def test_the_same_score_everywhere_is_agreement_that_proves_nothing() -> None:
    found = report([("a", "x", 3), ("a", "y", 3), ("b", "x", 3), ("b", "y", 3)])
    assert (found["exact"], found["ac1"]["value"], found["ac1"]["se"]) == (1, 1, 0)
    assert found["alpha"] == {"nominal": None, "ordinal": None, "interval": None}
    assert found["fleiss_kappa"] is None
    assert set(found["icc"].values()) == {None}


def test_levels_that_nobody_used_count_in_the_chance_of_a_known_scale() -> None:
    scores = scores_of(["a", "a", "b", "b"], ["x", "y", "x", "y"], [3, 4, 3, 3])
    used, scale = gwet(scores.counts()), gwet(scores.counts([1, 2, 3, 4]))
    assert used.value is not None
    assert scale.value is not None
    assert used.value < scale.value
    assert alpha(scores.counts(), "ordinal") == alpha(scores.counts([1, 2, 3, 4]), "ordinal")


@pytest.mark.parametrize(
    ("rows", "error", "names"),
    [
        ([], NoScores, "no score"),
        ([("a", "x", 3), ("b", "x", 2)], OneRater, "x"),
        ([("a", "x", 3), ("b", "y", 2)], NothingShared, "No unit"),
        ([("a", "x", 3), ("a", "y", 2), ("a", "x", 3)], DuplicateScore, "x scored a twice"),
        ([("a", "x", 3), ("a", "y", math.nan)], BadScore, "y on a"),
        ([("a", "x", 3), ("a", "y", math.inf)], BadScore, "y on a"),
    ],
)
def test_bad_scores_are_named(rows: list[Row], error: type[Exception], names: str) -> None:
    with pytest.raises(error, match=names):
        scores_of(*(zip(*rows, strict=True) if rows else ([], [], [])))


def test_a_score_outside_the_scale_is_named() -> None:
    scores = scores_of(["a", "a"], ["x", "y"], [3, 5])
    with pytest.raises(BadScore, match="5 by y on a"):
        agreement(scores, levels=[1, 2, 3, 4])


def test_a_measurement_is_no_rating_scale() -> None:
    scores = scores_of([0, *range(1001)], ["y", *["x"] * 1001], [0.5, *range(1001)])
    with pytest.raises(TooManyLevels, match="1,002"):
        scores.counts()
