"""Reading decisions, and who had a part in them."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from lpdqa.accounts.models import User
from providers.models import Membership
from reviews.choices import AppealState
from reviews.models import Appeal, Assessment, Decision, Submission


def current_decision(submission: Submission) -> Decision | None:
    """The newest approved decision, which is the one that holds; None while there is none."""
    return submission.decisions.filter(approved_at__isnull=False).order_by("-id").first()


def draft_of(submission: Submission) -> Decision | None:
    """The decision that is drafted and waits for another person's approval."""
    return submission.decisions.filter(approved_at=None).first()


def open_appeal(submission: Submission) -> Appeal | None:
    """The appeal that waits to be decided."""
    return Appeal.objects.filter(decision__submission=submission, state=AppealState.LODGED).first()


def has_assessed(user: User, submission: Submission) -> bool:
    """Was this person ever asked to assess the submission (also if they declined or were left out)?"""
    return submission.assessments.filter(assessor=user).exists()


def decided_by(user: User) -> Q:
    """Decisions in which this person had a part: drafted, or approved."""
    return Q(drafted_by=user) | Q(approved_by=user)


def belongs_to_provider(user: User, submission: Submission) -> bool:
    """Is this person on the team of the organisation that submits?"""
    return Membership.objects.filter(user=user, provider_id=submission.provider_id, ended_at=None).exists()


def decided_before(user: User, submission: Submission) -> bool:
    """Had this person a part in a decision on this submission that was set aside on appeal?"""
    set_aside = submission.decisions.filter(appeals__state=AppealState.UPHELD)
    return any(user.pk in people for people in set_aside.values_list("drafted_by_id", "approved_by_id"))


def bar_to_deciding(user: User, submission: Submission) -> str:
    """Why this person may not decide on the submission, in words; empty if they may."""
    if belongs_to_provider(user, submission):
        return "You are on the team of the organisation that submits."
    if has_assessed(user, submission):
        return "You were asked to assess this submission."
    if decided_before(user, submission):
        return "You had a part in the decision that was set aside on appeal."
    return ""


def grounds(user: User) -> dict[str, Exists]:
    """The grounds of `bar_to_deciding` by name, to annotate or filter a query for submissions with."""
    set_aside = Decision.objects.filter(
        decided_by(user), submission=OuterRef("pk"), appeals__state=AppealState.UPHELD
    )
    return {
        "own": Exists(Membership.objects.filter(user=user, provider=OuterRef("provider"), ended_at=None)),
        "assessed": Exists(Assessment.objects.filter(submission=OuterRef("pk"), assessor=user)),
        "decided_before": Exists(set_aside),
    }


def bar_to_appeal(user: User, appeal: Appeal) -> str:
    """Why this person may not decide the appeal, in words; empty if they may."""
    decision = appeal.decision
    if user.pk in (decision.drafted_by_id, decision.approved_by_id):
        return "You had a part in the decision under appeal."
    if has_assessed(user, decision.submission):
        return "You were asked to assess this submission."
    if belongs_to_provider(user, decision.submission):
        return "You are on the team of the organisation that appeals."
    return ""
