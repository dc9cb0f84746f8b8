"""API keys: each account's own, and all of them for administrators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lpdqa.accounts.models import ApiKey
from lpdqa.accounts.queries import all_keys
from lpdqa.accounts.services import MOST_KEYS, NewKey, make_api_key, revoke_api_key
from lpdqa.web.access import requires, signed_in, the_user
from lpdqa.web.refusals import carried_out

A_PAGE = 50


class MakeForm(forms.Form):
    name = forms.CharField(
        label="What will you use it for?",
        help_text="For example “Dashboard of our trust”. Administrators of the register see it too.",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ReasonForm(forms.Form):
    """Why somebody else ends a key."""

    reason = forms.CharField(
        label="Reason", help_text="The owner of the key gets it by mail.", max_length=200
    )


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def api_keys(request: HttpRequest) -> HttpResponse:
    """The keys of this account; a new one is shown in the answer to the form, and never again."""
    owner = the_user(request)
    form, made = MakeForm(request.POST or None), []

    def make(**data: Any) -> None:
        made.append(make_api_key(owner=owner, **data))

    new: NewKey | None = None
    if request.method == "POST" and carried_out(form, make):
        new, form = made[0], MakeForm()
    keys = list(ApiKey.objects.filter(owner=owner))
    in_force = [key for key in keys if key.revoked_at is None]
    return render(
        request,
        "account/api_keys.html",
        {
            "form": form,
            "new": new,
            "keys": in_force,
            "revoked": [key for key in keys if key.revoked_at is not None],
            "may_make": len(in_force) < MOST_KEYS,
            "most": MOST_KEYS,
        },
    )


def key_or_404(request: HttpRequest, prefix: str) -> ApiKey:
    return get_object_or_404(ApiKey.objects.select_related("owner"), prefix=prefix)


@requires("accounts.revoke_api_key", get=key_or_404)
@require_http_methods(["GET", "POST"])
def api_key_revoke(request: HttpRequest, key: ApiKey) -> HttpResponse:
    """Ask, then end a key; administrators say why."""
    by = the_user(request)
    own = by.pk == key.owner_id
    form = (forms.Form if own else ReasonForm)(request.POST if request.method == "POST" else None)
    back = "api_keys" if own else "api_keys_of_all"
    if request.method == "POST" and carried_out(form, lambda **data: revoke_api_key(key=key, by=by, **data)):
        messages.success(request, f"The key “{key.name}” is revoked.")
        return redirect(back)
    return render(
        request, "account/api_key_revoke.html", {"key": key, "form": form, "own": own, "back": back}
    )


@requires("accounts.run_register")
@require_safe
def api_keys_of_all(request: HttpRequest) -> HttpResponse:
    """All keys in force, or those revoked, with their owners."""
    revoked = request.GET.get("show") == "revoked"
    page = Paginator(all_keys(revoked=revoked), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "account/api_keys_of_all.html", {"page_obj": page, "revoked": revoked})
