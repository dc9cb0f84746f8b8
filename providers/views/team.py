"""The team of an organisation: who is on it, inviting, joining, roles, leaving."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from lpdqa.web.access import requires, signed_in
from lpdqa.web.refusals import carried_out, words
from providers.forms.team import InviteForm, RoleForm
from providers.models import Invitation, Membership, Provider
from providers.queries.team import invitation_refusal, open_invitations, team
from providers.rules import role_in
from providers.services.team import (
    accept_invitation,
    change_role,
    end_membership,
    invite,
    withdraw_invitation,
)
from providers.views.shared import manage_page, provider_or_404, the_user


@requires("providers.view_team", get=provider_or_404)
@require_http_methods(["GET", "POST"])
def provider_team(request: HttpRequest, provider: Provider) -> HttpResponse:
    """Everybody on the team, open invitations, and the form to invite somebody."""
    form = InviteForm(request.POST or None)
    if request.method == "POST":
        if not request.user.has_perm("providers.own_provider", provider):
            raise PermissionDenied
        if carried_out(
            form,
            lambda **data: invite(
                provider=provider, by=the_user(request), absolute=request.build_absolute_uri, **data
            ),
        ):
            messages.success(request, f"We have sent an invitation to {form.cleaned_data['email']}.")
            return redirect("provider_team", provider.slug)
    return manage_page(
        request,
        "providers/manage/team.html",
        provider,
        form=form,
        members=list(team(provider)),
        invitations=list(open_invitations(provider)),
    )


def membership_or_404(request: HttpRequest, pk: int, **_: Any) -> Membership:
    return get_object_or_404(Membership.objects.select_related("provider", "user"), pk=pk, ended_at=None)


@requires("providers.own_provider", get=membership_or_404)
@require_http_methods(["GET", "POST"])
def member(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Change what one member may do."""
    form = RoleForm(request.POST or None, initial={"role": membership.role})
    if request.method == "POST" and carried_out(
        form, lambda role: change_role(membership=membership, by=the_user(request), role=role)
    ):
        messages.success(request, f"{membership.user} is now {membership.get_role_display().lower()}.")
        return redirect("provider_team", membership.provider.slug)
    return manage_page(
        request, "providers/manage/member.html", membership.provider, form=form, membership=membership
    )


@requires("providers.view_team", get=membership_or_404)
@require_http_methods(["GET", "POST"])
def member_end(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Take somebody off the team, or leave it oneself; asks first."""
    provider, user = membership.provider, the_user(request)
    leaving = membership.user_id == user.pk
    if not leaving and not user.has_perm("providers.own_provider", provider):
        raise PermissionDenied
    refusal = ""
    if request.method == "POST":
        try:
            end_membership(membership=membership, by=user)
        except ValidationError as problem:
            refusal = words(problem)
        else:
            if leaving:
                messages.success(request, f"You have left the team of {provider.name}.")
                return redirect("my_work")
            messages.success(request, f"{membership.user} is no longer on the team.")
            return redirect("provider_team", provider.slug)
    return manage_page(
        request,
        "providers/manage/member_end.html",
        provider,
        membership=membership,
        leaving=leaving,
        refusal=refusal,
    )


def invitation_or_404(request: HttpRequest, pk: int, **_: Any) -> Invitation:
    return get_object_or_404(Invitation.objects.select_related("provider"), pk=pk)


@requires("providers.own_provider", get=invitation_or_404)
@require_POST
def invitation_withdraw(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Take back an invitation."""
    try:
        withdraw_invitation(invitation=invitation, by=the_user(request))
    except ValidationError as problem:
        messages.error(request, words(problem))
    else:
        messages.success(request, f"The invitation to {invitation.email} no longer works.")
    return redirect("provider_team", invitation.provider.slug)


@signed_in
@require_http_methods(["GET", "POST"])
def invitation_accept(request: HttpRequest, code: str) -> HttpResponse:
    """What an invitation is to, and the button to accept it. Signing in comes first and leads back here."""
    invitation = get_object_or_404(Invitation.objects.select_related("provider", "invited_by"), code=code)
    user = the_user(request)
    if role_in(user, invitation.provider) and invitation.accepted_at:
        return redirect("provider_manage", invitation.provider.slug)
    refusal = invitation_refusal(invitation, user)
    if request.method == "POST" and not refusal:
        try:
            accept_invitation(invitation=invitation, by=user)
        except ValidationError as problem:
            refusal = words(problem)
        else:
            messages.success(request, f"Welcome to the team of {invitation.provider.name}.")
            return redirect("provider_manage", invitation.provider.slug)
    return manage_page(request, "providers/manage/invitation.html", invitation=invitation, refusal=refusal)
