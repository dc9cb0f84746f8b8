"""Who is told of what happens to a submission, and in which words. Blind: nothing here says who scored, or that
scores differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import structlog
from django.urls import reverse

from lpdqa.accounts.models import Role, User
from lpdqa.clock import now
from lpdqa.notices.services import tell
from lpdqa.web.formats import long_date
from programmes.queries.leaders import without_name
from providers.choices import MemberRole
from providers.models import Membership
from reviews.choices import ComplaintKind, ComplaintState, ReportState
from reviews.messages import MESSAGES, name_of_step
from reviews.models import Assessment, Complaint, Condition, ConditionReport, EvidenceRequest, Submission
from reviews.queries.complaints import bar_to_answering
from reviews.queries.decisions import bar_to_deciding
from reviews.queries.message_words import messages_now

log = structlog.get_logger("reviews.telling")


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
    to_team, to_board = name_of_step("team", name), name_of_step("board", name)
    written = _written([each for each in (to_team, to_board) if each in MESSAGES], words)
    if to_team in written:
        view = "fact_check" if name == "settle" else "submission_detail"
        _tell(
            submission,
            users=team_of([submission.provider_id])[submission.provider_id],
            key=key,
            written=written[to_team],
            path=reverse(view, args=[submission.public_id]),
        )
    if to_board in written:
        _tell(
            submission,
            users=_administrators(),
            key=f"{key}:board",
            written=written[to_board],
            path=reverse("board_submission", args=[submission.public_id]),
        )


def tell_of_request(*, request: EvidenceRequest, due: str) -> None:
    """Tell the team that an assessor asks for more on a criterion; never who asks."""
    submission = request.submission
    words = {
        "code": request.criterion.code,
        "title": submission.lasting_title,
        "due": due,
        "question": request.question,
    }
    _tell(
        submission,
        users=team_of([submission.provider_id])[submission.provider_id],
        key=f"request:{request.pk}",
        written=_written(["request"], words)["request"],
        path=reverse("evidence_request", args=[submission.public_id, request.pk]),
    )


def tell_assessor(*, assessment: Assessment) -> None:
    """Tell somebody that they are asked to assess."""
    submission = assessment.submission
    words = {"title": submission.lasting_title}
    _tell(
        submission,
        users=[assessment.assessor],
        key=f"assessment:{assessment.pk}:invited",
        written=_written(["invited"], words)["invited"],
        path=reverse("my_work"),
    )


def tell_of_complaint(*, complaint: Complaint, due: str = "") -> None:
    """Tell administrators without a part in it that a complaint waits until `due`; once it is answered, whoever lodged
    it, and their team where it is about the handling of their review.
    """
    submission = complaint.submission
    title = submission.lasting_title
    if complaint.state == ComplaintState.OPEN:
        words = {"title": title, "due": due, "kind": complaint.get_kind_display()}
        _tell(
            submission,
            users=[user for user in _administrators() if not bar_to_answering(user, complaint)],
            key=f"complaint:{complaint.pk}:board",
            written=_written(["complaint"], words)["complaint"],
            path=reverse("board_complaint", args=[complaint.public_id]),
        )
        return
    words = {"title": title, "answer": complaint.answer}
    people = {complaint.lodged_by}
    if complaint.kind == ComplaintKind.HANDLING:
        people |= set(team_of([submission.provider_id])[submission.provider_id])
    _tell(
        submission,
        users=sorted(people, key=lambda user: user.pk),
        key=f"complaint:{complaint.pk}:answer",
        written=_written(["complaint-answered"], words)["complaint-answered"],
        path=reverse("complaint", args=[complaint.public_id]),
    )


def tell_of_condition(*, condition: Condition, report: ConditionReport | None = None) -> None:
    """Tell administrators without a part in it that a report waits, or the team what became of one; without a report,
    the team that the condition is met.
    """
    submission = condition.decision.submission
    words = {
        "title": submission.lasting_title,
        "condition": without_name(submission.leader, condition.text),
        "how": without_name(submission.leader, report.how) if report else "",
        "answer": without_name(submission.leader, report.answer) if report else "",
    }
    if report is not None and report.state == ReportState.WAITING:
        _tell(
            submission,
            users=[user for user in _administrators() if not bar_to_deciding(user, submission)],
            key=f"condition:{report.pk}:reported",
            written=_written(["condition-reported"], words)["condition-reported"],
            path=reverse("condition", args=[condition.pk]),
        )
        return
    name = "condition-met" if report is None else "condition-not-met"
    _tell(
        submission,
        users=team_of([submission.provider_id])[submission.provider_id],
        key=f"{name}:{report.pk if report else condition.pk}",
        written=_written([name], words)[name],
        path=reverse("submission_report", args=[submission.public_id]),
    )


def _administrators() -> list[User]:
    return list(
        User.objects.filter(
            role_grants__role=Role.ADMINISTRATOR, role_grants__revoked_at=None, is_active=True
        ).distinct()
    )


def _written(names: Iterable[str], words: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Subject and body of these messages as they now read, filled in; one query for all of them.

    Changed words that can't be filled any more are left aside for those shipped: a letter never fails by its words.
    """
    written = {}
    for name, now_reads in messages_now(names).items():
        if now_reads.faults:
            log.warning("changed_words_left_aside", message=name, faults=now_reads.faults)
        written[name] = now_reads.message.filled(words)
    return written


def _tell(
    submission: Submission, *, users: list[User], key: str, written: tuple[str, str], path: str
) -> None:
    subject, body = written
    # Nobody gets mail about what is made up; in the account it can be read.
    by_mail = not submission.is_example
    tell(users=users, key=key, subject=subject, body=body, path=path, by_mail=by_mail)
