"""What being on the register brings a provider, and how its ratings compare with like providers'."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet, Sum

from lpdqa.clock import today
from programmes.choices import HEADINGS, EntryKind, EntryStatus
from programmes.models import CatalogueEntry, EnquiryRecipient, EntryViews, ShortlistItem
from providers.models import Provider

FEWEST = 10
"""A comparison needs so many other providers: with fewer, one could be made out from the average."""


@dataclass(frozen=True)
class Figures:
    """One public page in the last twelve months."""

    entry: CatalogueEntry
    views: int
    shortlisted: int


@dataclass(frozen=True)
class Benchmark:
    """A provider's own ratings of one kind beside the average of like providers'."""

    kind: str
    providers: int
    """How many other providers of the same kind have ratings; below `FEWEST` there are no averages."""
    rows: list[tuple[str, float | None, float | None]]
    """Heading, own average, average of the others."""


def figures_of(provider: Provider) -> list[Figures]:
    """Views and shortlists of every public page of a provider, by title; three queries."""
    entries = list(CatalogueEntry.objects.filter(provider=provider).order_by("title", "pk")[:500])
    since = (today() - dt.timedelta(days=365)).replace(day=1)
    views = {
        (row["kind"], row["slug"]): row["n"]
        for row in EntryViews.objects.filter(slug__in=[e.slug for e in entries], month__gte=since)
        .values("kind", "slug")
        .annotate(n=Sum("views"))
    }
    kept = _shortlisted(entries)
    return [
        Figures(entry, views.get((entry.kind, entry.slug), 0), kept.get((entry.kind, entry.slug), 0))
        for entry in entries
    ]


def _shortlisted(entries: list[CatalogueEntry]) -> dict[tuple[str, str], int]:
    subjects = {
        EntryKind.PROGRAMME: "programme_id",
        EntryKind.SLE: "leader_id",
        EntryKind.PROVIDER: "provider_id",
    }
    wanted: Any = Q(pk__in=[])
    for kind, column in subjects.items():
        ids = [getattr(e, column) for e in entries if e.kind == kind]
        wanted |= Q(**{f"{column}__in": ids})
    counted = ShortlistItem.objects.filter(wanted).values(*subjects.values()).annotate(n=Count("pk"))
    by_subject: dict[tuple[str, int], int] = {}
    for row in counted:
        for kind, column in subjects.items():
            if row[column]:
                by_subject[kind, row[column]] = row["n"]
    return {
        (e.kind, e.slug): by_subject.get((e.kind, getattr(e, subjects[EntryKind(e.kind)])), 0)
        for e in entries
    }


def enquiries_of(provider: Provider) -> int:
    """Enquiries that reached a provider in the last twelve months."""
    since = today() - dt.timedelta(days=365)
    return (
        EnquiryRecipient.objects.filter(provider=provider, created_at__date__gte=since)
        .exclude(state="waiting")
        .count()
    )


def benchmarks_of(provider: Provider) -> list[Benchmark]:
    """For each kind of subject that the provider has rated: its averages beside those of like providers.

    Like: of the same kind of organisation, and both or neither made up for the examples. Each provider counts once,
    however many programmes it has. Two queries for each kind.
    """
    found = []
    for kind in EntryKind:
        averages = {heading: Avg(heading) for heading in HEADINGS}
        own = _rated(kind).filter(provider=provider).aggregate(**averages, n=Count("pk"))
        if own["n"]:
            found.append(_beside(provider, kind, own))
    return found


def beside_like_providers(provider: Provider, kind: EntryKind, own: Mapping[str, float | None]) -> Benchmark:
    """One rating's headings (by their lower-case names) beside the average of like providers; one query."""
    return _beside(provider, kind, own)


def _rated(kind: EntryKind) -> QuerySet[CatalogueEntry]:
    return CatalogueEntry.objects.filter(kind=kind, status=EntryStatus.RATED)


def _beside(provider: Provider, kind: EntryKind, own: Mapping[str, Any]) -> Benchmark:
    like = list(
        _rated(kind)
        .filter(provider__kind=provider.kind, is_example=provider.is_example)
        .exclude(provider=provider)
        .values("provider")
        .annotate(**{f"mean_{heading}": Avg(heading) for heading in HEADINGS})
        .order_by("provider")
    )
    rows: list[tuple[str, float | None, float | None]] = []
    for heading in HEADINGS:
        theirs = [row[f"mean_{heading}"] for row in like if row[f"mean_{heading}"] is not None]
        mean = float(sum(theirs) / len(theirs)) if len(theirs) >= FEWEST else None
        mine = own[heading]
        rows.append((heading.capitalize(), float(mine) if mine is not None else None, mean))
    return Benchmark(kind.label, len(like), rows)
