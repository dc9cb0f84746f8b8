"""The tables of the open data: what is in them, column by column, and their rows.

Only what the public pages show, and nothing of persons: specialist leaders stand under what they agreed to, scores
appear as what two of them agreed on, and what nobody but a provider is told ("not yet") only as a number that is
large enough. Rows come from the database a few thousand at a time, whatever their number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from reviews.queries.open_data_columns import Table
from reviews.queries.open_data_entries import COMMISSIONERS, ENTRIES
from reviews.queries.open_data_ratings import CONSENSUS, CRITERIA, DECISIONS, RATINGS

TABLES: tuple[Table, ...] = (ENTRIES, COMMISSIONERS, RATINGS, CONSENSUS, CRITERIA, DECISIONS)


def plain(value: Any) -> Any:
    """A value as JSON and CSV say it: numbers as numbers, days in ISO 8601, nothing as None."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, dt.date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [str(one) for one in value]
    return str(value) or None
