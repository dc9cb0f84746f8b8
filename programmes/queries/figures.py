"""The live figures of the home page."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from programmes.choices import EntryKind, EntryStatus
from programmes.models import CatalogueEntry
from programmes.queries.facets import ASSURED


@dataclass(frozen=True)
class Figures:
    """How much is quality assured now, and what was decided last."""

    programmes: int
    leaders: int
    providers: int
    newest: CatalogueEntry | None


def figures() -> Figures:
    """Two queries. Each count is what the search shows at first for that kind."""
    assured = CatalogueEntry.objects.filter(status=EntryStatus.RATED, band__in=ASSURED)
    counts = assured.aggregate(**{kind: Count("pk", filter=Q(kind=kind)) for kind in EntryKind.values})
    rated = CatalogueEntry.objects.filter(status=EntryStatus.RATED, decided_on__isnull=False)
    return Figures(
        programmes=counts[EntryKind.PROGRAMME],
        leaders=counts[EntryKind.SLE],
        providers=counts[EntryKind.PROVIDER],
        newest=rated.order_by("-decided_on", "-pk").first(),
    )
