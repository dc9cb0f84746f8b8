"""The pieces of a framework document that are edited on a page each: read, written, added, removed, moved.

A piece is a flat dict of field names to JSON values; `FIELDS` says where in the document each is kept. Nothing here
changes a document: every function returns another one.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reviews.rating.check import BAND_CODES, CONFIDENCE_PARTS, LEVELS, SUBJECT_TYPES

Document = dict[str, Any]
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Field:
    """One value of a piece. `kind`: line, text, code, heading, number, whole, subjects or numbers."""

    name: str
    path: Path
    kind: str
    label: str
    hint: str = ""
    group: str = ""
    optional: bool = False


_KIND_WORDS = {"provider": "providers", "programme": "programmes", "sle": "specialist leaders"}
_BAND_WORDS = dict(
    zip(BAND_CODES, ("Not yet", "Working towards", "Quality assured", "Exemplary"), strict=True)
)

ABOUT = (
    Field("version", ("version",), "code", "Version number", "For example 1.1. It stands in the address."),
    Field("title", ("title",), "line", "Title"),
    Field(
        "purpose",
        ("purpose",),
        "line",
        "Purpose",
        "What the scheme is for: to reward, regulate or recognise.",
    ),
    Field(
        "context", ("context",), "text", "Context", "What it is meant for: which provision, in which system."
    ),
    *(
        Field(f"scale_{level}", ("scale", level), "line", f"Word for a score of {level}", group="Scale")
        for level in LEVELS
    ),
)
HEADING = (
    Field("code", ("code",), "code", "Code", "Short, without spaces. Criteria refer to it."),
    Field("title", ("title",), "line", "Title"),
    Field("question", ("question",), "text", "Question", "What the heading asks."),
)
CRITERION = (
    Field("code", ("code",), "code", "Code", "Short, without spaces, for example D5."),
    Field("title", ("title",), "line", "Title"),
    Field("heading", ("heading",), "heading", "Heading"),
    Field("question", ("question",), "text", "Question", "What the assessor asks of the evidence."),
    Field("evidence_expected", ("evidence_expected",), "text", "Evidence that often shows it"),
    *(
        Field(
            f"level_{level}", ("descriptors", level), "text", f"What a score of {level} means", group="Levels"
        )
        for level in LEVELS
    ),
    Field("applies_to", ("applies_to",), "subjects", "Asked of", group="How it counts"),
    Field(
        "essential_for",
        ("essential_for",),
        "subjects",
        "Essential for",
        "A low score here holds the band down whatever the averages are.",
        group="How it counts",
        optional=True,
    ),
    Field(
        "weight",
        ("weight",),
        "number",
        "Weight within its heading",
        "From 0.01 to 100.",
        group="How it counts",
    ),
    # Kept in the scheme, and edited with the criterion that it is about.
    Field(
        "exemplary_from",
        (),
        "number",
        "Least score for the highest band",
        "From 1 to 4. Leave it empty if this criterion has no condition of its own.",
        group="How it counts",
        optional=True,
    ),
)


def _scheme_fields() -> tuple[Field, ...]:
    def number(
        name: str,
        path: str,
        label: str,
        group: str,
        hint: str = "",
        kind: str = "number",
        optional: bool = False,
    ) -> Field:
        return Field(name, ("scheme", *path.split(".")), kind, label, hint, group, optional)

    disagree, names = "When two assessors disagree", "Names of the bands"
    low, working, top = (_BAND_WORDS[code] for code in ("not_yet", "working_towards", "exemplary"))
    confidence, valid, limits = "Confidence", "How long a rating is valid, in months", "Deadlines"
    return (
        number(
            "gap",
            "discordance.gap",
            "Points apart from which a third assessor scores",
            disagree,
            kind="whole",
        ),
        number(
            "essential_straddles",
            "discordance.essential_straddles",
            "Score that two scores of an essential criterion must not lie on both sides of",
            disagree,
            kind="whole",
        ),
        *(
            Field(f"band_{code}", ("scheme", "bands", place, "title"), "line", words, group=names)
            for place, (code, words) in enumerate(_BAND_WORDS.items())
        ),
        number("not_yet_essential", "thresholds.not_yet.essential_below", "An essential is below", low),
        number("not_yet_overall", "thresholds.not_yet.overall_below", "Or the overall is below", low),
        number(
            "not_yet_heading",
            "thresholds.not_yet.any_heading_below",
            "Or a heading is below",
            low,
            "Leave it empty for no such rule.",
            optional=True,
        ),
        number(
            "working_essential",
            "thresholds.working_towards.essential_below",
            "An essential is below",
            working,
        ),
        number(
            "working_overall", "thresholds.working_towards.overall_below", "Or the overall is below", working
        ),
        number(
            "working_heading",
            "thresholds.working_towards.any_heading_below",
            "Or a heading is below",
            working,
        ),
        number("exemplary_overall", "thresholds.exemplary.overall_at_least", "The overall is at least", top),
        number(
            "exemplary_heading",
            "thresholds.exemplary.every_heading_at_least",
            "Every heading is at least",
            top,
        ),
        number(
            "exemplary_count",
            "thresholds.exemplary.headings_at_least.count",
            "So many headings are strong",
            top,
            kind="whole",
        ),
        number(
            "exemplary_strong", "thresholds.exemplary.headings_at_least.value", "Strong means at least", top
        ),
        *(
            number(f"weight_{part}", f"confidence.weights.{part}", f"Share of {part}", confidence)
            for part in CONFIDENCE_PARTS
        ),
        number("confidence_high", "confidence.high", "High from", confidence, "From 0 to 1."),
        number("confidence_medium", "confidence.medium", "Medium from", confidence, "From 0 to 1."),
        number(
            "recency_full",
            "confidence.recency_full_months",
            "Fully recent up to (months)",
            confidence,
            kind="whole",
        ),
        number(
            "recency_zero",
            "confidence.recency_zero_months",
            "No longer recent from (months)",
            confidence,
            kind="whole",
        ),
        *(
            number(
                f"valid_{kind}",
                f"validity_months.{kind}",
                _KIND_WORDS[kind].capitalize(),
                valid,
                kind="whole",
            )
            for kind in SUBJECT_TYPES
        ),
        number(
            "valid_working_towards",
            "validity_months.working_towards",
            f"Anything at {working}",
            valid,
            kind="whole",
        ),
        number("grace_days", "grace_days", "Grace after the end of validity (days)", limits, kind="whole"),
        Field(
            "reminder_days",
            ("scheme", "reminder_days"),
            "numbers",
            "Reminders before the end of validity (days)",
            "Whole numbers with commas between them.",
            limits,
            optional=True,
        ),
        number(
            "fact_check",
            "factual_check_working_days",
            "To check the facts (working days)",
            limits,
            kind="whole",
        ),
        number("appeal", "appeal_working_days", "To appeal (working days)", limits, kind="whole"),
        number("amendment", "amendment_weeks", "To amend (weeks)", limits, kind="whole"),
    )


SCHEME = _scheme_fields()
FIELDS = {"about": ABOUT, "scheme": SCHEME, "heading": HEADING, "criterion": CRITERION}
LISTS = {"heading": "headings", "criterion": "criteria"}
_EXEMPLARY = ("scheme", "thresholds", "exemplary", "criteria_at_least")


def read_part(document: Mapping[str, Any], kind: str, code: str = "") -> dict[str, Any]:
    """The values of a piece by field name; None for a value that isn't there. KeyError for an unknown code."""
    holder = _item(document, kind, code) if kind in LISTS else document
    values = {field.name: _get(holder, field.path) for field in FIELDS[kind] if field.path}
    if kind == "criterion":
        values["exemplary_from"] = _get(document, (*_EXEMPLARY, code))
    return values


