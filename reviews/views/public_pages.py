"""The pages of one programme, specialist leader or provider, as everyone sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lpdqa.clock import today
from lpdqa.web.access import public
from lpdqa.web.charts import Chart, Group, Mark, axis_for, bar_chart, csv_of
from programmes.choices import HEADINGS, EntryKind, EntryStatus
from programmes.models import CatalogueEntry, Programme
from programmes.queries.cost import MOST_PARTICIPANTS, full_cost, price_on
from programmes.queries.feedback import CommissionersSay, commissioners_say, said_of_provider
from programmes.queries.fit import fits
from programmes.queries.leaders import (
    FEWEST_EVALUATIONS,
    Evaluations,
    deployment_contexts,
    evaluations_of,
    without_name,
)
from programmes.queries.providers import offers_of, ties_of
from programmes.queries.worked_in import worked_in
from programmes.services.entry_views import count
from programmes.views.cards import Card, card, entry_url
from programmes.views.fit import fit_url, school_of
from providers.models import Provider, SpecialistLeader
from reviews.queries.public import history, rating_part
from reviews.views import glance, linked_data
from reviews.views.addresses import of_entry
from reviews.views.tie_web import tie_web

MOST_OFFERS = 20
"""Cards of one kind on a provider's page; the rest is a search away."""


@public
@require_safe
@of_entry(EntryKind.PROGRAMME)
def programme_page(request: HttpRequest, entry: CatalogueEntry) -> HttpResponse:
    """Everything about one programme: its public version, cost, dates, rating."""
    programme = get_object_or_404(
        Programme.objects.select_related("provider", "public_version", "npq_course", "source"),
        pk=entry.programme_id,
        public_version__isnull=False,
    )
    version = programme.public_version
    assert version is not None  # noqa: S101 - the line above
    price = price_on(programme, today())
    participants = participants_asked(request)
    cohorts = list(programme.cohorts.filter(starts_on__gte=today()))
    said = commissioners_say(programme, request.GET.get("said"))
    charts = _commissioner_charts(said)
    if file := csv_of(request, charts):
        return file
    return render(
        request,
        "programmes/programme.html",
        {
            **_common(request, entry),
            "linked_data": linked_data.course(request, entry, programme, version, price, cohorts),
            "programme": programme,
            "version": version,
            "provider": programme.provider,
            "glance": glance.of_programme(programme, version, entry),
            "price": price,
            "cost": full_cost(price, participants) if price else None,
            "cost_of_one": full_cost(price, 1) if price and participants > 1 else None,
            "most_participants": MOST_PARTICIPANTS,
            "cohorts": cohorts,
            "said": said,
            "said_charts": charts,
            "fewest": FEWEST_EVALUATIONS,
            "worked": worked_in(entry),
            "source": programme.source,
            "source_as_of": programme.source_as_of,
        },
    )


def _commissioner_charts(said: CommissionersSay) -> list[Chart]:
    """What commissioners saw at each of Guskey's levels, and whether they would commission it again."""
    if not said.is_shown:
        return []
    counts = [count for _, answers in said.levels for _, count in answers] + [n for _, n in said.again]
    axis = axis_for("Commissioners", counts, zero=True, places=0)
    return [
        bar_chart(
            "levels",
            f"What they saw, by level (n {said.n})",
            axis,
            [
                Group(level, [Mark(words, count) for words, count in answers], n=said.n)
                for level, answers in said.levels
            ],
            rows_are="Answer",
        ),
        bar_chart(
            "again",
            f"Would they commission it again? (n {said.n})",
            axis,
            [Mark(words, count) for words, count in said.again],
            rows_are="Answer",
        ),
    ]


@public
@require_safe
@of_entry(EntryKind.SLE)
def leader_page(request: HttpRequest, entry: CatalogueEntry) -> HttpResponse:
    """A specialist leader: named only while consent stands, and then with the home school."""
    leader = get_object_or_404(
        SpecialistLeader.objects.select_related("designator", "home_school"), pk=entry.leader_id
    )
    evaluations = evaluations_of(leader)
    charts = evaluation_charts(evaluations)
    if file := csv_of(request, charts):
        return file
    return render(
        request,
        "programmes/leader.html",
        {
            **_common(request, entry),
            "linked_data": linked_data.support(request, entry, leader),
            "leader": leader,
            "provider": leader.designator,
            "glance": glance.of_leader(leader, entry),
            "rates": glance.rates(leader),
            "suits": without_name(leader, leader.suits),
            "evidence_base": without_name(leader, leader.evidence_base),
            "contexts": deployment_contexts(leader),
            "evaluations": evaluations,
            "fewest": FEWEST_EVALUATIONS,
            "charts": charts,
        },
    )


