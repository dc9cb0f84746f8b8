"""The columns of the index, each held in the smallest form that answers exactly.

`Coded`: texts and lists of texts, as numbers of the distinct values. `Numbers`: whole numbers, decimals (as
whole numbers of their last place), dates (as days) and booleans. `Points`: places on the globe, of which there
are few (postcodes, schools), so that a distance is worked out once a place and not once a row.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any, Protocol

import numpy as np
from django.contrib.postgres.fields import ArrayField
from django.db import models

from programmes.queries.index.bits import Bits, Matrix, pack, rows_of, words_for

NULL = -(2**62)
"""How a number that is null travels from the database."""
MOST_VALUES = 100_000
"""A text with more distinct values than this is no set of codes and is not held."""
MOST_SETS = 1024
"""A facet with more values is counted by row instead of by sets of bits."""
EARTH_RADIUS_MILES = 3958.8


class NotHeld(Exception):
    """The index can't answer this: ask the database."""


class At(Protocol):
    """A point."""

    @property
    def latitude(self) -> float: ...

    @property
    def longitude(self) -> float: ...


Value = str | None | tuple[str, ...]


class Coded:
    """Texts (or lists of texts) as the numbers of their distinct values."""

    def __init__(self, *, many: bool, sets: bool) -> None:
        self.many = many
        self._wants_sets = sets
        """Whether to keep a set of rows for each element, for counting."""
        self.values: list[Value] = []
        self._numbers: dict[str | None, int] = {}
        self.codes = np.zeros(0, dtype=np.uint16)
        self.elements: dict[str, int] = {}
        self.matrix: Matrix | None = None

    def codes_of(self, raw: Sequence[str | None]) -> np.ndarray:
        """Numbers of values as the database sends them (a list as the text of an array)."""
        numbers = self._numbers
        for one in set(raw).difference(numbers):
            numbers[one] = len(self.values)
            self.values.append(_elements(one) if self.many else one)
        if len(self.values) > MOST_VALUES:
            raise NotHeld
        return np.fromiter(map(numbers.__getitem__, raw), dtype=np.uint32, count=len(raw))

    def resize(self, rows: int) -> None:
        self.codes = _longer(self.codes, rows)
        if self.matrix is not None:
            self.matrix.resize(0, words_for(rows))

    def set(self, rows: np.ndarray, codes: np.ndarray) -> None:
        """Change some rows, each once."""
        if len(self.values) > np.iinfo(self.codes.dtype).max:
            self.codes = self.codes.astype(np.uint32)
        self.codes[rows] = codes
        if self.matrix is not None:
            self.matrix.clear(rows)
            for code in np.unique(codes):
                self._add(int(code), rows[codes == code])

    def finish(self) -> None:
        """After the first filling: make the sets."""
        if not self._wants_sets:
            return
        elements = {element for value in self.values for element in elements_of(value)}
        if len(elements) > MOST_SETS:
            return
        words = words_for(len(self.codes))
        self.matrix = Matrix(len(elements), words)
        self.elements = {element: number for number, element in enumerate(sorted(elements))}
        for element, number in self.elements.items():
            self.matrix.bits[number] = self.where(lambda value, e=element: e in elements_of(value))  # type: ignore[misc]

    def _add(self, code: int, rows: np.ndarray) -> None:
        assert self.matrix is not None  # noqa: S101 - only called with one
        for element in elements_of(self.values[code]):
            if element not in self.elements:
                self.elements[element] = len(self.elements)
                self.matrix.resize(len(self.elements), 0)
            self.matrix.add(self.elements[element], rows)

    def where(self, holds: Callable[[Value], bool]) -> Bits:
        """The rows whose value satisfies a condition; it is asked once a distinct value."""
        table = np.fromiter(map(holds, self.values), dtype=bool, count=len(self.values))
        if not len(table):
            return np.zeros(words_for(len(self.codes)), dtype=np.uint64)
        return pack(table[self.codes], words_for(len(self.codes)))

    def counts(self, within: Bits) -> dict[str, int]:
        """How many rows of `within` have each element; elements nobody has are left out."""
        if self.matrix is not None:
            found = self.matrix.counts(within)
            return {element: int(found[n]) for element, n in self.elements.items() if element and found[n]}
        each = np.bincount(self.codes[rows_of(within)], minlength=len(self.values))
        totals: dict[str, int] = {}
        for code in np.flatnonzero(each):
            for element in elements_of(self.values[code]):
                totals[element] = totals.get(element, 0) + int(each[code])
        totals.pop("", None)
        return totals

    @property
    def bytes(self) -> int:
        return self.codes.nbytes + (self.matrix.bits.nbytes if self.matrix is not None else 0)


