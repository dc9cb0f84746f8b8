"""What a table of the open data is made of, and the columns that several tables share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db.models import TextChoices

from programmes.choices import HEADINGS, Band, Confidence

CHUNK = 2000
FEWEST = 5
"""Numbers from 1 up to below this are left out where they could tell something of one provider."""

Kind = Literal["string", "number", "integer", "boolean", "date", "datetime", "list"]
Row = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """`choices`: the codes that may stand in it, with what they mean. `required`: never empty."""

    name: str
    kind: Kind
    words: str
    choices: Mapping[str, str] = field(default_factory=dict)
    required: bool = False
    lowest: float | None = None
    highest: float | None = None


@dataclass(frozen=True)
class Table:
    """One table; its rows are dictionaries with a value for every column."""

    name: str
    title: str
    words: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]
    refers: tuple[tuple[str, str, str], ...] = ()
    """(column, table, its column): what other table a column names a row of."""


def _codes(choices: type[TextChoices]) -> dict[str, str]:
    return {str(value): str(label) for value, label in choices.choices if value}


def column(
    name: str, kind: Kind, words: str, choices: type[TextChoices] | None = None, **more: Any
) -> Column:
    return Column(name, kind, words, _codes(choices) if choices else {}, **more)


EXAMPLE = column(
    "is_example", "boolean", "Made up to show how the register works. Leave these rows out of anything you publish.",
    required=True,
)  # fmt: skip
_HEADINGS = tuple(
    column(code, "number", f"Score under the heading “{code}”; empty without a rating, or if nothing under it applies",
            lowest=1, highest=4)
    for code in HEADINGS
)  # fmt: skip
STANDING = (
    column("band", "string", "Empty where there is no rating, or an alert in its place", Band),
    column("provisional", "boolean", "The rating rests on little evidence"),
    column("overall", "number", "Weighted mean of the headings", lowest=1, highest=4),
    *_HEADINGS,
    column("confidence", "string", "How much the rating can be relied on", Confidence),
)
