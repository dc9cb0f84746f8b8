"""What published ratings would be under a draft framework version: worked out on a date, from one state of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from lpdqa.fields import PublicIdModel, TimedModel, in_choices
from reviews.choices import JobState
from reviews.models.framework import FrameworkVersion


class Simulation(PublicIdModel, TimedModel):
    """One run. `document` and `crosswalk` are those of the draft when it was asked for, so that the result can always
    be told apart from what the draft says now. Derived: it changes nothing, and has no trail of its own rows."""

    framework = models.ForeignKey(FrameworkVersion, on_delete=models.CASCADE, related_name="simulations")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    document = models.JSONField()
    content_hash = models.CharField(max_length=64)
    crosswalk = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    results = models.JSONField(null=True, blank=True)
    failure = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            in_choices("state", JobState, "simulation_state"),
            models.CheckConstraint(
                condition=~Q(state=JobState.DONE) | Q(results__isnull=False, finished_at__isnull=False),
                name="simulation_done",
            ),
        ]

    def __str__(self) -> str:
        return f"Simulation {self.pk} of {self.framework_id}"

    def is_stale(self, framework: FrameworkVersion) -> bool:
        """Has the draft changed since?"""
        return (self.content_hash, self.crosswalk) != (framework.content_hash, framework.crosswalk)
