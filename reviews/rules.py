"""Who may do what in a review. Objects are a submission or anything that belongs to one.

Composed from teams (providers.rules), scheme-wide roles and assignments; states are in the workflow table,
and a person who may take a step may still come at the wrong time.
"""

from __future__ import annotations

from typing import Any

import rules
from django.db.models import Q

from lpdqa.accounts.models import User
from lpdqa.accounts.rules import is_administrator, is_assessor
from lpdqa.clock import today
from programmes.models import ProgrammeVersion
from providers.choices import MemberRole
from providers.models import SpecialistLeader
from providers.rules import role_in
from reviews.choices import ComplaintKind
from reviews.models import Appeal, Assessment, Complaint, Condition, Evidence, Submission
from reviews.queries.blind_scores import is_blind
from reviews.queries.complaints import bar_to_answering
from reviews.queries.deadlines import appeal_due_on
from reviews.queries.decisions import bar_to_appeal, bar_to_deciding, current_decision, open_appeal
from reviews.queries.moderation import bar_to_moderating
from reviews.workflows import EDITABLE_STATES, OPEN_STATES

# An assessor opens the file with the declaration that there is no conflict, and keeps it while it counts.
_FILE_OPEN = ("scoring", "submitted")
_NO_PART = ("declined", "void")


def submission_of(thing: Any) -> Submission:
    """The submission a thing belongs to: itself, or through its decision (an appeal, a condition)."""
    if isinstance(thing, Submission):
        return thing
    return thing.decision.submission if isinstance(thing, Appeal | Condition) else thing.submission


@rules.predicate
def is_on_team(user: User, thing: Any) -> bool:
    return thing is not None and role_in(user, submission_of(thing).provider) != ""


@rules.predicate
def edits_for_team(user: User, thing: Any) -> bool:
    editors = (MemberRole.OWNER, MemberRole.EDITOR)
    return thing is not None and role_in(user, submission_of(thing).provider) in editors


@rules.predicate
def is_editable(user: User, thing: Any) -> bool:
    return submission_of(thing).state in EDITABLE_STATES


@rules.predicate
def is_own_assessment(user: User, assessment: Assessment) -> bool:
    closed = assessment.locked_at is not None or assessment.state in _NO_PART
    return assessment.assessor_id == user.pk and not closed


@rules.predicate
def has_file_open(user: User, thing: Any) -> bool:
    """The person declared no conflict, none came to light since, and their assessment stands: this one, or any of the
    submission."""
    if not user.is_authenticated:
        return False
    if isinstance(thing, Assessment):
        return thing.assessor_id == user.pk and thing.state in _FILE_OPEN and thing.locked_at is None
    own = submission_of(thing).assessments.filter(assessor=user, locked_at=None)
    return own.filter(state__in=_FILE_OPEN).exists()


@rules.predicate
def is_shut_out_as_assessor(user: User, thing: Any) -> bool:
    """The person was asked to assess the submission and has not said that there is no conflict, or there is one:
    whatever other roles they hold, the file stays closed to them."""
    asked = ~Q(state__in=_NO_PART) | Q(locked_at__isnull=False) | ~Q(conflict_kind="")
    own = submission_of(thing).assessments.filter(asked, assessor=user)
    return own.exists() and not has_file_open(user, thing)


@rules.predicate
def scores_it_blind(user: User, thing: Any) -> bool:
    """The person was asked to assess it, and its scores are not settled: what the provider's pages tell of what others
    asked for is not for them, whatever other roles they hold."""
    submission = submission_of(thing)
    return is_blind(submission) and submission.assessments.filter(assessor=user).exists()


@rules.predicate
def is_public_evidence(user: User, evidence: Evidence) -> bool:
    """For everyone, and its rating is published (or was, and has lapsed or been followed)."""
    submission = evidence.submission
    published = submission.state in ("published", "lapsed", "superseded") or (
        submission.state == "appealed" and submission.state_before_appeal == "published"
    )
    return published and evidence.is_for_everyone


@rules.predicate
def may_decide(user: User, thing: Any) -> bool:
    return thing is None or not bar_to_deciding(user, submission_of(thing))


@rules.predicate
def has_settled_scores(user: User, thing: Any) -> bool:
    """Before that the scores are nobody's but each assessor's own."""
    return not is_blind(submission_of(thing))


