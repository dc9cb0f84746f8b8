"""Allocating assessors: a run proposes, somebody looks at it and may change it, and confirming it invites.

A run is worked out at once where little waits, and by the worker where much does; so are the invitations. Both are
taken up again by the sweep if a worker dies: a file that was invited is never invited again.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
import time
from collections.abc import Sequence
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now
from lpdqa.workflow import WorkflowError
from reviews.allocation import SEATS, Allocation, Seat, solve
from reviews.choices import AllocationCause, AllocationState
from reviews.models import AllocationFile, AllocationRun, AllocationSeat, Submission
from reviews.queries.allocation import Waiting, read_waiting, waiting_submissions
from reviews.queries.allocation_changes import bar_to_change
from reviews.queries.board_actions import bar_to_running
from reviews.services.assessments import accept_submission, assign_assessor

logger = logging.getLogger(__name__)

# Files that a page waits for; more are left to the worker.
AT_ONCE = 40
# A run that has said nothing for so long has died, and is taken up again.
_SILENT = dt.timedelta(minutes=5)
_SEEDS = 2**31
_OPEN = (AllocationState.WAITING, AllocationState.WORKING, AllocationState.PROPOSED)


def ask_for_allocation(
    *,
    by: User | None,
    cause: str = AllocationCause.ASKED,
    seed: int | None = None,
    only: Submission | None = None,
) -> AllocationRun:
    """Start a run over everything that waits, or over one submission. A proposal nobody confirmed is set aside.

    Raises `ValidationError` where nothing waits.
    """
    waiting = waiting_submissions() if only is None else waiting_submissions().filter(pk=only.pk)
    number = waiting.count()
    if not number:
        raise ValidationError("No submission waits for assessors.")
    with act("allocation.ask", by=by) as doing:
        if only is None:
            AllocationRun.objects.filter(state__in=_OPEN, only=None).update(
                state=AllocationState.SET_ASIDE, updated_at=now()
            )
        doing.target = run = AllocationRun.objects.create(
            cause=cause, only=only, seed=secrets.randbelow(_SEEDS) if seed is None else seed, made_by=by
        )
        doing.detail = {"seed": run.seed, "files": number}
    _go_on(run, number)
    return run


def confirm_allocation(*, run: AllocationRun, by: User | None) -> AllocationRun:
    """Invite everybody the run proposes. Each file goes by itself: one that has changed since is refused, with why.

    Raises `ValidationError` unless the run is a proposal.
    """
    with transaction.atomic():
        run.refresh_from_db(from_queryset=AllocationRun.objects.select_for_update(no_key=True))
        if run.state != AllocationState.PROPOSED:
            raise ValidationError("Only a proposal can be confirmed.")
        number = run.files.filter(gap_reason="", left_out=False).count()
        with act("allocation.confirm", by=by, target=run, detail={"files": number}):
            run.state, run.confirmed_by, run.confirmed_at = AllocationState.INVITING, by, now()
            run.save(update_fields=["state", "confirmed_by", "confirmed_at", "updated_at"])
    _go_on(run, number)
    return run


def set_aside_allocation(*, run: AllocationRun, by: User) -> AllocationRun:
    """Give a proposal up. Raises `ValidationError` once it is confirmed."""
    with transaction.atomic():
        run.refresh_from_db(from_queryset=AllocationRun.objects.select_for_update(no_key=True))
        if run.state not in _OPEN:
            raise ValidationError("This run is over; nothing was changed.")
        with act("allocation.set_aside", by=by, target=run):
            run.state = AllocationState.SET_ASIDE
            run.save(update_fields=["state", "updated_at"])
    return run


def change_seats(*, file: AllocationFile, assessors: Sequence[User], by: User) -> AllocationFile:
    """Choose others for a file of a proposal, with the checks of the run: conflict, part, pause, release, room, pairs.

    Raises `ValidationError` with what stands against it.
    """
    with transaction.atomic():
        run = AllocationRun.objects.select_for_update(no_key=True).get(pk=file.run_id)
        if run.state != AllocationState.PROPOSED:
            raise ValidationError("Only a proposal can be changed.")
        if bar := bar_to_change(file, assessors):
            raise ValidationError({"assessors": bar})
        kept = {seat.assessor_id: seat for seat in file.seats.all()}
        with act(
            "allocation.change", by=by, target=run,
            detail={"submission": file.submission_id, "assessors": [each.pk for each in assessors]},
        ):  # fmt: skip
            file.seats.exclude(assessor__in=assessors).delete()
            AllocationSeat.objects.bulk_create(
                AllocationSeat(file=file, assessor=each, by_hand=True)
                for each in assessors
                if each.pk not in kept
            )
            file.gap_reason, file.gap, file.left_out = "", {}, False
            file.save(update_fields=["gap_reason", "gap", "left_out"])
    return file


def swap_seats(*, seat: AllocationSeat, other: AllocationSeat, by: User) -> None:
    """Let two assessors of a proposal change places; both files are checked as after a change by hand."""
    if seat.file.run_id != other.file.run_id or seat.file_id == other.file_id:
        raise ValidationError("Choose seats of two different submissions in this run.")
    with transaction.atomic():
        first, second = seat.file, other.file
        ours = [each.assessor for each in first.seats.select_related("assessor") if each.pk != seat.pk]
        theirs = [each.assessor for each in second.seats.select_related("assessor") if each.pk != other.pk]
        # Both leave first, so that neither is counted twice against their room.
        AllocationSeat.objects.filter(pk__in=[seat.pk, other.pk]).delete()
        change_seats(file=first, assessors=[*ours, other.assessor], by=by)
        change_seats(file=second, assessors=[*theirs, seat.assessor], by=by)


def leave_out(*, file: AllocationFile, by: User, out: bool) -> AllocationFile:
    """Leave a file out of the invitations of a proposal, or take it in again."""
    with transaction.atomic():
        run = AllocationRun.objects.select_for_update(no_key=True).get(pk=file.run_id)
        if run.state != AllocationState.PROPOSED:
            raise ValidationError("Only a proposal can be changed.")
        detail = {"submission": file.submission_id}
        with act("allocation.leave_out" if out else "allocation.take_in", by=by, target=run, detail=detail):
            file.left_out = out
            file.save(update_fields=["left_out"])
    return file


def reallocate(*, submission: Submission) -> AllocationRun | None:
    """Find and invite somebody for a seat that fell free; None where none is free or nobody can take it."""
    try:
        run = ask_for_allocation(by=None, cause=AllocationCause.DECLINED, only=submission)
    except ValidationError:
        return None
    run.refresh_from_db()
    if run.state == AllocationState.PROPOSED:
        confirm_allocation(run=run, by=None)
    return run


def allocate_nightly() -> int:
    """What `ALLOCATION_NIGHTLY` asks for: nothing, a proposal, or invitations at once; returns the files in the run."""
    if settings.ALLOCATION_NIGHTLY not in ("propose", "invite") or not waiting_submissions().exists():
        return 0
    run = ask_for_allocation(by=None, cause=AllocationCause.NIGHTLY)
    work_on(only=run)
    run.refresh_from_db()
    if settings.ALLOCATION_NIGHTLY == "invite" and run.state == AllocationState.PROPOSED:
        confirm_allocation(run=run, by=None)
    return run.files.count()


# --- Working on runs ----------------------------------------------------------------------------------------


def _go_on(run: AllocationRun, files: int) -> None:
    if files <= AT_ONCE:
        work_on(only=run)
        run.refresh_from_db()
    else:
        transaction.on_commit(_ask_worker)


def _ask_worker() -> None:
    try:
        current_app.send_task("reviews.tasks.work_on_allocations", retry=False)
    except Exception:
        logger.exception("allocation_not_queued: the broker can't be reached; the sweep will find it")


def work_on(*, only: AllocationRun | None = None) -> int:
    """Work out runs that wait and send invitations of confirmed ones; returns how many runs were taken up."""
    done: list[int] = []
    while run := _take(only, done):
        if run.state == AllocationState.WORKING:
            _work_out(run)
        else:
            _invite_all(run)
        done.append(run.pk)
    return len(done)


def _take(only: AllocationRun | None, besides: Sequence[int]) -> AllocationRun | None:
    """A run to work on that this call hasn't had in hand. Its `updated_at` says that somebody has."""
    with transaction.atomic():
        silent = Q(updated_at__lt=now() - _SILENT)
        due = AllocationRun.objects.filter(
            Q(state=AllocationState.WAITING)
            | Q(state=AllocationState.INVITING)
            | (silent & Q(state=AllocationState.WORKING))
        )
        if only is not None:
            due = due.filter(pk=only.pk)
        due = due.exclude(pk__in=besides)
        run = due.order_by("id").select_for_update(skip_locked=True, no_key=True).first()
        if run is not None and run.state == AllocationState.WAITING:
            run.state = AllocationState.WORKING
            run.save(update_fields=["state", "updated_at"])
        return run


