"""What the allocation is worked out from, read in a constant number of queries, and how a run is shown."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from django.db import connection
from django.db.models import Count, F, Q, QuerySet
from numpy.typing import NDArray

from lpdqa.accounts.models import User
from lpdqa.clock import now
from reviews.allocation import SEATS, GapReason, Problem
from reviews.choices import AllocationState, AssessmentRole
from reviews.models import AllocationFile, AllocationRun, AllocationSeat, Assessment, Submission
from reviews.queries.assessors import STANDING, active_assessors, pause_of
from reviews.queries.calibration import released_among
from reviews.queries.conflicts import all_conflicts
from reviews.queries.expertise import Fit, fit, wanted_by

# A pair that met earlier than this counts as one that never did.
LOOK_BACK = dt.timedelta(days=365)

# Files two people have had together, in the look-back and ever, of blind assessments that stand.
_PAIRS = f"""
    SELECT a.assessor_id, b.assessor_id,
           count(*) FILTER (
               WHERE greatest(coalesce(a.declared_at, a.created_at), coalesce(b.declared_at, b.created_at)) >= %s
           )
    FROM {Assessment._meta.db_table} a
    JOIN {Assessment._meta.db_table} b
      ON b.submission_id = a.submission_id AND b.round = a.round AND b.assessor_id > a.assessor_id
    WHERE a.role = '{AssessmentRole.BLIND.value}' AND b.role = '{AssessmentRole.BLIND.value}'
      AND a.state = ANY(%s) AND b.state = ANY(%s)
    GROUP BY 1, 2
