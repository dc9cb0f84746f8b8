"""Adding, withdrawing and checking evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.validators import URLValidator
from django.db.models import Q

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now, today
from lpdqa.uploads import kept_name
from providers.models import Deployment
from reviews.choices import EvidenceCheck, EvidenceKind
from reviews.models import Criterion, Evidence, Submission
from reviews.queries.frameworks import applicable_criteria, impact_codes
from reviews.queries.submissions import editable_codes, live_evidence
from reviews.services import files
from reviews.services.ratings import mark_stale
from reviews.services.transitions import locked

MOST_ITEMS = 100
"""Items of one submission."""

# States in which a rating may already stand on the evidence.
_RATED_STATES = ("published", "suspended", "closed", "appealed")


def add_file(
    *,
    submission: Submission,
    by: User,
    upload: File[bytes] | IO[bytes],
    title: str,
    criteria: Iterable[Criterion | str],
    independent: bool = False,
    evaluation_level: str = "",
    expires_on: dt.date | None = None,
    confidential: bool = True,
) -> Evidence:
    """Add a file. Raises `ValidationError` (field `upload`) for one we don't take; see
    `reviews.services.files`."""
    name = str(getattr(upload, "name", "") or "file")
    try:
        stored = files.store(upload, name)
    except ValidationError as error:
        raise ValidationError({"upload": error.messages}) from error
    return _add(
        submission=submission,
        by=by,
        criteria=criteria,
        kind=EvidenceKind.FILE,
        file=stored,
        file_name=kept_name(name),
        title=title,
        independent=independent,
        evaluation_level=evaluation_level,
        expires_on=expires_on,
        confidential=confidential,
    )


def add_link(
    *,
    submission: Submission,
    by: User,
    url: str,
    title: str,
    criteria: Iterable[Criterion | str],
    independent: bool = False,
    evaluation_level: str = "",
    expires_on: dt.date | None = None,
    confidential: bool = True,
) -> Evidence:
    """Add a link to a page of somebody's; only http and https."""
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError as error:
        raise ValidationError(
            {"url": "Give a full web address that starts with https:// or http://."}
        ) from error
    return _add(
        submission=submission,
        by=by,
        criteria=criteria,
        kind=EvidenceKind.LINK,
        url=url,
        title=title,
        independent=independent,
        evaluation_level=evaluation_level,
        expires_on=expires_on,
        confidential=confidential,
    )


def add_text(
    *,
    submission: Submission,
    by: User,
    text: str,
    title: str,
    criteria: Iterable[Criterion | str],
    independent: bool = False,
    evaluation_level: str = "",
    expires_on: dt.date | None = None,
    confidential: bool = True,
) -> Evidence:
    """Add a piece of text, such as a quotation from an evaluation."""
    if not text.strip():
        raise ValidationError({"text": "Write the text."})
    return _add(
        submission=submission,
        by=by,
        criteria=criteria,
        kind=EvidenceKind.TEXT,
        text=text.strip(),
        title=title,
        independent=independent,
        evaluation_level=evaluation_level,
        expires_on=expires_on,
        confidential=confidential,
    )


def add_deployment(
    *,
    submission: Submission,
    by: User,
    deployment: Deployment,
    criteria: Iterable[Criterion | str],
    title: str = "",
    independent: bool = True,
    evaluation_level: str = "",
    expires_on: dt.date | None = None,
    confidential: bool = True,
) -> Evidence:
    """Add a closed deployment of one of the provider's specialist leaders (for an SLE, of that leader).

    It counts as independent: the receiving head's evaluation closes it.
    """
    if deployment.state != "closed":
        raise ValidationError({"deployment": "Only a closed deployment, with its evaluation, is evidence."})
    if deployment.leader.designator_id != submission.provider_id or (
        submission.leader_id and deployment.leader_id != submission.leader_id
    ):
        raise ValidationError({"deployment": "That deployment is not of this submission."})
    return _add(
        submission=submission,
        by=by,
        criteria=criteria,
        kind=EvidenceKind.DEPLOYMENT,
        deployment=deployment,
        title=title or f"Deployment: {deployment.focus}"[:160],
        independent=independent,
        evaluation_level=evaluation_level or deployment.evaluation_level,
        expires_on=expires_on,
        confidential=confidential,
    )


