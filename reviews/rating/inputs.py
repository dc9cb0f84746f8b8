"""What goes into one rating, as it is stored, hashed and checked (docs/rating.md, sections 2 and 6)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from reviews.rating.scheme import HIGHEST, LOWEST, SUBJECT_TYPES, Scheme

NOT_APPLICABLE: Literal["not_applicable"] = "not_applicable"
Value = int | Literal["not_applicable"]
# Of any count: far above what there can be, and exact in an array.
_MOST = 1_000_000_000


class InputsError(ValueError):
    """The inputs can't be rated; `lines` holds one clear line for each fault."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True)
class Score:
    """One assessor's score of one criterion: a whole number from 1 to 4, or "not_applicable"."""

    assessor: str
    value: Value


@dataclass(frozen=True)
class CriterionScores:
    """The blind scores of a criterion, and the third score if it was adjudicated.

    Blind scores are kept in the order of the pseudonyms: who was asked first must not change the hash.
    """

    blind: tuple[Score, ...] = ()
    third: Score | None = None

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.blind, key=lambda score: (score.assessor, str(score.value))))
        object.__setattr__(self, "blind", ordered)


@dataclass(frozen=True)
class Evidence:
    """Counts of evidence items (section 4).

    `claimed` is everything the provider declares, with the `gaps`: what it says it lacks. `verified` were
    checked and stood, `independent` come from outside the provider. A gap is neither.
    """

    claimed: int = 0
    verified: int = 0
    independent: int = 0
    gaps: int = 0


@dataclass(frozen=True)
class RatingInputs:
    """Everything one rating is worked out from, and nothing else (section 3 names what is never an input).

    `scores` is keyed by criterion code. `months_since_decision` counts whole months (see `months_between`).
    `decided_on` is None for a rating drafted before the decision: it then has no end of validity.
    """

    subject_type: str
    scores: Mapping[str, CriterionScores]
    evidence: Evidence = field(default_factory=Evidence)
    decided_on: date | None = None
    months_since_decision: int = 0
    unverified_impact_claim: bool = False
    finding_upheld: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists, text and numbers: what a JSON field stores and the open data shows."""
        return {
            "subject_type": self.subject_type,
            "scores": {
                code: {
                    "blind": [_score_to_dict(score) for score in given.blind],
                    "third": _score_to_dict(given.third) if given.third else None,
                }
                for code, given in self.scores.items()
            },
            "evidence": dict(vars(self.evidence)),
            "decided_on": self.decided_on.isoformat() if self.decided_on else None,
            "months_since_decision": self.months_since_decision,
            "unverified_impact_claim": self.unverified_impact_claim,
            "finding_upheld": self.finding_upheld,
        }

    @classmethod
    def from_dict(cls, stored: Any) -> "RatingInputs":
        """The opposite of `to_dict`. Raises InputsError for another shape; `check_inputs` checks values."""
        try:
            decided_on = stored["decided_on"]
            return cls(
                subject_type=stored["subject_type"],
                scores={
                    code: CriterionScores(
                        blind=tuple(_score_from_dict(score) for score in given["blind"]),
                        third=_score_from_dict(given["third"]) if given["third"] is not None else None,
                    )
                    for code, given in stored["scores"].items()
                },
                evidence=Evidence(**stored["evidence"]),
                decided_on=date.fromisoformat(decided_on) if decided_on is not None else None,
                months_since_decision=stored["months_since_decision"],
                unverified_impact_claim=stored["unverified_impact_claim"],
                finding_upheld=stored["finding_upheld"],
            )
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            raise InputsError(
                [f"The stored inputs are not in the shape of RatingInputs: {fault!r}."]
            ) from fault


def _score_to_dict(score: Score) -> dict[str, Any]:
    return {"assessor": score.assessor, "value": score.value}


def _score_from_dict(stored: Mapping[str, Any]) -> Score:
    return Score(assessor=stored["assessor"], value=stored["value"])


def canonical_json(inputs: RatingInputs) -> str:
    """The inputs as JSON in the one form that is hashed: keys sorted, no white space (section 6)."""
    return canonical_text(inputs.to_dict())


def canonical_text(stored: Any) -> str:
    """`canonical_json` of what `RatingInputs.to_dict` gave, and a database kept."""
    return json.dumps(stored, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def inputs_hash(inputs: RatingInputs) -> str:
    """SHA-256 of the canonical JSON in UTF-8, as 64 hexadecimal digits (section 6)."""
    return hashlib.sha256(canonical_json(inputs).encode("utf-8")).hexdigest()


def months_between(start: date, end: date) -> int:
    """Whole months from `start` to `end`; 0 if `end` is not after `start`.

    Whole months, so that the nightly sweep finds new inputs at most once a month and not every night.
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    # 31 January to 28 February is not yet a month, 28 February to 28 March is.
    return max(0, months - (end.day < start.day))


