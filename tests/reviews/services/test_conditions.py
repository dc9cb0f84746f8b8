"""A condition counts as met once somebody of the scheme has said so; the team reports, and reads why not."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from lpdqa.accounts.models import Role
from lpdqa.accounts.services import grant_role
from lpdqa.audit.models import Entry
from lpdqa.clock import today
from lpdqa.notices.models import Notice
from reviews.models import Condition, ConditionReport, Submission
from reviews.queries.conditions import answerable_by, bar_to_reporting, conditions, waiting_reports
from reviews.queries.my_work import my_work
from reviews.queries.trail import trail, trail_of
from reviews.services import appeals
from reviews.services.conditions import meet_condition, refuse_report, report_condition
from reviews.services.reminders import remind
from tests.factories import UserFactory, person
from tests.journeys import Journey, all_at
from tests.providers.people import join

pytestmark = pytest.mark.django_db

HOW = "The price is on our page since Monday."


@pytest.fixture
def journey() -> Journey:
    journey = Journey()
    journey.to("published", scores=all_at(3))
    return journey


@pytest.fixture
def condition(journey: Journey) -> Condition:
    return Condition.objects.create(
        decision=journey.decision, text="Publish the price.", due_on=today() + dt.timedelta(days=10)
    )


def report(journey: Journey, condition: Condition, how: str = HOW) -> ConditionReport:
    return report_condition(
        condition=condition, by=journey.owner, how=how, link="https://www.example.org/price"
    )


def told(user, words: str) -> list[str]:
    return list(Notice.objects.filter(user=user, subject__contains=words).values_list("body", flat=True))


def test_a_report_waits_until_it_is_confirmed(journey, condition):
    outsider = journey.outsider
    made = report(journey, condition)
    condition.refresh_from_db()
    assert condition.met_on is None
    assert condition.waiting_report == made
    assert told(outsider, "is reported as met") == [HOW]
    assert list(waiting_reports(outsider)) == [made]
    assert list(conditions(show="reported")) == [condition]

    day = today() - dt.timedelta(days=2)
    meet_condition(condition=condition, by=outsider, on=day)
    made.refresh_from_db()
    assert (condition.met_on, made.state, made.answered_by) == (day, "met", outsider)
    assert told(journey.owner, "is met") == ["Publish the price."]
    assert not waiting_reports(outsider)
    assert not conditions(show="reported")
    entries = Entry.objects.filter(target_type="reviews.condition").order_by("id")
    assert [(each.action, each.actor) for each in entries] == [
        ("condition.report", journey.owner),
        ("condition.met", outsider),
    ]
    assert {each.what for each in trail_of(journey.submission, outsider)} >= {
        "Condition: report",
        "Condition: met",
    }


def test_a_refused_report_says_why_and_can_follow_by_another(journey, condition):
    first = report(journey, condition)
    refuse_report(report=first, by=journey.outsider, answer="The cost of travel is still missing.")
    assert told(journey.owner, "is not met yet") == [
        "The cost of travel is still missing.\n\nWhen that is done, report it again."
    ]
    assert Entry.objects.get(action="condition.not_met").reason == "The cost of travel is still missing."
    condition.refresh_from_db()
    assert (condition.met_on, bar_to_reporting(condition)) == (None, "")
    second = report(journey, condition, "Travel is there too.")
    with pytest.raises(ValidationError, match="answered already"):
        refuse_report(report=first, by=journey.outsider, answer="No.")
    meet_condition(condition=condition, by=journey.outsider)
    assert [each.state for each in condition.reports.order_by("id")] == ["not_met", "met"]
    second.refresh_from_db()
    assert second.answer == ""


def test_one_report_waits_at_a_time_and_nothing_is_reported_twice(journey, condition):
    report(journey, condition)
    with pytest.raises(ValidationError, match="waits to be looked at"):
        report(journey, condition)
    with pytest.raises(IntegrityError), transaction.atomic():
        ConditionReport.objects.create(condition=condition, how="x", reported_by=journey.owner)
    meet_condition(condition=condition, by=journey.outsider)
    with pytest.raises(ValidationError, match="met already"):
        report(journey, condition)
    with pytest.raises(ValidationError, match="met already"):
        meet_condition(condition=condition, by=journey.outsider)
    assert ConditionReport.objects.count() == 1


def test_nothing_is_reported_where_the_decision_is_not_in_force(journey, condition):
    Submission.objects.filter(pk=journey.submission.pk).update(state="superseded")
    condition.refresh_from_db()
    with pytest.raises(ValidationError, match="not in force any more"):
        report(journey, condition)


def test_conditions_of_a_decision_that_is_set_aside_go_with_it(journey, condition):
    report(journey, condition)
    other = Condition.objects.create(decision=journey.decision, text="Say who leads it.", due_on=today())
    appeal = appeals.lodge_appeal(decision=journey.decision, by=journey.owner, grounds="It was not read.")
    outsider = person("administrator")
    assert list(conditions()) == [other, condition]
    appeals.decide_appeal(appeal=appeal, by=journey.outsider, uphold=True, outcome_text="Right.")
    journey.drafter, journey.approver = person("administrator"), person("administrator")
    journey.submission.refresh_from_db()
    journey.to("published", scores=all_at(3))
    assert journey.submission.state == "published"
    assert not conditions()
    assert not conditions(show="all")
    assert not waiting_reports(outsider)
    assert not [item for item in my_work(journey.owner).needs if "condition" in item.text]
    remind()
    assert not told(journey.owner, "Meet a condition")
    with pytest.raises(ValidationError, match="not in force any more"):
        report_condition(condition=other, by=journey.owner, how=HOW)


@pytest.mark.parametrize("how", ["", "  \n "])
def test_a_report_says_how(journey, condition, how):
    with pytest.raises(ValidationError) as refusal:
        report(journey, condition, how)
    assert set(refusal.value.message_dict) == {"how"}
    made = report(journey, condition)
    with pytest.raises(ValidationError) as refusal:
        refuse_report(report=made, by=journey.outsider, answer=how)
    assert set(refusal.value.message_dict) == {"answer"}
    with pytest.raises(ValidationError, match="isn’t still to come"):
        meet_condition(condition=condition, by=journey.outsider, on=today() + dt.timedelta(days=1))


def test_only_the_team_reports_and_only_people_without_a_part_answer(journey, condition):
    viewer = join(journey.provider, "viewer")
    for user in (viewer, UserFactory(), journey.outsider, journey.assessors[0]):
        with pytest.raises(ValidationError, match="Only owners and editors"):
            report_condition(condition=condition, by=user, how=HOW)
    editor = join(journey.provider, "editor")
    made = report_condition(condition=condition, by=editor, how=HOW)
    for barred in (editor, viewer, journey.assessors[0]):
        grant_role(user=barred, role=Role.ADMINISTRATOR, by=None)
        assert not waiting_reports(barred)
        assert condition not in answerable_by(barred)
        with pytest.raises(ValidationError, match="Somebody else has to look at it"):
            meet_condition(condition=condition, by=barred)
        with pytest.raises(ValidationError, match="Somebody else has to look at it"):
            refuse_report(report=made, by=barred, answer="No.")
        assert not [each for each in trail(barred, {}) if each.action == "condition.report"]
    made.refresh_from_db()
    assert made.state == "waiting"


def test_administrators_with_a_part_in_it_are_not_told(journey, condition):
    assessor = journey.assessors[0]
    grant_role(user=assessor, role=Role.ADMINISTRATOR, by=None)
    outsider = journey.outsider
    report(journey, condition)
    assert told(outsider, "is reported as met")
    assert not told(assessor, "condition")
    assert not told(journey.owner, "is reported as met")


def test_whoever_reported_it_does_not_answer_it_from_elsewhere(journey, condition):
    editor = join(journey.provider, "editor")
    made = report_condition(condition=condition, by=editor, how=HOW)
    editor.memberships.update(ended_at=dt.datetime.now(dt.UTC))
    grant_role(user=editor, role=Role.ADMINISTRATOR, by=None)
    assert not waiting_reports(editor)
    with pytest.raises(ValidationError, match="You reported it"):
        refuse_report(report=made, by=editor, answer="No.")


def test_an_answer_stands_in_the_database(journey, condition):
    made = report(journey, condition)
    refuse_report(report=made, by=journey.outsider, answer="No.")
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        ConditionReport.objects.filter(pk=made.pk).update(answer="Something else.")
    second = report(journey, condition)
    for wrong in (
        {"state": "met"},
        {"state": "not_met", "answered_by": person("administrator"), "answered_at": dt.datetime.now(dt.UTC)},
        {"state": "met", "answered_by": journey.owner, "answered_at": dt.datetime.now(dt.UTC)},
        {"how": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ConditionReport.objects.filter(pk=second.pk).update(**wrong)


def test_no_reminder_while_a_report_waits(journey, condition):
    made = report(journey, condition)
    remind()
    assert not told(journey.owner, "Meet a condition")
    refuse_report(report=made, by=journey.outsider, answer="No.")
    remind()
    assert told(journey.owner, "Meet a condition") == ["Publish the price."]


def test_a_leader_who_is_not_named_is_not_named_in_the_letters():
    journey = Journey("sle")
    journey.to("published", scores=all_at(3))
    leader = journey.submission.leader
    leader.consent_named_at = None
    leader.save()
    condition = Condition.objects.create(
        decision=journey.decision, text=f"{leader.name} publishes a rate.", due_on=today()
    )
    outsider = journey.outsider
    report(journey, condition, f"{leader.name} has done it.")
    meet_condition(condition=condition, by=outsider)
    assert told(outsider, "is reported as met") == [f"{leader.code} has done it."]
    assert told(journey.owner, "is met") == [f"{leader.code} publishes a rate."]
