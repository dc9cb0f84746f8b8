"""Enquiries: one message of somebody who is choosing to several providers, relayed by the register.

Personal letters: no history of their texts is kept, and they are deleted after a time (see the page about
privacy). Who did which step is in the trail, without texts or addresses.
"""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.db import models
from django.db.models import Q

from lpdqa.clock import now
from lpdqa.fields import PublicIdModel, TimedModel, in_choices, new_code
from programmes.enquiry_states import ENQUIRY
from providers.models import Provider

MAX_MESSAGE = 3000
MAX_REPORT = 1000


class Abuse(models.TextChoices):
    """What is wrong with an enquiry that a provider reports."""

    ABUSIVE = "abusive", "It insults or threatens somebody"
    SELLING = "selling", "It sells or advertises something"
    FALSE = "false", "It does not come from a school or trust"
    PERSONAL = "personal", "It tells personal things about pupils or colleagues"
    OTHER = "other", "Something else"


class ReportDecision(models.TextChoices):
    BLOCKED = "blocked", "Enquiry blocked"
    KEPT = "kept", "Nothing wrong found"


class Enquiry(TimedModel):
    """What somebody wants to know. Without an account the sender is known by a confirmed address, which only the
    register ever sees, and reads answers under `code`."""

    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="enquiries"
    )
    sender_name = models.CharField(max_length=120)
    organisation = models.CharField(max_length=200)
    email = models.EmailField(blank=True, help_text="Only of a sender without an account")
    message = models.TextField(max_length=MAX_MESSAGE)
    code = models.CharField(max_length=32, unique=True, default=partial(new_code, 24), editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    blocked_at = models.DateTimeField(null=True, blank=True, help_text="When an administrator stopped it")

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "enquiries"
        constraints = [
            models.CheckConstraint(
                condition=Q(sender__isnull=False, email="") | (Q(sender=None) & ~Q(email="")),
                name="enquiry_one_address",
            ),
        ]
        indexes = [models.Index(fields=["email", "created_at"], name="enquiry_email")]

    def __str__(self) -> str:
        return f"Enquiry {self.pk}"


class EnquiryRecipient(PublicIdModel, TimedModel):
    """An enquiry at one provider."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="recipients")
    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="enquiries")
    about = models.CharField(max_length=400, blank=True, help_text="Titles of what it is about")
    state = models.CharField(max_length=12, choices=ENQUIRY.choices, default=ENQUIRY.initial)
    state_since = models.DateTimeField(default=now)
    told_at = models.DateTimeField(
        null=True, blank=True, help_text="When the team was told by mail; empty while that is due"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["enquiry", "provider"], name="enquiry_provider_once"),
        ]
        indexes = [
            models.Index(fields=["provider", "-id"], name="enquiry_of_provider"),
            models.Index(fields=["id"], condition=Q(told_at=None, state="sent"), name="enquiry_untold"),
        ]
        triggers = ENQUIRY.triggers()

    def __str__(self) -> str:
        return f"Enquiry {self.enquiry_id} at provider {self.provider_id}"


class EnquiryReport(PublicIdModel, TimedModel):
    """A provider's report that an enquiry is abuse. It lets administrators read that one enquiry."""

    recipient = models.OneToOneField(EnquiryRecipient, on_delete=models.CASCADE, related_name="report")
    reason = models.CharField(max_length=8, choices=Abuse.choices)
    words = models.TextField("what is wrong with it", max_length=MAX_REPORT, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decision = models.CharField(max_length=7, choices=ReportDecision.choices, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            in_choices("reason", Abuse, "report_reason"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None)
                | Q(decision__in=ReportDecision.values, decided_at__isnull=False),
                name="report_decided",
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(decision=""), name="report_waiting")]

    def __str__(self) -> str:
        return f"Report of enquiry recipient {self.recipient_id}"


class EnquiryMessage(models.Model):
    """A letter in the exchange that follows, from either side."""

    recipient = models.ForeignKey(EnquiryRecipient, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    from_provider = models.BooleanField()
    text = models.TextField(max_length=MAX_MESSAGE)
    sent_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"Message {self.pk}"
