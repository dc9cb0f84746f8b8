"""What is new or changed among the results of a search: for alerts and feeds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count, Max, Q, QuerySet

from programmes.choices import EntryStatus
from programmes.models import CatalogueEntry, SavedSearch
from programmes.models.saved_search import Frequency
from programmes.queries.search import SearchQuery, for_cards, matching


def newest(query: SearchQuery) -> QuerySet[CatalogueEntry]:
    """The results of a query, changed last first, with what a card shows."""
    return for_cards(matching(query)).order_by("-changed_at", "-pk")


def news(query: SearchQuery, after: dt.datetime, until: dt.datetime) -> QuerySet[CatalogueEntry]:
    """The results that came or changed in this time, changed last first.

    Whatever begins to match a query has changed in a column: every filter is a column of the entry.
    """
    return newest(query).filter(changed_at__gt=after, changed_at__lte=until)


def fingerprint(query: SearchQuery) -> tuple[int, dt.datetime | None]:
    """How many results there are and when one changed last: enough to know that nothing has; one query."""
    found = matching(query).aggregate(n=Count("pk"), latest=Max("changed_at"))
    return found["n"], found["latest"]


def what_happened(entry: CatalogueEntry, after: dt.datetime) -> str:
    """In words, what is new about an entry since a moment."""
    if entry.first_at > after:
        return "New on the register"
    if entry.status == EntryStatus.ALERT:
        return "Rating suspended"
    if entry.status == EntryStatus.RATED and entry.decided_on and entry.decided_on >= after.date():
        return "New rating"
    return "Changed"


def due(on: dt.date) -> Iterable[int]:
    """Primary keys of the saved searches to look at on a day; one query."""
    week = on - dt.timedelta(days=7)
    searches = SavedSearch.objects.filter(
        Q(frequency=Frequency.DAILY, checked_on__lt=on) | Q(frequency=Frequency.WEEKLY, checked_on__lte=week),
        owner__is_active=True,
    )
    return searches.order_by("checked_on", "pk").values_list("pk", flat=True)
