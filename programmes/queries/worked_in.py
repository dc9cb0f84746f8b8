"""Where something has worked: the schools of its entry, as everyone may know them."""

from __future__ import annotations

from dataclasses import dataclass

from programmes.choices import EntryKind
from programmes.models import CatalogueEntry, EntryContext
from programmes.queries.fit_words import in_words

MOST = 20


@dataclass(frozen=True)
class School:
    """One school; `name` only where it agreed to be named."""

    name: str
    words: str
    note: str
    year: int | None


@dataclass(frozen=True)
class WorkedIn:
    """The newest `MOST` schools, of `total`."""

    schools: list[School]
    total: int


def worked_in(entry: CatalogueEntry) -> WorkedIn:
    """The schools of an entry, newest first; an organisation's are those of all that it offers. At most two queries."""
    if entry.kind == EntryKind.PROVIDER:
        contexts = EntryContext.objects.filter(provider=entry.provider_id)
    else:
        contexts = EntryContext.objects.filter(entry=entry)
    shown = list(contexts.order_by("-year", "pk")[:MOST])
    return WorkedIn(
        [School(one.school_name, in_words(one), one.note, one.year) for one in shown],
        len(shown) if len(shown) < MOST else contexts.count(),
    )
