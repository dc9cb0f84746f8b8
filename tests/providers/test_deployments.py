"""A deployment from request to close, told in order, and the steps that are refused."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import InternalError, transaction

from lpdqa.audit.models import Entry
from lpdqa.workflow import WorkflowError
from providers.models import Deployment
from providers.services.deployments import (
    advance_deployment,
    deployment_from_token,
    evaluate_deployment,
    evaluation_token,
    record_visit,
    request_deployment,
)
from providers.services.leaders import create_leader, designate
from tests.factories import SchoolFactory
from tests.providers.people import person, team_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

SAID = {
    "evaluator_name": "Sam Field",
    "evaluation": "Planning is joint now, and stays so.",
    "evaluation_level": "4",
    "evaluation_value": 3,
}


@pytest.fixture
def monday():
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False):
        yield


def a_request(**fields) -> tuple[Deployment, object]:
    provider, owner, _, _ = team_of()
    leader = create_leader(designator=provider, by=owner, name="Robin Hollow", expertise=["phonics"])
    designate(leader=leader, by=owner, on=dt.date(2025, 9, 1))
    deployment = request_deployment(
        leader=leader,
        by=owner,
        focus="Early reading",
        requested_on=dt.date(2026, 9, 7),
        **(fields or {"supported_school_name": "Millrace Primary"}),
    )
    return deployment, owner


def to_reviewed(deployment, owner):
    advance_deployment(deployment=deployment, by=owner, step="match")
    advance_deployment(
        deployment=deployment,
        by=owner,
        step="confirm",
        days=6,
        rate_total=400,
        rate_home_school=320,
        rate_brokerage=30,
    )
    advance_deployment(
        deployment=deployment,
        by=owner,
        step="plan",
        plan="Six days, two classes",
        impact_measures="Phonics check of 12 pupils",
        starts_on=dt.date(2026, 9, 21),
    )
    advance_deployment(deployment=deployment, by=owner, step="start")
    record_visit(deployment=deployment, by=owner, on=dt.date(2026, 9, 21), note="Joint walk")
    advance_deployment(deployment=deployment, by=owner, step="review", review_notes="Two of three moved")


def test_the_whole_way():
    deployment, owner = a_request()

    to_reviewed(deployment, owner)
    evaluate_deployment(deployment=deployment, **SAID)
    advance_deployment(deployment=deployment, by=owner, step="close", leader_comment="Grateful for the time")

    deployment.refresh_from_db()
    assert (deployment.state, deployment.closed_on) == ("closed", dt.date(2026, 11, 23))
    assert deployment.evaluated_at is not None
    steps = Entry.objects.filter(target_type="providers.deployment").order_by("id")
    assert [(entry.from_state, entry.to_state) for entry in steps if entry.to_state] == [
        ("", "requested"),
        ("requested", "matched"),
        ("matched", "confirmed"),
        ("confirmed", "planned"),
        ("planned", "visiting"),
        ("visiting", "reviewed"),
        ("reviewed", "evaluated"),
        ("evaluated", "closed"),
    ]


def test_only_a_designated_leader_goes_and_only_to_another_school_that_is_named():
    school = SchoolFactory()
    provider, owner, _, _ = team_of()
    leader = create_leader(
        designator=provider, by=owner, name="Robin Hollow", expertise=["phonics"], home_school=school
    )
    ask = {"leader": leader, "by": owner, "focus": "Reading", "requested_on": dt.date(2026, 9, 7)}

    with pytest.raises(ValidationError, match="Only a designated leader"):
        request_deployment(**ask, supported_school_name="Millrace Primary")
    designate(leader=leader, by=owner)
    with pytest.raises(ValidationError, match="which school"):
        request_deployment(**ask, supported_school_name="  ")
    with pytest.raises(ValidationError, match="another school"):
        request_deployment(**ask, supported_school=school)
    assert not Deployment.objects.exists()


def test_steps_come_in_order_and_the_evaluation_is_not_the_providers():
    deployment, owner = a_request()

    with pytest.raises(WorkflowError, match="Requested"):
        advance_deployment(deployment=deployment, by=owner, step="close")
    with pytest.raises(WorkflowError, match="Requested"):
        evaluate_deployment(deployment=deployment, **SAID)
    to_reviewed(deployment, owner)
    with pytest.raises(WorkflowError, match="supported school"):
        advance_deployment(deployment=deployment, by=owner, step="evaluate")
    with pytest.raises(ValidationError, match="not from the provider"):
        evaluate_deployment(deployment=deployment, by=owner, **SAID)

    assert Deployment.objects.get().state == "reviewed"


def test_the_database_refuses_a_jump_past_the_services():
    deployment, _ = a_request()

    with pytest.raises(InternalError, match="Invalid transition"), transaction.atomic():
        Deployment.objects.filter(pk=deployment.pk).update(state="planned")


@pytest.mark.parametrize(
    ("before", "step", "fields", "field"),
    [
        (["match"], "confirm", {"rate_total": 0}, "days"),
        (["match"], "confirm", {"days": 3, "rate_total": 300, "rate_home_school": 301}, "rate_total"),
        (["match"], "confirm", {"days": -3, "rate_total": 300}, "days"),
        (["match"], "confirm", {"days": 3, "rate_total": 1, "starts_on": dt.date(2026, 9, 9),
                                "ends_on": dt.date(2026, 9, 8)}, "ends_on"),
    ],
)  # fmt: skip
def test_a_step_says_which_field_it_still_needs(before, step, fields, field):
    deployment, owner = a_request()
    for earlier in before:
        advance_deployment(deployment=deployment, by=owner, step=earlier)

    with pytest.raises(ValidationError) as refusal:
        advance_deployment(deployment=deployment, by=owner, step=step, **fields)

    assert field in refusal.value.message_dict
    assert Deployment.objects.get().state == "matched"


def test_visits_are_noted_while_they_go_on_and_come_before_the_review():
    deployment, owner = a_request()
    with pytest.raises(WorkflowError, match="Visits can’t be recorded"):
        record_visit(deployment=deployment, by=owner, on=dt.date(2026, 9, 21), note="Too early")
    for step, fields in (
        ("match", {}),
        ("confirm", {"days": 2, "rate_total": 0}),
        ("plan", {"plan": "p", "impact_measures": "m", "starts_on": dt.date(2026, 9, 21)}),
        ("start", {}),
    ):
        advance_deployment(deployment=deployment, by=owner, step=step, **fields)

    with pytest.raises(ValidationError, match="at least one visit"):
        advance_deployment(deployment=deployment, by=owner, step="review", review_notes="None seen")
    for on, note, words in (
        (dt.date(2026, 11, 24), "Tomorrow", "taken place"),
        (dt.date(2026, 9, 1), "Before", "before the request"),
        (dt.date(2026, 9, 21), "  ", "what happened"),
    ):
        with pytest.raises(ValidationError, match=words):
            record_visit(deployment=deployment, by=owner, on=on, note=note)
    assert not deployment.visits.exists()


def test_a_head_evaluates_once_with_words_a_level_and_a_value():
    deployment, owner = a_request()
    to_reviewed(deployment, owner)

    with pytest.raises(ValidationError) as refusal:
        evaluate_deployment(
            deployment=deployment,
            evaluator_name="",
            evaluation=" ",
            evaluation_level="9",
            evaluation_value=5,
            by=person(),
        )
    assert set(refusal.value.message_dict) == set(SAID)
    evaluate_deployment(deployment=deployment, **SAID)
    with pytest.raises(WorkflowError):
        evaluate_deployment(deployment=deployment, **SAID)


def test_the_link_for_the_head_can_not_be_made_up_and_runs_out():
    deployment, _ = a_request()
    token = evaluation_token(deployment)

    assert deployment_from_token(token) == deployment
    assert deployment_from_token(token[:-1] + ("a" if token[-1] != "a" else "b")) is None
    assert deployment_from_token(str(deployment.public_id)) is None
    with time_machine.travel("2027-03-01T09:00:00Z"):
        assert deployment_from_token(token) is None
