"""The rating written down a second time, from docs/rating.md alone: plain loops and exact fractions.

It reads the framework document itself, one subject at a time, and tests the bands in the order of the
specification; it shares nothing with the engine. It is slow and obvious, which is what it is for.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

TOLERANCE = Fraction(1, 10**9)
NA = "not_applicable"


@dataclass
class Reference:
    status: str = "rated"
    band: str | None = None
    ruled_band: str | None = None
    overall: Fraction | None = None
    headings: dict[str, Fraction | None] = field(default_factory=dict)
    consensus: dict[str, Fraction | str | None] = field(default_factory=dict)
    discordant: dict[str, str] = field(default_factory=dict)
    adjudicated: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    confidence: Fraction | None = None
    parts: dict[str, Fraction] = field(default_factory=dict)
    label: str | None = None


def below(value: Fraction, threshold: float) -> bool:
    return value < Fraction(threshold) - TOLERANCE


def reference_rating(document: dict[str, Any], inputs: dict[str, Any]) -> Reference:
    """`inputs` is RatingInputs.to_dict()."""
    found, kind, rules = Reference(), inputs["subject_type"], document["scheme"]
    criteria = [criterion for criterion in document["criteria"] if kind in criterion["applies_to"]]
    for criterion in criteria:
        _settle(found, criterion, inputs, rules["discordance"])
    if found.missing:
        found.status = "too_few_assessments"
        return found
    if len(found.adjudicated) < len(found.discordant):
        found.status = "awaiting_adjudication"
        return found
    _headings(found, document, criteria)
    essentials = [found.consensus[c["code"]] for c in criteria if kind in c["essential_for"]]
    found.ruled_band = _band(found, essentials, rules["thresholds"])
    held = inputs["unverified_impact_claim"] and found.ruled_band == "exemplary"
    found.band = "quality_assured" if held else found.ruled_band
    _confidence(found, criteria, inputs, rules["confidence"])
    return found


def _settle(
    found: Reference, criterion: dict[str, Any], inputs: dict[str, Any], rule: dict[str, int]
) -> None:
    code = criterion["code"]
    given = inputs["scores"].get(code, {"blind": [], "third": None})
    values = [score["value"] for score in given["blind"]]
    third = given["third"]["value"] if given["third"] else None
    found.consensus[code] = None
    if len(values) < 2:
        found.missing.append(code)
        return
    numbers = [value for value in values if value != NA]
    if len(numbers) == 0:
        found.consensus[code] = NA
        return
    if len(numbers) == 1:
        reason = "not_applicable"
    elif abs(numbers[0] - numbers[1]) >= rule["gap"]:
        reason = "gap"
    elif inputs["subject_type"] in criterion["essential_for"] and min(numbers) < rule[
        "essential_straddles"
    ] <= max(numbers):
        reason = "essential_straddle"
    else:
        found.consensus[code] = Fraction(sum(numbers), 2)
        return
    found.discordant[code] = reason
    if third is None:
        return
    found.adjudicated.append(code)
    if third == NA:
        found.consensus[code] = NA
        return
    numbers = sorted([*numbers, third])
    middle = [numbers[(len(numbers) - 1) // 2], numbers[len(numbers) // 2]]
    found.consensus[code] = Fraction(sum(middle), 2)


def _headings(found: Reference, document: dict[str, Any], criteria: list[dict[str, Any]]) -> None:
    for heading in document["headings"]:
        total = weights = Fraction(0)
        for criterion in criteria:
            consensus = found.consensus[criterion["code"]]
            if criterion["heading"] == heading["code"] and isinstance(consensus, Fraction):
                total += Fraction(criterion["weight"]) * consensus
                weights += Fraction(criterion["weight"])
        found.headings[heading["code"]] = total / weights if weights else None
    present = [value for value in found.headings.values() if value is not None]
    found.overall = sum(present, Fraction(0)) / len(present)


def _band(found: Reference, essentials: list[Any], thresholds: dict[str, Any]) -> str:
    overall = found.overall or Fraction(0)
    headings = [value for value in found.headings.values() if value is not None]
    not_yet, working, exemplary = (thresholds[b] for b in ("not_yet", "working_towards", "exemplary"))
    if any(below(value, not_yet["essential_below"]) for value in essentials):
        return "not_yet"
    if below(overall, not_yet["overall_below"]):
        return "not_yet"
    if any(below(value, working["essential_below"]) for value in essentials):
        return "working_towards"
    if below(overall, working["overall_below"]):
        return "working_towards"
    if any(below(value, working["any_heading_below"]) for value in headings):
        return "working_towards"
    strong = [value for value in headings if not below(value, exemplary["headings_at_least"]["value"])]
    if (
        not below(overall, exemplary["overall_at_least"])
        and not any(below(value, exemplary["every_heading_at_least"]) for value in headings)
        and len(strong) >= exemplary["headings_at_least"]["count"]
        and not any(
            below(consensus, threshold)
            for code, threshold in exemplary["criteria_at_least"].items()
            if isinstance(consensus := found.consensus.get(code), Fraction)
        )
    ):
        return "exemplary"
    return "quality_assured"


def _confidence(
    found: Reference, criteria: list[dict[str, Any]], inputs: dict[str, Any], rule: dict[str, Any]
) -> None:
    apart = []
    for criterion in criteria:
        values = [score["value"] for score in inputs["scores"][criterion["code"]]["blind"]]
        if NA not in values:
            apart.append(abs(values[0] - values[1]))
    evidence, months = inputs["evidence"], inputs["months_since_decision"]
    items = evidence["claimed"] - evidence["gaps"]
    full, zero = rule["recency_full_months"], rule["recency_zero_months"]
    found.parts = {
        "agreement": 1 - Fraction(sum(apart), len(apart)) / 3,
        "evidence": Fraction(evidence["verified"], evidence["claimed"])
        if evidence["claimed"]
        else Fraction(0),
        "recency": Fraction(1 if months <= full else 0)
        if months <= full or months >= zero
        else 1 - Fraction(months - full, zero - full),
        "independence": Fraction(evidence["independent"], items) if items else Fraction(0),
    }
    value = sum((Fraction(rule["weights"][part]) * share for part, share in found.parts.items()), Fraction(0))
    found.confidence = value
    found.label = (
        "low" if below(value, rule["medium"]) else "medium" if below(value, rule["high"]) else "high"
    )