def check_inputs(scheme: Scheme, inputs: RatingInputs) -> list[str]:
    """Return one line for each reason why these inputs can't be rated; an empty list if they can.

    Scores that aren't there yet are no fault: they give the status too_few_assessments or
    awaiting_adjudication.
    """
    if inputs.subject_type not in SUBJECT_TYPES:
        known = ", ".join(SUBJECT_TYPES)
        return [f"The subject type {inputs.subject_type!r} is not known. Use one of: {known}."]
    applicable = {criterion.code: criterion for criterion in scheme.applicable(inputs.subject_type)}
    if not applicable:
        return [f"Framework {scheme.code} {scheme.version} has no criteria for {inputs.subject_type}."]
    lines = []
    for code, given in inputs.scores.items():
        if code not in applicable:
            what = f"is not a criterion of {scheme.code} {scheme.version} for {inputs.subject_type}"
            lines.append(f"{code}: {what}. Take its scores out.")
            continue
        essential = inputs.subject_type in applicable[code].essential_for
        lines += [f"{code}: {fault}." for fault in _score_faults(given, essential)]
    for name in ("unverified_impact_claim", "finding_upheld"):
        if not isinstance(getattr(inputs, name), bool):
            lines.append(f"{name}: {getattr(inputs, name)!r} is not true or false. Give one of the two.")
    return lines + _count_faults(inputs)


def _score_faults(given: CriterionScores, essential: bool) -> list[str]:
    faults = []
    scores = [*given.blind, *([given.third] if given.third else [])]
    for score in scores:
        if not isinstance(score.assessor, str) or not score.assessor:
            faults.append("a score has no assessor; give the assessor's pseudonym")
        if score.value == "cannot_judge":
            faults.append(
                "“cannot judge” is not a score; it opens an evidence request, and scores 1 if nothing comes"
            )
        elif not _is_value(score.value):
            faults.append(f"{score.value!r} is not a score; give {LOWEST} to {HIGHEST} or {NOT_APPLICABLE!r}")
        elif score.value == NOT_APPLICABLE and essential:
            faults.append("it is essential, so it can't be not applicable; give a score")
    if len(given.blind) > 2:
        faults.append(f"it has {len(given.blind)} blind scores; two assessors score blind")
    if len({score.assessor for score in scores}) < len(scores):
        faults.append("one assessor scored it more than once; each score needs its own assessor")
    third_sets_aside = given.third is not None and given.third.value == NOT_APPLICABLE
    both_scored = len(given.blind) == 2 and all(score.value != NOT_APPLICABLE for score in given.blind)
    if third_sets_aside and both_scored:
        faults.append("both blind assessors scored it, so the third score has to be a number too")
    return faults


def _is_value(value: object) -> bool:
    if isinstance(value, int) and not isinstance(value, bool):
        return LOWEST <= value <= HIGHEST
    return isinstance(value, str) and value == NOT_APPLICABLE


def _count_faults(inputs: RatingInputs) -> list[str]:
    counts = {**vars(inputs.evidence), "months since the decision": inputs.months_since_decision}
    lines = [
        f"Evidence, {name}: {str(count)[:20]} is not a count. Give a whole number from 0 to {_MOST:,}."
        for name, count in counts.items()
        if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= _MOST
    ]
    if lines:
        return lines
    evidence = inputs.evidence
    items = evidence.claimed - evidence.gaps
    for name, count in (("verified", evidence.verified), ("independent", evidence.independent)):
        if count > items:
            there = f"{evidence.claimed} claimed less {evidence.gaps} declared gaps"
            lines.append(f"Evidence, {name}: {count} is more than there are ({there}). Count again.")
    return lines
