"""Days by which a provider may still act, counted in one place for pages, services and mails."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from lpdqa.clock import today
from lpdqa.working_days import add_working_days
from reviews.models import Decision, EvidenceRequest, Submission
from reviews.queries.frameworks import deadline

# Days a provider has for the answer to a request for evidence; afterwards it closes with nothing new.
ANSWER_WORKING_DAYS = 10


def answer_due_on(request: EvidenceRequest) -> dt.date:
    """The last day for the provider's answer."""
    return add_working_days(timezone.localdate(request.created_at), ANSWER_WORKING_DAYS)


def appeal_due_on(decision: Decision) -> dt.date | None:
    """The last day for an appeal; None while the decision is a draft."""
    if decision.approved_at is None:
        return None
    days = deadline(decision.submission.framework, "appeal_working_days")
    return add_working_days(timezone.localdate(decision.approved_at), days)


def due_on(submission: Submission) -> dt.date | None:
    """The day by which somebody has to act in the present state, where it has one."""
    if submission.state == "fact_check":
        return submission.fact_check_due_on
    if submission.state == "amending":
        return submission.amendment_due_on
    return None


def days_since(moment: dt.datetime) -> int:
    """Whole days since this moment, such as the one at which a state began."""
    return (today() - timezone.localdate(moment)).days
