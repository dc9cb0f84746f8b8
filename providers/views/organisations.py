"""Finding one's organisation, claiming it, adding a new one, and changing what it says of itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from lpdqa.drafts.writing import Writing
from lpdqa.web.access import requires, signed_in
from lpdqa.web.refusals import carried_out
from providers.choices import ClaimState, ProviderKind
from providers.forms.organisations import PROVIDER_SECTIONS, ClaimForm, FindForm, NewOrganisationForm
from providers.forms.parts import Part
from providers.models import Claim, Provider, School
from providers.queries.organisations import find_organisations, schools_to_add
from providers.rules import role_in
from providers.services.organisations import claim_provider, create_provider, update_provider
from providers.views.shared import describe_page, manage_page, provider_or_404, the_user

RESULTS = 20


@signed_in
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Search the listed organisations for one's own."""
    form = FindForm(request.GET if "q" in request.GET else None)
    text = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
    page = Paginator(find_organisations(text), RESULTS).get_page(request.GET.get("page"))
    schools = schools_to_add(text) if page.number == 1 else []
    return manage_page(
        request, "providers/manage/find.html", form=form, text=text, page_obj=page, schools=schools
    )


@signed_in
@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask to speak for a listed organisation; where the email address proves it, at once."""
    provider = get_object_or_404(Provider, slug=slug)
    user = the_user(request)
    if role_in(user, provider):
        return redirect("provider_manage", provider.slug)
    waiting = Claim.objects.filter(provider=provider, user=user, state=ClaimState.PENDING).first()
    made: list[Claim] = []
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and carried_out(
        form, lambda **data: made.append(claim_provider(provider=provider, by=user, **data))
    ):
        if made[0].state == ClaimState.APPROVED:
            messages.success(request, f"You now speak for {provider.name}. Your email address showed it.")
            return redirect("provider_manage", provider.slug)
        messages.success(request, "Your claim is with us. You get an email when it is decided.")
        return redirect("provider_claim", provider.slug)
    return manage_page(
        request, "providers/manage/claim.html", organisation=provider, form=form, waiting=waiting
    )


@signed_in
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add an organisation that is not on the register yet; `?school=` and `?name=` fill in what is known."""
    made: list[Provider] = []
    form = NewOrganisationForm(request.POST or None, initial=_known(request))
    if request.method == "POST" and carried_out(
        form, lambda **data: made.append(create_provider(by=the_user(request), **data))
    ):
        messages.success(
            request, f"{made[0].name} is yours to describe. The public sees it once a review of it has begun."
        )
        return redirect("provider_manage", made[0].slug)
    return manage_page(request, "providers/manage/new.html", form=form)


@requires("providers.edit_provider", get=provider_or_404)
@require_safe
def describe(request: HttpRequest, provider: Provider) -> HttpResponse:
    """The parts of what the organisation says of itself, each with how complete it is."""
    return describe_page(
        request,
        provider,
        parts=[
            (Part(section, provider), reverse("provider_edit", args=[provider.slug, section.code]))
            for section in PROVIDER_SECTIONS
        ],
        about=f"provider:{provider.pk}",
        title=f"Describe {provider.name}",
        check_url=reverse("provider_manage", args=[provider.slug]),
        preview_url=reverse("provider_preview", args=[provider.slug]),
    )


@requires("providers.edit_provider", get=provider_or_404)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, provider: Provider) -> HttpResponse:
    """Change one part of what the organisation says of itself."""
    code = _section_code(request)
    section = next((each for each in PROVIDER_SECTIONS if each.code == code), None)
    if section is None:
        raise Http404
    work = Writing(
        request,
        make=lambda **how: section.form(instance=provider, **how),
        row=provider,
        about=f"provider:{provider.pk}",
        back=reverse("provider_describe", args=[provider.slug]),
    )
    if work.response:
        return work.response
    if work.save(
        lambda **data: update_provider(provider=provider, by=the_user(request), opened=work.opened, **data)
    ):
        messages.success(request, f"“{section.title}” is saved.")
        return redirect("provider_describe", provider.slug)
    return manage_page(
        request,
        "providers/manage/section.html",
        provider,
        form=work.form,
        writing=work,
        is_live=provider.listed_at is not None,
        part=section,
        back="provider_describe",
        back_slug=provider.slug,
        back_text=provider.name,
    )


def _section_code(request: HttpRequest) -> str:
    match = request.resolver_match
    return str(match.kwargs.get("section", "about")) if match else "about"


def _known(request: HttpRequest) -> dict[str, Any]:
    urn = request.GET.get("school", "")
    school = School.objects.filter(urn=int(urn)).first() if urn.isdigit() and len(urn) < 9 else None
    if school:
        return {
            "name": school.name,
            "kind": ProviderKind.SCHOOL,
            "school": school,
            "postcode": school.postcode,
        }
    return {"name": request.GET.get("name", "")[:200]}
