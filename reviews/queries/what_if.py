"""What a rating would be if one criterion had been scored otherwise: to read, never stored."""

from __future__ import annotations

from dataclasses import replace

from reviews.models import Rating
from reviews.queries.frameworks import scheme_of
from reviews.rating import CriterionScores, RatingInputs, RatingResult, Score, display, rate_one


def what_if(rating: Rating, code: str, score: int) -> str:
    """What overall and band follow if both assessors had given `score` (1 to 4) on this criterion, in a
    sentence; empty for a criterion that isn't scored here, and under an alert."""
    scheme = scheme_of(rating.framework)
    inputs = RatingInputs.from_dict(rating.inputs)
    stored = RatingResult.from_stored(scheme, rating.results)
    criteria = {criterion.code: criterion for criterion in scheme.applicable(inputs.subject_type)}
    if code not in criteria or stored.alert:
        return ""
    scores = CriterionScores(blind=(Score("first", score), Score("second", score)))
    result = rate_one(scheme, replace(inputs, scores={**inputs.scores, code: scores}))
    if result.band is None or result.overall is None:
        return ""
    same = "still " if result.band == stored.band else ""
    return (
        f"If both assessors had scored {criteria[code].title} ({code}) {score}, the overall would be "
        f"{display(result.overall)} and the band {same}{scheme.band_title(result.band)}."
    )
