"""Specialist leaders of education and their deployments to other schools."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from lpdqa.fields import PublicIdModel, TimedModel, in_choices, subset_of
from providers.choices import Expertise, GuskeyLevel, LeaderKind, LeaderStatus, Phase
from providers.deployment_states import DEPLOYMENT
from providers.models.provider import Provider
from providers.models.school import School
from providers.models.school_facts import SchoolFacts, facts_constraints


@pghistory.track(exclude=["name"])
class SpecialistLeader(PublicIdModel, TimedModel):
    """A designated leader (SLE, LLE, NLE or NLG). The name is shown only while consent to be named stands."""

    slug = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=3, choices=LeaderKind.choices, default=LeaderKind.SLE)
    name = models.CharField(max_length=120)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="specialist_leaders",
    )
    designator = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="specialist_leaders")
    home_school = models.ForeignKey(
        School, null=True, blank=True, on_delete=models.PROTECT, related_name="specialist_leaders"
    )
    home_school_name = models.CharField(
        max_length=200, blank=True, help_text="Only where the school is not on the register (examples)"
    )
    expertise = ArrayField(models.CharField(max_length=24, choices=Expertise.choices), default=list)
    phases = ArrayField(models.CharField(max_length=12, choices=Phase.choices), default=list, blank=True)
    summary = models.TextField("what they help schools with", blank=True)
    evidence_base = models.TextField(blank=True)
    suits = models.TextField("who and where it suits, and does not suit", blank=True)
    status = models.CharField(max_length=12, choices=LeaderStatus.choices, default=LeaderStatus.APPLIED)
    designated_on = models.DateField(null=True, blank=True)
    designation_ends_on = models.DateField(null=True, blank=True, help_text="Four years from designation")
    consent_named_at = models.DateTimeField(null=True, blank=True)
    day_rate = models.DecimalField(
        "day rate (£, before VAT)",
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    vat_charged = models.BooleanField(default=False)
    home_school_share = models.PositiveSmallIntegerField(
        "share of the rate that goes to the home school (%)",
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
    )
    brokerage = models.DecimalField(
        "brokerage fee (£ per day)", max_digits=8, decimal_places=2, null=True, blank=True
    )
    travel_terms = models.CharField(max_length=200, blank=True)
    travels_miles = models.PositiveSmallIntegerField("will travel (miles)", null=True, blank=True)
    works_online = models.BooleanField(default=False)
    listed_at = models.DateTimeField(
        null=True, blank=True, help_text="Public from then on; empty: not public"
    )
    is_example = models.BooleanField("fictional example", default=False)

    class Meta:
        ordering = ["slug"]
        constraints = [
            in_choices("kind", LeaderKind, "leader_kind"),
            in_choices("status", LeaderStatus, "leader_status"),
            subset_of("expertise", Expertise, "leader_expertise"),
            subset_of("phases", Phase, "leader_phases"),
            models.CheckConstraint(
                condition=Q(designation_ends_on=None) | Q(designation_ends_on__gt=F("designated_on")),
                name="leader_designation",
            ),
            models.CheckConstraint(
                condition=~Q(status=LeaderStatus.DESIGNATED) | Q(designated_on__isnull=False),
                name="leader_designated_on",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.slug}"

    @property
    def code(self) -> str:
        """Kind and code, which say nothing about the person; the form of letters, which outlive consent."""
        return f"{self.kind.upper()} {self.slug.upper()}"

    @property
    def public_name(self) -> str:
        """The name while consent stands, else the code; the only form that pages and the catalogue use."""
        return self.name if self.consent_named_at else self.code


@pghistory.track(exclude=["evaluator_name"])
class Deployment(PublicIdModel, TimedModel, SchoolFacts):
    """One piece of work of a specialist leader in a supported school, from request to close.

    The facts of the school are those at the time; the register's own of it stand in for what isn't said.
    """

    leader = models.ForeignKey(SpecialistLeader, on_delete=models.PROTECT, related_name="deployments")
    supported_school = models.ForeignKey(
        School, null=True, blank=True, on_delete=models.PROTECT, related_name="deployments"
    )
    supported_school_name = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=12, choices=DEPLOYMENT.choices, default=DEPLOYMENT.initial)
    focus = models.CharField(max_length=200)
    requested_on = models.DateField()
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    days = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    rate_total = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    rate_home_school = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    rate_brokerage = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    plan = models.TextField(blank=True)
    impact_measures = models.TextField(blank=True)
    review_notes = models.TextField(blank=True)
    evaluation = models.TextField("the receiving head's evaluation", blank=True)
    evaluation_level = models.CharField(max_length=1, choices=GuskeyLevel.choices, blank=True)
    evaluation_value = models.PositiveSmallIntegerField("value for money, 1 to 4", null=True, blank=True)
    evaluator_name = models.CharField(max_length=120, blank=True)
    evaluated_at = models.DateTimeField(null=True, blank=True)
    leader_comment = models.TextField(blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-requested_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="deployment_dates",
            ),
            models.CheckConstraint(
                condition=Q(rate_total=None)
                | Q(rate_home_school=None)
                | Q(rate_brokerage=None)
                | Q(rate_total__gte=F("rate_home_school") + F("rate_brokerage")),
                name="deployment_rate_split",
            ),
            models.CheckConstraint(
                condition=Q(evaluation_value=None) | Q(evaluation_value__range=(1, 4)),
                name="deployment_value",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["evaluated", "closed"]) | Q(evaluated_at__isnull=False),
                name="deployment_evaluated",
            ),
            models.CheckConstraint(
                condition=Q(supported_school__isnull=False) | ~Q(supported_school_name=""),
                name="deployment_school",
            ),
            *facts_constraints("deployment"),
        ]
        triggers = DEPLOYMENT.triggers()

    def __str__(self) -> str:
        return f"Deployment {self.pk}: {self.focus}"

    @property
    def school_label(self) -> str:
        return self.supported_school.name if self.supported_school else self.supported_school_name


class DeploymentVisit(models.Model):
    """A dated note of one visit."""

    deployment = models.ForeignKey(Deployment, on_delete=models.CASCADE, related_name="visits")
    on = models.DateField()
    note = models.TextField()

    class Meta:
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return f"Visit {self.on}"
