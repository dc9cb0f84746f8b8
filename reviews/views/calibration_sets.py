"""The marked examples, as administrators who assess nothing keep them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lpdqa.web.access import requires
from lpdqa.web.refusals import carried_out
from providers.views.shared import the_user
from reviews.forms.assessors import ExampleForm
from reviews.models import CalibrationExample, FrameworkVersion
from reviews.queries.calibration import FEWEST, examples_in_use, is_required, is_used
from reviews.queries.frameworks import current_framework
from reviews.services import calibration as services


def _framework() -> FrameworkVersion:
    framework = current_framework()
    if framework is None:
        raise Http404("No framework version is in force.")
    return framework


@requires("reviews.edit_calibration")
@require_safe
def examples(request: HttpRequest) -> HttpResponse:
    """All examples of the version in force, those out of use last."""
    framework = _framework()
    rows = CalibrationExample.objects.filter(framework=framework).select_related("criterion")
    return render(
        request,
        "reviews/board/calibration.html",
        {
            "section": "board",
            "framework": framework,
            "examples": rows.order_by("-in_use", "criterion__order", "id"),
            "in_use": examples_in_use(framework).count(),
            "fewest": FEWEST,
            "required": is_required(framework),
        },
    )


def example_or_404(request: HttpRequest, public_id: UUID) -> CalibrationExample:
    rows = CalibrationExample.objects.select_related("framework", "criterion")
    return get_object_or_404(rows, public_id=public_id)


@requires("reviews.edit_calibration")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Write another example."""
    return _write(request, _framework(), None)


@requires("reviews.edit_calibration")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One example; it can be changed until somebody has scored it."""
    example = example_or_404(request, public_id)
    return _write(request, example.framework, example)


def _write(
    request: HttpRequest, framework: FrameworkVersion, example: CalibrationExample | None
) -> HttpResponse:
    form = ExampleForm(
        request.POST if request.method == "POST" else None, framework=framework, example=example
    )

    def save(**typed: Any) -> None:
        services.save_example(framework=framework, by=the_user(request), example=example, **typed)

    if request.method == "POST" and carried_out(form, save):
        messages.success(request, "Saved.")
        return redirect("calibration_examples")
    return render(
        request,
        "reviews/board/calibration_example.html",
        {
            "section": "board",
            "framework": framework,
            "example": example,
            "form": form,
            "is_used": example is not None and is_used(example),
        },
    )


@requires("reviews.edit_calibration")
@require_POST
def use(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take an example out of use, or use it again."""
    example = example_or_404(request, public_id)
    services.use_example(example=example, by=the_user(request), in_use=request.POST.get("in_use") == "yes")
    messages.success(request, "In use again." if example.in_use else "Out of use.")
    return redirect("calibration_examples")
