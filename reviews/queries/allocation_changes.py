"""What stands against a change by hand in a proposed allocation: the checks that the run itself keeps to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lpdqa.accounts.models import User
from reviews.models import AllocationFile, AllocationSeat
from reviews.queries.allocation import BAR_WORDS, Bar, Waiting, read_waiting


@dataclass(frozen=True)
class Choice:
    """An assessor for one file. `bar`: why not, in words, empty where they can; `seated`: the run has them there."""

    user: User
    fit: tuple[str, ...]
    share: float
    load: int
    room: int
    bar: str
    seated: bool


def choices_for(file: AllocationFile) -> list[Choice]:
    """Every assessor for a file of a proposal: those that can first, the best fit and the least busy ahead."""
    waiting, elsewhere = _now(file)
    if not waiting.submissions:
        return []
    seated = set(file.seats.values_list("assessor_id", flat=True))
    found = []
    for column, user in enumerate(waiting.assessors):
        match = waiting.fits.get((0, column))
        given = sum(user.pk in people for people in elsewhere.values())
        found.append(
            Choice(
                user=user,
                fit=match.words if match else (),
                share=match.share if match else 0.0,
                load=int(waiting.problem.load[column]) + given,
                room=int(waiting.problem.room[column]) - given,
                bar=_bar(waiting, column, given),
                seated=user.pk in seated,
            )
        )
    return sorted(
        found, key=lambda each: (bool(each.bar), -each.share, each.load, each.user.name, each.user.pk)
    )


def bar_to_change(file: AllocationFile, assessors: Sequence[User]) -> list[str]:
    """Why these people can't take the seats of this file, in lines; empty where they can."""
    if len({each.pk for each in assessors}) != len(assessors):
        return ["Choose two different assessors."]
    waiting, elsewhere = _now(file)
    if not waiting.submissions:
        return ["This submission waits for nobody any more."]
    if len(assessors) != int(waiting.problem.need[0]):
        need = int(waiting.problem.need[0])
        return [f"Choose {'one assessor' if need == 1 else 'two assessors'}."]
    column_of = {user.pk: column for column, user in enumerate(waiting.assessors)}
    lines = []
    for each in assessors:
        if each.pk not in column_of:
            lines.append(f"{each.name} is no assessor.")
            continue
        given = sum(each.pk in people for people in elsewhere.values())
        if bar := _bar(waiting, column_of[each.pk], given):
            lines.append(f"{each.name} {bar}")
    if lines:
        return lines
    whole = [column_of[each.pk] for each in assessors] + np.flatnonzero(waiting.problem.holds[0]).tolist()
    one, other = whole
    pair = {waiting.assessors[one].pk, waiting.assessors[other].pk}
    met = int(waiting.problem.met[one, other]) + sum(pair <= people for people in elsewhere.values())
    if met >= file.run.limit:
        return [
            f"{waiting.assessors[one].name} and {waiting.assessors[other].name} have {met} files together already; "
            f"a pair may have {file.run.limit} in a year."
        ]
    return []


def _now(file: AllocationFile) -> tuple[Waiting, dict[int, set[int]]]:
    """The file as a problem of its own, and who has a seat in the other files of the run, by file."""
    waiting = read_waiting(seed=file.run.seed, only=file.submission)
    elsewhere: dict[int, set[int]] = {}
    rows = AllocationSeat.objects.filter(file__run=file.run_id, file__left_out=False, file__invited_at=None)
    for other, assessor in rows.exclude(file=file).values_list("file_id", "assessor_id"):
        elsewhere.setdefault(other, set()).add(assessor)
    return waiting, elsewhere


def _bar(waiting: Waiting, column: int, given: int) -> str:
    bar = Bar(int(waiting.bars[0, column]))
    if bar:
        return f"{BAR_WORDS[bar][0]}."
    if int(waiting.problem.room[column]) - given < 1:
        return "has no room left this month."
    return ""
