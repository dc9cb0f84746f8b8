"""A submission as its provider works on it: start, overview, criteria, checking and sending, withdrawing."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from lpdqa.drafts.writing import Writing
from lpdqa.web.access import requires
from lpdqa.web.refusals import carried_out, words
from lpdqa.workflow import WorkflowError
from programmes.models import Programme
from providers.models import Provider, SpecialistLeader
from providers.views.shared import the_user
from reviews.choices import SubjectKind
from reviews.forms.submissions import RequestAnswerForm, StatementForm, WithdrawForm
from reviews.models import EvidenceRequest, Submission
from reviews.queries.deadlines import answer_due_on
from reviews.queries.decisions import current_decision
from reviews.queries.frameworks import current_framework
from reviews.queries.provider_submission import (
    Overview,
    closed_deployments,
    overview,
    standing,
)
from reviews.queries.ratings import current_rating
from reviews.queries.submissions import last_review
from reviews.services.requests import answer_request as answer_request_service
from reviews.services.submissions import (
    declare_gaps,
    save_statement,
    send_amendment,
    start_submission,
    statement_on,
    submit_submission,
    withdraw_submission,
)
from reviews.workflows import EDITABLE_STATES, OPEN_STATES, SUBMISSION

# Buttons that save the statement on the way to a page where evidence is added: "add-file" and so on.
_ADD = "add-"

Subject = Provider | Programme | SpecialistLeader

_CLOSED_FOR_CHANGES = (
    "This submission has been sent, perhaps in another window, so nothing was saved. "
    "What you typed is still here: copy it if you need it."
)


def submission_or_404(request: HttpRequest, public_id: Any, **_: Any) -> Submission:
    return get_object_or_404(
        Submission.objects.select_related(
            "provider", "version__programme", "leader__designator", "framework", "created_by"
        ).defer("framework__document"),
        public_id=public_id,
    )


def with_address(request: HttpRequest, public_id: Any, **rest: Any) -> Submission:
    """The submission, with what else the address says kept for the view on `submission.address`."""
    submission = submission_or_404(request, public_id)
    submission.address = rest  # type: ignore[attr-defined]
    return submission


def page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page of the provider's: it belongs to My work in the navigation."""
    return render(request, template, {"section": "my_work", **context})


def may_write(request: HttpRequest, submission: Submission) -> bool:
    """Whether this person writes for the provider at all; whether now is another matter."""
    return request.user.has_perm("providers.edit_provider", submission)


def _can(submission: Submission, step: str) -> bool:
    """Whether the state table has this step from where the submission is."""
    return any(transition.name == step for transition in SUBMISSION.available(submission.state))


# --- Start --------------------------------------------------------------------------------------------------


def _subject(request: HttpRequest, kind: str, slug: str) -> Subject:
    match kind:
        case SubjectKind.PROVIDER:
            return get_object_or_404(Provider, slug=slug)
        case SubjectKind.PROGRAMME:
            return get_object_or_404(Programme.objects.select_related("provider"), slug=slug)
        case SubjectKind.SLE:
            return get_object_or_404(SpecialistLeader.objects.select_related("designator"), slug=slug)
    raise Http404


def _what(subject: Subject) -> dict[str, Any]:
    """The one argument of `start_submission` that says what is put forward."""
    if isinstance(subject, Provider):
        return {"provider": subject}
    if isinstance(subject, SpecialistLeader):
        return {"leader": subject}
    # A review is of a version, and new work is on the newest.
    version = subject.versions.order_by("-number").first()
    if version is None:
        raise Http404
    return {"version": version}


@requires("providers.edit_provider", get=_subject)
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, subject: Subject) -> HttpResponse:
    """What a review asks for, and the button that starts a draft. One that is open already is opened."""
    what = _what(subject)
    field = next(iter(what))
    under_way = Submission.objects.filter(**what, state__in=OPEN_STATES)
    if field == "provider":
        under_way = under_way.filter(subject_kind=SubjectKind.PROVIDER)
    if existing := under_way.first():
        return redirect("submission_detail", existing.public_id)
    error = ""
    if request.method == "POST":
        try:
            submission = start_submission(by=the_user(request), **what)
        except (ValidationError, WorkflowError) as problem:
            error = words(problem)
        else:
            messages.success(request, "Your draft is ready. Only your team can see it.")
            return redirect("submission_detail", submission.public_id)
    kind = {"provider": SubjectKind.PROVIDER, "leader": SubjectKind.SLE}.get(field, SubjectKind.PROGRAMME)
    framework = current_framework()
    criteria = []
    if framework:
        criteria = list(framework.criteria.filter(applies_to__contains=[kind]).select_related("heading"))
    last = last_review(Submission(subject_kind=kind, **what))
    return page(
        request,
        "reviews/provider/start.html",
        {
            "last": last,
            "rating": current_rating(last) if last and last.state == "published" else None,
            "title": _title(what),
            "kind": kind.label.lower(),
            "is_example": subject.is_example,
            "criteria": criteria,
            "essential": sum(kind in criterion.essential_for for criterion in criteria),
            "framework": framework,
            "error": error,
        },
    )


