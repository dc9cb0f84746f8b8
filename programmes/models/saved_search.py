"""Saved searches: the address of a search, and whether to be told of what is new."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from lpdqa.clock import now, today
from lpdqa.fields import PublicIdModel, TimedModel, in_choices


class Frequency(models.TextChoices):
    DAILY = "daily", "Every day on which there is something new"
    WEEKLY = "weekly", "Once a week, if there is something new"
    NEVER = "never", "Not at all"


class SavedSearch(PublicIdModel, TimedModel):
    """A person's search. A private working list like a shortlist: no trail, no history."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches"
    )
    name = models.CharField(max_length=120)
    params = models.TextField(max_length=2000, blank=True, help_text="The query string of the search")
    frequency = models.CharField(max_length=6, choices=Frequency.choices, default=Frequency.WEEKLY)
    told_until = models.DateTimeField(default=now, help_text="Changes up to then have been told of")
    checked_on = models.DateField(default=today)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "saved searches"
        constraints = [in_choices("frequency", Frequency, "saved_search_frequency")]
        indexes = [models.Index(fields=["frequency", "checked_on"], name="saved_search_due")]

    def __str__(self) -> str:
        return f"Saved search {self.pk}"
