"""The live figures of the home page."""

from __future__ import annotations

from dataclasses import dataclass

from programmes.choices import EntryKind, EntryStatus
from programmes.models import CatalogueEntry
from programmes.queries.find import find
from programmes.queries.search import SearchQuery


@dataclass(frozen=True)
class Figures:
    """How much is quality assured now, and what was decided last."""

    programmes: int
    leaders: int
    providers: int
    newest: CatalogueEntry | None


def figures() -> Figures:
    """Two queries. Each count is what the search shows at first for that kind."""
    counts = find(SearchQuery()).kind_counts()
    rated = CatalogueEntry.objects.filter(status=EntryStatus.RATED, decided_on__isnull=False)
    return Figures(
        programmes=counts[EntryKind.PROGRAMME],
        leaders=counts[EntryKind.SLE],
        providers=counts[EntryKind.PROVIDER],
        newest=rated.order_by("-decided_on", "-pk").first(),
    )
