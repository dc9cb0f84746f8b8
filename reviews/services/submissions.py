"""What a provider does with a submission, from the draft to the checked facts, and what a screener
answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from lpdqa.accounts.models import User
from lpdqa.audit.models import Entry
from lpdqa.audit.services import act
from lpdqa.clock import now, today
from lpdqa.drafts.merging import merged
from programmes.models import ProgrammeVersion
from providers.models import Provider, SpecialistLeader
from reviews.choices import SubjectKind
from reviews.models import Criterion, CriterionStatement, FactComment, Submission
from reviews.queries.consensus import failed_codes
from reviews.queries.frameworks import applicable_criteria, current_framework, deadline
from reviews.queries.submissions import editable_codes, missing_items, of_same_subject, submission_work
from reviews.services.adjudication import settle
from reviews.services.assessments import open_second_round, void_open_assessments
from reviews.services.evidence import note_impact_claim
from reviews.services.renewal import prefill
from reviews.services.snapshots import take_snapshot
from reviews.services.transitions import locked, move


def start_submission(
    *,
    by: User,
    provider: Provider | None = None,
    version: ProgrammeVersion | None = None,
    leader: SpecialistLeader | None = None,
) -> Submission:
    """Open a draft for a provider, a programme version or a specialist leader under the framework in force.

    Where it was reviewed before, the draft begins with what was said and shown then (`reviews.services.renewal`).

    Raises `ValidationError` while another review of the same subject is under way or under appeal, and where
    no framework is in force.
    """
    if sum(subject is not None for subject in (provider, version, leader)) != 1:
        raise ValueError("Give one subject.")
    framework = current_framework()
    if framework is None:
        raise ValidationError("No quality framework is in force yet, so nothing can be submitted.")
    if version is not None:
        submission = Submission(
            subject_kind=SubjectKind.PROGRAMME, version=version, provider=version.programme.provider
        )
    elif leader is not None:
        submission = Submission(subject_kind=SubjectKind.SLE, leader=leader, provider=leader.designator)
    else:
        submission = Submission(subject_kind=SubjectKind.PROVIDER, provider=provider)
    submission.framework, submission.created_by = framework, by
    if of_same_subject(submission).filter(state="appealed").exists():
        raise ValidationError("A decision on this is under appeal. Wait for its outcome.")
    try:
        with act("submission.start", by=by) as doing:
            submission.save()
            # The column fills itself with the real time; example data is told at past dates.
            Submission.objects.filter(pk=submission.pk).update(state_since=now())
            doing.target, doing.to_state = submission, submission.state
            if last := prefill(submission, by=by):
                doing.detail["prefilled_from"] = last
                note_impact_claim(submission)
    except IntegrityError as error:
        raise ValidationError("A review of this is already under way.") from error
    submission.refresh_from_db()
    return submission


def save_statement(
    *,
    submission: Submission,
    criterion: Criterion,
    by: User,
    text: str = "",
    declared_gap: bool = False,
    opened: Mapping[str, str] | None = None,
) -> CriterionStatement:
    """Write what the provider says about a criterion, or that it has nothing to show (a declared gap).

    opened: fingerprints of the statement when the form was opened (`lpdqa.drafts.merging`); `ValidationError`
        by field where a colleague has changed it since.
    """
    with locked(submission):
        _check_editable(submission, {criterion.pk: criterion.code})
        with act("submission.statement", by=by, target=submission, detail={"criterion": criterion.code}):
            statement = statement_on(submission, criterion)
            entries = Entry.objects.filter(
                action="submission.statement", target_id=submission.pk, detail__criterion=criterion.code
            )
            said = merged(
                statement, {"text": text.strip(), "declared_gap": declared_gap}, opened, entries=entries
            )
            for name, value in said.items():
                setattr(statement, name, value)
            statement.save()
    return statement


def statement_on(submission: Submission, criterion: Criterion) -> CriterionStatement:
    """What is said about a criterion, or an empty row not saved yet."""
    statement = CriterionStatement.objects.filter(submission=submission, criterion=criterion).first()
    return statement or CriterionStatement(submission=submission, criterion=criterion)


def save_statements(*, submission: Submission, by: User, texts: Mapping[int, str]) -> None:
    """Write several statements at once, by the primary key of the criterion; declared gaps stay as they
    are."""
    with locked(submission):
        codes = dict(applicable_criteria(submission).filter(pk__in=texts).values_list("pk", "code"))
        _check_editable(submission, {pk: codes.get(pk, "") for pk in texts})
        with act(
            "submission.statement", by=by, target=submission, detail={"criteria": sorted(codes.values())}
        ):
            CriterionStatement.objects.bulk_create(
                [
                    CriterionStatement(submission=submission, criterion_id=pk, text=text.strip())
                    for pk, text in texts.items()
                ],
                update_conflicts=True,
                unique_fields=["submission", "criterion"],
                update_fields=["text", "updated_at"],
            )


def declare_gaps(*, submission: Submission, by: User) -> list[str]:
    """Declare a gap on every criterion that keeps the submission from being sent, and return their codes.

    What was written about them stays.
    """
    with locked(submission):
        missing = [each.criterion for each in submission_work(submission) if each.editable and each.missing]
        codes = [criterion.code for criterion in missing]
        _check_editable(submission, {criterion.pk: criterion.code for criterion in missing})
        with act("submission.gaps", by=by, target=submission, detail={"criteria": codes}):
            CriterionStatement.objects.bulk_create(
                [
                    CriterionStatement(submission=submission, criterion=criterion, declared_gap=True)
                    for criterion in missing
                ],
                update_conflicts=True,
                unique_fields=["submission", "criterion"],
                update_fields=["declared_gap", "updated_at"],
            )
    return codes


def _check_editable(submission: Submission, wanted: Mapping[int, str]) -> None:
    applicable = set(applicable_criteria(submission).values_list("pk", flat=True))
    if any(pk not in applicable for pk in wanted):
        raise ValidationError("That criterion doesn’t apply to this submission.")
    editable = editable_codes(submission)
    if editable is None:
        return
    locked_codes = sorted(code for code in wanted.values() if code not in editable)
    if locked_codes:
        raise ValidationError(
            f"{', '.join(locked_codes)} can’t be edited while the submission is "
            f"“{submission.get_state_display()}”."
        )


def submit_submission(*, submission: Submission, by: User) -> Submission:
    """Send a draft, or returned work, for review; takes the snapshot that assessors will refer to.

    Raises `ValidationError` with one line a criterion for what is missing.
    """
    with locked(submission):
        missing = missing_items(submission)
        if missing and submission.state in ("draft", "returned"):
            raise ValidationError(
                [f"{criterion.code} {criterion.title}: {what}" for criterion, what in missing.items()]
            )
        move(submission=submission, name="submit", by=by, submitted_at=now(), return_reason="")
        take_snapshot(submission)
        note_impact_claim(submission)
    return submission


def return_submission(*, submission: Submission, by: User, reason: str) -> Submission:
    """Send a submission back for changes, with the reason the provider will read."""
    if not reason.strip():
        raise ValidationError({"reason": "Say what has to change."})
    return move(submission=submission, name="return", by=by, reason=reason, return_reason=reason.strip())


def withdraw_submission(*, submission: Submission, by: User, reason: str = "") -> Submission:
    """Take a submission out of the review for good, at any time before the decision; its assessors are let
    go."""
    with locked(submission):
        move(submission=submission, name="withdraw", by=by, reason=reason)
        void_open_assessments(submission=submission, reason="The submission was withdrawn.")
    return submission


# --- Facts --------------------------------------------------------------------------------------------------


def comment_on_facts(*, submission: Submission, by: User, text: str) -> FactComment:
    """Correct a fact before the decision; `WorkflowError` outside the check of facts."""
    if not text.strip():
        raise ValidationError({"text": "Say which fact is wrong, and what is right."})
    with locked(submission):
        if submission.state != "fact_check":
            raise ValidationError("Facts can be corrected only while they are being checked.")
        with act("submission.comment_on_facts", by=by, target=submission):
            return FactComment.objects.create(submission=submission, by=by, text=text.strip())


def answer_fact_comment(*, comment: FactComment, by: User, answer: str) -> FactComment:
    """Answer a provider's correction; a decision can't be approved before every one has an answer."""
    if not answer.strip():
        raise ValidationError({"answer": "Write an answer."})
    with locked(comment.submission), act("submission.answer_fact_comment", by=by, target=comment.submission):
        comment.answer, comment.answered_by = answer.strip(), by
        comment.save(update_fields=["answer", "answered_by", "updated_at"])
    return comment


def confirm_facts(*, submission: Submission, by: User | None = None) -> Submission:
    """Close the check of facts; `by` is None when the deadline does it."""
    return move(submission=submission, name="confirm", by=by)


def confirm_overdue_facts() -> int:
    """Close every check of facts whose date has passed; returns how many."""
    due = Submission.objects.filter(state="fact_check", fact_check_due_on__lt=today())
    count = 0
    for submission in due:
        with locked(submission):
            # The provider may have confirmed since the list was read.
            if submission.state == "fact_check":
                confirm_facts(submission=submission)
                count += 1
    return count


# --- Amendment ----------------------------------------------------------------------------------------------


def invite_amendment(*, submission: Submission, by: User, reason: str = "") -> Submission:
    """Let the provider improve what failed, once: only the failed criteria, in the weeks the scheme gives."""
    with locked(submission):
        if submission.amendment_criteria:
            raise ValidationError("An amendment was invited before. Decide on the scores there are.")
        codes = failed_codes(submission)
        if not codes:
            raise ValidationError("No criterion is below the line, so there is nothing to amend.")
        submission.decisions.filter(approved_at=None).delete()
        return move(
            submission=submission,
            name="invite_amendment",
            by=by,
            reason=reason,
            detail={"criteria": codes},
            amendment_criteria=codes,
            amendment_due_on=today() + timedelta(weeks=deadline(submission.framework, "amendment_weeks")),
        )


def send_amendment(*, submission: Submission, by: User) -> Submission:
    """Send the amendment: a new snapshot, and the same two assessors score the failed criteria again,
    blind."""
    with locked(submission):
        wanted = set(submission.amendment_criteria)
        lines = [
            f"{c.code} {c.title}: {what}" for c, what in missing_items(submission).items() if c.code in wanted
        ]
        if lines and submission.state == "amending":
            raise ValidationError(lines)
        move(submission=submission, name="amend", by=by, round=2)
        take_snapshot(submission)
        note_impact_claim(submission)
        open_second_round(submission=submission)
    return submission


def close_overdue_amendments() -> int:
    """Where no amendment came in time, go on with the scores there are; returns how many."""
    count = 0
    for submission in Submission.objects.filter(state="amending", amendment_due_on__lt=today()):
        with locked(submission):
            if submission.state != "amending":
                continue
            move(submission=submission, name="amend", by=None, reason="No amendment came in time.")
            settle(submission=submission)
            count += 1
    return count
