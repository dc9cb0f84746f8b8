"""What there is to decide together, and what this person may do of it; a few queries however many there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from lpdqa.accounts.models import User
from reviews.models import Decision, FactComment, Submission
from reviews.queries.decisions import grounds

MOST = 100


@dataclass(frozen=True)
class Row:
    """A submission with its decision, if there is one, and why this person can't take the step; empty if they may."""

    submission: Submission
    decision: Decision | None
    bar: str

    @property
    def shows_band(self) -> bool:
        """Whoever has assessed it, or is on the team, doesn't read what it comes to before everybody can."""
        row: Any = self.submission
        return self.decision is not None and not (row.own or row.assessed)


@dataclass(frozen=True)
class ToDecide:
    """The three heaps, each by age and at most `MOST` long."""

    to_draft: list[Row]
    to_approve: list[Row]
    to_publish: list[Row]


def to_decide(user: User) -> ToDecide:
    """Everything between settled facts and publication: to draft, to approve, to publish."""
    drafts = Decision.objects.filter(approved_at=None).select_related("drafted_by")
    approved = Decision.objects.filter(approved_at__isnull=False).select_related("drafted_by").order_by("-id")
    rows = _with_bars(user).prefetch_related(Prefetch("decisions", queryset=drafts, to_attr="drafts"))
    has_draft = Exists(Decision.objects.filter(submission=OuterRef("pk"), approved_at=None))
    deciding = rows.filter(state="deciding").annotate(has_draft=has_draft)
    decided = (
        _with_bars(user)
        .filter(state="decided")
        .prefetch_related(Prefetch("decisions", queryset=approved, to_attr="approved"))
    )
    return ToDecide(
        to_draft=[Row(each, None, _bar(each)) for each in deciding.filter(has_draft=False)[:MOST]],
        to_approve=[_to_approve(each, user) for each in deciding.filter(has_draft=True)[:MOST]],
        to_publish=[
            Row(each, each.approved[0] if each.approved else None, _bar(each))  # type: ignore[attr-defined]
            for each in decided[:MOST]
        ],
    )


def _to_approve(submission: Submission, user: User) -> Row:
    draft: Decision = submission.drafts[0]  # type: ignore[attr-defined]
    bar = _bar(submission)
    if not bar and draft.drafted_by_id == user.pk:
        bar = "You drafted it, so somebody else has to approve it."
    if not bar and submission.unanswered:  # type: ignore[attr-defined]
        bar = "A correction by the provider has no answer yet."
    return Row(submission, draft, bar)


def _with_bars(user: User) -> QuerySet[Submission]:
    """Submissions with the grounds on which this person may not decide on them."""
    return (
        Submission.objects.select_related("provider", "version__programme", "leader", "scheduled")
        .annotate(
            **grounds(user),
            unanswered=Exists(FactComment.objects.filter(submission=OuterRef("pk"), answer="")),
        )
        .order_by("state_since", "pk")
    )


def _bar(row: Submission) -> str:
    if row.own:  # type: ignore[attr-defined]
        return "You are on the team of the organisation that submits."
    if row.assessed:  # type: ignore[attr-defined]
        return "You were asked to assess this submission."
    if row.decided_before:  # type: ignore[attr-defined]
        return "You had a part in the decision that was set aside on appeal."
    return ""
