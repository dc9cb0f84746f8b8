"""The outer shape of a framework document: what a draft needs so that it can be kept, opened and edited.

A draft may be incomplete: empty texts, missing numbers and broken rules are told by `check_framework` and keep it
from being published, not from being saved. What is told here can't be kept: a key that isn't there, a list in place
of a text, two criteria of one code.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reviews.rating.check import BAND_CODES, CONFIDENCE_PARTS, DEADLINES, LEVELS, SUBJECT_TYPES

LONG = 3000  # characters of one text


@dataclass(frozen=True)
class _Text:
    """So many characters at most; `code` allows only what can stand in an address."""

    most: int = LONG
    code: bool = False


@dataclass(frozen=True)
class _Each:
    """An object of any keys, each with such a value."""

    of: Any


@dataclass(frozen=True)
class _Key:
    """A key that may be left out."""

    name: str


_NUMBER, _TEXTS, _NUMBERS = "a number", "a list of texts", "a list of numbers"

_HEADING = {"code": _Text(20, code=True), "title": _Text(80), "question": _Text()}
_CRITERION = {
    "code": _Text(10, code=True),
    "heading": _Text(20),
    "title": _Text(120),
    "question": _Text(),
    "evidence_expected": _Text(),
    "applies_to": _TEXTS,
    "essential_for": _TEXTS,
    "weight": _NUMBER,
    "descriptors": dict.fromkeys(LEVELS, _Text()),
}
_SCHEME = {
    "discordance": {"gap": _NUMBER, "essential_straddles": _NUMBER},
    "bands": [{"code": _Text(20, code=True), "title": _Text(60)}],
    "thresholds": {
        "not_yet": {
            "essential_below": _NUMBER,
            "overall_below": _NUMBER,
            _Key("any_heading_below"): _NUMBER,
        },
        "working_towards": {
            "essential_below": _NUMBER,
            "overall_below": _NUMBER,
            "any_heading_below": _NUMBER,
        },
        "exemplary": {
            "overall_at_least": _NUMBER,
            "every_heading_at_least": _NUMBER,
            "headings_at_least": {"count": _NUMBER, "value": _NUMBER},
            "criteria_at_least": _Each(_NUMBER),
        },
    },
    "confidence": {
        "weights": dict.fromkeys(CONFIDENCE_PARTS, _NUMBER),
        "high": _NUMBER,
        "medium": _NUMBER,
        "recency_full_months": _NUMBER,
        "recency_zero_months": _NUMBER,
    },
    "validity_months": dict.fromkeys((*SUBJECT_TYPES, "working_towards"), _NUMBER),
    "grace_days": _NUMBER,
    "reminder_days": _NUMBERS,
    **dict.fromkeys(DEADLINES[1:], _NUMBER),
}
# In the order in which the file is read by people.
_FRAMEWORK = {
    "code": _Text(20, code=True),
    "version": _Text(20, code=True),
    "title": _Text(200),
    "purpose": _Text(20),
    "context": _Text(),
    "scale": dict.fromkeys(LEVELS, _Text(40)),
    "headings": [_HEADING],
    "scheme": _SCHEME,
    "criteria": [_CRITERION],
}
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""Codes and version numbers stand in addresses."""


