"""Schools that a programme has worked in: what “fits my school” is worked out from."""

from __future__ import annotations

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from lpdqa.fields import PublicIdModel, TimedModel
from programmes.models.catalogue import CatalogueEntry
from programmes.models.programme import Programme
from providers.choices import ImprovementStage, Phase, SchoolType, Setting
from providers.models import Provider, School, SchoolFacts
from providers.models.school_facts import facts_constraints

EARLIEST = 1990


@pghistory.track()
class ProgrammeContext(PublicIdModel, TimedModel, SchoolFacts):
    """A school that took part, with what it was like then. Changes without a review, like prices and cohorts.

    The school is named to the public only where it agreed; its facts are shown rounded either way.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="contexts")
    school = models.ForeignKey(School, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    may_be_named = models.BooleanField("the school agreed to be named", default=False)
    year = models.PositiveSmallIntegerField(
        "year", validators=[MinValueValidator(EARLIEST), MaxValueValidator(2100)]
    )
    note = models.CharField("what was done there", max_length=200, blank=True)

    class Meta:
        ordering = ["-year", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "school"], condition=Q(school__isnull=False), name="context_school_once"
            ),
            models.CheckConstraint(condition=Q(year__range=(EARLIEST, 2100)), name="context_year"),
            models.CheckConstraint(
                condition=Q(may_be_named=False) | Q(school__isnull=False), name="context_named_school"
            ),
            *facts_constraints("context"),
        ]

    def __str__(self) -> str:
        return f"Context {self.pk}"


class EntryContext(models.Model):
    """One school that a programme or specialist leader has worked in, as the public may know it.

    Derived with the entry it belongs to. Numbers are rounded and the point is the middle of a postcode's first
    half, so that a school that has not been asked can't be told by its facts.
    """

    entry = models.ForeignKey(CatalogueEntry, on_delete=models.CASCADE, related_name="contexts")
    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="+")
    school_name = models.CharField(max_length=200, blank=True, help_text="Only of a school that agreed")
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    phase = models.CharField(max_length=20, choices=Phase.choices, blank=True)
    school_type = models.CharField(max_length=12, choices=SchoolType.choices, blank=True)
    pupils = models.PositiveIntegerField(null=True, blank=True)
    disadvantage_percent = models.FloatField(null=True, blank=True)
    send_percent = models.FloatField(null=True, blank=True)
    eal_percent = models.FloatField(null=True, blank=True)
    setting = models.CharField(max_length=5, choices=Setting.choices, blank=True)
    improvement_stage = models.CharField(max_length=10, choices=ImprovementStage.choices, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["entry", "-year", "id"]

    def __str__(self) -> str:
        return f"Context of entry {self.entry_id}"
