"""Reading shortlists."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from programmes.choices import EntryKind
from programmes.models import CatalogueEntry, Shortlist, ShortlistItem

_KEYS = {EntryKind.PROGRAMME: "programme_id", EntryKind.SLE: "leader_id", EntryKind.PROVIDER: "provider_id"}


@dataclass(frozen=True)
class Listed:
    """An item with what the catalogue says of it now; `entry` is None where it is no longer public."""

    item: ShortlistItem
    entry: CatalogueEntry | None


def listed(shortlist: Shortlist) -> list[Listed]:
    """The items of a list in the order they were added; two queries."""
    items = list(shortlist.items.all())
    by_kind: dict[str, list[int]] = {kind: [] for kind in EntryKind.values}
    for item in items:
        by_kind[item.kind].append(_subject(item))
    entries = CatalogueEntry.objects.filter(
        Q(kind=EntryKind.PROGRAMME, programme__in=by_kind[EntryKind.PROGRAMME])
        | Q(kind=EntryKind.SLE, leader__in=by_kind[EntryKind.SLE])
        | Q(kind=EntryKind.PROVIDER, provider__in=by_kind[EntryKind.PROVIDER])
    ).select_related("provider", "region", "authority")
    found = {(entry.kind, getattr(entry, _KEYS[EntryKind(entry.kind)])): entry for entry in entries}
    return [Listed(item, found.get((item.kind, _subject(item)))) for item in items]


def shared(code: str) -> Shortlist | None:
    """The list that is shared under this code now."""
    return Shortlist.objects.filter(share_code=code).first() if code else None


def subject_of(entry: CatalogueEntry) -> dict[str, int]:
    """The key of what an entry stands for, as an item keeps it."""
    key = _KEYS[EntryKind(entry.kind)]
    return {key: getattr(entry, key)}


def _subject(item: ShortlistItem) -> int:
    return int(getattr(item, _KEYS[EntryKind(item.kind)]))
