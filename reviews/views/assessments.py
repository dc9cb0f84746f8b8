"""An assessor's pages: the declaration before the file opens, the file, the workbench, sending scores."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from lpdqa.accounts.models import User
from lpdqa.drafts.services import count_time
from lpdqa.web.access import requires
from lpdqa.web.api import problem_response
from lpdqa.web.refusals import carried_out, words
from lpdqa.workflow import WorkflowError
from providers.views.shared import the_user
from reviews.forms.scores import CANNOT_JUDGE, NOT_APPLICABLE, ConflictForm, DeclarationForm, ScoreForm
from reviews.models import Assessment
from reviews.queries.calibration import seen_examples
from reviews.queries.conflicts import find_conflicts
from reviews.queries.content import frozen_content
from reviews.queries.workbench import Task, tasks_of
from reviews.services import assessments as services
from reviews.services.conflicts import declare_conflict_found
from reviews.services.requests import ask_for_evidence


def assessment_or_404(request: HttpRequest, public_id: UUID, code: str = "") -> Assessment:
    """The assessment; the criterion that the address names is kept as `assessment.code`."""
    assessment = get_object_or_404(
        Assessment.objects.select_related(
            "submission__provider__authority",
            "submission__version__programme",
            "submission__leader__designator",
            "submission__framework",
            "assessor",
        ),
        public_id=public_id,
    )
    assessment.code = code  # type: ignore[attr-defined]
    return assessment


@requires("reviews.score_assessment", get=assessment_or_404)
@require_http_methods(["GET", "POST"])
def detail(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    """Before the declaration only what is needed to make it; after it the whole file."""
    if assessment.state == "invited":
        return _declare(request, assessment)
    _count_time(request, assessment)
    tasks = tasks_of(assessment)
    return _page(
        request,
        "file",
        assessment,
        groups=_by_heading(tasks),
        done=sum(task.done for task in tasks),
        total=len(tasks),
        content=frozen_content(assessment.submission),
    )


def _declare(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    form = DeclarationForm(request.POST or None)

    def record(answer: str, kind: str, note: str) -> None:
        by = the_user(request)
        if answer == "none":
            services.declare_no_conflict(assessment=assessment, by=by)
        elif answer == "conflict":
            services.declare_conflict(assessment=assessment, by=by, kind=kind, note=note)
        else:
            services.decline_assessment(assessment=assessment, by=by, note=note)

    if request.method == "POST" and carried_out(form, record):
        if form.cleaned_data["answer"] == "none":
            return redirect("assessment_detail", assessment.public_id)
        messages.success(request, "Thank you. Somebody else will be asked.")
        return redirect("my_work")
    conflicts = find_conflicts(user=assessment.assessor, submission=assessment.submission)
    return _page(request, "declare", assessment, form=form, conflicts=conflicts)


@requires("reviews.open_file", get=assessment_or_404)
@require_http_methods(["GET", "POST"])
def conflict(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    """Tell of a conflict that came to light once the file was open: it closes."""
    form = ConflictForm(request.POST or None)

    def close(kind: str, note: str) -> None:
        declare_conflict_found(assessment=assessment, by=the_user(request), kind=kind, note=note)

    if request.method == "POST" and carried_out(form, close):
        messages.success(request, "Thank you. The file is closed to you.")
        return redirect("my_work")
    return _page(request, "conflict", assessment, form=form)


@requires("reviews.open_file", get=assessment_or_404)
@require_http_methods(["GET", "POST"])
def criterion(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    """The workbench: evidence and criterion side by side, one criterion at a time."""
    _count_time(request, assessment)
    tasks = tasks_of(assessment)
    codes = [task.criterion.code for task in tasks]
    if assessment.code not in codes:  # type: ignore[attr-defined]
        raise Http404
    position = codes.index(assessment.code)  # type: ignore[attr-defined]
    task = tasks[position]
    form = ScoreForm(request.POST or None, task=task, scale=assessment.submission.framework.scale)

    def save(**judged: str) -> None:
        _save(assessment, task, the_user(request), **judged)

    if request.method == "POST" and carried_out(form, save):
        messages.success(request, f"{task.criterion.code} {task.criterion.title}: saved.")
        following = position + ("next" in request.POST)
        if following < len(codes):
            return redirect("assessment_criterion", assessment.public_id, codes[following])
        return redirect("assessment_detail", assessment.public_id)
    return _page(
        request,
        "criterion",
        assessment,
        task=task,
        tasks=tasks,
        groups=_by_heading(tasks),
        form=form,
        locked=assessment.state != "scoring",
        levels=[
            (level, word, task.criterion.descriptors[level])
            for level, word in sorted(assessment.submission.framework.scale.items())
        ],
        anchors=seen_examples(the_user(request), task.criterion),
        position=position + 1,
        before=tasks[position - 1] if position else None,
        after=tasks[position + 1] if position + 1 < len(tasks) else None,
        done=sum(each.done for each in tasks),
    )


@requires("reviews.open_file", get=assessment_or_404)
@require_POST
def autosave(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    """Keep what is typed on a criterion, for the page's script; what is wrong comes back as problem details.

    A request for evidence goes to the provider, so it is never sent by itself: it waits for the button.
    """
    _count_time(request, assessment)
    by_code = {each.criterion.code: each for each in tasks_of(assessment)}
    if assessment.code not in by_code:  # type: ignore[attr-defined]
        raise Http404
    task = by_code[assessment.code]  # type: ignore[attr-defined]
    form = ScoreForm(request.POST, task=task, scale=assessment.submission.framework.scale)
    asks = request.POST.get("judgement") == CANNOT_JUDGE and not (task.score and task.score.cannot_judge)
    if asks:
        return problem_response(409, "Not saved: press a button to send your question to the provider.")

    def save(**judged: str) -> None:
        _save(assessment, task, the_user(request), **judged)

    if not carried_out(form, save):
        lines = [str(line) for errors in form.errors.values() for line in errors]
        return problem_response(422, f"Not saved: {' '.join(lines)}")
    tasks = tasks_of(assessment)
    task = next(each for each in tasks if each.criterion.pk == task.criterion.pk)
    return JsonResponse(
        {
            "saved": f"{timezone.localtime():%H:%M:%S}",
            "status": task.status,
            "judgement": task.judgement if task.done else task.status,
            "done": sum(each.done for each in tasks),
            "total": len(tasks),
        }
    )


def _save(
    assessment: Assessment, task: Task, by: User, *, judgement: str, rationale: str, pointers: str
) -> None:
    cannot_judge = judgement == CANNOT_JUDGE
    # While the provider is to answer, and once it had nothing to add, only the notes change.
    asked = task.score is not None and task.score.cannot_judge
    if cannot_judge and not asked:
        ask_for_evidence(assessment=assessment, criterion=task.criterion, by=by, question=rationale)
    services.save_score(
        assessment=assessment,
        criterion=task.criterion,
        by=by,
        value=int(judgement) if judgement.isdecimal() else None,
        not_applicable=judgement == NOT_APPLICABLE,
        cannot_judge=cannot_judge,
        rationale=rationale,
        pointers=pointers,
    )


@requires("reviews.open_file", get=assessment_or_404)
@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    """Check what was judged, then send it; afterwards nothing can be changed."""
    _count_time(request, assessment)
    problem = ""
    if request.method == "POST":
        try:
            services.submit_assessment(assessment=assessment, by=the_user(request))
        except (ValidationError, WorkflowError) as refusal:
            problem = words(refusal)
        else:
            messages.success(request, "Your scores are in and locked. Thank you.")
            return redirect("my_work")
    tasks = tasks_of(assessment)
    missing = [task for task in tasks if not task.done]
    return _page(request, "submit", assessment, tasks=tasks, missing=missing, problem=problem)


def _count_time(request: HttpRequest, assessment: Assessment) -> None:
    """Record that the assessor is at work on it, for what a review costs; reading it again afterwards is not work."""
    if assessment.state == "scoring":
        count_time(user=the_user(request), about=f"assessment:{assessment.pk}", page=request.method == "GET")


def _page(request: HttpRequest, name: str, assessment: Assessment, **context: Any) -> HttpResponse:
    about = {"section": "my_work", "assessment": assessment, "submission": assessment.submission}
    return render(request, f"reviews/assessor/{name}.html", {**about, **context})


def _by_heading(tasks: list[Task]) -> list[tuple[str, list[Task]]]:
    groups: dict[str, list[Task]] = {}
    for task in tasks:
        groups.setdefault(task.criterion.heading.title, []).append(task)
    return list(groups.items())
