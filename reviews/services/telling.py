"""Who is told of what happens to a submission, and in which words. Blind: nothing here says who scored, or that
scores differ.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from lpdqa.accounts.models import Role, User
from lpdqa.clock import now
from lpdqa.notices.services import tell
from lpdqa.web.formats import long_date
from providers.choices import MemberRole
from providers.models import Membership
from reviews.choices import ComplaintKind, ComplaintState
from reviews.models import Assessment, Complaint, EvidenceRequest, Submission
from reviews.queries.complaints import bar_to_answering

# By the name of the step in the state table: what the provider's team reads. A step that is not here is not told
# (that a third assessor is needed is nobody's business; a lapse by supersession speaks for itself).
_TO_TEAM = {
    "submit": ("“{title}” is submitted", "We check that it is complete. Then two assessors score it."),
    "return": ("“{title}” is returned for changes", "{reason}"),
    "accept": ("“{title}” is being assessed", "Two trained assessors score it without seeing each other’s scores."),
    "settle": ("Check the facts of “{title}” by {facts_due}",
               "Read what assessors noted, and correct what is wrong. Without an answer the facts stand."),
    "confirm": ("The facts of “{title}” are checked", "One person drafts the decision, another approves it."),
    "invite_amendment": ("You may amend “{title}” until {amendment_due}",
                         "It is about the criteria that did not reach their level. Only these are scored again."),
    "amend": ("The amendment of “{title}” is sent", "Assessors score the amended criteria again."),
    "decide": ("The decision on “{title}” is made", "Read it. You can appeal within 15 working days."),
    "publish": ("The rating of “{title}” is public", "You can show the badge on your own pages."),
    "close": ("The review of “{title}” is closed", "Read your feedback. The public sees it as listed, not reviewed."),
    "appeal": ("Your appeal on “{title}” is lodged", "People who had no part in the decision decide on it."),
    "uphold_appeal": ("Your appeal on “{title}” is upheld", "The decision is set aside. Other people decide anew."),
    "dismiss_to_decided": ("Your appeal on “{title}” is dismissed", "All is as before."),
    "dismiss_to_published": ("Your appeal on “{title}” is dismissed", "All is as before."),
    "dismiss_to_closed": ("Your appeal on “{title}” is dismissed", "All is as before."),
    "suspend": ("The rating of “{title}” is suspended", "An alert stands in its place. The submission says why."),
    "reinstate": ("The rating of “{title}” is back", "The alert is gone."),
    "lapse": ("The rating of “{title}” has lapsed", "It was not renewed in time. You can put it forward again."),
    "withdraw": ("“{title}” is withdrawn", "The review has ended."),
}  # fmt: skip
_TO_ADMINISTRATORS = {
    "submit": "Screen “{title}”",
    "confirm": "Draft the decision on “{title}”",
    "appeal": "An appeal on “{title}” waits",
}


def team_of(providers: Iterable[int]) -> dict[int, list[User]]:
    """Owners and editors of these providers' teams, by the provider's primary key; one query."""
    people: dict[int, list[User]] = {pk: [] for pk in providers}
    writing = Membership.objects.filter(
        provider__in=people,
        ended_at=None,
        role__in=(MemberRole.OWNER, MemberRole.EDITOR),
        user__is_active=True,
    )
    for membership in writing.select_related("user").order_by("id"):
        people[membership.provider_id].append(membership.user)
    return people


def tell_of_step(*, submission: Submission, name: str, reason: str = "") -> None:
    """Tell the team, and where they have something to do the administrators, that a submission took a step."""
    words = {
        "title": submission.lasting_title,
        "reason": reason or submission.return_reason,
        "facts_due": long_date(submission.fact_check_due_on) if submission.fact_check_due_on else "",
        "amendment_due": long_date(submission.amendment_due_on) if submission.amendment_due_on else "",
    }
    key = f"submission:{submission.pk}:{name}:{now():%Y%m%d%H%M%S}"
    if name in _TO_TEAM:
        subject, body = _TO_TEAM[name]
        view = "fact_check" if name == "settle" else "submission_detail"
        _tell(
            submission,
            users=team_of([submission.provider_id])[submission.provider_id],
            key=key,
            subject=subject.format(**words),
            body=body.format(**words),
            path=reverse(view, args=[submission.public_id]),
        )
    if name in _TO_ADMINISTRATORS:
        _tell(
            submission,
            users=_administrators(),
            key=f"{key}:board",
            subject=_TO_ADMINISTRATORS[name].format(**words),
            body="",
            path=reverse("board_submission", args=[submission.public_id]),
        )


def tell_of_request(*, request: EvidenceRequest, due: str) -> None:
    """Tell the team that an assessor asks for more on a criterion; never who asks."""
    submission = request.submission
    _tell(
        submission,
        users=team_of([submission.provider_id])[submission.provider_id],
        key=f"request:{request.pk}",
        subject=f"A question about {request.criterion.code} of “{submission.lasting_title}”, to answer by {due}",
        body=request.question,
        path=reverse("evidence_request", args=[submission.public_id, request.pk]),
    )


def tell_assessor(*, assessment: Assessment) -> None:
    """Tell somebody that they are asked to assess."""
    submission = assessment.submission
    _tell(
        submission,
        users=[assessment.assessor],
        key=f"assessment:{assessment.pk}:invited",
        subject=f"You are asked to assess “{submission.lasting_title}”",
        body="Say first whether you have a conflict of interest. The file opens after that.",
        path=reverse("my_work"),
    )


def tell_of_complaint(*, complaint: Complaint, due: str = "") -> None:
    """Tell administrators without a part in it that a complaint waits until `due`; once it is answered, whoever lodged
    it, and their team where it is about the handling of their review.
    """
    submission = complaint.submission
    title = submission.lasting_title
    if complaint.state == ComplaintState.OPEN:
        _tell(
            submission,
            users=[user for user in _administrators() if not bar_to_answering(user, complaint)],
            key=f"complaint:{complaint.pk}:board",
            subject=f"A complaint about “{title}”, to answer by {due}",
            body=f"{complaint.get_kind_display()}.",
            path=reverse("board_complaint", args=[complaint.public_id]),
        )
        return
    people = {complaint.lodged_by}
    if complaint.kind == ComplaintKind.HANDLING:
        people |= set(team_of([submission.provider_id])[submission.provider_id])
    _tell(
        submission,
        users=sorted(people, key=lambda user: user.pk),
        key=f"complaint:{complaint.pk}:answer",
        subject=f"The complaint about “{title}” is answered",
        body=complaint.answer,
        path=reverse("complaint", args=[complaint.public_id]),
    )


def _administrators() -> list[User]:
    return list(
        User.objects.filter(
            role_grants__role=Role.ADMINISTRATOR, role_grants__revoked_at=None, is_active=True
        ).distinct()
    )


def _tell(submission: Submission, *, users: list[User], key: str, subject: str, body: str, path: str) -> None:
    # Nobody gets mail about what is made up; in the account it can be read.
    by_mail = not submission.is_example
    tell(users=users, key=key, subject=subject, body=body, path=path, by_mail=by_mail)
