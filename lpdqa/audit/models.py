"""The trail: who did what, to what, when and why. Rows are only ever added; row-level changes are in the
event tables that triggers fill, joined through `context`."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from lpdqa.fields import append_only


class Entry(models.Model):
    """One thing a person (or, without an actor, the system) did."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    action = models.CharField(max_length=60)
    target_type = models.CharField(max_length=60, blank=True)
    target_id = models.BigIntegerField(null=True, blank=True)
    label = models.CharField(max_length=200, blank=True)
    from_state = models.CharField(max_length=30, blank=True)
    to_state = models.CharField(max_length=30, blank=True)
    reason = models.TextField(blank=True)
    detail = models.JSONField(default=dict, blank=True)
    context = models.UUIDField(null=True, blank=True, help_text="Joins the row-level events of the same act")

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["target_type", "target_id", "-id"], name="entry_target"),
            models.Index(fields=["action", "-id"], name="entry_action"),
        ]
        triggers = append_only("entry")

    def __str__(self) -> str:
        return f"{self.action} {self.label}"
