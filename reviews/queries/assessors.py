"""Whom an administrator can assign: every assessor with load, fit and conflicts, in a constant number of
queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from lpdqa.accounts.models import Role, User
from lpdqa.clock import now, today
from reviews.models import Assessment, AssessorProfile, Submission
from reviews.queries.blind_scores import BEING_SCORED
from reviews.queries.calibration import released_among
from reviews.queries.conflicts import Conflict, conflicts_among
from reviews.queries.expertise import Wanted, fit, wanted_by

# Assessments that count: asked, under way, handed in.
STANDING = ("invited", "scoring", "submitted")
# What an assessor takes on "in a month".
MONTH = dt.timedelta(days=30)


@dataclass(frozen=True)
class Candidate:
    """An assessor as the board shows them for one submission.

    open_work  assessments not handed in yet; a full desk is shown, and is for the administrator to weigh
    fit        what in their profile matches, in words; `share` of what is asked for, 0 to 1
    reason     why they can't be assigned, in words; empty if they can
    """

    user: User
    profile: AssessorProfile | None
    open_work: int
    fit: tuple[str, ...]
    share: float
    conflicts: tuple[Conflict, ...]
    reason: str

    @property
    def can_be_assigned(self) -> bool:
        return not self.reason


def active_assessors() -> QuerySet[User]:
    """Everybody who holds the role, with profile, `open_work` (not handed in yet) and what counts against a month's
    capacity, `taken`: open work, and what was handed in of files opened in the last 30 days."""
    open_now = Q(assessments__state__in=("invited", "scoring"))
    lately = Q(assessments__state="submitted", assessments__declared_at__gte=now() - MONTH)
    return (
        User.objects.filter(is_active=True, role_grants__role=Role.ASSESSOR, role_grants__revoked_at=None)
        .select_related("assessor_profile__employer")
        .annotate(
            open_work=Count("assessments", filter=open_now),
            taken=Count("assessments", filter=open_now | lately),
        )
        .order_by("name", "pk")
    )


def pause_of(user: User) -> dt.date | None:
    """Until when this person takes no work, if that is so today."""
    profile: AssessorProfile | None = getattr(user, "assessor_profile", None)
    if profile is None or profile.paused_until is None or profile.paused_until < today():
        return None
    begun = profile.paused_from is None or profile.paused_from <= today()
    return profile.paused_until if begun else None


def handed_in_unseen(viewer: User) -> dict[int, int]:
    """Files by assessor that they have handed in and share with `viewer`, who scores them too: until the scores are
    settled these count as open, so that nobody who assesses reads from a desk how far the other one is.
    """
    shared = Assessment.objects.filter(
        state="submitted",
        round=F("submission__round"),
        submission__state__in=BEING_SCORED,
        submission__assessments__assessor=viewer,
    ).exclude(assessor=viewer)
    return dict(shared.order_by().values_list("assessor").annotate(n=Count("pk", distinct=True)))


def assessor_candidates(submission: Submission, *, viewer: User | None = None) -> list[Candidate]:
    """Every assessor: those who can be assigned first, the best fit and the least busy ahead, as `viewer` is told."""
    users = list(active_assessors())
    unseen = handed_in_unseen(viewer) if viewer else {}
    for user in users:
        user.open_work += unseen.get(user.pk, 0)  # type: ignore[attr-defined]
    released = released_among(users=users, framework=submission.framework)
    conflicts = conflicts_among(users=users, submission=submission)
    taken = set(
        Assessment.objects.filter(submission=submission)
        .exclude(state="void")
        .values_list("assessor_id", flat=True)
    )
    wanted = wanted_by(submission)
    found = [
        _candidate(user, wanted, conflicts[user.pk], user.pk in taken, user.pk in released) for user in users
    ]
    return sorted(found, key=lambda each: (bool(each.reason), -each.share, each.open_work, each.user.name))


def eligible_assessors(submission: Submission, *, viewer: User | None = None) -> list[Candidate]:
    """The assessors who can be assigned to this submission now, the best fit and the least busy first."""
    found = assessor_candidates(submission, viewer=viewer)
    return [candidate for candidate in found if candidate.can_be_assigned]


def _candidate(
    user: User, wanted: Wanted, conflicts: list[Conflict], taken: bool, released: bool
) -> Candidate:
    profile: AssessorProfile | None = getattr(user, "assessor_profile", None)
    reason = ""
    if taken:
        reason = "Has a part in this submission already."
    elif conflicts:
        reason = " ".join(conflict.explanation for conflict in conflicts)
    elif until := pause_of(user):
        reason = f"Takes no work until {until:%-d %B %Y}."
    elif not released:
        reason = "Is not released: the calibration is missing or out of date."
    matching = fit(profile, wanted)
    return Candidate(
        user=user,
        profile=profile,
        open_work=user.open_work,  # type: ignore[attr-defined]
        fit=matching.words,
        share=matching.share,
        conflicts=tuple(conflicts),
        reason=reason,
    )
