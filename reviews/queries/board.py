"""The administrators' board: every submission with its state, age, deadline and what it waits for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from lpdqa.accounts.models import User
from lpdqa.clock import now, today
from reviews.choices import AppealState, AssessmentRole, FindingState
from reviews.models import Appeal, Assessment, Decision, EvidenceRequest, FactComment, Finding, Submission
from reviews.queries.blind_scores import BEING_SCORED
from reviews.workflows import SUBMISSION

# Nobody has to do anything about these.
_AT_REST = ("draft", "published", "closed", "lapsed", "superseded", "withdrawn")


def as_told(submissions: QuerySet[Submission], viewer: User | None) -> QuerySet[Any]:
    """With `told_state` and `told_since`, the state and its beginning as this person is told them; None is told all.

    Somebody who assesses a submission reads the same while the others score and while a third one does: whether it is
    found under a filter, where it stands in an order and how old it is must not say that scores lie apart.
    """
    if viewer is None:
        return submissions.annotate(told_state=F("state"), told_since=F("state_since"))
    assessed = Exists(Assessment.objects.filter(submission=OuterRef("pk"), assessor=viewer))
    blind = Q(assessed, state__in=BEING_SCORED)
    return submissions.annotate(
        told_state=Case(When(blind, then=Value(BEING_SCORED[0])), default=F("state")),
        told_since=Case(When(blind, then=Coalesce("accepted_at", "state_since")), default=F("state_since")),
    )


def board(filters: Mapping[str, str] | None = None, *, viewer: User | None = None) -> QuerySet[Submission]:
    """Submissions with annotations, oldest step first, as `viewer` is told (see `as_told`).

    Filters, all optional: `state` (a state, or “open” for all that wait for somebody), `kind`, `late` (days in the
    state, or “due” for those past their date), `provider` (slug), `q` (in the title), `example`
    (“no” hides example data).
    Annotations: blind_assigned, blind_in, third_open (criteria without a third score), requests_open,
    comments_open, has_draft, appeal_open, finding_open, and those of `as_told`.
    """
    chosen = filters or {}
    submissions = (
        as_told(Submission.objects.all(), viewer)
        .select_related("provider", "version__programme", "leader", "framework")
        .defer("framework__document")
        .annotate(
            blind_assigned=_blind(("invited", "scoring", "submitted")),
            blind_in=_blind(("submitted",)),
            third_open=Count(
                "adjudications",
                filter=Q(adjudications__settled_at=None, adjudications__round=F("round")),
                distinct=True,
            ),
            requests_open=Exists(EvidenceRequest.objects.filter(submission=OuterRef("pk"), closed_at=None)),
            comments_open=Exists(FactComment.objects.filter(submission=OuterRef("pk"), answer="")),
            has_draft=Exists(Decision.objects.filter(submission=OuterRef("pk"), approved_at=None)),
            appeal_open=Exists(
                Appeal.objects.filter(decision__submission=OuterRef("pk"), state=AppealState.LODGED)
            ),
            finding_open=Exists(Finding.objects.filter(submission=OuterRef("pk"), state=FindingState.OPEN)),
        )
        .order_by("told_since", "pk")
    )
    state = chosen.get("state", "")
    if state == "open":
        submissions = submissions.exclude(state__in=_AT_REST)
    elif state in dict(SUBMISSION.choices):
        submissions = submissions.filter(told_state=state)
    if chosen.get("kind"):
        submissions = submissions.filter(subject_kind=chosen["kind"])
    if chosen.get("late") == "due":
        submissions = submissions.filter(
            Q(state="fact_check", fact_check_due_on__lt=today())
            | Q(state="amending", amendment_due_on__lt=today())
        )
    elif chosen.get("late", "").isdecimal():
        submissions = submissions.filter(
            told_since__lt=now() - dt.timedelta(days=min(int(chosen["late"]), 9999))
        )
    if chosen.get("provider"):
        submissions = submissions.filter(provider__slug=chosen["provider"])
    if chosen.get("example") == "no":
        submissions = submissions.filter(provider__is_example=False)
    if chosen.get("q"):
        words = chosen["q"]
        submissions = submissions.filter(
            Q(provider__name__icontains=words)
            | Q(version__title__icontains=words)
            | Q(leader__slug__icontains=words)
        )
    return submissions


def waits_for(submission: Submission, *, blind: bool = False) -> list[str]:
    """What a row of `board` waits for, in words; empty while nobody has to do anything. `blind` is for somebody who
    assesses it: they are not told how far the others are."""
    if blind and submission.state in BEING_SCORED:
        return ["the assessors"]
    row: Any = submission
    waits = {
        "submitted": "screening",
        "returned": "the provider",
        "assessing": f"{2 - row.blind_in} of 2 blind assessments",
        "adjudicating": f"{row.third_open} third score{'' if row.third_open == 1 else 's'}",
        "fact_check": "the provider",
        "amending": "the provider",
        "deciding": "approval of the decision" if row.has_draft else "a drafted decision",
        "decided": "publication",
        "appealed": "a decision on the appeal",
    }
    found = [waits[submission.state]] if submission.state in waits else []
    if submission.state == "assessing" and row.blind_assigned < 2:
        found.insert(0, "an assessor")
    if row.comments_open:
        found.append("an answer to a correction")
    if row.requests_open:
        found.append("evidence asked for")
    if row.finding_open:
        found.append("a decision on a finding")
    return found


def _blind(states: tuple[str, ...]) -> Count:
    return Count(
        "assessments",
        filter=Q(
            assessments__role=AssessmentRole.BLIND,
            assessments__round=F("round"),
            assessments__state__in=states,
        ),
        distinct=True,
    )


def assessed_by(user: User, submissions: Iterable[Submission]) -> set[int]:
    """Which of these the person was ever asked to assess; one query."""
    keys = [each.pk for each in submissions]
    return set(
        Assessment.objects.filter(assessor=user, submission__in=keys).values_list("submission", flat=True)
    )


def state_counts(viewer: User | None = None) -> list[tuple[str, str, int]]:
    """(state, name, how many) in the order of the table, as `viewer` is told; one query."""
    told = as_told(Submission.objects.order_by(), viewer)
    counts = dict(told.values_list("told_state").annotate(number=Count("pk")))
    return [(state.code, state.name, counts.get(state.code, 0)) for state in SUBMISSION.states]


def assessments_of(submission: Submission) -> QuerySet[Assessment]:
    """Who was asked and how far they are: never their scores (see `queries.consensus` for decision
    makers)."""
    return submission.assessments.select_related("assessor__assessor_profile", "assigned_by").order_by(
        "round", "role", "id"
    )
