"""Answering a condition of the search (`Q`) from the columns of the index.

The very conditions that the database gets are read here, so that there is one set of rules for both. What a
condition asks beyond these columns and lookups raises `NotHeld`, and the database is asked for its rows.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, Protocol

import numpy as np
from django.db.models import F, Q

from programmes.queries.index.bits import Bits, pack, words_for
from programmes.queries.index.columns import At, Coded, Column, NotHeld, Numbers, Points, Value

_COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    "exact": np.equal,
    "gt": np.greater,
    "gte": np.greater_equal,
    "lt": np.less,
    "lte": np.less_equal,
}


class Rows(Protocol):
    """What conditions are asked of."""

    capacity: int
    points: Points
    kept: Kept

    @property
    def columns(self) -> Mapping[str, Column]: ...

    def with_words(self, expression: Any) -> Bits: ...


class Kept:
    """Sets of rows of single conditions, worked out lately; forgotten whenever a row changes."""

    def __init__(self, most_bytes: int = 32 << 20) -> None:
        self._most = most_bytes
        self._sets: OrderedDict[Any, Bits] = OrderedDict()
        self._bytes = 0

    def get(self, key: Any, work_out: Callable[[], Bits]) -> Bits:
        try:
            found = self._sets.get(key)
        except TypeError:  # a value that can't be a key
            return work_out()
        if found is None:
            found = self._sets[key] = work_out()
            self._bytes += found.nbytes
            while self._bytes > self._most and len(self._sets) > 1:
                self._bytes -= self._sets.popitem(last=False)[1].nbytes
        else:
            self._sets.move_to_end(key)
        return found

    def clear(self) -> None:
        self._sets.clear()
        self._bytes = 0

    @property
    def bytes(self) -> int:
        return self._bytes


def rows_that(condition: Q, rows: Rows, place: At | None) -> Bits:
    """The rows that satisfy a condition; `place` is where `distance` is measured from.

    Raises:
        NotHeld: it asks what the index doesn't hold.
    """
    if not condition.children:
        return np.full(words_for(rows.capacity), np.uint64(2**64 - 1))
    join = {Q.AND: np.bitwise_and, Q.OR: np.bitwise_or, Q.XOR: np.bitwise_xor}[condition.connector]
    parts = [_part(child, rows, place) for child in condition.children]
    found: Bits = reduce(join, parts)
    return ~found if condition.negated else found


def _part(child: Any, rows: Rows, place: At | None) -> Bits:
    if isinstance(child, Q):
        return rows_that(child, rows, place)
    if not isinstance(child, tuple):
        raise NotHeld
    path, value = child
    name, _, lookup = path.partition("__")
    lookup = lookup or "exact"
    if name == "search" and lookup == "exact":
        return rows.with_words(value)
    where = (place.latitude, place.longitude) if place and _is_distance(name, value) else None
    if hasattr(value, "resolve_expression"):
        key: Any = (path, repr(value), where)
    elif isinstance(value, list | set | frozenset):
        key = (path, tuple(value), where)
    else:
        key = (path, type(value).__name__, value, where)
    return rows.kept.get(key, lambda: _work_out(name, lookup, value, rows, place))


def _is_distance(name: str, value: Any) -> bool:
    return name == "distance" or (isinstance(value, F) and value.name == "distance")


def _work_out(name: str, lookup: str, value: Any, rows: Rows, place: At | None) -> Bits:
    column = rows.columns.get(name)
    if isinstance(column, Coded):
        return column.where(_predicate(column, lookup, value))
    if isinstance(column, Numbers) and not isinstance(value, F):
        return pack(_numbers(column, lookup, value), words_for(rows.capacity))
    if lookup not in _COMPARED:
        raise NotHeld
    left = _floats(name, rows, place)
    right = _floats(value.name, rows, place) if isinstance(value, F) else _float(value)
    return pack(_COMPARED[lookup](left, right), words_for(rows.capacity))


def _numbers(column: Numbers, lookup: str, value: Any) -> np.ndarray:
    given = column.given()
    if lookup == "isnull" or (lookup == "exact" and value is None):
        return given if lookup == "isnull" and not value else ~given
    if lookup == "in":
        if hasattr(value, "resolve_expression") or hasattr(value, "query"):
            raise NotHeld
        wanted = [column.scaled(one) for one in value if one is not None]
        return given & np.isin(column.values, np.array([one for one in wanted if one == int(one)], np.int64))
    if lookup == "range":
        low, high = value
        return given & (column.values >= column.scaled(low)) & (column.values <= column.scaled(high))
    if lookup not in _COMPARED:
        raise NotHeld
    compared: np.ndarray = _COMPARED[lookup](column.values, column.scaled(value))
    return given & compared


def _floats(name: str, rows: Rows, place: At | None) -> np.ndarray:
    if name == "distance" and place is not None:
        return rows.points.miles(place)[rows.points.codes]
    column = rows.columns.get(name)
    if not isinstance(column, Numbers):
        raise NotHeld
    return column.floats()


def _float(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise NotHeld from None


def _predicate(column: Coded, lookup: str, value: Any) -> Callable[[Value], bool]:
    """Whether a distinct value of the column satisfies a lookup. Null satisfies none but `isnull`."""
    if hasattr(value, "resolve_expression") or hasattr(value, "query"):
        raise NotHeld
    if lookup == "isnull" or (lookup == "exact" and value is None):
        missing = bool(value) if lookup == "isnull" else True
        return lambda one: (one is None) is missing
    if column.many:
        asked = tuple(str(one) for one in value) if isinstance(value, list | tuple | set) else None
        if asked is None:
            raise NotHeld
        wanted = frozenset(asked)
        tests: dict[str, Callable[[Any], bool]] = {
            "overlap": lambda one: not wanted.isdisjoint(one),
            "contains": lambda one: wanted.issubset(one),
            "contained_by": lambda one: wanted.issuperset(one),
            "exact": lambda one: one == asked,
        }
    else:
        if lookup == "in":
            among = frozenset(str(one) for one in value if one is not None)
            return lambda one: one in among
        if not isinstance(value, str):
            raise NotHeld
        text = str(value)
        # Codes are ASCII and the database compares bytes (C.UTF-8), so that Python's order is the same.
        tests = {
            "exact": lambda one: one == text,
            "gt": lambda one: one > text,
            "gte": lambda one: one >= text,
            "lt": lambda one: one < text,
            "lte": lambda one: one <= text,
        }
    if lookup not in tests:
        raise NotHeld
    test = tests[lookup]
    return lambda one: one is not None and test(one)
