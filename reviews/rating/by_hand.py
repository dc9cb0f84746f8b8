"""One rating from a document that a person or another program wrote, and the answer in the same plain terms.

The document:

    {"subject_type": "programme", "scores": {"P1": [3, 4], "P2": [3, null], ...}, "adjudications": {"R2": 3},
     "unverified_claim": false, "evidence": {"claimed": 12, "verified": 10, "independent": 4},
     "decided_months_ago": 0}

null stands for "not applicable". `evidence` may also count declared `gaps`, which `claimed` includes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from reviews.rating.engine import rate_one
from reviews.rating.inputs import (
    NOT_APPLICABLE,
    CriterionScores,
    Evidence,
    InputsError,
    RatingInputs,
    Score,
    check_inputs,
)
from reviews.rating.result import RatingResult
from reviews.rating.scheme import SUBJECT_TYPES, Scheme

_KNOWN = {"subject_type", "scores", "adjudications", "unverified_claim", "evidence", "decided_months_ago"}
_COUNTS = ("claimed", "verified", "independent", "gaps")
_BLIND, _THIRD = ("First assessor", "Second assessor"), "Third assessor"

# docs/rating.md, section 5.
WORKED_EXAMPLE: dict[str, Any] = {
    "subject_type": "programme",
    "scores": {
        "P1": [3, 4], "P2": [3, 3], "P3": [2, 3], "G1": [3, 3], "G2": [3, 3], "G3": [3, 3], "R1": [3, 3],
        "R2": [2, 4], "R3": [3, 4], "R4": [2, 2], "D1": [3, 3], "D2": [3, 2], "D3": [2, 3], "D4": [2, 2],
        "V1": [4, 3], "V2": [2, 3], "V3": [3, 3],
    },
    "adjudications": {"R2": 3, "D3": 3},
    "unverified_claim": False,
    "evidence": {"claimed": 12, "verified": 10, "independent": 4},
    "decided_months_ago": 0,
}  # fmt: skip


def read_document(text: str, *, source: str) -> Any:
    """JSON as a document. Raises InputsError, naming `source`, for what isn't JSON or gives a name twice."""
    try:
        return json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise InputsError([f"{source}, line {error.lineno}: not JSON ({error.msg})."]) from error
    except InputsError:  # a ValueError too
        raise
    except RecursionError as error:
        raise InputsError([f"{source} is nested too deeply."]) from error
    except ValueError as error:  # a number of thousands of digits
        raise InputsError([f"{source} has a number that is too long."]) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise InputsError([f"{name}: given twice. Leave one."])
        found[name] = value
    return found


def inputs_from(scheme: Scheme, document: Any) -> RatingInputs:
    """The inputs a document describes. Raises InputsError with one line for each fault, naming the item."""
    if not isinstance(document, Mapping):
        raise InputsError(["The document has to be a JSON object."])
    lines = [
        f"{name}: not known here. Take it out; known are {', '.join(sorted(_KNOWN))}."
        for name in document
        if name not in _KNOWN
    ]
    subject_type = document.get("subject_type")
    if subject_type not in SUBJECT_TYPES:
        lines.append(f"subject_type: {subject_type!r} is not known. Give one of: {', '.join(SUBJECT_TYPES)}.")
        raise InputsError(lines)
    given, thirds = _object(document, "scores", lines), _object(document, "adjudications", lines)
    scores = {}
    for code, pair in given.items():
        if not isinstance(pair, list) or len(pair) != len(_BLIND):
            lines.append(f"{code}: {pair!r} is not a pair of scores. Give both assessors' scores, as [3, 4].")
            continue
        third = Score(_THIRD, _value(thirds[code])) if code in thirds else None
        blind = tuple(Score(name, _value(one)) for name, one in zip(_BLIND, pair, strict=True))
        scores[code] = CriterionScores(blind=blind, third=third)
    lines += [
        f"{code}: it has an adjudication but no scores. Give both assessors' scores too."
        for code in thirds
        if code not in given
    ]
    lines += [
        f"{criterion.code}: its scores are missing. Give both assessors' scores, or [null, null]."
        for criterion in scheme.applicable(subject_type)
        if criterion.code not in given
    ]
    counts = _object(document, "evidence", lines)
    lines += [f"evidence, {name}: not known here. Take it out." for name in counts if name not in _COUNTS]
    inputs = RatingInputs(
        subject_type=subject_type,
        scores=scores,
        evidence=Evidence(**{name: counts.get(name, 0) for name in _COUNTS}),
        months_since_decision=document.get("decided_months_ago", 0),
        unverified_impact_claim=document.get("unverified_claim", False),
    )
    lines += check_inputs(scheme, inputs)
    if lines:
        raise InputsError(lines)
    return inputs


def rate_by_hand(scheme: Scheme, document: Any) -> dict[str, Any]:
    """Rate one subject and answer with plain numbers, not rounded; nothing is stored.

    `band`, `overall` and `confidence` are None while a criterion awaits adjudication; a criterion or heading
    that does not apply is None in `consensus` or `headings`. Raises InputsError as `inputs_from` does.
    """
    return answer(rate_one(scheme, inputs_from(scheme, document)))


def answer(result: RatingResult) -> dict[str, Any]:
    """A result in the plain terms of `rate_by_hand`."""
    return {
        "band": result.band,
        "overall": result.overall,
        "headings": dict(result.headings),
        "consensus": {
            code: None if value == NOT_APPLICABLE else value for code, value in result.consensus.items()
        },
        "adjudicated": list(result.adjudicated),
        "awaiting_adjudication": list(result.awaiting),
        "confidence": asdict(result.confidence) if result.confidence else None,
        "gates": [asdict(gate) for gate in result.gates],
        "limiters": list(result.limiters),
    }


def _object(document: Mapping[str, Any], name: str, lines: list[str]) -> Mapping[str, Any]:
    found = document.get(name, {})
    if isinstance(found, Mapping):
        return found
    lines.append(f"{name}: {found!r} is not an object. Give it as {{…}}.")
    return {}


def _value(given: Any) -> Any:
    return NOT_APPLICABLE if given is None else given
