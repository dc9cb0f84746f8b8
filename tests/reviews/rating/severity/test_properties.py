"""What must hold of severity whatever the scores are, and what is said where it can't be worked out."""

import json
import math
import random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reviews.rating.problems import (
    AllExtreme,
    BadScore,
    Disconnected,
    DuplicateScore,
    NoScores,
    NotConverged,
    OneRater,
    ScoresError,
    TooManyLevels,
)
from reviews.rating.severity import FACETS, Severity, severity

Row = tuple[str, str, str, int]


def simulated(seed: int = 1, subjects: int = 30, assessors: int = 4, criteria: int = 5) -> list[Row]:
    """Scores of two assessors a subject in turn, of known severity: assessor 0 mildest, the last most severe."""
    luck = random.Random(seed)
    rows = []
    for subject in range(subjects):
        ability = luck.gauss(0, 1)
        for assessor in (subject % assessors, (subject + 1) % assessors):
            for criterion in range(criteria):
                at = ability - (assessor - (assessors - 1) / 2) * 0.8 - (criterion - 2) * 0.3
                score = 1 + sum(luck.random() < 1 / (1 + math.exp(step - at)) for step in (-1.5, 0, 1.5))
                rows.append((f"s{subject}", f"a{assessor}", f"c{criterion}", score))
    return rows


def model(rows: list[Row]) -> Severity:
    subjects, assessors, criteria, scores = zip(*rows, strict=True) if rows else ((), (), (), ())
    return severity(subjects, assessors, criteria, scores)


def measures(found: Severity, facet: str) -> dict[str, float]:
    return {e.label: e.measure for e in found.facets[facet] if e.measure is not None}


def test_more_severe_assessors_come_out_more_severe() -> None:
    found = measures(model(simulated(subjects=200)), "assessor")
    assert sorted(found, key=lambda label: found[label]) == ["a0", "a1", "a2", "a3"]
    assert found["a3"] - found["a0"] == pytest.approx(2.4, abs=0.6)


def test_facets_and_steps_are_centred_and_subjects_scores_are_explained() -> None:
    found = model(simulated())
    for facet in ("assessor", "criterion"):
        assert sum(measures(found, facet).values()) == pytest.approx(0, abs=1e-9)
    assert sum(found.steps) == pytest.approx(0, abs=1e-9)


@given(st.randoms(), st.integers(0, 50))
@settings(max_examples=25)
def test_names_and_order_dont_matter(luck: random.Random, seed: int) -> None:
    rows = simulated(seed, subjects=12, assessors=3, criteria=3)
    try:
        before = model(rows)
    except ScoresError:
        assume(False)
    names = {label: f"n{number}" for number, label in enumerate(luck.sample(range(100), 100))}
    new = {label: names[number] for number, label in enumerate(sorted({x for row in rows for x in row[:3]}))}
    other: list[Any] = [(new[s], new[a], new[c], score) for s, a, c, score in rows]
    luck.shuffle(other)
    after = model(other)
    for facet in FACETS:
        told = measures(after, facet)
        for label, measure in measures(before, facet).items():
            assert told[new[label]] == pytest.approx(measure, abs=1e-5)


def test_turning_the_scale_round_turns_the_measures_round() -> None:
    rows = simulated()
    found = model(rows)
    turned = model([(s, a, c, 5 - score) for s, a, c, score in rows])
    for facet in FACETS:
        other = measures(turned, facet)
        for label, measure in measures(found, facet).items():
            assert other[label] == pytest.approx(-measure, abs=1e-5)
    assert turned.steps == pytest.approx([-step for step in reversed(found.steps)], abs=1e-5)


