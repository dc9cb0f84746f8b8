"""How an address names what is public: "programme:slug", "sle:slug", "provider:slug"."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q

from programmes.choices import EntryKind
from programmes.models import CatalogueEntry

# Of one address: more are passed over before the database is asked.
MOST = 60


def name_of(entry: CatalogueEntry) -> str:
    """What an address says for this entry."""
    return f"{entry.kind}:{entry.slug}"


def named(names: Iterable[str]) -> list[CatalogueEntry]:
    """The public entries of these names, in their order and each once; unknown ones are left out. One query."""
    wanted = [pair for name in dict.fromkeys(names) if (pair := _parts(name))][:MOST]
    if not wanted:
        return []
    condition = reduce(or_, (Q(kind=kind, slug=slug) for kind, slug in wanted))
    entries = CatalogueEntry.objects.filter(condition).select_related("provider", "region", "authority")
    found = {(entry.kind, entry.slug): entry for entry in entries}
    return [found[pair] for pair in wanted if pair in found]


def _parts(name: str) -> tuple[str, str] | None:
    kind, colon, slug = name.partition(":")
    known = kind in EntryKind.values and colon and slug and len(slug) <= 140 and "\x00" not in slug
    return (kind, slug) if known else None
