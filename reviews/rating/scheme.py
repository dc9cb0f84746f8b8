"""A framework version as the engine reads it: criteria, gates and every parameter of the rating.

No parameter of a rating is written in Python: all are read from the framework document, so that a rating can
be recomputed under the version it was decided under (docs/rating.md, section 6).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from reviews.rating.check import (
    BAND_CODES,
    CONFIDENCE_PARTS,
    DEADLINES,
    HIGHEST,
    LEVELS,
    LOWEST,
    SUBJECT_TYPES,
    check_framework,
)

__all__ = [
    "BAND_CODES",
    "CONFIDENCE_PARTS",
    "HIGHEST",
    "LOWEST",
    "SUBJECT_TYPES",
    "Band",
    "ConfidenceRule",
    "Criterion",
    "FrameworkError",
    "Gate",
    "Heading",
    "Scheme",
    "check_framework",
]


class FrameworkError(ValueError):
    """The framework document has faults; `lines` holds one for each (see `check_framework`)."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True)
class Heading:
    code: str
    title: str


@dataclass(frozen=True)
class Criterion:
    """One criterion; `weight` is a positive number without a unit, `descriptors` are for scores 1 to 4."""

    code: str
    heading: str
    title: str
    weight: float
    applies_to: frozenset[str]
    essential_for: frozenset[str]
    descriptors: tuple[str, ...]


@dataclass(frozen=True)
class Band:
    code: str
    title: str


@dataclass(frozen=True)
class Gate:
    """One condition for reaching `band`: a value has to be `threshold` or more (docs/rating.md, section 3).

    What the document says of failing ("below 2.00 is Not yet") is the same as what the next band needs
    ("2.00 or more for Working towards"), so every gate is kept as a condition of the band above. A subject is
    in the highest band of which all gates, and all gates of the bands below it, are passed.

    kind           value that is tested
    essential      consensus of the criterion `code`, where it is essential for the subject type
    overall        the overall
    heading        the heading `code`, where it is present
    heading_count  how many headings reach `each`
    criterion      consensus of the criterion `code`, where it applies
    """

    band: str
    kind: Literal["essential", "overall", "heading", "heading_count", "criterion"]
    code: str
    threshold: float
    each: float | None = None


@dataclass(frozen=True)
class ConfidenceRule:
    """Section 4: `weights` in the order of CONFIDENCE_PARTS and adding up to 1; months since the decision."""

    weights: tuple[float, ...]
    high: float
    medium: float
    recency_full_months: int
    recency_zero_months: int


@dataclass(frozen=True)
class Scheme:
    """Everything a rating needs of one framework version; hashable, so that its tables are made once."""

    code: str
    version: str
    scale: tuple[str, ...]
    headings: tuple[Heading, ...]
    criteria: tuple[Criterion, ...]
    bands: tuple[Band, ...]
    gates: tuple[Gate, ...]
    gap: int
    essential_straddles: int
    confidence: ConfidenceRule
    validity_months: tuple[tuple[str, int], ...]
    deadlines: tuple[tuple[str, int], ...]
    reminder_days: tuple[int, ...]

    def __hash__(self) -> int:
        # Of its name alone: tables are looked up by scheme many times a subject.
        return hash((self.code, self.version))

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Scheme":
        """Read a framework document in the shape of lpd-qa-1.0.json.

        Raises FrameworkError, with every fault, if `check_framework` finds any.
        """
        lines = check_framework(document)
        if lines:
            raise FrameworkError(lines)
        rules = document["scheme"]
        criteria = tuple(_criterion(row) for row in document["criteria"])
        headings = tuple(Heading(row["code"], row["title"]) for row in document["headings"])
        confidence = rules["confidence"]
        return cls(
            code=document["code"],
            version=document["version"],
            scale=tuple(document["scale"][level] for level in LEVELS),
            headings=headings,
            criteria=criteria,
            bands=tuple(Band(row["code"], row["title"]) for row in rules["bands"]),
            gates=tuple(_gates(rules["thresholds"], criteria, headings)),
            gap=rules["discordance"]["gap"],
            essential_straddles=rules["discordance"]["essential_straddles"],
            confidence=ConfidenceRule(
                weights=tuple(float(confidence["weights"][part]) for part in CONFIDENCE_PARTS),
                high=float(confidence["high"]),
                medium=float(confidence["medium"]),
                recency_full_months=confidence["recency_full_months"],
                recency_zero_months=confidence["recency_zero_months"],
            ),
            validity_months=tuple(
                (key, rules["validity_months"][key]) for key in (*SUBJECT_TYPES, "working_towards")
            ),
            deadlines=tuple((key, rules[key]) for key in DEADLINES),
            reminder_days=tuple(rules["reminder_days"]),
        )

    def criterion(self, code: str) -> Criterion:
        """The criterion of that code; raises KeyError if there is none."""
        for criterion in self.criteria:
            if criterion.code == code:
                return criterion
        raise KeyError(code)

    def applicable(self, subject_type: str) -> tuple[Criterion, ...]:
        """The criteria that apply to a subject type, in the order of the framework."""
        return tuple(criterion for criterion in self.criteria if subject_type in criterion.applies_to)

    def band_title(self, code: str) -> str:
        return {band.code: band.title for band in self.bands}[code]

    def months_valid(self, band: str, subject_type: str) -> int | None:
        """How long a rating is valid, in months from the decision (docs/rating.md, section 3).

        None for the lowest band, which is feedback to the provider and never published.
        """
        if band == self.bands[0].code:
            return None
        months = dict(self.validity_months)
        return months["working_towards"] if band == "working_towards" else months[subject_type]


def _criterion(row: Mapping[str, Any]) -> Criterion:
    return Criterion(
        code=row["code"],
        heading=row["heading"],
        title=row["title"],
        weight=float(row["weight"]),
        applies_to=frozenset(row["applies_to"]),
        essential_for=frozenset(row["essential_for"]),
        descriptors=tuple(row["descriptors"][level] for level in LEVELS),
    )


def _gates(
    thresholds: Mapping[str, Any], criteria: tuple[Criterion, ...], headings: tuple[Heading, ...]
) -> Iterator[Gate]:
    """The gates in the order of the bands, and essentials first within a band (section 3)."""
    for failing, reached in zip(("not_yet", "working_towards"), BAND_CODES[1:3], strict=True):
        rule = thresholds[failing]
        for criterion in criteria:
            if criterion.essential_for:
                yield Gate(reached, "essential", criterion.code, float(rule["essential_below"]))
        yield Gate(reached, "overall", "", float(rule["overall_below"]))
        if "any_heading_below" in rule:
            for heading in headings:
                yield Gate(reached, "heading", heading.code, float(rule["any_heading_below"]))
    rule, reached = thresholds["exemplary"], BAND_CODES[3]
    for criterion in criteria:  # not in the order of the object: a database may have changed it
        if criterion.code in rule["criteria_at_least"]:
            threshold = float(rule["criteria_at_least"][criterion.code])
            yield Gate(reached, "criterion", criterion.code, threshold)
    yield Gate(reached, "overall", "", float(rule["overall_at_least"]))
    for heading in headings:
        yield Gate(reached, "heading", heading.code, float(rule["every_heading_at_least"]))
    several = rule["headings_at_least"]
    yield Gate(reached, "heading_count", "", float(several["count"]), float(several["value"]))
