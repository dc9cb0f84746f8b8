"""Assigning assessors, declaring conflicts, scoring blind, and handing scores in."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from celery import current_app
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from lpdqa.accounts.models import Role, User
from lpdqa.audit.services import act
from lpdqa.clock import now
from lpdqa.workflow import WorkflowError
from programmes.services.catalogue import refresh_leader, refresh_programme, refresh_provider
from reviews.choices import AssessmentRole, ConflictKind
from reviews.models import (
    Adjudication,
    Assessment,
    AssessorProfile,
    Criterion,
    EvidenceRequest,
    Score,
    Submission,
)
from reviews.queries.assessments import criteria_to_score, may_be_set_aside, unfinished
from reviews.queries.assessors import STANDING, pause_of
from reviews.queries.calibration import released_among
from reviews.queries.conflicts import find_conflicts
from reviews.rating.scheme import HIGHEST, LOWEST
from reviews.services.adjudication import BLIND_ASSESSORS, scores_in
from reviews.services.telling import tell_assessor
from reviews.services.transitions import locked, move, move_assessment
from reviews.workflows import SUBMISSION

logger = logging.getLogger(__name__)

_JUDGEMENT = ("value", "not_applicable", "cannot_judge", "rationale", "pointers", "updated_at")


@dataclass(frozen=True)
class ScoreDraft:
    """One judgement to save: a value of 1 to 4, or one of the two others, with why and where to look."""

    criterion: Criterion
    value: int | None = None
    not_applicable: bool = False
    rationale: str = ""
    pointers: str = ""


# --- Who assesses -------------------------------------------------------------------------------------------


def ensure_profile(*, user: User) -> AssessorProfile:
    """The assessor's profile, made on first need: their scores are published under its pseudonym."""
    profile, _ = AssessorProfile.objects.get_or_create(user=user)
    return profile


def accept_submission(*, submission: Submission, assessors: Iterable[User], by: User | None) -> Submission:
    """Take a submission into assessment by two assessors; from now on the public sees the subject as listed.

    Raises `ValidationError` for other than two people, for somebody without the role, and for any conflict.
    """
    people = list(assessors)
    if len({person.pk for person in people}) != BLIND_ASSESSORS or len(people) != BLIND_ASSESSORS:
        raise ValidationError({"assessors": "Choose two different assessors."})
    with locked(submission):
        SUBMISSION.find("accept", submission.state)
        for person in people:
            _assign(submission, person, by, AssessmentRole.BLIND)
        move(submission=submission, name="accept", by=by, accepted_at=now())
        _list_subject(submission)
    return submission


def assign_assessor(
    *, submission: Submission, assessor: User, by: User | None, role: str = AssessmentRole.BLIND
) -> Assessment:
    """Assign a blind assessor in place of one who declined or was made void; `role` adjudication assigns a
    third."""
    if role == AssessmentRole.ADJUDICATION:
        return assign_adjudicator(submission=submission, assessor=assessor, by=by)
    with locked(submission):
        if submission.state not in ("assessing", "adjudicating"):
            raise WorkflowError(f"Nobody can be assigned while this is “{submission.get_state_display()}”.")
        standing = submission.assessments.filter(
            role=AssessmentRole.BLIND, round=submission.round, state__in=STANDING
        )
        if standing.count() >= BLIND_ASSESSORS:
            raise ValidationError("Two assessors are assigned already.")
        return _assign(submission, assessor, by, AssessmentRole.BLIND)


def assign_adjudicator(*, submission: Submission, assessor: User, by: User | None) -> Assessment:
    """Assign a third person, who had no part in this submission, to all criteria that still need a third
    score."""
    with locked(submission):
        if submission.state != "adjudicating":
            raise WorkflowError("A third assessor is assigned only while criteria are discordant.")
        waiting = submission.adjudications.filter(round=submission.round, settled_at=None).exclude(
            assessment__state__in=STANDING
        )
        if not waiting.exists():
            raise ValidationError("Every discordant criterion has a third assessor already.")
        if submission.assessments.filter(assessor=assessor).exists():
            raise ValidationError({"assessor": "Choose somebody who had no part in this submission."})
        assessment = _assign(submission, assessor, by, AssessmentRole.ADJUDICATION)
        Adjudication.objects.filter(pk__in=waiting.values("pk")).update(assessment=assessment)
    return assessment