def _title(what: dict[str, Any]) -> str:
    if "version" in what:
        return str(what["version"].title)
    return str(what["provider"].name if "provider" in what else what["leader"].public_name)


# --- Overview -----------------------------------------------------------------------------------------------


@requires("reviews.view_submission", get=submission_or_404)
def detail(request: HttpRequest, submission: Submission) -> HttpResponse:
    """Where the submission is, what comes next, and how far each criterion is."""
    tasks = overview(submission)
    writes = may_write(request, submission)
    return page(
        request,
        "reviews/provider/detail.html",
        {
            "submission": submission,
            "standing": standing(submission),
            "overview": tasks,
            "groups": tasks.by_heading(),
            "decision": current_decision(submission),
            "can_edit": request.user.has_perm("reviews.edit_submission", submission),
            "can_withdraw": writes and _can(submission, "withdraw"),
            "can_complain": request.user.has_perm("reviews.complain", submission),
            "writes": writes,
        },
    )


@requires("reviews.view_submission", get=with_address)
@require_http_methods(["GET", "POST"])
def criterion(request: HttpRequest, submission: Submission) -> HttpResponse:
    """One criterion: what is asked, the provider's statement, and the evidence for it."""
    tasks = overview(submission)
    code: str = submission.address["code"]  # type: ignore[attr-defined]
    task = tasks.of(code)
    if task is None:
        raise Http404
    by = the_user(request)
    can_edit = by.has_perm("reviews.edit_submission", submission) and task.in_scope
    if request.method == "POST" and not may_write(request, submission):
        raise PermissionDenied

    def make(*, data: Any, files: Any, initial: dict[str, Any] | None) -> StatementForm:
        return StatementForm(data, initial=initial) if data or initial else StatementForm.of(task.statement)

    work = Writing(
        request,
        make=make,
        row=statement_on(submission, task.criterion),
        about=f"submission:{submission.pk}",
        back=reverse("submission_detail", args=[submission.public_id]),
        may_write=can_edit,
    )
    if work.response:
        return work.response
    form = work.form
    if request.method == "POST":
        if not can_edit:
            form.add_error(None, _CLOSED_FOR_CHANGES)
        elif request.POST.get("then", "").startswith(_ADD) and not any(form.data.get(n) for n in form.fields):
            # Evidence first, the statement later: nothing to save yet.
            return _go_on(request, submission, tasks, code)
        elif work.save(
            partial(
                save_statement, submission=submission, criterion=task.criterion, by=by, opened=work.opened
            )
        ):
            messages.success(request, f"{code} is saved.")
            return _go_on(request, submission, tasks, code)
    order = [other.criterion for other in tasks.in_scope]
    place = order.index(task.criterion) if task.in_scope else -1
    return page(
        request,
        "reviews/provider/criterion.html",
        {
            "submission": submission,
            "task": task,
            "criterion": task.criterion,
            "levels": [
                (value, submission.framework.scale.get(value, value), text)
                for value, text in sorted(task.criterion.descriptors.items())
            ],
            "form": form,
            "writing": work,
            "can_edit": can_edit,
            "shows_form": can_edit or request.method == "POST",
            "deployments": closed_deployments(submission).count() if can_edit else 0,
            "before": order[place - 1] if place > 0 else None,
            "after": order[place + 1] if 0 <= place < len(order) - 1 else None,
            "number": place + 1,
            "count": len(order),
        },
    )


