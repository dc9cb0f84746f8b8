"""Inputs written as briefly as docs/rating.md, section 5, writes them."""

from typing import Any

from reviews.rating import NOT_APPLICABLE, CriterionScores, Evidence, RatingInputs, Scheme, Score

WORKED_EXAMPLE = (
    "P1 3,4; P2 3,3; P3 2,3; G1 3,3; G2 3,3; G3 3,3; R1 3,3; R2 2,4,3; R3 3,4; R4 2,2; "
    "D1 3,3; D2 3,2; D3 2,3,3; D4 2,2; V1 4,3; V2 2,3; V3 3,3"
)


def scored(text: str) -> dict[str, CriterionScores]:
    """ "P1 3,4; R2 2,4,3; V3 n,n": scores of assessors A and B, and of C where there is a third."""
    scores = {}
    for part in text.split(";"):
        code, values = part.split()
        given = [
            Score(assessor, NOT_APPLICABLE if value == "n" else int(value))
            for assessor, value in zip("ABC", values.split(","), strict=False)
        ]
        scores[code] = CriterionScores(tuple(given[:2]), given[2] if len(given) == 3 else None)
    return scores


def programme(text: str = WORKED_EXAMPLE, change: str = "", **others: Any) -> RatingInputs:
    """A programme's inputs; `change` replaces some of the scores in `text`."""
    scores = {**scored(text), **(scored(change) if change else {})}
    return RatingInputs("programme", scores, **{"evidence": Evidence(10, 8, 5), **others})


def all_scored(
    scheme: Scheme, subject_type: str, value: int, change: str = "", **others: Any
) -> RatingInputs:
    """Inputs in which both assessors gave every criterion of the subject type the same score."""
    text = "; ".join(f"{criterion.code} {value},{value}" for criterion in scheme.applicable(subject_type))
    return RatingInputs(subject_type, {**scored(text), **(scored(change) if change else {})}, **others)
