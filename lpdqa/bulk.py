"""Many rows in few statements: COPY, and primary keys taken ahead so that rows can refer to each other."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO, StringIO
from itertools import islice
from typing import Any

import numpy as np
from django.db import connection, models, transaction
from numpy.typing import NDArray

# Rows of one COPY: enough for its cost to vanish, few enough to be held as text.
BATCH = 10_000


def reserve_ids(model: type[models.Model], number: int) -> list[int]:
    """Take `number` primary keys of a table ahead of time, in order; one query. Safe beside other writers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, number],
        )
        return [pk for (pk,) in cursor.fetchall()]


def copy_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Add rows with COPY; returns how many. Triggers and constraints hold as for INSERT.

    `fields` are names of model fields ("submission" or "submission_id"), and each row has a value for each of
    them, in that order. Columns that are left out get their default in the database, so a column that has
    none must be named. A string in a JSON column is taken as JSON that was made already. Raises KeyError for
    a name that is no field.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    concrete = {key: f.column for f in model._meta.concrete_fields for key in (f.name, f.attname)}
    columns = ", ".join(connection.ops.quote_name(concrete[name]) for name in fields)
    remaining, total = iter(rows), 0
    with connection.cursor() as cursor:
        while batch := list(islice(remaining, BATCH)):
            text = "".join(["\t".join(map(_cell, row)) + "\n" for row in batch])
            with connection.wrap_database_errors:
                cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", StringIO(text))
            total += len(batch)
    return total


# PostgreSQL's fixed-width types as its binary format writes them.
_BINARY = {"smallint": ">i2", "integer": ">i4", "bigint": ">i8", "double precision": ">f8"}
_HEADER, _TRAILER = 19, 2


def read_arrays(
    sql: str, params: Sequence[Any], columns: Mapping[str, str]
) -> dict[str, NDArray[np.generic]]:
    """The answer of a query as one array a column, without an object for any row.

    `columns` names the columns in order with their types: smallint, integer, bigint or double precision; the
    query has to give exactly these and no NULL. Raises ValueError where it does not.
    """
    layout: list[tuple[str, str]] = [("fields", ">i2")]
    for name, kind in columns.items():
        layout += [(f"{name} length", ">i4"), (name, _BINARY[kind])]
    dtype, answer = np.dtype(layout), BytesIO()
    with connection.cursor() as cursor:
        statement = cursor.mogrify(sql, params).decode()
        with connection.wrap_database_errors:
            cursor.copy_expert(f"COPY ({statement}) TO STDOUT (FORMAT binary)", answer)
    body = len(answer.getbuffer()) - _HEADER - _TRAILER
    if body % dtype.itemsize:
        raise ValueError("The query gave NULLs, or other types than were named.")
    found = np.frombuffer(answer.getbuffer(), dtype, body // dtype.itemsize, _HEADER)
    for name in columns:
        if (found["fields"] != len(columns)).any() or (found[f"{name} length"] != dtype[name].itemsize).any():
            raise ValueError(f"{name} is NULL, or of another type than {columns[name]}.")
    return {name: found[name].astype(dtype[name].newbyteorder("=")) for name in columns}


@contextmanager
def without_triggers(*tables: type[models.Model]) -> Iterator[None]:
    """A transaction in which the triggers of these tables (history, state tables, locks) do nothing.

    Only for synthetic data. Foreign keys and checks hold as ever, and nobody else can write to the tables
    meanwhile. (`pgtrigger.ignore` still calls every trigger for every row, which costs more than the rows.)
    """
    names = [connection.ops.quote_name(table._meta.db_table) for table in tables]
    with transaction.atomic(), connection.cursor() as cursor:
        # A table with checks still to come can't be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in names:
            cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        # Rows that refer to each other come one after the other (and one transaction may do this twice).
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in names:
            cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _cell(value: Any) -> str:
    """A value in PostgreSQL's text format for COPY."""
    if isinstance(value, str):
        return _escaped(value)
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return _escaped(json.dumps(value, ensure_ascii=False, allow_nan=False))
    return str(value)


def _escaped(text: str) -> str:
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    # str.isprintable is the quickest way to see that there is nothing else to do.
    if not text.isprintable():
        text = text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return text