def evaluation_charts(evaluations: Evaluations) -> list[Chart]:
    """How the heads of supported schools answered: two questions, each with every answer there is."""
    questions = (
        ("effect", "How far the effect was seen", evaluations.levels),
        ("value", "Whether it was worth what it cost", evaluations.values),
    )
    return [
        bar_chart(
            key,
            f"{title} (n {evaluations.n})",
            axis_for("Heads", [count for _, count in answers], zero=True, places=0),
            [Mark(words, count) for words, count in answers],
            rows_are="Answer",
        )
        for key, title, answers in questions
        if answers
    ]


@public
@require_safe
@of_entry(EntryKind.PROVIDER)
def provider_page(request: HttpRequest, entry: CatalogueEntry) -> HttpResponse:
    """An organisation: who it is, who oversees it, what it offers, whom it is tied to."""
    provider = get_object_or_404(
        Provider.objects.select_related("region", "authority__region", "school", "source").prefetch_related(
            "areas"
        ),
        pk=entry.provider_id,
    )
    ties = ties_of(provider)
    return render(
        request,
        "programmes/provider.html",
        {
            **_common(request, entry),
            "linked_data": linked_data.organisation(request, entry, provider),
            "provider": provider,
            "glance": glance.of_provider(provider),
            "oversight": glance.oversight(provider),
            "offers": [
                _offer(provider, EntryKind.PROGRAMME, "programmes", "Programmes"),
                _offer(provider, EntryKind.SLE, "leaders", "Specialist leaders"),
            ],
            "ties": ties,
            "web": tie_web(provider.name, ties),
            "areas": list(provider.areas.all()),
            "said": said_of_provider(provider),
            "fewest": FEWEST_EVALUATIONS,
            "worked": worked_in(entry),
            "source": provider.source,
            "source_as_of": provider.source_as_of,
        },
    )


@dataclass(frozen=True)
class Offer:
    """What a provider offers of one kind: the first of it as cards, how much there is, and where the rest is."""

    anchor: str
    title: str
    cards: list[Card]
    total: int
    all_url: str


def _offer(provider: Provider, kind: EntryKind, anchor: str, title: str) -> Offer:
    entries, total = offers_of(provider, kind, most=MOST_OFFERS)
    words = urlencode({"kind": kind, "status": "all", "q": f'"{provider.name}"'})
    return Offer(anchor, title, [card(entry) for entry in entries], total, f"{reverse('search')}?{words}")


def _common(request: HttpRequest, entry: CatalogueEntry) -> dict[str, Any]:
    count(entry.kind, entry.slug)
    part = rating_part(entry)
    rated = entry.status == EntryStatus.RATED
    picture = reverse("entry_preview", args=[entry.kind, entry.slug]) if rated else reverse("preview")
    return {
        "entry": entry,
        "part": part,
        "headings": {code: getattr(entry, code) for code in HEADINGS} if rated else None,
        "history": history(entry),
        "address": request.build_absolute_uri(entry_url(entry)),
        "picture": request.build_absolute_uri(picture),
        "section": "search",
        **_fit(request, entry),
    }


def _fit(request: HttpRequest, entry: CatalogueEntry) -> dict[str, Any]:
    """How it fits the school in the address, or the one chosen before in this browser; nothing without one."""
    school = school_of(request)
    if school is None:
        return {}
    return {
        "my_school": school,
        "fit": fits(school, [entry]).get(entry.pk),
        "fit_url": fit_url(request, entry, school),
    }


def participants_asked(request: HttpRequest) -> int:
    """For how many the full cost is asked; 1 where that is not said."""
    text = request.GET.get("participants", "")
    return min(max(int(text), 1), MOST_PARTICIPANTS) if text.isascii() and text.isdigit() else 1
