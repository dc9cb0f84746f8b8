"""What a result and the page of a subject offer somebody who is choosing: shortlist and compare.

The buttons of a whole page belong to two forms, so that a page of results carries one token and not twenty-five:
`{% choosing_form %}` and `{% compare_bar %}` once, and `{% choose card.name card.title %}` wherever there is
something to choose.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

from lpdqa.web.bands import band_for
from programmes.choices import EntryStatus
from programmes.models import CatalogueEntry
from programmes.queries.items import name_of
from programmes.views.cards import entry_url
from programmes.views.holding import names_on_shortlist

register = template.Library()


@register.inclusion_tag("programmes/choosing/_choose.html", takes_context=True)
def choose(context: Context, name: str, title: str, compare: bool = True) -> dict[str, Any]:
    """`{% choose card.name card.title %}`: the buttons for one thing; `compare=False` leaves out the box to tick."""
    request = context.get("request")
    return {
        "name": name,
        "title": title,
        "compare": compare,
        "anchor": name.replace(":", "-"),
        "on_list": request is not None and name in names_on_shortlist(request),
    }


register.filter("item_name", name_of)


@register.filter
def standing_words(entry: CatalogueEntry) -> str:
    """How an entry stands, in a word or two: its band, or why there is none."""
    if entry.status == EntryStatus.RATED:
        return f"{band_for(entry.band).word}{' (provisional)' if entry.provisional else ''}"
    return str(entry.get_status_display())


register.filter("entry_page", entry_url)


@register.inclusion_tag("programmes/choosing/_form.html", takes_context=True)
def choosing_form(context: Context) -> dict[str, Any]:
    """`{% choosing_form %}`: the form that the shortlist buttons of a page belong to; once a page."""
    return {"here": context["request"].get_full_path()}


@register.inclusion_tag("programmes/choosing/_compare_bar.html", takes_context=True)
def compare_bar(context: Context) -> dict[str, Any]:
    """`{% compare_bar %}`: the button that compares what is ticked; once a page, below the results."""
    return {"on_list": len(names_on_shortlist(context["request"]))}


# The pages of choosing: name of the route, words, how the routes of its family begin.
_TABS = (
    ("needs", "Needs", "needs"),
    ("shortlist", "Shortlist", "shortlist"),
    ("compare", "Compare", "compare"),
    ("searches", "Saved searches", "search"),
    ("enquiries", "Enquiries", "enquir"),
)


@register.inclusion_tag("components/tab_links.html", takes_context=True)
def choosing_tabs(context: Context) -> dict[str, Any]:
    """`{% choosing_tabs %}`: the pages of somebody who is choosing, with the present one marked."""
    request = context["request"]
    here = request.resolver_match.view_name if request.resolver_match else ""
    items = [
        {"text": words, "url": reverse(name), "current": here.startswith(begin)}
        for name, words, begin in _TABS
    ]
    return {"items": items, "label": "Choosing"}