def _work_out(run: AllocationRun) -> None:
    began = time.monotonic()
    try:
        waiting = read_waiting(seed=run.seed, only=run.only)
        found = solve(waiting.problem)
    except Exception as error:
        logger.exception("allocation_failed: %d", run.pk)
        AllocationRun.objects.filter(pk=run.pk, state=AllocationState.WORKING).update(
            state=AllocationState.FAILED, failure=f"{type(error).__name__}: {error}"[:300], updated_at=now()
        )
        return
    with transaction.atomic():
        run.refresh_from_db(from_queryset=AllocationRun.objects.select_for_update(no_key=True))
        if run.state != AllocationState.WORKING:
            return  # set aside meanwhile
        _store(run, waiting, found)
        run.state = AllocationState.PROPOSED
        run.assessors, run.limit = len(waiting.assessors), found.limit
        run.groups = [[waiting.assessors[place].pk for place in group] for group in found.groups]
        run.seconds = round(time.monotonic() - began, 3)
        run.save()


def _store(run: AllocationRun, waiting: Waiting, found: Allocation) -> None:
    gaps = {gap.file: gap for gap in found.gaps}
    run.files.all().delete()
    files = AllocationFile.objects.bulk_create(
        AllocationFile(
            run=run,
            submission=submission,
            need=int(waiting.problem.need[place]),
            gap_reason=gaps[place].reason if place in gaps else "",
            gap={"may": gaps[place].may, "free": gaps[place].free, "bars": waiting.bars_of(place)}
            if place in gaps
            else {},
        )
        for place, submission in enumerate(waiting.submissions)
    )
    AllocationSeat.objects.bulk_create(
        AllocationSeat(
            file=files[seat.file], assessor=waiting.assessors[seat.assessor], why=_why(waiting, seat)
        )
        for seat in found.seats
    )


