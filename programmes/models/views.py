"""How often public pages are opened: counts a month, without a trace of who looked."""

from __future__ import annotations

from django.db import models


class EntryViews(models.Model):
    """How often one public page was opened in one month, by nobody in particular."""

    kind = models.CharField(max_length=10)
    slug = models.CharField(max_length=140)
    month = models.DateField()
    views = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "slug", "month"], name="entry_views_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.slug} {self.month:%Y-%m}: {self.views}"
