"""Deciding: drafted by one person, approved by another, then published or closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.core.exceptions import ValidationError

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now, today
from lpdqa.workflow import WorkflowError
from programmes.choices import Band
from reviews.choices import Outcome
from reviews.models import Condition, Decision, Submission
from reviews.queries.consensus import preview
from reviews.queries.decisions import bar_to_deciding, current_decision, draft_of
from reviews.queries.submissions import of_same_subject
from reviews.services.ratings import mark_stale, refresh_catalogue_for
from reviews.services.transitions import locked, move
from reviews.workflows import SUBMISSION


class ConditionDraft(NamedTuple):
    """Something the provider must do by a date."""

    text: str
    due_on: dt.date


def draft_decision(
    *,
    submission: Submission,
    by: User,
    strengths: str,
    improvements: str,
    report: str = "",
    conditions: Iterable[ConditionDraft | tuple[str, dt.date]] = (),
) -> Decision:
    """Draft the decision. Its band and outcome are what the engine makes of the scores; nobody chooses them.

    Raises `ValidationError` for a person with a part in the review, and where a draft exists.
    """
    with locked(submission):
        if submission.state != "deciding":
            raise WorkflowError(f"Nothing can be decided while this is “{submission.get_state_display()}”.")
        _check_person(by, submission)
        if draft_of(submission) is not None:
            raise ValidationError("A decision is drafted already. Change that one.")
        with act("decision.draft", by=by) as doing:
            decision = Decision(submission=submission, round=submission.round, drafted_by=by)
            _fill(decision, strengths, improvements, report)
            _set_conditions(decision, conditions)
            doing.target = decision
    return decision


def update_decision(
    *,
    decision: Decision,
    by: User,
    strengths: str | None = None,
    improvements: str | None = None,
    report: str | None = None,
    conditions: Iterable[ConditionDraft | tuple[str, dt.date]] | None = None,
) -> Decision:
    """Change a draft; whoever changes it last counts as its drafter and can't approve it. None leaves a part
    as it is."""
    with locked(decision.submission) as submission:
        decision.refresh_from_db(from_queryset=Decision.objects.select_for_update(no_key=True))
        if decision.approved_at is not None:
            raise ValidationError("The decision is approved and can’t change.")
        _check_person(by, submission)
        with act("decision.update", by=by, target=decision):
            decision.drafted_by = by
            _fill(
                decision,
                decision.strengths if strengths is None else strengths,
                decision.improvements if improvements is None else improvements,
                decision.report if report is None else report,
            )
            if conditions is not None:
                _set_conditions(decision, conditions)
    return decision


def approve_decision(*, decision: Decision, by: User) -> Decision:
    """Approve a draft that somebody else wrote; from then on it can't change.

    Raises `ValidationError` for the drafter, for a person with a part in the review, while a provider's
    correction has no answer, and where the band has changed since the draft.
    """
    with locked(decision.submission) as submission:
        decision.refresh_from_db(from_queryset=Decision.objects.select_for_update(no_key=True))
        SUBMISSION.find("decide", submission.state)
        if decision.approved_at is not None:
            raise ValidationError("The decision is approved already.")
        if by.pk == decision.drafted_by_id:
            raise ValidationError("Somebody other than the person who drafted it has to approve it.")
        _check_person(by, submission)
        if submission.fact_comments.filter(answer="").exists():
            raise ValidationError("A correction by the provider has no answer yet.")
        if _band(submission) != decision.expected_band:
            raise ValidationError(
                "The evidence has changed since this was drafted, and with it the band. Save the draft again."
            )
        with act("decision.approve", by=by, target=decision):
            decision.approved_by, decision.approved_at = by, now()
            decision.save(update_fields=["approved_by", "approved_at", "updated_at"])
        move(submission=submission, name="decide", by=by, detail={"decision": decision.pk})
    return decision


def publish_decision(*, submission: Submission, by: User) -> Submission:
    """Publish: the earlier rating of the same subject is superseded, the job works the new one out.

    Raises `ValidationError` where the decision is to close, and while an alert stands on the subject.
    """
    with locked(submission):
        SUBMISSION.find("publish", submission.state)
        _check_outcome(submission, Outcome.PUBLISH)
        _check_person(by, submission)
        earlier = list(of_same_subject(submission).exclude(pk=submission.pk).order_by("pk"))
        if any(other.state == "suspended" for other in earlier):
            raise ValidationError("An earlier rating of this is suspended. Clear the finding first.")
        # Before anything public: the job holds submissions first and public rows second, and so do we.
        for other in earlier:
            if other.state == "published":
                move(submission=other, name="supersede", by=by, detail={"by": submission.pk})
        move(submission=submission, name="publish", by=by)
        mark_stale(submission=submission, reason="decision published")
        _make_public(submission)
        refresh_catalogue_for(submission=submission)
    return submission


def close_submission(*, submission: Submission, by: User) -> Submission:
    """Close as “Not yet”: what to improve goes to the provider, the public sees “listed”.

    An earlier rating of the very same thing ends with it; that of another version of a programme stands.
    """
    with locked(submission):
        SUBMISSION.find("close", submission.state)
        _check_outcome(submission, Outcome.CLOSE)
        _check_person(by, submission)
        same = of_same_subject(submission).filter(version=submission.version).exclude(pk=submission.pk)
        for other in same.filter(state="published").order_by("pk"):
            move(submission=other, name="supersede", by=by, detail={"by": submission.pk})
        move(submission=submission, name="close", by=by)
        mark_stale(submission=submission, reason="decision: not yet")
        refresh_catalogue_for(submission=submission)
    return submission


def _check_person(by: User, submission: Submission) -> None:
    bar = bar_to_deciding(by, submission)
    if bar:
        raise ValidationError(f"{bar} Somebody else has to decide.")


def _check_outcome(submission: Submission, outcome: Outcome) -> None:
    decision = current_decision(submission)
    if decision is None or decision.outcome != outcome:
        other = "close it" if outcome == Outcome.PUBLISH else "publish it"
        raise ValidationError(f"The decision is to {other}.")


def _band(submission: Submission) -> str:
    """The band the scores give; the one an alert would take the place of."""
    band = preview(submission).result.band
    if band is None:
        raise ValidationError("The scores are not complete, so there is no band to decide on.")
    return band


def _fill(decision: Decision, strengths: str, improvements: str, report: str) -> None:
    missing = {
        name: "Write this part: the provider reads it."
        for name, text in (("strengths", strengths), ("improvements", improvements))
        if not text.strip()
    }
    if missing:
        raise ValidationError(missing)
    decision.strengths, decision.improvements = strengths.strip(), improvements.strip()
    decision.report = report.strip()
    decision.expected_band = _band(decision.submission)
    decision.outcome = Outcome.CLOSE if decision.expected_band == Band.NOT_YET else Outcome.PUBLISH
    decision.save()


def _set_conditions(decision: Decision, conditions: Iterable[ConditionDraft | tuple[str, dt.date]]) -> None:
    drafts = [ConditionDraft(*each) for each in conditions]
    if any(not draft.text.strip() or draft.due_on <= today() for draft in drafts):
        raise ValidationError({"conditions": "Each condition needs a text and a date that lies ahead."})
    decision.conditions.all().delete()
    Condition.objects.bulk_create(
        Condition(decision=decision, text=draft.text.strip(), due_on=draft.due_on) for draft in drafts
    )


def _make_public(submission: Submission) -> None:
    """What was decided on is what the public sees from now on; a published version can't change any more."""
    version = submission.version
    if version is None:
        return
    if version.published_at is None:
        version.published_at = now()
        version.save(update_fields=["published_at", "updated_at"])
    programme = version.programme
    if programme.public_version_id != version.pk:
        programme.public_version = version
        programme.save(update_fields=["public_version", "updated_at"])
