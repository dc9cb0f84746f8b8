"""Bringing a table in line with rows from a file, in few queries and without touching what is the same."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import connection, models, transaction

CHUNK = 2000
# From so many rows on the planner is told what the table holds now: without, the next queries may take a minute.
WORTH_ANALYSING = 500
# Any number will do, so long as every bulk change of reference data takes the same lock.
_LOCK = 6_102_018

Row = Mapping[str, Any]
Key = tuple[Any, ...]
Progress = Callable[[int, int], None]
"""Called with how many rows are done, and of how many."""


def quiet(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


@dataclass
class Changes:
    """What happened to a table's rows; `pks` are the keys of the new and the changed."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    pks: list[Any] = field(default_factory=list)

    def __add__(self, other: Changes) -> Changes:
        return Changes(
            self.created + other.created,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.pks + other.pks,
        )


def take_turns() -> None:
    """Wait until no other transaction changes reference data; the lock goes with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def reconcile(
    rows: Sequence[Row],
    *,
    existing: models.QuerySet[Any],
    key: Sequence[str],
    only_new: Iterable[str] = (),
    keep: Callable[[Any], bool] = lambda _row: False,
    progress: Progress = quiet,
) -> Changes:
    """Create the rows that are missing and update those that differ; nothing is deleted.

    rows: column names (`attname`, so "region_id") to values; every row has the same columns.
    existing: the rows of the table they may meet.
    key: the columns that tell rows apart.
    only_new: columns set when a row is created and left alone afterwards.
    keep: rows of the table that must stay as they are, for example because their owner has taken them over.
    The number of queries depends on the number of chunks and not on the rows.
    """
    model = existing.model
    at_creation = set(only_new)
    there = {tuple(getattr(item, name) for name in key): item for item in existing}
    new: list[models.Model] = []
    changed: list[models.Model] = []
    for row in rows:
        item = there.get(tuple(row[name] for name in key))
        if item is None:
            new.append(model(**row))
        elif not keep(item) and (differing := difference(item, row, skip=at_creation)):
            for name in differing:
                setattr(item, name, row[name])
            changed.append(item)
    columns = [name for name in (rows[0] if rows else ()) if name not in at_creation and name not in key]
    write(model, new, changed, columns=columns, progress=progress, total=len(rows))
    return Changes(
        len(new), len(changed), len(rows) - len(new) - len(changed), [item.pk for item in (*new, *changed)]
    )


def difference(item: models.Model, row: Row, *, skip: Collection[str] = ()) -> list[str]:
    """The names of the columns in which a row differs from an item of the table."""
    return [name for name, value in row.items() if name not in skip and getattr(item, name) != value]


@transaction.atomic
def write(
    model: type[models.Model],
    new: Sequence[Any],
    changed: Sequence[Any],
    *,
    columns: Collection[str],
    progress: Progress = quiet,
    total: int | None = None,
) -> None:
    """Insert the new items and write `columns` of the changed ones, a chunk at a time."""
    total = len(new) + len(changed) if total is None else total
    done = total - len(new) - len(changed)
    manager = model._default_manager
    # Only a row whose key is known beforehand can be copied: COPY does not say which keys the database gave.
    insert = manager.bulk_create if model._meta.auto_field else partial(_copy, model)
    for start in range(0, len(new), CHUNK):
        insert(new[start : start + CHUNK])
        done += len(new[start : start + CHUNK])
        progress(done, total)
    fields = [f.name for f in model._meta.concrete_fields if f.attname in columns or f.name == "updated_at"]
    for start in range(0, len(changed), CHUNK):
        # One INSERT … ON CONFLICT for a whole chunk; `bulk_update` would spell out every value in a CASE.
        manager.bulk_create(
            changed[start : start + CHUNK],
            update_conflicts=True,
            unique_fields=[model._meta.pk.name],  # type: ignore[union-attr]
            update_fields=fields,
        )
        done += len(changed[start : start + CHUNK])
        progress(done, total)
    if len(new) + len(changed) >= WORTH_ANALYSING:
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _copy(model: type[models.Model], items: Sequence[Any]) -> None:
    """Insert items of plain columns (text, numbers, dates) by COPY: a third of the time of an INSERT."""
    fields = [f for f in model._meta.concrete_fields if not f.generated]
    lines = ("\t".join(_cell(getattr(item, f.attname)) for f in fields) for item in items)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(f.column) for f in fields)
    with connection.cursor() as cursor:
        cursor.copy_expert(  # type: ignore[attr-defined]
            f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN", io.StringIO("\n".join(lines))
        )


def _cell(value: object) -> str:
    """A value in COPY's text format."""
    if value is None:
        return r"\N"
    text = str(value)
    for raw, escaped in (("\\", r"\\"), ("\t", r"\t"), ("\n", r"\n"), ("\r", r"\r")):
        text = text.replace(raw, escaped)
    return text
