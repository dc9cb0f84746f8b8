"""Reading the catalogue into the index: all of it in parts, or some entries again.

Numbers come as bytes and lists as texts, and the words already gathered by word: the database does per row
what would take Python minutes for a million.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection, models

from programmes.models import CatalogueEntry
from programmes.queries.index.columns import NULL, Coded, Numbers

PART = 50_000
_TABLE = CatalogueEntry._meta.db_table
_STEP = "CASE WHEN 'A' = ANY(w.weights) THEN 3 WHEN 'B' = ANY(w.weights) THEN 2 ELSE 1 END"


@dataclass(frozen=True)
class Part:
    """Some entries: their primary keys, and by column what they say, in the same order."""

    ids: np.ndarray
    numbers: Mapping[str, np.ndarray]
    texts: Mapping[str, Sequence[str | None]]
    points: Sequence[tuple[float | None, float | None]]


def parts(columns: Mapping[str, Coded | Numbers]) -> Iterator[tuple[Part, dict[str, np.ndarray]]]:
    """The whole catalogue by primary key, `PART` entries at a time, each with its words: by word, 4 * (place
    in the part) + step. Must run in one transaction that sees one state of the database throughout.
    """
    last = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                f"SELECT max(id) FROM (SELECT id FROM {_TABLE} WHERE id > %s ORDER BY id LIMIT %s) part",  # noqa: S608
                [last, PART],
            )
            (end,) = cursor.fetchone()
            if end is None:
                return
            part = _read(cursor, columns, "e.id > %s AND e.id <= %s", [last, end])
            yield part, _gathered_words(cursor, last, end)
            last = end


def some(
    columns: Mapping[str, Coded | Numbers], ids: Sequence[int]
) -> tuple[Part, dict[int, dict[str, int]]]:
    """Some entries, as far as they exist, and their words: by primary key, the step of each word.

    Raises:
        Changed: one went between two statements. (One that changes in between is in the log of changes again.)
    """
    words: dict[int, dict[str, int]] = {}
    with connection.cursor() as cursor:
        part = _read(cursor, columns, "e.id = ANY(%s)", [list(ids)])
        cursor.execute(
            f"SELECT e.id, w.lexeme, {_STEP} FROM {_TABLE} e, unnest(e.search) w WHERE e.id = ANY(%s)",  # noqa: S608
            [list(ids)],
        )
        for pk, lexeme, step in cursor.fetchall():
            words.setdefault(pk, {})[lexeme] = step
    return part, words


def _read(cursor: Any, columns: Mapping[str, Coded | Numbers], where: str, params: list[Any]) -> Part:
    numbers = [name for name, column in columns.items() if isinstance(column, Numbers)]
    texts = [name for name, column in columns.items() if isinstance(column, Coded)]
    packed = ", ".join(
        f"string_agg(int8send(coalesce({_as_number(name)}, {NULL})), ''::bytea ORDER BY e.id)"
        for name in ("id", *numbers)
    )
    cursor.execute(f"SELECT {packed} FROM {_TABLE} e WHERE {where}", params)  # noqa: S608
    ids, *values = (
        np.frombuffer(bytes(one or b""), dtype=">i8").astype(np.int64) for one in cursor.fetchone()
    )
    plain = ", ".join(f"e.{_field(name).column}::text" for name in texts)
    cursor.execute(
        f"SELECT e.id, e.latitude, e.longitude, {plain} FROM {_TABLE} e WHERE {where} ORDER BY e.id",  # noqa: S608
        params,
    )
    rows = cursor.fetchall()
    pks, latitudes, longitudes, *said = zip(*rows, strict=True) if rows else [()] * (len(texts) + 3)
    if list(pks) != ids.tolist():
        raise Changed
    return Part(
        ids=ids,
        numbers=dict(zip(numbers, values, strict=True)),
        texts=dict(zip(texts, said, strict=True)),
        points=list(zip(latitudes, longitudes, strict=True)),
    )


class Changed(Exception):
    """Entries came or went between two statements: read again."""


def _gathered_words(cursor: Any, after: int, end: int) -> dict[str, np.ndarray]:
    cursor.execute(
        f"SELECT w.lexeme, string_agg(int4send((t.place * 4 + {_STEP})::int), ''::bytea) "  # noqa: S608
        f"FROM (SELECT row_number() OVER (ORDER BY id) - 1 AS place, search FROM {_TABLE} "
        "WHERE id > %s AND id <= %s) t, unnest(t.search) w GROUP BY 1",
        [after, end],
    )
    return {lexeme: np.frombuffer(bytes(packed), dtype=">i4") for lexeme, packed in cursor.fetchall()}


def _field(name: str) -> models.Field[Any, Any]:
    return CatalogueEntry._meta.get_field(name)  # type: ignore[return-value]


def _as_number(name: str) -> str:
    """A column as a whole number, see `Numbers`."""
    field = _field(name)
    if isinstance(field, models.DecimalField):
        return f"(e.{field.column} * {10**field.decimal_places})::bigint"
    if isinstance(field, models.DateField):
        return f"(e.{field.column} - DATE '0001-01-01' + 1)::bigint"
    if isinstance(field, models.BooleanField):
        return f"e.{field.column}::int::bigint"
    return f"e.{field.column}::bigint"
