"""The framework: what is asked, what each level means and how bands follow."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from lpdqa.clock import today
from lpdqa.web.access import public
from reviews.framework_document.shape import write_document
from reviews.queries.consultation import published_comments, takes_comments
from reviews.queries.framework_page import bands_in_words, criteria_in_words
from reviews.queries.frameworks import public_frameworks, readable_frameworks


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every version that is or was in force, or is out for comments."""
    return render(request, "reviews/framework/index.html", {"frameworks": public_frameworks()})


@public
@require_safe
def detail(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """One version with all its criteria, their levels, and what each band takes."""
    framework = get_object_or_404(readable_frameworks(request.user), code=code, version=version)
    if not framework.criteria.exists():  # an incomplete draft, which only those who edit it see
        return redirect("framework_editor", framework.pk)
    return render(
        request,
        "reviews/framework/detail.html",
        {
            "framework": framework,
            "headings": criteria_in_words(framework),
            "bands": bands_in_words(framework),
            "scale": sorted(framework.scale.items()),
            "open": takes_comments(framework, today()),
            "commented": framework.state != "draft" and published_comments(framework).exists(),
            "may_edit": request.user.has_perm("accounts.run_register"),
        },
    )


@public
@require_safe
def document(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """The version as one JSON file, in the shape in which it was loaded."""
    framework = get_object_or_404(readable_frameworks(request.user), code=code, version=version)
    response = HttpResponse(write_document(framework.document), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{framework.code}-{framework.version}.json"'
    return response