def _go_on(request: HttpRequest, submission: Submission, tasks: Overview, code: str) -> HttpResponse:
    """Where the button that was pressed leads."""
    then = request.POST.get("then", "")
    if then.startswith(_ADD):
        return redirect(_to_add(submission, then, code))
    codes = [task.criterion.code for task in tasks.in_scope]
    place = codes.index(code) + 1
    if then == "next" and place < len(codes):
        return redirect("submission_criterion", submission.public_id, codes[place])
    return redirect("submission_detail", submission.public_id)


def _to_add(submission: Submission, then: str, code: str) -> str:
    """The page that a button for adding evidence on a criterion leads to."""
    address = reverse("evidence_add", args=[submission.public_id, then.removeprefix(_ADD)])
    return f"{address}?criterion={code}"


# --- Check and send, withdraw -------------------------------------------------------------------------------


@requires("reviews.view_submission", get=submission_or_404)
@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest, submission: Submission) -> HttpResponse:
    """Everything on one page before it is sent for review, or sent again as an amendment."""
    if not may_write(request, submission):
        raise PermissionDenied
    if submission.state not in EDITABLE_STATES:
        messages.info(request, "This submission has been sent already.")
        return redirect("submission_detail", submission.public_id)
    amending = submission.state == "amending"
    problems: list[str] = []
    if request.POST.get("do") == "gaps":
        codes = declare_gaps(submission=submission, by=the_user(request))
        messages.success(request, f"A gap is declared for {', '.join(codes)}.")
        return redirect("submission_submit", submission.public_id)
    if request.method == "POST":
        try:
            if amending:
                send_amendment(submission=submission, by=the_user(request))
            else:
                submit_submission(submission=submission, by=the_user(request))
        except ValidationError as error:
            problems = error.messages
        except WorkflowError as error:
            problems = [str(error)]
        else:
            messages.success(
                request,
                "Your amendment is sent. Assessors score the amended criteria again."
                if amending
                else "Your submission is sent. We check that it is complete and then two assessors score it.",
            )
            return redirect("submission_detail", submission.public_id)
    tasks = overview(submission)
    return page(
        request,
        "reviews/provider/submit.html",
        {
            "submission": submission,
            "overview": tasks,
            "tasks": tasks.in_scope,
            "amending": amending,
            "problems": problems,
        },
    )


@requires("reviews.withdraw_submission", get=submission_or_404)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, submission: Submission) -> HttpResponse:
    """Ask once, then end the submission."""
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    do = partial(withdraw_submission, submission=submission, by=the_user(request))
    if request.method == "POST" and carried_out(form, do):
        messages.success(request, f"“{submission.title}” is withdrawn.")
        return redirect("my_work")
    return page(request, "reviews/provider/withdraw.html", {"submission": submission, "form": form})


# --- Questions from assessors -------------------------------------------------------------------------------


@requires("reviews.view_submission", get=with_address)
@require_http_methods(["GET", "POST"])
def answer_request(request: HttpRequest, submission: Submission) -> HttpResponse:
    """Answer an assessor's question about one criterion, and add evidence while it is open."""
    asked = get_object_or_404(
        EvidenceRequest.objects.select_related("criterion"),
        submission=submission,
        pk=submission.address["number"],  # type: ignore[attr-defined]
    )
    writes = may_write(request, submission)
    open_for_answers = asked.answered_at is None and asked.closed_at is None
    if request.method == "POST" and not writes:
        raise PermissionDenied
    work = Writing(
        request,
        make=lambda *, data, files, initial: RequestAnswerForm(data, initial=initial),
        about=f"submission:{submission.pk}",
        purpose="send it",
        may_write=writes and open_for_answers,
    )
    if work.response:
        return work.response
    then = request.POST.get("then", "")
    if then.startswith(_ADD) and open_for_answers:
        # Evidence first; what is typed so far stands here when it is added.
        if any(request.POST.get(name) for name in work.form.fields):
            work.keep()
        return redirect(_to_add(submission, then, asked.criterion.code))
    if work.save(partial(answer_request_service, request=asked, by=the_user(request))):
        messages.success(request, f"Your answer about {asked.criterion.code} is sent.")
        return redirect("submission_detail", submission.public_id)
    return page(
        request,
        "reviews/provider/request.html",
        {
            "submission": submission,
            "asked": asked,
            "form": work.form,
            "writing": work,
            "can_answer": writes and open_for_answers,
            "shows_form": (writes and open_for_answers) or request.method == "POST",
            "due": answer_due_on(asked),
            "task": overview(submission).of(asked.criterion.code),
        },
    )
