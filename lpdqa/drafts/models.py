"""What people have typed and not saved yet, and how long describing something takes them."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class WorkingCopy(models.Model):
    """One person's unsaved answers to one form, as typed, right or wrong.

    Kept apart from the row the form is about: what is half written must not become public, and a value that
    the row could not hold must not be lost. It goes when the form is saved, thrown away, or after a month.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="working_copies"
    )
    address = models.CharField(max_length=300, help_text="Path of the form")
    about = models.CharField(max_length=60, help_text="What the form is about, such as programme:12")
    data = models.JSONField(default=dict, help_text="Every name sent, with its values")
    opened = models.JSONField(default=dict, help_text="Fingerprints of the row when the form was opened")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "address"], name="working_copy_once")]
        indexes = [
            models.Index(fields=["address", "saved_at"], name="working_copy_address"),
            models.Index(fields=["saved_at"], name="working_copy_age"),
        ]

    def __str__(self) -> str:
        return f"Working copy {self.pk}"


class TimeSpent(models.Model):
    """How long one person has worked on the forms about one thing, in seconds between one step and the next.

    A pause longer than `lpdqa.drafts.services.PAUSE` is not work.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    about = models.CharField(max_length=60)
    seconds = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["about", "user"], name="time_spent_once")]

    def __str__(self) -> str:
        return f"{self.about}: {self.seconds} s"
