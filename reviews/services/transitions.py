"""Moving a submission along its state table: the one function through which every service does it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pghistory
from django.db import transaction

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now
from reviews.models import Assessment, Submission
from reviews.services.telling import tell_of_step
from reviews.workflows import ASSESSMENT, SUBMISSION


@contextmanager
def locked(submission: Submission) -> Iterator[Submission]:
    """Hold the submission's row for a piece of work: one transaction, one audit context, the row read afresh.

    Whoever writes anything that a transition looks at (statements, evidence, scores, decisions) does it under
    this lock, and takes it before any other, so that two people never see half of each other's work or wait
    in a ring.
    """
    with transaction.atomic(), pghistory.context():
        submission.refresh_from_db(from_queryset=Submission.objects.select_for_update(no_key=True))
        yield submission


def move(
    *,
    submission: Submission,
    name: str,
    by: User | None,
    reason: str = "",
    detail: dict[str, Any] | None = None,
    **changes: Any,
) -> Submission:
    """Take the transition `name`; `by` is None for the system. `changes` are fields saved with the new state.

    Raises `WorkflowError` where the table has no such step from the state the row is in now.
    """
    with (
        locked(submission),
        act(f"submission.{name}", by=by, target=submission, reason=reason, detail=detail) as doing,
    ):
        transition = SUBMISSION.find(name, submission.state)
        doing.from_state, doing.to_state = submission.state, transition.target
        changes |= {"state": transition.target, "state_since": now()}
        for field, value in changes.items():
            setattr(submission, field, value)
        submission.save(update_fields=[*changes, "updated_at"])
        tell_of_step(submission=submission, name=name, reason=reason)
    return submission


def move_assessment(
    *, assessment: Assessment, name: str, by: User | None, reason: str = "", **changes: Any
) -> Assessment:
    """Take the transition `name` of an assessment, with its row locked.

    Raises `WorkflowError` where the table has no such step from the state the row is in now.
    """
    with transaction.atomic():
        assessment.refresh_from_db(from_queryset=Assessment.objects.select_for_update(no_key=True))
        with act(f"assessment.{name}", by=by, target=assessment, reason=reason) as doing:
            transition = ASSESSMENT.find(name, assessment.state)
            doing.from_state, doing.to_state = assessment.state, transition.target
            changes["state"] = transition.target
            for field, value in changes.items():
                setattr(assessment, field, value)
            assessment.save(update_fields=[*changes, "updated_at"])
    return assessment
