"""Words of messages that administrators put in the place of those shipped."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from lpdqa.clock import now
from reviews.messages import SUBJECT_LENGTH


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class MessageWords(models.Model):
    """The changed words of one message (`reviews.messages`); without a row it reads as shipped.

    The name is no choice of a list: a later release may have no such message, and the row then says so.
    """

    name = models.SlugField(max_length=60, unique=True)
    subject = models.CharField(max_length=SUBJECT_LENGTH)
    body = models.TextField(blank=True)
    written_over = models.CharField(
        max_length=64, help_text="SHA-256 of the shipped words when these were written"
    )
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["name"]
        verbose_name = verbose_name_plural = "words of a message"
        constraints = [
            models.CheckConstraint(condition=~Q(subject=""), name="message_words_subject"),
        ]

    def __str__(self) -> str:
        return self.name
