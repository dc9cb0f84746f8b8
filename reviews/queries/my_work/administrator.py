"""My work of administrators. Every step leads to the submission's page on the board."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q
from django.urls import reverse

from lpdqa.accounts.models import User
from lpdqa.audit.models import Proposal, ProposalKind
from lpdqa.clock import today
from programmes.models import EnquiryReport, Feedback
from programmes.queries.enquiries import reports
from programmes.queries.feedback import to_check
from programmes.queries.leaders import without_name
from providers.choices import ClaimState
from providers.models import Claim
from reviews.choices import AppealState, AssessmentRole, FindingState, Outcome, OverrideState, ReportState
from reviews.models import (
    Adjudication,
    Appeal,
    Assessment,
    Decision,
    FactComment,
    Finding,
    FrameworkVersion,
    OverrideRequest,
    Submission,
)
from reviews.queries.complaints import answer_due_on, complaints
from reviews.queries.conditions import conditions, waiting_reports
from reviews.queries.decisions import decided_by
from reviews.queries.moderation import to_look_at
from reviews.queries.my_work.items import MOST, Item, Lists, about, day, of_submission, submissions
from reviews.queries.trail import waiting


def add_for_administrator(user: User, own_providers: list[int], lists: Lists) -> None:
    def add(words: str, submission: Submission, note: str = "", since: dt.datetime | None = None) -> None:
        lists.needs.append(
            Item(
                text=f"{words}: {submission.title}",
                url=reverse("board_submission", args=[submission.public_id]),
                about=about(submission),
                note=note,
                since=day(since or submission.state_since),
            )
        )

    _to_run(user, own_providers, add)
    _to_decide(user, own_providers, add, lists)
    _conflicts(user, add)
    _frameworks(lists)
    _second_person(user, lists)
    _conditions_reported(user, lists)
    _conditions_past(own_providers, lists)
    queued = list(
        to_look_at(user)
        .select_related("submission__framework")
        .defer("submission__framework__document")[: MOST + 1]
    )
    if queued:
        n = f"{MOST} or more" if len(queued) > MOST else str(len(queued))
        framework = queued[0].submission.framework
        lists.needs.append(
            Item(
                text=f"Look at {n} rating{'' if len(queued) == 1 else 's'} queued for moderation",
                url=f"{reverse('statistics_moderation')}?framework={framework.code}-{framework.version}",
                note="The severity of the assessors may have told.",
                since=day(queued[0].created_at),
            )
        )
    claims = list(Claim.objects.filter(state=ClaimState.PENDING).order_by("created_at")[: MOST + 1])
    if claims:
        n = f"{MOST} or more" if len(claims) > MOST else str(len(claims))
        lists.needs.append(
            Item(
                text=f"Check {n} claim{'' if len(claims) == 1 else 's'} to an organisation",
                url=reverse("claims"),
                since=day(claims[0].created_at),
            )
        )
    for complaint in complaints(user, is_open=True)[:MOST]:
        due = answer_due_on(complaint)
        lists.needs.append(
            Item(
                text=f"Answer a complaint: {complaint.submission.title}",
                url=reverse("board_complaint", args=[complaint.public_id]),
                about=about(complaint.submission),
                note=complaint.get_kind_display(),
                due=due,
                since=day(complaint.created_at),
                late=due < today(),
            )
        )
    _to_moderate(lists)


def _to_moderate(lists: Lists) -> None:
    """What commissioners and providers have written, and enquiries that were reported."""
    for rows, one, many, view in (
        (to_check(), "answer of a commissioner", "answers of commissioners", "feedback_queue"),
        (reports(decided=False), "reported enquiry", "reported enquiries", "report_queue"),
    ):
        waiting: list[Feedback | EnquiryReport] = list(rows[: MOST + 1])
        if waiting:
            n = f"{MOST} or more" if len(waiting) > MOST else str(len(waiting))
            lists.needs.append(
                Item(
                    text=f"Check {n} {one if len(waiting) == 1 else many}",
                    url=reverse(view),
                    since=day(waiting[0].created_at),
                )
            )


def _frameworks(lists: Lists) -> None:
    """Comments on framework versions that wait for an answer."""
    waiting = Count("comments", filter=Q(comments__answer="", comments__withdrawn_at=None))
    versions = FrameworkVersion.objects.filter(state__in=["draft", "consultation"]).only("code", "version")
    for framework in versions.annotate(waiting=waiting).filter(waiting__gt=0).order_by("id")[:MOST]:
        n = framework.waiting
        lists.needs.append(
            Item(
                text=f"Answer {n} comment{'' if n == 1 else 's'} on {framework}",
                url=reverse("framework_inbox", args=[framework.pk]),
            )
        )


def _second_person(user: User, lists: Lists) -> None:
    """Proposals of others to confirm, and acts of others to acknowledge: one line for both."""
    to_confirm = Proposal.objects.filter(decided_at=None).exclude(proposed_by=user)
    to_confirm = to_confirm.exclude(kind=ProposalKind.ADMINISTRATOR, target_id=user.pk)
    dates = [*to_confirm.values_list("proposed_at", flat=True)[: MOST + 1]]
    dates += waiting(user).values_list("at", flat=True)[: MOST + 1]
    if dates:
        n = f"{MOST} or more" if len(dates) > MOST else str(len(dates))
        lists.needs.append(
            Item(
                text=f"Look at {n} act{'' if len(dates) == 1 else 's'} that wait{'s' if len(dates) == 1 else ''} "
                "for a second person",
                url=reverse("second_person"),
                since=day(min(dates)),
            )
        )


def _conditions_reported(user: User, lists: Lists) -> None:
    """Reports of conditions as met that wait for this person."""
    found = waiting_reports(user).select_related(*of_submission("condition__decision__submission"))
    for report in found[:MOST]:
        submission = report.condition.decision.submission
        lists.needs.append(
            Item(
                text=f"Look at a condition reported as met: {submission.title}",
                url=reverse("condition", args=[report.condition_id]),
                about=about(submission),
                note=without_name(submission.leader, report.condition.text),
                since=day(report.reported_at),
            )
        )


def _conditions_past(own_providers: list[int], lists: Lists) -> None:
    """Conditions that nobody has recorded as met and whose day is over: one line for all."""
    past = (
        conditions()
        .filter(due_on__lt=today())
        .exclude(decision__submission__provider__in=own_providers)
        .exclude(reports__state=ReportState.WAITING)
    )
    found = list(past.only("due_on")[: MOST + 1].select_related(None).prefetch_related(None))
    if found:
        n = f"{MOST} or more conditions" if len(found) > MOST else f"{len(found)} conditions"
        lists.needs.append(
            Item(
                text="Follow up a condition past its date"
                if len(found) == 1
                else f"Follow up {n} past their date",
                url=reverse("conditions"),
                note="Ask the provider, and record it as met or look at the rating again.",
                since=found[0].due_on,
                since_words="due since",
            )
        )


def _to_run(user: User, own_providers: list[int], add: Callable[..., None]) -> None:
    """Steps of people who run a review; not for those who assess it, who would learn that a third one is needed."""
    assessed = Exists(Assessment.objects.filter(submission=OuterRef("pk"), assessor=user))
    standing = Q(
        assessments__role=AssessmentRole.BLIND,
        assessments__round=F("round"),
        assessments__state__in=["invited", "scoring", "submitted"],
    )
    third = Adjudication.objects.filter(submission=OuterRef("pk"), settled_at=None).filter(
        Q(assessment=None) | Q(assessment__state__in=["declined", "void"])
    )
    found = (
        submissions()
        .filter(state__in=["submitted", "assessing", "adjudicating"])
        .exclude(assessed)
        .exclude(provider__in=own_providers)
        .annotate(blind=Count("assessments", filter=standing, distinct=True), lacks_third=Exists(third))
        .filter(
            Q(state="submitted")
            | Q(state="assessing", blind__lt=2)
            | Q(state="adjudicating", lacks_third=True)
        )
    )
    for submission in found.order_by("state_since", "id")[: 2 * MOST]:
        words = {
            "submitted": "Screen",
            "assessing": "Assign another assessor",
            "adjudicating": "Assign an adjudicator",
        }[submission.state]
        add(words, submission)
    findings = Finding.objects.filter(state=FindingState.OPEN).select_related(*of_submission())
    for finding in findings[:MOST]:
        add(
            f"Decide a finding ({finding.get_kind_display().lower()})",
            finding.submission,
            since=finding.created_at,
        )


def _to_decide(user: User, own_providers: list[int], add: Callable[..., None], lists: Lists) -> None:
    """Steps that need a person without a part in the assessment or the organisation."""
    assessed = Assessment.objects.filter(submission=OuterRef("pk"), assessor=user)
    set_aside = Decision.objects.filter(
        decided_by(user),
        submission=OuterRef("pk"),
        appeals__state=AppealState.UPHELD,
    )
    unanswered = FactComment.objects.filter(submission=OuterRef("pk"), answer="")
    drafts = Decision.objects.filter(approved_at=None)
    approved = Decision.objects.filter(approved_at__isnull=False).order_by("-id")
    found = (
        submissions()
        .filter(state__in=["fact_check", "deciding", "decided"])
        .exclude(provider__in=own_providers)
        .exclude(Exists(assessed))
        .exclude(Exists(set_aside))
        .annotate(unanswered=Exists(unanswered))
        .filter(Q(state__in=["deciding", "decided"]) | Q(unanswered=True))
        .prefetch_related(
            Prefetch("decisions", queryset=drafts, to_attr="drafts"),
            Prefetch("decisions", queryset=approved, to_attr="approved"),
        )
    )
    for submission in found.order_by("state_since", "id")[: 2 * MOST]:
        draft = next(iter(submission.drafts), None)  # type: ignore[attr-defined]
        if submission.state == "decided":
            closes = any(d.outcome == Outcome.CLOSE for d in submission.approved[:1])  # type: ignore[attr-defined]
            add("Close with the outcome not yet" if closes else "Publish the rating", submission)
        elif submission.unanswered:  # type: ignore[attr-defined]
            add("Answer corrections of facts", submission)
        elif draft is None:
            add("Draft the decision", submission)
        elif draft.drafted_by_id != user.pk:
            add("Approve the decision", submission, since=draft.created_at)
        else:
            lists.under_way.append(
                Item(
                    text=f"Your draft decision: {submission.title}",
                    url=reverse("board_submission", args=[submission.public_id]),
                    about=about(submission),
                    since=day(draft.created_at),
                    status="Waits for another person’s approval",
                    colour="blue",
                )
            )
    took_part = Assessment.objects.filter(submission=OuterRef("decision__submission"), assessor=user)
    appeals = (
        Appeal.objects.filter(state=AppealState.LODGED)
        .exclude(Q(decision__drafted_by=user) | Q(decision__approved_by=user))
        .exclude(decision__submission__provider__in=own_providers)
        .exclude(Exists(took_part))
        .select_related(*of_submission("decision__submission"))
    )
    for appeal in appeals.order_by("created_at", "id")[:MOST]:
        add("Decide an appeal", appeal.decision.submission, since=appeal.created_at)


def _conflicts(user: User, add: Callable[..., None]) -> None:
    """Requests to lift a conflict that wait for a second person, and conflicts found once the scores were settled."""
    asked = (
        OverrideRequest.objects.filter(state=OverrideState.OPEN)
        .exclude(Q(by=user) | Q(assessor=user))
        .exclude(Exists(Assessment.objects.filter(submission=OuterRef("submission"), assessor=user)))
        .select_related(*of_submission())
    )
    for request in asked.order_by("id")[:MOST]:
        add("Answer a request to lift a conflict", request.submission, since=request.created_at)
    seen = Finding.objects.filter(submission=OuterRef("submission"), created_at__gte=OuterRef("locked_at"))
    late = Assessment.objects.filter(locked_at__isnull=False).exclude(state="void").exclude(Exists(seen))
    for each in late.select_related(*of_submission()).order_by("locked_at", "id")[:MOST]:
        note = "An assessor’s conflict came to light after the scores were settled. Open a finding if it matters."
        add("Look at a conflict of interest", each.submission, note, since=each.locked_at)
