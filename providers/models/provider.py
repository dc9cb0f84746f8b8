"""Organisations, how they relate to each other, and who may act for them."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from lpdqa.fields import PublicIdModel, TimedModel, in_choices, new_code
from providers.choices import (
    ClaimState,
    LegalForm,
    MemberRole,
    OrganisingModel,
    ProviderKind,
    RelationshipKind,
)
from providers.models.places import LocalAuthority, Region, Sourced
from providers.models.school import School


@pghistory.track()
class Provider(PublicIdModel, TimedModel, Sourced):
    """An organisation (or independent consultant) that offers leadership or professional development."""

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=24, choices=ProviderKind.choices)
    legal_form = models.CharField(max_length=24, choices=LegalForm.choices, blank=True)
    organising_model = models.CharField(max_length=24, choices=OrganisingModel.choices, blank=True)
    summary = models.TextField(blank=True)
    website = models.URLField(blank=True)
    email_domain = models.CharField(max_length=120, blank=True)

    ukprn = models.CharField("UKPRN", max_length=8, blank=True)
    company_number = models.CharField(max_length=8, blank=True)
    charity_number = models.CharField(max_length=12, blank=True)
    group_uid = models.CharField("GIAS group UID", max_length=8, blank=True)
    group_id = models.CharField("GIAS group ID", max_length=10, blank=True)
    external_code = models.CharField(max_length=60, blank=True, help_text="Its code in the source, if any")
    school = models.ForeignKey(
        School, null=True, blank=True, on_delete=models.PROTECT, related_name="providers"
    )
    region = models.ForeignKey(
        Region, null=True, blank=True, on_delete=models.PROTECT, related_name="providers"
    )
    authority = models.ForeignKey(
        LocalAuthority, null=True, blank=True, on_delete=models.PROTECT, related_name="providers"
    )
    postcode = models.CharField(max_length=8, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)

    governance_body = models.CharField("group that oversees quality", max_length=200, blank=True)
    client_voice = models.TextField("how client schools take part in oversight", blank=True)
    accountable_lead = models.CharField("named accountable lead", max_length=120, blank=True)
    purpose_statement = models.TextField(blank=True)
    ended_on = models.DateField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    listed_at = models.DateTimeField(
        null=True, blank=True, help_text="Public from then on; empty: not public"
    )
    is_example = models.BooleanField("fictional example", default=False)

    class Meta:
        ordering = [Lower("name"), "id"]
        constraints = [
            in_choices("kind", ProviderKind, "provider_kind"),
            models.UniqueConstraint(fields=["ukprn"], condition=~Q(ukprn=""), name="provider_ukprn"),
            models.UniqueConstraint(
                fields=["group_uid"], condition=~Q(group_uid=""), name="provider_group_uid"
            ),
            models.UniqueConstraint(
                fields=["source", "external_code"],
                condition=~Q(external_code=""),
                name="provider_external_code",
            ),
            models.CheckConstraint(
                condition=Q(ukprn="") | Q(ukprn__regex=r"^1\d{7}$"), name="provider_ukprn_form"
            ),
        ]
        indexes = [models.Index(fields=["kind"], name="provider_kind_idx")]

    def __str__(self) -> str:
        return self.name


class ProviderArea(Sourced):
    """A district or authority that a provider covers, by the name its source gives it."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="areas")
    name = models.CharField(max_length=120)
    gss_code = models.CharField(max_length=9, blank=True)
    authority = models.ForeignKey(
        LocalAuthority, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["provider", "name"], name="provider_area_once")]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Relationship(TimedModel, Sourced):
    """A dated tie from one organisation to another organisation, or to a school that is none."""

    subject = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="relationships")
    kind = models.CharField(max_length=16, choices=RelationshipKind.choices)
    object = models.ForeignKey(
        Provider, null=True, blank=True, on_delete=models.CASCADE, related_name="related_from"
    )
    school = models.ForeignKey(
        School, null=True, blank=True, on_delete=models.PROTECT, related_name="relationships"
    )
    area = models.CharField(max_length=120, blank=True, help_text="What it accredits, where it accredits")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    confirmed_by_subject_at = models.DateTimeField(null=True, blank=True)
    confirmed_by_object_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "id"]
        constraints = [
            in_choices("kind", RelationshipKind, "relationship_kind"),
            models.CheckConstraint(
                condition=Q(object__isnull=False, school__isnull=True)
                | Q(object__isnull=True, school__isnull=False),
                name="relationship_one_end",
            ),
            models.CheckConstraint(
                condition=Q(object=None) | ~Q(object=F("subject")), name="relationship_not_itself"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                name="relationship_dates",
            ),
            models.UniqueConstraint(
                fields=["subject", "kind", "object", "school", "valid_from"],
                nulls_distinct=False,
                name="relationship_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.get_kind_display()} {self.object or self.school}"


@pghistory.track()
class Membership(TimedModel):
    """What a person may do for a provider; ended rather than deleted."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=MemberRole.choices)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            in_choices("role", MemberRole, "membership_role"),
            models.UniqueConstraint(
                fields=["provider", "user"], condition=Q(ended_at=None), name="membership_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} of {self.provider_id}"


@pghistory.track()
class Claim(TimedModel):
    """A person's claim to speak for a listed organisation, checked by its email domain or by an administrator."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="claims")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="claims")
    state = models.CharField(max_length=10, choices=ClaimState.choices, default=ClaimState.PENDING)
    message = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            in_choices("state", ClaimState, "claim_state"),
            models.UniqueConstraint(
                fields=["provider", "user"], condition=Q(state=ClaimState.PENDING), name="claim_once"
            ),
            models.CheckConstraint(
                condition=Q(state=ClaimState.PENDING, decided_at__isnull=True)
                | (~Q(state=ClaimState.PENDING) & Q(decided_at__isnull=False)),
                name="claim_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"Claim {self.pk}"


@pghistory.track(exclude=["email", "code"])
class Invitation(TimedModel):
    """An invitation to join a provider's team, by email."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=MemberRole.choices)
    code = models.CharField(max_length=32, unique=True, default=new_code)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            in_choices("role", MemberRole, "invitation_role"),
            models.UniqueConstraint(
                "provider",
                Lower("email"),
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_once",
            ),
        ]

    def __str__(self) -> str:
        return f"Invitation {self.pk}"
