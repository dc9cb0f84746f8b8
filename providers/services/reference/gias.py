"""Reading the official download of Get Information about Schools (GIAS). Pure: no database.

The layout has 139 columns and more; those not used here are ignored, whatever their number and order. Every
data row gives exactly one result: a school, a row left out (with the reason), or a bad row (with the reason).
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.core.exceptions import ValidationError
from pyproj import Transformer

from providers.models import School
from providers.postcodes import tidy_postcode
from providers.services.reference.terms import Types, phase_of

URN, NAME, LA, STATUS = "URN", "EstablishmentName", "LA (code)", "EstablishmentStatus (name)"
PHASE, TYPE, GROUP = (
    "PhaseOfEducation (name)",
    "TypeOfEstablishment (name)",
    "EstablishmentTypeGroup (name)",
)
REQUIRED = (URN, NAME, LA, STATUS, PHASE, TYPE)
OPTIONAL = (
    GROUP,
    "Gender (name)",
    "Diocese (code)",
    "Town",
    "Postcode",
    "Easting",
    "Northing",
    "NumberOfPupils",
    "CensusDate",
    "UrbanRural (name)",
    "TrustSchoolFlag (name)",
    "Trusts (code)",
    "Trusts (name)",
    "OfstedRating (name)",
    "OfstedLastInsp",
    "OpenDate",
    "CloseDate",
    "LastChangedDate",
)
OPEN = frozenset({"Open", "Open, but proposed to close"})
OUTSIDE_ENGLAND = frozenset(
    {"welsh establishment", "offshore schools", "british schools overseas", "service children's education"}
)
# Names that GIAS gives for "there is none".
_NONE = frozenset({"", "not applicable", "not recorded"})
_LIMITS = {f.attname: f.max_length for f in School._meta.concrete_fields}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


class NotGias(ValueError):
    """The file has not the layout of a GIAS download; the message says what is missing."""


@dataclass(frozen=True)
class SchoolRow:
    """A school as the file has it.

    `values` holds columns of `School`; what the file leaves blank is not among them, so that a blank erases
    nothing (but the trust and the date of closing: there a blank says something). `diocese` and `trust_uid`
    are codes that still have to be found.
    """

    line: int
    urn: int
    name: str
    is_open: bool
    values: Mapping[str, object]
    diocese: str
    trust_uid: str
    changed_on: dt.date | None


@dataclass(frozen=True)
class LeftOut:
    """A row that is in order and not for this register."""

    line: int
    urn: int
    name: str
    reason: str


@dataclass(frozen=True)
class BadRow:
    """A row that can't be used; `urn` is whatever stood there."""

    line: int
    urn: str
    reason: str


Result = SchoolRow | LeftOut | BadRow


class _Bad(Exception):
    """Why a row can't be used."""


