"""Conditions of a decision: reported as met by the team, and confirmed or answered by the scheme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now, today
from providers.choices import MemberRole
from providers.rules import role_in
from reviews.choices import ReportState
from reviews.models import Condition, ConditionReport
from reviews.queries.conditions import bar_to_reporting
from reviews.queries.decisions import bar_to_deciding
from reviews.services.telling import tell_of_condition
from reviews.services.transitions import locked


def report_condition(*, condition: Condition, by: User, how: str, link: str = "") -> ConditionReport:
    """Say that a condition is met; it counts as met only once somebody of the scheme has confirmed that.

    how: what was done, in the team's words. link: where it can be seen, if anywhere.

    Raises:
        ValidationError: nothing is said, the person doesn't write for the provider, or there is nothing to report.
    """
    if not how.strip():
        raise ValidationError({"how": "Say how the condition is met."})
    with _locked(condition):
        if role_in(by, condition.decision.submission.provider) not in (MemberRole.OWNER, MemberRole.EDITOR):
            raise ValidationError("Only owners and editors of the provider’s team report a condition as met.")
        if bar := bar_to_reporting(condition):
            raise ValidationError(bar)
        with act("condition.report", by=by, target=condition):
            report = ConditionReport.objects.create(
                condition=condition, how=how.strip(), link=link, reported_by=by, reported_at=now()
            )
            tell_of_condition(condition=condition, report=report)
    return report


def meet_condition(*, condition: Condition, by: User, on: dt.date | None = None) -> Condition:
    """Record that the provider has met a condition; confirms the team's report where one waits.

    Raises:
        ValidationError: it is recorded already, the day lies ahead, or the person has a part in the matter.
    """
    with _locked(condition):
        if condition.met_on is not None:
            raise ValidationError("This condition is recorded as met already.")
        if on is not None and on > today():
            raise ValidationError({"on": "Give a day that isn’t still to come."})
        report = condition.waiting_report
        _check_person(by, condition, report)
        with act("condition.met", by=by, target=condition):
            condition.met_on = on or today()
            condition.save(update_fields=["met_on", "updated_at"])
            if report is not None:
                _answer(report, by, ReportState.MET)
            tell_of_condition(condition=condition)
    return condition


def refuse_report(*, report: ConditionReport, by: User, answer: str) -> ConditionReport:
    """Answer a report with why the condition is not met yet; the team reads it, and can report again.

    Raises:
        ValidationError: no reason is given, it is answered already, or the person has a part in the matter.
    """
    if not answer.strip():
        raise ValidationError({"answer": "Say what is still missing: the team reads it."})
    condition = report.condition
    with _locked(condition):
        waiting = condition.waiting_report
        if waiting is None or waiting.pk != report.pk:
            raise ValidationError("This report is answered already.")
        _check_person(by, condition, waiting)
        with act("condition.not_met", by=by, target=condition, reason=answer.strip()):
            _answer(waiting, by, ReportState.NOT_MET, answer.strip())
            tell_of_condition(condition=condition, report=waiting)
    return waiting


@contextmanager
def _locked(condition: Condition) -> Iterator[Condition]:
    """Hold the submission's row, and the condition read afresh with its reports."""
    with locked(condition.decision.submission) as submission:
        condition.refresh_from_db()
        condition.decision.submission = submission
        yield condition


def _check_person(by: User, condition: Condition, report: ConditionReport | None) -> None:
    bar = bar_to_deciding(by, condition.decision.submission)
    if report is not None and report.reported_by_id == by.pk:
        bar = "You reported it."
    if bar:
        raise ValidationError(f"{bar} Somebody else has to look at it.")


def _answer(report: ConditionReport, by: User, state: ReportState, answer: str = "") -> None:
    report.state, report.answer = state, answer
    report.answered_by, report.answered_at = by, now()
    report.save(update_fields=["state", "answer", "answered_by", "answered_at", "updated_at"])
