"""Reading the moderation queue, and who may look at what is in it."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Abs

from lpdqa.accounts.models import User
from providers.models import Membership
from reviews.models import Assessment, BackReading, Decision, FrameworkVersion, ModerationItem, Submission
from reviews.queries.blind_scores import BEING_SCORED
from reviews.queries.decisions import belongs_to_provider, decided_by, has_assessed


def bar_to_moderating(user: User, submission: Submission) -> str:
    """Why this person may not look at a queued rating of the submission, in words; empty if they may."""
    if belongs_to_provider(user, submission):
        return "You are on the team of the organisation that submitted this. Somebody else has to look at it."
    if has_assessed(user, submission):
        return "You were asked to assess this. Somebody else has to look at it."
    if submission.decisions.filter(decided_by(user)).exists():
        return "You had a part in the decision. Somebody else has to look at it."
    return ""


def to_look_at(user: User) -> QuerySet[ModerationItem]:
    """Ratings of every framework version that wait for somebody like this person, the oldest first."""
    return _with_part(user).filter(looked_at=None, had_part=False).order_by("id")


def moderation_items(framework: FrameworkVersion, user: User, *, looked_at: bool) -> QuerySet[ModerationItem]:
    """Queued ratings, the largest difference first, or those looked at, newest first; `had_part` on each."""
    rows = (
        _with_part(user)
        .filter(submission__framework=framework, looked_at__isnull=not looked_at)
        .select_related(
            "submission__provider", "submission__version", "submission__leader", "rating", "looked_by"
        )
    )
    if looked_at:
        return rows.order_by("-looked_at", "-id")
    return rows.order_by(Abs(F("fair") - F("observed")).desc(), "id")


def readings(user: User, *, read: bool) -> QuerySet[Any]:
    """Files drawn to be read again: those that wait, the oldest first, or those that were read, newest first."""
    rows = _with_part(user, BackReading).filter(drawn=True, looked_at__isnull=not read)
    rows = rows.exclude(submission__state__in=BEING_SCORED)
    rows = rows.select_related(
        "submission__provider", "submission__version__programme", "submission__leader", "looked_by"
    )
    return rows.order_by("-looked_at", "-id") if read else rows.order_by("id")


def _with_part(user: User, model: Any = ModerationItem) -> QuerySet[Any]:
    """`had_part` on each: the same three grounds as `bar_to_moderating`."""
    assessed = Assessment.objects.filter(submission=OuterRef("submission"), assessor=user)
    decided = Decision.objects.filter(decided_by(user), submission=OuterRef("submission"))
    team = Membership.objects.filter(provider=OuterRef("submission__provider"), user=user, ended_at=None)
    return model.objects.annotate(had_part=Exists(assessed) | Exists(decided) | Exists(team))
