"""Complaints: of a provider about how its review was handled, of anybody with an account about what was reviewed."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from lpdqa.fields import PublicIdModel, TimedModel, in_choices
from reviews.choices import ComplaintKind, ComplaintState
from reviews.models.decision import Finding
from reviews.models.submission import Submission


@pghistory.track()
class Complaint(PublicIdModel, TimedModel):
    """One complaint and its answer, which somebody without a part in the matter gives; an answer stands."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="complaints")
    kind = models.CharField(max_length=9, choices=ComplaintKind.choices)
    text = models.TextField()
    lodged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ComplaintState.choices, default=ComplaintState.OPEN)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    finding = models.OneToOneField(
        Finding, null=True, blank=True, on_delete=models.PROTECT, related_name="complaint"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            in_choices("kind", ComplaintKind, "complaint_kind"),
            models.CheckConstraint(
                condition=Q(state=ComplaintState.OPEN, answer="", answered_by=None, answered_at=None)
                | (
                    Q(state__in=[ComplaintState.UPHELD, ComplaintState.NOT_UPHELD])
                    & Q(answered_by__isnull=False, answered_at__isnull=False)
                    & ~Q(answer="")
                ),
                name="complaint_answered",
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("lodged_by")), name="complaint_two_people"
            ),
            models.UniqueConstraint(
                fields=["submission", "lodged_by", "kind"],
                condition=Q(state=ComplaintState.OPEN),
                name="complaint_one_open",
            ),
        ]
        indexes = [models.Index(fields=["state", "id"], name="complaint_queue")]
        triggers = [
            pgtrigger.Protect(
                name="complaint_answer_stands",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=~pgtrigger.Q(old__state=ComplaintState.OPEN),
            ),
        ]

    def __str__(self) -> str:
        return f"Complaint {self.pk}"
