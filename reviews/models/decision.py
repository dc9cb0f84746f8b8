"""Decisions, their conditions, appeals against them, and findings."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from lpdqa.clock import now
from lpdqa.fields import PublicIdModel, TimedModel, in_choices, no_truncate
from programmes.choices import Band
from reviews.choices import AppealState, FindingKind, FindingState, Outcome, ReportState
from reviews.models.submission import Submission

_DECIDED_AFRESH = """
    IF EXISTS (SELECT 1 FROM reviews_assessment a WHERE a.submission_id = NEW.submission_id
               AND a.assessor_id IN (NEW.drafted_by_id, NEW.approved_by_id)) THEN
        RAISE EXCEPTION 'pgtrigger: an assessor of a submission does not decide on it';
    END IF;
    IF EXISTS (SELECT 1 FROM reviews_decision d JOIN reviews_appeal p ON p.decision_id = d.id AND p.state = 'upheld'
               WHERE d.submission_id = NEW.submission_id
               AND (d.drafted_by_id IN (NEW.drafted_by_id, NEW.approved_by_id)
                    OR d.approved_by_id IN (NEW.drafted_by_id, NEW.approved_by_id))) THEN
        RAISE EXCEPTION 'pgtrigger: after an appeal somebody not involved in the first decision decides';
    END IF;
    RETURN NEW;
"""


@pghistory.track()
class Decision(PublicIdModel, TimedModel):
    """Drafted by one person, approved by another; fixed from its approval on."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="decisions")
    round = models.PositiveSmallIntegerField(default=1)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    expected_band = models.CharField(max_length=16, choices=Band.choices)
    strengths = models.TextField()
    improvements = models.TextField("what to improve")
    report = models.TextField("public report", blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            in_choices("outcome", Outcome, "decision_outcome"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("drafted_by")), name="decision_two_people"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="decision_approved",
            ),
            models.CheckConstraint(
                condition=(Q(outcome=Outcome.CLOSE) & Q(expected_band=Band.NOT_YET))
                | (Q(outcome=Outcome.PUBLISH) & ~Q(expected_band=Band.NOT_YET)),
                name="decision_outcome_band",
            ),
            models.UniqueConstraint(
                fields=["submission"], condition=Q(approved_at=None), name="decision_one_draft"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="decision_fixed",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__approved_at__isnull=False),
            ),
            pgtrigger.Trigger(
                name="decision_by_others",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_DECIDED_AFRESH,
            ),
            no_truncate("decision"),
        ]

    def __str__(self) -> str:
        return f"Decision {self.pk}: {self.get_outcome_display()}"


@pghistory.track()
class ScheduledPublication(TimedModel):
    """An approved decision that the nightly job publishes (or closes) on a day; the row goes when it is done."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="scheduled")
    on = models.DateField(db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"To be published on {self.on}"


@pghistory.track()
class Condition(TimedModel):
    """Something the provider must do by a date."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="conditions")
    text = models.TextField()
    due_on = models.DateField()
    met_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return f"Condition due {self.due_on}"

    @property
    def last_report(self) -> ConditionReport | None:
        """What the team reported last; no query where `reports` is prefetched."""
        return next(iter(self.reports.all()), None)

    @property
    def waiting_report(self) -> ConditionReport | None:
        """The team's report that nobody has looked at yet."""
        last = self.last_report
        return last if last is not None and last.state == ReportState.WAITING else None


@pghistory.track()
class ConditionReport(TimedModel):
    """A team says that it has met a condition, and how; somebody of the scheme confirms it or says why not."""

    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="reports")
    how = models.TextField()
    link = models.URLField(max_length=500, blank=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField(default=now)
    state = models.CharField(max_length=7, choices=ReportState.choices, default=ReportState.WAITING)
    answer = models.TextField("why it is not met yet", blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ReportState.WAITING, answer="", answered_by=None, answered_at=None)
                | (
                    Q(state__in=[ReportState.MET, ReportState.NOT_MET])
                    & Q(answered_by__isnull=False, answered_at__isnull=False)
                    & (Q(state=ReportState.MET) | ~Q(answer=""))
                ),
                name="condition_report_answered",
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("reported_by")),
                name="condition_report_two_people",
            ),
            models.CheckConstraint(condition=~Q(how=""), name="condition_report_says_how"),
            models.UniqueConstraint(
                fields=["condition"],
                condition=Q(state=ReportState.WAITING),
                name="condition_report_one_waits",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="condition_answer_stands",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=~pgtrigger.Q(old__state=ReportState.WAITING),
            ),
        ]

    def __str__(self) -> str:
        return f"Report {self.pk} on a condition"


_DECIDED_BY_OTHERS = """
    IF NEW.decided_by_id IS NOT NULL AND (
        EXISTS (SELECT 1 FROM reviews_decision d WHERE d.id = NEW.decision_id
                AND NEW.decided_by_id IN (d.drafted_by_id, d.approved_by_id))
        OR EXISTS (SELECT 1 FROM reviews_assessment a JOIN reviews_decision d ON d.submission_id = a.submission_id
                   WHERE d.id = NEW.decision_id AND a.assessor_id = NEW.decided_by_id)
    ) THEN
        RAISE EXCEPTION 'pgtrigger: an appeal is decided by somebody not involved in the decision';
    END IF;
    RETURN NEW;
"""


@pghistory.track()
class Appeal(PublicIdModel, TimedModel):
    """A provider's appeal against a decision, decided by somebody not involved in it."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="appeals")
    grounds = models.TextField()
    lodged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=AppealState.choices, default=AppealState.LODGED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    outcome_text = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            in_choices("state", AppealState, "appeal_state"),
            models.CheckConstraint(
                condition=Q(state=AppealState.LODGED, decided_by=None)
                | (~Q(state=AppealState.LODGED) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="appeal_decided",
            ),
            models.UniqueConstraint(fields=["decision"], name="appeal_once_a_decision"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="appeal_fixed",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__decided_at__isnull=False),
            ),
            pgtrigger.Trigger(
                name="appeal_by_others",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_DECIDED_BY_OTHERS,
            ),
            no_truncate("appeal"),
        ]

    def __str__(self) -> str:
        return f"Appeal {self.pk}"


@pghistory.track()
class Finding(PublicIdModel, TimedModel):
    """An integrity, safeguarding or complaint finding about a rated subject; an upheld one suspends at once."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=14, choices=FindingKind.choices)
    state = models.CharField(max_length=12, choices=FindingState.choices, default=FindingState.OPEN)
    public_text = models.TextField("what the public alert says")
    detail = models.TextField("for administrators only", blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            in_choices("kind", FindingKind, "finding_kind"),
            in_choices("state", FindingState, "finding_state"),
            models.CheckConstraint(
                condition=Q(state=FindingState.OPEN) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="finding_decided",
            ),
            models.CheckConstraint(
                condition=Q(cleared_by=None) | ~Q(cleared_by=F("decided_by")), name="finding_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} finding {self.pk}"
