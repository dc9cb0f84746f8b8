"""The bare statements of a page with its counts, as somebody who knows PostgreSQL would write them: one for the
page, and one for the number and all facets, in which every facet that nothing is chosen in counts the same
rows, read once.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from programmes.choices import HEADINGS
from programmes.models import CatalogueEntry
from programmes.queries import search
from programmes.queries.facets import Facet
from programmes.queries.search import SearchQuery

_STANDING = """CASE WHEN status = 'rated' THEN CASE WHEN band = 'not_yet' THEN 'listed' ELSE band END
    ELSE status END"""


@dataclass(frozen=True)
class Answer:
    """Slugs of the page, how many there are, the counts by facet, and the seconds it took the database."""

    slugs: list[str]
    count: int
    facets: dict[str, dict[str, int]]
    seconds: float


def answer(query: SearchQuery, start: int, stop: int) -> Answer:
    """Ask the database; making the statements is not timed."""
    try:
        page, page_params = search.results(query)[start:stop].query.sql_with_params()
        counts, counts_params = _counts(query)
    except EmptyResultSet:
        # Nothing has worked in schools like this one: the database needn't be asked.
        return Answer([], 0, defaultdict(dict), 0.0)
    with connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute(page, page_params)
        rows = cursor.fetchall()
        place = [column.name for column in cursor.description].index("slug")
        cursor.execute(counts, counts_params)
        counted = cursor.fetchall()
        seconds = time.perf_counter() - began
    facets: dict[str, dict[str, int]] = defaultdict(dict)
    total = 0
    for name, value, n in counted:
        if name == "":
            total = n
        elif value:
            facets[name][value] = n
    return Answer([row[place] for row in rows], total, facets, seconds)


def _counts(query: SearchQuery) -> tuple[str, list[Any]]:
    used = search.conditions(query)
    near = {"reach", "travels_miles"} if query.place else set()
    columns = sorted(
        {"id", "status", "band", "price", *HEADINGS, *near, *(_column(facet) for facet in query.facets)}
    )
    if query.place:
        columns.append("distance")
    sets: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def rows(without: str) -> str:
        """Name of the set of rows that satisfy all conditions but one."""
        name = f"without_{without}" if without in used else "found"
        if name not in sets:
            found = search.matching(query, without={without}).order_by().values_list(*columns)
            sets[name] = found.query.sql_with_params()
        return name

    parts = ["SELECT '' AS facet, NULL AS value, count(*) AS n FROM " + rows("")]  # noqa: S608
    for facet in query.facets:
        value = _STANDING if facet.name == "status" else _column(facet) + "::text"
        if facet.many:
            value = f"unnest({_column(facet)})"
        parts.append(f"SELECT '{facet.name}', {value}, count(*) FROM {rows(facet.name)} GROUP BY 2")  # noqa: S608
    for name, choices in search.limits(query).items():
        # All limits of a filter in one reading of its rows.
        counts = ", ".join(f"count(*) FILTER (WHERE {_within(name, str(choice))})" for choice in choices)
        values = ", ".join(f"'{choice}'" for choice in choices)
        parts.append(f"SELECT '{name}', unnest(ARRAY[{values}]), unnest(ARRAY[{counts}]) FROM {rows(name)}")  # noqa: S608
    alike: list[Any] = []
    if query.school:
        parts.append(f"SELECT 'fits', 'yes', count(*) FROM {rows('fits')} WHERE id = ANY(%s)")  # noqa: S608
        alike = [query.school.alike]
    # The ORM may give columns names of its own (a distance beside them), so they are said again.
    named = ", ".join(
        f"{name} ({', '.join(columns)}) AS MATERIALIZED ({sql})" for name, (sql, _) in sets.items()
    )
    params = [param for _, given in sets.values() for param in given] + alike
    return f"WITH {named} " + " UNION ALL ".join(parts), params


def _within(name: str, limit: str) -> str:
    """Whether a row keeps to a lowest score, a largest distance or a highest price."""
    if name == "within":
        return f"distance <= {limit} OR ('comes_to_you' = ANY(reach) AND distance <= travels_miles)"
    if name == "price":
        return f"price <= {limit}"
    return f"{name.removeprefix('min_')} >= {limit}"


def _column(facet: Facet) -> str:
    return str(getattr(CatalogueEntry._meta.get_field(facet.column), "column"))  # noqa: B009
