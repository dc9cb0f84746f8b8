"""Needs briefs: what a school looks for, in the six aspects of commissioning."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from lpdqa.fields import PublicIdModel, TimedModel


class NeedsBrief(PublicIdModel, TimedModel):
    """Answers of the form (`programmes.forms.needs`). Without an owner it belongs to the browser session that holds
    its key. A private working paper: no trail, no history."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="needs_briefs"
    )
    title = models.CharField(max_length=120)
    answers = models.JSONField(default=dict)

    class Meta:
        ordering = ["-updated_at", "-id"]

    def __str__(self) -> str:
        return f"Needs brief {self.pk}"
