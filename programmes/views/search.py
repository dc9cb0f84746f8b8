"""Find provision: words, filters, results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lpdqa.web.access import public
from lpdqa.web.formats import money
from programmes.choices import HEADINGS, EntryKind
from programmes.filters import CatalogueFilter
from programmes.queries import facets as tables
from programmes.queries import search as queries
from programmes.queries.facets import BY_NAME, Choices, Facet
from programmes.queries.search import ANY_STATUS, Order, SearchQuery
from programmes.views.address import Address
from programmes.views.cards import card

PAGE_SIZE = 25
DISTANCES = (5, 10, 25, 50, 100)
LOWEST = ("2.0", "2.5", "3.0", "3.5")
# What a change of tab takes along: the words and the place mean the same for every kind.
_SHARED = ("q", "place", "within", "status", "phase", "region", "authority", "provider_kind", "model")
MANY = {
    EntryKind.PROGRAMME: ("programme", "programmes"),
    EntryKind.SLE: ("specialist leader", "specialist leaders"),
    EntryKind.PROVIDER: ("provider", "providers"),
}
VIEWS = (("search", "List"), ("search_map", "Map"))
_TABS = (
    (EntryKind.PROGRAMME, "Programmes"),
    (EntryKind.SLE, "Specialist leaders"),
    (EntryKind.PROVIDER, "Providers"),
)
_ORDER_WORDS = {
    Order.MATCH: "Closest to your words first. The title counts most, then names and labels, then other text.",
    Order.NEUTRAL: "In no particular order, shuffled once a day so that nobody is favoured.",
    Order.BAND: "By band, exemplary first; within a band in no particular order.",
    Order.DISTANCE: "Nearest first.",
    Order.PRICE: "Lowest price first; without a price last.",
    Order.START: "Soonest start first.",
}


@dataclass(frozen=True)
class Option:
    """One choice of a facet, with what it would find beside the other filters."""

    value: str
    label: str
    count: int
    checked: bool


@dataclass(frozen=True)
class Group:
    """A facet as the form shows it."""

    name: str
    label: str
    options: list[Option]
    chosen: int
    long: bool


@dataclass(frozen=True)
class Drop:
    """A filter that an empty result could do without."""

    words: str
    count: int
    url: str


@public
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The results of one query as a list, with everything in the address."""
    filters = read_address(request)
    query = filters.query
    page = Paginator(queries.results(query), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "programmes/search.html",
        {
            **frame(request, filters, query, page.paginator.count),
            "page_obj": page,
            "cards": [card(entry) for entry in page.object_list],
            "order_words": _ORDER_WORDS[Order(query.effective_order)],
            "orders": _orders(query),
        },
    )


def read_address(request: HttpRequest) -> CatalogueFilter:
    """What the address asks; `request.GET` then says the kind and the seed too.

    The pagination component and the links of a page keep the query string: with the seed in it, paging past
    midnight repeats nothing.
    """
    params = request.GET.copy()
    if params.get("kind") not in EntryKind.values:
        params["kind"] = EntryKind.PROGRAMME
    filters = CatalogueFilter(data=params.copy())
    params["seed"] = filters.query.seed
    request.GET = params  # type: ignore[assignment]
    return filters


def frame(request: HttpRequest, filters: CatalogueFilter, query: SearchQuery, total: int) -> dict[str, Any]:
    """What stands around the results, whether they are a list, a map or a chart: the form, the sentence, the
    filters with their counts, the chips, and what to do where there are none.
    """
    address = Address(request.path, request.GET)
    choices = Choices()
    counts = queries.facet_counts(query)
    more = sum(counts["status"].values()) - total
    errors = filters.form.errors
    return {
        "query": query,
        "asked": filters.data,
        "total": total,
        "sentence": sentence(query, total, choices),
        "views": _views(request),
        "tabs": _tabs(query, address),
        "groups": [_group(query, facet, counts[facet.name], choices) for facet in query.facets],
        "chips": _chips(query, filters, address, choices),
        "clear_url": address.only(kind=query.kind),
        "distances": DISTANCES,
        "lowest": _lowest(query),
        "errors": {name: " ".join(messages) for name, messages in errors.items()},
        "places": [
            (place.label, address.having(place=str(place.urn))) for place in filters.places_to_choose_from
        ],
        "ignored": [filters.filters[name].label for name in errors if name not in ("place", "__all__")],
        "show_all_url": address.having(status=ANY_STATUS) if query.statuses and more > 0 else "",
        "more": more,
        "drops": _drops(query, address, choices) if total == 0 else [],
        "canonical": address.without("seed"),
        "section": "search",
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
    chosen = [
        _or([choices.label(facet, value) for value in query.chosen[facet.name]])
        for facet in query.facets
        if query.chosen.get(facet.name) and facet.name != "status"
    ]
    return said + (f": {'; '.join(chosen)}" if chosen else "")


def _or(labels: list[str]) -> str:
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} or {labels[-1]}"


