"""What goes with the tables of the open data: the Frictionless data package, the dictionary, and what is published now.

The package follows Data Package and Table Schema (https://specs.frictionlessdata.io), so that programs can check
every file and every value against it.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse

from lpdqa.mail import absolute
from providers.models import DataSource
from providers.queries.sources import ATTRIBUTION
from reviews.queries.open_data import TABLES
from reviews.queries.open_data_columns import Column, Table

PACKAGE, DICTIONARY = "datapackage.json", "dictionary.md"
CURRENT = "current"
SEPARATOR = ";"
"""Between several codes in one field of a CSV file; JSON has lists."""

LICENCES = (
    {
        "name": "CC-BY-4.0",
        "title": "Creative Commons Attribution 4.0",
        "path": "https://creativecommons.org/licenses/by/4.0/",
    },
    {
        "name": "OGL-UK-3.0",
        "title": "Open Government Licence 3.0 (what comes from the sources)",
        "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    },
)


@dataclass(frozen=True)
class Written:
    """One file as it was written."""

    table: Table
    form: str
    path: str
    rows: int
    bytes: int
    sha256: str


def data_package(*, made_at: dt.datetime, written: list[Written]) -> dict[str, Any]:
    """`datapackage.json`, as plain data; one query."""
    return {
        "profile": "data-package",
        "name": "lpd-quality-register",
        "title": f"{settings.REGISTER_NAME}: open data",
        "description": "What the public pages of the register show. Rows with is_example are made up. "
        "No personal data. " + " ".join(ATTRIBUTION),
        "homepage": absolute(reverse("open_data")),
        "version": made_at.strftime("%Y.%m.%d"),
        "created": made_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "licenses": list(LICENCES),
        "sources": [
            {
                "title": f"{source.title} ({source.publisher}, {source.as_of_text}; {source.licence})",
                "path": f"{absolute(reverse('data_sources'))}#{source.code}",
            }
            for source in DataSource.objects.order_by("title", "pk")
        ],
        "contributors": [{"title": settings.REGISTER_RUN_BY, "role": "publisher"}],
        "resources": [_resource(one) for one in written],
    }


def _resource(one: Written) -> dict[str, Any]:
    is_csv = one.form == "csv"
    return {
        "profile": "tabular-data-resource" if is_csv else "data-resource",
        "name": one.table.name if is_csv else f"{one.table.name}-{one.form}",
        "title": one.table.title,
        "description": one.table.words,
        "path": one.path,
        "format": one.form,
        "mediatype": "text/csv" if is_csv else "application/x-ndjson",
        "encoding": "utf-8",
        "bytes": one.bytes,
        "hash": f"sha256:{one.sha256}",
        "rows": one.rows,
        "schema": {
            "fields": [_field(column, is_csv) for column in one.table.columns],
            "primaryKey": list(one.table.key),
            "missingValues": [""],
            **_foreign_keys(one, is_csv),
        },
    }


def _foreign_keys(one: Written, is_csv: bool) -> dict[str, Any]:
    if not one.table.refers:
        return {}
    return {
        "foreignKeys": [
            {
                "fields": [column],
                "reference": {"resource": table if is_csv else f"{table}-{one.form}", "fields": [theirs]},
            }
            for column, table, theirs in one.table.refers
        ]
    }


def _field(column: Column, is_csv: bool) -> dict[str, Any]:
    words = column.words
    if column.kind == "list" and is_csv:
        words = f"{words}; several are separated by “{SEPARATOR}”"
    limits: dict[str, Any] = {"required": True} if column.required else {}
    if column.choices and column.kind != "list":
        limits["enum"] = list(column.choices)
    if column.lowest is not None:
        limits["minimum"] = column.lowest
    if column.highest is not None:
        limits["maximum"] = column.highest
    found: dict[str, Any] = {"name": column.name, "type": _type(column, is_csv), "description": words}
    if column.kind == "boolean":
        found |= {"trueValues": ["true"], "falseValues": ["false"]}
    return found | ({"constraints": limits} if limits else {})


def _type(column: Column, is_csv: bool) -> str:
    if column.kind == "list":
        return "string" if is_csv else "array"
    return column.kind


def dictionary(*, made_at: dt.datetime, written: list[Written]) -> str:
    """`dictionary.md`: every table, column and code in words."""
    lines = [
        f"# {settings.REGISTER_NAME}: open data",
        "",
        f"Made on {made_at:%d %B %Y}. Licences: {'; '.join(one['title'] for one in LICENCES)}.",
        "",
        *(f"> {line}" for line in ATTRIBUTION),
        "",
        "Each table is there as CSV (UTF-8, commas, a line of names) and as JSON Lines (one object a line). Empty "
        f"means unknown, or not applicable. In CSV several codes in a field are separated by “{SEPARATOR}”. Rows "
        "with `is_example` are made up. `datapackage.json` says the same for programs, with the size and SHA-256 of "
        "each file.",
    ]
    for table in TABLES:
        rows = next((one.rows for one in written if one.table is table), 0)
        lines += ["", f"## {table.title} (`{table.name}`)", "", f"{table.words} {rows:,} rows.", ""]
        lines += ["| column | type | meaning |", "|---|---|---|"]
        lines += [f"| `{column.name}` | {column.kind} | {_meaning(column)} |" for column in table.columns]
    return "\n".join(lines) + "\n"


def _meaning(column: Column) -> str:
    codes = "; ".join(f"`{code}` {label}" for code, label in column.choices.items())
    words = column.words.rstrip(".")
    return f"{words}. {codes}" if codes else words


# --- What is published now ---


@dataclass(frozen=True)
class PublishedFile:
    """A file that can be downloaded; `rows` is None for what is no table."""

    path: str
    form: str
    bytes: int
    sha256: str
    rows: int | None = None


@dataclass(frozen=True)
class PublishedTable:
    table: Table
    files: list[PublishedFile]

    @property
    def rows(self) -> int:
        return self.files[0].rows or 0


@dataclass(frozen=True)
class Published:
    """The open data as it can be downloaded now."""

    folder: Path
    made_at: dt.datetime
    tables: list[PublishedTable]
    sources: list[dict[str, str]]

    def file(self, name: str) -> PublishedFile | None:
        """A file of it by name; None for any other name."""
        return next((one for table in self.tables for one in table.files if one.path == name), None)


def published() -> Published | None:
    """What was written last; None before the first night. Reads one small file."""
    folder = Path(settings.OPEN_DATA_DIR) / CURRENT
    try:
        folder = folder.resolve(strict=True)
        package = json.loads((folder / PACKAGE).read_text())
    except FileNotFoundError:
        return None
    by_table: dict[str, list[PublishedFile]] = {}
    for resource in package["resources"]:
        by_table.setdefault(resource["path"].partition(".")[0], []).append(
            PublishedFile(
                resource["path"],
                resource["format"],
                resource["bytes"],
                resource["hash"].removeprefix("sha256:"),
                resource["rows"],
            )
        )
    return Published(
        folder=folder,
        made_at=dt.datetime.fromisoformat(package["created"]),
        tables=[PublishedTable(table, by_table[table.name]) for table in TABLES if table.name in by_table],
        sources=package["sources"],
    )
