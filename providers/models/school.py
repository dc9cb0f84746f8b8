"""Schools, from the official register. Reference data: no audit trail."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Value
from django.db.models.functions import Coalesce

from providers.choices import Phase
from providers.models.places import Diocese, LocalAuthority, Sourced


class School(Sourced):
    """A school in England by its unique reference number (URN).

    `phase` is our own short list, for matching; `phase_name` is what the source says. Columns older than the row
    say so in `ColumnSource`; rows whose point or postcode was taken from a predecessor say so themselves.
    """

    urn = models.PositiveIntegerField("URN", primary_key=True)
    name = models.CharField(max_length=200)
    phase = models.CharField(max_length=20, choices=Phase.choices, blank=True)
    phase_name = models.CharField(max_length=60, blank=True)
    gender = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=40, default="Open")
    is_open = models.BooleanField(default=True)
    authority = models.ForeignKey(LocalAuthority, on_delete=models.PROTECT, related_name="schools")
    diocese = models.ForeignKey(
        Diocese, null=True, blank=True, on_delete=models.PROTECT, related_name="schools"
    )
    establishment_type = models.CharField(max_length=80, blank=True)
    type_group = models.CharField(max_length=60, blank=True)
    type_source = models.CharField(max_length=40, blank=True)
    town = models.CharField(max_length=80, blank=True)
    postcode = models.CharField(max_length=8, blank=True, db_index=True)
    postcode_from = models.CharField(max_length=30, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    coords_from = models.CharField(max_length=30, blank=True)
    pupils = models.PositiveIntegerField(null=True, blank=True)
    pupils_year = models.CharField(max_length=10, blank=True)
    disadvantage_percent = models.FloatField(
        null=True, blank=True, help_text="Pupils with deprivation pupil premium, per 100 on roll"
    )
    send_percent = models.FloatField(null=True, blank=True)
    eal_percent = models.FloatField(null=True, blank=True)
    rurality = models.CharField(max_length=60, blank=True)
    trust = models.ForeignKey(
        "providers.Provider", null=True, blank=True, on_delete=models.SET_NULL, related_name="trust_schools"
    )
    trust_name = models.CharField(max_length=200, blank=True)
    ofsted_rating = models.CharField(max_length=40, blank=True)
    ofsted_on = models.DateField(null=True, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    search = models.GeneratedField(
        expression=SearchVector(Coalesce("name", Value("")), weight="A", config="simple")
        + SearchVector(Coalesce("town", Value("")), weight="C", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["name", "urn"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(phase="") | models.Q(phase__in=Phase.values), name="school_phase"
            ),
            models.CheckConstraint(
                condition=models.Q(disadvantage_percent=None)
                | models.Q(disadvantage_percent__range=(0, 100)),
                name="school_disadvantage",
            ),
            models.CheckConstraint(
                condition=models.Q(latitude=None, longitude=None)
                | models.Q(latitude__range=(49, 61), longitude__range=(-9, 3)),
                name="school_point",
            ),
        ]
        indexes = [GinIndex(fields=["search"], name="school_search")]

    def __str__(self) -> str:
        return self.name
