"""The yearly question whether a specialist leader still takes deployments."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from lpdqa.fields import PublicIdModel, TimedModel
from providers.choices import Availability
from providers.models.leaders import SpecialistLeader


@pghistory.track()
class LeaderCheck(PublicIdModel, TimedModel):
    """Asked of the designating provider once a year. An answer, or none in time, is told in public beside the entry and
    touches nothing else: not the designation, not the rating, not the listing.
    """

    leader = models.ForeignKey(SpecialistLeader, on_delete=models.CASCADE, related_name="checks")
    opened_on = models.DateField()
    due_on = models.DateField()
    answer = models.CharField(max_length=8, choices=Availability.choices, blank=True)
    note = models.CharField("what schools should know", max_length=300, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-opened_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["leader"], condition=Q(answered_on=None), name="leader_check_one_open"
            ),
            models.CheckConstraint(condition=Q(due_on__gt=F("opened_on")), name="leader_check_dates"),
            models.CheckConstraint(
                condition=Q(answer="", answered_on=None, answered_by=None)
                | Q(answer__in=Availability.values, answered_on__isnull=False, answered_by__isnull=False),
                name="leader_check_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"Check of {self.leader} on {self.opened_on}"