"""  # noqa: S608 - the names are ours


class Bar(IntEnum):
    """Why an assessor may not sit in a file; the first that fits counts."""

    NONE = 0
    PART = 1
    CONFLICT = 2
    PAUSED = 3
    NOT_RELEASED = 4


# Of one person; of several.
BAR_WORDS = {
    Bar.PART: ("had a part in it already", "had a part in it already"),
    Bar.CONFLICT: ("has a conflict of interest", "have a conflict of interest"),
    Bar.PAUSED: ("takes no work now", "take no work now"),
    Bar.NOT_RELEASED: ("is not released by calibration", "are not released by calibration"),
}


@dataclass(frozen=True)
class Waiting:
    """The problem, and whom and what its rows and columns stand for."""

    problem: Problem
    submissions: list[Submission]
    assessors: list[User]
    bars: NDArray[np.int8]
    fits: dict[tuple[int, int], Fit]

    def bars_of(self, file: int) -> dict[str, int]:
        """How many assessors are kept from a file, by the name of the bar."""
        counted = Counter(self.bars[file].tolist())
        return {bar.name.lower(): counted[bar] for bar in Bar if bar and counted[bar]}


def waiting_submissions() -> QuerySet[Submission]:
    """Submissions that lack a blind assessor: sent in and not taken up yet, or one declined or was left out.

    Those that wait longest come first. `standing` counts the blind assessors they have in this round.
    """
    standing = Count(
        "assessments",
        filter=Q(
            assessments__role=AssessmentRole.BLIND,
            assessments__state__in=STANDING,
            assessments__round=F("round"),
        ),
    )
    return (
        Submission.objects.filter(state__in=["submitted", "assessing", "adjudicating"])
        .annotate(standing=standing)
        .filter(standing__lt=SEATS)
        .select_related("provider__region", "provider__school", "version__programme", "leader", "framework")
        .defer("framework__document")
        .order_by("submitted_at", "id")
    )


def _standing(submission: Submission) -> int:
    return submission.standing  # type: ignore[attr-defined,no-any-return]


def read_waiting(*, seed: int, only: Submission | None = None) -> Waiting:
    """Everything that waits (or only this submission, if it waits) with every assessor there is."""
    rows = waiting_submissions()
    submissions = list(rows.filter(pk=only.pk) if only is not None else rows)
    assessors = list(active_assessors())
    file_of = {each.pk: place for place, each in enumerate(submissions)}
    column_of = {each.pk: place for place, each in enumerate(assessors)}
    shape = (len(submissions), len(assessors))
    bars = _bars(submissions, assessors, file_of, column_of)
    holds = np.zeros(shape, dtype=bool)
    held = Assessment.objects.filter(
        submission__in=submissions,
        role=AssessmentRole.BLIND,
        state__in=STANDING,
        round=F("submission__round"),
    )
    for submission, assessor in held.values_list("submission_id", "assessor_id"):
        if assessor in column_of:
            holds[file_of[submission], column_of[assessor]] = True
    fits, share = _fits(submissions, assessors)
    met, linked = _pairs(column_of)
    capacity = np.array([_capacity(each) for each in assessors], dtype=np.int64)
    taken = np.array([each.taken for each in assessors], dtype=np.int64)  # type: ignore[attr-defined]
    problem = Problem(
        need=np.array([SEATS - _standing(each) for each in submissions], dtype=np.int64),
        blocked=bars > 0,
        holds=holds,
        fit=share,
        room=np.maximum(capacity - taken, 0),
        load=np.array([each.open_work for each in assessors], dtype=np.int64),  # type: ignore[attr-defined]
        capacity=np.maximum(capacity, 1),
        met=met,
        linked=linked,
        seed=seed,
    )
    return Waiting(problem, submissions, assessors, bars, fits)


def _capacity(user: User) -> int:
    profile = getattr(user, "assessor_profile", None)
    return profile.capacity_a_month if profile is not None else 0


def _bars(
    submissions: Sequence[Submission],
    assessors: Sequence[User],
    file_of: dict[int, int],
    column_of: dict[int, int],
) -> NDArray[np.int8]:
    bars = np.zeros((len(submissions), len(assessors)), dtype=np.int8)
    by_framework: dict[int, list[int]] = defaultdict(list)
    for file, submission in enumerate(submissions):
        by_framework[submission.framework_id].append(file)
    frameworks = {each.framework_id: each.framework for each in submissions}
    for framework, files in by_framework.items():
        released = released_among(users=assessors, framework=frameworks[framework])
        away = [column for column, each in enumerate(assessors) if each.pk not in released]
        bars[np.ix_(files, away)] = Bar.NOT_RELEASED
    bars[:, [column for column, each in enumerate(assessors) if pause_of(each)]] = Bar.PAUSED
    for about, assessor in all_conflicts(users=assessors, submissions=submissions):
        bars[file_of[about], column_of[assessor]] = Bar.CONFLICT
    parts = Assessment.objects.filter(submission__in=submissions, assessor__in=assessors).exclude(
        state="void"
    )
    for about, assessor in parts.values_list("submission_id", "assessor_id"):
        bars[file_of[about], column_of[assessor]] = Bar.PART
    return bars


def _fits(
    submissions: Sequence[Submission], assessors: Sequence[User]
) -> tuple[dict[tuple[int, int], Fit], NDArray[np.float64]]:
    found = {}
    share = np.zeros((len(submissions), len(assessors)))
    profiles = [getattr(each, "assessor_profile", None) for each in assessors]
    for file, submission in enumerate(submissions):
        wanted = wanted_by(submission)
        for column, profile in enumerate(profiles):
            match = fit(profile, wanted)
            if match.share:
                found[file, column] = match
                share[file, column] = match.share
    return found, share


def _pairs(column_of: dict[int, int]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    size = len(column_of)
    met = np.zeros((size, size), dtype=np.int64)
    linked = np.zeros((size, size), dtype=bool)
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, [now() - LOOK_BACK, list(STANDING), list(STANDING)])
        for one, other, lately in cursor.fetchall():
            if one in column_of and other in column_of:
                a, b = column_of[one], column_of[other]
                met[a, b] = met[b, a] = lately
                linked[a, b] = linked[b, a] = True
    return met, linked


# --- How a run is shown -------------------------------------------------------------------------------------


def allocation_runs() -> QuerySet[AllocationRun]:
    """All runs, newest first, with how many files they have and how many of those are gaps and are invited."""
    return (
        AllocationRun.objects.select_related("made_by", "confirmed_by", "only__provider")
        .annotate(
            file_count=Count("files"),
            gap_count=Count("files", filter=~Q(files__gap_reason="")),
            invited_count=Count("files", filter=Q(files__invited_at__isnull=False)),
        )
        .order_by("-id")
    )


@dataclass(frozen=True)
class RunProgress:
    """How far invitations are: files done of those to be done."""

    running: bool
    done: int
    total: int

    @property
    def note(self) -> str:
        return "" if self.running else "Finished"


def progress_of_run(run: AllocationRun) -> RunProgress:
    """How many of the files to be invited have been, or were refused."""
    to_do = run.files.filter(gap_reason="", left_out=False)
    done = to_do.filter(Q(invited_at__isnull=False) | ~Q(refusal="")).count()
    running = run.state in (AllocationState.WAITING, AllocationState.WORKING, AllocationState.INVITING)
    return RunProgress(running, done, to_do.count())


def files_of(run: AllocationRun) -> QuerySet[AllocationFile]:
    """The submissions of a run with their seats, those without seats first."""
    return (
        run.files.select_related("submission__provider", "submission__version", "submission__leader")
        .prefetch_related("seats__assessor")
        .order_by("-gap_reason", "id")
    )


def seated_in(user: User, files: Iterable[AllocationFile]) -> set[int]:
    """Files of a run that this person has a seat in, or was asked to assess: who sits there with them is not theirs to
    read or to change. Two queries."""
    of = {file.pk: file.submission_id for file in files}
    proposed = AllocationSeat.objects.filter(assessor=user, file__in=of).values_list("file", flat=True)
    asked = set(
        Assessment.objects.filter(assessor=user, submission__in=of.values()).values_list(
            "submission", flat=True
        )
    )
    return {*proposed, *(file for file, submission in of.items() if submission in asked)}


def reasons(seat: AllocationSeat) -> list[str]:
    """What speaks for an assessor in a seat, in sentences."""
    if seat.by_hand:
        return ["Chosen by hand."]
    why = seat.why
    lines = [f"Fits: {', '.join(why['fit'])}." if why["fit"] else "No matching expertise is recorded."]
    others = why["candidates"] - 1
    if others:
        better = why["better"]
        fits_better = (
            "nobody fits better" if not better
            else "one fits better, but is needed elsewhere or has more to do" if better == 1
            else f"{better} fit better, but are needed elsewhere or have more to do"
        )  # fmt: skip
        lines.append(f"Of {others} other{'s' if others > 1 else ''} who could take it {fits_better}.")
    else:
        lines.append("Nobody else could take it.")
    lines.append(f"{why['load']} file{'s' if why['load'] != 1 else ''} on the desk with this one.")
    if why["met"]:
        lines.append(f"{why['met']} file{'s' if why['met'] != 1 else ''} with the other assessor in a year.")
    if why["joins"]:
        lines.append("Links assessors who have no file in common, so that severity can be compared.")
    return lines


def gap_in_words(run: AllocationRun, file: AllocationFile) -> str:
    """Why a submission has no assessors."""
    may, free = file.gap.get("may", 0), file.gap.get("free", 0)
    bars = file.gap.get("bars", {})
    said = [
        f"{number} {BAR_WORDS[Bar[name.upper()]][number != 1]}" for name, number in bars.items() if number
    ]
    against = f" Of {run.assessors} assessors {', '.join(said)}." if said else ""
    if file.gap_reason == GapReason.NOBODY:
        who = "Nobody may" if not may else "Only one person may"
        return f"{who} assess this.{against}"
    if file.gap_reason == GapReason.FULL:
        who = "none has" if not free else "only one has" if free == 1 else f"only {free} have"
        return f"{may} may assess this, but {who} room left this month.{against}"
    return (
        f"Those who may assess this and have room have met too often: a pair may have {run.limit} files "
        f"together in a year.{against}"
    )


@dataclass(frozen=True)
class Readiness:
    """What waits and who can take it: files, seats they lack, active assessors, those away, room this month."""

    files: int
    seats: int
    assessors: int
    paused: int
    room: int


def readiness() -> Readiness:
    """Figures for the page that starts a run."""
    waiting = list(waiting_submissions())
    people = list(active_assessors())
    here = [each for each in people if not pause_of(each)]
    room = sum(max(_capacity(each) - each.taken, 0) for each in here)  # type: ignore[attr-defined]
    seats = sum(SEATS - _standing(each) for each in waiting)
    return Readiness(len(waiting), seats, len(people), len(people) - len(here), room)
