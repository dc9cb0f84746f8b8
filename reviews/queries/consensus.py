"""What the scores of a submission come to, for decision makers. Nobody who still scores may see any of
this."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F

from lpdqa.clock import today
from reviews.models import Criterion, Score, Submission
from reviews.queries.frameworks import applicable_criteria, scheme_of
from reviews.queries.rating_inputs import inputs_of
from reviews.rating import CriterionScores, Explanation, RatingInputs, RatingResult, explain, rate_one
from reviews.rating.result import RATED


@dataclass(frozen=True)
class CriterionConsensus:
    """One criterion: its scores with assessors' pseudonyms, and what they come to."""

    criterion: Criterion
    essential: bool
    scores: CriterionScores
    discordant: str
    consensus: float | str | None
    failed: bool


@dataclass(frozen=True)
class Preview:
    """The rating that the scores there are would give today."""

    inputs: RatingInputs
    result: RatingResult
    explanation: Explanation
    rows: tuple[CriterionConsensus, ...]

    @property
    def is_rated(self) -> bool:
        return self.result.status == RATED

    @property
    def failed(self) -> tuple[str, ...]:
        """Codes of the criteria an amendment would be about."""
        return tuple(row.criterion.code for row in self.rows if row.failed)


def preview(submission: Submission) -> Preview:
    """Work the rating out from the rows as they are, without storing anything."""
    scheme = scheme_of(submission.framework)
    inputs = inputs_of(submission, on=today())
    result = rate_one(scheme, inputs)
    failed = _failed(submission, result)
    return Preview(
        inputs=inputs,
        result=result,
        explanation=explain(scheme, inputs, result),
        rows=tuple(
            CriterionConsensus(
                criterion=criterion,
                essential=submission.subject_kind in criterion.essential_for,
                scores=inputs.scores.get(criterion.code, CriterionScores()),
                discordant=result.discordant.get(criterion.code, ""),
                consensus=result.consensus.get(criterion.code),
                failed=criterion.code in failed,
            )
            for criterion in applicable_criteria(submission)
        ),
    )


def failed_codes(submission: Submission) -> list[str]:
    """Codes of the criteria that failed, in the framework's order; see `_failed`."""
    result = rate_one(scheme_of(submission.framework), inputs_of(submission, on=today()))
    return _failed(submission, result)


def _failed(submission: Submission, result: RatingResult) -> list[str]:
    """The criteria an amendment may be about: essentials that missed a gate, and others at the lowest scores.

    Essentials: below any of their gates. Others: below the lowest of the gates that essentials have. Where
    neither holds anything (only an average missed its gate), every criterion below the highest of those
    gates.
    """
    essential_gates = [gate for gate in result.gates if gate.kind == "essential"]
    if not essential_gates:
        return []
    missed = {gate.code for gate in essential_gates if not gate.passed}
    lowest = min(gate.threshold for gate in essential_gates)
    highest = max(gate.threshold for gate in essential_gates)
    values = {code: value for code, value in result.consensus.items() if isinstance(value, float)}
    failed = missed | {code for code, value in values.items() if value < lowest}
    if not failed:
        failed = {code for code, value in values.items() if value < highest}
    return [code for code in result.consensus if code in failed]


def rationales(submission: Submission) -> dict[str, list[Score]]:
    """Every submitted score of the submission by criterion code, with `pseudonym`, first round first.

    For decision makers once the scores are settled; nobody who still scores may see any of it.
    """
    found: dict[str, list[Score]] = {}
    scores = (
        Score.objects.filter(assessment__submission=submission, assessment__state="submitted")
        .annotate(
            pseudonym=F("assessment__assessor__assessor_profile__pseudonym"), role=F("assessment__role")
        )
        .select_related("criterion")
        .order_by("assessment__round", "assessment_id")
    )
    for score in scores:
        found.setdefault(score.criterion.code, []).append(score)
    return found
