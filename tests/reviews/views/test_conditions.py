"""Pages about conditions: the team reports, administrators look, the public page waits for them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from lpdqa.accounts.models import Role
from lpdqa.accounts.services import grant_role
from lpdqa.clock import today
from reviews.models import Condition, ConditionReport
from reviews.services.conditions import refuse_report, report_condition
from reviews.services.ratings import rate_all_stale
from tests.factories import UserFactory, person, team_member
from tests.journeys import Journey, all_at
from tests.providers.pages import main, queries, signed_in
from tests.providers.people import join

pytestmark = pytest.mark.django_db

HOW = "The price is on our page since Monday."


@pytest.fixture
def journey() -> Journey:
    journey = Journey()
    journey.to("published", scores=all_at(3))
    rate_all_stale()
    return journey


@pytest.fixture
def condition(journey: Journey) -> Condition:
    return add_condition(journey)


def add_condition(journey: Journey, text: str = "Publish the price.") -> Condition:
    due = today() + dt.timedelta(days=10)
    return Condition.objects.create(decision=journey.decision, text=text, due_on=due)


def address(condition: Condition) -> str:
    return reverse("condition_report", args=[condition.decision.submission.public_id, condition.pk])


def public_page(journey: Journey) -> str:
    return main(Client().get(reverse("programme_page", args=[journey.version.programme.slug])))


def test_a_condition_is_reported_refused_reported_again_and_confirmed(journey, condition):
    team, board = signed_in(journey.owner), signed_in(journey.outsider)
    decision = reverse("submission_report", args=[journey.submission.public_id])
    looked_at = reverse("condition", args=[condition.pk])
    before = public_page(journey)
    assert "Publish the price. (by " in before
    assert "Meet a condition" in main(team.get(reverse("my_work")))
    assert "Report as met" in main(team.get(decision))
    assert "Publish the price." in main(team.get(address(condition)))

    refused = team.post(address(condition), {"how": " ", "link": "nowhere at all"})
    assert "Say how the condition is met" in main(refused)
    assert "Enter an address like" in main(refused)
    assert 'value="nowhere at all"' in refused.content.decode()
    assert not ConditionReport.objects.exists()

    sent = team.post(address(condition), {"how": HOW, "link": "www.example.org/price"})
    assert sent["Location"] == decision
    assert "Somebody looks at it" in main(team.get(decision))
    assert "Report as met" not in main(team.get(decision))
    own = main(team.get(reverse("my_work")))
    assert "Meet a condition" not in own
    assert "A condition you reported as met" in own
    assert team.get(address(condition)).status_code == 302
    assert public_page(journey) == before

    assert "Look at a condition reported as met" in main(board.get(reverse("my_work")))
    listed = main(board.get(reverse("conditions")))
    assert "Reported as met (1 for you to look at)" in listed
    assert "Look at it" in listed
    seen = board.get(looked_at)
    assert HOW in main(seen)
    assert 'href="https://www.example.org/price"' in seen.content.decode()
    assert "Say whether the condition is met" in main(board.post(looked_at, {"answer": "Not quite."}))
    refused = main(board.post(looked_at, {"is_met": "no", "answer": " ", "on": "no day"}))
    assert "Say what is still missing" in refused
    assert "valid date" not in refused
    refused = main(board.post(looked_at, {"is_met": "yes"}))
    assert "Give the day on which it was met" in refused
    assert "Say what is still missing" not in refused
    assert "(optional)" not in refused
    answered = board.post(looked_at, {"is_met": "no", "answer": "Travel is missing."})
    assert answered["Location"] == reverse("conditions")
    assert public_page(journey) == before

    assert "Travel is missing." in main(team.get(decision))
    assert "Report it again" in main(team.get(decision))
    assert "Not met yet: Travel is missing." in main(team.get(reverse("my_work")))
    team.post(address(condition), {"how": "Travel is there too."})
    assert "Travel is missing." in main(board.get(looked_at))
    day = today() - dt.timedelta(days=1)
    board.post(looked_at, {"is_met": "yes", "on": day.isoformat()})
    condition.refresh_from_db()
    assert condition.met_on == day
    after = public_page(journey)
    assert "Publish the price. (met on " in after
    for words in (HOW, "Travel"):
        assert words not in after
    assert "reported as met" not in main(board.get(reverse("my_work")))
    assert "Meet a condition" not in main(team.get(reverse("my_work")))


def test_a_condition_that_nobody_reported_is_recorded_as_before(journey, condition):
    board = signed_in(journey.outsider)
    looked_at = reverse("condition", args=[condition.pk])
    assert "Record a condition as met" in main(board.get(looked_at))
    ahead = today() + dt.timedelta(days=1)
    assert "isn’t still to come" in main(board.post(looked_at, {"on": ahead.isoformat()}))
    assert board.post(looked_at, {"on": today().isoformat()}).status_code == 302
    condition.refresh_from_db()
    assert condition.met_on == today()
    assert "met already" in main(board.post(looked_at, {"on": today().isoformat()}))


def test_nobody_else_reports_or_reads_a_report(journey, condition):
    rival = Journey()
    viewer = join(journey.provider, "viewer")
    for user in (viewer, rival.owner, UserFactory(), journey.assessors[0], journey.outsider):
        client = signed_in(user)
        assert client.get(address(condition)).status_code == 403
        assert client.post(address(condition), {"how": HOW}).status_code == 403
    assert Client().get(address(condition))["Location"].startswith("/account/login/")
    assert Client().post(address(condition), {"how": HOW})["Location"].startswith("/account/login/")
    assert not ConditionReport.objects.exists()
    decision = reverse("submission_report", args=[journey.submission.public_id])
    seen = main(signed_in(viewer).get(decision))
    assert "Not yet" in seen
    assert "Report as met" not in seen

    report_condition(condition=condition, by=journey.owner, how=HOW)
    assert HOW in main(signed_in(viewer).get(decision))
    for user in (rival.owner, UserFactory(), journey.assessors[0]):
        assert signed_in(user).get(decision).status_code == 403
        assert signed_in(user).get(reverse("condition", args=[condition.pk])).status_code == 403
    assert HOW not in public_page(journey)


def test_a_condition_of_another_submission_is_not_found_under_this_one(journey, condition):
    other = Journey()
    other.to("decided", scores=all_at(3))
    elsewhere = reverse("condition_report", args=[other.submission.public_id, condition.pk])
    assert signed_in(other.owner).get(elsewhere).status_code == 404
    assert signed_in(journey.owner).get(elsewhere).status_code == 404


def test_an_administrator_with_a_part_in_it_does_not_look_at_it(journey, condition):
    report_condition(condition=condition, by=journey.owner, how=HOW)
    assessor, own = journey.assessors[0], team_member(journey.provider, "viewer")
    for user in (assessor, own):
        grant_role(user=user, role=Role.ADMINISTRATOR, by=None)
        client = signed_in(user)
        assert "Look at a condition" not in main(client.get(reverse("my_work")))
        assert client.get(reverse("condition", args=[condition.pk])).status_code == 403
        typed = {"is_met": "yes", "on": today().isoformat()}
        assert client.post(reverse("condition", args=[condition.pk]), typed).status_code == 403
    listed = main(signed_in(assessor).get(reverse("conditions")))
    assert "for you to look at" not in listed
    assert "Look at it" not in listed
    condition.refresh_from_db()
    assert condition.met_on is None


def test_an_answer_to_a_report_that_was_answered_meanwhile_records_nothing(journey, condition):
    first = report_condition(condition=condition, by=journey.owner, how=HOW)
    late = {"report": first.pk, "is_met": "no", "answer": "Travel is missing.", "on": today().isoformat()}
    refuse_report(report=first, by=journey.outsider, answer="No.")
    board, page = signed_in(person("administrator")), reverse("condition", args=[condition.pk])
    assert f'name="report" value="{first.pk}"' not in board.get(page).content.decode()
    for _ in range(2):  # while none waits, and while another does
        said = main(board.post(page, late, follow=True))
        assert "Somebody else has answered that report meanwhile" in said
        condition.refresh_from_db()
        assert condition.met_on is None
        if condition.waiting_report is None:
            report_condition(condition=condition, by=journey.owner, how="Travel is there too.")
    assert condition.reports.filter(state="waiting").count() == 1


def test_what_is_typed_is_not_markup(journey, condition):
    report_condition(condition=condition, by=journey.owner, how="<script>alert(1)</script>")
    decision = reverse("submission_report", args=[journey.submission.public_id])
    for user, page in (
        (journey.owner, decision),
        (journey.outsider, reverse("condition", args=[condition.pk])),
    ):
        html = signed_in(user).get(page).content.decode()
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html


def test_pages_cost_the_same_for_one_and_three(journey, condition):
    def reported(one: Condition) -> None:
        refused = report_condition(condition=one, by=journey.owner, how=HOW)
        refuse_report(report=refused, by=journey.outsider, answer="No.")
        report_condition(condition=one, by=journey.owner, how=HOW)

    team, board = signed_in(journey.owner), signed_in(person("administrator"))
    pages = [
        (team, reverse("submission_report", args=[journey.submission.public_id])),
        (team, reverse("my_work")),
        (board, reverse("my_work")),
        (board, reverse("conditions")),
        (board, f"{reverse('conditions')}?show=reported"),
    ]
    reported(condition)
    one = [queries(client, page) for client, page in pages]
    for number in range(2):
        reported(add_condition(journey, f"Do more, {number}."))
    assert [queries(client, page) for client, page in pages] == one
