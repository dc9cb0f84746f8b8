"""Complaints: lodging one, reading how it stands, and answering it."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from lpdqa.web.access import requires, signed_in
from lpdqa.web.refusals import carried_out
from providers.rules import role_in
from providers.views.shared import the_user
from reviews.choices import ComplaintKind, ComplaintState
from reviews.forms.complaints import AnswerForm, ComplaintForm
from reviews.models import Complaint, Submission
from reviews.queries.complaints import (
    ANSWER_WORKING_DAYS,
    answer_due_on,
    complaints,
    is_about_something_public,
)
from reviews.services.complaints import answer_complaint, lodge_complaint
from reviews.views.submissions import page, submission_or_404

PAGE = 50


@requires("reviews.complain", get=submission_or_404)
@require_http_methods(["GET", "POST"])
def about_handling(request: HttpRequest, submission: Submission) -> HttpResponse:
    """A provider's team complains about how its review was handled."""
    return _lodge(request, submission, ComplaintKind.HANDLING, "reviews/provider/complain.html")


@signed_in
@require_http_methods(["GET", "POST"])
def about_provision(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Anybody with an account says what is wrong with something that has a public rating."""
    submission = submission_or_404(request, public_id)
    if not is_about_something_public(submission):
        raise Http404
    if role_in(the_user(request), submission.provider):
        return redirect("submission_detail", submission.public_id)
    return _lodge(request, submission, ComplaintKind.PROVISION, "reviews/concern.html")


def _lodge(request: HttpRequest, submission: Submission, kind: ComplaintKind, template: str) -> HttpResponse:
    form = ComplaintForm(request.POST or None)
    made: list[Complaint] = []
    do = partial(lodge_complaint, submission=submission, by=the_user(request), kind=kind)
    if request.method == "POST" and carried_out(form, lambda **data: made.append(do(**data))):
        messages.success(request, "Your complaint is with us.")
        return redirect("complaint", made[0].public_id)
    days = ANSWER_WORKING_DAYS
    return page(request, template, {"submission": submission, "form": form, "days": days})


def complaint_or_404(request: HttpRequest, public_id: UUID, **_: Any) -> Complaint:
    rows = Complaint.objects.select_related(
        "submission__provider",
        "submission__version__programme",
        "submission__leader",
        "lodged_by",
        "answered_by",
    )
    return get_object_or_404(rows, public_id=public_id)


@requires("reviews.view_complaint", get=complaint_or_404)
@require_safe
def complaint(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    """How a complaint stands, for whoever lodged it; on the handling of a review also for the team."""
    return page(
        request,
        "reviews/complaint.html",
        {"complaint": complaint, "submission": complaint.submission, "due": answer_due_on(complaint)},
    )


@requires("accounts.run_register")
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Complaints that wait and this person may answer, and under `?show=answered` those that were answered."""
    answered = request.GET.get("show") == "answered"
    user = the_user(request)
    rows = Paginator(complaints(user, is_open=not answered), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "reviews/board/complaints.html",
        {
            "page_obj": rows,
            "rows": [(each, answer_due_on(each)) for each in rows.object_list],
            "answered": answered,
            "tabs": [
                {
                    "text": "Waiting",
                    "url": "?",
                    "current": not answered,
                    "count": complaints(user, is_open=True).count(),
                },
                {"text": "Answered", "url": "?show=answered", "current": answered, "count": None},
            ],
        },
    )


@requires("reviews.answer_complaint", get=complaint_or_404)
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    """Read a complaint and answer it; not for whoever has a part in the matter."""
    user = the_user(request)
    form = AnswerForm(request.POST or None, kind=complaint.kind)
    if request.method == "POST" and carried_out(
        form, partial(answer_complaint, complaint=complaint, by=user)
    ):
        messages.success(request, "Your answer is sent.")
        return redirect("complaints")
    return render(
        request,
        "reviews/board/complaint.html",
        {
            "complaint": complaint,
            "submission": complaint.submission,
            "due": answer_due_on(complaint),
            "form": form,
            "is_open": complaint.state == ComplaintState.OPEN,
        },
    )
