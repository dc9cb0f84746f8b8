"""What is recorded of assessors: everyone's own page, and the administrators' pages on all of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from lpdqa.accounts.models import User
from lpdqa.web.access import requires
from lpdqa.web.refusals import carried_out, words
from providers.views.shared import the_user
from reviews.forms.assessors import TIES, AffiliationForm, ProfileForm
from reviews.models import Affiliation, AssessorProfile
from reviews.queries.assessors import active_assessors, handed_in_unseen, pause_of
from reviews.queries.calibration import is_required, releases, standing_of
from reviews.queries.frameworks import current_framework
from reviews.services import assessor_profiles as services
from reviews.services.assessments import ensure_profile

PAGE = 50


@requires("reviews.keep_profile")
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """One's own profile."""
    return _page(request, the_user(request), "own_profile")


@requires("accounts.run_register")
@require_safe
def assessors(request: HttpRequest) -> HttpResponse:
    """Every assessor with capacity, load, pause and release."""
    page = Paginator(active_assessors(), PAGE).get_page(request.GET.get("page"))
    framework = current_framework()
    released = releases(framework) if framework else {}
    unseen = handed_in_unseen(the_user(request))
    rows = [
        _row(user)
        | {
            "open_work": user.open_work + unseen.get(user.pk, 0),
            "released_to": released.get(user.pk),
        }
        for user in page.object_list
    ]
    return render(
        request,
        "reviews/board/assessors.html",
        {
            "section": "board",
            "rows": rows,
            "page_obj": page,
            "framework": framework,
            "required": framework is not None and is_required(framework),
        },
    )


def _row(user: User) -> dict[str, Any]:
    profile: AssessorProfile | None = getattr(user, "assessor_profile", None)
    if profile is None:
        return {"user": user, "employer": "", "capacity": 0, "pause": None}
    employer = profile.employer.name if profile.employer else profile.employer_name
    return {
        "user": user, "employer": employer, "capacity": profile.capacity_a_month, "pause": pause_of(user)
    }  # fmt: skip


def assessor_or_404(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(active_assessors(), pk=pk)


@requires("accounts.run_register")
@require_http_methods(["GET", "HEAD", "POST"])
def assessor(request: HttpRequest, pk: int) -> HttpResponse:
    """One assessor's profile, for administrators."""
    return _page(request, assessor_or_404(request, pk), "assessor_profile", pk)


def _page(request: HttpRequest, user: User, route: str, *args: Any) -> HttpResponse:
    by = the_user(request)
    profile = ensure_profile(user=user)
    what = request.POST.get("what") if request.method == "POST" else None
    form = ProfileForm(request.POST if what == "profile" else None, profile=profile)
    affiliation_form = AffiliationForm(request.POST if what == "affiliation" else None)

    def save(**typed: Any) -> None:
        services.save_profile(user=user, by=by, **typed)

    def add(organisation: str, kind: str, **dates: Any) -> None:
        if kind in TIES:
            services.add_tie(user=user, by=by, organisation=organisation, nature=TIES[kind], **dates)
        else:
            services.add_affiliation(user=user, by=by, organisation=organisation, kind=kind, **dates)

    if (what == "profile" and carried_out(form, save)) or (
        what == "affiliation" and carried_out(affiliation_form, add)
    ):
        messages.success(request, "Saved.")
        return redirect(route, *args)
    if what == "end":
        _end(request, user, by)
        return redirect(route, *args)
    framework = current_framework()
    return render(
        request,
        "reviews/assessor/profile.html",
        {
            "section": "my_work" if user == by else "board",
            "person": user,
            "is_own": user == by,
            "profile": profile,
            "form": form,
            "affiliation_form": affiliation_form,
            "affiliations": user.affiliations.select_related("provider"),
            "ties": user.ties.select_related("provider").order_by("id"),
            "standing": standing_of(user, framework) if framework else None,
        },
    )


def _end(request: HttpRequest, user: User, by: User) -> None:
    number = request.POST.get("affiliation", "")
    rows = Affiliation.objects.filter(user=user)
    row = get_object_or_404(rows, pk=int(number) if number.isdecimal() and len(number) < 18 else 0)
    try:
        services.end_affiliation(affiliation=row, by=by)
    except ValidationError as refusal:
        messages.error(request, words(refusal))
    else:
        messages.success(request, f"{row.organisation}: ended today.")
