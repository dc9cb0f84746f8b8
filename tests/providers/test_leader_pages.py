"""Specialist leaders and their deployments, as a team and the head of a supported school do it on the pages."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from providers.models import Deployment, SpecialistLeader
from providers.services import leaders
from providers.services.deployments import evaluation_token, request_deployment
from providers.services.leaders import create_leader, designate
from tests.factories import SchoolFactory
from tests.providers.pages import main, queries, signed_in
from tests.providers.people import team_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def monday():
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False):
        yield


@pytest.fixture
def team():
    provider, owner, _, viewer = team_of(name="Larkmoor Alliance")
    return provider, owner, viewer


@pytest.fixture
def leader(team):
    provider, owner, _ = team
    leader = create_leader(designator=provider, by=owner, name="Robin Hollow", expertise=["phonics"])
    return designate(leader=leader, by=owner, on=dt.date(2026, 9, 1))


def address(name, leader, *more):
    return reverse(name, args=[leader.slug, *more])


def test_a_leader_is_put_forward_described_designated_and_named(team):
    provider, owner, _ = team
    SchoolFactory(urn=123456, name="Hollin Edge School")
    client, new = signed_in(owner), reverse("leader_new", args=[provider.slug])

    page = client.post(new, {"name": "Robin Hollow", "kind": "sle", "home_school": "999999"})
    assert "Choose at least one area of expertise" in main(page)
    assert "No school on the register" in main(page)
    assert 'value="Robin Hollow"' in page.content.decode()
    client.post(
        new,
        {
            "name": "Robin Hollow",
            "kind": "sle",
            "home_school": "hollin edge school",
            "expertise": ["phonics", "literacy"],
        },
    )
    leader = SpecialistLeader.objects.get()
    assert leader.home_school_id == 123456

    client.post(address("leader_edit", leader, "practice"), {"summary": "Works in pairs"})
    client.post(address("leader_edit", leader, "terms"), {"day_rate": "£1,420.50", "home_school_share": "80"})
    client.post(address("leader_designate", leader), {"on": "2026-09-01"})
    client.post(address("leader_consent", leader), {"named": "yes"})
    page = main(client.get(address("leader_manage", leader)))
    for words in (
        "Literacy, Phonics",
        "Hollin Edge School",
        "Works in pairs",
        "£1,420.50 per day",
        "80%",
        "From 1 September 2026 to 1 September 2030",
        "Agrees to be named",
        "Submit for review",
    ):
        assert words in page

    client.post(address("leader_status", leader), {"status": "resigned"})
    page = main(client.get(address("leader_manage", leader)))
    assert "Resigned" in page
    assert "Submit for review" not in page


def test_while_a_review_is_under_way_the_page_says_so_and_what_was_typed_stays(leader, team):
    client = signed_in(team[1])
    leaders.edit_guards.append(lambda _: "The review is under way.")
    try:
        url = address("leader_edit", leader, "practice")
        assert "The review is under way" in main(client.get(url))
        page = main(client.post(url, {"summary": "Typed just too late"}))
        assert "The review is under way" in page
        assert "Typed just too late" in page
        terms = address("leader_edit", leader, "terms")
        assert client.post(terms, {"day_rate": "400"}).status_code == 302
    finally:
        leaders.edit_guards.pop()

    leader.refresh_from_db()
    assert (leader.summary, leader.day_rate) == ("", 400)


class TestDeployments:
    @pytest.fixture
    def deployment(self, leader, team):
        return request_deployment(
            leader=leader,
            by=team[1],
            supported_school_name="Millrace Primary",
            focus="Early reading",
            requested_on=dt.date(2026, 9, 7),
        )

    def take(self, client, deployment, step, **typed):
        return client.post(reverse("deployment_step", args=[deployment.public_id, step]), typed, follow=True)

    def to_reviewed(self, client, deployment):
        self.take(client, deployment, "match")
        self.take(client, deployment, "confirm", days="6", rate_total="£420", rate_home_school="330")
        self.take(
            client,
            deployment,
            "plan",
            plan="Six days",
            impact_measures="Phonics check",
            starts_on="2026-09-21",
        )
        self.take(client, deployment, "start")
        visit = {"on": "2026-09-21", "note": "Joint learning walk"}
        client.post(reverse("deployment_visit", args=[deployment.public_id]), visit)
        return self.take(client, deployment, "review", review_notes="Two of three moved")

    def test_a_request_needs_a_school_and_something_to_work_on(self, leader, team):
        client, url = signed_in(team[1]), address("deployment_new", leader)

        page = main(client.post(url, {"requested_on": "2026-09-07"}))
        assert "Say which school asks for help" in page
        assert "Say what the school wants help with" in page
        client.post(
            url,
            {"supported_school_name": "Millrace Primary", "focus": "Reading", "requested_on": "2026-09-07"},
        )
        assert Deployment.objects.get().school_label == "Millrace Primary"

    def test_who_is_not_designated_can_not_be_asked_for(self, team):
        provider, owner, _ = team
        leader = create_leader(designator=provider, by=owner, name="Sam Reed", expertise=["art"])

        page = main(signed_in(owner).get(address("deployment_new", leader)))

        assert "Only a designated leader can be deployed" in page

    def test_from_request_to_close_with_the_heads_words(self, deployment, team):
        client = signed_in(team[1])
        page = main(self.take(client, deployment, "confirm", days="6", rate_total="0"))
        assert "possible while this is “Requested”" in page

        page = main(self.to_reviewed(client, deployment))
        token = evaluation_token(deployment)
        url = reverse("deployment_evaluate", args=[token])
        assert f"http://testserver{url}" in page
        assert "Joint learning walk" in page

        head = Client()
        assert "Early reading" in main(head.get(url))
        answers = {"evaluation": "Planning is joint now.", "evaluation_level": "4", "evaluator_name": "Sam"}
        refused = main(head.post(url, answers))
        assert "Choose whether it was worth what it cost" in refused
        assert "Planning is joint now." in refused
        thanks = main(head.post(url, {**answers, "evaluation_value": "3"}, follow=True))
        assert "Thank you" in thanks

        page = main(self.take(client, deployment, "close", leader_comment="Grateful"))
        for words in ("Planning is joint now.", "Worth it", "Sam, 23 November 2026", "Grateful"):
            assert words in page
        head.post(url, {**answers, "evaluation": "Another go", "evaluation_value": "1"})
        deployment.refresh_from_db()
        assert (deployment.state, deployment.evaluation) == ("closed", "Planning is joint now.")

    def test_the_provider_can_not_fill_in_the_evaluation_while_signed_in(self, deployment, team):
        client = signed_in(team[1])
        self.to_reviewed(client, deployment)
        typed = {
            "evaluation": "We were great",
            "evaluation_level": "5",
            "evaluation_value": "4",
            "evaluator_name": "Not the head",
        }

        url = reverse("deployment_evaluate", args=[evaluation_token(deployment)])
        page = main(client.post(url, typed))

        assert "must come from the school that was supported" in page
        deployment.refresh_from_db()
        assert deployment.state == "reviewed"

    def test_a_link_comes_too_early_or_was_made_up(self, deployment):
        url = reverse("deployment_evaluate", args=[evaluation_token(deployment)])

        assert "Not yet" in main(Client().get(url))
        assert "Not yet" in main(Client().post(url, {"evaluation": "Too early"}))
        made_up = reverse("deployment_evaluate", args=[f"{deployment.public_id}:x"])
        assert Client().get(made_up).status_code == 404

    def test_a_viewer_reads_and_the_link_is_not_theirs_to_misuse(self, deployment, team):
        self.to_reviewed(signed_in(team[1]), deployment)

        page = main(signed_in(team[2]).get(reverse("deployment_detail", args=[deployment.public_id])))

        assert "Two of three moved" in page
        assert "/evaluate/" not in page

    def test_a_visit_that_does_not_fit_keeps_what_was_typed(self, deployment, team):
        client = signed_in(team[1])
        self.to_reviewed(client, deployment)
        url = reverse("deployment_visit", args=[deployment.public_id])

        page = main(client.post(url, {"on": "2026-12-24", "note": "A visit still to come"}))

        assert "once it has taken place" in page
        assert "A visit still to come" in page
        assert client.get(url).status_code == 302

    def test_a_list_costs_the_same_for_one_row_and_for_three(self, deployment, leader, team):
        client = signed_in(team[1])
        pages = [reverse("deployment_list", args=[team[0].slug]), address("leader_manage", leader)]
        one = [queries(client, url) for url in pages]
        for number in (1, 2):
            request_deployment(
                leader=leader,
                by=team[1],
                supported_school=SchoolFactory(),
                focus=f"Focus {number}",
                requested_on=dt.date(2026, 9, 7),
            )

        assert [queries(client, url) for url in pages] == one


def test_empty_lists_offer_the_next_step(team):
    client = signed_in(team[1])

    assert "No deployments yet" in main(client.get(reverse("deployment_list", args=[team[0].slug])))
    assert "No relationships yet" in main(client.get(reverse("provider_relationships", args=[team[0].slug])))
    assert "No specialist leaders yet" in main(client.get(reverse("provider_manage", args=[team[0].slug])))
