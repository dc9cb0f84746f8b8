"""What a result shows of a catalogue entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from lpdqa.web.formats import long_date, miles, money
from programmes.choices import HEADINGS, EntryKind, EntryStatus, Mode, ProgrammeKind
from programmes.models import CatalogueEntry
from programmes.queries.fit import Fit
from programmes.queries.items import name_of
from providers.choices import Expertise, ProviderKind

_STATUS_WORDS = {EntryStatus.LAPSED: "Rating lapsed"}


@dataclass(frozen=True)
class Card:
    """A result in a list."""

    name: str
    """What an address says for it, see `programmes.queries.items`."""
    title: str
    url: str
    by: str
    summary: str
    facts: list[str]
    band: str
    """Key of the band to show, or "" where `status` says it."""
    status: str
    provisional: bool
    confidence: str
    headings: dict[str, Any] = field(default_factory=dict)
    alert: str = ""
    warning: str = ""
    is_example: bool = False
    fit: Fit | None = None
    """How it fits the school that was chosen; None where there is none, or nothing is known."""
    fit_url: str = ""


def card(entry: CatalogueEntry, fit: Fit | None = None, fit_url: str = "") -> Card:
    """The card of one entry; `distance` is shown where the query annotated it."""
    rated = entry.status == EntryStatus.RATED and entry.overall is not None
    status = _STATUS_WORDS.get(EntryStatus(entry.status), "")
    return Card(
        name=name_of(entry),
        title=entry.title,
        url=entry_url(entry),
        by=_by(entry),
        summary=entry.summary,
        facts=_facts(entry),
        band="" if status else (entry.band if rated else entry.status),
        status=status,
        provisional=entry.provisional,
        confidence=entry.get_confidence_display() if rated else "",
        headings={code: getattr(entry, code) for code in HEADINGS} if rated else {},
        alert=entry.alert if entry.status == EntryStatus.ALERT else "",
        warning=entry.warning,
        is_example=entry.is_example,
        fit=fit,
        fit_url=fit_url,
    )


_PAGES = {
    EntryKind.PROGRAMME: "programme_page",
    EntryKind.SLE: "leader_page",
    EntryKind.PROVIDER: "provider_page",
}


def entry_url(entry: CatalogueEntry) -> str:
    """Path of the page of what an entry stands for."""
    return url_of(entry.kind, entry.slug)


def url_of(kind: str, slug: str) -> str:
    """Path of the page of one programme, specialist leader or provider."""
    return reverse(_PAGES[EntryKind(kind)], args=[slug])


def _by(entry: CatalogueEntry) -> str:
    kind = ProviderKind(entry.provider_kind).label if entry.provider_kind else ""
    if entry.kind == EntryKind.PROVIDER:
        return kind
    words = f"{entry.provider_name}, {_small(kind)}" if kind else entry.provider_name
    return f"Designated by {words}" if entry.kind == EntryKind.SLE else words


def _small(label: str) -> str:
    """A label inside a sentence; abbreviations stay."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def _facts(entry: CatalogueEntry) -> list[str]:
    facts: list[str] = []
    if entry.kind == EntryKind.PROGRAMME:
        facts.append("NPQ" if entry.npq else ProgrammeKind(entry.programme_kind).label)
        facts += [Mode(mode).label for mode in entry.modes]
        if entry.hours is not None:
            facts.append(f"{entry.hours.normalize():f} hour{'' if entry.hours == 1 else 's'}")
        if entry.price is not None:
            facts.append(f"{money(entry.price)} per participant" if entry.price else "Free")
        if entry.next_start:
            facts.append(f"Starts {long_date(entry.next_start)}")
    elif entry.kind == EntryKind.SLE:
        facts += [Expertise(code).label for code in entry.expertise]
        if entry.price is not None:
            facts.append(f"{money(entry.price)} a day" if entry.price else "No charge")
        if "online" in entry.reach:
            facts.append("Works online too")
    distance = getattr(entry, "distance", None)
    if distance is not None:
        facts.append(f"{miles(distance)} away")
    elif entry.authority and entry.kind != EntryKind.PROGRAMME:
        facts.append(entry.authority.name)
    elif entry.region:
        facts.append(entry.region.name)
    return facts