def encoding_of(path: Path) -> str:
    """UTF-8 where the whole file is that, else Windows-1252 (ISO-8859-1 with curly quotes)."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            with path.open(encoding=encoding) as file:
                while file.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    return "iso-8859-1"


def read_header(lines: Iterator[str]) -> list[str]:
    """The names of the columns.

    Raises:
        NotGias: the file is empty or lacks a required column.
    """
    try:
        header = [_clean(name) for name in next(csv.reader(lines))]
    except StopIteration:
        raise NotGias("The file is empty.") from None
    except csv.Error as error:
        raise NotGias(f"The first line can't be read as CSV: {error}.") from error
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise NotGias(
            "This is not the layout of a GIAS download. Missing from the first line: "
            + ", ".join(missing)
            + "."
        )
    return header


def read_rows(header: list[str], lines: Iterable[str], types: Types) -> Iterator[Result]:
    """One result for each row after the header; blank lines are no rows. No row raises."""
    reader = csv.reader(lines)
    seen: dict[int, int] = {}
    # The header is line 1; a row with line breaks inside quotes counts from its first.
    while True:
        line = reader.line_num + 2
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield BadRow(line, "", f"Can't be read as CSV: {error}.")
            continue
        if not cells:
            continue
        if len(cells) != len(header):
            yield BadRow(
                line, _clean(cells[0])[:20], f"Has {len(cells)} columns; the first line has {len(header)}."
            )
            continue
        cell = dict(zip(header, map(_clean, cells), strict=True))
        try:
            result = _read(line, cell, types)
            if result.urn in seen:
                raise _Bad(f"The same URN is on line {seen[result.urn]}.")
        except _Bad as bad:
            yield BadRow(line, cell[URN][:20], str(bad))
            continue
        seen[result.urn] = line
        yield result


def _read(line: int, cell: Mapping[str, str], types: Types) -> SchoolRow | LeftOut:
    urn = _whole(cell, URN, digits=6)
    if urn is None or urn < 100_000:
        raise _Bad("URN is missing." if urn is None else "URN must have six digits.")
    name = cell[NAME]
    if not name:
        raise _Bad("EstablishmentName is missing.")
    type_name, group = types.settle(cell[TYPE], cell.get(GROUP, ""))
    if type_name.casefold() in OUTSIDE_ENGLAND:
        return LeftOut(line, urn, name, f"Outside England ({type_name}).")
    if not re.fullmatch(r"\d{3}", cell[LA], re.ASCII):
        raise _Bad(f"LA (code) must be three digits, not “{cell[LA][:20]}”.")
    if not cell[STATUS]:
        raise _Bad("EstablishmentStatus (name) is missing.")
    is_open = cell[STATUS] in OPEN
    has_trust = (
        "academy trust" in cell.get("TrustSchoolFlag (name)", "academy trust").replace("-", " ").casefold()
    )
    values: dict[str, object] = {
        "name": name,
        "status": cell[STATUS],
        "is_open": is_open,
        "authority_id": cell[LA],
        "phase": phase_of(cell[PHASE], type_name),
        "phase_name": cell[PHASE],
        "establishment_type": type_name,
        "type_group": group,
        "gender": cell.get("Gender (name)", ""),
        "town": cell.get("Town", ""),
        "postcode": _postcode(cell),
        "rurality": cell.get("UrbanRural (name)", "").removeprefix("(England/Wales) "),
        "ofsted_rating": _named(cell, "OfstedRating (name)"),
        "ofsted_on": _day(cell, "OfstedLastInsp"),
        "opened_on": _day(cell, "OpenDate"),
        **_point(cell),
        **_pupils(cell),
    }
    values = {column: value for column, value in values.items() if value not in ("", None)}
    if "Trusts (name)" in cell:
        values["trust_name"] = cell["Trusts (name)"] if has_trust else ""
    if "CloseDate" in cell:
        values["closed_on"] = _day(cell, "CloseDate")
    _check_lengths(values)
    return SchoolRow(
        line=line,
        urn=urn,
        name=name,
        is_open=is_open,
        values=values,
        diocese=cell.get("Diocese (code)", ""),
        trust_uid=cell.get("Trusts (code)", "") if has_trust else "",
        changed_on=_day(cell, "LastChangedDate"),
    )


# --- One cell ---


def _clean(text: str) -> str:
    """Text without characters that no name has and a database refuses, and without a byte order mark."""
    return _CONTROL.sub(" ", text).strip(" \ufeff")


def _named(cell: Mapping[str, str], column: str) -> str:
    text = cell.get(column, "")
    return "" if text.casefold() in _NONE else text


def _whole(cell: Mapping[str, str], column: str, *, digits: int) -> int | None:
    text = cell.get(column, "")
    if not text:
        return None
    if not re.fullmatch(rf"\d{{1,{digits}}}", text, re.ASCII):
        raise _Bad(f"{column} must be a whole number of at most {digits} digits, not “{text[:20]}”.")
    return int(text)


def _day(cell: Mapping[str, str], column: str) -> dt.date | None:
    text = cell.get(column, "")
    if not text:
        return None
    found = re.fullmatch(r"(\d\d)[-/](\d\d)[-/](\d{4})", text, re.ASCII)
    try:
        if not found:
            raise ValueError
        day, month, year = map(int, found.groups())
        return dt.date(year, month, day)
    except ValueError:
        raise _Bad(f"{column} must be a date like 31-08-2020, not “{text[:20]}”.") from None


def _postcode(cell: Mapping[str, str]) -> str:
    text = cell.get("Postcode", "")
    try:
        return tidy_postcode(text)
    except ValidationError:
        raise _Bad(f"Postcode “{text[:20]}” is not one.") from None


def _pupils(cell: Mapping[str, str]) -> dict[str, object]:
    """Pupils, and the month of the census as "2020-01"."""
    pupils = _whole(cell, "NumberOfPupils", digits=6)
    census = _day(cell, "CensusDate")
    if pupils is None:
        return {}
    return {"pupils": pupils, "pupils_year": f"{census:%Y-%m}" if census else ""}


def _point(cell: Mapping[str, str]) -> dict[str, object]:
    """Latitude and longitude to five places (about a metre); a grid reference of 0, 0 stands for none."""
    easting, northing = _whole(cell, "Easting", digits=7), _whole(cell, "Northing", digits=7)
    if not easting and not northing:
        return {}
    if not easting or not northing:
        raise _Bad("Easting and Northing must both be there, or neither.")
    longitude, latitude = _grid().transform(easting, northing)
    if not (49 <= latitude <= 61 and -9 <= longitude <= 3):
        raise _Bad(f"Easting {easting}, Northing {northing} is not in Great Britain.")
    return {"latitude": round(latitude, 5), "longitude": round(longitude, 5)}


@cache
def _grid() -> Transformer:
    """British National Grid (EPSG:27700) to WGS84; without OS's correction grid right to about 2 m."""
    return Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)


def _check_lengths(values: Mapping[str, object]) -> None:
    for column, value in values.items():
        limit = _LIMITS[column] if isinstance(value, str) else None
        if limit and len(str(value)) > limit:
            raise _Bad(f"{column.replace('_', ' ').capitalize()} is longer than {limit} characters.")
