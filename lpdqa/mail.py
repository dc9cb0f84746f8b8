"""Letters the register sends: plain text from a template, once the change they tell of is certain."""

from __future__ import annotations

from typing import Any

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.dispatch import Signal
from django.template.loader import render_to_string

letter_written = Signal()
"""Sent with `to`, `subject` and `body` inside the transaction; the account's notices keep what is theirs."""

log = structlog.get_logger("lpdqa.mail")


def absolute(path: str) -> str:
    """The full address of a page, for a letter."""
    return f"{settings.REGISTER_URL}{path}"


def send_after_commit(*, to: str, subject: str, template: str, context: dict[str, Any]) -> None:
    """Send `template` (text) to one address when the transaction commits, or not at all if it doesn't.

    Where the address is that of an account, the mail can also be read there.

    A mail server that doesn't answer is logged and does not undo or hide what was done.
    """
    body = render_to_string(template, context)
    letter_written.send(sender=None, to=to, subject=subject, body=body)

    def send() -> None:
        try:
            send_mail(subject, body, None, [to])
        except OSError:  # smtplib's errors are OSErrors too
            log.exception("mail_not_sent", template=template)

    transaction.on_commit(send)
