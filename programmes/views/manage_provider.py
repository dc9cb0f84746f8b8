"""A provider's own page: what to do next, and everything it has on the register.

Here, above the organisations app, because it shows programmes too.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from lpdqa.clock import today
from lpdqa.web.access import requires
from programmes.queries.enquiries import of_provider
from programmes.queries.feedback import public_feedback_of
from programmes.queries.manage import ProgrammeLine, programme_lines
from programmes.queries.stale import (
    DATES_AGE_AFTER,
    DESIGNATION_ENDS_SOON,
    PRICE_AGES_AFTER,
    has_recent_work,
)
from providers.forms.answers import answers_and_gaps
from providers.forms.organisations import PROVIDER_SECTIONS
from providers.forms.parts import Part, minutes_left
from providers.models import Deployment, Membership, Provider, Relationship, SpecialistLeader
from providers.queries.leaders import deployments_of, leaders_of
from providers.queries.team import team, ties, ties_to_confirm
from providers.views.shared import manage_page, provider_or_404


@dataclass(frozen=True)
class Step:
    """Something to do, and why."""

    text: str
    url: str
    hint: str = ""
    kind: str = ""
    """Key of `_MANY`, where there may be many of the kind."""


PAGE_SIZE = 50
FEW = 5
"""So many steps of one kind are named one by one; more are one step, which leads to where they all stand."""
_MANY = {
    "draft": ("Finish {} drafts", "#programmes"),
    "price": ("Set a price for {} programmes", "#programmes"),
    "old price": ("Confirm the prices of {} programmes", "#programmes"),
    "old dates": ("Confirm the dates of {} programmes", "#programmes"),
    "applied": ("Designate {} specialist leaders", "#leaders"),
    "ending": ("Renew the designations of {} specialist leaders", "#leaders"),
    "idle": ("Check with {} specialist leaders", "#leaders"),
    "evaluation": ("Ask {} schools for an evaluation", "deployment_list"),
}


@requires("providers.view_team", get=provider_or_404)
@require_safe
def provider_manage(request: HttpRequest, provider: Provider) -> HttpResponse:
    """What a team works from."""
    programmes, leaders = programme_lines(provider), list(leaders_of(provider))
    members: list[Membership] = list(team(provider))
    to_confirm = list(ties_to_confirm(provider))
    deployments = list(deployments_of(provider))
    steps: list[dict[str, str]] = []
    if request.user.has_perm("providers.edit_provider", provider):
        found = next_steps(provider, programmes, leaders, to_confirm, deployments)
        steps = [{"text": step.text, "url": step.url, "hint": step.hint, "status": ""} for step in found]
    return manage_page(
        request,
        "programmes/manage/provider.html",
        provider,
        steps=steps,
        programmes=_page_of(programmes, request.GET.get("programmes")),
        leaders=_page_of(leaders, request.GET.get("leaders")),
        parts=[(section, answers_and_gaps(section.form(instance=provider))) for section in PROVIDER_SECTIONS],
        minutes=minutes_left([Part(section, provider) for section in PROVIDER_SECTIONS]),
        people=[
            (
                "Team",
                ", ".join(member.user.name for member in members),
                _url("provider_team", provider),
                "See",
            ),
            ("Figures", "Looks, shortlists and comparison", _url("provider_figures", provider), "See"),
            ("Relationships", str(ties(provider).count()), _url("provider_relationships", provider), "See"),
            *_enquiries(request, provider),
            (
                "What commissioners say",
                f"{public_feedback_of(provider).count()} public",
                _url("feedback_list", provider),
                "See",
            ),
        ],
    )


def _page_of(rows: list[Any], number: str | None) -> Page[Any]:
    return Paginator(rows, PAGE_SIZE).get_page(number)


def _enquiries(request: HttpRequest, provider: Provider) -> list[tuple[str, str, str, str]]:
    """Only for the team: letters are not for those who run the register."""
    if not request.user.has_perm("programmes.read_enquiries", provider):
        return []
    waiting = of_provider(provider, only_open=True).count()
    return [("Enquiries", f"{waiting} waiting for an answer", _url("enquiry_inbox", provider), "See")]


def _url(name: str, provider: Provider) -> str:
    return reverse(name, args=[provider.slug])


def next_steps(
    provider: Provider,
    programmes: list[ProgrammeLine],
    leaders: list[SpecialistLeader],
    to_confirm: list[Relationship],
    deployments: list[Deployment],
) -> list[Step]:
    """What is missing or growing old, most important first; no queries of its own."""
    steps = []
    if not (provider.summary and provider.purpose_statement):
        # Under the part's own address, so that what is left unsaved there is found again from the list of parts.
        url = reverse("provider_edit", args=[provider.slug, "about"])
        steps.append(Step("Describe your organisation", url, "School leaders read it before anything else"))
    if not (provider.governance_body and provider.accountable_lead and provider.client_voice):
        url = reverse("provider_edit", args=[provider.slug, "oversight"])
        steps.append(Step("Say how quality is overseen", url, "Assessors look for it in every review"))
    if not programmes:
        url = reverse("programme_new", args=[provider.slug])
        steps.append(Step("Describe your first programme", url, "A title and a kind are enough to begin"))
    for line in programmes:
        title, slug = line.version.title, line.programme.slug
        if line.state not in ("Published", "Listed"):
            steps.append(
                Step(
                    f"Finish “{title}”",
                    reverse("programme_edit", args=[slug, line.version.number]),
                    "Once it is complete, put it forward for review",
                    "draft",
                )
            )
        if line.price is None:
            url = reverse("programme_price", args=[slug])
            steps.append(Step(f"Set a price for “{title}”", url, kind="price"))
        elif today() - line.price.confirmed_on > PRICE_AGES_AFTER:
            url, hint = reverse("programme_price", args=[slug]), "Not confirmed for more than a year"
            steps.append(Step(f"Confirm the price of “{title}”", url, hint, "old price"))
        if line.next_start and today() - line.next_start.confirmed_on > DATES_AGE_AFTER:
            url = reverse("cohort_edit", args=[line.next_start.public_id])
            hint = "Are they and the places left still right?"
            steps.append(Step(f"Confirm the dates of “{title}”", url, hint, "old dates"))
    if to_confirm:
        count = len(to_confirm)
        text = "Confirm a relationship" if count == 1 else f"Confirm {count} relationships"
        url = reverse("provider_relationships", args=[provider.slug])
        steps.append(Step(text, url, "Other organisations say that they work with you"))
    for leader in leaders:
        ends = leader.designation_ends_on
        url = reverse("leader_manage", args=[leader.slug])
        if leader.status == "applied":
            hint = "They can be deployed once they are designated"
            steps.append(Step(f"Designate {leader.name}", url, hint, "applied"))
        elif leader.status == "designated" and ends and ends - today() <= DESIGNATION_ENDS_SOON:
            steps.append(Step(f"Renew the designation of {leader.name}", url, kind="ending"))
        elif leader.status == "designated" and not has_recent_work(leader, deployments):
            hint = "No deployment in the last year. A designation is kept by working in other schools."
            steps.append(Step(f"Check with {leader.name}", url, hint, "idle"))
    for deployment in deployments:
        if deployment.state == "reviewed":
            url = reverse("deployment_detail", args=[deployment.public_id])
            hint = "Pass the link for the evaluation on to the head"
            steps.append(Step(f"Ask {deployment.school_label} for an evaluation", url, hint, "evaluation"))
    return _together(steps, provider)


def _together(steps: list[Step], provider: Provider) -> list[Step]:
    """The same with many of one kind as one step, where the first of them stood."""
    counts = Counter(step.kind for step in steps)
    shown: dict[str, Step] = {}
    for step in steps:
        number = counts[step.kind]
        if step.kind and number > FEW:
            text, place = _MANY[step.kind]
            url = place if place.startswith("#") else _url(place, provider)
            shown.setdefault(step.kind, Step(text.format(number), url, step.hint))
        else:
            shown[step.url + step.text] = step
    return list(shown.values())
