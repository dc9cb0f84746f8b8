"""The needs brief: writing it, reading it, and the search that follows from it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lpdqa.accounts.models import User
from lpdqa.web.access import public
from lpdqa.web.refusals import carried_out
from programmes.forms.needs import NeedsForm, address_of, in_words, to_keep
from programmes.models import NeedsBrief
from programmes.services import needs
from programmes.views.holding import BRIEFS


def briefs_of(request: HttpRequest) -> QuerySet[NeedsBrief]:
    """The briefs of this person, or of this browser session."""
    if isinstance(request.user, User):
        return NeedsBrief.objects.filter(owner=request.user)
    return NeedsBrief.objects.filter(owner=None, pk__in=request.session.get(BRIEFS, []))


@public
@require_safe
def needs_list(request: HttpRequest) -> HttpResponse:
    """All briefs, the one changed last first."""
    return render(
        request,
        "programmes/choosing/needs_list.html",
        {"briefs": briefs_of(request)[: needs.MOST_BRIEFS], "section": "shortlist"},
    )


@public
@require_http_methods(["GET", "POST"])
def needs_new(request: HttpRequest) -> HttpResponse:
    """Write a brief."""
    return _form(request, None)


@public
@require_http_methods(["GET", "POST"])
def needs_edit(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Change a brief."""
    return _form(request, get_object_or_404(briefs_of(request), public_id=public_id))


@public
@require_safe
def needs_page(request: HttpRequest, public_id: Any) -> HttpResponse:
    """A brief to read, print, and search by."""
    brief = get_object_or_404(briefs_of(request), public_id=public_id)
    return render(
        request,
        "programmes/choosing/needs.html",
        {
            "brief": brief,
            "aspects": in_words(brief.answers),
            "search_url": f"{reverse('search')}?{address_of(brief.answers)}",
            "section": "shortlist",
        },
    )


@public
@require_POST
def needs_delete(request: HttpRequest, public_id: Any) -> HttpResponse:
    """Forget a brief."""
    needs.delete_brief(brief=get_object_or_404(briefs_of(request), public_id=public_id))
    messages.success(request, "The brief is deleted.")
    return redirect("needs")


def _form(request: HttpRequest, brief: NeedsBrief | None) -> HttpResponse:
    initial = {"title": brief.title, **brief.answers} if brief else {}
    form = NeedsForm(request.POST or None, initial=initial)
    saved: list[NeedsBrief] = []

    def save(title: str, **_: Any) -> None:
        saved.append(
            needs.save_brief(
                brief=brief,
                owner=request.user if isinstance(request.user, User) else None,
                title=title,
                answers=to_keep(form.cleaned_data),
                held=briefs_of(request).count(),
            )
        )

    if request.method == "POST" and carried_out(form, save):
        if saved[0].owner_id is None:
            keys = request.session.get(BRIEFS, [])
            request.session[BRIEFS] = list(dict.fromkeys([*keys, saved[0].pk]))
        messages.success(request, "Your brief is saved.")
        return redirect("needs_page", saved[0].public_id)
    return render(
        request, "programmes/choosing/needs_form.html", {"form": form, "brief": brief, "section": "shortlist"}
    )
