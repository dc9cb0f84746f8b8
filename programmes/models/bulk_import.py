"""A file of programmes, cohorts or specialist leaders that a provider's team brings in at once."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from lpdqa.fields import PublicIdModel, TimedModel, in_choices
from providers.models import Provider


class ImportKind(models.TextChoices):
    PROGRAMMES = "programmes", "Programmes"
    COHORTS = "cohorts", "Dates (cohorts)"
    LEADERS = "leaders", "Specialist leaders"


class ImportState(models.TextChoices):
    REFUSED = "refused", "Has errors"
    CHECKED = "checked", "Checked, not applied"
    RUNNING = "running", "Being applied"
    APPLIED = "applied", "Applied"
    FAILED = "failed", "Not applied"


class BulkImport(PublicIdModel, TimedModel):
    """One file, checked as a whole and applied as a whole; rows as they were read, never applied in part."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="imports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=ImportKind.choices)
    state = models.CharField(max_length=8, choices=ImportState.choices)
    file_name = models.CharField(max_length=160)
    rows = models.JSONField(default=list, help_text="(number of the row in the file, its cells by column)")
    problems = models.JSONField(default=list, help_text="Row, column, and what is wrong")
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            in_choices("kind", ImportKind, "import_kind"),
            in_choices("state", ImportState, "import_state"),
        ]

    def __str__(self) -> str:
        return f"Import {self.pk}"