def _assign(submission: Submission, assessor: User, by: User | None, role: AssessmentRole) -> Assessment:
    if (
        not assessor.role_grants.filter(role=Role.ASSESSOR, revoked_at=None).exists()
        or not assessor.is_active
    ):
        raise ValidationError({"assessors": f"{assessor} is not an assessor."})
    if by is not None and assessor.pk == by.pk:
        raise ValidationError({"assessors": "Somebody else has to assign you."})
    ensure_profile(user=assessor)
    if until := pause_of(assessor):
        raise ValidationError({"assessors": f"{assessor} takes no work until {until:%-d %B %Y}."})
    if not released_among(users=[assessor], framework=submission.framework):
        raise ValidationError(
            {"assessors": f"{assessor} is not released: the calibration is missing or out of date."}
        )
    conflicts = find_conflicts(user=assessor, submission=submission)
    if conflicts:
        reasons = "; ".join(conflict.explanation for conflict in conflicts)
        raise ValidationError({"assessors": f"{assessor} has a conflict of interest: {reasons}"})
    try:
        with act(
            "assessment.assign", by=by, detail={"submission": submission.pk, "role": str(role)}
        ) as doing:
            doing.target = assessment = Assessment.objects.create(
                submission=submission,
                assessor=assessor,
                role=role,
                round=submission.round,
                assigned_by=by,
            )
            tell_assessor(assessment=assessment)
    except IntegrityError as error:
        raise ValidationError({"assessors": f"{assessor} is assigned to this already."}) from error
    return assessment


def _list_subject(submission: Submission) -> None:
    """The subject becomes public, as listed, and with it who offers it; a programme that the public sees
    already keeps its public version."""
    provider = submission.provider
    if provider.listed_at is None:
        provider.listed_at = now()
        provider.save(update_fields=["listed_at", "updated_at"])
    refresh_provider(provider=provider)
    if submission.version is not None:
        programme = submission.version.programme
        if programme.public_version_id is None:
            programme.public_version = submission.version
            programme.save(update_fields=["public_version", "updated_at"])
        refresh_programme(programme=programme)
    leader = submission.leader
    if leader is not None:
        if leader.listed_at is None:
            leader.listed_at = now()
            leader.save(update_fields=["listed_at", "updated_at"])
        refresh_leader(leader=leader)


def open_second_round(*, submission: Submission) -> None:
    """After an amendment the blind assessors of the first round are asked again; one who can't is replaced by
    hand."""
    first = (
        submission.assessments.filter(role=AssessmentRole.BLIND, round=1, state="submitted")
        .select_related("assessor", "assigned_by")
        .order_by("id")
    )
    for earlier in first:
        try:
            with transaction.atomic():
                _assign(submission, earlier.assessor, None, AssessmentRole.BLIND)
        except ValidationError:
            # Has since left, paused or come into a conflict: the board shows that an assessor is lacking.
            continue


def void_open_assessments(*, submission: Submission, reason: str) -> None:
    """Let assessors go who have not handed in, where there is nothing to assess any more."""
    for assessment in submission.assessments.filter(state__in=("invited", "scoring")).order_by("id"):
        move_assessment(assessment=assessment, name="void", by=None, reason=reason, void_reason=reason)


# --- Conflicts of interest ----------------------------------------------------------------------------------


def declare_no_conflict(*, assessment: Assessment, by: User) -> Assessment:
    """Declare that there is no conflict, and open the file. `ValidationError` where the register knows of
    one."""
    _own(assessment, by)
    conflicts = find_conflicts(user=by, submission=assessment.submission)
    if conflicts:
        raise ValidationError([conflict.explanation for conflict in conflicts])
    return move_assessment(assessment=assessment, name="declare", by=by, declared_at=now())


