"""Files drawn by chance to be read again by somebody without a part in them."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from lpdqa.fields import PublicIdModel, TimedModel
from reviews.choices import ModerationOutcome
from reviews.models.statistics import LOOKED_AT_BY_OTHERS
from reviews.models.submission import Submission


@pghistory.track()
class BackReading(PublicIdModel, TimedModel):
    """A settled file went into the draw once: with which seed, and whether it was drawn. So anybody can draw again."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="back_reading")
    seed = models.CharField(max_length=32)
    drawn = models.BooleanField()
    looked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    looked_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=ModerationOutcome.choices, blank=True)
    found = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(looked_by=None, looked_at=None, outcome="", found="")
                | (
                    Q(drawn=True, looked_by__isnull=False, looked_at__isnull=False)
                    & Q(outcome__in=ModerationOutcome.values)
                    & ~Q(found="")
                ),
                name="back_reading_looked_at",
            ),
        ]
        indexes = [
            models.Index(fields=["drawn", "looked_at", "id"], name="back_reading_queue"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="back_reading_fixed",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__looked_at__isnull=False),
            ),
            pgtrigger.Protect(
                name="back_reading_draw_fixed",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("submission", "seed", "drawn"),
            ),
            pgtrigger.Trigger(
                name="back_reading_by_others",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=LOOKED_AT_BY_OTHERS,
            ),
        ]

    def __str__(self) -> str:
        return f"Back-reading of submission {self.submission_id}"
