"""Prices and cohorts: they change without a review."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from lpdqa.clock import today
from lpdqa.drafts.writing import Writing
from lpdqa.web.access import requires
from lpdqa.web.refusals import words
from programmes.forms.sections import CohortForm, PriceForm
from programmes.models import Cohort, Programme
from programmes.queries.cost import price_on
from programmes.services.cohorts import add_cohort, remove_cohort, update_cohort
from programmes.services.prices import set_price
from programmes.services.programmes import edit_refusal, update_version
from programmes.views.manage_programme import programme_or_404
from providers.views.shared import manage_page, the_user


@requires("programmes.edit_programme", get=programme_or_404)
@require_http_methods(["GET", "POST"])
def price(request: HttpRequest, programme: Programme) -> HttpResponse:
    """The price in full, from a date on. How it is paid for is part of the version: asked while open."""
    newest = programme.versions.order_by("-number")[0]
    is_open = edit_refusal(newest) is None
    present = price_on(programme, today()) or programme.prices.first()

    @transaction.atomic
    def save(funding_model: str | None = None, **data: Any) -> None:
        set_price(programme=programme, by=the_user(request), **data)
        if is_open and funding_model != newest.funding_model:
            update_version(version=newest, by=the_user(request), funding_model=funding_model)

    def make(*, data: Any, files: Any, initial: dict[str, Any] | None) -> PriceForm:
        start = {"valid_from": today(), "funding_model": newest.funding_model, **(initial or {})}
        return PriceForm(data=data, files=files, instance=present, initial=start, ask_funding=is_open)

    work = Writing(request, make=make, about=f"programme:{programme.pk}")
    if work.response:
        return work.response
    if work.save(save):
        messages.success(request, "The price is saved.")
        if is_open:
            return redirect("programme_edit", programme.slug, newest.number)
        return redirect("programme_manage", programme.slug)
    return manage_page(
        request,
        "programmes/manage/price.html",
        programme.provider,
        programme=programme,
        version=newest,
        form=work.form,
        writing=work,
        present=present,
    )


@requires("programmes.edit_programme", get=programme_or_404)
@require_http_methods(["GET", "POST"])
def cohort_new(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Add a run of the programme."""
    work = Writing(request, make=lambda **how: CohortForm(**how), about=f"programme:{programme.pk}")
    if work.response:
        return work.response
    if work.save(lambda **data: add_cohort(programme=programme, by=the_user(request), **data)):
        messages.success(request, "The dates are on the register.")
        return redirect("programme_manage", programme.slug)
    return _cohort_page(request, programme, work)


def cohort_or_404(request: HttpRequest, public_id: Any, **_: Any) -> Cohort:
    return get_object_or_404(Cohort.objects.select_related("programme__provider"), public_id=public_id)


@requires("programmes.edit_programme", get=cohort_or_404)
@require_http_methods(["GET", "POST"])
def cohort_edit(request: HttpRequest, cohort: Cohort) -> HttpResponse:
    """Change a run; saving it unchanged confirms it."""
    work = Writing(
        request,
        make=lambda **how: CohortForm(instance=cohort, **how),
        row=cohort,
        about=f"programme:{cohort.programme_id}",
    )
    if work.response:
        return work.response
    if work.save(
        lambda **data: update_cohort(cohort=cohort, by=the_user(request), opened=work.opened, **data)
    ):
        messages.success(request, "The dates are saved and confirmed as of today.")
        return redirect("programme_manage", cohort.programme.slug)
    return _cohort_page(request, cohort.programme, work, cohort, removable=cohort.starts_on > today())


@requires("programmes.edit_programme", get=cohort_or_404)
@require_POST
def cohort_remove(request: HttpRequest, cohort: Cohort) -> HttpResponse:
    """Take off a run that won't take place."""
    programme = cohort.programme
    try:
        remove_cohort(cohort=cohort, by=the_user(request))
    except ValidationError as refusal:
        messages.error(request, words(refusal))
    else:
        messages.success(request, "The run is no longer on the register.")
    return redirect("programme_manage", programme.slug)


def _cohort_page(
    request: HttpRequest,
    programme: Programme,
    work: Writing,
    cohort: Cohort | None = None,
    *,
    removable: bool = False,
) -> HttpResponse:
    return manage_page(
        request,
        "programmes/manage/cohort.html",
        programme.provider,
        programme=programme,
        version=programme.versions.order_by("-number")[0],
        form=work.form,
        writing=work,
        cohort=cohort,
        removable=removable,
    )