def empty_part(kind: str) -> dict[str, Any]:
    """The values of a heading or criterion that has just been added."""
    empty: dict[str, Any] = {"subjects": [], "number": None}
    return {field.name: copy.copy(empty.get(field.kind, "")) for field in FIELDS[kind]}


def write_part(document: Document, kind: str, code: str, values: Mapping[str, Any]) -> Document:
    """The document with other values in one piece; those that are the same stay as they were written.

    A new code of a heading or criterion is carried to everything that refers to it. KeyError for an unknown code.
    """
    changed = copy.deepcopy(document)
    holder = _item(changed, kind, code) if kind in LISTS else changed
    for field in FIELDS[kind]:
        if field.path and field.name in values:
            _set(holder, field.path, values[field.name], optional=field.optional)
    new_code = values.get("code", code)
    if kind == "heading":
        for criterion in changed["criteria"]:
            if criterion["heading"] == code:
                criterion["heading"] = new_code
    if kind == "criterion":
        least = _get(changed, _EXEMPLARY)
        kept = least.pop(code, None)
        given = values.get("exemplary_from", kept)
        if given is not None:
            least[new_code] = kept if same(kept, given) else given
    return changed


def add_part(document: Document, kind: str, values: Mapping[str, Any]) -> Document:
    """The document with one more heading at the end, or one more criterion after the others of its heading."""
    changed = copy.deepcopy(document)
    item: dict[str, Any] = {"descriptors": {}} if kind == "criterion" else {}
    items = changed[LISTS[kind]]
    last = len(items)
    if kind == "criterion":
        alike = [place for place, row in enumerate(items, start=1) if row["heading"] == values["heading"]]
        last = alike[-1] if alike else last
    item["code"] = values["code"]
    items.insert(last, item)
    return write_part(changed, kind, values["code"], values)