@rules.predicate
def may_decide_appeal(user: User, thing: Any) -> bool:
    """Asked of an appeal, or of a submission with an open one."""
    if thing is None:
        return True
    appeal = thing if isinstance(thing, Appeal) else open_appeal(submission_of(thing))
    return appeal is not None and not bar_to_appeal(user, appeal)


@rules.predicate
def may_moderate(user: User, item: Any) -> bool:
    return item is None or not bar_to_moderating(user, submission_of(item))


@rules.predicate
def is_in_time_to_appeal(user: User, thing: Any) -> bool:
    decision = current_decision(submission_of(thing))
    due = appeal_due_on(decision) if decision else None
    return decision is not None and due is not None and today() <= due and not decision.appeals.exists()


@rules.predicate
def has_been_sent(user: User, thing: Any) -> bool:
    return submission_of(thing).submitted_at is not None


@rules.predicate
def lodged_complaint(user: User, complaint: Complaint) -> bool:
    return complaint.lodged_by_id == user.pk


@rules.predicate
def is_about_handling(user: User, complaint: Complaint) -> bool:
    """The team reads what one of it said of the handling; what others say of its provision it learns by a finding."""
    return complaint.kind == ComplaintKind.HANDLING


@rules.predicate
def may_answer_complaint(user: User, complaint: Any) -> bool:
    return complaint is None or not bar_to_answering(user, complaint)


rules.add_perm("reviews.view_submission", is_on_team | (is_administrator & ~scores_it_blind))
rules.add_perm("reviews.edit_submission", edits_for_team & is_editable)
rules.add_perm("reviews.check_facts", edits_for_team)
rules.add_perm("reviews.appeal", edits_for_team & is_in_time_to_appeal)
rules.add_perm("reviews.report_condition", edits_for_team)
rules.add_perm("reviews.complain", edits_for_team & has_been_sent)
rules.add_perm("reviews.view_complaint", lodged_complaint | (is_on_team & is_about_handling))
rules.add_perm("reviews.answer_complaint", is_administrator & may_answer_complaint)
rules.add_perm("reviews.withdraw_submission", edits_for_team)
rules.add_perm("reviews.score_assessment", is_own_assessment)
rules.add_perm("reviews.open_file", has_file_open)
rules.add_perm(
    "reviews.view_evidence",
    is_public_evidence | is_on_team | has_file_open | (is_administrator & ~is_shut_out_as_assessor),
)
# An administrator never handles what their own organisation submits.
rules.add_perm("reviews.run_reviews", is_administrator & ~is_on_team)
rules.add_perm("reviews.decide", is_administrator & may_decide)
rules.add_perm("reviews.view_scores", is_administrator & may_decide & has_settled_scores)
rules.add_perm("reviews.view_statistics", is_administrator)
rules.add_perm("reviews.view_own_consistency", is_assessor)
rules.add_perm("reviews.keep_profile", is_assessor)
rules.add_perm("reviews.calibrate", is_assessor)
# Whoever scores the examples must not see the agreed scores before.
rules.add_perm("reviews.edit_calibration", is_administrator & ~is_assessor)
rules.add_perm("reviews.moderate", is_administrator & may_moderate)
rules.add_perm("reviews.decide_appeal", is_administrator & may_decide_appeal)


def edit_refusal(version: ProgrammeVersion) -> str | None:
    """Why a programme version can't be edited now, for `programmes.services.programmes.edit_guards`."""
    newest = Submission.objects.filter(version=version).order_by("-id").first()
    if newest is None or newest.state in (*EDITABLE_STATES, "withdrawn", "closed"):
        return None
    return (
        f"Version {version.number} is under review ({newest.public_state.lower()}) and can’t change now. "
        "Start a new version, or withdraw the submission."
    )


def leader_edit_refusal(leader: SpecialistLeader) -> str | None:
    """Why what is said of a specialist leader can't be changed now, for `providers.services.leaders.edit_guards`.

    A leader has no versions: once the review is over, the description may change again, and the rating keeps
    what was submitted in its snapshot.
    """
    with_assessors = [state for state in OPEN_STATES if state not in EDITABLE_STATES]
    under_way = Submission.objects.filter(leader=leader, state__in=[*with_assessors, "appealed"]).first()
    if under_way is None:
        return None
    return (
        f"The review is under way ({under_way.public_state.lower()}), so the description can’t change now. "
        "The rate, travel and reach can."
    )
