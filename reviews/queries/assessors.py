"""Whom an administrator can assign: every assessor with load, fit and conflicts, in a constant number of
queries."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from lpdqa.accounts.models import Role, User
from lpdqa.clock import today
from reviews.models import Assessment, AssessorProfile, Submission
from reviews.queries.conflicts import Conflict, conflicts_among


@dataclass(frozen=True)
class Candidate:
    """An assessor as the board shows them for one submission.

    open_work  assessments not handed in yet; a full desk is shown, and is for the administrator to weigh
    fit        what in their profile matches: kind of subject, topics, phases
    reason     why they can't be assigned, in words; empty if they can
    """

    user: User
    profile: AssessorProfile | None
    open_work: int
    fit: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    reason: str

    @property
    def can_be_assigned(self) -> bool:
        return not self.reason


def assessor_candidates(submission: Submission) -> list[Candidate]:
    """Every assessor: those who can be assigned first, the best fit and the least busy ahead."""
    users = list(
        User.objects.filter(is_active=True, role_grants__role=Role.ASSESSOR, role_grants__revoked_at=None)
        .select_related("assessor_profile__employer")
        .annotate(open_work=Count("assessments", filter=Q(assessments__state__in=("invited", "scoring"))))
        .order_by("name", "pk")
    )
    conflicts = conflicts_among(users=users, submission=submission)
    taken = set(
        Assessment.objects.filter(submission=submission)
        .exclude(state="void")
        .values_list("assessor_id", flat=True)
    )
    found = [_candidate(user, submission, conflicts[user.pk], user.pk in taken) for user in users]
    return sorted(found, key=lambda each: (bool(each.reason), -len(each.fit), each.open_work, each.user.name))


def eligible_assessors(submission: Submission) -> list[Candidate]:
    """The assessors who can be assigned to this submission now, the best fit and the least busy first."""
    return [candidate for candidate in assessor_candidates(submission) if candidate.can_be_assigned]


def _candidate(user: User, submission: Submission, conflicts: list[Conflict], taken: bool) -> Candidate:
    profile: AssessorProfile | None = getattr(user, "assessor_profile", None)
    reason = ""
    if taken:
        reason = "Has a part in this submission already."
    elif conflicts:
        reason = " ".join(conflict.explanation for conflict in conflicts)
    elif profile and profile.paused_until and profile.paused_until >= today():
        reason = f"Takes no work until {profile.paused_until:%-d %B %Y}."
    return Candidate(
        user=user,
        profile=profile,
        open_work=user.open_work,  # type: ignore[attr-defined]
        fit=_fit(profile, submission),
        conflicts=tuple(conflicts),
        reason=reason,
    )


def _fit(profile: AssessorProfile | None, submission: Submission) -> tuple[str, ...]:
    if profile is None:
        return ()
    found = []
    if submission.subject_kind in profile.subject_kinds:
        found.append(submission.get_subject_kind_display())
    version, leader = submission.version, submission.leader
    topics = version.topics if version else leader.expertise if leader else []
    phases = version.phases if version else leader.phases if leader else []
    found += [code for code in topics if code in profile.topics]
    found += [code for code in phases if code in profile.phases]
    return tuple(found)
