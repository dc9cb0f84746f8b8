"""A team says which schools its programme has worked in."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from lpdqa.audit.models import Entry
from programmes.models import EntryContext, ProgrammeContext
from programmes.services.catalogue import refresh_programme
from programmes.services.contexts import add_context
from providers.models import Deployment
from tests import factories

pytestmark = pytest.mark.django_db


def text(response: Any) -> str:
    assert response.status_code == 200
    return unescape(re.sub(r"\s+", " ", response.content.decode()))


def test_a_team_adds_changes_and_removes_a_school(client: Client) -> None:
    made = factories.ProgrammeFactory(public=True, version__title="Coaching")
    refresh_programme(programme=made)
    school = factories.SchoolFactory(
        urn=104001, name="Larkspur Primary School", pupils=212, disadvantage_percent=17
    )
    client.force_login(factories.team_member(made.provider))
    assert "No schools yet" in text(client.get(f"/manage/programmes/{made.slug}/"))

    address = f"/manage/programmes/{made.slug}/schools/new/"
    refused = text(client.post(address, {"year": "2099", "note": "Two leaders took part"}))
    assert "Give the school’s URN, or say at least which phase it is" in refused
    assert "Give a year from 1990 to" in refused
    assert "Two leaders took part" in refused, "nothing typed is lost"
    assert not ProgrammeContext.objects.exists()

    answers = {
        "school": "104001",
        "year": "2025",
        "improvement_stage": "repair",
        "note": "Two leaders took part",
    }
    page = text(client.post(address, answers, follow=True))
    assert "Larkspur Primary School, 2025" in page
    assert "Not named to the public." in page
    shown = EntryContext.objects.get()
    assert (shown.school_name, shown.pupils, shown.disadvantage_percent) == ("", 200, 15)
    assert (shown.phase, shown.improvement_stage, shown.note) == (
        "primary",
        "repair",
        "Two leaders took part",
    )
    assert "on the list already" in text(client.post(address, answers))

    context = ProgrammeContext.objects.get()
    edit = f"/manage/contexts/{context.public_id}/"
    assert 'value="104001"' in text(client.get(edit))
    client.post(edit, {**answers, "may_be_named": "on", "pupils": "90"})
    shown = EntryContext.objects.get()
    assert (shown.school_name, shown.pupils) == ("Larkspur Primary School", 100)

    client.post(f"{edit}remove/")
    assert not EntryContext.objects.exists()
    assert school.pk == 104001
    done = Entry.objects.filter(action__startswith="context.").values_list("action", flat=True)
    assert set(done) == {"context.add", "context.update", "context.remove"}


def test_only_the_team_may(client: Client) -> None:
    made = factories.ProgrammeFactory(public=True)
    context = add_context(programme=made, by=factories.team_member(made.provider), year=2025, phase="primary")
    addresses = (f"/manage/programmes/{made.slug}/schools/new/", f"/manage/contexts/{context.public_id}/")
    for user, status in (
        (factories.UserFactory(), 403),
        (factories.team_member(made.provider, "viewer"), 403),
    ):
        client.force_login(user)
        for address in addresses:
            assert client.get(address).status_code == status
        assert client.post(f"{addresses[1]}remove/").status_code == status
    assert ProgrammeContext.objects.filter(pk=context.pk).exists()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"phase": "primary", "send_percent": 101}, "send_percent"),
        ({"phase": "primary", "postcode": "Nowhere 7"}, "postcode"),
        ({"phase": "primary", "may_be_named": True}, "may_be_named"),
        ({"phase": "primary", "year": 1200}, "year"),
    ],
)
def test_what_can_t_be_is_refused(fields: dict[str, Any], wrong: str) -> None:
    made = factories.ProgrammeFactory(public=True)
    with pytest.raises(ValidationError) as refused:
        add_context(programme=made, by=factories.team_member(made.provider), **{"year": 2025, **fields})
    assert list(refused.value.message_dict) == [wrong]
    assert not ProgrammeContext.objects.exists()


def test_the_supported_school_of_a_deployment_is_described(client: Client) -> None:
    leader = factories.SpecialistLeaderFactory()
    deployment = Deployment.objects.create(
        leader=leader, supported_school_name="Millrace Primary", focus="Phonics", requested_on="2026-01-05"
    )
    client.force_login(factories.team_member(leader.designator))
    address = f"/manage/deployments/{deployment.public_id}/"
    assert "Nothing is said of it yet" in text(client.get(address))
    refused = text(client.post(f"{address}school/", {"eal_percent": "140"}))
    assert "There is a problem" in refused
    assert 'value="140"' in refused
    page = text(
        client.post(
            f"{address}school/", {"phase": "primary", "pupils": "180", "postcode": "le1"}, follow=True
        )
    )
    assert "180" in page
    deployment.refresh_from_db()
    assert (deployment.phase, deployment.pupils, deployment.postcode) == ("primary", 180, "LE1")
