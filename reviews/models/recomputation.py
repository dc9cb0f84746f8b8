"""A recomputation of many ratings, split into chunks that any number of workers share."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from lpdqa.fields import PublicIdModel, in_choices
from reviews.choices import RecomputationState
from reviews.models.framework import FrameworkVersion


class Recomputation(PublicIdModel):
    """One run over the ratings in force, all of them or those under one framework version."""

    framework = models.ForeignKey(
        FrameworkVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="Empty: every version",
    )  # fmt: skip
    reason = models.CharField(max_length=60)
    state = models.CharField(
        max_length=10, choices=RecomputationState.choices, default=RecomputationState.RUNNING
    )
    total = models.PositiveIntegerField(help_text="Submissions in it when it was started")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            in_choices("state", RecomputationState, "recomputation_state"),
            models.CheckConstraint(
                condition=Q(state=RecomputationState.RUNNING, ended_at=None)
                | (~Q(state=RecomputationState.RUNNING) & Q(ended_at__isnull=False)),
                name="recomputation_ended",
            ),
            # A second one would do the same work again.
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state=RecomputationState.RUNNING),
                name="recomputation_one_running",
            ),
        ]

    def __str__(self) -> str:
        return f"Recomputation {self.pk}"


class RecomputationChunk(models.Model):
    """The submissions from `first_id` to `last_id`; done in one transaction, so a killed worker leaves it as it
    was. Derived work, without a trail of its own."""

    run = models.ForeignKey(Recomputation, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    size = models.PositiveIntegerField(help_text="Submissions in it when the run was started")
    done_at = models.DateTimeField(null=True, blank=True)
    added = models.PositiveIntegerField(default=0, help_text="Ratings that were added")
    unrated = models.PositiveIntegerField(default=0, help_text="Submissions that can't be rated")
    left = models.PositiveIntegerField(
        default=0, help_text="Submissions somebody was working on, left to the usual job"
    )
    attempts = models.PositiveSmallIntegerField(
        default=0, help_text="Times it was begun: counted before the work, so that a killed worker counts too"
    )
    begun_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["run", "number"]
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="chunk_once")]
        indexes = [models.Index(fields=["run"], condition=Q(done_at=None), name="chunk_to_do")]

    def __str__(self) -> str:
        return f"Chunk {self.number} of {self.run_id}"
