"""Saved searches: keeping, changing, and ending their alerts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lpdqa.accounts.models import User
from lpdqa.web.access import public, requires, signed_in
from lpdqa.web.refusals import carried_out
from programmes.forms.saved_search import SavedSearchForm
from programmes.models import SavedSearch
from programmes.queries.facets import Choices
from programmes.services import saved_searches
from programmes.views.search import read_address, sentence
from providers.views.shared import the_user


@public
@require_safe
def search_list(request: HttpRequest) -> HttpResponse:
    """The saved searches of the account; without one a word on how to get there."""
    searches = []
    if isinstance(request.user, User):
        searches = list(SavedSearch.objects.filter(owner=request.user).order_by("name", "pk"))
    return render(
        request, "programmes/choosing/searches.html", {"searches": searches, "section": "shortlist"}
    )


@signed_in
@require_http_methods(["GET", "POST"])
def search_save(request: HttpRequest) -> HttpResponse:
    """Save the search that the address says."""
    query = read_address(request).query
    # The sentence of the page without its number.
    said = sentence(query, 2, Choices()).partition(" ")[2]
    name = f"{said[:1].upper()}{said[1:]}"[:120]
    form = SavedSearchForm(request.POST or None, initial={"name": name, "frequency": "weekly"})

    def save(**data: Any) -> None:
        saved_searches.save_search(owner=the_user(request), params=request.GET, **data)

    if request.method == "POST" and carried_out(form, save):
        messages.success(request, "Your search is saved.")
        return redirect("searches")
    back = f"{reverse('search')}?{saved_searches.tidy_params(request.GET)}"
    return render(
        request,
        "programmes/choosing/search_form.html",
        {"form": form, "said": said, "back": back, "section": "shortlist", "title": "Save this search"},
    )


def search_or_404(request: HttpRequest, public_id: Any, **_: Any) -> SavedSearch:
    return get_object_or_404(SavedSearch, public_id=public_id)


@requires("programmes.own_search", get=search_or_404)
@require_http_methods(["GET", "POST"])
def search_change(request: HttpRequest, search: SavedSearch) -> HttpResponse:
    """Another name or rhythm."""
    form = SavedSearchForm(request.POST or None, initial={"name": search.name, "frequency": search.frequency})
    if request.method == "POST" and carried_out(
        form, lambda **data: saved_searches.change_search(search=search, **data)
    ):
        messages.success(request, "Your search is changed.")
        return redirect("searches")
    return render(
        request,
        "programmes/choosing/search_form.html",
        {
            "form": form,
            "search": search,
            "back": reverse("searches"),
            "section": "shortlist",
            "title": "Change a saved search",
        },
    )


@requires("programmes.own_search", get=search_or_404)
@require_POST
def search_delete(request: HttpRequest, search: SavedSearch) -> HttpResponse:
    """Forget a search, alerts and all."""
    saved_searches.delete_search(search=search)
    messages.success(request, "The saved search is deleted.")
    return redirect("searches")


# A mail program ends alerts by a POST without a cookie (RFC 8058): the signed token is the permission.
@csrf_exempt
@public
@require_http_methods(["GET", "POST"])
def alerts_stop(request: HttpRequest, token: str) -> HttpResponse:
    """End the alerts of a search by the link of a letter; opening it alone ends nothing, as machines open links."""
    done = request.method == "POST"
    search = saved_searches.stop_alerts(token=token) if done else saved_searches.search_of_token(token)
    context = {"search": search, "done": done and search is not None, "section": "shortlist"}
    answer = render(
        request, "programmes/choosing/alerts_stop.html", context, status=200 if search is not None else 404
    )
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
