"""A programme as its team works on it: beginning one, describing a version part by part, checking it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from lpdqa.clock import today
from lpdqa.drafts.queries import effort, unsaved_by
from lpdqa.drafts.writing import Writing
from lpdqa.web.access import requires
from lpdqa.web.formats import long_date, money
from lpdqa.web.refusals import carried_out
from programmes.continuum import continuum_of
from programmes.forms.sections import (
    ESSENTIALS,
    PRICE_MINUTES,
    SECTIONS,
    NewProgrammeForm,
    NewVersionForm,
    PriceForm,
)
from programmes.models import Cohort, Price, Programme, ProgrammeVersion
from programmes.queries.cost import price_on
from programmes.queries.feedback import asked_and_answered
from programmes.queries.fit_words import in_words
from programmes.queries.versions import differences
from programmes.services.programmes import (
    create_programme,
    edit_refusal,
    start_new_version,
    update_version,
)
from providers.forms.answers import answers
from providers.forms.parts import Part, minutes_left
from providers.models import Provider
from providers.views.shared import manage_page, provider_or_404, the_user

MOST_RUNS = 20


@requires("providers.edit_provider", get=provider_or_404)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, provider: Provider) -> HttpResponse:
    """Begin a programme with its title and kind."""
    made: list[ProgrammeVersion] = []
    work = Writing(request, make=lambda **how: NewProgrammeForm(**how), about=f"provider:{provider.pk}")
    if work.response:
        return work.response
    if work.save(
        lambda **data: made.append(create_programme(provider=provider, by=the_user(request), **data))
    ):
        return redirect("programme_edit", made[0].programme.slug, made[0].number)
    return manage_page(request, "programmes/manage/new.html", provider, form=work.form, writing=work)


def programme_or_404(request: HttpRequest, slug: str, **_: Any) -> Programme:
    return get_object_or_404(Programme.objects.select_related("provider", "npq_course"), slug=slug)


def version_or_404(request: HttpRequest, slug: str, number: int, **_: Any) -> ProgrammeVersion:
    return get_object_or_404(
        ProgrammeVersion.objects.select_related("programme__provider", "programme__npq_course"),
        programme__slug=slug,
        number=number,
    )


@requires("providers.view_team", get=programme_or_404)
@require_safe
def manage(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Everything that is said of a programme, to be checked before it goes to review. `?version=` shows an
    earlier one.
    """
    versions = list(programme.versions.order_by("-number"))
    asked = request.GET.get("version", "")
    version = next((each for each in versions if str(each.number) == asked), versions[0])
    refusal = edit_refusal(version)
    parts = [Part(section, version) for section in SECTIONS]
    prices = list(programme.prices.all())
    return manage_page(
        request,
        "programmes/manage/programme.html",
        programme.provider,
        programme=programme,
        version=version,
        versions=versions,
        newest=version.pk == versions[0].pk,
        refusal=refusal,
        parts=parts,
        continuum=continuum_of(version),
        missing=[part.section for part in parts if part.missing],
        prices=prices,
        price_rows=_price_rows(version, prices),
        cohorts=list(programme.cohorts.filter(starts_on__gte=today())),
        contexts=[(context, in_words(context)) for context in programme.contexts.select_related("school")],
        begun=_begun(programme),
        past_cohorts=programme.cohorts.filter(starts_on__lt=today()).count(),
    )


def _begun(programme: Programme) -> list[tuple[Cohort, int, int]]:
    """The latest runs that have begun, with how many commissioners were invited and how many have answered."""
    counts = asked_and_answered(programme)
    runs = programme.cohorts.filter(starts_on__lte=today()).order_by("-starts_on", "-pk")[:MOST_RUNS]
    return [(run, *counts.get(run.pk, (0, 0))) for run in runs]


@requires("programmes.edit_programme", get=version_or_404)
@require_safe
def edit(request: HttpRequest, version: ProgrammeVersion) -> HttpResponse:
    """The list of parts, each with how complete it is."""
    if edit_refusal(version):
        return redirect("programme_manage", version.programme.slug)
    programme = version.programme
    unsaved = set(unsaved_by(the_user(request), f"programme:{programme.pk}"))
    parts = [Part(section, version) for section in SECTIONS]
    tasks = []
    for part in parts:
        address = reverse("programme_section", args=[programme.slug, version.number, part.section.code])
        tasks.append(part.task(url=address, unsaved=address in unsaved))
    priced = price_on(programme, today()) or programme.prices.first()
    tasks.insert(
        3,
        {
            "text": "Price",
            "url": reverse("programme_price", args=[programme.slug]),
            "status": "Completed" if priced else "Not started",
            "colour": "" if priced else "blue",
        },
    )
    done = sum(task["status"] == "Completed" for task in tasks)
    essentials = Part(ESSENTIALS, version)
    return manage_page(
        request,
        "programmes/manage/edit.html",
        programme.provider,
        version=version,
        programme=programme,
        tasks=tasks,
        done=done,
        minutes=minutes_left(parts) + (0 if priced else PRICE_MINUTES),
        essentials=essentials,
        spent=effort([f"programme:{programme.pk}"]),
    )


