"""Reading runs of the statistics: the newest one, its measures, and what one assessor may know of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lpdqa.accounts.models import User
from reviews.choices import Facet, RunState
from reviews.models import FrameworkVersion, Heading, SeverityMeasure, StatisticsRun
from reviews.queries.score_pairs import own_pairs
from reviews.rating.severity import ENOUGH_SCORES

# Fit outside these is flagged: the range that J. M. Linacre calls productive for measurement.
FIT = (0.5, 1.5)


def newest_run(framework: FrameworkVersion) -> StatisticsRun | None:
    """The newest finished run, which the pages show."""
    return StatisticsRun.objects.filter(framework=framework, state=RunState.DONE).order_by("-id").first()


def open_run(framework: FrameworkVersion) -> StatisticsRun | None:
    """The run that waits or is being worked out."""
    return StatisticsRun.objects.filter(
        framework=framework, state__in=[RunState.QUEUED, RunState.RUNNING]
    ).first()


def last_failure(framework: FrameworkVersion) -> StatisticsRun | None:
    """The newest run, if it failed."""
    newest = StatisticsRun.objects.filter(framework=framework).order_by("-id").first()
    return newest if newest is not None and newest.state == RunState.FAILED else None


@dataclass(frozen=True)
class Ruler:
    """All measures of a run on one scale: subjects as bare logits, the others as rows."""

    subjects: list[float]
    extreme_subjects: int
    assessors: list[SeverityMeasure]
    criteria: list[SeverityMeasure]


def ruler(run: StatisticsRun) -> Ruler:
    """Three queries, however many there are."""
    measures = SeverityMeasure.objects.filter(run=run)
    subjects = list(measures.filter(facet=Facet.SUBJECT).values_list("measure", flat=True))
    return Ruler(
        subjects=[measure for measure in subjects if measure is not None],
        extreme_subjects=sum(measure is None for measure in subjects),
        assessors=list(
            measures.filter(facet=Facet.ASSESSOR)
            .select_related("assessor__assessor_profile")
            .order_by("-measure", "id")
        ),
        criteria=list(
            measures.filter(facet=Facet.CRITERION).select_related("criterion").order_by("-measure", "id")
        ),
    )


def misfits(measure: SeverityMeasure) -> str:
    """What an unusual fit means, in words; empty where the fit is usual or there is none."""
    if measure.infit is None or measure.outfit is None:
        return ""
    if max(measure.infit, measure.outfit) > FIT[1]:
        return "erratic: scores vary more than the model expects"
    if min(measure.infit, measure.outfit) < FIT[0]:
        return "too even: scores vary less than the model expects"
    return ""


@dataclass(frozen=True)
class Consistency:
    """What an assessor may know of themselves. Tables of (own score, other's) -> times; never whose the other is."""

    everything: dict[tuple[int, int], int]
    headings: list[tuple[str, dict[tuple[int, int], int]]]
    severity: SeverityMeasure | None
    run: StatisticsRun | None

    @property
    def compared(self) -> dict[str, int]:
        """On how many paired scores one was higher, the same, and lower than the co-assessor."""
        return {
            "higher": sum(n for (own, other), n in self.everything.items() if own > other),
            "same": sum(n for (own, other), n in self.everything.items() if own == other),
            "lower": sum(n for (own, other), n in self.everything.items() if own < other),
        }


def consistency_of(user: User, framework: FrameworkVersion) -> Consistency:
    """An assessor's own agreement on settled files, and their severity where 30 scores or more are connected."""
    tables = own_pairs(user.pk, framework)
    run = newest_run(framework)
    severity = None
    if run is not None:
        severity = SeverityMeasure.objects.filter(
            run=run, assessor=user, extreme=False, count__gte=ENOUGH_SCORES
        ).first()
    headings = [
        (heading.title, tables.heading.get(heading.pk, {}))
        for heading in Heading.objects.filter(framework=framework).order_by("order")
    ]
    return Consistency(tables.all, headings, severity, run)


def figures_by_name(row: dict[str, Any], name: str) -> tuple[float | None, float | None, float | None]:
    """A stored measure of agreement as value, low and high; all None where it isn't told."""
    value, low, high = row.get(name, (None, None, None))
    return value, low, high
