"""The result of one rating, as it is stored and shown (docs/rating.md, sections 3, 4 and 6)."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from reviews.rating.scheme import Gate, Scheme

# Raised whenever the same inputs could give another result; part of every rating row (section 6).
ALGORITHM_VERSION = "1.0.0"

RATED: Literal["rated"] = "rated"
AWAITING_ADJUDICATION: Literal["awaiting_adjudication"] = "awaiting_adjudication"
TOO_FEW_ASSESSMENTS: Literal["too_few_assessments"] = "too_few_assessments"
Status = Literal["rated", "awaiting_adjudication", "too_few_assessments"]
STATUSES: tuple[Status, ...] = (RATED, AWAITING_ADJUDICATION, TOO_FEW_ASSESSMENTS)

# Limiters in the order in which they are applied.
FINDING_UPHELD = "finding_upheld"
UNVERIFIED_IMPACT_CLAIM = "unverified_impact_claim"
LOW_CONFIDENCE = "low_confidence"


@dataclass(frozen=True)
class GateResult:
    """A gate that was tested: `value` had to be `threshold` or more to reach `band` (kinds: scheme.Gate)."""

    band: str
    kind: str
    code: str
    threshold: float
    each: float | None
    value: float
    passed: bool


@dataclass(frozen=True)
class ConfidenceResult:
    """Confidence and its parts, each from 0 to 1; `label` is high, medium or low (section 4)."""

    value: float
    label: str
    parts: dict[str, float]


@dataclass(frozen=True)
class RatingResult:
    """One rating. Where `status` is not "rated", there is neither band, overall, heading nor confidence.

    band        code of the band, limiters included; where `alert` is true, an alert is shown in its place
    ruled_band  code of the band by the gates alone, before any limiter
    headings    by code, in the framework's order; None for a heading without an applicable criterion
    consensus   by code, for each criterion that applies: a number, "not_applicable", or None if unsettled
    discordant  reason by code (consensus.REASONS) wherever the blind scores were discordant
    adjudicated those of `discordant` that a third score settled
    awaiting    those of `discordant` that still need one
    missing     criteria with fewer than two blind scores
    gates       every gate that was tested, in the order of the bands
    limiters    codes of the limiters in force, whether or not they changed the band
    alert       a finding was upheld: the rating is suspended, and an alert replaces the band
    provisional confidence is low
    warns_programmes  a provider in the lowest band: its programmes show a warning (their bands stay)
    valid_until last day of validity; None without a decision or in the lowest band. It runs on under an alert
    """

    status: Status
    subject_type: str
    algorithm_version: str
    band: str | None
    ruled_band: str | None
    overall: float | None
    headings: dict[str, float | None]
    consensus: dict[str, float | str | None]
    discordant: dict[str, str]
    adjudicated: tuple[str, ...]
    awaiting: tuple[str, ...]
    missing: tuple[str, ...]
    gates: tuple[GateResult, ...]
    confidence: ConfidenceResult | None
    limiters: tuple[str, ...]
    alert: bool
    provisional: bool
    warns_programmes: bool
    valid_until: date | None

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists, text and numbers, for a JSON field."""
        plain = asdict(self)
        for name in ("adjudicated", "awaiting", "missing", "gates", "limiters"):
            plain[name] = list(plain[name])
        plain["valid_until"] = self.valid_until.isoformat() if self.valid_until else None
        return plain

    def to_stored(self, scheme: Scheme) -> dict[str, Any]:
        """`to_dict` as a rating row keeps it: of its gates only the value and whether it was passed, or None for one
        that was not tested, in the order of `scheme.gates`. The rest is the framework version's and never changes."""
        tested = {(gate.band, gate.kind, gate.code): [gate.value, gate.passed] for gate in self.gates}
        gates = [tested.get((gate.band, gate.kind, gate.code)) for gate in scheme.gates]
        return {**self.to_dict(), "gates": gates}

    @classmethod
    def from_stored(cls, scheme: Scheme, stored: dict[str, Any]) -> "RatingResult":
        """The opposite of `to_stored`, and of `to_dict`, which rows were written by until November 2026.

        Raises KeyError, TypeError or ValueError for another shape.
        """
        confidence, valid_until = stored["confidence"], stored["valid_until"]
        return cls(
            **{
                **stored,
                **{name: tuple(stored[name]) for name in ("adjudicated", "awaiting", "missing", "limiters")},
                "gates": _gates(scheme, stored["gates"]),
                "confidence": ConfidenceResult(**confidence) if confidence is not None else None,
                "valid_until": date.fromisoformat(valid_until) if valid_until is not None else None,
            }
        )


def _gates(scheme: Scheme, stored: list[Any]) -> tuple[GateResult, ...]:
    if all(isinstance(one, dict) for one in stored):
        return tuple(GateResult(**gate) for gate in stored)
    pairs = zip(scheme.gates, stored, strict=True)
    return tuple(_tested(gate, *one) for gate, one in pairs if one is not None)


def _tested(gate: Gate, value: float, passed: bool) -> GateResult:
    return GateResult(gate.band, gate.kind, gate.code, gate.threshold, gate.each, value, passed)
