"""Find provision: words, filters, results."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lpdqa.web.access import public
from programmes.choices import EntryKind
from programmes.filters import AskedForm, CatalogueForm
from programmes.models import CatalogueEntry
from programmes.queries import facets as tables
from programmes.queries.facets import Choices, Facet
from programmes.queries.find import Found, find, how_many_fit
from programmes.queries.fit import fits
from programmes.queries.search import ANY_STATUS, Order, SearchQuery
from programmes.queries.spelling import FEW, did_you_mean
from programmes.views.address import Address
from programmes.views.cards import Card, card
from programmes.views.fit import OWN, choices_of_school, fit_url, keep
from programmes.views.narrowing import chips, distances, drops, keeps, lowest_scores, one_of, prices, sections

PAGE_SIZE = 25
# With more filters in use than this the sentence says how many: the chips below it name them.
SPELLED_OUT = 3
# What a change of tab takes along: the words and the place mean the same for every kind.
_SHARED = (
    "q",
    "place",
    "within",
    "status",
    "phase",
    "region",
    "authority",
    "provider_kind",
    "model",
    "fits",
    *OWN,
)
MANY = {
    EntryKind.PROGRAMME: ("programme", "programmes"),
    EntryKind.SLE: ("specialist leader", "specialist leaders"),
    EntryKind.PROVIDER: ("provider", "providers"),
}
VIEWS = (("search", "List"), ("search_map", "Map"), ("search_chart", "Chart"))
_TABS = (
    (EntryKind.PROGRAMME, "Programmes"),
    (EntryKind.SLE, "Specialist leaders"),
    (EntryKind.PROVIDER, "Providers"),
)
_ORDER_WORDS = {
    Order.MATCH: "Closest to your words first. The title counts most, then names and labels, then other text.",
    Order.FIT: "Most like your school first, by the schools that each has worked in; what isn’t known comes last.",
    Order.NEUTRAL: "In no particular order, shuffled once a day so that nobody is favoured.",
    Order.BAND: "By band, exemplary first; within a band in no particular order.",
    Order.DISTANCE: "Nearest first.",
    Order.PRICE: "Lowest price first; without a price last.",
    Order.START: "Soonest start first.",
}


_SHOW_OTHERS = "Show also working towards, listed, lapsed and suspended"
_SHOW_ALL = "Show everything on the register"


@public
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The results of one query as a list, with everything in the address."""
    form = read_address(request)
    query = form.query
    keep(request, query)
    found = find(query)
    page: Page[CatalogueEntry] = Paginator(found, PAGE_SIZE).get_page(  # type: ignore[arg-type]
        request.GET.get("page")
    )
    return render(
        request,
        "programmes/search.html",
        {
            **frame(request, form, found),
            "page_obj": page,
            "cards": _cards(request, query, page.object_list),
            "order_words": _ORDER_WORDS[Order(query.effective_order)],
            "orders": _orders(query),
        },
    )


def _cards(request: HttpRequest, query: SearchQuery, entries: Iterable[CatalogueEntry]) -> list[Card]:
    entries = list(entries)
    known = fits(query.school, entries) if query.school else {}
    return [
        card(entry, known.get(entry.pk), fit_url(request, entry) if entry.pk in known else "")
        for entry in entries
    ]


def read_address(request: HttpRequest) -> AskedForm:
    """What the address asks; `request.GET` then says the kind and the seed too.

    The pagination component and the links of a page keep the query string: with the seed in it, paging past
    midnight repeats nothing.
    """
    params = request.GET.copy()
    if params.get("kind") not in EntryKind.values:
        params["kind"] = EntryKind.PROGRAMME
    form = CatalogueForm(params.copy())
    params["seed"] = form.query.seed
    request.GET = params  # type: ignore[assignment]
    return form


