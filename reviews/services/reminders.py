"""What the calendar brings a provider's team: deadlines that come near, and what has not been confirmed for long.

Each reminder has a key with the date it is about, so a run told of it once and may be repeated.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from lpdqa.clock import now, today
from lpdqa.notices.services import tell
from lpdqa.web.formats import long_date
from programmes.models import Programme
from programmes.queries import stale
from providers.models import Provider
from reviews.choices import ReportState
from reviews.models import Evidence, EvidenceRequest, Rating, Submission
from reviews.queries.conditions import in_force
from reviews.queries.deadlines import answer_due_on
from reviews.queries.frameworks import deadline, scheme_of
from reviews.services.telling import team_of

SOON = dt.timedelta(days=3)
AMENDMENT_SOON = dt.timedelta(days=21)
CONDITION_SOON = dt.timedelta(days=14)
EVIDENCE_SOON = dt.timedelta(days=30)
_FIRST_REMINDER = dt.timedelta(days=366)
"""No scheme reminds earlier; which days count is read from each rating's own framework version."""
_UNDER_WAY = (
    "submitted",
    "returned",
    "assessing",
    "adjudicating",
    "fact_check",
    "deciding",
    "amending",
    "decided",
)


@dataclass(frozen=True)
class Reminder:
    """One thing to tell one provider's team."""

    provider: Provider
    key: str
    subject: str
    body: str
    path: str


def remind() -> int:
    """Tell every team what is due; returns how many notices were new. May run twice."""
    due = [reminder for find in _FINDERS for reminder in find()]
    teams = team_of({reminder.provider.pk for reminder in due})
    return sum(
        tell(
            users=teams[reminder.provider.pk],
            key=reminder.key,
            subject=reminder.subject,
            body=reminder.body,
            path=reminder.path,
            by_mail=not reminder.provider.is_example,
        )
        for reminder in due
    )


def _submissions(**filters: object) -> QuerySet[Submission]:
    rows = Submission.objects.filter(**filters).select_related("provider", "version", "leader")
    return rows.order_by("pk")


def _facts() -> Iterator[Reminder]:
    for row in _submissions(state="fact_check", fact_check_due_on__lte=today() + SOON):
        due = row.fact_check_due_on
        yield Reminder(
            row.provider,
            f"remind:facts:{row.pk}:{due}",
            f"Check the facts of “{row.lasting_title}” by {long_date(due)}",
            "After that day they count as right.",
            reverse("fact_check", args=[row.public_id]),
        )


def _amendments() -> Iterator[Reminder]:
    for row in _submissions(state="amending", amendment_due_on__lte=today() + AMENDMENT_SOON):
        due = row.amendment_due_on
        yield Reminder(
            row.provider,
            f"remind:amendment:{row.pk}:{due}",
            f"Send the amendment of “{row.lasting_title}” by {long_date(due)}",
            "After that day the review goes on without it.",
            reverse("submission_detail", args=[row.public_id]),
        )


def _requests() -> Iterator[Reminder]:
    asked = EvidenceRequest.objects.filter(answered_at=None, closed_at=None)
    for row in asked.select_related(
        "criterion", "submission__provider", "submission__version", "submission__leader"
    ):
        due = answer_due_on(row)
        if due - SOON <= today():
            yield Reminder(
                row.submission.provider,
                f"remind:request:{row.pk}",
                f"Answer the question about {row.criterion.code} of “{row.submission.lasting_title}” "
                f"by {long_date(due)}",
                row.question,
                reverse("evidence_request", args=[row.submission.public_id, row.pk]),
            )


def _conditions() -> Iterator[Reminder]:
    rows = (
        in_force()
        .filter(
            met_on=None,
            due_on__lte=today() + CONDITION_SOON,
            decision__submission__state__in=("decided", "published"),
        )
        .exclude(reports__state=ReportState.WAITING)
    )
    for row in rows.select_related(
        "decision__submission__provider", "decision__submission__version", "decision__submission__leader"
    ):
        submission = row.decision.submission
        yield Reminder(
            submission.provider,
            f"remind:condition:{row.pk}:{row.due_on}",
            f"Meet a condition on “{submission.lasting_title}” by {long_date(row.due_on)}",
            row.text,
            reverse("submission_report", args=[submission.public_id]),
        )


