"""The filters as the search page shows them: groups of choices with counts, chips, and what to do without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from lpdqa.web.formats import money
from programmes.choices import HEADINGS, EntryKind
from programmes.queries import facets as tables
from programmes.queries.facets import BY_NAME, Choices, Facet, Theme
from programmes.queries.find import Found, find
from programmes.queries.search import ANY_STATUS, DISTANCES, SearchQuery, conditions
from programmes.views.address import Address

MOST_DROPS = 5
_DROP_WORDS = {
    "q": "leave out the words",
    "within": "look at any distance",
    "fits": "include what has not worked in schools like yours",
    "price": "leave out the highest price",
    "examples": tables.YesNo.YES.label.lower(),
}
_OPEN = Theme.QUALITY


@dataclass(frozen=True)
class Option:
    """One choice of a facet, with what it would find beside the other filters."""

    value: str
    label: str
    count: int | None
    """None where it can't be told yet."""
    checked: bool


@dataclass(frozen=True)
class Limit:
    """A lowest score, a largest distance or a highest price, one of which is chosen or none."""

    name: str
    label: str
    options: list[Option]


@dataclass(frozen=True)
class Group:
    """A facet as the form shows it."""

    name: str
    label: str
    options: list[Option]
    chosen: int
    long: bool
    hint: str


@dataclass(frozen=True)
class Section:
    """The filters of one theme, folded together; `chosen` is how many values of theirs are in use."""

    code: str
    label: str
    groups: list[Group]
    chosen: int
    open: bool


@dataclass(frozen=True)
class Drop:
    """What to do about an empty result: a filter to do without, or one to keep alone."""

    words: str
    count: int
    url: str


def sections(query: SearchQuery, counts: Mapping[str, Mapping[str, int]], choices: Choices) -> list[Section]:
    """The filters by theme. A facet in which nothing would be found, and nothing is chosen, is left out."""
    numbers = {Theme.QUALITY: len(query.at_least), Theme.PROVIDER: int(not query.examples)}
    if query.school:
        numbers[Theme.PLACE] = int(query.fits)
    if query.kind != EntryKind.PROVIDER:
        numbers[Theme.COST] = int(query.price_max is not None)
    shown = []
    for theme in Theme:
        groups = [
            _group(query, facet, counts[facet.name], choices)
            for facet in query.facets
            if facet.theme == theme and (any(counts[facet.name].values()) or query.chosen.get(facet.name))
        ]
        # The boxes for a price, the lowest scores and the examples are no facets.
        if groups or theme in numbers:
            chosen = sum(group.chosen for group in groups) + numbers.get(theme, 0)
            shown.append(
                Section(theme.value, theme.label, groups, chosen, open=bool(chosen) or theme == _OPEN)
            )
    return shown


def _group(query: SearchQuery, facet: Facet, counts: Mapping[str, int], choices: Choices) -> Group:
    return Group(
        facet.name,
        facet.label,
        options_of(query, facet, counts, choices),
        len(query.chosen.get(facet.name, ())),
        facet.long,
        facet.hint,
    )


def options_of(query: SearchQuery, facet: Facet, counts: Mapping[str, int], choices: Choices) -> list[Option]:
    """The choices of a facet to show: of a long list only those that would find something, and those chosen."""
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
    return options


def lowest_scores(query: SearchQuery, counts: Mapping[str, Mapping[Decimal | int, int]]) -> list[Limit]:
    """For each heading the lowest scores to choose from; `counts` are those of `limit_counts`."""
    shown = []
    for heading in HEADINGS:
        name, used = f"min_{heading}", query.at_least.get(heading)
        options = [
            Option(str(score), f"{score} or more", n, score == used) for score, n in counts[name].items()
        ]
        shown.append(Limit(name, heading.capitalize(), options))
    return shown


def distances(query: SearchQuery, counts: Mapping[str, Mapping[Decimal | int, int]]) -> Limit:
    """How far away things may be; without a place there is nothing to count."""
    known: dict[Decimal | int, int | None] = {**counts.get("within", {})}
    if not known:
        known = dict.fromkeys(sorted({*DISTANCES, *([] if query.within is None else [query.within])}))
    options = [
        Option(str(far), f"{far} mile{'' if far == 1 else 's'}", n, far == query.within)
        for far, n in known.items()
    ]
    return Limit("within", "How far", options)


