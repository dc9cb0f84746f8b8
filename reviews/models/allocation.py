"""Runs of the allocation: what was proposed for each waiting submission, why, what could not be filled, and what came
of it. Derived work: the invitations that follow are assessments with a trail of their own."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from lpdqa.fields import PublicIdModel, TimedModel, in_choices
from reviews.choices import AllocationCause, AllocationState
from reviews.models.submission import Submission


class AllocationRun(PublicIdModel, TimedModel):
    """One run over the submissions that waited when it was made.

    limit    files a pair may have together in the look-back
    groups   lists of assessors (primary keys) whose scores could not be compared with the others' after it
    seconds  that reading and solving took
    """

    state = models.CharField(max_length=10, choices=AllocationState.choices, default=AllocationState.WAITING)
    cause = models.CharField(max_length=10, choices=AllocationCause.choices, default=AllocationCause.ASKED)
    only = models.ForeignKey(
        Submission, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="Empty: every submission that waits",
    )  # fmt: skip
    seed = models.PositiveIntegerField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    assessors = models.PositiveIntegerField(default=0, help_text="Assessors there were")
    limit = models.PositiveIntegerField(default=0)
    groups = models.JSONField(default=list, blank=True)
    seconds = models.FloatField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            in_choices("state", AllocationState, "allocation_state"),
            in_choices("cause", AllocationCause, "allocation_cause"),
        ]

    def __str__(self) -> str:
        return f"Allocation {self.pk}"


class AllocationFile(models.Model):
    """A submission in a run. Either it has its seats, or `gap_reason` says why not.

    gap      numbers that say more: who may, who of them has room, and what stands against the others
    refusal  what was in the way when it was confirmed; the rest of the run goes on
    """

    run = models.ForeignKey(AllocationRun, on_delete=models.CASCADE, related_name="files")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+")
    need = models.PositiveSmallIntegerField()
    gap_reason = models.CharField(max_length=10, blank=True)
    gap = models.JSONField(default=dict, blank=True)
    left_out = models.BooleanField(default=False, help_text="Not to be invited")
    invited_at = models.DateTimeField(null=True, blank=True)
    refusal = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "submission"], name="allocation_file_once"),
            models.CheckConstraint(condition=Q(need__range=(1, 2)), name="allocation_need"),
        ]

    def __str__(self) -> str:
        return f"Allocation file {self.pk}"


class AllocationSeat(models.Model):
    """An assessor proposed for a submission. `why`: what speaks for them, as `reviews.allocation.Seat` gives it."""

    file = models.ForeignKey(AllocationFile, on_delete=models.CASCADE, related_name="seats")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    why = models.JSONField(default=dict, blank=True)
    by_hand = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["file", "assessor"], name="allocation_seat_once")]

    def __str__(self) -> str:
        return f"Allocation seat {self.pk}"
