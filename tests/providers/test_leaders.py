"""Specialist leaders: putting one forward, designation for four years, consent, and who stays public."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError

from lpdqa.workflow import WorkflowError
from programmes.models import CatalogueEntry
from providers.models import SpecialistLeader
from providers.services import leaders
from providers.services.leaders import create_leader, designate, set_consent, set_status, update_leader
from tests.factories import SpecialistLeaderFactory
from tests.providers.people import join, team_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def monday():
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False):
        yield


def a_leader(**fields):
    provider, owner, _, _ = team_of()
    leader = create_leader(
        designator=provider, by=owner, name="Robin Hollow", expertise=["mathematics"], **fields
    )
    return leader, owner


def test_neither_address_nor_public_name_gives_away_who_it_is_before_consent():
    leader, owner = a_leader()

    assert leader.public_name == f"SLE {leader.slug.upper()}"
    assert "robin" not in leader.slug
    assert leader.status == "applied"

    set_consent(leader=leader, by=owner, named=True)
    assert leader.public_name == "Robin Hollow"
    set_consent(leader=leader, by=owner, named=False)
    assert leader.public_name.startswith("SLE ")


def test_withdrawing_consent_takes_the_name_out_of_search_at_once():
    leader = SpecialistLeaderFactory(name="Robin Hollow")
    owner = join(leader.designator)
    set_consent(leader=leader, by=owner, named=True)
    assert CatalogueEntry.objects.get(leader=leader).title == "Robin Hollow"

    set_consent(leader=leader, by=owner, named=False)

    assert "Robin" not in CatalogueEntry.objects.get(leader=leader).title


@pytest.mark.parametrize(
    ("on", "ends"),
    [
        (dt.date(2025, 9, 1), dt.date(2029, 9, 1)),
        (dt.date(2024, 2, 29), dt.date(2028, 2, 28)),
        (None, dt.date(2030, 11, 23)),
    ],
)
def test_a_designation_lasts_four_years(on, ends):
    leader, owner = a_leader()

    designate(leader=leader, by=owner, on=on)

    assert (leader.status, leader.designation_ends_on) == ("designated", ends)


def test_a_designation_can_be_renewed_but_not_dated_ahead_or_back():
    leader, owner = a_leader()
    designate(leader=leader, by=owner, on=dt.date(2023, 1, 10))

    with pytest.raises(ValidationError, match="in the future"):
        designate(leader=leader, by=owner, on=dt.date(2026, 11, 24))
    with pytest.raises(ValidationError, match="before the present one"):
        designate(leader=leader, by=owner, on=dt.date(2022, 1, 10))
    designate(leader=leader, by=owner)

    assert leader.designation_ends_on == dt.date(2030, 11, 23)


def test_who_resigns_is_no_longer_public_and_can_not_be_designated():
    leader = SpecialistLeaderFactory()
    owner = join(leader.designator)
    designate(leader=leader, by=owner)
    assert CatalogueEntry.objects.filter(leader=leader).exists()

    set_status(leader=leader, by=owner, status="resigned", reason="Left the area")

    assert not CatalogueEntry.objects.filter(leader=leader).exists()
    with pytest.raises(WorkflowError, match="Resigned"):
        designate(leader=leader, by=owner)
    with pytest.raises(WorkflowError, match="isn’t possible"):
        set_status(leader=leader, by=owner, status="designated")


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"name": " "}, "name"), ({"expertise": []}, "expertise"), ({"expertise": ["magic"]}, "expertise"),
     ({"phases": ["kindergarten"]}, "phases"), ({"day_rate": -1}, "day_rate"),
     ({"home_school_share": 101}, "home_school_share"), ({"brokerage": -5}, "brokerage")],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_field(fields, field):
    leader, owner = a_leader()

    with pytest.raises(ValidationError) as refusal:
        update_leader(leader=leader, by=owner, **fields)

    assert field in refusal.value.message_dict
    assert SpecialistLeader.objects.get().name == "Robin Hollow"


def test_while_a_review_is_under_way_terms_may_change_and_the_description_may_not():
    leader, owner = a_leader()
    leaders.edit_guards.append(lambda _: "This is with the assessors.")
    try:
        update_leader(leader=leader, by=owner, day_rate=420, summary="")
        with pytest.raises(WorkflowError, match="with the assessors"):
            update_leader(leader=leader, by=owner, summary="Something else")
    finally:
        leaders.edit_guards.pop()

    leader.refresh_from_db()
    assert (leader.day_rate, leader.summary) == (420, "")
