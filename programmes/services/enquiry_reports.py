"""Enquiries that are abuse: a provider reports one, an administrator blocks it or finds nothing wrong."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db.models import Q

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now
from lpdqa.rows import lock
from programmes.enquiry_states import ENQUIRY
from programmes.models import Enquiry, EnquiryRecipient, EnquiryReport
from programmes.models.enquiry import MAX_REPORT, Abuse, ReportDecision
from providers.rules import role_in

# After a block its sender can't send other enquiries for so long.
BLOCKED_FOR = dt.timedelta(days=90)


def report(*, recipient: EnquiryRecipient, by: User, reason: str, words: str = "") -> EnquiryReport:
    """The team says that an enquiry is abuse. The sender isn't told; administrators may now read this one.

    Raises:
        ValidationError: by field; reported before; too many words.
    """
    words = words.replace("\x00", "").strip()
    with act("enquiry.report", by=by, target=recipient, reason=reason) as doing:
        lock(recipient)
        if reason not in Abuse.values:
            raise ValidationError({"reason": "Choose what is wrong with it."})
        if reason == Abuse.OTHER and not words:
            raise ValidationError({"words": "Say what is wrong with it."})
        if len(words) > MAX_REPORT:
            raise ValidationError({"words": f"Write {MAX_REPORT:,} characters or fewer."})
        if EnquiryReport.objects.filter(recipient=recipient).exists():
            raise ValidationError("This enquiry has been reported already.")
        made = EnquiryReport.objects.create(recipient=recipient, reason=reason, words=words, reported_by=by)
        doing.detail["report"] = made.pk
    return made


def block(*, report: EnquiryReport, by: User) -> None:
    """Stop the enquiry at every provider: nothing more is sent of it, nobody can write in it.

    Raises:
        ValidationError: decided before; or `by` belongs to the provider that reported it, or sent it.
    """
    enquiry = report.recipient.enquiry
    with act("enquiry.block", by=by, target=enquiry, reason=report.reason) as doing:
        _decide(report, by, ReportDecision.BLOCKED)
        lock(enquiry)
        enquiry.blocked_at = now()
        enquiry.save()
        stopped = []
        for recipient in enquiry.recipients.select_for_update(no_key=True).order_by("pk"):
            if any(step.name == "block" for step in ENQUIRY.available(recipient.state)):
                recipient.state = ENQUIRY.find("block", recipient.state).target
                recipient.state_since = now()
                recipient.save(update_fields=["state", "state_since", "updated_at"])
                stopped.append(recipient.pk)
        doing.to_state = "blocked"
        doing.detail["recipients"] = stopped


def keep(*, report: EnquiryReport, by: User) -> None:
    """Nothing is wrong with the enquiry. Errors as `block`."""
    with act("enquiry.report_dismissed", by=by, target=report.recipient, reason=report.reason):
        _decide(report, by, ReportDecision.KEPT)


def check_not_blocked(sender: User | None, email: str) -> None:
    """Refuse (`ValidationError`) who had an enquiry blocked within `BLOCKED_FOR`."""
    mine = Q(sender=sender) if sender else Q(email=email)
    if Enquiry.objects.filter(mine, blocked_at__gt=now() - BLOCKED_FOR).exists():
        raise ValidationError(
            "An enquiry of yours was blocked, so you can’t send others at present. If you think that is a mistake, "
            "write to those who run the register; the address is on the page about privacy."
        )


def _decide(report: EnquiryReport, by: User, decision: ReportDecision) -> None:
    lock(report)
    if report.decision:
        raise ValidationError("This report has been decided already.")
    recipient = report.recipient
    if role_in(by, recipient.provider) or recipient.enquiry.sender_id == by.pk:
        raise ValidationError("You take part in this enquiry, so somebody else has to decide.")
    report.decision, report.decided_by, report.decided_at = decision, by, now()
    report.save()
