"""Consultation on a draft: opened until a day, commented on by criterion, every comment answered."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now, today
from lpdqa.mail import send_after_commit
from lpdqa.rows import lock
from lpdqa.workflow import WorkflowError
from reviews.models import FrameworkComment, FrameworkVersion
from reviews.queries.consultation import capacities_of, takes_comments
from reviews.services.frameworks import move_framework

MOST_COMMENTS = 60  # by one person on one version


def open_consultation(*, framework: FrameworkVersion, closes_on: dt.date, by: User) -> FrameworkVersion:
    """Open a sound draft for comments until a day, or give an open one another last day.

    ValidationError for a day that is over and, with a line each, for what is missing in the draft.
    """
    if closes_on < today():
        raise ValidationError({"closes_on": "Give a day that is still to come."})
    with transaction.atomic():
        lock(framework)
        if framework.state != "consultation":
            move_framework(framework=framework, name="consult", by=by)
        with act(
            "framework.consultation", by=by, target=framework, detail={"closes_on": closes_on.isoformat()}
        ):
            framework.consultation_closes_on = closes_on
            framework.save(update_fields=["consultation_closes_on", "updated_at"])
    return framework


def add_comment(
    *, framework: FrameworkVersion, criterion: str, capacity: str, text: str, by: User
) -> FrameworkComment:
    """Comment on a version that is open, or on one of its criteria.

    ValidationError for a criterion or capacity there isn't, and after too many; WorkflowError once it is closed.
    """
    with transaction.atomic():
        lock(framework)
        if not takes_comments(framework, today()):
            raise WorkflowError(f"{framework} isn’t open for comments any more.")
        if criterion and criterion not in {row["code"] for row in framework.document["criteria"]}:
            raise ValidationError({"criterion": f"{framework} has no criterion {criterion}."})
        if capacity not in dict(capacities_of(by)):
            raise ValidationError({"capacity": "Choose one of these."})
        if framework.comments.filter(author=by).count() >= MOST_COMMENTS:
            raise ValidationError(
                f"One person can make {MOST_COMMENTS} comments on a version. Put the rest into one."
            )
        with act("framework.comment", by=by) as doing:
            doing.target = comment = FrameworkComment.objects.create(
                framework=framework, criterion=criterion, capacity=capacity, text=text, author=by
            )
    return comment


def withdraw_comment(*, comment: FrameworkComment, by: User) -> FrameworkComment:
    """Take one's own comment back. WorkflowError once it is answered; nothing happens the second time."""
    with act("framework.comment.withdraw", by=by, target=comment):
        lock(comment)
        if comment.answer:
            raise WorkflowError("The comment has its answer already, so it can’t be taken back.")
        comment.withdrawn_at = comment.withdrawn_at or now()
        comment.save(update_fields=["withdrawn_at", "updated_at"])
    return comment


def answer_comment(*, comment: FrameworkComment, answer: str, publish: bool, by: User) -> FrameworkComment:
    """Answer a comment and publish both; or, without `publish`, set it aside: only its author then sees the answer.

    An answer can be put right until the version is published. ValidationError without words.
    """
    if not answer.strip():
        raise ValidationError({"answer": "Enter an answer"})
    with act("framework.comment.answer", by=by, target=comment, detail={"publish": publish}):
        lock(comment)
        if comment.withdrawn_at:
            raise WorkflowError("The comment was taken back by the person who made it.")
        if comment.framework.state in ("published", "retired"):
            raise WorkflowError(f"{comment.framework} is published: its answers can’t change any more.")
        comment.answer, comment.is_published = answer.strip(), publish
        comment.answered_by, comment.answered_at = by, now()
        comment.save()
        send_after_commit(
            to=comment.author.email,
            subject=f"Your comment on {comment.framework} has an answer",
            template="reviews/mail/comment_answered.txt",
            context={"comment": comment},
        )
    return comment
