"""Asking the catalogue: the answer to a query, from the index of this process or from the database.

Both give the same answer to the last entry; the index gives it in a fraction of the time. `Found` is all that
a page, a feed or the API needs: how many, which ones in which order, and the counts beside the filters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import Any, Protocol

from django.db import connection
from django.db.models import Q, QuerySet

from programmes.choices import EntryKind
from programmes.models import CatalogueEntry
from programmes.queries import search
from programmes.queries.facets import Facet
from programmes.queries.index import live
from programmes.queries.index.bits import Bits, all_of, count, rows_of
from programmes.queries.index.columns import NotHeld
from programmes.queries.index.index import Index
from programmes.queries.index.order import Key, window
from programmes.queries.search import Order, SearchQuery


class Found(Protocol):
    """The answer to one query. A sequence of entries as far as a paginator needs one."""

    @property
    def query(self) -> SearchQuery: ...

    def __len__(self) -> int: ...

    def __getitem__(self, places: slice) -> list[CatalogueEntry]:
        """The entries at these places of the order, with what a card shows; one query."""

    def facet_counts(self) -> dict[str, dict[str, int]]:
        """See `search.facet_counts`."""

    def limit_counts(self) -> dict[str, dict[Decimal | int, int]]:
        """See `search.limit_counts`."""

    def kind_counts(self) -> dict[str, int]:
        """See `search.kind_counts`."""

    def would_give(self) -> list[tuple[str, int]]:
        """See `search.would_give`."""


def find(query: SearchQuery) -> Found:
    """Answer a query, from the index where it is there."""
    with live.index() as index:
        if index is not None:
            return FoundInIndex(query, index, live.lock())
    return FoundInDatabase(query)


def how_many_fit(query: SearchQuery) -> int:
    """How many of the entries asked for have worked in schools like the one in the query."""
    return len(find(replace(query, fits=True)))


class FoundInDatabase:
    """The answer in SQL: the reference, and what answers while there is no index."""

    def __init__(self, query: SearchQuery) -> None:
        self.query = query

    @cached_property
    def _count(self) -> int:
        return search.matching(self.query).count()

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, places: slice) -> list[CatalogueEntry]:
        return list(search.results(self.query)[places])

    def facet_counts(self) -> dict[str, dict[str, int]]:
        return search.facet_counts(self.query)

    def limit_counts(self) -> dict[str, dict[Decimal | int, int]]:
        return search.limit_counts(self.query)

    def kind_counts(self) -> dict[str, int]:
        return search.kind_counts(self.query)

    def would_give(self) -> list[tuple[str, int]]:
        return search.would_give(self.query)


class FoundInIndex:
    """The answer of the index. Worked out again if the index changes while it is being read."""

    def __init__(
        self, query: SearchQuery, index: Index, lock: AbstractContextManager[Any] | None = None
    ) -> None:
        self.query = query
        self._index = index
        self._lock = lock or nullcontext()
        self._conditions = search.conditions(query)
        with self._lock:
            self._work_out()

    def __len__(self) -> int:
        return self._total

    def __getitem__(self, places: slice) -> list[CatalogueEntry]:
        ids = self.ids(places.start or 0, self._total if places.stop is None else places.stop)
        entries = search.for_cards(search.everything(self.query).filter(pk__in=ids)).in_bulk()
        # One may have gone since.
        return [entries[pk] for pk in ids if pk in entries]

    def ids(self, start: int, stop: int) -> list[int]:
        """Primary keys at these places of the order."""
        with self._unchanged():
            try:
                keys = self._order()
            except NotHeld:
                return list(search.results(self.query).values_list("pk", flat=True)[start:stop])
            rows = window(rows_of(self._rows), keys, start, stop)
            return [int(pk) for pk in self._index.ids[rows]]

    def facet_counts(self) -> dict[str, dict[str, int]]:
        with self._unchanged():
            return {facet.name: self._facet_counts(facet) for facet in self.query.facets}

    def limit_counts(self) -> dict[str, dict[Decimal | int, int]]:
        with self._unchanged():
            return {
                name: {
                    value: count(self._without.get(name, self._rows) & self._that(condition))
                    for value, condition in choices.items()
                }
                for name, choices in search.limits(self.query).items()
            }

    def kind_counts(self) -> dict[str, int]:
        with self._unchanged():
            return {
                kind: count(all_of(self._parts(self.query.of_kind(kind)).values(), self._index.alive))
                for kind in EntryKind.values
            }

    def would_give(self) -> list[tuple[str, int]]:
        with self._unchanged():
            counts = {name: count(rows) for name, rows in self._without.items() if name != "kind"}
        found = [(name, n) for name, n in counts.items() if n]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def _work_out(self) -> None:
        self._seen = self._index.changes
        parts = self._parts(self.query)
        self._rows = all_of(parts.values(), self._index.alive)
        self._without = without_each(parts, self._index.alive)
        self._total = count(self._rows)

    @contextmanager
    def _unchanged(self) -> Iterator[None]:
        with self._lock:
            if self._seen != self._index.changes:
                self._work_out()
            yield

    def _parts(self, query: SearchQuery) -> dict[str, Bits]:
        """The rows that satisfy each filter; for what the index doesn't hold the database is asked."""
        found = {}
        for name, condition in search.conditions(query).items():
            if name == "fits" and query.school:
                found[name] = self._index.rows_of_ids(query.school.alike_entries)
            else:
                found[name] = self._that(condition)
        return found

    def _that(self, condition: Q) -> Bits:
        """The rows that satisfy a condition; where the index doesn't hold what it asks, the database is asked."""
        try:
            return self._index.that(condition, self.query.place)
        except NotHeld:
            asked = search.everything(self.query).filter(condition)
            return self._index.rows_of_sql(_packed_ids(asked))

    def _facet_counts(self, facet: Facet) -> dict[str, int]:
        try:
            return self._index.facet_counts(facet, self._without.get(facet.name, self._rows))
        except NotHeld:
            return facet.counts(search.matching(self.query, without={facet.name}))

    def _order(self) -> list[Key]:
        query, order = self.query, self.query.effective_order
        first: list[Key] = []
        if order == Order.MATCH:
            first = [self._index.steps_key(search.text_query(query.words))]
        elif order in search.COLUMN_ORDERS:
            first = [self._index.key(search.COLUMN_ORDERS[order], query.place)]
        elif order == Order.FIT and query.school:
            matches = query.school.matches
            first = [self._index.given_key(matches.entries, matches.scores)]
        return [*first, self._index.shuffle_key(query.seed), self._index.id_key]


def without_each(parts: Mapping[str, Bits], everything: Bits) -> dict[str, Bits]:
    """For each part the rows that are in all the others: from the rows before it and the rows after it."""
    names = list(parts)
    before = {}
    so_far = everything
    for name in names:
        before[name] = so_far
        so_far = so_far & parts[name]
    found = {}
    so_far = everything
    for name in reversed(names):
        found[name] = before[name] & so_far
        so_far = so_far & parts[name]
    return found


def _packed_ids(entries: QuerySet[CatalogueEntry]) -> bytes:
    """Primary keys as 8-byte numbers; one query."""
    sql, params = entries.order_by().values_list("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT string_agg(int8send(found.id), ''::bytea) FROM ({sql}) found", params)  # noqa: S608
        return bytes(cursor.fetchone()[0] or b"")
