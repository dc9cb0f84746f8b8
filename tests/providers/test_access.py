"""Who may open and use which page: the team by role, other teams, administrators, visitors."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from programmes.services.cohorts import add_cohort
from programmes.services.programmes import create_programme
from providers.models import Membership
from providers.services.deployments import request_deployment
from providers.services.leaders import create_leader, designate
from providers.services.relationships import relate
from providers.services.team import invite
from tests.factories import ProviderFactory
from tests.providers.people import administrator, join, person, team_of

pytestmark = pytest.mark.django_db

READ = {
    "provider_manage",
    "provider_team",
    "provider_relationships",
    "leader_manage",
    "deployment_list",
    "deployment_detail",
    "programme_manage",
}
WRITE = {
    "provider_edit",
    "relationship_add",
    "relationship_end",
    "leader_new",
    "leader_edit",
    "leader_designate",
    "leader_consent",
    "leader_status",
    "deployment_new",
    "deployment_step",
    "deployment_visit",
    "programme_new",
    "programme_edit",
    "programme_section",
    "version_new",
    "programme_price",
    "cohort_new",
    "cohort_edit",
}
POST_ONLY = {"cohort_remove"}
OWN = {"member"}
OWN_POST_ONLY = {"invitation_withdraw"}


@pytest.fixture
def world() -> dict[str, Any]:
    """A provider with one of everything, its three people, somebody of another provider."""
    provider, owner, editor, viewer = team_of()
    leader = create_leader(designator=provider, by=owner, name="Robin Hollow", expertise=["phonics"])
    designate(leader=leader, by=owner)
    deployment = request_deployment(
        leader=leader,
        by=owner,
        supported_school_name="Millrace Primary",
        focus="Reading",
        requested_on=dt.date(2026, 9, 7),
    )
    version = create_programme(provider=provider, by=owner, kind="course", title="First headship")
    cohort = add_cohort(programme=version.programme, by=owner, starts_on=dt.date(2030, 1, 7), mode="online")
    tie = relate(subject=provider, kind="serves", by=owner, object=ProviderFactory())
    invitation = invite(provider=provider, by=owner, email="new@school.example", role="viewer")
    slug, programme = [provider.slug], [version.programme.slug]
    return {
        "owner": owner,
        "editor": editor,
        "viewer": viewer,
        "stranger": join(ProviderFactory(), "owner"),
        "administrator": administrator(),
        "addresses": {
            "provider_manage": slug,
            "provider_edit": slug,
            "provider_team": slug,
            "provider_relationships": slug,
            "relationship_add": slug,
            "relationship_end": [tie.pk],
            "member": [Membership.objects.get(user=viewer).pk],
            "invitation_withdraw": [invitation.pk],
            "leader_new": slug,
            "leader_manage": [leader.slug],
            "leader_edit": [leader.slug, "about"],
            "leader_designate": [leader.slug],
            "leader_consent": [leader.slug],
            "leader_status": [leader.slug],
            "deployment_list": slug,
            "deployment_new": [leader.slug],
            "deployment_detail": [deployment.public_id],
            "deployment_step": [deployment.public_id, "match"],
            "deployment_visit": [deployment.public_id],
            "programme_new": slug,
            "programme_manage": programme,
            "programme_edit": [*programme, 1],
            "programme_section": [*programme, 1, "about"],
            "version_new": programme,
            "programme_price": programme,
            "cohort_new": programme,
            "cohort_edit": [cohort.public_id],
            "cohort_remove": [cohort.public_id],
        },
    }


def statuses(world: dict[str, Any], who: str, method: str) -> dict[str, int]:
    client = Client()
    if who:
        client.force_login(world[who])
    return {
        name: getattr(client, method)(reverse(name, args=args)).status_code
        for name, args in world["addresses"].items()
    }


def names(found: dict[str, int], *wanted: int) -> set[str]:
    return {name for name, status in found.items() if status in wanted}


def test_the_list_of_addresses_is_complete(world):
    assert set(world["addresses"]) == READ | WRITE | POST_ONLY | OWN | OWN_POST_ONLY


def test_an_owner_opens_everything(world):
    found = statuses(world, "owner", "get")

    assert names(found, 200, 302) == READ | WRITE | OWN
    assert names(found, 405) == POST_ONLY | OWN_POST_ONLY


def test_an_editor_opens_all_but_what_is_the_owners(world):
    found = statuses(world, "editor", "get")

    assert names(found, 200, 302) == READ | WRITE
    assert names(found, 403) == OWN | OWN_POST_ONLY


@pytest.mark.parametrize("who", ["viewer", "administrator"])
def test_a_viewer_and_an_administrator_see_and_change_nothing(world, who):
    assert names(statuses(world, who, "get"), 200, 302) == READ
    posted = statuses(world, who, "post")

    assert names(posted, 403) == set(posted) - READ | {"provider_team"}
    assert names(posted, 405) == READ - {"provider_team"}


def test_another_providers_owner_sees_and_changes_nothing(world):
    for method in ("get", "post"):
        found = statuses(world, "stranger", method)
        assert names(found, 403) == set(found)


def test_a_visitor_is_asked_to_sign_in_whatever_exists(world):
    client = Client()

    found = statuses(world, "", "get")
    assert names(found, 302) == set(found)
    missing = client.get(reverse("provider_manage", args=["no-such-provider"]))
    assert missing.status_code == 302


def test_viewers_are_shown_no_buttons_that_would_refuse_them(world):
    client = Client()
    client.force_login(world["viewer"])

    for name in READ:
        page = client.get(reverse(name, args=world["addresses"][name])).content.decode()
        main = page[page.index("<main") : page.index("</main>")]
        assert "<form" not in main, name
        for words in ("Submit", "Designate<", "Change", "Record", "Add ", "Describe a"):
            assert f">{words}" not in main, (name, words)


def test_only_administrators_see_claims(world):
    for who, status in (("owner", 403), ("stranger", 403), ("administrator", 200)):
        client = Client()
        client.force_login(world[who])
        assert client.get(reverse("claims")).status_code == status


def test_somebody_with_no_organisation_can_look_for_one_and_add_one():
    client = Client()
    client.force_login(person())

    assert client.get(reverse("provider_find")).status_code == 200
    assert client.get(reverse("provider_new")).status_code == 200


def test_a_member_who_has_left_is_a_stranger(world):
    Membership.objects.filter(user=world["viewer"]).update(ended_at="2026-01-01T00:00Z")

    found = statuses(world, "viewer", "get")

    assert names(found, 403) == set(found) - {"member"}
