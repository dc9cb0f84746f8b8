"""Working every rating out again: start it, watch it, stop it."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lpdqa.web.access import requires
from providers.views.shared import the_user
from reviews.models import FrameworkVersion, Recomputation
from reviews.queries.recomputation import progress_of, recomputations, running_recomputation
from reviews.services.recomputation import cancel_recomputation, start_recomputation

PAGE = 50


class RecomputationForm(forms.Form):
    """Which ratings, and why."""

    framework = forms.ModelChoiceField(
        FrameworkVersion.objects.filter(state__in=["published", "retired"]).defer("document"),
        label="Which ratings",
        required=False,
        empty_label="Every rating in force",
    )
    reason = forms.CharField(
        max_length=60, label="Why", help_text="Stands in the trail and on every rating that changes."
    )


@requires("accounts.run_register")
@require_http_methods(["GET", "HEAD", "POST"])
def recompute(request: HttpRequest) -> HttpResponse:
    """Earlier runs, and a form to start one; while one is under way, where to watch it."""
    form = RecomputationForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            run = start_recomputation(by=the_user(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("recomputation", run.public_id)
    page = Paginator(recomputations(), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "reviews/board/recompute.html",
        {"form": form, "page_obj": page, "running": running_recomputation()},
    )


def run_or_404(request: HttpRequest, public_id: UUID) -> Recomputation:
    runs = Recomputation.objects.select_related("framework", "started_by", "cancelled_by")
    return get_object_or_404(runs, public_id=public_id)


@requires("accounts.run_register", get=run_or_404)
@require_safe
@never_cache
def recomputation(request: HttpRequest, run: Recomputation) -> HttpResponse:
    """One run: how far it has come, at what rate, how long it will take. Goes on without this page."""
    return render(request, "reviews/board/recomputation.html", {"run": run, "progress": progress_of(run)})


@requires("accounts.run_register", get=run_or_404)
@require_safe
@never_cache
def recomputation_progress(request: HttpRequest, run: Recomputation) -> HttpResponse:
    """The same figures for the script of the page."""
    progress = progress_of(run)
    return JsonResponse(
        {
            "running": progress.is_running,
            "done": progress.done,
            "total": progress.total,
            "added": progress.added,
            "note": progress.note,
        }
    )


@requires("accounts.run_register", get=run_or_404)
@require_POST
def recomputation_cancel(request: HttpRequest, run: Recomputation) -> HttpResponse:
    """Stop a run; what was done stays done."""
    try:
        cancel_recomputation(run=run, by=the_user(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "The recomputation is cancelled. What was worked out stays.")
    return redirect("recomputation", run.public_id)
