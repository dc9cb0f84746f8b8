"""Programmes: a stable identity with numbered versions, dated prices and cohorts.

A rating belongs to a version. Prices and cohorts change without a review, so they hang on the programme.
"""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from lpdqa.fields import PublicIdModel, TimedModel, in_choices, subset_of
from programmes.choices import (
    Audience,
    CareerStage,
    Driver,
    FundingModel,
    HeadteacherStandard,
    Mode,
    ParticipantRole,
    ProgrammeKind,
    Reach,
    Topic,
)
from programmes.models.npq import NPQCourse
from providers.choices import GuskeyLevel, Phase
from providers.models import Provider, Sourced

ROLE_WEIGHT = {
    ParticipantRole.RECIPIENT: 0,
    ParticipantRole.ADAPTER: 33,
    ParticipantRole.CONTRIBUTOR: 67,
    ParticipantRole.CO_DESIGNER: 100,
}
CONTINUUM_WEIGHTS = {
    "share_share": 0.30,
    "joint_practice_share": 0.25,
    "openness": 0.20,
    "participant_role": 0.15,
    "unpaid_share": 0.10,
}


@pghistory.track()
class Programme(PublicIdModel, TimedModel, Sourced):
    """The programme as people know it; what it contains is in its versions."""

    slug = models.SlugField(max_length=140, unique=True)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="programmes")
    kind = models.CharField(max_length=16, choices=ProgrammeKind.choices)
    npq_course = models.ForeignKey(
        NPQCourse, null=True, blank=True, on_delete=models.PROTECT, related_name="programmes"
    )
    is_example = models.BooleanField("fictional example", default=False)
    ended_on = models.DateField(null=True, blank=True)
    public_version = models.ForeignKey(
        "programmes.ProgrammeVersion",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The version the public sees; none while it is only a draft",
    )

    class Meta:
        ordering = ["slug"]
        constraints = [
            in_choices("kind", ProgrammeKind, "programme_kind"),
            models.CheckConstraint(
                condition=Q(npq_course=None) | Q(kind=ProgrammeKind.NPQ), name="programme_npq_kind"
            ),
            models.UniqueConstraint(
                fields=["provider", "npq_course"],
                condition=Q(npq_course__isnull=False),
                name="programme_npq_once",
            ),
        ]

    def __str__(self) -> str:
        return self.slug


def _percent(label: str) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(label, null=True, blank=True, validators=[MaxValueValidator(100)])


