"""What an assessor works on: the criteria of one assessment, what was put forward and what they judged.

Blind: nothing here reads another assessor's work. An adjudicator sees which criteria, never which scores.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from reviews.models import Assessment, Criterion, CriterionStatement, Evidence, EvidenceRequest, Score
from reviews.queries.assessments import criteria_to_score, may_be_set_aside
from reviews.queries.submissions import live_evidence


@dataclass
class Task:
    """One criterion to judge.

    request          the newest request for evidence this assessor made on it
    may_be_set_aside “not applicable” is among the answers
    """

    criterion: Criterion
    essential: bool
    may_be_set_aside: bool
    statement: CriterionStatement | None = None
    evidence: list[Evidence] = field(default_factory=list)
    score: Score | None = None
    request: EvidenceRequest | None = None

    @property
    def waits(self) -> bool:
        """The provider was asked and has not answered."""
        return self.request is not None and not (self.request.answered_at or self.request.closed_at)

    @property
    def was_answered(self) -> bool:
        """The provider brought something new, so there is something to score."""
        return self.request is not None and bool(self.request.answered_at) and self.request.brought_new

    @property
    def status(self) -> str:
        """How far the judgement is, in words; the same as `queries.assessments.unfinished` asks for."""
        score = self.score
        if score is None:
            return "Not started"
        if score.cannot_judge:
            if self.waits:
                return "Waiting for evidence"
            return "Answer received" if self.was_answered else "No new evidence: counts 1"
        if score.value is None and not score.not_applicable:
            return "No score yet"
        return "Done" if score.rationale.strip() else "Reason missing"

    @property
    def done(self) -> bool:
        return self.status in ("Done", "No new evidence: counts 1")

    @property
    def judgement(self) -> str:
        """The judgement in a word or a number; empty if there is none."""
        if self.score is None:
            return ""
        if self.score.not_applicable:
            return "Not applicable"
        if self.score.cannot_judge:
            return "Cannot judge"
        return str(self.score.value or "")


def tasks_of(assessment: Assessment) -> list[Task]:
    """Every criterion to judge with statement, evidence and own judgement; constant number of queries."""
    submission = assessment.submission
    criteria = list(criteria_to_score(assessment))
    set_aside = may_be_set_aside(assessment, criteria)
    tasks = {
        criterion.pk: Task(
            criterion,
            essential=submission.subject_kind in criterion.essential_for,
            may_be_set_aside=criterion.pk in set_aside,
        )
        for criterion in criteria
    }
    for statement in submission.statements.filter(criterion__in=tasks):
        tasks[statement.criterion_id].statement = statement
    for item in live_evidence(submission):
        for criterion in item.criteria.all():
            if criterion.pk in tasks:
                tasks[criterion.pk].evidence.append(item)
    for score in assessment.scores.all():
        if score.criterion_id in tasks:
            tasks[score.criterion_id].score = score
    for request in submission.evidence_requests.filter(asked_by=assessment.assessor_id).order_by("id"):
        if request.criterion_id in tasks:
            tasks[request.criterion_id].request = request
    return list(tasks.values())
