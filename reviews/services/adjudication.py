"""What happens when scores are in: discordant criteria go to a third assessor, settled scores to the
provider."""

from __future__ import annotations

from lpdqa.clock import now, today
from lpdqa.working_days import add_working_days
from reviews.choices import AssessmentRole
from reviews.models import Adjudication, Criterion, Submission
from reviews.queries.frameworks import deadline, scheme_of
from reviews.queries.rating_inputs import inputs_of
from reviews.rating import Discordance, discordant
from reviews.services.transitions import move, move_assessment

BLIND_ASSESSORS = 2


def scores_in(*, submission: Submission) -> None:
    """After any assessment is submitted: once both blind ones are in, settle, or open adjudications.

    Call it under the submission's lock: of two last submissions at the same time, the later one finds both
    in.
    """
    if submission.state not in ("assessing", "adjudicating"):
        return
    current = submission.assessments.filter(round=submission.round, state="submitted")
    if current.filter(role=AssessmentRole.BLIND).count() < BLIND_ASSESSORS:
        return
    open_ones = _adjudicate(submission, _discordant(submission))
    if not open_ones:
        settle(submission=submission)
    elif submission.state == "assessing":
        move(submission=submission, name="adjudicate", by=None, detail={"criteria": open_ones})


def _discordant(submission: Submission) -> list[Discordance]:
    given = inputs_of(submission, on=today()).scores
    pairs = {
        code: [score.value for score in given[code].blind]
        for code in round_codes(submission)
        if code in given
    }
    return discordant(scheme_of(submission.framework), submission.subject_kind, pairs)


def round_codes(submission: Submission) -> list[str]:
    """Codes of the criteria that are scored in the submission's present round: all, or those amended."""
    if submission.round > 1:
        return list(submission.amendment_criteria)
    kind = submission.subject_kind
    return [
        criterion.code
        for criterion in scheme_of(submission.framework).criteria
        if kind in criterion.applies_to
    ]


def _adjudicate(submission: Submission, found: list[Discordance]) -> list[str]:
    """Keep one adjudication a discordant criterion; returns the codes that still need a third score."""
    criteria = {c.code: c for c in Criterion.objects.filter(framework_id=submission.framework_id)}
    rows = submission.adjudications.filter(round=submission.round)
    # A blind assessment that replaced a void one can agree where the void one did not.
    rows.exclude(criterion__code__in=[each.criterion for each in found]).delete()
    idle = submission.assessments.filter(
        role=AssessmentRole.ADJUDICATION, state__in=("invited", "scoring"), adjudications=None
    )
    for assessment in idle:
        reason = "Nothing is discordant any more."
        move_assessment(assessment=assessment, name="void", by=None, reason=reason, void_reason=reason)
    for each in found:
        Adjudication.objects.get_or_create(
            submission=submission,
            criterion=criteria[each.criterion],
            round=submission.round,
            defaults={"reason": each.sentence},
        )
    settled = rows.filter(assessment__state="submitted", settled_at=None)
    settled.update(settled_at=now())
    return list(rows.filter(settled_at=None).values_list("criterion__code", flat=True))


def settle(*, submission: Submission) -> Submission:
    """Move settled scores on to the check of facts, which is due in so many working days."""
    days = deadline(submission.framework, "factual_check_working_days")
    return move(
        submission=submission,
        name="settle",
        by=None,
        settled_at=now(),
        fact_check_due_on=add_working_days(today(), days),
    )