def _add(
    *,
    submission: Submission,
    by: User,
    criteria: Iterable[Criterion | str],
    title: str,
    expires_on: dt.date | None,
    **fields: Any,
) -> Evidence:
    if not title.strip():
        raise ValidationError({"title": "Say what it is."})
    if expires_on is not None and expires_on < today():
        raise ValidationError({"expires_on": "It is out of date already. Add what is valid now."})
    with locked(submission):
        chosen = _resolve(submission, criteria)
        _check_open(submission, chosen)
        if live_evidence(submission).count() >= MOST_ITEMS:
            raise ValidationError(
                f"There are {MOST_ITEMS} items of evidence already, more than an assessor can read. "
                "Withdraw what shows least."
            )
        with act("evidence.add", by=by, detail={"submission": submission.pk}) as doing:
            item = Evidence.objects.create(
                submission=submission, added_by=by, title=title.strip(), expires_on=expires_on, **fields
            )
            item.criteria.set(chosen)
            doing.target = item
        note_impact_claim(submission)
    return item


def _resolve(submission: Submission, criteria: Iterable[Criterion | str]) -> list[Criterion]:
    codes = {each if isinstance(each, str) else each.code for each in criteria}
    if not codes:
        raise ValidationError({"criteria": "Choose at least one criterion it supports."})
    chosen = list(applicable_criteria(submission).filter(code__in=codes))
    if len(chosen) < len(codes):
        unknown = sorted(codes - {criterion.code for criterion in chosen})
        raise ValidationError({"criteria": f"{', '.join(unknown)} doesn’t apply to this submission."})
    return chosen


def _check_open(submission: Submission, criteria: Iterable[Criterion]) -> None:
    """Evidence changes while its criteria may be edited, or while an assessor waits for more on them."""
    editable = editable_codes(submission)
    if editable is None:
        return
    asked = submission.evidence_requests.filter(closed_at=None, answered_at=None)
    open_codes = editable | set(asked.values_list("criterion__code", flat=True))
    fixed = sorted(criterion.code for criterion in criteria if criterion.code not in open_codes)
    if fixed:
        raise ValidationError(
            f"Evidence for {', '.join(fixed)} can’t change while the submission is "
            f"“{submission.get_state_display()}”."
        )


def withdraw_evidence(*, evidence: Evidence, by: User) -> Evidence:
    """Take an item out of the submission; it stays in the trail and in snapshots taken before."""
    with locked(evidence.submission) as submission:
        _check_open(submission, evidence.criteria.all())
        if evidence.withdrawn_at is None:
            with act("evidence.withdraw", by=by, target=evidence):
                evidence.withdrawn_at = now()
                evidence.save(update_fields=["withdrawn_at", "updated_at"])
            note_impact_claim(submission)
    return evidence


def check_evidence(*, evidence: Evidence, by: User, result: str) -> Evidence:
    """Record whether an item could be verified; also after the decision, when the rating is worked out
    again."""
    if result not in EvidenceCheck.values:
        raise ValidationError({"result": "Say whether it could be verified."})
    with locked(evidence.submission) as submission:
        if submission.state in ("draft", "returned", "withdrawn"):
            raise ValidationError("Evidence is checked once it was submitted.")
        with act("evidence.check", by=by, target=evidence, detail={"result": str(result)}):
            evidence.check_result, evidence.checked_by = EvidenceCheck(result), by
            evidence.save(update_fields=["check_result", "checked_by", "updated_at"])
        note_impact_claim(submission)
        if submission.state in _RATED_STATES:
            mark_stale(submission=submission, reason="evidence checked")
    return evidence


def note_impact_claim(submission: Submission) -> None:
    """Keep `unverified_impact_claim` true to the evidence: impact is claimed, and no item that is valid bears
    it out.

    A claim is a statement or an item on an impact criterion; a declared gap claims nothing. Call it under the
    submission's lock.
    """
    impact = list(
        applicable_criteria(submission)
        .filter(code__in=impact_codes(submission.framework))
        .values_list("pk", flat=True)
    )
    items = live_evidence(submission).filter(criteria__in=impact)
    statements = submission.statements.filter(criterion__in=impact, declared_gap=False).exclude(text="")
    verified = items.filter(check_result=EvidenceCheck.VERIFIED).filter(
        Q(expires_on=None) | Q(expires_on__gte=today())
    )
    unverified = (items.exists() or statements.exists()) and not verified.exists()
    if unverified != submission.unverified_impact_claim:
        submission.unverified_impact_claim = unverified
        submission.save(update_fields=["unverified_impact_claim", "updated_at"])


def note_expired_evidence() -> int:
    """Look again at the impact claims of submissions with evidence that has expired; returns how many."""
    expired = Evidence.objects.filter(
        withdrawn_at=None,
        expires_on__lt=today(),
        check_result=EvidenceCheck.VERIFIED,
        submission__unverified_impact_claim=False,
        submission__state__in=_RATED_STATES,
    )
    submissions = Submission.objects.filter(pk__in=expired.values("submission")).select_related("framework")
    for submission in submissions:
        with locked(submission):
            note_impact_claim(submission)
    return len(submissions)
