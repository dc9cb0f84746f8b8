"""Conditions of decisions: the team reports one as met, the scheme follows them up."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from lpdqa.clock import today
from lpdqa.drafts.writing import Writing
from lpdqa.web.access import requires
from lpdqa.web.refusals import carried_out
from providers.views.shared import the_user
from reviews.forms.conditions import AnswerReportForm, MeetForm, ReportForm
from reviews.models import Condition
from reviews.queries.conditions import SHOWN, answerable_by, bar_to_reporting, waiting_reports
from reviews.queries.conditions import conditions as condition_rows
from reviews.queries.decisions import bar_to_deciding
from reviews.services.conditions import meet_condition, refuse_report, report_condition
from reviews.views.submissions import page

PAGE = 50


def _approved() -> QuerySet[Condition]:
    return Condition.objects.filter(decision__approved_at__isnull=False).select_related(
        "decision__submission__provider", "decision__submission__version", "decision__submission__leader"
    )


# --- The team ---


def own_condition_or_404(request: HttpRequest, public_id: UUID, number: int) -> Condition:
    return get_object_or_404(_approved(), pk=number, decision__submission__public_id=public_id)


@requires("reviews.report_condition", get=own_condition_or_404)
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, condition: Condition) -> HttpResponse:
    """A provider's team says that a condition is met, and how."""
    submission = condition.decision.submission
    bar = bar_to_reporting(condition)
    if bar and request.method != "POST":
        messages.info(request, bar)
        return redirect("submission_report", submission.public_id)
    work = Writing(
        request,
        make=lambda *, data, files, initial: ReportForm(data, initial=initial),
        about=f"submission:{submission.pk}",
        purpose="report it",
        may_write=not bar,
    )
    if work.response:
        return work.response
    if work.save(partial(report_condition, condition=condition, by=the_user(request))):
        messages.success(request, "Reported as met. You are told when somebody has looked at it.")
        return redirect("submission_report", submission.public_id)
    return page(
        request,
        "reviews/provider/condition_report.html",
        {"submission": submission, "condition": condition, "form": work.form, "writing": work},
    )


# --- The scheme ---


@requires("reviews.run_reviews")
@require_GET
def conditions(request: HttpRequest) -> HttpResponse:
    """What providers still have to do, by date; filtered in the address."""
    chosen = request.GET.get("show", "open")
    chosen = chosen if chosen in SHOWN else "open"
    rows = Paginator(condition_rows(show=chosen), PAGE).get_page(request.GET.get("page"))
    user = the_user(request)
    may = answerable_by(user).filter(pk__in=[each.pk for each in rows.object_list])
    return render(
        request,
        "reviews/board/conditions.html",
        {
            "page_obj": rows,
            "chosen": chosen,
            "today": today(),
            "may": set(may.values_list("pk", flat=True)),
            "waiting": waiting_reports(user).count(),
        },
    )


def condition_or_404(request: HttpRequest, pk: int) -> Condition:
    return get_object_or_404(_approved(), pk=pk)


@requires("accounts.run_register", get=condition_or_404)
@require_http_methods(["GET", "POST"])
def condition(request: HttpRequest, condition: Condition) -> HttpResponse:
    """Record that a condition is met; where the team has reported it, confirm that or say why not."""
    user = the_user(request)
    if bar_to_deciding(user, condition.decision.submission):
        raise PermissionDenied
    waiting = condition.waiting_report
    seen = request.POST.get("report")
    if seen and (waiting is None or str(waiting.pk) != seen):
        # An answer to one report is none to the next, and no record of a condition as met.
        messages.error(request, "Somebody else has answered that report meanwhile; nothing was recorded.")
        return redirect("condition", condition.pk)
    form_of = MeetForm if waiting is None else AnswerReportForm
    form = form_of(request.POST or None, initial={"on": today()})

    def do(is_met: bool = True, answer: str = "", **day: Any) -> None:
        if is_met or waiting is None:
            meet_condition(condition=condition, by=user, **day)
        else:
            refuse_report(report=waiting, by=user, answer=answer)

    if request.method == "POST" and carried_out(form, do):
        messages.success(request, "Recorded. The team is told.")
        return redirect("conditions")
    return render(
        request,
        "reviews/board/condition.html",
        {
            "condition": condition,
            "submission": condition.decision.submission,
            "form": form,
            "waiting": waiting,
            "earlier": [each for each in condition.reports.all() if each != waiting],
        },
    )
