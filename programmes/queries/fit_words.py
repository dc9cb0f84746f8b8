"""A context match in words: what two schools have in common, and what each is like."""

from __future__ import annotations

from typing import Any

import numpy as np

from lpdqa.web.formats import miles
from programmes.fit import PARTS, WEIGHTS, Facts
from programmes.models import EntryContext
from providers.choices import ImprovementStage, Phase, SchoolType, Setting
from providers.models import SchoolFacts

# A part counts as a reason from here on.
TELLING = 0.75
_SAME = {
    "phase": "same phase",
    "type": "same type of school",
    "disadvantage": "similar disadvantage",
    "size": "about the same size",
    "setting": "same setting",
    "send": "similar share of SEND",
    "eal": "similar share of EAL",
    "stage": "same stage of improvement",
}
_LABELS: dict[str, Any] = {
    "phase": Phase, "type": SchoolType, "setting": Setting, "stage": ImprovementStage,
}  # fmt: skip
_COLUMNS = {
    "phase": "phase",
    "type": "school_type",
    "disadvantage": "disadvantage_percent",
    "size": "pupils",
    "setting": "setting",
    "send": "send_percent",
    "eal": "eal_percent",
    "stage": "improvement_stage",
}
_UNITS = {
    "disadvantage": "{:.0f}% disadvantaged",
    "size": "{:,.0f} pupils",
    "send": "{:.0f}% with SEND",
    "eal": "{:.0f}% with EAL",
}
UNKNOWN = "not known"


def reasons(alike: np.ndarray, distance: float) -> list[str]:
    """What speaks for the match, what weighs most first: alike is one row of a `Match`, distance in miles."""
    found = [
        (-WEIGHTS[number] * alike[number], number, _reason(part.code, distance))
        for number, part in enumerate(PARTS)
        if alike[number] >= TELLING
    ]
    return [words for _, _, words in sorted(found)]


def _reason(code: str, distance: float) -> str:
    return f"about {miles(distance)} from you" if code == "distance" else _SAME[code]


def side(code: str, facts: Facts | EntryContext | SchoolFacts) -> str:
    """What is known of one school in one part."""
    if code == "distance":
        return ""
    value = getattr(facts, _COLUMNS[code])
    if value in ("", None):
        return UNKNOWN
    if choices := _LABELS.get(code):
        return str(choices(value).label).split(":")[0]
    return _UNITS[code].format(value)


def in_words(context: EntryContext | SchoolFacts) -> str:
    """A school that provision has worked in, in one line of what is known of it."""
    known = [side(part.code, context) for part in PARTS if part.code != "distance"]
    return ", ".join(words for words in known if words != UNKNOWN) or "as the register knows it"
