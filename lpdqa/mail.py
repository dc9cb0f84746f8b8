"""Letters the register sends: every mail but those of sign-in (whose links are secrets) leaves through `post`.

Whoever a letter goes to finds it again in their account, if they have one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.dispatch import Signal
from django.template.loader import render_to_string

letter_written = Signal()
"""Sent with `to`, `subject` and `body` inside the transaction; the account's notices keep what is theirs."""

log = structlog.get_logger("lpdqa.mail")


def absolute(path: str) -> str:
    """The full address of a page, for a letter."""
    return f"{settings.REGISTER_URL}{path}"


def post(
    *, to: str, subject: str, body: str, headers: Mapping[str, str] | None = None, is_notice: bool = False
) -> None:
    """Send one letter to one address now; whoever calls it marks first what it tells of as told.

    is_notice: it is in the account already, as the notice it repeats.

    Raises:
        OSError: the mail server doesn't answer or refuses (smtplib's errors are OSErrors too).
    """
    _letter(to, subject, body, headers, is_notice=is_notice).send()


def send_after_commit(*, to: str, subject: str, template: str, context: dict[str, Any]) -> None:
    """Send `template` (text) to one address when the transaction commits, or not at all if it doesn't.

    A mail server that doesn't answer is logged and does not undo or hide what was done.
    """
    letter = _letter(to, subject, render_to_string(template, context))

    def send() -> None:
        try:
            letter.send()
        except OSError:
            log.exception("mail_not_sent", template=template)

    transaction.on_commit(send)


def _letter(
    to: str, subject: str, body: str, headers: Mapping[str, str] | None = None, *, is_notice: bool = False
) -> EmailMessage:
    """A letter to be sent, kept in the account of whom it goes to (as `is_notice` it is there already)."""
    subject = " ".join(subject.split())
    if not is_notice:
        letter_written.send(sender=None, to=to, subject=subject, body=body)
    # To one address each: nobody reads another one's.
    return EmailMessage(subject, body, None, [to], headers=dict(headers or {}))
