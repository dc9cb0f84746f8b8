"""Putting other words in the place of a message's shipped ones, and going back to these."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now
from reviews.messages import MESSAGES, faults_of
from reviews.models import MessageWords
from reviews.queries.message_words import NowReads

MEANWHILE = "meanwhile"
"""Code of the refusal that somebody else was quicker."""
_MEANWHILE_SAYS = (
    "Somebody else changed these words meanwhile. Read what they read now before you save again."
)


def change_message(*, name: str, by: User, subject: str, body: str, reason: str, seen: str) -> None:
    """Let a message read so from now on. Words that are the shipped ones remove the change.

    seen: digest of the words that `by` had before them, so that nobody writes over what they never saw.

    Raises:
        ValidationError: by field, for words that can't be filled in, for a missing reason, and where nothing differs
            or somebody else was quicker.
    """
    shipped = MESSAGES[name]
    subject, body = subject.strip(), _one_kind_of_line_break(body).strip()
    if faults := faults_of(shipped, subject=subject, body=body):
        raise ValidationError(faults)
    if (subject, body) == (shipped.subject, shipped.body):
        back_to_shipped(name=name, by=by, reason=reason, seen=seen)
        return
    reason = _needed(reason)
    try:
        with act("message.change", by=by, reason=reason, detail={"message": name}) as doing:
            row = _seen_row(name, seen)
            if row is None:
                row = MessageWords(name=name)
            elif (row.subject, row.body, row.written_over) == (subject, body, shipped.digest):
                raise ValidationError("These are the words already. Nothing was changed.")
            row.subject, row.body, row.written_over = subject, body, shipped.digest
            row.changed_by, row.changed_at = by, now()
            row.save()
            doing.target = row
    except IntegrityError as error:  # both wrote the first change of this message
        raise ValidationError(_MEANWHILE_SAYS, code=MEANWHILE) from error


def back_to_shipped(*, name: str, by: User, reason: str, seen: str) -> None:
    """Let a message read as shipped again; what it said in between is kept in the history.

    Raises:
        ValidationError: for a missing reason, and where it reads so already or somebody else was quicker.
    """
    reason = _needed(reason)
    with act("message.restore", by=by, reason=reason, detail={"message": name}) as doing:
        row = _seen_row(name, seen)
        if row is None:
            raise ValidationError("These are the words as shipped already. Nothing was changed.")
        doing.target = row
        # Not by the row itself, which would forget its number: the trail names it.
        MessageWords.objects.filter(pk=row.pk).delete()


def _seen_row(name: str, seen: str) -> MessageWords | None:
    """The changed words, with their row locked; ValidationError where these are not the words that were seen."""
    row = MessageWords.objects.select_for_update().filter(name=name).first()
    if seen != NowReads(name, MESSAGES[name], row).stored.digest:
        raise ValidationError(_MEANWHILE_SAYS, code=MEANWHILE)
    return row


def _needed(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": "Say why: it is kept in the trail."})
    return reason.strip()


def _one_kind_of_line_break(text: str) -> str:
    """As browsers send them, and as they are stored."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
