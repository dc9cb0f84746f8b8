"""The board: everything under way, one submission with all there is to know of it, and its trail."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from lpdqa.drafts.queries import effort
from lpdqa.drafts.services import count_time
from lpdqa.web.access import requires
from providers.views.shared import the_user
from reviews.choices import EvidenceCheck
from reviews.forms.board import BoardFilterForm
from reviews.models import Appeal, Evidence, Submission
from reviews.queries.blind_scores import BEING_SCORED, is_blind
from reviews.queries.board import assessed_by, assessments_of, state_counts, waits_for
from reviews.queries.board import board as board_rows
from reviews.queries.board_actions import actions_for, bar_to_running
from reviews.queries.consensus import preview, rationales
from reviews.queries.content import frozen_content
from reviews.queries.deadlines import days_since, due_on
from reviews.queries.decisions import bar_to_deciding, current_decision, draft_of
from reviews.queries.ratings import current_rating
from reviews.queries.submissions import about_subject, live_evidence
from reviews.queries.trail import trail_of
from reviews.services.evidence import check_evidence

PAGE = 50
# Before the scores are settled nobody sees what they come to.
_SETTLED = ("fact_check", "deciding", "amending", "decided", "published", "closed", "appealed", "suspended",
            "lapsed", "superseded")  # fmt: skip
# Whoever reads it then is not at work on it.
_AT_REST = ("draft", "published", "closed", "lapsed", "superseded", "withdrawn")
_NOT_SENT = ("draft", "returned", "withdrawn")


@requires("reviews.run_reviews")
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Submissions by age, filtered by what is in the address."""
    # The board opens with what waits for somebody; "every state" is in the address as an empty value.
    chosen = {"state": "open", **request.GET.dict()}
    size = int(chosen["rows"]) if chosen.get("rows") in ("100", "250") else PAGE
    user = the_user(request)
    page = Paginator(board_rows(chosen, viewer=user), size).get_page(request.GET.get("page"))
    blind = assessed_by(user, page.object_list)
    rows = [
        {
            "submission": row,
            "state": row.public_state if row.pk in blind else row.get_state_display(),
            "age": days_since(row.told_since),  # type: ignore[attr-defined]
            "due": due_on(row),
            "waits_for": waits_for(row, blind=row.pk in blind),
        }
        for row in page.object_list
    ]
    return render(
        request,
        "reviews/board/board.html",
        {
            "filter_form": BoardFilterForm(chosen),
            "page_obj": page,
            "rows": rows,
            "counts": [count for count in state_counts(user) if count[2]],
            "chosen": chosen,
        },
    )


def submission_or_404(request: HttpRequest, public_id: UUID) -> Submission:
    return get_object_or_404(
        Submission.objects.select_related(
            "provider", "version__programme", "leader", "framework", "created_by"
        ),
        public_id=public_id,
    )


@requires("reviews.run_reviews", get=submission_or_404)
@require_GET
def submission(request: HttpRequest, submission: Submission) -> HttpResponse:
    """One submission: where it is, what can be done, who does what, the evidence, the scores once settled."""
    user = the_user(request)
    settled = submission.state in _SETTLED and submission.settled_at is not None
    bar = bar_to_deciding(user, submission)
    # An administrator who assesses it is told no more than any assessor, also not by the state or its steps.
    runs = not bar_to_running(user, submission)
    blind = not runs and is_blind(submission)
    if runs and submission.state not in _AT_REST:
        count_time(user=user, about=f"review:{submission.pk}", page=True)
    since = submission.state_since
    if blind and submission.state in BEING_SCORED and submission.accepted_at:
        # As the provider reads it: that a third one is asked is not for those who assess.
        since = submission.accepted_at
    context: dict[str, Any] = {
        "submission": submission,
        "age": days_since(since),
        "due": due_on(submission),
        "state_name": submission.public_state if blind else submission.get_state_display(),
        "blind": blind,
        "actions": [] if blind else actions_for(user, submission),
        "bar": bar,
        "content": frozen_content(submission),
        "evidence": live_evidence(submission),
        "may_check": runs and submission.state not in _NOT_SENT,
        "findings": submission.findings.select_related("decided_by"),
        "appeals": Appeal.objects.filter(decision__submission=submission).order_by("id"),
        "rating": current_rating(submission),
        "spent": effort(about_subject(submission)),
    }
    # All of these name people who assess it, so whoever does so with them doesn't read them.
    if runs:
        context |= {
            "assessments": assessments_of(submission),
            "lifts": submission.override_requests.filter(state="open").select_related("assessor", "by"),
            "overrides": submission.conflict_overrides.select_related("assessor", "by", "seconded_by"),
        }
    # Whoever was asked to assess it gets to see neither scores nor anything that tells of them: what others
    # asked for, what the provider said of the settled scores, what is to be decided.
    if not bar:
        context |= {
            "requests": submission.evidence_requests.select_related("criterion").order_by("id"),
            "comments": submission.fact_comments.order_by("id"),
            "decision": draft_of(submission) or current_decision(submission),
        }
    if settled and not bar:
        given = rationales(submission)
        context["preview"] = found = preview(submission)
        context["scored"] = [(row, given.get(row.criterion.code, [])) for row in found.rows]
    return render(request, "reviews/board/submission.html", context)


@requires("reviews.run_reviews", get=submission_or_404)
@require_GET
def trail(request: HttpRequest, submission: Submission) -> HttpResponse:
    """Who did what, when and why; closed to those who assess it, because it names the other assessors."""
    if bar_to_running(the_user(request), submission):
        raise PermissionDenied
    page = Paginator(trail_of(submission, the_user(request)), PAGE).get_page(request.GET.get("page"))
    return render(request, "reviews/board/trail.html", {"submission": submission, "page_obj": page})


def evidence_or_404(request: HttpRequest, public_id: UUID) -> Evidence:
    return get_object_or_404(Evidence.objects.select_related("submission__provider"), public_id=public_id)


@requires("reviews.run_reviews", get=evidence_or_404)
@require_POST
def check(request: HttpRequest, evidence: Evidence) -> HttpResponse:
    """Record whether an item could be verified."""
    user = the_user(request)
    if bar_to_running(user, evidence.submission):
        raise PermissionDenied
    try:
        checked = check_evidence(evidence=evidence, by=user, result=request.POST.get("result", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"{checked.title}: {EvidenceCheck(checked.check_result).label.lower()}.")
    return redirect("board_submission", evidence.submission.public_id)
