"""Runs of the agreement and severity statistics, and ratings that they queue for moderation.

Everything but what an administrator found is derived: it can be worked out again from the scores, and has no trail.
"""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from lpdqa.fields import PublicIdModel, TimedModel, in_choices
from programmes.choices import Band
from reviews.choices import Facet, ModerationOutcome, RunState
from reviews.models.framework import Criterion, FrameworkVersion
from reviews.models.rating import Rating
from reviews.models.submission import Submission

_OPEN = [RunState.QUEUED, RunState.RUNNING]


class StatisticsRun(models.Model):
    """Agreement and severity of one framework version's blind scores, as they were at `finished_at`.

    `agreement` has a row for the whole and for each criterion, heading, pair of assessors and quarter
    (services/statistics.py); `severity` what is told of the model as a whole, empty with the `problem` why not.
    """

    framework = models.ForeignKey(FrameworkVersion, on_delete=models.CASCADE, related_name="statistics_runs")
    state = models.CharField(max_length=8, choices=RunState.choices, default=RunState.QUEUED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    n_scores = models.PositiveIntegerField(default=0)
    n_pairs = models.PositiveIntegerField(default=0)
    n_submissions = models.PositiveIntegerField(default=0)
    scores_until = models.DateTimeField(null=True, blank=True, help_text="When the newest file was settled")
    agreement = models.JSONField(default=dict)
    severity = models.JSONField(default=dict)
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            in_choices("state", RunState, "statistics_run_state"),
            models.UniqueConstraint(
                fields=["framework"], condition=Q(state__in=_OPEN), name="statistics_run_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[RunState.DONE, RunState.FAILED]) | Q(finished_at__isnull=False),
                name="statistics_run_finished",
            ),
        ]
        indexes = [models.Index(fields=["framework", "state", "-id"], name="statistics_run_newest")]

    def __str__(self) -> str:
        return f"Statistics {self.pk} of {self.framework_id}"

    @property
    def is_open(self) -> bool:
        return self.state in _OPEN


class SeverityMeasure(models.Model):
    """One element of a run's model: an assessor, a criterion or a submission. Of subjects only the newest run's."""

    run = models.ForeignKey(StatisticsRun, on_delete=models.CASCADE, related_name="measures")
    facet = models.CharField(max_length=9, choices=Facet.choices)
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="severity_measures",
    )
    criterion = models.ForeignKey(
        Criterion, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    submission = models.ForeignKey(
        Submission, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    count = models.PositiveIntegerField()
    observed = models.FloatField()
    fair = models.FloatField(null=True, blank=True)
    measure = models.FloatField(null=True, blank=True, help_text="Logits")
    se = models.FloatField(null=True, blank=True)
    infit = models.FloatField(null=True, blank=True)
    outfit = models.FloatField(null=True, blank=True)
    extreme = models.BooleanField(default=False)

    class Meta:
        ordering = ["run", "facet", "measure"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(facet=Facet.ASSESSOR, assessor__isnull=False, criterion=None, submission=None)
                    | Q(facet=Facet.CRITERION, assessor=None, criterion__isnull=False, submission=None)
                    | Q(facet=Facet.SUBJECT, assessor=None, criterion=None, submission__isnull=False)
                ),
                name="severity_measure_facet",
            ),
            models.CheckConstraint(
                condition=Q(extreme=True, measure=None)
                | Q(
                    extreme=False,
                    measure__isnull=False,
                    se__isnull=False,
                    fair__isnull=False,
                    infit__isnull=False,
                    outfit__isnull=False,
                ),
                name="severity_measure_extreme",
            ),
        ]
        indexes = [models.Index(fields=["run", "facet", "measure"], name="severity_measure_ruler")]

    def __str__(self) -> str:
        return f"{self.facet} {self.measure}"


# The people of a review don't judge whether it came out right.
LOOKED_AT_BY_OTHERS = """
    IF NEW.looked_by_id IS NOT NULL AND (
        EXISTS (SELECT 1 FROM reviews_assessment a
                WHERE a.submission_id = NEW.submission_id AND a.assessor_id = NEW.looked_by_id)
        OR EXISTS (SELECT 1 FROM reviews_decision d WHERE d.submission_id = NEW.submission_id
                   AND NEW.looked_by_id IN (d.drafted_by_id, d.approved_by_id))
    ) THEN
        RAISE EXCEPTION 'pgtrigger: a queued rating is looked at by somebody without a part in it';
    END IF;
    RETURN NEW;
"""


@pghistory.track()
class ModerationItem(PublicIdModel, TimedModel):
    """A rating whose assessors' severity may have told: `fair` is the fair average of its subject.

    Until somebody has looked at it, the figures follow the newest run, and the row goes when that doesn't find it.
    """

    rating = models.OneToOneField(Rating, on_delete=models.PROTECT, related_name="moderation")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="moderation_items")
    run = models.ForeignKey(StatisticsRun, on_delete=models.PROTECT, related_name="+")
    observed = models.FloatField(help_text="Mean of the blind scores")
    fair = models.FloatField(help_text="The same at mean severity")
    band = models.CharField(max_length=16, choices=Band.choices)
    fair_band = models.CharField(max_length=16, choices=Band.choices)
    looked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    looked_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=ModerationOutcome.choices, blank=True)
    found = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(looked_by=None, looked_at=None, outcome="", found="")
                | (
                    Q(looked_by__isnull=False, looked_at__isnull=False, outcome__in=ModerationOutcome.values)
                    & ~Q(found="")
                ),
                name="moderation_looked_at",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(looked_at=None), name="moderation_queue"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="moderation_fixed",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__looked_at__isnull=False),
            ),
            pgtrigger.Trigger(
                name="moderation_by_others",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=LOOKED_AT_BY_OTHERS,
            ),
        ]

    def __str__(self) -> str:
        return f"Moderation of rating {self.rating_id}"

    @property
    def difference(self) -> float:
        """Fair less observed: positive where the assessors were more severe than most."""
        return self.fair - self.observed

    @property
    def band_changes(self) -> bool:
        return self.band != self.fair_band
