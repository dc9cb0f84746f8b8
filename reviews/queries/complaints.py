"""Reading complaints, and who may answer one."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils import timezone

from lpdqa.accounts.models import User
from lpdqa.working_days import add_working_days
from providers.models import Membership
from reviews.choices import ComplaintState
from reviews.models import Assessment, Complaint, Decision
from reviews.queries.credentials import standing_of
from reviews.queries.decisions import belongs_to_provider, decided_by, has_assessed

ANSWER_WORKING_DAYS = 20
"""Within so many working days of England a complaint is answered."""


def answer_due_on(complaint: Complaint) -> dt.date:
    """The last day for the answer."""
    return add_working_days(timezone.localdate(complaint.created_at), ANSWER_WORKING_DAYS)


def bar_to_answering(user: User, complaint: Complaint) -> str:
    """Why this person may not answer the complaint, in words; empty if they may."""
    submission = complaint.submission
    if complaint.lodged_by_id == user.pk:
        return "It is your own complaint."
    if belongs_to_provider(user, submission):
        return "You are on the team of the organisation concerned."
    if has_assessed(user, submission):
        return "You were asked to assess this submission."
    if submission.decisions.filter(decided_by(user)).exists():
        return "You had a part in the decision."
    return ""


def concerned(user: User) -> QuerySet[Complaint]:
    """Complaints about something this person has a part in: their organisation's, assessed by them, or decided."""
    own = Membership.objects.filter(user=user, ended_at=None).values("provider")
    assessed = Assessment.objects.filter(assessor=user).values("submission")
    decided = Decision.objects.filter(decided_by(user)).values("submission")
    return Complaint.objects.filter(
        Q(submission__provider__in=own) | Q(submission__in=assessed) | Q(submission__in=decided)
    )


def complaints(user: User, *, is_open: bool) -> QuerySet[Complaint]:
    """Complaints that this person may answer and that wait, the oldest first; or were answered, the newest first.

    The same rule as `bar_to_answering`: nobody with a part in the matter learns that there is one.
    """
    rows = _with_titles().exclude(lodged_by=user).exclude(pk__in=concerned(user).values("pk"))
    if is_open:
        return rows.filter(state=ComplaintState.OPEN).order_by("id")
    return rows.exclude(state=ComplaintState.OPEN).order_by("-answered_at", "-id")


def _with_titles() -> QuerySet[Complaint]:
    return Complaint.objects.select_related(
        "submission__provider", "submission__version", "submission__leader", "lodged_by"
    )


def of_person(user: User) -> QuerySet[Complaint]:
    """What somebody has complained about and waits for an answer to, newest first."""
    return _with_titles().filter(lodged_by=user, state=ComplaintState.OPEN).order_by("-id")


def is_about_something_public(complaint_on: object) -> bool:
    """Whether a rating of this submission is public, so that anybody may complain about what was reviewed."""
    public_id = getattr(complaint_on, "public_id", None)
    return public_id is not None and standing_of(public_id) is not None
