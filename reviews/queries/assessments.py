"""One assessor's own work. No score of another assessor ever leaves this module."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from lpdqa.accounts.models import User
from reviews.choices import AssessmentRole
from reviews.models import Assessment, Criterion, EvidenceRequest, Score
from reviews.queries.frameworks import applicable_criteria


def own_assessments(user: User) -> QuerySet[Assessment]:
    """The assessments of one person, newest first, with what a list shows of them."""
    return (
        Assessment.objects.filter(assessor=user)
        .select_related(
            "submission__provider",
            "submission__version__programme",
            "submission__leader",
            "submission__framework",
        )
        .defer("submission__framework__document")
        .order_by("-id")
    )


def criteria_to_score(assessment: Assessment) -> QuerySet[Criterion]:
    """What this assessor scores: all applicable criteria; after an amendment those amended; as third, those
    discordant."""
    criteria = applicable_criteria(assessment.submission)
    if assessment.role == AssessmentRole.ADJUDICATION:
        return criteria.filter(pk__in=assessment.adjudications.values("criterion_id"))
    if assessment.round > 1:
        return criteria.filter(code__in=assessment.submission.amendment_criteria)
    return criteria


def may_be_set_aside(assessment: Assessment, criteria: Iterable[Criterion]) -> frozenset[int]:
    """Primary keys of the criteria this assessor may find not applicable.

    Never an essential one; and where both blind assessors gave a number, the third has to as well (RATING,
    section 2.5). That a third is asked about applicability is all they learn of the first two scores.
    """
    kind = assessment.submission.subject_kind
    open_ones = {criterion.pk for criterion in criteria if kind not in criterion.essential_for}
    if assessment.role == AssessmentRole.ADJUDICATION:
        open_ones &= set(
            Score.objects.filter(
                assessment__submission=assessment.submission_id,
                assessment__round=assessment.round,
                assessment__role=AssessmentRole.BLIND,
                assessment__state="submitted",
                not_applicable=True,
            ).values_list("criterion_id", flat=True)
        )
    return frozenset(open_ones)


def unfinished(assessment: Assessment) -> list[tuple[Criterion, str]]:
    """The criteria that keep an assessment from being handed in, each with what is lacking, in order.

    “Cannot judge” stands only once its request has closed with nothing new (it then counts 1).
    """
    scores = {score.criterion_id: score for score in assessment.scores.all()}
    requests: dict[int, EvidenceRequest] = {
        request.criterion_id: request
        for request in EvidenceRequest.objects.filter(
            submission=assessment.submission_id, asked_by=assessment.assessor_id
        ).order_by("id")
    }
    lines = []
    for criterion in criteria_to_score(assessment):
        score, request = scores.get(criterion.pk), requests.get(criterion.pk)
        if score is None or (score.value is None and not score.not_applicable and not score.cannot_judge):
            lines.append((criterion, "give a score."))
        elif not score.rationale.strip():
            lines.append((criterion, "say why."))
        elif score.cannot_judge and request is not None and request.brought_new:
            lines.append((criterion, "the provider has answered your request: give a score."))
        elif score.cannot_judge and (request is None or request.closed_at is None):
            lines.append((criterion, "your request for evidence is still open."))
    return lines
