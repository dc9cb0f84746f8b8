"""The trail: who did what, to what, when and why. Rows are only ever added; row-level changes are in the
event tables that triggers fill, joined through `context`. Seals chain the entries; acknowledgements and proposals are
where a second person comes in."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from lpdqa.fields import append_only, in_choices, no_truncate

# Acts that a second person looks at afterwards: they lift a rule, take scores away, bring a rating back, give power.
ACKNOWLEDGED = ("assessment.void", "conflict.override", "finding.clear", "role.grant", "role.revoke")


class Entry(models.Model):
    """One thing a person (or, without an actor, the system) did."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    action = models.CharField(max_length=60)
    target_type = models.CharField(max_length=60, blank=True)
    target_id = models.BigIntegerField(null=True, blank=True)
    label = models.CharField(max_length=200, blank=True)
    from_state = models.CharField(max_length=30, blank=True)
    to_state = models.CharField(max_length=30, blank=True)
    reason = models.TextField(blank=True)
    detail = models.JSONField(default=dict, blank=True)
    context = models.UUIDField(null=True, blank=True, help_text="Joins the row-level events of the same act")

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["target_type", "target_id", "-id"], name="entry_target"),
            models.Index(fields=["action", "-id"], name="entry_action"),
            models.Index(
                fields=["id"],
                condition=Q(action__in=ACKNOWLEDGED, actor__isnull=False),
                name="entry_acknowledged",
            ),
        ]
        triggers = append_only("entry")

    def __str__(self) -> str:
        return f"{self.action} {self.label}"


class Seal(models.Model):
    """A link of the chain over entries: its hash is made of the one before and of the entry's digest.

    Without a foreign key, so that a seal stays and tells of its entry when somebody past all guards deletes that.
    """

    number = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    digest = models.BinaryField(help_text="SHA-256 of the entry")
    hash = models.BinaryField(help_text="SHA-256 of the seal before and this digest")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        triggers = append_only("seal")

    def __str__(self) -> str:
        return f"Seal {self.number}"


_ANOTHER_PERSON = """
    IF EXISTS (SELECT 1 FROM audit_entry e WHERE e.id = NEW.entry_id AND (e.actor_id = NEW.by_id
               OR (e.target_type = 'accounts.user' AND e.target_id = NEW.by_id))) THEN
        RAISE EXCEPTION 'pgtrigger: an act is acknowledged by somebody without a part in it';
    END IF;
    RETURN NEW;
"""


class Acknowledgement(models.Model):
    """A second person has looked at an act after it was done."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="acknowledgement")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True)

    class Meta:
        triggers = [
            *append_only("acknowledgement"),
            pgtrigger.Trigger(
                name="acknowledgement_other",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=_ANOTHER_PERSON,
            ),
        ]

    def __str__(self) -> str:
        return f"Acknowledgement of {self.entry_id}"


class ProposalKind(models.TextChoices):
    ADMINISTRATOR = "role.administrator", "Give the administrator role"
    PUBLICATION = "framework.publish", "Publish a framework version"


class Proposal(models.Model):
    """Something one person asks for that is done only when a second one confirms it."""

    kind = models.CharField(max_length=24, choices=ProposalKind.choices)
    target_id = models.BigIntegerField(help_text="The person, or the framework version")
    label = models.CharField(max_length=200)
    payload = models.JSONField(default=dict, blank=True)
    reason = models.TextField(blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    confirmed = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            in_choices("kind", ProposalKind, "proposal_kind"),
            models.CheckConstraint(
                condition=Q(confirmed=False)
                | (~Q(decided_by=F("proposed_by")) & Q(decided_by__isnull=False)),
                name="proposal_two_people",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="proposal_decided",
            ),
            models.UniqueConstraint(
                fields=["kind", "target_id"], condition=Q(decided_at=None), name="proposal_once_open"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="proposal_fixed",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__decided_at__isnull=False),
            ),
            no_truncate("proposal"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.label}"
