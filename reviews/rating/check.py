"""Is a framework document complete and consistent? (docs/rating.md, sections 1 to 4)

An administrator edits the document, so every fault is one line that says where it is, what it is and what to
do about it, and all faults are reported at once. Nothing here raises, whatever JSON it is given.
"""

from collections.abc import Mapping, Sequence
from typing import Any

SUBJECT_TYPES = ("provider", "programme", "sle")
BAND_CODES = ("not_yet", "working_towards", "quality_assured", "exemplary")  # lowest first
CONFIDENCE_PARTS = ("agreement", "evidence", "recency", "independence")
LOWEST, HIGHEST = 1, 4  # scores are whole numbers from 1 to 4
LEVELS = tuple(str(level) for level in range(LOWEST, HIGHEST + 1))  # JSON keys are text
DEADLINES = ("grace_days", "factual_check_working_days", "appeal_working_days", "amendment_weeks")

# Weights further apart than this are a slip of the keyboard, and would lose digits in the sums.
_WEIGHT_RANGE = (0.01, 100)
_MONTHS_RANGE = (1, 120)


def check_framework(document: object) -> list[str]:
    """Return one line for each fault of a framework document, in reading order; an empty list if it is sound.

    `document` is whatever JSON decoded to, in the shape of lpd-qa-1.0.json if all is well. Keys that nothing
    reads are left alone, except among thresholds and weights, where one would be taken for a rule.
    """
    found = _Faults()
    if not isinstance(document, Mapping):
        found.add(
            "The framework", f"is {_shown(document)}", "Give an object with criteria, headings and a scheme"
        )
        return found.lines
    for key in ("code", "version", "title", "purpose", "context"):
        found.text(document, key, "The framework")
    _check_scale(found, document)
    headings = _check_headings(found, document)
    criteria = _check_criteria(found, document, headings)
    _check_scheme(found, document, headings, criteria)
    return found.lines


def _shown(value: object) -> str:
    """A value as it can stand in a sentence: short, and never an error however odd the value is."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"“{value[:40]}{'…' if len(value) > 40 else ''}”"
    if isinstance(value, int) and not -(10**12) < value < 10**12:
        return "a very large number"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping):
        return "an object"
    return "a list" if isinstance(value, Sequence) else "something else"


class _Faults:
    """Collects the lines. A reader returns the value if it is sound; else it adds a line and returns None."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, where: str, what: str, remedy: str) -> None:
        self.lines.append(f"{where}: {what}. {remedy}.")

    def has(self, holder: Mapping[str, Any], key: str, where: str, remedy: str) -> bool:
        if key not in holder:
            self.add(where, f"“{key}” is missing", remedy)
        return key in holder

    def text(self, holder: Mapping[str, Any], key: str, where: str) -> str | None:
        if not self.has(holder, key, where, "Add it as text"):
            return None
        value = holder[key]
        if isinstance(value, str) and value.strip():
            return value
        what = "is empty" if isinstance(value, str) else f"is {_shown(value)}, not text"
        self.add(f"{where}, {key}", what, "Write some text")
        return None

    def number(
        self, holder: Mapping[str, Any], key: str, where: str, low: float, high: float, whole: bool = False
    ) -> float | None:
        remedy = f"Give a {'whole number' if whole else 'number'} from {low} to {high}"
        if not self.has(holder, key, where, remedy):
            return None
        value = holder[key]
        # bool is an int to Python and not to a reader; a comparison also turns away nan and infinity.
        kinds = int if whole else (int, float)
        if isinstance(value, kinds) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.add(f"{where}, {key}", f"is {_shown(value)}", remedy)
        return None

    def object(self, holder: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any] | None:
        if not self.has(holder, key, where, "Add it as an object"):
            return None
        value = holder[key]
        if isinstance(value, Mapping):
            return value
        self.add(f"{where}, {key}", f"is {_shown(value)}, not an object", "Give an object")
        return None

    def items(self, holder: Mapping[str, Any], key: str, where: str) -> list[Any] | None:
        if not self.has(holder, key, where, "Add it as a list"):
            return None
        value = holder[key]
        if isinstance(value, list | tuple):
            return list(value)
        self.add(f"{where}, {key}", f"is {_shown(value)}, not a list", "Give a list")
        return None

    def objects(self, holder: Mapping[str, Any], key: str, kind: str) -> list[tuple[str, Mapping[str, Any]]]:
        """The objects of a list that isn't empty, each with the words that point at it ("Criterion D3")."""
        named = []
        items = self.items(holder, key, "The framework")
        if items == []:
            self.add("The framework", f"has no {key}", f"Add at least one {kind.lower()}")
        for place, item in enumerate(items or [], start=1):
            if not isinstance(item, Mapping):
                self.add(f"{kind} number {place}", f"is {_shown(item)}, not an object", "Give an object")
                continue
            code = item.get("code")
            known = isinstance(code, str) and code.strip() != ""
            named.append((f"{kind} {str(code)[:40]}" if known else f"{kind} number {place}", item))
        return named

    def codes(self, named: list[tuple[str, Mapping[str, Any]]]) -> list[str]:
        seen: list[str] = []
        for where, item in named:
            code = self.text(item, "code", where)
            if code is not None and code in seen:
                self.add(where, "the code is used more than once", "Give each its own code")
            elif code is not None:
                seen.append(code)
        return seen

    def subject_types(self, holder: Mapping[str, Any], key: str, where: str) -> list[str] | None:
        items = self.items(holder, key, where)
        if items is None:
            return None
        for item in items:
            if item not in SUBJECT_TYPES:
                known = ", ".join(SUBJECT_TYPES)
                self.add(f"{where}, {key}", f"{_shown(item)} is not a subject type", f"Use {known}")
        sound = [item for item in items if item in SUBJECT_TYPES]
        if len(set(sound)) < len(sound):
            self.add(f"{where}, {key}", "a subject type is there more than once", "Name each once")
        return sound


