"""Two people at one row: what only one of them changed is kept, what both changed is shown to the second.

A form carries a fingerprint of each value as it was when the form was opened. When it comes back, a field the
person left alone gives way to whatever the row says by now; a field that both changed is refused once, with
the other's words beside the box, and the next save decides.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils import timezone

from lpdqa.audit.models import Entry
from lpdqa.web.formats import long_date

_SHOWN = 400


def fingerprint(value: Any) -> str:
    """A short mark of a value; equal values have equal marks."""
    if isinstance(value, models.Model):
        value = value.pk
    if isinstance(value, list):
        text = json.dumps(sorted(map(str, value)))
    else:
        # Forms and columns differ in line ends, in 12 and 12.0, and in empty text and nothing.
        text = "" if value is None else str(value).replace("\r\n", "\n").strip()
        if text.replace(".", "", 1).isdigit() and "." in text:
            text = text.rstrip("0").rstrip(".")
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def fingerprints(row: models.Model, names: Iterable[str]) -> dict[str, str]:
    """The marks of those of a row's columns that `names` has; other names are passed over."""
    marks = {}
    for name in names:
        try:
            row._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        marks[name] = fingerprint(getattr(row, name))
    return marks


def merged(
    row: models.Model,
    fields: Mapping[str, Any],
    opened: Mapping[str, str] | None,
    *,
    entries: models.QuerySet[Entry] | None = None,
) -> dict[str, Any]:
    """Which of `fields` to write on `row`, by somebody who opened it when its values had the marks `opened`.

    `row` must be locked and fresh. `entries` are the trail entries that may have changed it, to say who did;
    by default those on the row itself.

    Raises:
        ValidationError: by field, where the person and somebody else both changed it, to different values.
    """
    if not opened:
        return dict(fields)
    mine: dict[str, Any] = {}
    clashes: dict[str, ValidationError] = {}
    for name, value in fields.items():
        was, present = opened.get(name), getattr(row, name)
        if was is None or fingerprint(present) in (was, fingerprint(value)):
            mine[name] = value
        elif fingerprint(value) != was:
            clashes[name] = _told(row, name, present, entries)
    if clashes:
        raise ValidationError(clashes)
    return mine


def _told(
    row: models.Model, name: str, present: Any, entries: models.QuerySet[Entry] | None
) -> ValidationError:
    if entries is None:
        entries = Entry.objects.filter(
            target_type=row._meta.label_lower, target_id=row.pk, detail__fields__contains=[name]
        )
    entry = entries.select_related("actor").order_by("-id").first()
    who = entry.actor.name if entry and entry.actor else "Somebody else"
    at = timezone.localtime(entry.at) if entry else None
    when = f" on {long_date(at.date())} at {at:%H:%M}" if at else ""
    said = in_words(row, name, present)
    return ValidationError(
        f"{who} changed this{when}, while you were writing, to: “{said}”. "
        "Yours is still in the box. Save again to keep yours, or copy theirs into it.",
        code="changed",
    )


def in_words(row: models.Model, name: str, value: Any) -> str:
    """A column's value in the words of its choices, cut where it is long."""
    if value in (None, "", []):
        return "nothing"
    field = row._meta.get_field(name)
    base = getattr(field, "base_field", field)
    labels = {str(code): str(label) for code, label in getattr(base, "flatchoices", None) or ()}
    values = value if isinstance(value, list) else [value]
    text = ", ".join(labels.get(str(each), str(each)) for each in values)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} …"
