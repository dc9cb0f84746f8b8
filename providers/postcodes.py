"""Postcodes: how they are written, and the half that places are known by."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

_OUTCODE = r"[A-Z]{1,2}\d[A-Z\d]?"
_POSTCODE = re.compile(rf"({_OUTCODE})(\d[A-Z]{{2}})?")


def outcode_of(postcode: str) -> str:
    """The first half of a full or half postcode, in capitals."""
    text = postcode.upper().replace(" ", "")
    return text[:-3] if len(text) > 4 else text


def tidy_postcode(text: str) -> str:
    """A full postcode or its first half, as it is usually written; an empty text stays empty.

    Raises:
        ValidationError: it is neither.
    """
    compact = text.upper().replace(" ", "")
    if not compact:
        return ""
    found = _POSTCODE.fullmatch(compact)
    if not found:
        raise ValidationError("Enter a postcode like LE1 6TP, or its first half, like LE1.")
    return " ".join(part for part in found.groups() if part)
