"""Assessors, their independent assessments and scores, and the adjudication of discordant criteria."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from lpdqa.fields import PublicIdModel, TimedModel, append_only, in_choices, new_code, no_truncate
from providers.models import Provider
from reviews.choices import AffiliationKind, AssessmentRole, ConflictKind, OverrideState, SubjectKind
from reviews.models.framework import Criterion
from reviews.models.submission import Submission
from reviews.workflows import ASSESSMENT


def new_pseudonym() -> str:
    """A pseudonym such as `A-7k3q9`, under which an assessor's scores are published."""
    return f"A-{new_code(5)}"


@pghistory.track()
class AssessorProfile(TimedModel):
    """What is needed to allocate fairly: expertise, employer and affiliations, capacity."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assessor_profile"
    )
    pseudonym = models.CharField(max_length=12, unique=True, default=new_pseudonym)
    employer = models.ForeignKey(
        Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="employed_assessors"
    )
    employer_name = models.CharField(max_length=200, blank=True)
    employed_since = models.DateField(null=True, blank=True)
    subject_kinds = ArrayField(
        models.CharField(max_length=10, choices=SubjectKind.choices), default=list, blank=True
    )
    topics = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    phases = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    regions = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    capacity_a_month = models.PositiveSmallIntegerField(default=4)
    paused_from = models.DateField(null=True, blank=True, help_text="Empty: at once")
    paused_until = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.pseudonym


@pghistory.track()
class Affiliation(TimedModel):
    """A dated affiliation besides the present employer. One that stands counts as the employer does, one that ended as
    a tie (docs/decisions/conflicts-of-interest.md)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="affiliations")
    provider = models.ForeignKey(
        Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="affiliated_assessors"
    )
    name = models.CharField(max_length=200, blank=True, help_text="Where it is no row here")
    kind = models.CharField(max_length=12, choices=AffiliationKind.choices)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-ended_on", "id"]
        constraints = [
            in_choices("kind", AffiliationKind, "affiliation_kind"),
            models.CheckConstraint(
                condition=Q(provider__isnull=False) | ~Q(name=""), name="affiliation_organisation"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(started_on=None) | Q(ended_on__gte=F("started_on")),
                name="affiliation_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"Affiliation {self.pk}"

    @property
    def organisation(self) -> str:
        return self.provider.name if self.provider is not None else self.name


@pghistory.track()
class Tie(TimedModel):
    """A dated tie of a person to an organisation that can be a conflict (paid, co-authored, family)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ties")
    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="ties")
    nature = models.CharField(max_length=120)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(started_on=None) | Q(ended_on__gte=F("started_on")),
                name="tie_dates",
            )
        ]

    def __str__(self) -> str:
        return f"Tie {self.pk}"


@pghistory.track()
class Assessment(PublicIdModel, TimedModel):
    """One assessor's independent (blind) set of scores, or one adjudicator's scores on discordant criteria."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="assessments")
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assessments"
    )
    role = models.CharField(max_length=12, choices=AssessmentRole.choices, default=AssessmentRole.BLIND)
    round = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=ASSESSMENT.choices, default=ASSESSMENT.initial)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    declared_at = models.DateTimeField(null=True, blank=True)
    conflict_kind = models.CharField(max_length=20, choices=ConflictKind.choices, blank=True)
    conflict_note = models.TextField(blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.TextField(blank=True)
    locked_at = models.DateTimeField(
        null=True, blank=True, help_text="A conflict came to light: the file is closed"
    )
    lock_reason = models.TextField(blank=True, db_default="", default="")

    class Meta:
        ordering = ["id"]
        constraints = [
            in_choices("role", AssessmentRole, "assessment_role"),
            # Nobody scores a submission twice in a round, in whatever part.
            models.UniqueConstraint(
                fields=["submission", "assessor", "round"],
                condition=~Q(state__in=["declined", "void"]),
                name="assessment_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="submitted") | Q(submitted_at__isnull=False, declared_at__isnull=False),
                name="assessment_submitted",
            ),
            models.CheckConstraint(
                condition=~Q(state="scoring") | Q(declared_at__isnull=False), name="assessment_declared"
            ),
        ]
        indexes = [models.Index(fields=["assessor", "state"], name="assessment_queue")]
        triggers = [
            *ASSESSMENT.triggers(),
            pgtrigger.Protect(name="assessment_kept", operation=pgtrigger.Delete),
            no_truncate("assessment"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.pk}"


# Scores are locked by their assessment's state, whatever the client.
_LOCKED_WITH_ASSESSMENT = """
    SELECT state INTO _state FROM reviews_assessment WHERE id = COALESCE(NEW.assessment_id, OLD.assessment_id);
    IF _state IS DISTINCT FROM 'scoring' THEN
        RAISE EXCEPTION 'pgtrigger: scores can only change while their assessment is being scored (it is %)', _state;
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


@pghistory.track()
class Score(TimedModel):
    """An assessor's judgement of one criterion. Exactly one of value, not applicable, cannot judge, or none yet."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField(null=True, blank=True)
    not_applicable = models.BooleanField(default=False)
    cannot_judge = models.BooleanField(default=False)
    rationale = models.TextField(blank=True)
    pointers = models.TextField("where in the evidence", blank=True)

    class Meta:
        ordering = ["criterion__order"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "criterion"], name="score_once"),
            models.CheckConstraint(condition=Q(value=None) | Q(value__range=(1, 4)), name="score_value"),
            models.CheckConstraint(
                condition=(Q(value=None) | Q(value__isnull=False, not_applicable=False, cannot_judge=False))
                & ~Q(not_applicable=True, cannot_judge=True),
                name="score_one_judgement",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="score_locked",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("_state", "TEXT")],
                func=_LOCKED_WITH_ASSESSMENT,
            ),
            no_truncate("score"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.value}"


