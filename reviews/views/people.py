"""Who holds which scheme-wide role: give one, take one back."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from lpdqa.accounts.models import Role, RoleGrant, User
from lpdqa.accounts.services import grant_role, revoke_role
from lpdqa.web.access import requires
from lpdqa.web.refusals import words
from providers.views.shared import the_user
from reviews.services.assessments import ensure_profile
from reviews.services.second_person import propose_administrator


class FindForm(forms.Form):
    email = forms.EmailField(
        label="Find a person by email address", widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)
    give = forms.BooleanField(required=False)
    reason = forms.CharField(label="Reason", max_length=200)


@requires("accounts.run_register")
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everyone with a role, and anybody found by their exact address."""
    form = FindForm(request.GET if "email" in request.GET else None)
    found = None
    if form.is_bound and form.is_valid():
        found = User.objects.filter(email__iexact=form.cleaned_data["email"], is_active=True).first()
        if found is None:
            form.add_error("email", "Nobody has an account with this address. They have to sign up first.")
    grants = (
        RoleGrant.objects.filter(revoked_at=None)
        .select_related("user", "granted_by")
        .order_by("role", "user__name")
    )
    return render(
        request,
        "reviews/board/people.html",
        {"form": form, "found": found, "grants": grants, "roles": Role.choices},
    )


def person_or_404(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(User, pk=pk)


@requires("accounts.run_register", get=person_or_404)
@require_POST
def change_role(request: HttpRequest, person: User) -> HttpResponse:
    """Give or take back a role; nobody changes their own."""
    form = RoleForm(request.POST)
    if person.pk == request.user.pk:
        messages.error(request, "Somebody else has to change your roles.")
    elif not form.is_valid():
        messages.error(request, "Choose a role and give a reason; nothing was changed.")
    else:
        role, reason = Role(form.cleaned_data["role"]), form.cleaned_data["reason"]
        if form.cleaned_data["give"] and role == Role.ADMINISTRATOR:
            try:
                propose_administrator(user=person, by=the_user(request), reason=reason)
            except ValidationError as refusal:
                messages.error(request, words(refusal))
            else:
                messages.success(request, "Proposed. A second administrator has to confirm it.")
        elif form.cleaned_data["give"]:
            grant_role(user=person, role=role, by=request.user, reason=reason)  # type: ignore[arg-type]
            if role == Role.ASSESSOR:
                ensure_profile(user=person)
            messages.success(request, f"{person.name} is now {role.label.lower()}.")
        else:
            revoke_role(user=person, role=role, by=request.user, reason=reason)  # type: ignore[arg-type]
            messages.success(request, f"{person.name} is no longer {role.label.lower()}.")
    return redirect("people")