class DocumentError(ValueError):
    """A text is no framework document; `lines` says why."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def read_document(text: str) -> dict[str, Any]:
    """The document that a JSON text holds, as it was written. Raises DocumentError with a line for each fault of
    its shape; an incomplete document is none."""
    try:
        document = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise DocumentError([f"This is not JSON that can be read: {str(error) or 'too deep'}."]) from error
    lines = shape_faults(document)
    if lines:
        raise DocumentError(lines)
    return dict(document)


def text_limit(kind: str, path: Sequence[str | int]) -> int:
    """How many characters a text of a piece may have; `kind` and `path` as in `parts.Field`."""
    shape: Any = {"heading": _HEADING, "criterion": _CRITERION}.get(kind, _FRAMEWORK)
    for step in path:
        shape = shape[0] if isinstance(step, int) else shape[step]
    return int(shape.most)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number of JSON")


def write_document(document: Mapping[str, Any]) -> str:
    """The document as the text of a JSON file: the same content in the order of the shipped file."""
    return json.dumps(_ordered(document, _FRAMEWORK), ensure_ascii=False, indent=1) + "\n"


def shape_faults(document: object) -> list[str]:
    """One line for each thing that keeps a document from being taken in, even as a draft; see the module."""
    found: list[str] = []
    _compare(document, _FRAMEWORK, "The framework", found)
    if not found and isinstance(document, Mapping):
        if [band["code"] for band in document["scheme"]["bands"]] != list(BAND_CODES):
            found.append(f"The scheme, bands: List {', '.join(BAND_CODES)}, in this order.")
        for name in ("headings", "criteria"):
            codes = [item["code"] for item in document[name]]
            for code in sorted({code for code in codes if codes.count(code) > 1}):
                found.append(f"The {name}: the code {code} is used more than once. Give each its own code.")
    _unfit_text(document, found)
    return found


def _compare(value: object, shape: Any, where: str, found: list[str]) -> None:
    if isinstance(shape, _Text):
        _compare_text(value, shape, where, found)
    elif isinstance(shape, dict | _Each):
        if not isinstance(value, Mapping):
            found.append(f"{where}: is not an object. Give an object.")
        elif isinstance(shape, _Each):
            for key, each in value.items():
                _compare(each, shape.of, f"{where}, {key}", found)
        else:
            for key, inner in shape.items():
                name = key.name if isinstance(key, _Key) else key
                if name in value:
                    _compare(value[name], inner, _inside(where, name), found)
                elif not isinstance(key, _Key):
                    found.append(f"{where}: “{name}” is missing. Add it.")
    elif isinstance(shape, list):
        if not _is_list(value):
            found.append(f"{where}: is not a list. Give a list.")
        for place, item in enumerate(value if isinstance(value, list) else [], start=1):
            code = item.get("code") if isinstance(item, Mapping) else None
            _compare(item, shape[0], f"{where}, {str(code)[:20] if code else f'number {place}'}", found)
    elif shape == _NUMBER:
        if not _is_number(value):
            found.append(f"{where}: is not a number. Give a number, or null if it isn't known yet.")
    elif not _is_list(value) or not all(
        isinstance(item, str) if shape == _TEXTS else _is_number(item)
        for item in value  # type: ignore[attr-defined]
    ):
        found.append(f"{where}: is not {shape}. Give {shape}.")


def _compare_text(value: object, shape: _Text, where: str, found: list[str]) -> None:
    if not isinstance(value, str):
        found.append(f"{where}: is not text. Give text.")
    elif len(value) > shape.most:
        found.append(f"{where}: has {len(value):,} characters. Use {shape.most:,} or fewer.")
    elif shape.code and not CODE.fullmatch(value):
        found.append(f"{where}: “{value}” is no code. Use letters, digits, full stops and hyphens.")


def _inside(where: str, name: str) -> str:
    return f"The {name}" if where == "The framework" else f"{where}, {name}"


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


def _is_number(value: object) -> bool:
    """A number, or none yet."""
    if value is None:
        return True
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _unfit_text(value: object, found: list[str]) -> None:
    """Texts, wherever they are, that a database can't keep."""
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            found.append("A text holds characters that can't be kept. Type it again without them.")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            _unfit_text(key, found)
            _unfit_text(inner, found)
    elif isinstance(value, Sequence):
        for inner in value:
            _unfit_text(inner, found)


def _ordered(value: Any, shape: Any) -> Any:
    """The same value with the keys of objects in the shape's order, others behind them."""
    if isinstance(value, Mapping):
        known = shape if isinstance(shape, dict) else {}
        names = {(key.name if isinstance(key, _Key) else key): inner for key, inner in known.items()}
        keys = [name for name in names if name in value] + [key for key in value if key not in names]
        return {key: _ordered(value[key], names.get(key)) for key in keys}
    if isinstance(value, list):
        inner = shape[0] if isinstance(shape, list) else None
        return [_ordered(item, inner) for item in value]
    return value