def declare_conflict(*, assessment: Assessment, by: User, kind: str, note: str) -> Assessment:
    """Declare a conflict: the assessment is declined, and this person can't be assigned to the submission
    again."""
    _own(assessment, by)
    if kind not in ConflictKind.values:
        raise ValidationError({"kind": "Choose what kind of conflict it is."})
    if not note.strip():
        raise ValidationError({"note": "Say in a sentence what the conflict is."})
    return _decline(assessment, by, conflict_kind=ConflictKind(kind), conflict_note=note.strip())


def decline_assessment(*, assessment: Assessment, by: User, note: str) -> Assessment:
    """Decline for a reason other than a conflict, such as time; it has to be said."""
    _own(assessment, by)
    if not note.strip():
        raise ValidationError({"note": "Say in a few words why you can’t take this on."})
    return _decline(assessment, by, conflict_note=note.strip())


def _decline(assessment: Assessment, by: User, **fields: str) -> Assessment:
    with transaction.atomic():
        move_assessment(assessment=assessment, name="decline", by=by, **fields)
        ask_to_fill(assessment)
    return assessment


def ask_to_fill(assessment: Assessment) -> None:
    """Once this transaction stands, let a job fill the blind seat that fell free, where the register wants that."""
    if assessment.role != AssessmentRole.BLIND or not settings.ALLOCATION_AFTER_DECLINE:
        return
    submission = assessment.submission_id

    def ask() -> None:
        try:
            current_app.send_task("reviews.tasks.fill_free_seat", args=[submission], retry=False)
        except Exception:
            logger.exception("seat_not_filled: the broker can't be reached; the board shows what is lacking")

    transaction.on_commit(ask)


def _own(assessment: Assessment, by: User) -> None:
    if assessment.assessor_id != by.pk:
        raise ValidationError("This assessment is somebody else’s.")


# --- Scores -------------------------------------------------------------------------------------------------


def save_score(
    *,
    assessment: Assessment,
    criterion: Criterion,
    by: User,
    value: int | None = None,
    not_applicable: bool = False,
    cannot_judge: bool = False,
    rationale: str = "",
    pointers: str = "",
) -> Score:
    """Save a judgement of one criterion; with none of the three, only the notes.

    “Cannot judge” is for a criterion on which evidence was asked for (`services.requests.ask_for_evidence`).
    A score closes the assessor's own open request: they no longer wait.
    """
    if cannot_judge and (value is not None or not_applicable):
        raise ValidationError("Give one judgement.")
    if (
        cannot_judge
        and not EvidenceRequest.objects.filter(
            submission=assessment.submission_id, criterion=criterion, asked_by=by
        ).exists()
    ):
        raise ValidationError("Ask for the evidence you need: “cannot judge” is not a score.")
    draft = ScoreDraft(criterion, value, not_applicable, rationale, pointers)
    return _save(assessment=assessment, by=by, drafts=[draft], cannot_judge=cannot_judge)[0]


def save_scores(*, assessment: Assessment, by: User, scores: Iterable[ScoreDraft]) -> list[Score]:
    """Save several judgements at once; all or none, and of two on the same criterion the later."""
    drafts = {draft.criterion.pk: draft for draft in scores}
    return _save(assessment=assessment, by=by, drafts=list(drafts.values()), cannot_judge=False)