def frame(request: HttpRequest, form: AskedForm, found: Found) -> dict[str, Any]:
    """What stands around the results, whether they are a list, a map or a chart: the form, the sentence, the
    filters with their counts, the chips, and what to do where there are none.
    """
    address = Address(request.path, request.GET)
    choices = Choices()
    query, total = found.query, len(found)
    counts, limits = found.facet_counts(), found.limit_counts()
    more = sum(counts["status"].values()) - total
    errors = form.errors
    return {
        "query": query,
        "asked": form.data,
        "total": total,
        "sentence": sentence(query, total, choices),
        "views": _views(request),
        "tabs": _tabs(found, address),
        "filters": sections(query, counts, choices),
        **choices_of_school(request, form, address),
        "like_yours": how_many_fit(query) if query.school else None,
        "chips": chips(query, address, choices),
        "clear_url": address.only(kind=query.kind),
        "distances": distances(query, limits),
        "lowest": lowest_scores(query, limits),
        "prices": [
            (option, address.having(price=option.value))
            for option in prices(query, limits).options
            if option.count or option.checked
        ],
        "errors": {name: " ".join(map(str, messages)) for name, messages in errors.items()},
        "places": [
            (place.told_apart, address.having(place=str(place.urn))) for place in form.places_to_choose_from
        ],
        "ignored": [form.fields[name].label for name in errors if name not in ("place", "__all__")],
        "show_all_url": address.having(status=ANY_STATUS) if query.statuses and more > 0 else "",
        "show_all": _SHOW_OTHERS if set(query.statuses) == set(tables.ASSURED) else _SHOW_ALL,
        "more": more,
        "meant": _meant(query, total, address),
        **(_ways_on(found, address, choices) if total == 0 else {}),
        "canonical": address.without("seed"),
        "section": "search",
    }


def _ways_on(found: Found, address: Address, choices: Choices) -> dict[str, Any]:
    """What an empty result could do without, or where that is no single filter, which one to keep."""
    less = drops(found, address, choices)
    return {"drops": less, "keeps": [] if less else keeps(found.query, address, choices)}


def _meant(query: SearchQuery, total: int, address: Address) -> dict[str, Any] | None:
    """The search that was probably meant, where few are found and a word is unknown."""
    if not query.words or total >= FEW:
        return None
    suggestion = did_you_mean(query)
    if suggestion is None:
        return None
    better, count = suggestion
    everything = better.statuses != query.statuses
    alone = {facet: values for facet, values in better.chosen.items() if facet != "status"} != {
        facet: values for facet, values in query.chosen.items() if facet != "status"
    } or (better.place, better.price_max, better.at_least) != (query.place, query.price_max, query.at_least)
    asked = {"q": better.words, **({"status": ANY_STATUS} if everything else {})}
    return {
        "words": better.words,
        "count": count,
        "everything": everything,
        "url": address.only(kind=query.kind, **asked) if alone else address.having(**asked),
    }


def _views(request: HttpRequest) -> list[dict[str, Any]]:
    """The same search as a list, a map and a chart."""
    address = Address(request.path, request.GET)
    views = []
    for name, text in VIEWS:
        path = reverse(name)
        url = address.elsewhere(path, "areas", "csv").without()
        views.append({"text": text, "url": url, "current": path == request.path})
    return views


def sentence(query: SearchQuery, total: int, choices: Choices) -> str:
    """What is shown, in one sentence without its full stop."""
    one, many = MANY[EntryKind(query.kind)]
    words = [f"{total:,}" if total else "No"]
    if set(query.statuses) == set(tables.ASSURED):
        words.append("quality-assured")
    words.append(one if total == 1 else many)
    said = " ".join(words)
    if query.words:
        said += f" for “{query.words}”"
    if query.place and query.within:
        said += f", within {query.within} mile{'' if query.within == 1 else 's'} of {query.place.label}"
    used = [facet for facet in query.facets if query.chosen.get(facet.name) and facet.name != "status"]
    if len(used) > SPELLED_OUT:
        return f"{said}, narrowed by {len(used)} filters"
    return said + (f": {'; '.join(_said(query, facet, choices) for facet in used)}" if used else "")


def _said(query: SearchQuery, facet: Facet, choices: Choices) -> str:
    labels = one_of([choices.label(facet, value) for value in query.chosen[facet.name]])
    return f"{facet.label}: {labels}" if facet.named else labels


def _tabs(found: Found, address: Address) -> list[dict[str, Any]]:
    query, counts = found.query, found.kind_counts()
    return [
        {
            "text": text,
            "url": address.keeping(*_SHARED, kind=kind),
            "current": kind == query.kind,
            "count": counts[kind],
        }
        for kind, text in _TABS
    ]


def _orders(query: SearchQuery) -> list[tuple[str, str, bool]]:
    possible = [
        order
        for order in Order
        if (order != Order.MATCH or query.words)
        and (order != Order.DISTANCE or query.place)
        and (order != Order.FIT or query.school)
        and (order != Order.START or query.kind == EntryKind.PROGRAMME)
        and (order != Order.PRICE or query.kind != EntryKind.PROVIDER)
    ]
    # Nothing is sent for what is the order anyway: with new words the closest come first again.
    usual = Order.MATCH if query.words else Order.NEUTRAL
    return [
        ("" if order == usual else order.value, order.label, order == query.effective_order)
        for order in possible
    ]
