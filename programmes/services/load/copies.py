"""Synthetic programmes by the hundred thousand: copies of those made in memory, with other numbers.

A copy takes its provider, version, price, date, contexts, specialist leaders and entries along, each a row of its
own, in one statement a table. Numbers at the end of names and addresses are moved on, so that every word and every
count of a copy is that of an entry made by itself.
"""

# ruff: noqa: S608 - names of our own tables, and numbers

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

from lpdqa.bulk import without_triggers
from programmes.models import (
    CatalogueChange,
    CatalogueEntry,
    Cohort,
    EntryContext,
    Price,
    Programme,
    ProgrammeContext,
    ProgrammeVersion,
)
from providers.models import Provider, SpecialistLeader

# The catalogue's triggers too: called for every row they took more than half of the statement that adds entries, and
# more with every block (docs/performance.md).
_WRITTEN = (
    Provider,
    SpecialistLeader,
    Programme,
    ProgrammeVersion,
    Price,
    Cohort,
    ProgrammeContext,
    CatalogueEntry,
)

# Slower to keep up row by row than to make anew: indexes that no constraint needs.
_SLOW = ("entry_search", "entry_codes")


def copy_programmes(
    *,
    prefix: str,
    block: int,
    providers: int,
    leaders: int,
    number: int,
    progress: Callable[[int], None] = lambda done: None,
) -> None:
    """Copy the first `block` programmes, whose addresses begin with `prefix`, with the first `providers` and
    `leaders` that belong to them, until there are `number` programmes. One transaction: nobody can write to these
    tables meanwhile.
    """
    there = Programme.objects.filter(slug__startswith=prefix).count()
    with without_triggers(*_WRITTEN), connection.cursor() as cursor, _without_indexes(cursor):
        # What is being written has no statistics yet, and a wrong guess costs a minute a statement.
        cursor.execute("SET LOCAL enable_nestloop = off")
        for start in range(there - there % block, number, block):
            stop = min(start + block, number)
            _copy(
                cursor,
                prefix,
                start // block,
                {
                    Provider: range(providers),
                    SpecialistLeader: range(leaders),
                    Programme: range(max(there - start, 0), stop - start),
                },
                {Provider: providers, SpecialistLeader: leaders, Programme: block},
            )
            progress(stop)
        # What the triggers of the catalogue would have noted.
        cursor.execute(
            f"INSERT INTO {CatalogueChange._meta.db_table} (entry_id, transaction) "
            "VALUES (NULL, pg_current_xact_id()::text::bigint)"
        )


def _copy(
    cursor: Any, prefix: str, times: int, numbers: Mapping[Any, range], sizes: Mapping[Any, int]
) -> None:
    """Copy those with these numbers for the `times`-th time; a provider or leader that is there already is taken."""
    moved = {model: times * size for model, size in sizes.items()}
    for model, which in numbers.items():
        _pair_numbered(cursor, model, prefix, which, moved[model])
    programme = {"programme_id": Programme}
    for model in (ProgrammeVersion, Price, Cohort, ProgrammeContext):
        _pair(cursor, model, _among("programme_id", Programme))
    for column, subject in (
        ("programme_id", Programme),
        ("leader_id", SpecialistLeader),
        ("kind = 'provider' AND provider_id", Provider),
    ):
        _pair(cursor, CatalogueEntry, _among(column, subject), more=subject is not Programme)
    cursor.execute(f"ANALYZE {_pairs(CatalogueEntry)}")
    _pair(cursor, EntryContext, _among("entry_id", CatalogueEntry))

    def move(column: str, model: Any) -> str:
        return _moved(column, str(moved[model]))

    own = (
        f"CASE kind WHEN 'programme' THEN {moved[Programme]} WHEN 'sle' THEN {moved[SpecialistLeader]} "
        f"ELSE {moved[Provider]} END"
    )
    name_of_provider = _moved("provider_name", str(moved[Provider]))
    for model, said, keys in (
        (Provider, {"slug": move("slug", Provider), "name": move("name", Provider)}, {}),
        (
            SpecialistLeader,
            {"slug": move("slug", SpecialistLeader), "name": move("name", SpecialistLeader)},
            {"designator_id": Provider},
        ),
        (
            Programme,
            {"slug": move("slug", Programme)},
            {"provider_id": Provider, "public_version_id": ProgrammeVersion},
        ),
        (ProgrammeVersion, {"title": move("title", Programme)}, programme),
        (Price, {}, programme),
        (Cohort, {}, programme),
        (ProgrammeContext, {}, programme),
        (
            CatalogueEntry,
            {"slug": _moved("slug", own), "title": _moved("title", own), "provider_name": name_of_provider},
            {
                "programme_id": Programme,
                "version_id": ProgrammeVersion,
                "leader_id": SpecialistLeader,
                "provider_id": Provider,
            },
        ),
        (EntryContext, {}, {"entry_id": CatalogueEntry, "provider_id": Provider}),
    ):
        _insert(cursor, model, said, keys, times)