def _check_scale(found: _Faults, document: Mapping[str, Any]) -> None:
    scale = found.object(document, "scale", "The framework")
    if scale is None:
        return
    for level in LEVELS:
        found.text(scale, level, "The scale")
    for extra in sorted(str(key)[:40] for key in scale if key not in LEVELS):
        found.add("The scale", f"has a level “{extra}”", f"Scores run from {LOWEST} to {HIGHEST}: remove it")


def _check_headings(found: _Faults, document: Mapping[str, Any]) -> list[str]:
    named = found.objects(document, "headings", "Heading")
    codes = found.codes(named)
    for where, heading in named:
        found.text(heading, "title", where)
        found.text(heading, "question", where)
    return codes


def _check_criteria(found: _Faults, document: Mapping[str, Any], headings: list[str]) -> list[str]:
    named = found.objects(document, "criteria", "Criterion")
    codes = found.codes(named)
    applied, required, used = set(), set(), set()
    for where, criterion in named:
        for key in ("title", "question", "evidence_expected"):
            found.text(criterion, key, where)
        heading = found.text(criterion, "heading", where)
        if heading is not None and heading not in headings:
            found.add(
                f"{where}, heading", f"there is no heading {_shown(heading)}", "Use the code of a heading"
            )
        used.add(heading)
        found.number(criterion, "weight", where, *_WEIGHT_RANGE)
        applies_to = found.subject_types(criterion, "applies_to", where)
        essential_for = found.subject_types(criterion, "essential_for", where)
        if applies_to == []:
            found.add(f"{where}, applies_to", "names no subject type", "Name one, or remove the criterion")
        for subject_type in dict.fromkeys(essential_for or []):
            if applies_to is not None and subject_type not in applies_to:
                what = f"essential for {subject_type}, but doesn't apply to it"
                found.add(where, what, "Add it to applies_to, or take it out of essential_for")
        applied.update(applies_to or [])
        required.update(essential_for or [])
        descriptors = found.object(criterion, "descriptors", where)
        for level in LEVELS if descriptors is not None else ():
            found.text(descriptors or {}, level, f"{where}, descriptors")
    for heading in headings:
        if named and heading not in used:
            found.add(f"Heading {heading[:40]}", "has no criterion", "Add one, or remove the heading")
    # Without an essential every criterion could be set aside as not applicable, and nothing be left to rate.
    for subject_type in SUBJECT_TYPES:
        if subject_type in applied and subject_type not in required:
            what = f"no criterion is essential for {subject_type}"
            found.add(
                "The criteria", what, f"Make at least one that applies to {subject_type} essential for it"
            )
    return codes