class Numbers:
    """Whole numbers, null among them; `places` decimal places are kept as whole numbers of the last one."""

    def __init__(self, *, places: int = 0) -> None:
        self.places = places
        self.values = np.zeros(0, dtype=np.int16)

    @property
    def null(self) -> int:
        return int(np.iinfo(self.values.dtype).min)

    def resize(self, rows: int) -> None:
        self.values = _longer(self.values, rows)

    def set(self, rows: np.ndarray, values: np.ndarray) -> None:
        """Change some rows to int64 values, `NULL` for null; the column widens where they don't fit."""
        missing = values == NULL
        known = values[~missing]
        if len(known):
            for kind in (np.int16, np.int32, np.int64):
                limits = np.iinfo(kind)
                if limits.min < known.min() and known.max() <= limits.max:
                    self._widen(np.dtype(kind))
                    break
        self.values[rows] = np.where(missing, self.null, values)

    def _widen(self, kind: np.dtype) -> None:
        if kind.itemsize > self.values.dtype.itemsize:
            missing = self.values == self.null
            self.values = self.values.astype(kind)
            self.values[missing] = self.null

    def given(self) -> np.ndarray:
        """One boolean a row: whether it has a value."""
        return self.values != self.null

    def scaled(self, value: Any) -> float:
        """A value to compare with, in whole numbers of the last place (may fall between two)."""
        if isinstance(value, bool | int):
            return int(value) * 10**self.places
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value.toordinal()
        if isinstance(value, Decimal | float):
            exact = Decimal(value) * 10**self.places
            if not exact.is_finite():
                raise NotHeld
            whole = int(exact)
            return whole if whole == exact else math.floor(exact) + 0.5
        raise NotHeld

    def floats(self, rows: np.ndarray | None = None) -> np.ndarray:
        """Values as they are meant (float64), nan for null."""
        values = self.values if rows is None else self.values[rows]
        found = values.astype(np.float64)
        found[values == self.null] = np.nan
        return found / 10**self.places if self.places else found

    @property
    def bytes(self) -> int:
        return self.values.nbytes


class Points:
    """Where rows are: the number of a place each, 0 for nowhere."""

    def __init__(self) -> None:
        self.codes = np.zeros(0, dtype=np.uint32)
        self._numbers: dict[tuple[float, float], int] = {}
        self._latitudes: list[float] = [math.nan]
        self._longitudes: list[float] = [math.nan]

    def resize(self, rows: int) -> None:
        self.codes = _longer(self.codes, rows)

    def set(self, rows: np.ndarray, points: Iterable[tuple[float | None, float | None]]) -> None:
        """Change some rows; a point that lacks a coordinate is nowhere."""
        self.codes[rows] = np.fromiter((self._number(*point) for point in points), dtype=np.uint32)

    def _number(self, latitude: float | None, longitude: float | None) -> int:
        if latitude is None or longitude is None:
            return 0
        number = self._numbers.setdefault((latitude, longitude), len(self._latitudes))
        if number == len(self._latitudes):
            self._latitudes.append(latitude)
            self._longitudes.append(longitude)
        return number

    def miles(self, place: At) -> np.ndarray:
        """Great-circle distance in miles by the haversine formula, one a place; nan for nowhere."""
        latitude, longitude = np.radians(self._latitudes), np.radians(self._longitudes)
        here_latitude, here_longitude = math.radians(place.latitude), math.radians(place.longitude)
        half_chord = (
            np.sin((latitude - here_latitude) / 2.0) ** 2
            + np.cos(latitude) * math.cos(here_latitude) * np.sin((longitude - here_longitude) / 2.0) ** 2
        )
        found: np.ndarray = 2 * EARTH_RADIUS_MILES * np.arcsin(np.sqrt(np.minimum(half_chord, 1.0)))
        return found

    @property
    def bytes(self) -> int:
        return self.codes.nbytes + 200 * len(self._latitudes)


Column = Coded | Numbers | Points


def column_for(field: models.Field[Any, Any], *, counted: bool) -> Coded | Numbers | None:
    """How a field of the catalogue is held; None where it isn't. `counted`: a facet counts its values."""
    if isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, ArrayField):
        return Coded(many=True, sets=counted) if isinstance(field.base_field, models.CharField) else None
    if isinstance(field, models.DecimalField):
        return Numbers(places=field.decimal_places)
    if isinstance(field, models.IntegerField | models.BooleanField) or type(field) is models.DateField:
        return Numbers()
    if isinstance(field, models.CharField) and (counted or (field.max_length or 0) <= 60):
        return Coded(many=False, sets=counted)
    return None


def elements_of(value: Value) -> tuple[str, ...]:
    """What a facet counts in a value: it itself, or each element of a list once."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(dict.fromkeys(value))


def _elements(text: str | None) -> Value:
    """The elements of an array as PostgreSQL writes it."""
    if text is None:
        return None
    inside, found, at = text[1:-1], [], 0
    while at < len(inside):
        if inside[at] == '"':
            element, at = "", at + 1
            while inside[at] != '"':
                at += inside[at] == "\\"
                element, at = element + inside[at], at + 1
            at += 1
        else:
            end = inside.find(",", at)
            end = len(inside) if end < 0 else end
            element, at = inside[at:end], end
        found.append(element)
        at += 1  # the comma
    return tuple(found)


def _longer(values: np.ndarray, rows: int) -> np.ndarray:
    if rows <= len(values):
        return values
    longer = np.zeros(rows, dtype=values.dtype)
    longer[: len(values)] = values
    return longer
