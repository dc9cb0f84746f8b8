"""The context match: by hand on a worked example, and what must hold whatever the schools are."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programmes.fit import COLUMNS, LEAST_COVERAGE, PARTS, WEIGHTS, Contexts, Facts, closest, match
from providers.choices import ImprovementStage, Phase, SchoolType, Setting


def contexts(*schools: Facts) -> Contexts:
    return Contexts.of([tuple(getattr(school, name) for name in COLUMNS) for school in schools])


MINE = Facts(
    phase="primary",
    school_type="maintained",
    disadvantage_percent=20,
    pupils=200,
    setting="rural",
    send_percent=15,
    eal_percent=5,
    latitude=52.6352,
    longitude=-1.1313,
    improvement_stage="improve",
)


def test_the_weights_are_those_of_the_specification() -> None:
    assert {part.code: part.weight for part in PARTS} == {
        "phase": 25, "type": 10, "disadvantage": 15, "size": 10, "setting": 10,
        "send": 8, "eal": 7, "distance": 10, "stage": 5,
    }  # fmt: skip
    assert WEIGHTS.sum() == pytest.approx(1)


def test_a_worked_example() -> None:
    theirs = Facts(
        phase="all_through",
        school_type="academy",
        disadvantage_percent=26,
        pupils=400,
        setting="urban",
        send_percent=15,
        eal_percent=25,
        latitude=52.6352,
        longitude=-1.1313,
        improvement_stage="repair",
    )
    found = match(MINE, contexts(theirs))
    assert found.alike[0] == pytest.approx([0.5, 0.5, 0.8, 0.5, 0, 1, 0.5, 1, 2 / 3])
    assert found.coverage[0] == pytest.approx(1)
    assert found.score[0] == pytest.approx(12.5 + 5 + 12 + 5 + 0 + 8 + 3.5 + 10 + 10 / 3)


def test_what_is_not_known_drops_out_and_the_rest_is_scaled_up() -> None:
    known = Facts(phase="primary", disadvantage_percent=35)
    found = match(MINE, contexts(known))
    # 25 * 1 + 15 * 0.5 of the 40 that are known.
    assert found.coverage[0] == pytest.approx(0.40)
    assert found.score[0] == pytest.approx(100 * (25 + 7.5) / 40)
    too_little = match(MINE, contexts(Facts(phase="primary", school_type="maintained")))
    assert too_little.coverage[0] == pytest.approx(0.35)
    assert math.isnan(too_little.score[0])
    assert math.isnan(match(Facts(), contexts(MINE)).score[0])


def test_the_closest_school_counts_and_one_more_can_only_help() -> None:
    far = Facts(phase="secondary", school_type="academy", disadvantage_percent=50, pupils=1500)
    near = Facts(phase="primary", school_type="maintained", disadvantage_percent=22, pupils=210)
    only_phase = Facts(phase="primary", school_type="maintained", setting="rural")
    both = contexts(far, near, only_phase, MINE)
    groups = np.array([7, 7, 7, 3])
    assert closest(groups, match(MINE, both)).tolist() == [3, 2]
    # Equally close: the one of which more is known.
    twins = contexts(only_phase, MINE)
    assert closest(np.array([1, 1]), match(MINE, twins)).tolist() == [1]


def test_nothing_to_compare_is_no_error() -> None:
    none = contexts()
    assert closest(np.array([], dtype=np.int64), match(MINE, none)).tolist() == []


def _facts() -> st.SearchStrategy[Facts]:
    percent = st.none() | st.floats(0, 100)
    return st.builds(
        Facts,
        phase=st.sampled_from(["", *Phase.values]),
        school_type=st.sampled_from(["", *SchoolType.values]),
        disadvantage_percent=percent,
        pupils=st.none() | st.integers(0, 5000),
        setting=st.sampled_from(["", *Setting.values]),
        send_percent=percent,
        eal_percent=percent,
        latitude=st.none() | st.floats(49, 61),
        longitude=st.none() | st.floats(-9, 3),
        improvement_stage=st.sampled_from(["", *ImprovementStage.values]),
    )


@settings(max_examples=200, deadline=None)
@given(mine=_facts(), theirs=st.lists(_facts(), min_size=1, max_size=5))
def test_scores_stay_within_0_and_100_and_are_the_same_both_ways(mine: Facts, theirs: list[Facts]) -> None:
    found = match(mine, contexts(*theirs))
    known = ~np.isnan(found.score)
    assert np.all(found.score[known] >= -1e-9)
    assert np.all(found.score[known] <= 100 + 1e-9)
    assert np.all(found.coverage[known] >= LEAST_COVERAGE - 1e-9)
    assert np.all(np.isnan(found.score) | known)
    for number, other in enumerate(theirs):
        back = match(other, contexts(mine))
        assert np.allclose(back.alike[0], found.alike[number], equal_nan=True, atol=1e-9)
        if mine == other and known[number]:
            assert found.score[number] == pytest.approx(100)


@settings(max_examples=100, deadline=None)
@given(mine=_facts(), theirs=st.lists(_facts(), min_size=1, max_size=6), one_more=_facts())
def test_one_more_school_never_lowers_a_fit(mine: Facts, theirs: list[Facts], one_more: Facts) -> None:
    def best(schools: list[Facts]) -> float:
        found = match(mine, contexts(*schools))
        chosen = closest(np.zeros(len(schools), dtype=np.int64), found)
        return float(found.score[chosen[0]]) if len(chosen) else -1.0

    assert best([*theirs, one_more]) >= best(theirs)
