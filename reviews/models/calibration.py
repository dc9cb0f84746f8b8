"""Calibration: marked examples that assessors score blind before they are released for a framework version."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from lpdqa.fields import PublicIdModel, TimedModel, no_truncate
from reviews.models.framework import Criterion, FrameworkVersion


@pghistory.track()
class CalibrationExample(PublicIdModel, TimedModel):
    """A fictional piece of evidence on one criterion, with the score a panel agreed on and why.

    Once somebody has scored it, it stays as it is: it is taken out of use, and another one made.
    """

    framework = models.ForeignKey(
        FrameworkVersion, on_delete=models.PROTECT, related_name="calibration_examples"
    )
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    evidence = models.TextField()
    agreed = models.PositiveSmallIntegerField("agreed score")
    explanation = models.TextField()
    in_use = models.BooleanField(default=True)
    is_example = models.BooleanField(default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["criterion__order", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(agreed__range=(1, 4)), name="calibration_agreed"),
            models.CheckConstraint(
                condition=~Q(evidence="") & ~Q(explanation=""), name="calibration_example_whole"
            ),
        ]

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class CalibrationAttempt(PublicIdModel, TimedModel):
    """One go of one assessor at the examples of a framework version.

    exact, adjacent  shares from 0 to 1: at the agreed score, and within one of it; set when the last is scored
    released_to      the last day on which they are released by it; empty if they are not
    """

    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calibration_attempts"
    )
    framework = models.ForeignKey(FrameworkVersion, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    exact = models.FloatField(null=True, blank=True)
    adjacent = models.FloatField(null=True, blank=True)
    released_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessor", "framework"], condition=Q(finished_at=None), name="calibration_one_open"
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None, exact=None, adjacent=None, released_to=None)
                | Q(finished_at__isnull=False, exact__isnull=False, adjacent__isnull=False),
                name="calibration_finished",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="calibration_done",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__finished_at__isnull=False),
            ),
            no_truncate("calibration_attempt"),
        ]

    def __str__(self) -> str:
        return f"Calibration {self.pk}"


@pghistory.track()
class CalibrationAnswer(models.Model):
    """One example of an attempt, in the order drawn; once scored it can't change, and the agreed score is shown."""

    attempt = models.ForeignKey(CalibrationAttempt, on_delete=models.PROTECT, related_name="answers")
    example = models.ForeignKey(CalibrationExample, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    value = models.PositiveSmallIntegerField(null=True, blank=True)
    rationale = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "example"], name="calibration_answer_once"),
            models.UniqueConstraint(fields=["attempt", "position"], name="calibration_position_once"),
            models.CheckConstraint(
                condition=Q(value=None, answered_at=None)
                | Q(value__range=(1, 4), answered_at__isnull=False) & ~Q(rationale=""),
                name="calibration_answer_whole",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="calibration_answered",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__answered_at__isnull=False),
            ),
            no_truncate("calibration_answer"),
        ]

    def __str__(self) -> str:
        return f"Answer {self.pk}"
