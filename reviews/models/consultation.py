"""What people say about a framework version while it is open for comments."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from lpdqa.fields import PublicIdModel, TimedModel, in_choices, no_truncate
from reviews.choices import Capacity
from reviews.models.framework import FrameworkVersion


@pghistory.track()
class FrameworkComment(PublicIdModel, TimedModel):
    """One comment on a version or on one of its criteria. It becomes public with its answer, and says in which
    capacity it was made, never by whom. What was said is kept as it was said."""

    framework = models.ForeignKey(FrameworkVersion, on_delete=models.PROTECT, related_name="comments")
    criterion = models.CharField("code of the criterion", max_length=10, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=14, choices=Capacity.choices)
    text = models.TextField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    is_published = models.BooleanField(default=False, help_text="With its answer; else it was set aside")

    class Meta:
        ordering = ["id"]
        constraints = [
            in_choices("capacity", Capacity, "comment_capacity"),
            models.CheckConstraint(condition=~Q(text=""), name="comment_text"),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None, is_published=False)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="comment_answered",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(answer=""), name="comment_withdrawn_before_answer"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="comment_kept_as_said",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("framework", "author", "capacity", "text"),
            ),
            pgtrigger.Protect(name="comment_kept", operation=pgtrigger.Delete),
            no_truncate("comment"),
        ]

    def __str__(self) -> str:
        return f"Comment {self.pk} on {self.framework_id}"
