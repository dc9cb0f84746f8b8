"""Reading submissions: what may be edited, what is still missing, which steps are open to a person."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import QuerySet

from lpdqa.accounts.models import User
from lpdqa.workflow import Transition
from reviews.choices import Outcome
from reviews.models import Criterion, CriterionStatement, Evidence, EvidenceRequest, Submission
from reviews.queries.decisions import current_decision
from reviews.queries.frameworks import applicable_criteria
from reviews.workflows import EDITABLE_STATES, SUBMISSION


@dataclass
class CriterionWork:
    """One applicable criterion with what the provider has put forward for it."""

    criterion: Criterion
    essential: bool
    editable: bool
    statement: CriterionStatement | None = None
    evidence: list[Evidence] = field(default_factory=list)
    requests: list[EvidenceRequest] = field(default_factory=list)

    @property
    def missing(self) -> str:
        """What has to be added before the submission can go, in words; empty if nothing."""
        gap = self.statement is not None and self.statement.declared_gap
        text = self.statement is not None and self.statement.text.strip() != ""
        if self.essential and not (self.evidence or gap):
            return "This criterion is essential: add evidence, or declare a gap."
        if not (text or self.evidence or gap):
            return "Write a statement, add evidence, or declare a gap."
        return ""

    @property
    def complete(self) -> bool:
        return not self.missing


def submission_work(submission: Submission) -> list[CriterionWork]:
    """Every applicable criterion in order, with its statement, live evidence and evidence requests.

    Four queries and one for the evidence's criteria, however many rows there are.
    """
    codes = editable_codes(submission)
    work = {
        criterion.pk: CriterionWork(
            criterion,
            essential=submission.subject_kind in criterion.essential_for,
            editable=codes is None or criterion.code in codes,
        )
        for criterion in applicable_criteria(submission)
    }
    for statement in submission.statements.all():
        if statement.criterion_id in work:
            work[statement.criterion_id].statement = statement
    for item in live_evidence(submission):
        for criterion in item.criteria.all():
            if criterion.pk in work:
                work[criterion.pk].evidence.append(item)
    for request in submission.evidence_requests.all():
        if request.criterion_id in work:
            work[request.criterion_id].requests.append(request)
    return list(work.values())


def live_evidence(submission: Submission) -> QuerySet[Evidence]:
    """Evidence that was not withdrawn, with its criteria and file."""
    return (
        submission.evidence.filter(withdrawn_at=None)
        .select_related("file", "deployment")
        .prefetch_related("criteria")
    )


def editable_codes(submission: Submission) -> frozenset[str] | None:
    """Codes of the criteria whose statements may be edited now; None means every applicable one."""
    if submission.state not in EDITABLE_STATES:
        return frozenset()
    if submission.state == "amending":
        return frozenset(submission.amendment_criteria)
    return None


def missing_items(submission: Submission) -> dict[Criterion, str]:
    """What keeps the submission from being sent, by criterion, in order; empty if it can go."""
    return {each.criterion: each.missing for each in submission_work(submission) if each.missing}


def open_steps(submission: Submission, user: User) -> list[Transition]:
    """The steps of the state table that this person may take now, in table order."""
    return [
        transition
        for transition in SUBMISSION.available(submission.state)
        if transition.permission
        and user.has_perm(transition.permission, submission)
        and _fits(transition.name, submission)
    ]


def _fits(name: str, submission: Submission) -> bool:
    """Of steps that exclude each other, is this the one for this submission?"""
    if name.startswith("dismiss_to_"):
        return name == f"dismiss_to_{submission.state_before_appeal}"
    if name in (Outcome.PUBLISH, Outcome.CLOSE):
        decision = current_decision(submission)
        return decision is not None and decision.outcome == name
    return True


def of_same_subject(submission: Submission) -> QuerySet[Submission]:
    """Every submission about the same subject, this one too; for a programme whatever its version."""
    if submission.version_id and submission.version:
        return Submission.objects.filter(version__programme_id=submission.version.programme_id)
    if submission.leader_id:
        return Submission.objects.filter(leader_id=submission.leader_id)
    return Submission.objects.filter(subject_kind=submission.subject_kind, provider_id=submission.provider_id)


_REVIEWED = ("published", "suspended", "lapsed", "superseded", "closed")


def last_review(submission: Submission) -> Submission | None:
    """The newest other submission about the same subject whose review has ended: what a new draft begins with."""
    reviewed = of_same_subject(submission).filter(state__in=_REVIEWED).exclude(pk=submission.pk)
    return reviewed.order_by("-id").first()


def about_subject(submission: Submission) -> list[str]:
    """What time spent counts towards a submission, as `lpdqa.drafts` names it."""
    named = [f"submission:{submission.pk}"]
    if submission.version:
        named.append(f"programme:{submission.version.programme_id}")
    elif submission.leader_id:
        named.append(f"sle:{submission.leader_id}")
    else:
        named.append(f"provider:{submission.provider_id}")
    return named
