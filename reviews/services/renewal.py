"""Renewing: a new draft begins with what was said and shown last time, to be brought up to date."""

from __future__ import annotations

from django.db.models import Q

from lpdqa.accounts.models import User
from lpdqa.clock import today
from reviews.choices import EvidenceCheck
from reviews.models import CriterionStatement, Evidence, Submission
from reviews.queries.frameworks import applicable_criteria
from reviews.queries.submissions import last_review, live_evidence


def prefill(submission: Submission, *, by: User) -> int | None:
    """Copy statements and evidence of the last review of the same subject into a draft; returns which review it was.

    By the codes of the criteria, so that a newer framework version takes over what it still asks. Evidence that has
    expired stays behind, and what is copied has to be verified again. In the caller's transaction.
    """
    last = last_review(submission)
    if last is None:
        return None
    criteria = {criterion.code: criterion for criterion in applicable_criteria(submission)}
    CriterionStatement.objects.bulk_create(
        CriterionStatement(
            submission=submission,
            criterion=criteria[statement.criterion.code],
            text=statement.text,
            declared_gap=statement.declared_gap,
        )
        for statement in last.statements.select_related("criterion")
        if statement.criterion.code in criteria
    )
    valid = live_evidence(last).filter(Q(expires_on=None) | Q(expires_on__gte=today()))
    for item in valid:
        supports = [criteria[c.code] for c in item.criteria.all() if c.code in criteria]
        if not supports:
            continue
        copy = Evidence.objects.create(
            submission=submission,
            kind=item.kind,
            title=item.title,
            text=item.text,
            url=item.url,
            file=item.file,
            file_name=item.file_name,
            deployment=item.deployment,
            independent=item.independent,
            evaluation_level=item.evaluation_level,
            expires_on=item.expires_on,
            confidential=item.confidential,
            check_result=EvidenceCheck.UNCHECKED,
            added_by=by,
        )
        copy.criteria.set(supports)
    return last.pk
