"""Framework versions: criteria, descriptors, weights and the rating scheme. Fixed once published, also for SQL."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from lpdqa.fields import TimedModel, no_truncate, subset_of
from reviews.choices import SubjectKind
from reviews.workflows import FRAMEWORK

# Refuses a change to a heading or criterion whose framework version is out of its drafting states: of the version it
# belongs to and of the one it would be moved to.
_FIXED_WITH_PARENT = """
    IF EXISTS (
        SELECT FROM reviews_frameworkversion
        WHERE id IN (OLD.framework_id, NEW.framework_id) AND state IN ('published', 'retired')
    ) THEN
        RAISE EXCEPTION 'pgtrigger: a published framework version can''t change (table %)', TG_TABLE_NAME;
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


def _fixed_with_parent(name: str) -> list[pgtrigger.Trigger]:
    return [
        pgtrigger.Trigger(
            name=f"{name}_fixed",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
            func=_FIXED_WITH_PARENT,
        ),
        no_truncate(name),
    ]


@pghistory.track(exclude=["document"])
class FrameworkVersion(TimedModel):
    """One version of a framework. `document` is the whole of it in the shape of the shipped JSON file, and
    `content_hash` the SHA-256 of its canonical form; headings and criteria are the same in rows, to refer to. A draft
    may be incomplete: it has rows only while its document is sound."""

    code = models.SlugField(max_length=20)
    version = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    purpose = models.CharField(max_length=20, blank=True)
    context = models.TextField(blank=True)
    scale = models.JSONField(default=dict)
    scheme = models.JSONField(default=dict)
    document = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64)
    based_on = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="successors"
    )
    crosswalk = models.JSONField(
        default=dict,
        blank=True,
        help_text="Codes of criteria to the codes of `based_on` they come from, where these differ",
    )
    state = models.CharField(max_length=12, choices=FRAMEWORK.choices, default=FRAMEWORK.initial)
    published_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    consultation_closes_on = models.DateField("last day for comments", null=True, blank=True)
    publish_on = models.DateField("to be published on", null=True, blank=True)

    class Meta:
        ordering = ["code", "-published_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="framework_version_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "retired"]) | Q(published_at__isnull=False),
                name="framework_published_at",
            ),
        ]
        triggers = [
            *FRAMEWORK.triggers(),
            pgtrigger.Trigger(
                name="framework_fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "code",
                    "version",
                    "title",
                    "purpose",
                    "context",
                    "scale",
                    "scheme",
                    "document",
                    "content_hash",
                    "crosswalk",
                    "published_at",
                ),
                func="""
                    IF OLD.state IN ('published', 'retired') THEN
                        RAISE EXCEPTION 'pgtrigger: a published framework version can''t change';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(
                name="framework_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__state__in=["published", "retired"]),
            ),
            no_truncate("framework"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class Heading(models.Model):
    framework = models.ForeignKey(FrameworkVersion, on_delete=models.CASCADE, related_name="headings")
    order = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=20)
    title = models.CharField(max_length=80)
    question = models.TextField()

    class Meta:
        ordering = ["framework", "order"]
        constraints = [models.UniqueConstraint(fields=["framework", "code"], name="heading_code")]
        triggers = _fixed_with_parent("heading")

    def __str__(self) -> str:
        return self.title


class Criterion(models.Model):
    framework = models.ForeignKey(FrameworkVersion, on_delete=models.CASCADE, related_name="criteria")
    heading = models.ForeignKey(Heading, on_delete=models.CASCADE, related_name="criteria")
    order = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=10)
    title = models.CharField(max_length=120)
    question = models.TextField()
    evidence_expected = models.TextField(blank=True)
    applies_to = ArrayField(models.CharField(max_length=12, choices=SubjectKind.choices))
    essential_for = ArrayField(
        models.CharField(max_length=12, choices=SubjectKind.choices), default=list, blank=True
    )
    weight = models.DecimalField(max_digits=5, decimal_places=2)
    descriptors = models.JSONField(default=dict)

    class Meta:
        ordering = ["framework", "order"]
        verbose_name_plural = "criteria"
        constraints = [
            models.UniqueConstraint(fields=["framework", "code"], name="criterion_code"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="criterion_weight"),
            subset_of("applies_to", SubjectKind, "criterion_applies_to"),
            models.CheckConstraint(
                condition=Q(essential_for__contained_by=models.F("applies_to")), name="criterion_essential"
            ),
        ]
        triggers = _fixed_with_parent("criterion")

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