@pghistory.track()
class ProgrammeVersion(TimedModel):
    """What a programme contains, numbered from 1. Once published it is fixed; a material change starts a new one."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    change_note = models.CharField("what changed materially", max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)

    title = models.CharField(max_length=160)
    summary = models.CharField("one-line summary", max_length=300, blank=True)
    aims = models.TextField("intended outcomes", blank=True)
    content = models.TextField(blank=True)
    suits = models.TextField("who and where it suits", blank=True)
    does_not_suit = models.TextField("who and where it does not suit", blank=True)
    audience = ArrayField(models.CharField(max_length=20, choices=Audience.choices), default=list, blank=True)
    career_stages = ArrayField(
        models.CharField(max_length=20, choices=CareerStage.choices), default=list, blank=True
    )
    phases = ArrayField(models.CharField(max_length=12, choices=Phase.choices), default=list, blank=True)
    topics = ArrayField(models.CharField(max_length=30, choices=Topic.choices), default=list, blank=True)
    standards = ArrayField(
        models.CharField(max_length=30, choices=HeadteacherStandard.choices),
        verbose_name="Headteachers' Standards",
        default=list,
        blank=True,
    )
    modes = ArrayField(models.CharField(max_length=16, choices=Mode.choices), default=list, blank=True)
    reach = ArrayField(models.CharField(max_length=16, choices=Reach.choices), default=list, blank=True)
    regions = ArrayField(models.CharField(max_length=60), default=list, blank=True, help_text="Region codes")
    venue_postcode = models.CharField(max_length=8, blank=True)
    travels_miles = models.PositiveSmallIntegerField("will travel (miles)", null=True, blank=True)
    hours = models.DecimalField(
        "total hours per participant",
        max_digits=6,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    weeks = models.PositiveSmallIntegerField("spread over (weeks)", null=True, blank=True)
    places = models.PositiveIntegerField("places per cohort", null=True, blank=True)
    deliverers = models.TextField("who delivers it", blank=True)
    accreditation = models.CharField(max_length=200, blank=True)
    evidence_base = models.TextField("evidence it rests on, with sources", blank=True)
    evidence_reviewed_on = models.DateField(null=True, blank=True)
    evaluation_level = models.CharField(
        "how far evaluation reaches (Guskey)", max_length=1, choices=GuskeyLevel.choices, blank=True
    )
    funding_model = models.CharField(max_length=14, choices=FundingModel.choices, blank=True)

    protect_share = _percent("knowledge protected (%)")
    sell_share = _percent("knowledge sold (%)")
    share_share = _percent("knowledge shared (%)")
    knowledge_tension = models.TextField("the tension between these, in your words", blank=True)
    knowledge_statement = models.TextField("how knowledge is identified, developed and shared", blank=True)
    codification = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(4)])
    openness = _percent("openness of materials (%)")
    joint_practice_share = _percent("time spent in joint practice (%)")
    participant_role = models.CharField(max_length=12, choices=ParticipantRole.choices, blank=True)
    unpaid_share = _percent("exchanged without payment (%)")
    driver = models.CharField(max_length=16, choices=Driver.choices, blank=True)

    class Meta:
        ordering = ["programme", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="version_number"),
            subset_of("audience", Audience, "version_audience"),
            subset_of("career_stages", CareerStage, "version_career_stages"),
            subset_of("phases", Phase, "version_phases"),
            subset_of("topics", Topic, "version_topics"),
            subset_of("standards", HeadteacherStandard, "version_standards"),
            subset_of("modes", Mode, "version_modes"),
            subset_of("reach", Reach, "version_reach"),
            models.CheckConstraint(
                condition=Q(protect_share=None, sell_share=None, share_share=None)
                | Q(protect_share=100 - F("sell_share") - F("share_share")),
                name="version_knowledge_shares",
            ),
            models.CheckConstraint(
                condition=Q(codification=None) | Q(codification__lte=4), name="version_codification"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="version_published_fixed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} (version {self.number})"

    @property
    def continuum_index(self) -> int | None:
        """Collaborative-commercial continuum, 0 (commercial) to 100 (collaborative); None while a part is missing.

        0.30 share + 0.25 joint practice + 0.20 openness + 0.15 role + 0.10 unpaid (docs/domain.md). A filter and
        a chart, never a quality input.
        """
        parts = {
            "share_share": self.share_share,
            "joint_practice_share": self.joint_practice_share,
            "openness": self.openness,
            "participant_role": ROLE_WEIGHT.get(self.participant_role),  # type: ignore[call-overload]
            "unpaid_share": self.unpaid_share,
        }
        total = 0.0
        for name, weight in CONTINUUM_WEIGHTS.items():
            part = parts[name]
            if part is None:
                return None
            total += weight * part
        return round(total)


@pghistory.track()
class Price(TimedModel):
    """What a programme costs from a date on, in full; the newest row that has begun is the price."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="prices")
    valid_from = models.DateField()
    per_participant = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    per_school = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    vat_included = models.BooleanField(default=True)
    cover_days = models.DecimalField(
        "days of cover a participant needs", max_digits=5, decimal_places=1, null=True, blank=True
    )
    cover_day_cost = models.DecimalField(
        "cost of a day's cover", max_digits=7, decimal_places=2, null=True, blank=True
    )
    travel = models.DecimalField("travel and stay", max_digits=8, decimal_places=2, null=True, blank=True)
    materials = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    funding_note = models.CharField("what funds it", max_length=300, blank=True)
    cancellation = models.CharField(max_length=300, blank=True)
    confirmed_on = models.DateField()

    class Meta:
        ordering = ["-valid_from", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "valid_from"], name="price_once_a_day"),
            models.CheckConstraint(
                condition=Q(per_participant=None) | Q(per_participant__gte=0), name="price_participant"
            ),
            models.CheckConstraint(condition=Q(per_school=None) | Q(per_school__gte=0), name="price_school"),
        ]

    def __str__(self) -> str:
        return f"Price from {self.valid_from}"


@pghistory.track()
class Cohort(PublicIdModel, TimedModel):
    """One run of a programme."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="cohorts")
    name = models.CharField(max_length=120, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    mode = models.CharField(max_length=16, choices=Mode.choices)
    venue = models.CharField(max_length=160, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    places = models.PositiveIntegerField(null=True, blank=True)
    places_left = models.PositiveIntegerField(null=True, blank=True)
    confirmed_on = models.DateField()

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            in_choices("mode", Mode, "cohort_mode"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="cohort_dates"
            ),
            models.CheckConstraint(
                condition=Q(places=None) | Q(places_left=None) | Q(places_left__lte=F("places")),
                name="cohort_places",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or 'Cohort'} {self.starts_on}"
