"""Conditions of decisions: which have to be met, which are reported as met, and who may say what of one."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db.models import F, QuerySet

from lpdqa.accounts.models import User
from reviews.choices import AppealState, ReportState
from reviews.models import Condition, ConditionReport, Submission
from reviews.queries.decisions import grounds

IN_FORCE = ("decided", "published", "suspended", "appealed")
"""States of a submission in which the conditions of its decision have to be met."""
SHOWN = ("open", "reported", "met", "all")


def in_force() -> QuerySet[Condition]:
    """Conditions that have to be met or were: of approved decisions that no appeal has set aside."""
    return Condition.objects.filter(
        decision__approved_at__isnull=False, decision__submission__state__in=IN_FORCE
    ).exclude(decision__appeals__state=AppealState.UPHELD)


def conditions(*, show: str = "open") -> QuerySet[Condition]:
    """Conditions in force with what was reported of them, the earliest date first; `show` is one of `SHOWN`."""
    found = (
        in_force()
        .select_related(
            "decision__submission__provider",
            "decision__submission__version__programme",
            "decision__submission__leader",
        )
        .prefetch_related("reports")
    )
    if show == "open":
        found = found.filter(met_on=None)
    elif show == "reported":
        found = found.filter(met_on=None, reports__state=ReportState.WAITING)
    elif show == "met":
        found = found.filter(met_on__isnull=False)
    return found.order_by(F("due_on"), "id")


def answerable_by(user: User) -> QuerySet[Condition]:
    """Conditions that this person may record as met: of submissions on which they may decide."""
    barred = reduce(or_, grounds(user).values())
    return Condition.objects.filter(decision__submission__in=Submission.objects.exclude(barred).values("pk"))


def waiting_reports(user: User) -> QuerySet[ConditionReport]:
    """Reports that wait and that this person may answer, the oldest first."""
    found = ConditionReport.objects.filter(
        state=ReportState.WAITING,
        condition__met_on=None,
        condition__in=in_force().values("pk"),
    ).filter(condition__in=answerable_by(user).values("pk"))
    return found.exclude(reported_by=user).order_by("id")


def bar_to_reporting(condition: Condition) -> str:
    """Why its team can't report this condition as met now, in words; empty if they can."""
    if condition.met_on is not None:
        return "This condition is recorded as met already."
    if condition.waiting_report is not None:
        return "Your team has reported this already. It waits to be looked at."
    if not in_force().filter(pk=condition.pk).exists():
        return "The decision of this condition is not in force any more, so there is nothing to report."
    return ""