def _evidence() -> Iterator[Reminder]:
    rows = Evidence.objects.filter(
        withdrawn_at=None,
        expires_on__range=(today(), today() + EVIDENCE_SOON),
        submission__state__in=("published", "suspended"),
    )
    for row in rows.select_related("submission__provider", "submission__version", "submission__leader"):
        yield Reminder(
            row.submission.provider,
            f"remind:evidence:{row.pk}:{row.expires_on}",
            f"Evidence for “{row.submission.lasting_title}” is valid to {long_date(row.expires_on)}",
            f"“{row.title}”. After that day the rating is worked out without it.",
            reverse("submission_detail", args=[row.submission.public_id]),
        )


def _renewals() -> Iterator[Reminder]:
    """On each of the scheme's reminder days before a rating ends, and once when only the days of grace are left.

    Nobody is reminded whose next review is under way.
    """
    newest = (
        Rating.objects.filter(submission__state="published", decision__approved_at__isnull=False)
        .order_by("submission_id", "-id")
        .distinct("submission_id")
    )
    due = (
        Rating.objects.filter(pk__in=newest.values("pk"), valid_to__lte=today() + _FIRST_REMINDER)
        .select_related("submission__framework", "submission__provider")
        .select_related("submission__version__programme", "submission__leader")
        .defer("inputs", "results")
        .order_by("pk")
    )
    under_way = {
        (kind, version or leader or provider)
        for kind, version, leader, provider in Submission.objects.filter(state__in=_UNDER_WAY).values_list(
            "subject_kind", "version__programme", "leader", "provider"
        )
    }
    for row in due:
        submission, ends = row.submission, row.valid_to
        if ends is None or (submission.subject_kind, _subject(submission)) in under_way:
            continue
        left = (ends - today()).days
        reached = [days for days in scheme_of(submission.framework).reminder_days if left <= days]
        if left < 0:
            lapses = ends + dt.timedelta(days=deadline(submission.framework, "grace_days"))
            step = "grace"
            subject = f"The rating of “{submission.lasting_title}” ended on {long_date(ends)}"
            body = (
                f"It stays in the register until {long_date(lapses)} and lapses then. Start its renewal now."
            )
        elif reached:
            step = str(min(reached))
            subject = f"Renew the rating of “{submission.lasting_title}”: it is valid to {long_date(ends)}"
            body = (
                "A review takes about three months. Your answers and evidence are there already, "
                "to be brought up to date."
            )
        else:
            continue
        yield Reminder(
            submission.provider,
            f"remind:renewal:{submission.pk}:{ends}:{step}",
            subject,
            body,
            reverse("submission_start", args=[submission.subject_kind, submission.subject_slug]),
        )


def _subject(submission: Submission) -> int | None:
    if submission.version:
        return submission.version.programme_id
    return submission.leader_id or submission.provider_id


def _title(programme: Programme) -> str:
    return programme.public_version.title if programme.public_version else programme.slug


def _prices() -> Iterator[Reminder]:
    for row in stale.stale_prices():
        yield Reminder(
            row.programme.provider,
            f"remind:price:{row.pk}:{row.confirmed_on}",
            f"Is the price of “{_title(row.programme)}” still right?",
            f"It was last confirmed on {long_date(row.confirmed_on)}. Saving it unchanged confirms it.",
            reverse("programme_price", args=[row.programme.slug]),
        )


def _dates() -> Iterator[Reminder]:
    for row in stale.stale_cohorts():
        yield Reminder(
            row.programme.provider,
            f"remind:cohort:{row.pk}:{row.confirmed_on}",
            f"Are the dates of “{_title(row.programme)}” from {long_date(row.starts_on)} still right?",
            f"They were last confirmed on {long_date(row.confirmed_on)}. Saving them unchanged confirms them.",
            reverse("cohort_edit", args=[row.public_id]),
        )


def _designations() -> Iterator[Reminder]:
    for row in stale.ending_designations():
        yield Reminder(
            row.designator,
            f"remind:designation:{row.pk}:{row.designation_ends_on}",
            f"The designation of {row.code} ends on {long_date(row.designation_ends_on)}",
            "Renew it for another four years, or let it lapse.",
            reverse("leader_manage", args=[row.slug]),
        )


def _without_work() -> Iterator[Reminder]:
    for row in stale.without_recent_work():
        yield Reminder(
            row.designator,
            f"remind:deployments:{row.pk}:{now().year}",
            f"{row.code} has not worked in another school for a year",
            "A designation is kept by working in other schools. Record what was done, or change the status.",
            reverse("leader_manage", args=[row.slug]),
        )


_FINDERS: tuple[Callable[[], Iterator[Reminder]], ...] = (
    _facts,
    _amendments,
    _requests,
    _conditions,
    _evidence,
    _renewals,
    _prices,
    _dates,
    _designations,
    _without_work,
)
