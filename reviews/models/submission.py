"""What a provider puts forward: the submission, its evidence and the snapshot that assessors refer to."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from lpdqa.fields import PublicIdModel, TimedModel, append_only, in_choices
from programmes.models import ProgrammeVersion
from providers.choices import GuskeyLevel
from providers.models import Deployment, Provider, SpecialistLeader
from reviews.choices import EvidenceCheck, EvidenceKind, SubjectKind
from reviews.models.framework import Criterion, FrameworkVersion
from reviews.workflows import OPEN_STATES, SUBMISSION


def _one_open(field: str, kind: SubjectKind, name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=[field], condition=Q(subject_kind=kind, state__in=OPEN_STATES), name=name
    )


@pghistory.track()
class Submission(PublicIdModel, TimedModel):
    """A provider, programme version or SLE put forward under a framework version.

    `provider` is always the organisation that submits (for an SLE its designator, for a programme its owner).
    """

    subject_kind = models.CharField(max_length=10, choices=SubjectKind.choices)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="submissions")
    version = models.ForeignKey(
        ProgrammeVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="submissions"
    )
    leader = models.ForeignKey(
        SpecialistLeader, null=True, blank=True, on_delete=models.PROTECT, related_name="submissions"
    )
    framework = models.ForeignKey(FrameworkVersion, on_delete=models.PROTECT, related_name="submissions")
    state = models.CharField(max_length=14, choices=SUBMISSION.choices, default=SUBMISSION.initial)
    state_since = models.DateTimeField(auto_now_add=True)
    state_before_appeal = models.CharField(max_length=14, blank=True)
    round = models.PositiveSmallIntegerField(default=1, help_text="2 after an amendment")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.TextField(blank=True)
    fact_check_due_on = models.DateField(null=True, blank=True)
    amendment_due_on = models.DateField(null=True, blank=True)
    amendment_criteria = models.JSONField(default=list, blank=True, help_text="Codes to be scored again")
    unverified_impact_claim = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            in_choices("subject_kind", SubjectKind, "submission_kind"),
            models.CheckConstraint(
                condition=(
                    Q(subject_kind=SubjectKind.PROVIDER, version=None, leader=None)
                    | Q(subject_kind=SubjectKind.PROGRAMME, version__isnull=False, leader=None)
                    | Q(subject_kind=SubjectKind.SLE, version=None, leader__isnull=False)
                ),
                name="submission_subject",
            ),
            models.CheckConstraint(condition=Q(round__range=(1, 2)), name="submission_round"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(submitted_at__isnull=False),
                name="submission_submitted_at",
            ),
            _one_open("provider", SubjectKind.PROVIDER, "submission_provider_open"),
            _one_open("version", SubjectKind.PROGRAMME, "submission_version_open"),
            _one_open("leader", SubjectKind.SLE, "submission_leader_open"),
        ]
        indexes = [models.Index(fields=["state", "state_since"], name="submission_board")]
        triggers = SUBMISSION.triggers()

    def __str__(self) -> str:
        # Stands in the trail and in snapshots, which never change: a specialist leader appears without a name.
        return label_of(str(self.leader) if self.leader else self.title, self.subject_kind)

    @property
    def title(self) -> str:
        """What the subject is called inside the register (an SLE by its public name)."""
        if self.version_id and self.version:
            return self.version.title
        if self.leader_id and self.leader:
            return self.leader.public_name
        return self.provider.name

    @property
    def lasting_title(self) -> str:
        """What letters and notices call the subject: a specialist leader by the code, as they outlive consent."""
        return self.leader.code if self.leader_id and self.leader else self.title

    @property
    def subject_slug(self) -> str:
        """What addresses call the subject beside `subject_kind`; of a version it is its programme's."""
        if self.version:
            return self.version.programme.slug
        return self.leader.slug if self.leader else self.provider.slug

    @property
    def public_state(self) -> str:
        return SUBMISSION.state(self.state).public_name

    @property
    def is_example(self) -> bool:
        return self.provider.is_example


