"""Solving the problem with HiGHS, through `scipy.optimize.milp`.

Two steps, each a mixed-integer program:

1. Seats: x[f, a] = 1 where assessor a sits in file f, y[f] = 1 where f gets all the seats it needs, half a pair being
   of no use. Sum over a of x[f, a] = need[f] y[f]; nobody above their room. Least cost of files left out (the oldest
   costs most), of poor fit, and of load: the n-th file on a desk costs n / capacity, so that work spreads out.
2. Pairs: that two people don't always meet and that the design hangs together is about pairs, so not linear in x.
   They are once one of the two is settled: in each file the better fitting one stays, the other seat is given again,
   with a row for each pair and one for each group of assessors that nothing links to the rest.

Only if the first step broke one of these is the second taken.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from reviews.allocation.problem import Numbers, Problem, Shares, pair_limit
from reviews.allocation.result import Allocation, Gap, GapReason, Seat

# Costs. A file left out weighs more than everything that fit and load could gain; poor fit weighs a full desk.
_LEFT_OUT, _OLDEST, _APART = 1000.0, 10.0, 100.0
_POOR_FIT, _LOAD, _TIE = 1.0, 0.5, 1e-3
# Times that groups apart are looked for: each time at least two become one, or it is impossible.
_JOINING = 8
# A bound, not a plan: seconds, after which the best found so far counts.
_SECONDS = 60.0

_Pairs = dict[int, list[int]]


def solve(problem: Problem) -> Allocation:
    """Seat as many files as can be, as well as can be. The same problem and seed give the same answer.

    Raises RuntimeError where the solver fails; a problem that can't be filled is no failure but gaps.
    """
    limit = pair_limit(problem)
    state = _State(problem, limit)
    if problem.files and problem.assessors:
        first = _seat_all(state)
        pairs = first
        if state.too_often(pairs) or state.groups(pairs):
            pairs = _give_second_seats_again(state, first)
        _complete(state, pairs)
    else:
        pairs = {}
    return _result(state, pairs)


@dataclass
class _State:
    problem: Problem
    limit: int
    cost: Shares = field(init=False)
    joined: set[tuple[int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        dice = np.random.default_rng(self.problem.seed)
        self.cost = _POOR_FIT * (1 - self.problem.fit) + _TIE * dice.random(self.problem.fit.shape)

    def taken(self, pairs: _Pairs) -> Numbers:
        """(A,) seats given."""
        given = [assessor for seated in pairs.values() for assessor in seated]
        return np.bincount(given, minlength=self.problem.assessors).astype(np.int64)

    def together(self, pairs: _Pairs) -> list[tuple[int, int]]:
        """The pairs that the seats given make, one a file."""
        found = []
        for file, seated in pairs.items():
            whole = sorted([*seated, *np.flatnonzero(self.problem.holds[file]).tolist()])
            if len(whole) == 2:
                found.append((whole[0], whole[1]))
        return found

    def meetings(self, pairs: _Pairs) -> Numbers:
        """(A, A) files two have together, those before among them."""
        met = self.problem.met.copy()
        for one, other in self.together(pairs):
            met[one, other] += 1
            met[other, one] += 1
        return met

    def too_often(self, pairs: _Pairs) -> bool:
        met = self.meetings(pairs)
        return any(met[one, other] > self.limit for one, other in self.together(pairs))

    def groups(self, pairs: _Pairs) -> list[list[int]]:
        """Groups of assessors that nothing links to the largest one, if somebody in them got a seat now."""
        together = self.together(pairs)
        links = self.problem.linked.copy()
        for one, other in together:
            links[one, other] = links[other, one] = True
        seated = {person for pair in together for person in pair}
        number, label = connected_components(csr_array(links), directed=False)
        if number < 2:
            return []
        working = np.flatnonzero(links.any(axis=1))
        sizes = np.bincount(label[working], minlength=number)
        largest = int(sizes.argmax())
        apart = sorted({int(label[person]) for person in seated} - {largest})
        return [np.flatnonzero(label == each).tolist() for each in apart]


# --- The first step -----------------------------------------------------------------------------------------


def _seat_all(state: _State) -> _Pairs:
    """Seats without regard to pairs: files that got all they need, with who sits there."""
    problem = state.problem
    files, people = np.nonzero(problem.open_to)
    desks, desk_cost = _desks(problem, problem.room, problem.load)
    n, f, d = len(files), problem.files, len(desks)
    # The variables: seats, files, places on desks.
    age = np.linspace(_OLDEST, 0, f) if f > 1 else np.zeros(f)
    cost = np.concatenate([state.cost[files, people], -(_LEFT_OUT + age), desk_cost])
    seats = np.arange(n)
    of_file = _rows(
        [files, np.arange(f)], [seats, n + np.arange(f)], [np.ones(n), -problem.need.astype(float)],
        (f, n + f + d),
    )  # fmt: skip
    on_desk = _rows(
        [people, desks], [seats, n + f + np.arange(d)], [np.ones(n), -np.ones(d)],
        (problem.assessors, n + f + d),
    )  # fmt: skip
    whole = np.concatenate([np.ones(n + f), np.zeros(d)])
    found = _minimum(cost, [LinearConstraint(of_file, 0, 0), LinearConstraint(on_desk, 0, 0)], whole)
    pairs: _Pairs = {}
    for place in np.flatnonzero(found[:n] > 0.5).tolist():
        pairs.setdefault(int(files[place]), []).append(int(people[place]))
    return pairs


def _desks(problem: Problem, room: Numbers, load: Numbers) -> tuple[Numbers, Shares]:
    """A place for each file that each assessor could take, with what it costs to fill it."""
    desks = np.repeat(np.arange(problem.assessors), room)
    start = np.repeat(np.cumsum(room) - room, room)
    place = np.arange(len(desks)) - start + 1 + load[desks]
    return desks, _LOAD * place / problem.capacity[desks]


# --- The second step ----------------------------------------------------------------------------------------


def _give_second_seats_again(state: _State, pairs: _Pairs) -> _Pairs:
    """The other seat of every file again, so that nobody meets too often and no group stands apart."""
    groups: list[list[int]] = []
    for _ in range(_JOINING):
        found, apart = _second_seats(state, pairs, groups)
        left = [group for group in state.groups(found) if group not in apart]
        if not left:
            break
        groups += left
    state.joined = _crossing(state, found, groups)
    return found


def _second_seats(state: _State, pairs: _Pairs, groups: list[list[int]]) -> tuple[_Pairs, list[list[int]]]:
    """One solution of the second step, and the groups among `groups` that could not be joined."""
    problem = state.problem
    anchors = {file: _anchor(state, file, seated) for file, seated in pairs.items()}
    rows = np.array(sorted(anchors), dtype=np.int64)
    anchor = np.array([anchors[file] for file in rows], dtype=np.int64)
    settled = [anchors[file] for file in rows.tolist() if not problem.holds[file, anchors[file]]]
    used = np.bincount(np.array(settled, dtype=np.int64), minlength=problem.assessors)
    open_to = problem.open_to[rows]
    open_to[np.arange(len(rows)), anchor] = False
    # Those who have met the anchor too often already.
    open_to &= problem.met[anchor] < state.limit
    at, people = np.nonzero(open_to)
    room = np.maximum(problem.room - used, 0)
    desks, desk_cost = _desks(problem, room, problem.load + used)
    n, f, d, g = len(at), len(rows), len(desks), len(groups)
    width = n + f + d + g
    age = np.interp(rows, [0, max(problem.files - 1, 1)], [_OLDEST, 0])
    cost = np.concatenate([state.cost[rows[at], people], -(_LEFT_OUT + age), desk_cost, np.full(g, _APART)])
    seats = np.arange(n)
    of_file = _rows([at, np.arange(f)], [seats, n + np.arange(f)], [np.ones(n), -np.ones(f)], (f, width))
    on_desk = _rows(
        [people, desks], [seats, n + f + np.arange(d)], [np.ones(n), -np.ones(d)], (problem.assessors, width)
    )
    rules = [LinearConstraint(of_file, 0, 0), LinearConstraint(on_desk, 0, 0)]
    one, other = np.minimum(anchor[at], people), np.maximum(anchor[at], people)
    pair, row_of = np.unique(one * problem.assessors + other, return_inverse=True)
    met = problem.met[pair // problem.assessors, pair % problem.assessors]
    rules.append(
        LinearConstraint(
            _rows([row_of.ravel()], [seats], [np.ones(n)], (len(pair), width)), -np.inf, state.limit - met
        )
    )
    for number, group in enumerate(groups):
        inside = np.zeros(problem.assessors, dtype=bool)
        inside[group] = True
        across = np.flatnonzero(inside[anchor[at]] != inside[people])
        row = _rows(
            [np.zeros(len(across), dtype=np.int64), np.zeros(1, dtype=np.int64)],
            [across, np.array([n + f + d + number])],
            [np.ones(len(across)), np.ones(1)],
            (1, width),
        )
        rules.append(LinearConstraint(row, 1, np.inf))
    whole = np.concatenate([np.ones(n + f), np.zeros(d + g)])
    found = _minimum(cost, rules, whole)
    again: _Pairs = {}
    for place in np.flatnonzero(found[:n] > 0.5).tolist():
        file, held = int(rows[at[place]]), int(anchor[at[place]])
        seated = [] if problem.holds[file, held] else [held]
        again[file] = [*seated, int(people[place])]
    return again, [group for number, group in enumerate(groups) if found[n + f + d + number] > 0.5]


def _anchor(state: _State, file: int, seated: list[int]) -> int:
    """Who stays: whoever holds a seat, else the one who fits best."""
    held = np.flatnonzero(state.problem.holds[file])
    return int(held[0]) if len(held) else min(seated, key=lambda person: (state.cost[file, person], person))


def _crossing(state: _State, pairs: _Pairs, groups: list[list[int]]) -> set[tuple[int, int]]:
    """Seats (file, assessor) that link a group to the rest."""
    found = set()
    for group in groups:
        inside = set(group)
        for file, seated in pairs.items():
            whole = {*seated, *np.flatnonzero(state.problem.holds[file]).tolist()}
            if len(whole & inside) == 1 and len(whole) == 2:
                found |= {(file, person) for person in seated}
    return found


# --- What is left over, and the answer ----------------------------------------------------------------------


def _complete(state: _State, pairs: _Pairs) -> None:
    """Seat files that the second step gave up, where two people still can: so that no gap could have been filled."""
    problem = state.problem
    for file in range(problem.files):
        if file in pairs:
            continue
        room = problem.room - state.taken(pairs)
        free = np.flatnonzero(~problem.blocked[file] & (room > 0))
        met = state.meetings(pairs)
        chosen = _best(state, file, free, met)
        if chosen:
            pairs[file] = chosen


def _best(state: _State, file: int, free: Numbers, met: Numbers) -> list[int]:
    order = sorted(free.tolist(), key=lambda person: (state.cost[file, person], person))
    held = np.flatnonzero(state.problem.holds[file]).tolist()
    if state.problem.need[file] == 1:
        return next(([p] for p in order if all(met[p, other] < state.limit for other in held)), [])
    for place, one in enumerate(order):
        for other in order[place + 1 :]:
            if met[one, other] < state.limit:
                return [one, other]
    return []


def _result(state: _State, pairs: _Pairs) -> Allocation:
    problem = state.problem
    room_left = problem.room - state.taken(pairs)
    desk = problem.load.copy()
    seats, gaps = [], []
    for file in range(problem.files):
        open_to = problem.open_to[file]
        for person in sorted(pairs.get(file, []), key=lambda each: (state.cost[file, each], each)):
            desk[person] += 1
            whole = {*pairs[file], *np.flatnonzero(problem.holds[file]).tolist()} - {person}
            seats.append(
                Seat(
                    file=file,
                    assessor=person,
                    fit=float(problem.fit[file, person]),
                    better=int((open_to & (problem.fit[file] > problem.fit[file, person] + 1e-9)).sum()),
                    candidates=int(open_to.sum()),
                    load=int(desk[person]),
                    met=int(max((problem.met[person, other] for other in whole), default=0)),
                    joins=(file, person) in state.joined,
                )
            )
        if file not in pairs:
            gaps.append(_gap(problem, file, room_left))
    groups = tuple(tuple(group) for group in state.groups(pairs))
    return Allocation(tuple(seats), tuple(gaps), state.limit, groups)


def _gap(problem: Problem, file: int, room_left: Numbers) -> Gap:
    may = ~problem.blocked[file]
    free = may & (room_left > 0)
    need = int(problem.need[file])
    if may.sum() < need:
        reason = GapReason.NOBODY
    elif free.sum() < need:
        reason = GapReason.FULL
    else:
        reason = GapReason.TOGETHER
    return Gap(file, reason, int(may.sum()), int(free.sum()))


# --- The solver ---------------------------------------------------------------------------------------------


def _rows(
    rows: list[Numbers], columns: list[Numbers], values: list[Shares], shape: tuple[int, int]
) -> csr_array:
    place = (np.concatenate(rows), np.concatenate(columns))
    return coo_array((np.concatenate(values), place), shape=shape).tocsr()


def _minimum(cost: Shares, rules: list[LinearConstraint], whole: Shares) -> Shares:
    """The cheapest point; seats and files are 0 or 1, places on desks and links from 0 to 1."""
    used = [rule for rule in rules if rule.A.shape[0]]
    found = milp(
        cost, constraints=used, integrality=whole, bounds=Bounds(0, 1),
        options={"time_limit": _SECONDS, "mip_rel_gap": 1e-6},
    )  # fmt: skip
    if found.x is None:
        raise RuntimeError(f"The solver found no allocation: {found.message}")
    return np.asarray(found.x)
