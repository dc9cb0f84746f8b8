"""The shortlist: the list itself, its notes, and what colleagues see of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from lpdqa.web.access import public
from lpdqa.web.refusals import words
from programmes.choices import EntryKind
from programmes.models import ShortlistItem
from programmes.models.shortlist import MAX_NOTE
from programmes.queries import shortlists as queries
from programmes.queries.items import named
from programmes.queries.shortlists import Listed
from programmes.services import shortlists
from programmes.views.cards import Card, card
from programmes.views.holding import shortlist_for, shortlist_of, way_back


@dataclass(frozen=True)
class Line:
    """An item as the page shows it; without a card it is no longer public."""

    item: ShortlistItem
    card: Card | None
    note: str

    @property
    def kind(self) -> str:
        return EntryKind(self.item.kind).label.lower()


@public
@require_safe
def shortlist_page(request: HttpRequest) -> HttpResponse:
    """The list of this person or browser, with notes, sharing, and what can be done with it."""
    return _page(request)


@public
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Put something on the list and go back to where it was found."""
    name = request.POST.get("item", "")
    found = named([name])
    back = way_back(request, reverse("shortlist"))
    if not found:
        messages.error(request, "This is no longer on the register, so it was not added.")
        return redirect(back)
    try:
        shortlists.add(shortlist=shortlist_for(request), entry=found[0])
    except ValidationError as refusal:
        messages.error(request, words(refusal))
        return redirect(back)
    return redirect(f"{back.partition('#')[0]}#choose-{name.replace(':', '-')}")


@public
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Take something off the list."""
    shortlists.remove(item=_item(request))
    messages.success(request, "It is off your shortlist.")
    return redirect("shortlist")


@public
@require_POST
def note(request: HttpRequest) -> HttpResponse:
    """Save what somebody wrote beside an item."""
    item = _item(request)
    text = request.POST.get("note", "")
    try:
        shortlists.note(item=item, text=text)
    except ValidationError as refusal:
        return _page(request, refused=item.pk, typed=text, error=words(refusal))
    messages.success(request, "Your note is saved.")
    return redirect(f"{reverse('shortlist')}#item-{item.pk}")


@public
@require_POST
def share(request: HttpRequest) -> HttpResponse:
    """Make the link for colleagues, or change whether it shows the notes."""
    shortlist = shortlist_of(request)
    if shortlist is not None:
        shortlists.share(shortlist=shortlist, notes=request.POST.get("notes") == "yes")
        messages.success(request, "Whoever has the link below can read your shortlist.")
    return redirect(f"{reverse('shortlist')}#share")


@public
@require_POST
def stop_sharing(request: HttpRequest) -> HttpResponse:
    """Withdraw the link."""
    shortlist = shortlist_of(request)
    if shortlist is not None:
        shortlists.stop_sharing(shortlist=shortlist)
        messages.success(request, "The link no longer works.")
    return redirect(f"{reverse('shortlist')}#share")


@public
@require_safe
def shared_page(request: HttpRequest, code: str) -> HttpResponse:
    """What colleagues see: the list as it is now, and the notes if its owner wants them shown."""
    shortlist = queries.shared(code)
    context: dict[str, Any] = {"section": "shortlist", "code": code, "shortlist": shortlist}
    if shortlist is None:
        answer = render(request, "programmes/choosing/shared.html", context, status=404)
    else:
        rows = queries.listed(shortlist)
        context["lines"] = [_line(row, notes=shortlist.share_notes) for row in rows]
        answer = render(request, "programmes/choosing/shared.html", context)
    # For those who were given the link, and for nobody's index.
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Cache-Control"] = "private, no-store"
    return answer


@public
@require_POST
def copy(request: HttpRequest, code: str) -> HttpResponse:
    """Put everything on a colleague's list onto one's own, without the notes."""
    shortlist = queries.shared(code)
    if shortlist is None:
        return redirect("shortlist_shared", code)
    mine = shortlist_for(request)
    try:
        for row in queries.listed(shortlist):
            if row.entry:
                shortlists.add(shortlist=mine, entry=row.entry)
    except ValidationError as refusal:
        messages.error(request, words(refusal))
    return redirect("shortlist")


def _item(request: HttpRequest) -> ShortlistItem:
    # Only ever from the person's own list: what anybody sends can't reach another one.
    key = request.POST.get("key", "")
    items = ShortlistItem.objects.filter(shortlist=shortlist_of(request)).select_related("shortlist")
    return get_object_or_404(items, pk=int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0)


def _line(row: Listed, *, notes: bool = True) -> Line:
    return Line(row.item, card(row.entry) if row.entry else None, row.item.note if notes else "")


def _page(request: HttpRequest, *, refused: int = 0, typed: str = "", error: str = "") -> HttpResponse:
    shortlist = shortlist_of(request)
    lines = [_line(row) for row in queries.listed(shortlist)] if shortlist else []
    code = shortlist.share_code if shortlist else ""
    link = request.build_absolute_uri(reverse("shortlist_shared", args=[code])) if code else ""
    return render(
        request,
        "programmes/choosing/shortlist.html",
        {
            "section": "shortlist",
            "shortlist": shortlist,
            "lines": lines,
            "link": link,
            "refused": refused,
            "typed": typed,
            "error": error,
            "most": shortlists.MOST_ITEMS,
            "max_note": MAX_NOTE,
        },
        status=400 if error else 200,
    )
