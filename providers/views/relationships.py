"""How an organisation is tied to others: saying so, confirming or refusing what others say, ending it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lpdqa.accounts.models import User
from lpdqa.clock import today
from lpdqa.web.access import requires
from lpdqa.web.refusals import carried_out, words
from providers.forms.organisations import FindForm
from providers.forms.team import EndRelationshipForm, RelateForm
from providers.models import Provider, Relationship, School
from providers.queries.organisations import find_organisations, schools_to_add
from providers.queries.team import ties
from providers.services.relationships import (
    confirm_relationship,
    end_relationship,
    refuse_relationship,
    relate,
)
from providers.views.shared import manage_page, provider_or_404, the_user

CHOICES = 15


@requires("providers.view_team", get=provider_or_404)
@require_safe
def relationships(request: HttpRequest, provider: Provider) -> HttpResponse:
    """Every tie, with what can be done about each."""
    return manage_page(
        request,
        "providers/manage/relationships.html",
        provider,
        ties=[_shown(tie, provider) for tie in ties(provider)],
    )


@requires("providers.edit_provider", get=provider_or_404)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, provider: Provider) -> HttpResponse:
    """Look for the other organisation (`?q=`), then say how the two are tied."""
    finder = FindForm(request.GET if "q" in request.GET else None)
    text = finder.cleaned_data["q"] if finder.is_bound and finder.is_valid() else ""
    others = _others(text, provider)
    form = RelateForm(request.POST or None, name=provider.name, others=others)
    if request.method == "POST" and carried_out(
        form, lambda other, **data: relate(subject=provider, by=the_user(request), **_end(other), **data)
    ):
        messages.success(
            request, "The relationship is on the register. The other organisation can confirm it."
        )
        return redirect("provider_relationships", provider.slug)
    return manage_page(
        request,
        "providers/manage/relationship_add.html",
        provider,
        finder=finder,
        form=form,
        others=others,
        text=text,
    )


def tie_or_404(request: HttpRequest, pk: int, **_: Any) -> Relationship:
    return get_object_or_404(Relationship.objects.select_related("subject", "object", "school"), pk=pk)


@requires("providers.confirm_relationship", get=tie_or_404)
@require_POST
def confirm(request: HttpRequest, tie: Relationship) -> HttpResponse:
    """Say that what the other organisation says is true."""
    confirm_relationship(relationship=tie, by=the_user(request))
    messages.success(request, f"You have confirmed it: {tie}.")
    return _back(tie, the_user(request))


@requires("providers.confirm_relationship", get=tie_or_404)
@require_POST
def refuse(request: HttpRequest, tie: Relationship) -> HttpResponse:
    """Say that what the other organisation says is not true; it goes."""
    back = _back(tie, the_user(request))
    try:
        refuse_relationship(relationship=tie, by=the_user(request))
    except ValidationError as problem:
        messages.error(request, words(problem))
    else:
        messages.success(request, "It is no longer on the register.")
    return back


@requires("providers.end_relationship", get=tie_or_404)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, tie: Relationship) -> HttpResponse:
    """Say since when a tie no longer stands."""
    form = EndRelationshipForm(request.POST or None, initial={"on": today()})
    user = the_user(request)
    if request.method == "POST" and carried_out(
        form, lambda on: end_relationship(relationship=tie, by=user, on=on)
    ):
        messages.success(request, "It is kept with the date on which it ended.")
        return _back(tie, user)
    return manage_page(
        request, "providers/manage/relationship_end.html", _side(tie, user), form=form, tie=tie
    )


def _shown(tie: Relationship, provider: Provider) -> dict[str, Any]:
    """A tie as one of its sides sees it."""
    ended = tie.valid_to is not None and tie.valid_to <= today()
    ours = tie.subject_id == provider.pk
    if ended:
        state, colour = "Ended", "grey"
    elif tie.source_id:
        state, colour = "From public data", "grey"
    elif tie.confirmed_by_subject_at and tie.confirmed_by_object_at:
        state, colour = "Confirmed by both", "green"
    elif tie.object_id and (tie.confirmed_by_object_at is None) != (tie.confirmed_by_subject_at is None):
        mine = tie.confirmed_by_subject_at if ours else tie.confirmed_by_object_at
        state, colour = ("Waits for them", "blue") if mine else ("Waits for you", "yellow")
    else:
        state, colour = "Said by one side", "grey"
    return {
        "tie": tie,
        "state": state,
        "colour": colour,
        "ended": ended,
        "to_confirm": not ended and not ours and not tie.confirmed_by_object_at,
    }


def _others(text: str, provider: Provider) -> list[tuple[str, str]]:
    organisations = find_organisations(text).exclude(pk=provider.pk)[:CHOICES]
    return [
        *((f"provider-{row.pk}", f"{row.name} ({row.get_kind_display().lower()})") for row in organisations),
        *(
            (f"school-{row.urn}", f"{row.name} (school, {row.authority.name}, URN {row.urn})")
            for row in schools_to_add(text, limit=CHOICES)
        ),
    ]


def _end(other: str) -> dict[str, Any]:
    kind, _, key = other.partition("-")
    if kind == "school":
        return {"school": School.objects.filter(urn=key).first()}
    return {"object": Provider.objects.filter(pk=key).first()}


def _side(tie: Relationship, user: User) -> Provider:
    """The end of the tie this person acts for."""
    if tie.object and not user.has_perm("providers.edit_provider", tie.subject):
        return tie.object
    return tie.subject


def _back(tie: Relationship, user: User) -> HttpResponse:
    # The far end confirms and refuses; whoever edits for both came from one of them and finds it there too.
    side = (
        tie.object
        if tie.object and user.has_perm("providers.edit_provider", tie.object)
        else _side(tie, user)
    )
    return redirect("provider_relationships", side.slug)