def _check_scheme(
    found: _Faults, document: Mapping[str, Any], headings: list[str], criteria: list[str]
) -> None:
    scheme = found.object(document, "scheme", "The framework")
    if scheme is None:
        return
    discordance = found.object(scheme, "discordance", "The scheme")
    if discordance is not None:
        where = "The scheme, discordance"
        found.number(discordance, "gap", where, 1, HIGHEST - LOWEST, whole=True)
        found.number(discordance, "essential_straddles", where, LOWEST + 1, HIGHEST, whole=True)
    _check_bands(found, scheme)
    _check_thresholds(found, scheme, headings, criteria)
    _check_confidence(found, scheme)
    validity = found.object(scheme, "validity_months", "The scheme")
    for key in (*SUBJECT_TYPES, "working_towards") if validity is not None else ():
        found.number(validity or {}, key, "The scheme, validity_months", *_MONTHS_RANGE, whole=True)
    for key in DEADLINES:
        found.number(scheme, key, "The scheme", 1, 3650, whole=True)
    days = found.items(scheme, "reminder_days", "The scheme")
    for day in days or []:
        found.number({"reminder_days": day}, "reminder_days", "The scheme", 1, 3650, whole=True)


def _check_bands(found: _Faults, scheme: Mapping[str, Any]) -> None:
    bands = found.items(scheme, "bands", "The scheme")
    if bands is None:
        return
    codes = [band.get("code") if isinstance(band, Mapping) else None for band in bands]
    if codes != list(BAND_CODES):
        # The limiters, the validity and the public pages each mean one of these four by name.
        found.add(
            "The scheme, bands",
            "are not the four that there are",
            f"List {', '.join(BAND_CODES)}, in this order",
        )
        return
    for band in bands:
        found.text(band, "title", f"The scheme, band {band['code']}")


def _check_thresholds(
    found: _Faults, scheme: Mapping[str, Any], headings: list[str], criteria: list[str]
) -> None:
    thresholds = found.object(scheme, "thresholds", "The scheme")
    if thresholds is None:
        return
    top = "The scheme, thresholds"
    known = {
        "not_yet": ("essential_below", "overall_below"),
        "working_towards": ("essential_below", "overall_below", "any_heading_below"),
        "exemplary": ("overall_at_least", "every_heading_at_least"),
    }
    further = {"not_yet": {"any_heading_below"}, "exemplary": {"headings_at_least", "criteria_at_least"}}
    _no_others(found, thresholds, set(known), top)
    for band, keys in known.items():
        gates = found.object(thresholds, band, top)
        if gates is None:
            continue
        where = f"{top}, {band}"
        _no_others(found, gates, {*keys, *further.get(band, ())}, where)
        for key in keys:
            found.number(gates, key, where, LOWEST, HIGHEST)
        if band == "not_yet" and "any_heading_below" in gates:
            found.number(gates, "any_heading_below", where, LOWEST, HIGHEST)
        if band == "exemplary":
            several = found.object(gates, "headings_at_least", where)
            if several is not None:
                found.number(
                    several, "count", f"{where}, headings_at_least", 0, max(len(headings), 1), whole=True
                )
                found.number(several, "value", f"{where}, headings_at_least", LOWEST, HIGHEST)
            each = found.object(gates, "criteria_at_least", where)
            for code in each or {}:
                if code not in criteria:
                    what = f"there is no criterion {_shown(code)}"
                    found.add(f"{where}, criteria_at_least", what, "Use the code of a criterion")
                found.number(each or {}, code, f"{where}, criteria_at_least", LOWEST, HIGHEST)


def _no_others(found: _Faults, holder: Mapping[str, Any], known: set[str], where: str) -> None:
    for key in sorted(str(key) for key in holder if key not in known):
        found.add(where, f"“{key[:40]}” would not be read", f"Remove it, or use {', '.join(sorted(known))}")


def _check_confidence(found: _Faults, scheme: Mapping[str, Any]) -> None:
    confidence = found.object(scheme, "confidence", "The scheme")
    if confidence is None:
        return
    where = "The scheme, confidence"
    weights = found.object(confidence, "weights", where)
    if weights is not None:
        shares = [found.number(weights, part, f"{where}, weights", 0, 1) for part in CONFIDENCE_PARTS]
        _no_others(found, weights, set(CONFIDENCE_PARTS), f"{where}, weights")
        sound = [share for share in shares if share is not None]
        if len(sound) == len(shares) and abs(sum(sound) - 1) > 1e-9:
            found.add(
                f"{where}, weights", f"add up to {sum(sound):.10g}, not 1", "Change them so that they do"
            )
    high = found.number(confidence, "high", where, 0, 1)
    medium = found.number(confidence, "medium", where, 0, 1)
    if high is not None and medium is not None and high <= medium:
        found.add(where, "high is not above medium", "Raise high, or lower medium")
    full = found.number(confidence, "recency_full_months", where, 0, 120, whole=True)
    zero = found.number(confidence, "recency_zero_months", where, 1, 240, whole=True)
    if full is not None and zero is not None and zero <= full:
        found.add(
            where, "recency_zero_months is not after recency_full_months", "Give the later month to zero"
        )
