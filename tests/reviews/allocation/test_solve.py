"""The allocation on arrays: what must hold for every problem, and what is best for small ones."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from reviews.allocation import SEATS, GapReason, Problem, solve


def problem(blocked, room, **others) -> Problem:
    blocked = np.asarray(blocked, dtype=bool)
    files, people = blocked.shape
    given = {
        "need": np.full(files, SEATS),
        "holds": np.zeros((files, people), dtype=bool),
        "fit": np.zeros((files, people)),
        "load": np.zeros(people, dtype=np.int64),
        "capacity": np.full(people, 4),
        "met": np.zeros((people, people), dtype=np.int64),
        "linked": np.zeros((people, people), dtype=bool),
    }
    return Problem(blocked=blocked, room=np.asarray(room, dtype=np.int64), **{**given, **others})


@st.composite
def problems(draw) -> Problem:
    files, people = draw(st.integers(1, 7)), draw(st.integers(0, 6))
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    blocked = dice.random((files, people)) < draw(st.sampled_from([0.0, 0.2, 0.6]))
    holds = np.zeros((files, people), dtype=bool)
    for file in range(files):
        if people and dice.random() < 0.3:
            holds[file, dice.integers(people)] = True
    met = np.triu(dice.integers(0, 5, (people, people)) * (dice.random((people, people)) < 0.4), 1)
    met += met.T
    return problem(
        blocked | holds,
        dice.integers(0, 5, people),
        need=SEATS - holds.sum(axis=1),
        holds=holds,
        fit=dice.integers(0, 3, (files, people)) / 2,
        load=dice.integers(0, 4, people),
        capacity=dice.integers(1, 5, people),
        met=met,
        linked=met > 0,
        seed=draw(st.integers(0, 3)),
    )


def whole(given: Problem, found, file: int) -> list[int]:
    return sorted([*found.of(file), *np.flatnonzero(given.holds[file]).tolist()])


@settings(max_examples=60, deadline=None)
@given(problems())
def test_what_holds_for_every_allocation(given: Problem):
    found = solve(given)
    assert solve(given) == found, "the same problem and seed give the same answer"
    left_out = {gap.file for gap in found.gaps}
    met, used = given.met.copy(), np.zeros(given.assessors, dtype=int)
    for file in range(given.files):
        seated = found.of(file)
        assert len(seated) == (0 if file in left_out else given.need[file]), "all the seats or none"
        assert len(set(whole(given, found, file))) == len(whole(given, found, file))
        assert not given.blocked[file, seated].any()
        used[seated] += 1
        if file not in left_out:
            one, other = whole(given, found, file)
            met[one, other] += 1
            met[other, one] += 1
            assert met[one, other] <= found.limit, "no pair beyond the limit"
    assert (used <= given.room).all()
    for gap in found.gaps:
        free = np.flatnonzero(~given.blocked[gap.file] & (used < given.room)).tolist()
        assert gap.free == len(free)
        held = np.flatnonzero(given.holds[gap.file]).tolist()
        chances = combinations(free, 2) if given.need[gap.file] == 2 else ((one, held[0]) for one in free)
        assert all(met[one, other] >= found.limit for one, other in chances), "no gap could be filled"
        expected = (
            GapReason.NOBODY if gap.may < given.need[gap.file]
            else GapReason.FULL if gap.free < given.need[gap.file]
            else GapReason.TOGETHER
        )  # fmt: skip
        assert gap.reason == expected


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 4), st.integers(2, 4), st.integers(0, 2**32 - 1))
def test_as_many_files_as_can_be_are_seated(files: int, people: int, seed: int):
    dice = np.random.default_rng(seed)
    given = problem(dice.random((files, people)) < 0.3, dice.integers(0, 4, people), seed=seed)
    pairs = [None, *combinations(range(people), 2)]
    most = 0
    for choice in product(pairs, repeat=files):
        used = np.zeros(people, dtype=int)
        for file, pair in enumerate(choice):
            if pair is not None:
                used[list(pair)] += 1
                if given.blocked[file, list(pair)].any():
                    break
        else:
            if (used <= given.room).all():
                most = max(most, sum(pair is not None for pair in choice))
    # Nobody has room for more than three files, and any two may have three together: the limit on pairs never binds.
    found = solve(given)
    assert found.limit >= 3
    assert files - len(found.gaps) == most


def test_the_file_that_waits_longest_goes_first():
    found = solve(problem(np.zeros((3, 2)), [1, 1]))
    assert [gap.file for gap in found.gaps] == [1, 2]
    assert {gap.reason for gap in found.gaps} == {GapReason.FULL}


def test_fit_decides_and_then_an_even_load():
    fit = np.zeros((2, 4))
    fit[0, [0, 1]] = 1
    fit[1, [2, 3]] = 1
    comparable = np.ones((4, 4), dtype=bool)
    found = solve(problem(np.zeros((2, 4)), [4] * 4, fit=fit, linked=comparable))
    assert [sorted(found.of(file)) for file in (0, 1)] == [[0, 1], [2, 3]]
    assert all(seat.better == 0 and seat.candidates == 4 for seat in found.seats)
    found = solve(problem(np.zeros((6, 6)), [4] * 6, load=np.array([3, 0, 0, 0, 0, 0])))
    used = np.bincount([seat.assessor for seat in found.seats], minlength=6)
    assert used.tolist()[0] == 0
    assert set(used.tolist()[1:]) <= {2, 3}


def test_a_pair_that_fits_everything_best_is_parted():
    fit = np.zeros((8, 5))
    fit[:, [0, 1]] = 1
    found = solve(problem(np.zeros((8, 5)), [8] * 5, fit=fit, capacity=np.full(5, 8)))
    assert not found.gaps
    together = sum(sorted(found.of(file)) == [0, 1] for file in range(8))
    assert together <= found.limit < 8


def test_two_people_who_are_all_there_are_take_everything():
    found = solve(problem(np.zeros((6, 2)), [6, 6], capacity=np.full(2, 6)))
    assert not found.gaps
    assert found.limit >= 6


def test_groups_apart_are_joined_where_somebody_can():
    fit = np.zeros((8, 6))
    fit[:4, :3] = 1
    fit[4:, 3:] = 1
    given = problem(np.zeros((8, 6)), [8] * 6, fit=fit, capacity=np.full(6, 8))
    found = solve(given)
    links = np.zeros((6, 6))
    for file in range(8):
        links[tuple(found.of(file))] = 1
    assert connected_components(csr_array(links), directed=False)[0] == 1
    assert found.groups == ()
    assert any(seat.joins for seat in found.seats)
    # As few as that takes: everybody else scores what they know.
    assert sum(seat.fit == 0 for seat in found.seats) == 1


def test_groups_that_nothing_can_join_are_named_and_seated_all_the_same():
    blocked = np.ones((4, 4), dtype=bool)
    blocked[:2, :2] = blocked[2:, 2:] = False
    found = solve(problem(blocked, [4] * 4))
    assert not found.gaps
    assert found.groups in (((0, 1),), ((2, 3),))


def test_new_people_are_linked_to_those_who_have_scored():
    linked = np.zeros((5, 5), dtype=bool)
    linked[0, 1] = linked[1, 0] = linked[1, 2] = linked[2, 1] = True
    fit = np.zeros((1, 5))
    fit[0, [3, 4]] = 1
    found = solve(problem(np.zeros((1, 5)), [2] * 5, fit=fit, linked=linked))
    assert len({3, 4} & set(found.of(0))) == 1
    assert found.groups == ()


@pytest.mark.parametrize(
    ("blocked", "room", "reason", "may", "free"),
    [
        ([[True, True, False]], [1, 1, 1], GapReason.NOBODY, 1, 1),
        ([[False, False, False]], [0, 0, 1], GapReason.FULL, 3, 1),
    ],
)
def test_a_gap_says_why(blocked, room, reason, may, free):
    (gap,) = solve(problem(blocked, room)).gaps
    assert (gap.reason, gap.may, gap.free) == (reason, may, free)


def test_a_problem_that_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="can't be seated in the same file"):
        problem([[False, False]], [1, 1], holds=np.array([[True, False]]), need=np.array([1]))
    with pytest.raises(ValueError, match="shape"):
        problem([[False, False]], [1, 1, 1])
    with pytest.raises(ValueError, match="at least one seat"):
        problem([[False, False]], [1, 1], need=np.array([0]))
