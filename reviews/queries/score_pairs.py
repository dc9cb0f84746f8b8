"""Two independent scores of the same criterion of the same file, counted by the database.

Statistics of agreement need nothing but how often which two scores met, so a million pairs arrive as some hundred
rows. Only files that are settled count (queries/blind_scores.py).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from django.db import connection
from django.utils import timezone

from reviews.models import FrameworkVersion
from reviews.queries.blind_scores import BEING_SCORED
from reviews.rating.agreement import Counts
from reviews.rating.scheme import HIGHEST, LOWEST

# Both are blind, in the same round, of one settled file. `one` and `other` are never the same person.
_PAIRS = """
    FROM reviews_submission file
    JOIN reviews_assessment one ON one.submission_id = file.id AND one.role = 'blind' AND one.state = 'submitted'
    JOIN reviews_assessment other ON other.submission_id = file.id AND other.role = 'blind'
        AND other.state = 'submitted' AND other.round = one.round AND other.assessor_id <> one.assessor_id
    JOIN reviews_score first ON first.assessment_id = one.id AND first.value IS NOT NULL
    JOIN reviews_score second ON second.assessment_id = other.id AND second.criterion_id = first.criterion_id
        AND second.value IS NOT NULL
    JOIN reviews_criterion criterion ON criterion.id = first.criterion_id
    WHERE file.settled_at IS NOT NULL AND file.state <> ALL(%(being_scored)s)
"""

_QUARTER = "date_trunc('quarter', file.settled_at AT TIME ZONE %(time_zone)s)"
_SCORES = "LEAST(first.value, second.value), GREATEST(first.value, second.value)"
_COUNTED = f"""
    SELECT GROUPING(criterion.id, criterion.heading_id, one.assessor_id, {_QUARTER}),
           criterion.id, criterion.heading_id, one.assessor_id, other.assessor_id, {_QUARTER}, {_SCORES}, count(*)
    {_PAIRS} AND file.framework_id = %(framework)s AND one.assessor_id < other.assessor_id
    GROUP BY GROUPING SETS (
        (criterion.id, {_SCORES}), (criterion.heading_id, {_SCORES}), (one.assessor_id, other.assessor_id, {_SCORES}),
        ({_QUARTER}, {_SCORES}), ({_SCORES})
    )
"""

# Of the four things that are grouped by, GROUPING() has a bit for each that a row doesn't tell.
_KINDS = {0b0111: "criterion", 0b1011: "heading", 0b1101: "pair", 0b1110: "quarter", 0b1111: "all"}

Table = dict[tuple[int, int], int]


@dataclass(frozen=True)
class PairTables:
    """How often which two scores met: (lower, higher) -> times, for everything and by each kind of group."""

    all: Table
    criterion: dict[int, Table]
    heading: dict[int, Table]
    pair: dict[tuple[int, int], Table]
    quarter: dict[dt.date, Table]


def pair_tables(framework: FrameworkVersion) -> PairTables:
    """All pairs of a framework version, in one statement."""
    found: dict[str, dict[object, Table]] = {kind: defaultdict(dict) for kind in _KINDS.values()}
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNTED,
            {
                "framework": framework.pk,
                "being_scored": list(BEING_SCORED),
                "time_zone": timezone.get_default_timezone_name(),
            },
        )
        for mask, criterion, heading, one, other, quarter, lower, higher, times in cursor.fetchall():
            kind = _KINDS[mask]
            key = {
                "criterion": criterion,
                "heading": heading,
                "pair": (one, other),
                "quarter": quarter.date() if quarter else None,
                "all": None,
            }[kind]
            found[kind][key][lower, higher] = times
    return PairTables(
        all=found["all"].get(None, {}),
        **{kind: dict(found[kind]) for kind in ("criterion", "heading", "pair", "quarter")},  # type: ignore[arg-type]
    )


@dataclass(frozen=True)
class OwnPairs:
    """An assessor's scores (first) against co-assessors' (second), for all and by heading."""

    all: Table
    heading: dict[int, Table]


def own_pairs(assessor: int, framework: FrameworkVersion) -> OwnPairs:
    """How this assessor's scores met those of whoever scored the same files, in one statement."""
    by_heading: dict[int, Table] = defaultdict(dict)
    everything: Table = defaultdict(int)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT criterion.heading_id, first.value, second.value, count(*)
            {_PAIRS} AND file.framework_id = %(framework)s AND one.assessor_id = %(assessor)s
            GROUP BY 1, 2, 3
            """,
            {"framework": framework.pk, "assessor": assessor, "being_scored": list(BEING_SCORED)},
        )
        for heading, own, other, times in cursor.fetchall():
            by_heading[heading][own, other] = times
            everything[own, other] += times
    return OwnPairs(dict(everything), dict(by_heading))


def counts_of(table: Table) -> Counts:
    """The pairs as the statistics take them, over the whole scale."""
    levels = range(LOWEST, HIGHEST + 1)
    rows = [[float(level == a) + float(level == b) for level in levels] for a, b in table]
    return Counts(
        np.array(levels, dtype=np.float64),
        np.array(rows, dtype=np.float64).reshape(len(table), len(levels)),
        np.array(list(table.values()), dtype=np.float64),
    )


def pairs_in(tables: Iterable[Table]) -> int:
    """How many pairs there are in all of these."""
    return sum(sum(table.values()) for table in tables)