@st.composite
def tables(draw: st.DrawFn) -> list[Row]:
    """Small, thin and lopsided designs, most of which can't be estimated."""
    n, k, m = draw(st.integers(1, 5)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    cells = [(f"s{s}", f"a{a}", f"c{c}") for s in range(n) for a in range(k) for c in range(m)]
    scores = draw(st.lists(st.one_of(st.none(), st.integers(1, 4)), min_size=len(cells), max_size=len(cells)))
    return [(*cell, score) for cell, score in zip(cells, scores, strict=True) if score is not None]


@given(tables())
@settings(max_examples=300, deadline=None)
def test_there_is_a_whole_answer_or_one_line_that_says_why_not(rows: list[Row]) -> None:
    try:
        found = model(rows)
    except ScoresError as error:
        line = str(error)
    else:
        line = ""
        _check_whole(found)
    assert "\n" not in line


def _check_whole(found: Severity) -> None:
    json.dumps(found.to_dict(), allow_nan=False)
    for facet in FACETS:
        for element in found.facets[facet]:
            assert (element.measure is None) == element.extreme
            if element.measure is not None:
                assert abs(element.measure) < 60
                assert element.fair is not None
                assert found.levels[0] <= element.fair <= found.levels[-1]


def test_extreme_elements_are_named_and_left_out() -> None:
    rows = simulated()
    plain = model(rows)
    perfect = [("top", f"a{a}", f"c{c}", 4) for a in (0, 1) for c in range(5)]
    found = model([*rows, *perfect])
    top = next(element for element in found.facets["subject"] if element.label == "top")
    assert (top.extreme, top.count, top.observed) == (True, 10, 4.0)
    assert [top.measure, top.se, top.fair, top.infit, top.outfit] == [None] * 5
    assert measures(found, "assessor") == pytest.approx(measures(plain, "assessor"), abs=1e-5)


def test_a_subject_apart_from_all_others_is_set_aside() -> None:
    """Nobody else has a 1, and this one never a 3: how far below the others it lies can't be said."""
    rows = [(s, a, c, max(2, score)) for s, a, c, score in simulated()]
    apart = [("low", f"a{a}", f"c{c}", 1 + (a + c) % 2) for a in (0, 1) for c in range(5)]
    found = model(rows + apart)
    low = next(element for element in found.facets["subject"] if element.label == "low")
    assert (low.extreme, low.measure, low.observed) == (True, None, 1.5)
    assert measures(found, "assessor") == pytest.approx(measures(model(rows), "assessor"), abs=1e-5)


def test_a_level_nobody_gave_is_left_out_of_the_scale() -> None:
    rows = [(s, a, c, 4 if score == 3 else score) for s, a, c, score in simulated()]
    found = model(rows)
    assert found.levels == (1, 2, 4)
    assert len(found.steps) == 2


def test_disconnected_subsets_are_named() -> None:
    """Two pairs of assessors who never share a file, though all use the same criteria."""
    rows = simulated(1, subjects=10, assessors=2) + [
        (f"t{s}", f"b{a}", c, score) for s, a, c, score in simulated(2, subjects=10, assessors=2)
    ]
    with pytest.raises(Disconnected, match="2 subsets of assessors") as caught:
        model(rows)
    assert caught.value.item == "assessor"
    assert sorted(map(sorted, caught.value.subsets)) == [["a0", "a1"], ["ba0", "ba1"]]
    assert "ba0, ba1" in str(caught.value)
    linked = [("link", "a0", "c0", 2), ("link", "ba0", "c0", 3)]
    assert measures(model(rows + linked), "assessor").keys() == {"a0", "a1", "ba0", "ba1"}


def test_assessors_who_share_criteria_with_nobody_are_disconnected_too() -> None:
    rows = [
        (s, a, f"{c}-{a[1]}", score) for s, a, c, score in simulated(3, subjects=12, assessors=2, criteria=4)
    ]
    with pytest.raises(Disconnected, match="subsets"):
        model(rows)


@pytest.mark.parametrize(
    ("rows", "error", "names"),
    [
        ([], NoScores, "no score"),
        ([("s", "a", "c", 1), ("t", "a", "c", 2)], OneRater, r"\(a\)"),
        (
            [("s", "a", "c", 1), ("s", "b", "c", 2), ("s", "a", "c", 2)],
            DuplicateScore,
            "a scored c of s twice",
        ),
        ([("s", "a", "c", 4), ("s", "b", "c", 4), ("t", "a", "c", 4)], AllExtreme, "nothing to estimate"),
        ([("s", "a", "c", 1.5), ("s", "b", "c", 4)], BadScore, "a on s, c"),
        ([("s", "a", "c", math.nan), ("s", "b", "c", 4)], BadScore, "a on s, c"),
        ([("s", f"a{n}", "c", n) for n in range(40)], TooManyLevels, "40"),
    ],
)
def test_bad_scores_are_named(rows: list[Any], error: type[Exception], names: str) -> None:
    with pytest.raises(error, match=names):
        model(rows)


def test_a_score_outside_the_scale_is_named() -> None:
    with pytest.raises(BadScore, match="5 by b on s, c"):
        severity(["s", "s"], ["a", "b"], ["c", "c"], [1, 5], scale=(1, 4))


def test_measures_without_an_end_are_named() -> None:
    """Everything a scored is 1 or 2 and everything b scored 3 or 4: no severity is large enough."""
    rows = [
        (f"s{s}", assessor, f"c{c}", base + (s + c) % 2)
        for s in range(4)
        for c in range(2)
        for assessor, base in (("a", 1), ("b", 3))
    ]
    with pytest.raises(NotConverged, match="has no end"):
        model(rows)
