"""The rating engine: pure Python and numpy, no Django (docs/rating.md).

scheme = Scheme.from_document(framework_document)
result = rate_one(scheme, inputs)          # or rate(scheme, batch) for many at once
steps = explain(scheme, inputs, result)
"""

from reviews.rating.batch import Batch, batch_faults, batch_of
from reviews.rating.consensus import Discordance, discordant
from reviews.rating.engine import Ratings, band_at, rate, rate_one, result_of
from reviews.rating.explain import Explanation, explain
from reviews.rating.inputs import (
    NOT_APPLICABLE,
    CriterionScores,
    Evidence,
    InputsError,
    RatingInputs,
    Score,
    canonical_json,
    check_inputs,
    inputs_hash,
    months_between,
)
from reviews.rating.next_band import NextBand, next_band
from reviews.rating.records import Scored, canonical_lines, hashes, inputs_at, result_lines
from reviews.rating.result import ALGORITHM_VERSION, ConfidenceResult, GateResult, RatingResult
from reviews.rating.scheme import FrameworkError, Scheme, check_framework
from reviews.rating.words import display

__all__ = [
    "ALGORITHM_VERSION",
    "NOT_APPLICABLE",
    "Batch",
    "ConfidenceResult",
    "CriterionScores",
    "Discordance",
    "Evidence",
    "Explanation",
    "FrameworkError",
    "GateResult",
    "InputsError",
    "NextBand",
    "RatingInputs",
    "RatingResult",
    "Ratings",
    "Scheme",
    "Score",
    "Scored",
    "band_at",
    "batch_faults",
    "batch_of",
    "canonical_json",
    "canonical_lines",
    "check_framework",
    "check_inputs",
    "discordant",
    "display",
    "explain",
    "hashes",
    "inputs_at",
    "inputs_hash",
    "months_between",
    "next_band",
    "rate",
    "rate_one",
    "result_lines",
    "result_of",
]