@requires("programmes.edit_programme", get=version_or_404)
@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, version: ProgrammeVersion) -> HttpResponse:
    """One part of a version, saved on its own."""
    match = request.resolver_match
    code = match.kwargs.get("section") if match else None
    part = next((each for each in (ESSENTIALS, *SECTIONS) if each.code == code), None)
    if part is None:
        raise Http404
    programme = version.programme
    overview = reverse("programme_edit", args=[programme.slug, version.number])
    work = Writing(
        request,
        make=lambda **how: part.form(instance=version, **how),
        row=version,
        about=f"programme:{programme.pk}",
        picture=_continuum if code == "knowledge" else None,
        back=overview,
    )
    if work.response:
        return work.response
    if work.save(
        lambda **data: update_version(version=version, by=the_user(request), opened=work.opened, **data)
    ):
        messages.success(request, f"“{part.title}” is saved.")
        return redirect(overview)
    return manage_page(
        request,
        "programmes/manage/section.html",
        programme.provider,
        version=version,
        programme=programme,
        part=part,
        form=work.form,
        writing=work,
        refusal=edit_refusal(version),
        is_live=programme.public_version_id == version.pk,
    )


def _continuum(form: BaseForm) -> str:
    """The picture of what is typed so far, or else of what the version says."""
    if form.is_bound:
        form.is_valid()
        typed = form.cleaned_data
    else:
        typed = {name: form[name].value() for name in form.fields}
        for name in form.fields:
            value = typed[name]
            typed[name] = int(value) if isinstance(value, str) and value.isdigit() else value
    return render_to_string("programmes/manage/_continuum.html", {"continuum": continuum_of(typed)})


@requires("programmes.edit_programme", get=programme_or_404)
@require_http_methods(["GET", "POST"])
def new_version(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Start a new version for a material change."""
    made: list[ProgrammeVersion] = []
    form = NewVersionForm(request.POST or None)
    if request.method == "POST" and carried_out(
        form,
        lambda **data: made.append(start_new_version(programme=programme, by=the_user(request), **data)),
    ):
        messages.success(request, f"Version {made[0].number} is a copy. Change what is different.")
        return redirect("programme_edit", programme.slug, made[0].number)
    newest = programme.versions.order_by("-number")[0]
    return manage_page(
        request,
        "programmes/manage/new_version.html",
        programme.provider,
        programme=programme,
        version=newest,
        form=form,
    )


@requires("providers.view_team", get=version_or_404)
@require_safe
def changes(request: HttpRequest, version: ProgrammeVersion) -> HttpResponse:
    """What a version says differently from the one before, and whether that is material."""
    programme = version.programme
    before = programme.versions.filter(number__lt=version.number).order_by("-number").first()
    if before is None:
        raise Http404
    found = differences(before, version)
    return manage_page(
        request,
        "programmes/manage/changes.html",
        programme.provider,
        programme=programme,
        version=version,
        before=before,
        changes=found,
        material=[change.question for change in found if change.material],
    )


def _price_rows(version: ProgrammeVersion, prices: list[Price]) -> list[tuple[str, str]]:
    """The price in full, the one in force or else the first to come, then other prices by their dates."""
    if not prices:
        return []
    on = today()
    shown = next((price for price in prices if price.valid_from <= on), prices[-1])
    rows = answers(PriceForm(instance=shown, ask_funding=False))
    others = [
        (
            f"{'From' if price.valid_from > on else 'Earlier, from'} {long_date(price.valid_from)}",
            _amount(price),
        )
        for price in prices
        if price.pk != shown.pk
    ]
    paid = ("How it is paid for", version.get_funding_model_display())
    return [paid, *rows, ("Confirmed on", long_date(shown.confirmed_on)), *others]


def _amount(price: Price) -> str:
    if price.per_participant is not None:
        return f"{money(price.per_participant)} per participant"
    return f"{money(price.per_school)} per school"
