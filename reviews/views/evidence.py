"""Evidence: adding it, taking it back, and handing it out to those who may see it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
)
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from lpdqa.web.access import requires
from lpdqa.web.refusals import show, words
from lpdqa.workflow import WorkflowError
from providers.views.shared import the_user
from reviews.choices import EvidenceKind, SubjectKind
from reviews.forms.evidence import FORMS, EvidenceForm
from reviews.models import Criterion, Evidence, Submission
from reviews.queries.evidence import open_evidence
from reviews.queries.provider_submission import Overview, closed_deployments, overview
from reviews.services.evidence import add_deployment, add_file, add_link, add_text, withdraw_evidence
from reviews.views.submissions import may_write, page, with_address
from reviews.workflows import EDITABLE_STATES

_ADD = {
    EvidenceKind.FILE: add_file,
    EvidenceKind.LINK: add_link,
    EvidenceKind.TEXT: add_text,
    EvidenceKind.DEPLOYMENT: add_deployment,
}


@requires("reviews.view_submission", get=with_address)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, submission: Submission) -> HttpResponse:
    """Add one item. `?criterion=P1` ticks that criterion and says where to go back to."""
    if not may_write(request, submission):
        raise PermissionDenied
    form_class = FORMS.get(submission.address["kind"])  # type: ignore[attr-defined]
    if form_class is None or (
        form_class.kind == EvidenceKind.DEPLOYMENT and submission.subject_kind != SubjectKind.SLE
    ):
        raise Http404
    tasks = overview(submission)
    criteria = _open_criteria(submission, tasks)
    asked = request.GET.get("criterion", "")
    back = _back(submission, tasks, asked)
    if not criteria and request.method == "GET":
        messages.info(request, "Evidence can’t be added to this submission any more.")
        return redirect(back)
    form = _form(form_class, submission, criteria, asked, request)
    if request.method == "POST" and form.is_valid():
        try:
            _save(form, submission, criteria, request)
        except (ValidationError, WorkflowError) as error:
            show(form, error)
        else:
            messages.success(request, f"“{form.cleaned_data['title']}” is added.")
            if request.accepts("text/html"):
                return redirect(back)
            # The script that sends a file goes on to the page itself: as a page of its own, with its own scripts.
            return JsonResponse({"next": back})
    return page(
        request,
        "reviews/provider/evidence_add.html",
        {
            "submission": submission,
            "form": form,
            "back": back,
            "is_file": form.kind == EvidenceKind.FILE,
            "has_choices": form.kind != EvidenceKind.DEPLOYMENT or bool(form.fields["deployment"].choices),  # type: ignore[attr-defined]
        },
    )


def _open_criteria(submission: Submission, tasks: Overview) -> list[Criterion]:
    """The criteria evidence may be added to now: those being edited, or those an assessor asked about."""
    if submission.state in EDITABLE_STATES:
        return [task.criterion for task in tasks.in_scope]
    return [task.criterion for task in tasks.tasks if task.requests]


def _back(submission: Submission, tasks: Overview, code: str) -> str:
    task = tasks.of(code)
    if task is None:
        return reverse("submission_detail", args=[submission.public_id])
    if task.requests and submission.state not in EDITABLE_STATES:
        return reverse("evidence_request", args=[submission.public_id, task.requests[0].pk])
    return reverse("submission_criterion", args=[submission.public_id, code]) + "#evidence"


def _form(
    form_class: type[EvidenceForm],
    submission: Submission,
    criteria: list[Criterion],
    asked: str,
    request: HttpRequest,
) -> EvidenceForm:
    more: dict[str, Any] = {"criteria": criteria, "submission": submission}
    if form_class.kind == EvidenceKind.DEPLOYMENT:
        more["deployments"] = closed_deployments(submission)
    if request.method == "POST":
        return form_class(request.POST, request.FILES, **more)
    return form_class(initial={"criteria": [asked] if asked else []}, **more)


def _save(
    form: EvidenceForm, submission: Submission, criteria: list[Criterion], request: HttpRequest
) -> Evidence:
    chosen = [criterion for criterion in criteria if criterion.code in form.cleaned_data["criteria"]]
    content = {name: form.cleaned_data[name] for name in form.content_fields}
    service: Any = _ADD[form.kind]
    return service(submission=submission, by=the_user(request), criteria=chosen, **content, **form.about())


def evidence_or_404(request: HttpRequest, public_id: Any) -> Evidence:
    return get_object_or_404(
        Evidence.objects.select_related(
            "submission__provider",
            "submission__version__programme",
            "submission__leader",
            "file",
            "deployment__supported_school",
        ),
        public_id=public_id,
    )


@requires("reviews.view_evidence", get=evidence_or_404, anonymous=True)
@require_safe
def download(request: HttpRequest, item: Evidence) -> HttpResponseBase:
    """The file of an item, or a page with what else it is made of.

    A file came from somebody we need not trust: it is only ever saved, never shown in the site's own name.
    """
    if item.kind != EvidenceKind.FILE:
        return page(
            request,
            "reviews/provider/evidence_item.html",
            {"item": item, "submission": item.submission, "criteria": item.criteria.all()},
        )
    if item.file is None:
        raise Http404
    response = FileResponse(
        open_evidence(item), as_attachment=True, filename=item.file_name, content_type=item.file.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _standing_evidence_or_404(request: HttpRequest, public_id: Any) -> Evidence:
    item = evidence_or_404(request, public_id)
    if item.withdrawn_at is not None:
        raise Http404
    return item


@requires("reviews.view_evidence", get=_standing_evidence_or_404)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, item: Evidence) -> HttpResponse:
    """Ask once, then take the item out of the submission."""
    submission = item.submission
    if not may_write(request, submission):
        raise PermissionDenied
    criteria = list(item.criteria.all())
    problem = ""
    if request.method == "POST":
        try:
            withdraw_evidence(evidence=item, by=the_user(request))
        except (ValidationError, WorkflowError) as refusal:
            problem = words(refusal)
        else:
            messages.success(request, f"“{item.title}” is no longer part of the submission.")
            code = request.GET.get("criterion", "")
            if any(criterion.code == code for criterion in criteria):
                return redirect("submission_criterion", submission.public_id, code)
            return redirect("submission_detail", submission.public_id)
    return page(
        request,
        "reviews/provider/evidence_withdraw.html",
        {"item": item, "submission": submission, "criteria": criteria, "problem": problem},
    )