def remove_part(document: Document, kind: str, code: str) -> Document:
    """The document without one heading or criterion, nor what the scheme asked of it."""
    changed = copy.deepcopy(document)
    changed[LISTS[kind]].remove(_item(changed, kind, code))
    if kind == "criterion":
        _get(changed, _EXEMPLARY).pop(code, None)
    return changed


def move_part(document: Document, kind: str, code: str, *, up: bool) -> Document:
    """The document with a heading or criterion one place up or down; a criterion moves within its heading."""
    changed = copy.deepcopy(document)
    items = changed[LISTS[kind]]
    item = _item(changed, kind, code)
    alike = [row for row in items if kind == "heading" or row["heading"] == item["heading"]]
    place = alike.index(item) + (-1 if up else 1)
    if 0 <= place < len(alike):
        here, there = items.index(item), items.index(alike[place])
        items[here], items[there] = items[there], items[here]
    return changed


def same(one: Any, other: Any) -> bool:
    """Do the two say the same to a person: 3 and 3.0, or a text with another kind of line ends?"""
    if isinstance(one, str) and isinstance(other, str):
        return _plain_text(one) == _plain_text(other)
    return type(one) is not bool and type(other) is not bool and bool(one == other)


def _plain_text(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _item(document: Mapping[str, Any], kind: str, code: str) -> dict[str, Any]:
    for item in document[LISTS[kind]]:
        if item["code"] == code:
            return item  # type: ignore[no-any-return]
    raise KeyError(code)


def _get(holder: Any, path: Path) -> Any:
    for step in path:
        if isinstance(holder, Mapping) and step not in holder:
            return None
        holder = holder[step]
    return holder


def _set(holder: Any, path: Path, value: Any, *, optional: bool) -> None:
    for step in path[:-1]:
        holder = holder[step]
    last = path[-1]
    if optional and value is None:
        holder.pop(last, None)
    elif not isinstance(holder, Mapping) or last not in holder or not same(holder[last], value):
        holder[last] = value