def _save(*, assessment: Assessment, by: User, drafts: list[ScoreDraft], cannot_judge: bool) -> list[Score]:
    _own(assessment, by)
    with transaction.atomic():
        # The lock keeps a score from slipping in after the assessment was handed in at the same moment.
        assessment.refresh_from_db(from_queryset=Assessment.objects.select_for_update(no_key=True))
        if assessment.state != "scoring":
            raise ValidationError("Scores can change only while you are scoring.")
        to_score = {criterion.pk: criterion for criterion in criteria_to_score(assessment)}
        for draft in drafts:
            _check_draft(assessment, draft, to_score)
        with act("assessment.score", by=by, target=assessment):
            saved = Score.objects.bulk_create(
                [
                    Score(
                        assessment=assessment,
                        criterion=draft.criterion,
                        value=draft.value,
                        not_applicable=draft.not_applicable,
                        cannot_judge=cannot_judge,
                        rationale=draft.rationale.strip(),
                        pointers=draft.pointers.strip(),
                    )
                    for draft in drafts
                ],
                update_conflicts=True,
                unique_fields=["assessment", "criterion"],
                update_fields=_JUDGEMENT,
            )
            judged = [d.criterion for d in drafts if d.value is not None or d.not_applicable]
            EvidenceRequest.objects.filter(
                submission=assessment.submission_id, criterion__in=judged, asked_by=by, closed_at=None
            ).update(closed_at=now())
    return saved


def _check_draft(assessment: Assessment, draft: ScoreDraft, to_score: dict[int, Criterion]) -> None:
    criterion = to_score.get(draft.criterion.pk)
    if criterion is None:
        raise ValidationError(f"{draft.criterion.code} is not yours to score here.")
    if draft.value is not None and not LOWEST <= draft.value <= HIGHEST:
        raise ValidationError({"value": f"Give a score from {LOWEST} to {HIGHEST}."})
    if draft.value is not None and draft.not_applicable:
        raise ValidationError("Give one judgement.")
    if draft.not_applicable and criterion.pk not in may_be_set_aside(assessment, [criterion]):
        essential = assessment.submission.subject_kind in criterion.essential_for
        why = "is essential, so it can’t be not applicable." if essential else "applies here: give a score."
        raise ValidationError({"not_applicable": f"{criterion.code} {why}"})


def submit_assessment(*, assessment: Assessment, by: User) -> Assessment:
    """Hand the scores in; they are locked. The last blind assessment settles the scores or opens
    adjudications, the last third score settles.

    Raises `ValidationError` with one line for each criterion that lacks a judgement or its rationale.
    """
    _own(assessment, by)
    # The submission first: of two assessors handing in at the same moment, the later one waits here and then
    # sees both, so that exactly one of them settles.
    with locked(assessment.submission) as submission:
        assessment.refresh_from_db(from_queryset=Assessment.objects.select_for_update(no_key=True))
        if assessment.state == "scoring":
            lines = [
                f"{criterion.code} {criterion.title}: {what}" for criterion, what in unfinished(assessment)
            ]
            if lines:
                raise ValidationError(lines)
        move_assessment(assessment=assessment, name="submit", by=by, submitted_at=now())
        scores_in(submission=submission)
    return assessment


def void_assessment(*, assessment: Assessment, by: User, reason: str) -> Assessment:
    """Leave an assessment out of the consensus, for a reason on record; somebody else is then assigned.

    Raises `WorkflowError` once the scores are settled: an appeal or a new review is the way then.
    """
    if not reason.strip():
        raise ValidationError({"reason": "Say why it is left out."})
    with locked(assessment.submission) as submission:
        if submission.state not in ("assessing", "adjudicating"):
            raise WorkflowError("The scores are settled; an assessment can no longer be left out.")
        leave_out(submission=submission, assessment=assessment, by=by, reason=reason.strip())
        ask_to_fill(assessment)
    return assessment


def leave_out(*, submission: Submission, assessment: Assessment, by: User | None, reason: str) -> None:
    """Make an assessment void, in the caller's transaction and under the submission's lock: its scores are kept, and
    count no more."""
    move_assessment(assessment=assessment, name="void", by=by, reason=reason, void_reason=reason)
    EvidenceRequest.objects.filter(
        submission=submission, asked_by=assessment.assessor_id, closed_at=None
    ).update(closed_at=now())
    assessment.adjudications.update(assessment=None, settled_at=None)
