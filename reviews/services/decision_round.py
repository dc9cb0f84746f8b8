"""Many decisions together: prepared from the scores, approved by a second person, published now or on a day."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import today
from lpdqa.web.refusals import words
from lpdqa.workflow import WorkflowError
from reviews.choices import Outcome
from reviews.models import ScheduledPublication, Submission
from reviews.queries.decision_words import parts_of
from reviews.queries.decisions import bar_to_deciding, current_decision, draft_of
from reviews.services.decisions import approve_decision, close_submission, draft_decision, publish_decision
from reviews.services.transitions import locked

logger = logging.getLogger(__name__)
MOST = 100


@dataclass
class Round:
    """What became of each: those done, and those refused with the reason. One refusal holds up no other."""

    done: list[Submission] = field(default_factory=list)
    refused: list[tuple[Submission, str]] = field(default_factory=list)


def prepare_drafts(*, submissions: Iterable[Submission], by: User) -> Round:
    """Draft a decision for each from the parts of its scores; people then change the words."""

    def draft(submission: Submission) -> None:
        parts = parts_of(submission)
        draft_decision(
            submission=submission,
            by=by,
            strengths=parts.strengths_text,
            improvements=parts.improvements_text,
        )

    return _each(submissions, draft)


def approve_drafts(*, submissions: Iterable[Submission], by: User) -> Round:
    """Approve the draft of each that somebody else wrote."""

    def approve(submission: Submission) -> None:
        draft = draft_of(submission)
        if draft is None:
            raise ValidationError("There is no drafted decision to approve.")
        approve_decision(decision=draft, by=by)

    return _each(submissions, approve)


def publish_round(*, submissions: Iterable[Submission], by: User) -> Round:
    """Publish or close each, as its decision says."""
    return _each(submissions, lambda submission: _put_into_force(submission, by))


def schedule_round(*, submissions: Iterable[Submission], on: dt.date, by: User) -> Round:
    """Let each be published or closed on a day to come, by the nightly job."""
    if on <= today():
        raise ValidationError({"on": "Give a day that is still to come."})

    def schedule(submission: Submission) -> None:
        with locked(submission):
            if submission.state != "decided":
                raise WorkflowError(
                    f"There is nothing to publish while this is “{submission.get_state_display()}”."
                )
            if bar := bar_to_deciding(by, submission):
                raise ValidationError(f"{bar} Somebody else has to decide.")
            with act("decision.schedule", by=by, target=submission, detail={"on": on.isoformat()}):
                ScheduledPublication.objects.update_or_create(
                    submission=submission, defaults={"on": on, "by": by}
                )

    return _each(submissions, schedule)


def publish_due(*, on: dt.date) -> int:
    """Publish or close what is due; returns how many. What something stands in the way of is logged, and tried
    again every night."""
    count = 0
    due = ScheduledPublication.objects.filter(on__lte=on).select_related("submission", "by").order_by("id")
    for scheduled in due:
        try:
            with transaction.atomic():
                _put_into_force(scheduled.submission, scheduled.by)
        except (WorkflowError, ValidationError) as bar:
            logger.warning("decision_not_published: submission %s: %s", scheduled.submission_id, words(bar))
            if scheduled.submission.state != "decided":
                scheduled.delete()  # appealed or published meanwhile: there is nothing to do any more
        else:
            count += 1
    return count


def _put_into_force(submission: Submission, by: User) -> None:
    decision = current_decision(submission)
    if decision is None:
        raise ValidationError("There is no approved decision.")
    if decision.outcome == Outcome.CLOSE:
        close_submission(submission=submission, by=by)
    else:
        publish_decision(submission=submission, by=by)
    ScheduledPublication.objects.filter(submission=submission).delete()


def _each(submissions: Iterable[Submission], do: Callable[[Submission], Any]) -> Round:
    found = Round()
    # In the order of their keys, so that two rounds at once never wait for each other in a ring.
    for submission in sorted(submissions, key=lambda each: each.pk)[:MOST]:
        try:
            with transaction.atomic():
                do(submission)
        except (ValidationError, WorkflowError) as refusal:
            found.refused.append((submission, words(refusal)))
        else:
            found.done.append(submission)
    return found