def _pairs(model: type[models.Model]) -> str:
    return f"copied_{model._meta.model_name}"


def _among(column: str, model: type[models.Model]) -> str:
    """That a key is that of a row to copy. The bounds say the same again, for an index: every block is made of the
    same few rows, of a table that grows with each."""
    pairs = f"{_pairs(model)} WHERE fresh"
    return f"{column} IN (SELECT old FROM {pairs}) AND {_bounds(column.split()[-1], pairs)}"


def _bounds(column: str, pairs: str) -> str:
    return f"{column} BETWEEN (SELECT min(old) FROM {pairs}) AND (SELECT max(old) FROM {pairs})"


def _pair(cursor: Any, model: type[models.Model], which: str, *, more: bool = False) -> None:
    """A table of the rows to copy and the primary key of each copy; with `more`, others are added to it."""
    table = model._meta.db_table
    select = f"SELECT id AS old, {_next(table)} AS new, true AS fresh FROM {table} WHERE {which} ORDER BY id"
    if more:
        cursor.execute(f"INSERT INTO {_pairs(model)} {select}")
    else:
        _make_pairs(cursor, model, select)


def _pair_numbered(cursor: Any, model: Any, prefix: str, numbers: range, by: int) -> None:
    """The same for rows with numbers of their own, of which some may have been copied already."""
    table = model._meta.db_table
    _make_pairs(
        cursor,
        model,
        f"SELECT one.id AS old, coalesce(other.id, {_next(table)}) AS new, other.id IS NULL AS fresh "
        f"FROM generate_series({numbers.start}, {numbers.stop - 1}) AS number "
        f"JOIN {table} one ON one.slug = '{prefix}' || number "
        f"LEFT JOIN {table} other ON other.slug = '{prefix}' || (number + {by}) ORDER BY one.id",
    )


def _next(table: str) -> str:
    return f"nextval(pg_get_serial_sequence('{table}', 'id'))"


def _make_pairs(cursor: Any, model: type[models.Model], select: str) -> None:
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{_pairs(model)}")
    cursor.execute(f"CREATE TEMPORARY TABLE {_pairs(model)} ON COMMIT DROP AS {select}")
    cursor.execute(f"ANALYZE {_pairs(model)}")


def _insert(
    cursor: Any,
    model: type[models.Model],
    said: Mapping[str, str],
    keys: Mapping[str, type[models.Model]],
    times: int,
) -> None:
    columns, values, joins = [], [], []
    for field in model._meta.concrete_fields:
        if field.generated:
            continue
        column = f"source.{field.column}"
        if field.primary_key:
            value = "pair.new"
        elif field.column in said:
            value = said[field.column]
        elif field.column in keys:
            pairs = _pairs(keys[field.column])
            joins.append(f"LEFT JOIN {pairs} AS of_{field.column} ON of_{field.column}.old = {column}")
            value = f"of_{field.column}.new"
        elif field.column == "public_id":
            value = f"md5({column}::text || ' {times}')::uuid"
        else:
            value = column
        columns.append(f'"{field.column}"')
        values.append(value)
    table = model._meta.db_table
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table} AS source "
        f"JOIN {_pairs(model)} AS pair ON pair.old = source.id AND pair.fresh {' '.join(joins)} "
        f"WHERE {_bounds('source.id', _pairs(model))} ORDER BY pair.new"
    )


def _number(column: str) -> str:
    return f"substring({column} FROM '[0-9]+$')::bigint"


def _moved(column: str, by: str) -> str:
    """A text with the number at its end moved on; one without stays."""
    source = f"source.{column}"
    return f"regexp_replace({source}, '[0-9]+$', '') || coalesce(({_number(source)} + {by})::text, '')"


@contextmanager
def _without_indexes(cursor: Any) -> Iterator[None]:
    cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE indexname = ANY(%s)", [list(_SLOW)])
    found = cursor.fetchall()
    for name, _ in found:
        cursor.execute(f"DROP INDEX {name}")
    yield
    # Not while checks are still to come.
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute("SET LOCAL enable_nestloop = on")
    cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for _, definition in found:
        cursor.execute(definition)
