"""Ratings: dated, immutable results with all their inputs. Rows are only ever added."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lpdqa.fields import PublicIdModel, append_only, in_choices
from programmes.choices import Band, Confidence
from reviews.choices import SubjectKind
from reviews.models.decision import Decision
from reviews.models.framework import FrameworkVersion
from reviews.models.submission import Submission


class Rating(PublicIdModel):
    """One result for one submission. The current one of a submission is the newest (highest id)."""

    # Found by `rating_current`, which begins with it.
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="ratings", db_index=False
    )
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="ratings")
    subject_kind = models.CharField(max_length=10, choices=SubjectKind.choices)
    framework = models.ForeignKey(FrameworkVersion, on_delete=models.PROTECT, related_name="ratings")
    algorithm_version = models.CharField(max_length=20)
    inputs = models.JSONField()
    inputs_hash = models.CharField(max_length=64)
    results = models.JSONField()
    band = models.CharField(
        max_length=16,
        choices=Band.choices,
        blank=True,
        help_text="Empty under an alert, which takes its place",
    )
    provisional = models.BooleanField(default=False)
    overall = models.DecimalField(max_digits=5, decimal_places=4)
    confidence = models.CharField(max_length=8, choices=Confidence.choices)
    confidence_value = models.DecimalField(max_digits=5, decimal_places=4)
    reason = models.CharField(max_length=60)
    decided_on = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    computed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(band__in=["", *Band.values]), name="rating_band"),
            in_choices("confidence", Confidence, "rating_confidence"),
            models.CheckConstraint(condition=Q(overall__range=(1, 4)), name="rating_overall"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=models.F("decided_on")), name="rating_dates"
            ),
        ]
        indexes = [models.Index(fields=["submission", "-id"], name="rating_current")]
        triggers = append_only("rating")

    def __str__(self) -> str:
        return f"Rating {self.pk} of submission {self.submission_id}"


class StaleSubject(models.Model):
    """A submission whose rating may be out of date: marked in the transaction that changed something, taken away
    by the job that worked the rating out again. One row a submission; derived, so without a trail.

    `attempts` and `begun_at` say how often and when a job began on it, `error` what came of the last attempt that
    failed; a new mark starts at 0 and without one.
    """

    submission = models.OneToOneField(Submission, on_delete=models.CASCADE, related_name="stale")
    reason = models.CharField(max_length=60)
    since = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    begun_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True, db_default="")

    class Meta:
        ordering = ["since"]

    def __str__(self) -> str:
        return f"{self.submission_id} stale since {self.since}"
