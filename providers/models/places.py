"""Places, and where every reference row comes from. Reference data: no audit trail, reloaded at any time."""

from __future__ import annotations

from django.db import models


class DataSource(models.Model):
    """One file or publication that reference rows come from, with its licence and age."""

    class Class(models.TextChoices):
        OPEN = "A", "Open licence"
        CROWN = "B", "Crown data, redistributed by a repository without a licence file"

    code = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    publisher = models.CharField(max_length=200)
    obtained_from = models.TextField(help_text="Repository, commit and path")
    licence = models.CharField(max_length=200)
    licence_class = models.CharField(max_length=1, choices=Class.choices)
    as_of = models.DateField(null=True, blank=True, help_text="The date the data describes")
    as_of_text = models.CharField(max_length=120, help_text="That date in words, where it is not one day")
    notes = models.TextField(blank=True)
    file = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    rows = models.PositiveIntegerField(default=0)
    loaded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title


class ColumnSource(models.Model):
    """Where one column of a reference table comes from, where that differs from the table's own source."""

    source = models.ForeignKey(DataSource, on_delete=models.CASCADE, related_name="columns")
    table = models.CharField(max_length=60)
    column = models.CharField(max_length=60)
    as_of = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["table", "column"]
        constraints = [models.UniqueConstraint(fields=["table", "column"], name="column_source_once")]

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"


class Sourced(models.Model):
    """A row that knows its source and the date it describes; both empty for rows made in the register itself."""

    source = models.ForeignKey(DataSource, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    source_as_of = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


class Region(Sourced):
    """One of the nine regions, or one of the eight pre-2022 regional schools commissioner (RSC) regions."""

    class Scheme(models.TextChoices):
        REGION = "region", "Region"
        RSC = "rsc", "Regional schools commissioner region (to 2022)"

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    scheme = models.CharField(max_length=10, choices=Scheme.choices)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["scheme", "name"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "name"], name="region_name"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None)
                | models.Q(valid_from=None)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="region_dates",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LocalAuthority(Sourced):
    """A local authority with education duties, live or ended, by its three-digit DfE code."""

    code = models.CharField("DfE code", max_length=3, primary_key=True)
    gss_code = models.CharField("ONS code", max_length=9, blank=True, db_index=True)
    name = models.CharField(max_length=80, db_index=True)
    region = models.ForeignKey(
        Region, null=True, blank=True, on_delete=models.PROTECT, related_name="authorities"
    )
    rsc_region = models.ForeignKey(
        Region, null=True, blank=True, on_delete=models.PROTECT, related_name="rsc_authorities"
    )
    description = models.CharField(max_length=80, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    is_live = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "local authorities"

    def __str__(self) -> str:
        return self.name


class Diocese(Sourced):
    code = models.CharField(max_length=10, primary_key=True)
    name = models.CharField(max_length=120)
    denomination = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Outcode(Sourced):
    """The first half of a postcode, with its centre; distances from a postcode start here."""

    code = models.CharField(max_length=4, primary_key=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    easting = models.IntegerField(null=True, blank=True)
    northing = models.IntegerField(null=True, blank=True)
    town = models.CharField(max_length=120, blank=True)
    area = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code
