"""Every public address for search engines, in files of at most `limit` addresses.

What is made up to show how the register works stays out: nobody should come upon it as if it existed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.urls import reverse

from programmes.choices import EntryKind
from programmes.models import CatalogueEntry
from programmes.views.cards import entry_url

_PAGES = (
    "home",
    "search",
    "overview",
    "how_ratings_are_made",
    "for_providers",
    "framework_list",
    "data_sources",
    "api_docs",
    "open_data",
    "accessibility",
    "privacy",
)


class Pages(Sitemap):  # type: ignore[type-arg]
    """The pages that are always there."""

    def items(self) -> list[str]:
        return list(_PAGES)

    def location(self, item: str) -> str:
        return reverse(item)


class Entries(Sitemap):  # type: ignore[type-arg]
    """The pages of one kind of thing."""

    limit = 5000

    def __init__(self, kind: EntryKind) -> None:
        self.kind = kind

    def items(self) -> QuerySet[CatalogueEntry]:
        entries = CatalogueEntry.objects.filter(kind=self.kind, is_example=False)
        return entries.only("kind", "slug", "refreshed_at").order_by("pk")

    def location(self, item: CatalogueEntry) -> str:
        return entry_url(item)

    def lastmod(self, item: CatalogueEntry) -> dt.datetime:
        return item.refreshed_at

    def get_latest_lastmod(self) -> dt.datetime | None:
        # Django's own would read every row.
        newest: dt.datetime | None = self.items().aggregate(newest=Max("refreshed_at"))["newest"]
        return newest


# Made anew for each request: Django keeps the newest date of a request on the object.
SITEMAPS: dict[str, Callable[[], Pages | Entries]] = {
    "pages": Pages,
    "programmes": partial(Entries, EntryKind.PROGRAMME),
    "specialist-leaders": partial(Entries, EntryKind.SLE),
    "providers": partial(Entries, EntryKind.PROVIDER),
}