def _why(waiting: Waiting, seat: Seat) -> dict[str, Any]:
    matching = waiting.fits.get((seat.file, seat.assessor))
    return {
        "fit": list(matching.words) if matching else [],
        "share": round(seat.fit, 2),
        "better": seat.better,
        "candidates": seat.candidates,
        "load": seat.load,
        "met": seat.met,
        "joins": seat.joins,
    }


def _invite_all(run: AllocationRun) -> None:
    to_do = run.files.filter(gap_reason="", left_out=False, invited_at=None, refusal="")
    for pk in list(to_do.values_list("pk", flat=True)):
        _invite(run, pk)
    with transaction.atomic():
        run.refresh_from_db(from_queryset=AllocationRun.objects.select_for_update(no_key=True))
        if run.state == AllocationState.INVITING and not to_do.exists():
            run.state = AllocationState.DONE
            run.save(update_fields=["state", "updated_at"])


def _invite(run: AllocationRun, pk: int) -> None:
    """Invite for one file, in a transaction of its own; what stands against it is kept on the file."""
    with transaction.atomic():
        file = (
            AllocationFile.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
            .select_related("submission__provider", "submission__version__programme", "submission__leader",
                            "submission__framework")
            .filter(pk=pk, invited_at=None, refusal="")
            .first()
        )  # fmt: skip
        if file is None:
            return
        try:
            with transaction.atomic():
                _assign_all(file, run.confirmed_by)
        except (ValidationError, WorkflowError) as refusal:
            lines = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
            file.refusal = " ".join(lines)
        else:
            file.invited_at = now()
        file.save(update_fields=["refusal", "invited_at"])


def _assign_all(file: AllocationFile, by: User | None) -> None:
    submission = file.submission
    people = [seat.assessor for seat in file.seats.select_related("assessor")]
    if by is not None:
        if bar := bar_to_running(by, submission):
            raise ValidationError(bar)
        if not by.has_perm("reviews.run_reviews", submission):
            raise ValidationError("You belong to the provider’s team: somebody else has to confirm this.")
    if submission.state == "submitted" and len(people) == SEATS:
        accept_submission(submission=submission, assessors=people, by=by)
        return
    for person in people:
        assign_assessor(submission=submission, assessor=person, by=by)
