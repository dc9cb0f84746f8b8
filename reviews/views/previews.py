"""Pages as the public will see them, before anybody does: for the team only, and without any review."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lpdqa.clock import today
from lpdqa.web.access import requires
from programmes.choices import EntryKind, EntryStatus
from programmes.models import CatalogueEntry, ProgrammeVersion
from programmes.queries.cost import MOST_PARTICIPANTS, full_cost, price_on
from programmes.queries.leaders import FEWEST_EVALUATIONS, deployment_contexts, evaluations_of, without_name
from programmes.queries.providers import ties_of
from programmes.views.manage_programme import version_or_404
from providers.models import Provider, SpecialistLeader
from providers.views.leaders import leader_or_404
from providers.views.shared import provider_or_404
from reviews.views import glance
from reviews.views.public_pages import evaluation_charts, participants_asked


@requires("providers.view_team", get=version_or_404)
@require_safe
def programme_preview(request: HttpRequest, version: ProgrammeVersion) -> HttpResponse:
    """A version as the public would see it, before anybody does: for its team only, and not reviewed."""
    programme = version.programme
    entry = _entry(
        programme.provider,
        kind=EntryKind.PROGRAMME,
        slug=programme.slug,
        programme=programme,
        title=version.title,
        summary=version.summary,
        is_example=programme.is_example,
    )
    price = price_on(programme, today()) or programme.prices.first()
    return _page(
        request,
        "programmes/programme.html",
        entry,
        back=reverse("programme_edit", args=[programme.slug, version.number]),
        programme=programme,
        version=version,
        provider=programme.provider,
        glance=glance.of_programme(programme, version, entry),
        price=price,
        cost=full_cost(price, participants_asked(request)) if price else None,
        most_participants=MOST_PARTICIPANTS,
        cohorts=list(programme.cohorts.filter(starts_on__gte=today())),
    )


@requires("providers.view_team", get=leader_or_404)
@require_safe
def leader_preview(request: HttpRequest, leader: SpecialistLeader) -> HttpResponse:
    """A specialist leader as the public would see them: by the code unless they agree to be named."""
    evaluations = evaluations_of(leader)
    entry = _entry(
        leader.designator,
        kind=EntryKind.SLE,
        slug=leader.slug,
        leader=leader,
        title=leader.public_name,
        summary=without_name(leader, leader.summary),
        is_example=leader.is_example,
    )
    return _page(
        request,
        "programmes/leader.html",
        entry,
        back=reverse("leader_describe", args=[leader.slug]),
        leader=leader,
        provider=leader.designator,
        glance=glance.of_leader(leader, entry),
        rates=glance.rates(leader),
        suits=without_name(leader, leader.suits),
        evidence_base=without_name(leader, leader.evidence_base),
        contexts=deployment_contexts(leader),
        evaluations=evaluations,
        charts=evaluation_charts(evaluations),
        fewest=FEWEST_EVALUATIONS,
    )


@requires("providers.view_team", get=provider_or_404)
@require_safe
def provider_preview(request: HttpRequest, provider: Provider) -> HttpResponse:
    """An organisation as the public would see it; what it offers stands on the page once that is public."""
    entry = _entry(
        provider,
        kind=EntryKind.PROVIDER,
        slug=provider.slug,
        title=provider.name,
        summary=provider.summary,
        is_example=provider.is_example,
    )
    return _page(
        request,
        "programmes/provider.html",
        entry,
        back=reverse("provider_describe", args=[provider.slug]),
        provider=provider,
        glance=glance.of_provider(provider),
        oversight=glance.oversight(provider),
        offers=[],
        ties=ties_of(provider),
        areas=list(provider.areas.all()),
    )


def _entry(provider: Provider, **fields: Any) -> CatalogueEntry:
    """What the catalogue would say; never stored."""
    return CatalogueEntry(provider=provider, provider_name=provider.name, status=EntryStatus.LISTED, **fields)


def _page(request: HttpRequest, template: str, entry: CatalogueEntry, **context: Any) -> HttpResponse:
    return render(
        request, template, {"preview": True, "entry": entry, "history": [], "section": "my_work", **context}
    )