def prices(query: SearchQuery, counts: Mapping[str, Mapping[Decimal | int, int]]) -> Limit:
    """How much it may cost."""
    options = [
        Option(str(most), f"Up to {money(most)}", n, most == query.price_max)
        for most, n in counts.get("price", {}).items()
    ]
    return Limit("price", "Price", options)


def chips(query: SearchQuery, address: Address, choices: Choices) -> list[dict[str, str]]:
    """What is asked, each with the address without it."""
    shown = []
    if query.words:
        shown.append({"text": f"“{query.words}”", "url": address.without("q")})
    if where := query.place or query.school:
        near = f"Within {query.within} miles of" if query.within and query.place else "Distances from"
        if query.school and not (query.within and query.place):
            near = "Your school:"
        taken = ("place", "within", "fits", *(name for name in address.names if name.startswith("my_")))
        shown.append({"text": f"{near} {where.label}", "url": address.without(*taken)})
    if query.school and query.fits:
        shown.append({"text": "Has worked in schools like yours", "url": address.without("fits")})
    for facet in query.facets:
        values = query.chosen.get(facet.name, ())
        if facet.name == "status" and (ANY_STATUS in values or set(values) == set(tables.Standing.values)):
            shown.append({"text": "Everything on the register", "url": address.without("status")})
            continue
        for value in values:
            shown.append(
                {"text": choices.said(facet, value), "url": address.without(facet.name, value=value)}
            )
    for heading, lowest in query.at_least.items():
        text = f"{heading.capitalize()} {lowest} or more"
        shown.append({"text": text, "url": address.without(f"min_{heading}")})
    if query.price_max is not None and query.kind != EntryKind.PROVIDER:
        shown.append({"text": f"Up to {money(query.price_max)}", "url": address.without("price")})
    if not query.examples:
        shown.append({"text": "Without examples", "url": address.without("examples")})
    return shown


def drops(found: Found, address: Address, choices: Choices) -> list[Drop]:
    """Which filter to do without, and how many results that would give; those that give most."""
    shown, query = [], found.query
    for name, count in found.would_give()[:MOST_DROPS]:
        facet = BY_NAME.get(name)
        if name == "status":
            words, url = "include what isn’t quality assured", address.having(status=ANY_STATUS)
        elif facet:
            chosen = one_of([choices.label(facet, value) for value in query.chosen[name]])
            words, url = f"leave out “{facet.label}: {chosen}”", address.without(name)
        else:
            words, url = _DROP_WORDS.get(name) or _lowest_words(query, name), address.without(name)
        shown.append(Drop(words, count, url))
    return shown


def keeps(query: SearchQuery, address: Address, choices: Choices) -> list[Drop]:
    """Where doing without one filter helps nothing: each filter that alone finds something, and how much; those
    that find most.
    """
    names = [name for name in conditions(query) if name not in ("kind", "status", "examples")]
    found = sorted(((len(find(query.by_alone(name))), name) for name in names), reverse=True)
    about = ("place", "examples", *(name for name in address.names if name.startswith("my_")))
    return [
        Drop(
            f"keep only {_said_of(query, name, choices)}",
            count,
            address.keeping(name, *about, kind=query.kind),
        )
        for count, name in found[:MOST_DROPS]
        if count
    ]


def _said_of(query: SearchQuery, name: str, choices: Choices) -> str:
    if facet := BY_NAME.get(name):
        return f"“{facet.label}: {one_of([choices.label(facet, value) for value in query.chosen[name]])}”"
    if name == "q":
        return f"the words “{query.words}”"
    if name == "price":
        return f"what costs up to {money(query.price_max)}"
    if name == "within":
        return f"what is within {query.within} mile{'' if query.within == 1 else 's'}"
    if name == "fits":
        return "what has worked in schools like yours"
    return _lowest_said(query, name)


def _lowest_words(query: SearchQuery, name: str) -> str:
    return f"leave out {_lowest_said(query, name)}"


def _lowest_said(query: SearchQuery, name: str) -> str:
    heading = name.removeprefix("min_")
    return f"“{heading.capitalize()} {query.at_least[heading]} or more”"


def one_of(labels: list[str]) -> str:
    """“a, b or c”."""
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} or {labels[-1]}"
