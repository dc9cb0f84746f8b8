"""What commissioners answer, how it is checked, and what providers reply. Nothing of it is part of a rating."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now
from lpdqa.rows import lock, put
from lpdqa.workflow import WorkflowError
from programmes.feedback_states import MODERATION
from programmes.models import Feedback, FeedbackInvitation, FeedbackReply
from programmes.models.feedback import LEVELS, MAX_WORDS, ROUNDS, Reason
from programmes.queries.feedback import is_public
from providers.rules import role_in

_ANSWERS = frozenset({*LEVELS, "again", "words", "name"})


def give(*, invitation: FeedbackInvitation, months: int, **answers: Any) -> Feedback:
    """Record what a commissioner says at one of the `ROUNDS`; once each, and never changed.

    answers: each of `LEVELS` 1 to 4 or None, `again`, `words`, `name`.

    Raises:
        ValidationError: by field; also where this round was answered before.
    """
    if months not in ROUNDS:
        raise ValidationError("This link does not belong to a question that we ask.")
    with act("feedback.give", by=None) as doing:
        lock(invitation)
        if invitation.answers.filter(months=months).exists():
            raise ValidationError("You have answered this already. Thank you.")
        feedback = Feedback(invitation=invitation, months=months)
        put(feedback, {"words": "", "name": "", **answers}, allowed=_ANSWERS)
        feedback.words = _tidy(feedback.words, required=False)
        if not feedback.name.strip():
            raise ValidationError({"name": "Enter your name and post."})
        feedback.given_at = now()
        feedback.save()
        doing.target, doing.to_state = feedback, feedback.state
    return feedback


def reply(*, feedback: Feedback, by: User, words: str) -> FeedbackReply:
    """The provider's word on one answer; once, and shown after a check.

    Raises:
        ValidationError: no words or too many; already replied; the answer is not public.
    """
    words = _tidy(words)
    with act("feedback.reply", by=by, target=feedback) as doing:
        lock(feedback)
        if not is_public(feedback):
            raise ValidationError("This answer is not public, so there is nothing to reply to.")
        try:
            with transaction.atomic():
                made = FeedbackReply.objects.create(
                    feedback=feedback, author=by, words=words, written_at=now()
                )
        except IntegrityError:
            raise ValidationError("A reply was written already. There can be one.") from None
        doing.detail["reply"] = made.pk
    return made


def moderate(*, feedback: Feedback, by: User, step: str, reason: str = "") -> Feedback:
    """Take a step of `MODERATION` with an answer.

    reason: one of `Reason`, needed unless it is accepted as it is.

    Raises:
        ValidationError: no reason; or `by` belongs to the provider.
        WorkflowError: the table has no such step from here.
    """
    _moderate(feedback, feedback, by, step, reason, "feedback")
    return feedback


def moderate_reply(*, reply: FeedbackReply, by: User, step: str, reason: str = "") -> FeedbackReply:
    """The same with a provider's reply, which is shown or not."""
    if step == "count":
        raise WorkflowError("A reply is shown or not.")
    _moderate(reply, reply.feedback, by, step, reason, "feedback.reply")
    return reply


# --- How ---


def _moderate(
    row: Feedback | FeedbackReply, feedback: Feedback, by: User, step: str, reason: str, what: str
) -> None:
    with act(f"{what}.{step}", by=by, target=row, reason=reason) as doing:
        lock(row)
        transition = MODERATION.find(step, row.state)
        if role_in(by, feedback.invitation.programme.provider):
            raise ValidationError("You belong to this organisation, so somebody else has to check this.")
        if step == "show":
            reason = ""
        elif reason not in Reason.values:
            raise ValidationError({"reason": "Choose a reason."})
        doing.from_state, doing.to_state = row.state, transition.target
        row.state, row.state_since = transition.target, now()
        row.reason, row.decided_by = reason, by
        row.save(update_fields=["state", "state_since", "reason", "decided_by", "updated_at"])


def _tidy(words: str, *, required: bool = True) -> str:
    words = words.replace("\x00", "").replace("\r\n", "\n").strip()
    if required and not words:
        raise ValidationError({"words": "Write your reply."})
    if len(words) > MAX_WORDS:
        raise ValidationError(
            {"words": f"Write {MAX_WORDS:,} characters or fewer; these are {len(words):,}."}
        )
    return words
