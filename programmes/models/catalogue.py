"""The catalogue: one row per public programme, specialist leader or provider, with everything search needs.

Derived data, written only by `programmes.services.catalogue` and rebuilt at any time with the same result: no audit
trail, and no key into the reviews app, which stands above this one.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from programmes.choices import Band, Confidence, EntryKind, EntryStatus
from programmes.folding import FOLD_FROM, FOLD_TO
from programmes.models.catalogue_change import change_triggers
from programmes.models.catalogue_dates import EntryDates
from programmes.models.programme import Programme, ProgrammeVersion
from providers.models import LocalAuthority, Provider, Region, SpecialistLeader


def _codes(size: int = 30) -> ArrayField:
    return ArrayField(models.CharField(max_length=size), default=list, blank=True)


def _score() -> models.DecimalField:
    return models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)


def _folded(column: str) -> models.Func:
    return models.Func(
        models.F(column),
        models.Value(FOLD_FROM),
        models.Value(FOLD_TO),
        function="translate",
        output_field=models.TextField(),
    )


class CatalogueEntry(models.Model):
    """What search knows of one public thing."""

    kind = models.CharField(max_length=10, choices=EntryKind.choices)
    programme = models.OneToOneField(
        Programme, null=True, blank=True, on_delete=models.CASCADE, related_name="catalogue_entry"
    )
    version = models.ForeignKey(
        ProgrammeVersion, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    leader = models.OneToOneField(
        SpecialistLeader, null=True, blank=True, on_delete=models.CASCADE, related_name="catalogue_entry"
    )
    # Found by `entry_provider` and `entry_slug`: every index more is written at every change of a rating.
    provider = models.ForeignKey(
        Provider, on_delete=models.CASCADE, related_name="catalogue_entries", db_index=False
    )
    slug = models.SlugField(max_length=140, db_index=False)
    title = models.CharField(max_length=200)
    provider_name = models.CharField(max_length=200)
    provider_kind = models.CharField(max_length=24)
    organising_model = models.CharField(max_length=24, blank=True)
    programme_kind = models.CharField(max_length=16, blank=True)
    npq = models.CharField(max_length=60, blank=True)
    summary = models.TextField(blank=True)
    keywords = models.TextField(
        blank=True, help_text="Labels, abbreviations and synonyms, for search only, without accents"
    )
    body = models.TextField(blank=True, help_text="Long texts, for search only, without accents")
    is_example = models.BooleanField(default=False)

    status = models.CharField(max_length=10, choices=EntryStatus.choices, default=EntryStatus.LISTED)
    alert = models.TextField(blank=True)
    warning = models.TextField(
        blank=True, help_text="For example: its provider is rated below working towards"
    )
    band = models.CharField(max_length=16, choices=Band.choices, blank=True)
    band_rank = models.PositiveSmallIntegerField(default=0)
    provisional = models.BooleanField(default=False)
    overall = _score()
    purpose = _score()
    governance = _score()
    process = _score()
    definitions = _score()
    value = _score()
    confidence = models.CharField(max_length=8, choices=Confidence.choices, blank=True)
    confidence_value = _score()
    framework = models.CharField(max_length=40, blank=True)
    rating_public_id = models.UUIDField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    reviewed_in = models.CharField("school year of the decision", max_length=4, blank=True)

    audience = _codes()
    career_stages = _codes()
    phases = _codes()
    topics = _codes()
    standards = _codes()
    expertise = _codes()
    modes = _codes()
    reach = _codes()
    regions = _codes(60)
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    authority = models.ForeignKey(
        LocalAuthority, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    travels_miles = models.PositiveSmallIntegerField(null=True, blank=True)
    hours = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    weeks = models.PositiveSmallIntegerField(null=True, blank=True)
    price = models.DecimalField(
        "price per participant, or day rate (£)", max_digits=9, decimal_places=2, null=True, blank=True
    )
    funding_model = models.CharField(max_length=14, blank=True)
    next_start = models.DateField(null=True, blank=True)
    places_left = models.PositiveIntegerField(null=True, blank=True)
    accreditation = models.CharField(max_length=200, blank=True)
    evaluation_level = models.CharField(max_length=1, blank=True)
    continuum = models.PositiveSmallIntegerField(null=True, blank=True)
    full_cost = models.DecimalField(
        "fee, materials, travel and cover for one participant (£)",
        max_digits=11,
        decimal_places=2,
        null=True,
        blank=True,
    )
    # Codes of `programmes.ranges`: what people narrow by.
    hours_range = models.CharField(max_length=20, blank=True)
    weeks_range = models.CharField(max_length=20, blank=True)
    cost_range = models.CharField(max_length=20, blank=True)
    places_range = models.CharField(max_length=20, blank=True)
    continuum_range = models.CharField(max_length=20, blank=True)
    terms = _codes()
    accredited = models.CharField(max_length=3, blank=True)
    refreshed_at = models.DateTimeField()
    first_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now(), editable=False)

    search = models.GeneratedField(
        expression=(
            SearchVector(_folded("title"), weight="A", config="english")
            + SearchVector(_folded("provider_name"), weight="B", config="english")
            + SearchVector("keywords", weight="B", config="english")
            + SearchVector(_folded("summary"), weight="C", config="english")
            + SearchVector("body", weight="D", config="english")
            # As written too: the beginning of a word, "coachi", is not the beginning of its stem.
            + SearchVector(_folded("title"), weight="A", config="simple")
            + SearchVector(_folded("provider_name"), weight="B", config="simple")
            + SearchVector("keywords", weight="B", config="simple")
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        verbose_name_plural = "catalogue entries"
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(kind=EntryKind.PROGRAMME, programme__isnull=False, leader__isnull=True)
                    | Q(kind=EntryKind.SLE, programme__isnull=True, leader__isnull=False)
                    | Q(kind=EntryKind.PROVIDER, programme__isnull=True, leader__isnull=True)
                ),
                name="entry_kind_matches",
            ),
            models.UniqueConstraint(
                fields=["provider"], condition=Q(kind=EntryKind.PROVIDER), name="entry_provider_once"
            ),
            models.UniqueConstraint(fields=["kind", "slug"], name="entry_slug"),
            models.CheckConstraint(
                condition=~Q(status=EntryStatus.RATED) | (~Q(band="") & Q(overall__isnull=False)),
                name="entry_rated_has_band",
            ),
            # No real organisation ever shows an invented rating: only reviewed rows carry a rating's id.
            models.CheckConstraint(
                condition=~Q(status=EntryStatus.LISTED) | Q(band="", rating_public_id=None),
                name="entry_listed_has_none",
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="entry_search"),
            GinIndex(fields=["audience", "phases", "topics", "expertise"], name="entry_codes"),
            models.Index(fields=["kind", "status", "-band_rank", "id"], name="entry_kind_status"),
            models.Index(fields=["provider", "kind"], name="entry_provider"),
            models.Index(fields=["-changed_at"], name="entry_changed"),
        ]
        triggers = [*change_triggers(), EntryDates()]

    def __str__(self) -> str:
        return self.title
