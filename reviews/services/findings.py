"""Findings about rated subjects: an upheld one suspends the rating at once."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now
from lpdqa.workflow import WorkflowError
from reviews.choices import FindingKind, FindingState
from reviews.models import Finding, Submission
from reviews.queries.decisions import belongs_to_provider
from reviews.services.ratings import mark_stale, refresh_catalogue_for
from reviews.services.transitions import locked, move


def open_finding(
    *, submission: Submission, by: User, kind: str, public_text: str, detail: str = ""
) -> Finding:
    """Open a finding on a published rating. Nothing is public before it is upheld."""
    if kind not in FindingKind.values:
        raise ValidationError({"kind": "Choose what kind of finding it is."})
    if not public_text.strip():
        raise ValidationError({"public_text": "Write what the public alert will say."})
    with locked(submission):
        if submission.state not in ("published", "suspended", "appealed"):
            raise WorkflowError("Findings are about published ratings.")
        _check_person(by, submission)
        with act("finding.open", by=by) as doing:
            doing.target = finding = Finding.objects.create(
                submission=submission,
                kind=kind,
                public_text=public_text.strip(),
                detail=detail.strip(),
                opened_by=by,
            )
    return finding


def decide_finding(*, finding: Finding, by: User, uphold: bool) -> Finding:
    """Uphold a finding, or not. Upheld: the rating is suspended and the public sees the alert, in this
    transaction."""
    with locked(finding.submission) as submission:
        finding.refresh_from_db(from_queryset=Finding.objects.select_for_update(no_key=True))
        if finding.state != FindingState.OPEN:
            raise ValidationError("This finding is decided already.")
        _check_person(by, submission)
        if uphold and submission.state == "appealed":
            raise WorkflowError("Decide the appeal first: there is no rating to suspend while it is open.")
        with act("finding.uphold" if uphold else "finding.not_upheld", by=by, target=finding):
            finding.state = FindingState.UPHELD if uphold else FindingState.NOT_UPHELD
            finding.decided_by, finding.decided_at = by, now()
            finding.save(update_fields=["state", "decided_by", "decided_at", "updated_at"])
        if uphold:
            if submission.state != "suspended":
                move(submission=submission, name="suspend", by=by, detail={"finding": finding.pk})
            mark_stale(submission=submission, reason="finding upheld")
            refresh_catalogue_for(submission=submission)
    return finding


def clear_finding(*, finding: Finding, by: User) -> Finding:
    """Clear an upheld finding, by another person than upheld it; the last one cleared reinstates the
    rating."""
    with locked(finding.submission) as submission:
        finding.refresh_from_db(from_queryset=Finding.objects.select_for_update(no_key=True))
        if finding.state != FindingState.UPHELD:
            raise ValidationError("Only an upheld finding can be cleared.")
        if by.pk == finding.decided_by_id:
            raise ValidationError("Somebody other than the person who upheld it has to clear it.")
        _check_person(by, submission)
        with act("finding.clear", by=by, target=finding):
            finding.state = FindingState.CLEARED
            finding.cleared_by, finding.cleared_at = by, now()
            finding.save(update_fields=["state", "cleared_by", "cleared_at", "updated_at"])
        if not submission.findings.filter(state=FindingState.UPHELD).exists():
            move(submission=submission, name="reinstate", by=by, detail={"finding": finding.pk})
        mark_stale(submission=submission, reason="finding cleared")
        refresh_catalogue_for(submission=submission)
    return finding


def _check_person(by: User, submission: Submission) -> None:
    if belongs_to_provider(by, submission):
        raise ValidationError(
            "You are on the team of the organisation concerned. Somebody else has to decide."
        )
