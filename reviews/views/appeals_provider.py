"""The decision as its provider reads it, and the appeal against it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from lpdqa.clock import today
from lpdqa.drafts.writing import Writing
from lpdqa.mail import absolute
from lpdqa.web.access import requires
from programmes.choices import HEADINGS, EntryKind
from providers.views.shared import the_user
from reviews.choices import FindingState
from reviews.forms.facts import AppealForm
from reviews.models import Decision, Rating, Submission
from reviews.queries.conditions import IN_FORCE
from reviews.queries.deadlines import appeal_due_on
from reviews.queries.decisions import current_decision
from reviews.queries.participation import FEWEST, Benchmark, beside_like_providers
from reviews.queries.ratings import current_rating
from reviews.report_pdf import can_make_pdf, pdf_of
from reviews.services.appeals import lodge_appeal
from reviews.views.submissions import may_write, page, submission_or_404

_RATED = ("published", "lapsed", "superseded")
_APPEALABLE = ("decided", "published", "closed")


def _decision(submission: Submission) -> Decision:
    decision = current_decision(submission)
    if decision is None:
        raise Http404
    decision.submission = submission
    return decision


@requires("reviews.view_submission", get=submission_or_404)
@require_safe
def report(request: HttpRequest, submission: Submission) -> HttpResponse:
    """Band, strengths, what to improve, conditions and the appeal; where the numbers come from."""
    context = _report(request, submission)
    rating = context["rating"]
    context["benchmark"] = (
        _benchmark(submission, rating) if rating is not None and not context["alert"] else None
    )
    return page(request, "reviews/provider/report.html", {**context, "can_make_pdf": can_make_pdf()})


@requires("reviews.view_submission", get=submission_or_404)
@require_safe
def report_pdf(request: HttpRequest, submission: Submission) -> HttpResponse:
    """The same as a file to keep or to send on; where none can be made, the page, which prints."""
    context = _report(request, submission)
    if not can_make_pdf():
        messages.info(
            request, "This register makes no PDF files. Print the page instead, or print it to a file."
        )
        return redirect("submission_report", submission.public_id)
    rating = context["rating"]
    values = rating.results["headings"] if rating is not None else {}
    context |= {
        "headings": [(name.capitalize(), values.get(name)) for name in HEADINGS],
        "how_url": absolute(reverse("rating_explained", args=[rating.public_id])) if rating else "",
        "page_url": absolute(reverse("submission_report", args=[submission.public_id])),
        "made_on": today(),
    }
    answer = HttpResponse(
        pdf_of(render_to_string("reviews/provider/report_pdf.html", context, request)),
        content_type="application/pdf",
    )
    day = timezone.localdate(context["decision"].approved_at)
    answer["Content-Disposition"] = f'attachment; filename="decision-{day.isoformat()}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _report(request: HttpRequest, submission: Submission) -> dict[str, Any]:
    decision = _decision(submission)
    rating = current_rating(submission)
    alert = ""
    if submission.state == "suspended":
        finding = submission.findings.filter(state=FindingState.UPHELD).first()
        alert = finding.public_text if finding else "The rating is suspended."
    # While an appeal is decided, what held before goes on to hold.
    state = submission.state_before_appeal or submission.state
    appeal = decision.appeals.first()
    until = appeal_due_on(decision)
    return {
        "submission": submission,
        "decision": decision,
        "conditions": decision.conditions.prefetch_related("reports"),
        "can_report": submission.state in IN_FORCE
        and request.user.has_perm("reviews.report_condition", submission),
        "rating": rating,
        "shows_rating": alert or (rating is not None and state in _RATED),
        "fewest": FEWEST,
        "is_awaited": rating is None and state in ("published", "closed"),
        "alert": alert,
        "appeal": appeal,
        "appeal_until": until,
        "can_appeal": _can_appeal(request, submission),
    }


def _benchmark(submission: Submission, rating: Rating) -> Benchmark:
    """The headings of this decision beside those of like providers, which the provider alone reads."""
    own = {name: rating.results["headings"].get(name) for name in HEADINGS}
    return beside_like_providers(submission.provider, EntryKind(submission.subject_kind), own)


def _can_appeal(request: HttpRequest, submission: Submission) -> bool:
    return submission.state in _APPEALABLE and request.user.has_perm("reviews.appeal", submission)


@requires("reviews.view_submission", get=submission_or_404)
@require_http_methods(["GET", "POST"])
def lodge(request: HttpRequest, submission: Submission) -> HttpResponse:
    """Appeal once, by the deadline, saying why."""
    if not may_write(request, submission):
        raise PermissionDenied
    decision = _decision(submission)
    can_appeal = _can_appeal(request, submission)
    if request.method != "POST" and not can_appeal:
        messages.info(request, "An appeal against this decision isn’t possible any more.")
        return redirect("submission_report", submission.public_id)
    work = Writing(
        request,
        make=lambda *, data, files, initial: AppealForm(data, initial=initial),
        about=f"submission:{submission.pk}",
        purpose="lodge the appeal",
        may_write=can_appeal,
    )
    if work.response:
        return work.response
    if work.save(partial(lodge_appeal, decision=decision, by=the_user(request))):
        messages.success(request, "Your appeal is lodged with people who had no part in the decision.")
        return redirect("submission_report", submission.public_id)
    return page(
        request,
        "reviews/provider/appeal.html",
        {
            "submission": submission,
            "decision": decision,
            "form": work.form,
            "writing": work,
            "until": appeal_due_on(decision),
        },
    )