def label_of(subject: str, kind: str) -> str:
    """What a submission is called in the trail, by what its subject is called there."""
    return f"{subject} ({SubjectKind(kind).label.lower()})"


@pghistory.track()
class CriterionStatement(TimedModel):
    """What the provider says about one criterion, or that it has nothing to show yet (a declared gap)."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="statements")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    declared_gap = models.BooleanField(default=False)

    class Meta:
        ordering = ["criterion__order"]
        constraints = [models.UniqueConstraint(fields=["submission", "criterion"], name="statement_once")]

    def __str__(self) -> str:
        return f"Statement on {self.criterion_id}"


class StoredFile(models.Model):
    """A file in the private store, by the SHA-256 of its content. Never changed, never under a public address."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=100)
    stored_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        triggers = append_only("stored_file")
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="stored_file_hash")
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


@pghistory.track()
class Evidence(PublicIdModel, TimedModel):
    """One item that supports one or more criteria."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="evidence")
    criteria = models.ManyToManyField(Criterion, related_name="+")
    kind = models.CharField(max_length=12, choices=EvidenceKind.choices)
    title = models.CharField(max_length=160)
    text = models.TextField(blank=True)
    url = models.URLField(max_length=500, blank=True)
    file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence"
    )
    file_name = models.CharField(max_length=160, blank=True)
    deployment = models.ForeignKey(
        Deployment, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence"
    )
    independent = models.BooleanField("from outside the provider", default=False)
    evaluation_level = models.CharField(max_length=1, choices=GuskeyLevel.choices, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    confidential = models.BooleanField("for assessors only", default=True)
    check_result = models.CharField(
        max_length=14, choices=EvidenceCheck.choices, default=EvidenceCheck.UNCHECKED
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "evidence"
        constraints = [
            in_choices("kind", EvidenceKind, "evidence_kind"),
            in_choices("check_result", EvidenceCheck, "evidence_check"),
            models.CheckConstraint(
                condition=(
                    Q(kind=EvidenceKind.FILE, file__isnull=False)
                    | (Q(kind=EvidenceKind.LINK) & ~Q(url=""))
                    | (Q(kind=EvidenceKind.TEXT) & ~Q(text=""))
                    | Q(kind=EvidenceKind.DEPLOYMENT, deployment__isnull=False)
                ),
                name="evidence_has_content",
            ),
        ]

    def __str__(self) -> str:
        # Stands in the trail, which never changes: the title of what is about a specialist leader may say who it is.
        return f"{self.get_kind_display()} {self.pk}" if self.submission.leader_id else self.title

    @property
    def is_for_everyone(self) -> bool:
        """Whether anybody may see it beside a published rating.

        Not what is confidential or withdrawn. Of a specialist leader who isn’t named neither a file nor a link: what
        stands behind them can’t be read over, and a name whose consent was taken back would go on there.
        """
        if self.confidential or self.withdrawn_at is not None:
            return False
        leader = self.submission.leader
        unread = self.kind in (EvidenceKind.FILE, EvidenceKind.LINK)
        return not (unread and leader is not None and leader.consent_named_at is None)


class Snapshot(models.Model):
    """Content and evidence as they were submitted; `sha256` is of the canonical JSON. Never changed."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="snapshots")
    round = models.PositiveSmallIntegerField(default=1)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        triggers = append_only("snapshot")

    def __str__(self) -> str:
        return f"Snapshot {self.sha256[:12]}"


@pghistory.track()
class EvidenceRequest(TimedModel):
    """An assessor could not judge a criterion and asks for more; the provider never learns who asks."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="evidence_requests")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    question = models.TextField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    brought_new = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "criterion", "asked_by"],
                condition=Q(closed_at=None),
                name="evidence_request_once",
            )
        ]

    def __str__(self) -> str:
        return f"Evidence request {self.pk}"


@pghistory.track()
class FactComment(TimedModel):
    """A provider's correction of a fact before the decision, and the answer to it."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="fact_comments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"Fact comment {self.pk}"
