"""Conflicts of interest that come to light, and lifting one: one administrator asks, another confirms."""

from __future__ import annotations

import logging
from collections.abc import Collection

from celery import current_app
from django.core.exceptions import ValidationError
from django.db import transaction

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now
from reviews.choices import AssessmentRole, ConflictKind, OverrideState
from reviews.models import Assessment, ConflictOverride, OverrideRequest, Submission
from reviews.queries.assessors import STANDING
from reviews.queries.conflicts import all_conflicts
from reviews.services.assessments import ask_to_fill, leave_out
from reviews.services.transitions import locked, move

logger = logging.getLogger(__name__)

# While nothing is decided the scores can be given again; later the rating stands and people decide what follows.
_SCORED_AGAIN = ("assessing", "adjudicating", "fact_check", "deciding")
_SETTLED = ("fact_check", "deciding")


# --- A conflict that came to light --------------------------------------------------------------------------


def declare_conflict_found(*, assessment: Assessment, by: User, kind: str, note: str) -> Assessment:
    """The assessor tells of a conflict after the file was opened: it closes at once.

    Raises `ValidationError` for somebody else's assessment, one that is closed, and for a missing kind or note.
    """
    if assessment.assessor_id != by.pk:
        raise ValidationError("This assessment is somebody else’s.")
    if kind not in ConflictKind.values:
        raise ValidationError({"kind": "Choose what kind of conflict it is."})
    if not note.strip():
        raise ValidationError({"note": "Say in a sentence what the conflict is."})
    return _close(assessment, by=by, kind=kind, reason=note.strip(), declared=True)


def recheck(*, users: Collection[User] | None = None) -> int:
    """Look again for conflicts of everybody (or these people) who has a part in a review under way.

    Closes each file in which one is found that nobody lifted; returns how many. By the same rules as before the file
    was opened, in a constant number of queries.
    """
    rows = Assessment.objects.filter(
        state__in=STANDING, locked_at=None, submission__state__in=(*_SCORED_AGAIN, "amending")
    ).select_related("assessor", "submission__provider__school", "submission__version", "submission__leader")
    if users is not None:
        rows = rows.filter(assessor__in=users)
    parts = list(rows.order_by("id"))
    people = {each.assessor_id: each.assessor for each in parts}
    submissions = {each.submission_id: each.submission for each in parts}
    found = all_conflicts(users=list(people.values()), submissions=list(submissions.values()))
    closed = 0
    for part in parts:
        conflicts = found.get((part.submission_id, part.assessor_id))
        if conflicts:
            reason = " ".join(each.explanation for each in conflicts)
            _close(part, by=None, kind=conflicts[0].kind, reason=reason, declared=False)
            closed += 1
    return closed


def ask_for_recheck() -> None:
    """Once this transaction stands, let a job look for conflicts again: an organisation or a team has changed."""

    def ask() -> None:
        try:
            current_app.send_task("reviews.tasks.recheck_conflicts", retry=False)
        except Exception:
            logger.exception("recheck_not_queued: the broker can't be reached; the nightly job looks again")

    transaction.on_commit(ask)


def _close(assessment: Assessment, *, by: User | None, kind: str, reason: str, declared: bool) -> Assessment:
    """Close the file to its assessor, and leave the scores out where that can still be made good."""
    with locked(assessment.submission) as submission:
        assessment.refresh_from_db(from_queryset=Assessment.objects.select_for_update(no_key=True))
        if assessment.state not in STANDING or assessment.locked_at is not None:
            raise ValidationError("This assessment is closed already.")
        with act("conflict.found", by=by, target=assessment, reason=reason, detail={"kind": str(kind)}):
            assessment.locked_at, assessment.lock_reason = now(), reason
            fields = ["locked_at", "lock_reason", "updated_at"]
            if declared:
                # Whoever declared a conflict is never asked about this submission again.
                assessment.conflict_kind, assessment.conflict_note = kind, reason
                fields += ["conflict_kind", "conflict_note"]
            assessment.save(update_fields=fields)
            if submission.state in _SCORED_AGAIN:
                _leave_out(submission, assessment, by, f"A conflict of interest came to light: {reason}")
    return assessment


def _leave_out(submission: Submission, assessment: Assessment, by: User | None, reason: str) -> None:
    counted = assessment.state == "submitted" and assessment.round == submission.round
    leave_out(submission=submission, assessment=assessment, by=by, reason=reason)
    if submission.state in _SETTLED and counted:
        move(
            submission=submission,
            name="reopen",
            by=by,
            reason=reason,
            settled_at=None,
            fact_check_due_on=None,
        )
        if assessment.role == AssessmentRole.ADJUDICATION:
            # Both blind ones are in: what they disagree on waits for another third score.
            move(submission=submission, name="adjudicate", by=None)
    ask_to_fill(assessment)


# --- Lifting a conflict -------------------------------------------------------------------------------------


def ask_to_lift(
    *, submission: Submission, assessor: User, kind: str, reason: str, by: User
) -> OverrideRequest:
    """Ask that a kind of conflict does not block this person here. Nothing changes before another one confirms.

    Raises `ValidationError`, by field, for an unknown kind, a missing reason, somebody's own conflict, a person who is
    no administrator, and a request that is open already.
    """
    if kind not in ConflictKind.values:
        raise ValidationError({"kind": "Choose what kind of conflict it is."})
    if not reason.strip():
        raise ValidationError({"reason": "Say why it does not block."})
    if not by.is_administrator:
        raise ValidationError("Only administrators can ask for this.")
    if assessor.pk == by.pk:
        raise ValidationError({"assessor": "Nobody lifts a conflict of their own."})
    with locked(submission):
        open_ones = OverrideRequest.objects.filter(
            submission=submission, assessor=assessor, kind=kind, state=OverrideState.OPEN
        )
        if open_ones.exists():
            raise ValidationError("This was asked for already; a second administrator has to answer.")
        with act("conflict.ask_to_lift", by=by, reason=reason.strip(), detail={"kind": str(kind)}) as doing:
            doing.target = request = OverrideRequest.objects.create(
                submission=submission, assessor=assessor, kind=kind, reason=reason.strip(), by=by
            )
    return request


def answer_lift(*, request: OverrideRequest, by: User, confirm: bool) -> OverrideRequest:
    """Confirm a request to lift a conflict, or refuse it: by an administrator other than who asked and the assessor."""
    with transaction.atomic():
        request.refresh_from_db(from_queryset=OverrideRequest.objects.select_for_update(no_key=True))
        if request.state != OverrideState.OPEN:
            raise ValidationError("This was answered already.")
        if not by.is_administrator or by.pk in (request.by_id, request.assessor_id):
            raise ValidationError("A second administrator, who is not the assessor, has to answer.")
        name = "conflict.override" if confirm else "conflict.refuse_to_lift"
        with act(
            name, by=by, target=request.submission, reason=request.reason, detail={"kind": request.kind}
        ):
            request.state = OverrideState.CONFIRMED if confirm else OverrideState.REFUSED
            request.answered_by, request.answered_at = by, now()
            request.save(update_fields=["state", "answered_by", "answered_at", "updated_at"])
            if confirm:
                ConflictOverride.objects.create(
                    submission=request.submission,
                    assessor=request.assessor,
                    kind=request.kind,
                    reason=request.reason,
                    by=request.by,
                    seconded_by=by,
                )
    return request