@pghistory.track()
class Adjudication(TimedModel):
    """A discordant criterion, and the third assessment that settles it."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="adjudications")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField(default=1)
    reason = models.CharField(max_length=200)
    assessment = models.ForeignKey(
        Assessment, null=True, blank=True, on_delete=models.PROTECT, related_name="adjudications"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["criterion__order"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "criterion", "round"], name="adjudication_once")
        ]

    def __str__(self) -> str:
        return f"Adjudication of {self.criterion_id}"


class ConflictOverride(models.Model):
    """An administrator's recorded decision, seconded by another, that a conflict does not block."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="conflict_overrides")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=ConflictKind.choices)
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    seconded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(by=F("seconded_by")), name="override_two_people"),
            models.CheckConstraint(
                condition=~Q(by=F("assessor")) & ~Q(seconded_by=F("assessor")), name="override_not_self"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="override_reason"),
        ]
        triggers = append_only("override")

    def __str__(self) -> str:
        return f"Override {self.pk}"


@pghistory.track()
class OverrideRequest(TimedModel):
    """An administrator asks that a kind of conflict does not block somebody; another one answers."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="override_requests")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=ConflictKind.choices)
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=OverrideState.choices, default=OverrideState.OPEN)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            in_choices("state", OverrideState, "override_request_state"),
            models.CheckConstraint(condition=~Q(reason=""), name="override_request_reason"),
            models.CheckConstraint(
                condition=~Q(by=F("assessor"))
                & (Q(answered_by=None) | ~Q(answered_by=F("by")) & ~Q(answered_by=F("assessor"))),
                name="override_request_people",
            ),
            models.CheckConstraint(
                condition=Q(state=OverrideState.OPEN, answered_by=None)
                | ~Q(state=OverrideState.OPEN) & Q(answered_by__isnull=False, answered_at__isnull=False),
                name="override_request_answered",
            ),
            models.UniqueConstraint(
                fields=["submission", "assessor", "kind"],
                condition=Q(state=OverrideState.OPEN),
                name="override_request_once",
            ),
        ]

    def __str__(self) -> str:
        return f"Override request {self.pk}"
