"""From rows to the rating engine: the inputs of many submissions in a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db.models import Count, F
from django.utils import timezone

from reviews.choices import AssessmentRole, EvidenceCheck, FindingState
from reviews.models import CriterionStatement, Decision, Evidence, Finding, Score, Submission
from reviews.queries.frameworks import scheme_of
from reviews.rating import (
    NOT_APPLICABLE,
    CriterionScores,
    RatingInputs,
    Scheme,
    months_between,
)
from reviews.rating import Evidence as EvidenceCounts
from reviews.rating import Score as Judgement
from reviews.rating.inputs import Value
from reviews.rating.scheme import LOWEST

Scores = dict[str, CriterionScores]


def inputs_of(submission: Submission, *, on: dt.date) -> RatingInputs:
    """The inputs of one submission as they are on a date; see `build_inputs`."""
    return build_inputs([submission], on=on)[submission.pk]


def build_inputs(submissions: Iterable[Submission], *, on: dt.date) -> dict[int, RatingInputs]:
    """The rating inputs of submissions by primary key, as they are on a date; five queries however many there
    are.

    - scores: of each criterion the blind ones of the latest round that has any, and the third of that round;
      “cannot judge” in a submitted assessment means that nothing new came, and counts 1 (RATING, section
      2.6);
    - evidence that has expired by `on` is claimed but no longer verified;
    - the months since the decision stay between the scheme's two recency limits, outside which they change
      nothing: a nightly run then finds the same inputs, and writes no row;
    - before a decision there is no date, and no month has passed.
    """
    submissions = list(submissions)
    pks = [submission.pk for submission in submissions]
    scores = _scores(pks)
    decided = decision_dates(pks)
    evidence = _evidence(pks, on)
    upheld = set(
        Finding.objects.filter(submission__in=pks, state=FindingState.UPHELD).values_list(
            "submission_id", flat=True
        )
    )
    return {
        submission.pk: RatingInputs(
            subject_type=submission.subject_kind,
            scores=scores.get(submission.pk, {}),
            evidence=evidence.get(submission.pk, EvidenceCounts()),
            decided_on=decided.get(submission.pk),
            months_since_decision=_months(scheme_of(submission.framework), decided.get(submission.pk), on),
            unverified_impact_claim=submission.unverified_impact_claim,
            finding_upheld=submission.pk in upheld,
        )
        for submission in submissions
    }


def decision_dates(pks: Iterable[int]) -> dict[int, dt.date]:
    """The date of the latest approved decision of each submission that has one."""
    approved = (
        Decision.objects.filter(submission__in=pks, approved_at__isnull=False)
        .order_by("submission_id", "-id")
        .distinct("submission_id")
        .values_list("submission_id", "approved_at")
    )
    return {pk: timezone.localdate(approved_at) for pk, approved_at in approved}


def _months(scheme: Scheme, decided_on: dt.date | None, on: dt.date) -> int:
    full, zero = scheme.confidence.recency_full_months, scheme.confidence.recency_zero_months
    months = months_between(decided_on, on) if decided_on else 0
    return min(max(months, full), zero)


def _scores(pks: list[int]) -> dict[int, Scores]:
    rows = (
        Score.objects.filter(assessment__submission__in=pks, assessment__state="submitted")
        .order_by("assessment_id")
        .values_list(
            "assessment__submission_id",
            "criterion__code",
            "assessment__round",
            "assessment__role",
            "assessment__assessor__assessor_profile__pseudonym",
            "value",
            "not_applicable",
            "cannot_judge",
        )
    )
    # (submission, criterion) -> round -> role -> scores
    given: dict[tuple[int, str], dict[int, dict[str, list[Judgement]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    for pk, code, round_number, role, pseudonym, value, not_applicable, cannot_judge in rows:
        judged: Value | None = value
        if not_applicable:
            judged = NOT_APPLICABLE
        elif cannot_judge:
            judged = LOWEST
        if judged is not None:
            given[pk, code][round_number][role].append(Judgement(pseudonym, judged))
    found: dict[int, Scores] = defaultdict(dict)
    for (pk, code), rounds in given.items():
        latest = max(
            (number for number, roles in rounds.items() if roles.get(AssessmentRole.BLIND)), default=None
        )
        if latest is None:
            continue
        third = rounds[latest].get(AssessmentRole.ADJUDICATION)
        found[pk][code] = CriterionScores(
            blind=tuple(rounds[latest][AssessmentRole.BLIND]), third=third[0] if third else None
        )
    return found


def _evidence(pks: list[int], on: dt.date) -> dict[int, EvidenceCounts]:
    items: Counter[int] = Counter()
    verified: Counter[int] = Counter()
    independent: Counter[int] = Counter()
    live = Evidence.objects.filter(submission__in=pks, withdrawn_at=None).values_list(
        "submission_id", "check_result", "expires_on", "independent"
    )
    for pk, check_result, expires_on, from_outside in live:
        items[pk] += 1
        verified[pk] += check_result == EvidenceCheck.VERIFIED and (expires_on is None or expires_on >= on)
        independent[pk] += from_outside
    gaps = dict(
        CriterionStatement.objects.filter(
            submission__in=pks,
            declared_gap=True,
            criterion__applies_to__contains=[F("submission__subject_kind")],
        )
        .values_list("submission_id")
        .annotate(number=Count("pk"))
        .order_by()
    )
    return {
        pk: EvidenceCounts(
            claimed=items[pk] + gaps.get(pk, 0),
            verified=verified[pk],
            independent=independent[pk],
            gaps=gaps.get(pk, 0),
        )
        for pk in {*items, *gaps}
    }
