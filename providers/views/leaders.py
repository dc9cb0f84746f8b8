"""Specialist leaders: putting one forward, describing, designating, consent and status."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from lpdqa.clock import today
from lpdqa.drafts.writing import Writing
from lpdqa.web.access import requires
from lpdqa.web.formats import long_date
from lpdqa.web.refusals import carried_out
from providers.choices import LeaderStatus
from providers.forms.answers import answers_and_gaps
from providers.forms.leaders import (
    LEADER_SECTIONS,
    ConsentForm,
    DesignateForm,
    LeaderAboutForm,
    StatusForm,
)
from providers.forms.parts import Part, minutes_left
from providers.models import Provider, SpecialistLeader
from providers.queries.leaders import deployments_of
from providers.services.leaders import (
    STATUS_STEPS,
    create_leader,
    designate,
    edit_refusal,
    set_consent,
    set_status,
    update_leader,
)
from providers.views.shared import describe_page, manage_page, provider_or_404, the_user

_COLOURS: dict[str, str] = {
    LeaderStatus.APPLIED: "blue",
    LeaderStatus.DESIGNATED: "green",
    LeaderStatus.UNDER_REVIEW: "yellow",
}


def leader_or_404(request: HttpRequest, slug: str, **_: Any) -> SpecialistLeader:
    return get_object_or_404(SpecialistLeader.objects.select_related("designator", "home_school"), slug=slug)


@requires("providers.edit_provider", get=provider_or_404)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, provider: Provider) -> HttpResponse:
    """Put a specialist leader forward."""
    made: list[SpecialistLeader] = []

    def make(*, data: Any, files: Any, initial: dict[str, Any] | None) -> LeaderAboutForm:
        return LeaderAboutForm(data=data, files=files, initial={"kind": "sle", **(initial or {})})

    work = Writing(request, make=make, about=f"provider:{provider.pk}")
    if work.response:
        return work.response
    if work.save(
        lambda **data: made.append(create_leader(designator=provider, by=the_user(request), **data))
    ):
        messages.success(request, f"{made[0].name} is on your list. Next: say how they help schools.")
        return redirect("leader_describe", made[0].slug)
    return manage_page(request, "providers/manage/leader_new.html", provider, form=work.form, writing=work)


@requires("providers.view_team", get=leader_or_404)
@require_safe
def manage(request: HttpRequest, leader: SpecialistLeader) -> HttpResponse:
    """All that is said of a leader, what is missing, and their deployments."""
    return manage_page(
        request,
        "providers/manage/leader.html",
        leader.designator,
        leader=leader,
        refusal=edit_refusal(leader),
        missing=_missing(leader),
        minutes=minutes_left([Part(section, leader) for section in LEADER_SECTIONS]),
        deployments=list(deployments_of(leader.designator).filter(leader=leader)),
        can_change_status=bool(STATUS_STEPS[leader.status]),
        status_colour=_COLOURS.get(leader.status, "grey"),
        standing=_standing(request, leader),
        parts=[(section, answers_and_gaps(section.form(instance=leader))) for section in LEADER_SECTIONS],
    )


@requires("providers.edit_provider", get=leader_or_404)
@require_safe
def describe(request: HttpRequest, leader: SpecialistLeader) -> HttpResponse:
    """The parts of what is said of a leader, each with how complete it is."""
    return describe_page(
        request,
        leader.designator,
        parts=[
            (Part(section, leader), reverse("leader_edit", args=[leader.slug, section.code]))
            for section in LEADER_SECTIONS
        ],
        about=f"sle:{leader.pk}",
        title=f"Describe {leader.name}",
        check_url=reverse("leader_manage", args=[leader.slug]),
        preview_url=reverse("leader_preview", args=[leader.slug]),
    )


@requires("providers.edit_provider", get=leader_or_404)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, leader: SpecialistLeader) -> HttpResponse:
    """Change one part of what is said of a leader."""
    match = request.resolver_match
    code = match.kwargs.get("section") if match else None
    section = next((each for each in LEADER_SECTIONS if each.code == code), None)
    if section is None:
        raise Http404
    work = Writing(
        request,
        make=lambda **how: section.form(instance=leader, **how),
        row=leader,
        about=f"sle:{leader.pk}",
        back=reverse("leader_describe", args=[leader.slug]),
    )
    if work.response:
        return work.response
    if work.save(
        lambda **data: update_leader(leader=leader, by=the_user(request), opened=work.opened, **data)
    ):
        messages.success(request, f"“{section.title}” is saved.")
        return redirect("leader_describe", leader.slug)
    refusal = edit_refusal(leader) if code != "terms" else None
    return _form_page(
        request,
        leader,
        work.form,
        section.title,
        lead=section.lead,
        refusal=refusal,
        writing=work,
        button="Save and continue",
        is_live=leader.listed_at is not None,
    )


@requires("providers.edit_provider", get=leader_or_404)
@require_http_methods(["GET", "POST"])
def designation(request: HttpRequest, leader: SpecialistLeader) -> HttpResponse:
    """Designate a leader, or renew the designation."""
    form = DesignateForm(request.POST or None, initial={"on": today()})
    if request.method == "POST" and carried_out(
        form, lambda on: designate(leader=leader, by=the_user(request), on=on)
    ):
        messages.success(request, f"{leader.name} is designated.")
        return redirect("leader_manage", leader.slug)
    title = "Renew the designation" if leader.status == "designated" else "Designate"
    return _form_page(request, leader, form, title, button=title)


@requires("providers.edit_provider", get=leader_or_404)
@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest, leader: SpecialistLeader) -> HttpResponse:
    """Record whether the person agrees to be named in public."""
    initial = {"named": "yes"} if leader.consent_named_at else {}
    form = ConsentForm(request.POST or None, initial=initial)
    if request.method == "POST" and carried_out(
        form, lambda named: set_consent(leader=leader, by=the_user(request), named=named)
    ):
        messages.success(request, f"In public they are called “{leader.public_name}”.")
        return redirect("leader_manage", leader.slug)
    return _form_page(request, leader, form, "Name in public")


@requires("providers.edit_provider", get=leader_or_404)
@require_http_methods(["GET", "POST"])
def status(request: HttpRequest, leader: SpecialistLeader) -> HttpResponse:
    """Record that the status has changed: under review, lapsed, withdrawn, resigned, historic."""
    form = StatusForm(request.POST or None, present=leader.status)
    if request.method == "POST" and carried_out(
        form, lambda **data: set_status(leader=leader, by=the_user(request), **data)
    ):
        messages.success(request, f"The status is now “{leader.get_status_display()}”.")
        return redirect("leader_manage", leader.slug)
    lead = "Who has withdrawn or resigned no longer appears in search."
    return _form_page(request, leader, form, "Change the status", lead=lead)


def _form_page(
    request: HttpRequest, leader: SpecialistLeader, form: Any, title: str, **context: Any
) -> HttpResponse:
    return manage_page(
        request,
        "providers/manage/leader_form.html",
        leader.designator,
        leader=leader,
        form=form,
        title=title,
        **{"button": "Save", **context},
    )


def _standing(request: HttpRequest, leader: SpecialistLeader) -> list[tuple[str, ...]]:
    """Rows on designation and name, with their links for who may change them."""
    designation = "Not designated yet"
    if leader.designated_on:
        ends = long_date(leader.designation_ends_on)
        designation = f"From {long_date(leader.designated_on)}" + (f" to {ends}" if ends else "")
    named = "Agrees to be named" if leader.consent_named_at else f"Shown as “{leader.public_name}”"
    if not request.user.has_perm("providers.edit_provider", leader):
        return [("Designation", designation), ("Name in public", named)]
    renewable = leader.status == LeaderStatus.DESIGNATED
    return [
        ("Designation", designation, *((_url("leader_designate", leader), "Renew") if renewable else ())),
        ("Name in public", named, _url("leader_consent", leader), "Change"),
    ]


def _url(name: str, leader: SpecialistLeader) -> str:
    return reverse(name, args=[leader.slug])


def _missing(leader: SpecialistLeader) -> list[str]:
    """What assessors and schools will look for and not find, in words."""
    asked = (
        (leader.summary, "what they help schools with"),
        (leader.evidence_base, "the evidence their practice rests on"),
        (leader.suits, "who and where it suits"),
        (leader.home_school_id or leader.home_school_name, "their home school"),
        (leader.day_rate is not None, "their day rate"),
    )
    return [words for there, words in asked if not there]
