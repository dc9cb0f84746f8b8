"""The catalogue held in this process for counting: columns, words, and which rows are there.

A row is an entry's place in the arrays. Entries that go leave an empty row; entries that come get a new one.
Not safe for several threads: `live` gives it to one at a time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery
from django.db import connection
from django.db.models import F, Q
from django.db.models.expressions import OrderBy
from django.db.models.sql import Query

from programmes.models import CatalogueEntry
from programmes.queries.facets import FACETS, Facet
from programmes.queries.index import build, tsquery
from programmes.queries.index.bits import Bits, Matrix, count, empty, of_rows, words_for
from programmes.queries.index.columns import At, Coded, Column, NotHeld, Numbers, Points, column_for
from programmes.queries.index.conditions import Kept, rows_that
from programmes.queries.index.order import Key
from programmes.queries.index.words import Found, Segment, Words
from programmes.queries.neutral import Shuffle

# Identities, names and texts: nothing is narrowed or counted by them (and if it is, the database is asked).
_NOT_HELD = frozenset(
    {
        "id",
        "programme",
        "version",
        "leader",
        "slug",
        "title",
        "provider_name",
        "latitude",
        "longitude",
        "framework",
    }
)
_TABLE = CatalogueEntry._meta.db_table
_STEPS_ASKED = ("search", "ts_filter(search, '{a,b}')", "ts_filter(search, '{a}')")


class Index:
    """See the module. `capacity` is the length of every column; rows beyond `rows` are not used yet."""

    # Keys of shuffles are kept for so many seeds (the day's, and those of people who page past midnight).
    _SEEDS = 4

    def __init__(self) -> None:
        counted = {facet.column for facet in FACETS}
        self._read: dict[str, Coded | Numbers] = {}
        """Columns by the name of their field."""
        self._by_name: dict[str, Column] = {}
        """The same by every name a condition may use."""
        for field in CatalogueEntry._meta.concrete_fields:
            if field.name in _NOT_HELD:
                continue
            column = column_for(field, counted=field.name in counted or field.attname in counted)
            if column is not None:
                self._read[field.name] = column
                self._by_name[field.name] = self._by_name[field.attname] = column
        self.points = Points()
        self.words = Words()
        self.kept = Kept()
        self.rows = 0
        self.capacity = 0
        self.ids = np.zeros(0, dtype=np.int64)
        self.alive = empty(0)
        self._row_of: dict[int, int] = {}
        """Rows of entries that came since the index was made; the others are found in `ids`, which ascend."""
        self._built_rows = 0
        self._keys: OrderedDict[str, np.ndarray] = OrderedDict()
        self._matrices: dict[str, tuple[list[str], Matrix]] = {}
        self.changes = 0
        """Goes up whenever a row changes: what was worked out before may no longer hold."""

    # --- Filling ---

    @classmethod
    def read(cls) -> Index:
        """Read the whole catalogue. Must run in one transaction that sees one state throughout."""
        index = cls()
        for part, words in build.parts(index._read):
            first = index.rows
            index._grow(len(part.ids))
            index._fill(np.arange(first, index.rows), part)
            index.words.segments.append(Segment(words, first))
        for column in index._read.values():
            if isinstance(column, Coded):
                column.finish()
        index._built_rows = index.rows
        return index

    def apply(self, ids: Sequence[int]) -> None:
        """Bring some entries up to date with the database: changed, new or gone."""
        part, words = build.some(self._read, ids)
        found = set(part.ids.tolist())
        gone = [row for pk in ids if pk not in found and (row := self._find(pk)) is not None]
        if gone:
            self.alive &= ~of_rows(np.unique(np.array(gone)), len(self.alive))
        rows = np.zeros(len(part.ids), dtype=np.int64)
        new = []
        for place, pk in enumerate(part.ids.tolist()):
            row = self._find(pk)
            if row is None:
                new.append(place)
            else:
                rows[place] = row
        if new:
            first = self.rows
            self._grow(len(new))
            rows[new] = np.arange(first, self.rows)
            for place, row in zip(new, range(first, self.rows), strict=True):
                self._row_of[int(part.ids[place])] = row
        self._fill(rows, part)
        self.words.set({int(row): words.get(int(pk), {}) for row, pk in zip(rows, part.ids, strict=True)})
        self.kept.clear()
        self._matrices.clear()
        self.changes += 1

    def _grow(self, more: int) -> None:
        """Take `more` new rows into use."""
        self.rows += more
        if self.rows <= self.capacity:
            return
        self.capacity = words_for(self.rows + self.rows // 16 + 1024) * 64
        for column in (*self._read.values(), self.points):
            column.resize(self.capacity)
        self.words.resize(self.capacity)
        self.kept.clear()
        self._matrices.clear()
        self._keys.clear()
        self.ids = np.concatenate([self.ids, np.zeros(self.capacity - len(self.ids), dtype=np.int64)])
        self.alive = np.concatenate([self.alive, empty(words_for(self.capacity) - len(self.alive))])

    def _fill(self, rows: np.ndarray, part: build.Part) -> None:
        for name, column in list(self._read.items()):
            if isinstance(column, Numbers):
                column.set(rows, part.numbers[name])
                continue
            try:
                column.set(rows, column.codes_of(part.texts[name]))
            except NotHeld:
                # Too many values to be a set of codes: conditions on it go to the database.
                self._read.pop(name)
                self._by_name = {key: one for key, one in self._by_name.items() if one is not column}
        self.points.set(rows, part.points)
        self.ids[rows] = part.ids
        self.alive |= of_rows(rows, len(self.alive))
        for seed, keys in self._keys.items():
            keys[rows] = Shuffle(seed).of(part.ids)

    def _find(self, pk: int) -> int | None:
        row = self._row_of.get(pk)
        if row is None:
            place = int(np.searchsorted(self.ids[: self._built_rows], pk))
            if place < self._built_rows and self.ids[place] == pk:
                row = place
        return row

    def rows_with(self, ids: np.ndarray) -> np.ndarray:
        """The rows of primary keys, as far as they are there."""
        places = np.searchsorted(self.ids[: self._built_rows], ids)
        inside = places < self._built_rows
        known = np.zeros(len(ids), dtype=bool)
        known[inside] = self.ids[places[inside]] == ids[inside]
        later = [self._row_of[pk] for pk in ids[~known].tolist() if pk in self._row_of]
        return np.concatenate([places[known], np.array(later, dtype=np.int64)])

    # --- Answering ---

    @property
    def columns(self) -> Mapping[str, Column]:
        """The columns by every name a condition may use."""
        return self._by_name

    def that(self, condition: Q, place: At | None) -> Bits:
        """The rows that satisfy a condition of the search.

        Raises:
            NotHeld: it asks what the index doesn't hold.
        """
        return rows_that(condition, self, place)

    def with_words(self, expression: Any) -> Bits:
        """The rows whose words match a text query (an expression of the database)."""
        return self.words_found(expression)[0]

    def words_found(self, expression: Any) -> Found:
        """The same for each step: anywhere, in title or labels, in the title."""
        if not isinstance(expression, SearchQuery | CombinedSearchQuery):
            raise NotHeld
        try:
            asked = tsquery.parse(_printed(expression))
        except ValueError:
            raise NotHeld from None
        return self.words.find(asked, self._ask_words)

    def _ask_words(self, text: str) -> list[np.ndarray]:
        """Have the database answer a part that needs positions or weights."""
        packed = ", ".join(
            f"string_agg(int8send(id), ''::bytea) FILTER (WHERE {vector} @@ %s::tsquery)"
            for vector in _STEPS_ASKED
        )
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {packed} FROM {_TABLE} WHERE search @@ %s::tsquery",  # noqa: S608
                [text] * 4,
            )
            found = cursor.fetchone()
        return [
            self.rows_with(np.frombuffer(bytes(one or b""), dtype=">i8").astype(np.int64)) for one in found
        ]

    def facet_counts(self, facet: Facet, within: Bits) -> dict[str, int]:
        """How many rows of `within` have each value of a facet, as the facet itself counts them.

        Raises:
            NotHeld: its column isn't held.
        """
        conditions = getattr(facet, "conditions", None)
        if conditions is None:
            column = self.columns.get(facet.column)
            if not isinstance(column, Coded):
                raise NotHeld
            return column.counts(within)
        if facet.name not in self._matrices:
            matrix = Matrix(len(conditions), len(self.alive))
            for number, condition in enumerate(conditions.values()):
                matrix.bits[number] = self.that(condition, None)
            self._matrices[facet.name] = list(conditions), matrix
        codes, matrix = self._matrices[facet.name]
        return dict(zip(codes, matrix.counts(within).tolist(), strict=True))

    def key(self, order: OrderBy, place: At | None) -> Key:
        """A column's order as a key, nulls where the database puts them.

        Raises:
            NotHeld: the column isn't held.
        """
        name = order.expression.name if isinstance(order.expression, F) else ""
        down = order.descending
        nulls_last = bool(order.nulls_last) if down else not order.nulls_first
        missing = np.inf if nulls_last else -np.inf
        column = self.columns.get(name)
        if name == "distance" and place is not None:
            miles = self.points.miles(place)

            def values(rows: np.ndarray) -> np.ndarray:
                found: np.ndarray = miles[self.points.codes[rows]]
                return found
        elif isinstance(column, Numbers):
            values = column.floats
        else:
            raise NotHeld

        def key(rows: np.ndarray) -> np.ndarray:
            found = values(rows)
            if down:
                found = -found
            return np.where(np.isnan(found), missing, found)

        return key

    def steps_key(self, expression: Any) -> Key:
        """Title before labels before the rest, for a text query."""
        _, labels, title = self.words_found(expression)

        def key(rows: np.ndarray) -> np.ndarray:
            return np.where(_has(title, rows), 0, np.where(_has(labels, rows), 1, 2))

        return key

    def shuffle_key(self, seed: str) -> Key:
        """The order that favours nobody."""

        def key(rows: np.ndarray) -> np.ndarray:
            if seed not in self._keys and len(rows) < self.rows // 8:
                return Shuffle(seed).of(self.ids[rows])
            if seed not in self._keys:
                # Below 2^31: half the memory of the 64-bit keys.
                self._keys[seed] = Shuffle(seed).of(self.ids).astype(np.int32)
                if len(self._keys) > self._SEEDS:
                    self._keys.popitem(last=False)
            self._keys.move_to_end(seed)
            return self._keys[seed][rows]

        return key

    def id_key(self, rows: np.ndarray) -> np.ndarray:
        return self.ids[rows]

    def given_key(self, known: np.ndarray, values: np.ndarray) -> Key:
        """Highest first by values of primary keys (ascending); those without one last."""
        found = values.astype(float)

        def key(rows: np.ndarray) -> np.ndarray:
            if not len(known):
                return np.zeros(len(rows))
            ids = self.ids[rows]
            places = np.minimum(np.searchsorted(known, ids), len(known) - 1)
            return np.where(known[places] == ids, -found[places], np.inf)

        return key

    def rows_of_ids(self, ids: np.ndarray) -> Bits:
        """The rows of primary keys; those that aren't held are passed over."""
        return of_rows(self.rows_with(ids), len(self.alive))

    def rows_of_sql(self, packed_ids: bytes) -> Bits:
        """The rows of primary keys that the database sent as 8-byte numbers."""
        return of_rows(
            self.rows_with(np.frombuffer(packed_ids, dtype=">i8").astype(np.int64)), len(self.alive)
        )

    @property
    def bytes(self) -> int:
        """Memory held, in bytes."""
        parts: Iterable[int] = (
            one.bytes for one in (*self._read.values(), self.points, self.words, self.kept)
        )
        own = self.ids.nbytes + self.alive.nbytes + 100 * len(self._row_of)
        matrices = sum(matrix.bits.nbytes for _, matrix in self._matrices.values())
        return own + sum(parts) + matrices + sum(keys.nbytes for keys in self._keys.values())

    def __len__(self) -> int:
        return count(self.alive)


def _has(bits: Bits, rows: np.ndarray) -> np.ndarray:
    found: np.ndarray = (bits[rows >> 6] >> (rows & 63).astype(np.uint64)) & np.uint64(1)
    return found.astype(bool)


def _printed(expression: Any) -> str:
    """A text query as the database prints it."""
    compiler = Query(CatalogueEntry).get_compiler(connection=connection)
    resolved = expression.resolve_expression(compiler.query)
    sql, params = compiler.compile(resolved)
    return _printed_sql(sql, tuple(params))


@lru_cache(maxsize=1024)
def _printed_sql(sql: str, params: tuple[Any, ...]) -> str:
    # The words of a query mean the same for as long as the database lives, so they are asked for once.
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({sql})::text", params)
        return str(cursor.fetchone()[0])