def _tabs(query: SearchQuery, address: Address) -> list[dict[str, Any]]:
    counts = queries.kind_counts(query)
    return [
        {
            "text": text,
            "url": address.keeping(*_SHARED, kind=kind),
            "current": kind == query.kind,
            "count": counts[kind],
        }
        for kind, text in _TABS
    ]


def _group(query: SearchQuery, facet: Facet, counts: dict[str, int], choices: Choices) -> Group:
    chosen = query.chosen.get(facet.name, ())
    if facet.name == "status":
        # Everything is the same as each of them: the boxes say so, and sending the form again changes nothing.
        chosen = query.statuses or tuple(tables.Standing.values)
    from_rows = facet.choices is None
    options = [
        Option(code, label, counts.get(code, 0), code in chosen)
        for code, label in choices.of(facet).items()
        if counts.get(code) or code in chosen or not (facet.long or from_rows)
    ]
    # What is chosen stays in sight at the head of a long list.
    if facet.long:
        options.sort(key=lambda option: not option.checked)
    return Group(facet.name, facet.label, options, len(query.chosen.get(facet.name, ())), facet.long)


def _orders(query: SearchQuery) -> list[tuple[str, str, bool]]:
    possible = [
        order
        for order in Order
        if (order != Order.MATCH or query.words)
        and (order != Order.DISTANCE or query.place)
        and (order != Order.START or query.kind == EntryKind.PROGRAMME)
        and (order != Order.PRICE or query.kind != EntryKind.PROVIDER)
    ]
    # Nothing is sent for what is the order anyway: with new words the closest come first again.
    usual = Order.MATCH if query.words else Order.NEUTRAL
    return [
        ("" if order == usual else order.value, order.label, order == query.effective_order)
        for order in possible
    ]


def _lowest(query: SearchQuery) -> list[tuple[str, str, list[tuple[str, bool]]]]:
    """Heading, its label, and the scores to choose from."""
    shown = []
    for heading in HEADINGS:
        chosen = query.at_least.get(heading)
        values = [(value, chosen is not None and chosen == float(value)) for value in LOWEST]
        if chosen is not None and not any(selected for _, selected in values):
            values.append((str(chosen), True))
        shown.append((heading, heading.capitalize(), values))
    return shown


def _chips(
    query: SearchQuery, filters: CatalogueFilter, address: Address, choices: Choices
) -> list[dict[str, str]]:
    chips = []
    if query.words:
        chips.append({"text": f"“{query.words}”", "url": address.without("q")})
    if query.place:
        near = f"Within {query.within} miles of" if query.within else "Distances from"
        chips.append({"text": f"{near} {query.place.label}", "url": address.without("place", "within")})
    for facet in query.facets:
        values = query.chosen.get(facet.name, ())
        if facet.name == "status" and (ANY_STATUS in values or set(values) == set(tables.Standing.values)):
            chips.append({"text": "Everything on the register", "url": address.without("status")})
            continue
        for value in values:
            chips.append(
                {"text": choices.label(facet, value), "url": address.without(facet.name, value=value)}
            )
    for heading, lowest in query.at_least.items():
        text = f"{heading.capitalize()} {lowest} or more"
        chips.append({"text": text, "url": address.without(f"min_{heading}")})
    if query.price_max is not None and query.kind != EntryKind.PROVIDER:
        chips.append({"text": f"Up to {money(query.price_max)}", "url": address.without("price")})
    if not query.examples:
        chips.append({"text": "Without examples", "url": address.without("examples")})
    return chips


def _drops(query: SearchQuery, address: Address, choices: Choices) -> list[Drop]:
    """Which filter to do without, and how many results that would give; the five that give most."""
    drops = []
    for name, count in queries.would_give(query)[:5]:
        facet = BY_NAME.get(name)
        if name == "status":
            words, url = "include what isn’t quality assured", address.having(status=ANY_STATUS)
        elif facet:
            chosen = _or([choices.label(facet, value) for value in query.chosen[name]])
            words, url = f"leave out “{facet.label}: {chosen}”", address.without(name)
        else:
            words, url = _DROP_WORDS.get(name, f"leave out “{name[4:]} at least”"), address.without(name)
        drops.append(Drop(words, count, url))
    return drops


_DROP_WORDS = {
    "q": "leave out the words",
    "within": "look at any distance",
    "price": "leave out the highest price",
    "examples": tables.YesNo.YES.label.lower(),
}
