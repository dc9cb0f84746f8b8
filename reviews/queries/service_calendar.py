"""What the coming weeks bring to the people who run the scheme: every deadline and planned step, by day.

Nothing here says how far blind scoring is: deadlines begin once scores are settled, and what an assessor asked for is
left out of what those read who score the same file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.urls import reverse

from lpdqa.accounts.models import User
from lpdqa.clock import now, today
from lpdqa.working_days import bank_holidays
from reviews.models import (
    Assessment,
    AssessorProfile,
    CalibrationAttempt,
    Decision,
    EvidenceRequest,
    FrameworkVersion,
    Rating,
    ScheduledPublication,
    Submission,
)
from reviews.queries.complaints import answer_due_on as complaint_due_on
from reviews.queries.complaints import complaints
from reviews.queries.conditions import in_force
from reviews.queries.deadlines import answer_due_on, appeal_due_on
from reviews.queries.ratings import newest_ratings

# Of one kind of entry; a page that needs more is a list of another kind.
MOST = 200
# No time for an appeal runs longer.
_APPEAL_TIME = dt.timedelta(days=60)


@dataclass(frozen=True)
class Entry:
    """One thing on one day. `closed`: a day on which the register's people don't work."""

    on: dt.date
    what: str
    about: str = ""
    url: str = ""
    closed: bool = False


@dataclass(frozen=True)
class ServiceCalendar:
    """`late`: past their day and still open; `ahead`: by month, from today on."""

    late: list[Entry]
    ahead: list[tuple[dt.date, list[Entry]]]


def service_calendar(viewer: User, *, until: dt.date) -> ServiceCalendar:
    """What this administrator may know of, the nearest first; a constant number of queries."""
    day = today()
    found = [
        *_of_submissions(until),
        *_requests(viewer, until),
        *_appeals(until),
        *_conditions(until),
        *_complaints(viewer, until),
        *_publications(until),
        *_frameworks(until),
        *_assessors(until),
        *_ratings(until),
        *(Entry(on, name, closed=True) for on, name in bank_holidays(day, until)),
    ]
    found.sort(key=lambda entry: (entry.on, not entry.closed, entry.what, entry.about))
    months: dict[dt.date, list[Entry]] = {}
    for entry in found:
        if entry.on >= day:
            months.setdefault(entry.on.replace(day=1), []).append(entry)
    return ServiceCalendar(late=[entry for entry in found if entry.on < day], ahead=list(months.items()))


def _board(submission: Submission) -> str:
    return reverse("board_submission", args=[submission.public_id])


def _of(path: str = "submission") -> tuple[str, ...]:
    return f"{path}__provider", f"{path}__version", f"{path}__leader"


def _of_submissions(until: dt.date) -> Iterator[Entry]:
    rows = Submission.objects.filter(
        Q(state="fact_check", fact_check_due_on__lte=until) | Q(state="amending", amendment_due_on__lte=until)
    ).select_related("provider", "version", "leader")
    due = Case(When(state="fact_check", then=F("fact_check_due_on")), default=F("amendment_due_on"))
    for row in rows.order_by(due, "pk")[:MOST]:
        checks = row.state == "fact_check"
        on = row.fact_check_due_on if checks else row.amendment_due_on
        if on is not None:
            what = "Last day to check the facts" if checks else "Last day for the amendment"
            yield Entry(on, what, row.title, _board(row))


def _requests(viewer: User, until: dt.date) -> Iterator[Entry]:
    assessed = Assessment.objects.filter(submission=OuterRef("submission"), assessor=viewer)
    rows = EvidenceRequest.objects.filter(answered_at=None, closed_at=None).exclude(Exists(assessed))
    for row in rows.select_related("criterion", *_of()).order_by("pk")[:MOST]:
        if (on := answer_due_on(row)) <= until:
            about = f"{row.criterion.code}, {row.submission.title}"
            yield Entry(on, "Last day to answer an assessor’s question", about, _board(row.submission))


def _appeals(until: dt.date) -> Iterator[Entry]:
    rows = (
        Decision.objects.filter(
            approved_at__gte=now() - _APPEAL_TIME,
            appeals=None,
            submission__state__in=("decided", "published", "closed"),
        )
        .select_related("submission__framework", *_of())
        .defer("submission__framework__document")
    )
    for row in rows.order_by("pk")[:MOST]:
        on = appeal_due_on(row)
        if on is not None and today() <= on <= until:
            yield Entry(on, "Last day for an appeal", row.submission.title, _board(row.submission))


def _conditions(until: dt.date) -> Iterator[Entry]:
    rows = in_force().filter(met_on=None, due_on__lte=until)
    rows = rows.select_related(*_of("decision__submission"))
    for row in rows.order_by("due_on", "pk")[:MOST]:
        about = f"{row.decision.submission.title}: {row.text}"
        yield Entry(row.due_on, "A condition is to be met", about, reverse("conditions"))


def _complaints(viewer: User, until: dt.date) -> Iterator[Entry]:
    for row in complaints(viewer, is_open=True)[:MOST]:
        if (on := complaint_due_on(row)) <= until:
            url = reverse("board_complaint", args=[row.public_id])
            yield Entry(on, "Last day to answer a complaint", row.submission.title, url)


def _publications(until: dt.date) -> Iterator[Entry]:
    rows = ScheduledPublication.objects.filter(on__lte=until, submission__state="decided")
    for row in rows.select_related(*_of()).order_by("on", "pk")[:MOST]:
        yield Entry(row.on, "A decision is published", row.submission.title, _board(row.submission))


def _frameworks(until: dt.date) -> Iterator[Entry]:
    rows = FrameworkVersion.objects.filter(state__in=("draft", "consultation")).only(
        "code", "version", "state", "consultation_closes_on", "publish_on"
    )
    for row in rows.order_by("pk")[:MOST]:
        url = reverse("framework_editor", args=[row.pk])
        closes = row.consultation_closes_on
        if row.state == "consultation" and closes is not None and closes <= until:
            yield Entry(closes, "Last day for comments", str(row), url)
        if row.publish_on is not None and row.publish_on <= until:
            yield Entry(row.publish_on, "A framework version comes into force", str(row), url)


def _assessors(until: dt.date) -> Iterator[Entry]:
    newest = (
        CalibrationAttempt.objects.filter(released_to__isnull=False, framework__state="published")
        .order_by("assessor_id", "framework_id", "-released_to")
        .distinct("assessor_id", "framework_id")
    )
    rows = CalibrationAttempt.objects.filter(pk__in=newest.values("pk"), released_to__range=(today(), until))
    for row in rows.select_related("assessor").order_by("released_to", "pk")[:MOST]:
        if row.released_to is not None:
            url = reverse("assessor_profile", args=[row.assessor_id])
            yield Entry(row.released_to, "A release to assess ends", row.assessor.name, url)
    away = AssessorProfile.objects.filter(paused_until__range=(today(), until)).select_related("user")
    for profile in away.order_by("paused_until", "pk")[:MOST]:
        if profile.paused_until is not None:
            url = reverse("assessor_profile", args=[profile.user_id])
            yield Entry(profile.paused_until, "Last day away", profile.user.name, url)


def _ratings(until: dt.date) -> Iterator[Entry]:
    newest = newest_ratings(Submission.objects.filter(state="published").values("pk"))
    rows = (
        Rating.objects.filter(pk__in=newest.values("pk"), valid_to__range=(today(), until))
        .select_related(*_of())
        .defer("inputs", "results")
    )
    for row in rows.order_by("valid_to", "pk")[:MOST]:
        if row.valid_to is not None:
            yield Entry(row.valid_to, "A rating is valid to", row.submission.title, _board(row.submission))
