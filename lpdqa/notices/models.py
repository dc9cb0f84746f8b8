"""What the register tells people: each notice is read in the account, and goes out by mail as its reader chose."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from lpdqa.fields import in_choices, new_code


def calendar_code() -> str:
    """A code nobody guesses, for an address that needs no sign-in."""
    return new_code(32)


class Delivery(models.TextChoices):
    DUE = "due", "To be sent"
    SENT = "sent", "Sent"
    NONE = "none", "Not by mail"


class Frequency(models.TextChoices):
    EACH = "each", "Each as it happens"
    DAILY = "daily", "One mail a day"
    WEEKLY = "weekly", "One mail a week, on Monday"


class Notice(models.Model):
    """One thing one person is told."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    key = models.CharField(max_length=120, help_text="What it tells of: told once under each key")
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    path = models.CharField(max_length=300, blank=True, help_text="Page of the register it leads to")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    delivery = models.CharField(max_length=4, choices=Delivery.choices, default=Delivery.DUE)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            in_choices("delivery", Delivery, "notice_delivery"),
            models.UniqueConstraint(fields=["user", "key"], name="notice_once"),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_list"),
            models.Index(fields=["user", "id"], condition=models.Q(delivery="due"), name="notice_to_send"),
            models.Index(fields=["user"], condition=models.Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return f"Notice {self.pk}"


class NoticeChoice(models.Model):
    """How one person wants to be told, and the code of their calendar address; made when first needed."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="notice_choice"
    )
    frequency = models.CharField(max_length=6, choices=Frequency.choices, default=Frequency.EACH)
    digest_on = models.DateField(null=True, blank=True, help_text="Day of the newest digest")
    calendar_code = models.CharField(max_length=40, unique=True, default=calendar_code)

    class Meta:
        constraints = [in_choices("frequency", Frequency, "notice_frequency")]

    def __str__(self) -> str:
        return f"Choice of {self.user_id}"
