"""Many decisions together, conditions and their dates, and the public register."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from lpdqa.accounts.models import Role
from lpdqa.accounts.services import grant_role
from lpdqa.clock import today
from programmes.choices import Band
from reviews.models import Condition, Decision, ScheduledPublication
from reviews.queries.register import in_numbers
from reviews.services.decision_round import publish_due
from reviews.services.ratings import rate_all_stale
from tests.factories import person, team_member
from tests.journeys import Journey, all_at
from tests.reviews.views.people import signed_in, take, text

pytestmark = pytest.mark.django_db


def states(*journeys: Journey) -> list[str]:
    for journey in journeys:
        journey.submission.refresh_from_db()
    return [journey.submission.state for journey in journeys]


def together(client: Client, what: str, *journeys: Journey, **typed: str) -> str:
    """Choose, read the confirmation, confirm; the page it leads to."""
    data = {"what": what, "submission": [str(journey.submission.pk) for journey in journeys]}
    confirmation = text(client.post(reverse("decide_together"), data))
    assert f": {len(journeys)} decision" in confirmation
    for journey in journeys:
        assert journey.submission.title in confirmation
    return take(client, reverse("decide_together"), **data, sure="yes", **typed)


def test_two_decisions_from_scores_to_publication_by_two_people() -> None:
    good, poor = Journey(), Journey()
    good.to("deciding", scores=all_at(4))
    poor.to("deciding", scores=all_at(1))
    ada, bo = signed_in(person("administrator")), signed_in(person("administrator"))
    page = text(ada.get(reverse("decisions")))
    assert good.submission.title in page
    assert "2 decisions drafted" in together(ada, "prepare", good, poor)
    drafts = {d.submission_id: d for d in Decision.objects.all()}
    assert drafts[good.submission.pk].expected_band == Band.EXEMPLARY
    assert "(P1)" in drafts[good.submission.pk].strengths
    descriptor = poor.criterion("P1").descriptors["2"]
    assert descriptor in drafts[poor.submission.pk].improvements
    # Whoever drafted them can't approve them, also not by sending the form past the page.
    assert "You drafted it" in text(ada.get(reverse("decisions")))
    assert "has to approve it" in together(ada, "approve", good)
    assert states(good, poor) == ["deciding", "deciding"]
    assert "2 decisions approved" in together(bo, "approve", good, poor)
    assert "2 decisions published or closed" in together(bo, "publish", good, poor)
    assert states(good, poor) == ["published", "closed"]


def test_decisions_are_published_on_their_day_by_the_nightly_job() -> None:
    with time_machine.travel("2026-11-02 09:00", tick=False):
        first, second = Journey(), Journey()
        for journey in (first, second):
            journey.to("decided", scores=all_at(3))
        ada = signed_in(person("administrator"))
        data = {
            "what": "schedule",
            "submission": [str(first.submission.pk)],
            "sure": "yes",
            "on": "2026-11-02",
        }
        assert "still to come" in text(ada.post(reverse("decide_together"), data))
        assert "2 decisions to be published" in together(ada, "schedule", first, second, on="2026-11-09")
        assert "9 Nov 2026" in text(ada.get(reverse("decisions")))
        assert publish_due(on=dt.date(2026, 11, 8)) == 0
    with time_machine.travel("2026-11-09 02:10", tick=False):
        # Published by hand meanwhile: the job leaves it alone, and forgets it.
        together(ada, "publish", second)
        assert publish_due(on=dt.date(2026, 11, 9)) == 1
        assert states(first, second) == ["published", "published"]
        assert not ScheduledPublication.objects.exists()
        assert publish_due(on=dt.date(2026, 11, 10)) == 0


def test_an_appeal_stops_what_was_to_be_published() -> None:
    with time_machine.travel("2026-11-02 09:00", tick=False):
        journey = Journey()
        journey.to("decided", scores=all_at(3))
        together(signed_in(person("administrator")), "schedule", journey, on="2026-11-09")
        journey._appealed()
    with time_machine.travel("2026-11-09 02:10", tick=False):
        assert publish_due(on=today()) == 0
        assert states(journey) == ["appealed"]
        assert not ScheduledPublication.objects.exists()


def test_who_has_a_part_neither_chooses_nor_reads_what_it_comes_to() -> None:
    journey = Journey()
    journey.to("decided", scores=all_at(4))
    own = team_member(journey.provider)
    for user in (journey.assessors[0], own):
        grant_role(user=user, role=Role.ADMINISTRATOR, by=None)
        client = signed_in(user)
        page = text(client.get(reverse("decisions")))
        assert "Exemplary" not in page
        data = {"what": "publish", "submission": [str(journey.submission.pk)], "sure": "yes"}
        assert "Choose at least one" in take(client, reverse("decide_together"), **data)
    assert states(journey) == ["decided"]


@pytest.mark.parametrize("sent", [{}, {"what": "publish"}, {"what": "eat", "submission": "1"},
                                  {"what": "publish", "submission": ["x", "9" * 30, "-1"]}])  # fmt: skip
def test_bad_input_does_nothing_and_says_so(sent: dict) -> None:
    assert "nothing was done" in take(signed_in(person("administrator")), reverse("decide_together"), **sent)


def test_the_page_takes_the_same_number_of_queries_with_one_row_and_with_three(
    django_assert_max_num_queries,
) -> None:
    client, counts = signed_in(person("administrator")), []
    for rows in (1, 2):
        for _ in range(rows):
            Journey().to("deciding", scores=all_at(3))
            Journey().to("decided", scores=all_at(3))
        with django_assert_max_num_queries(12) as captured:
            client.get(reverse("decisions"))
        counts.append(len(captured))
    assert len(set(counts)) == 1, counts


def test_a_condition_is_followed_up_until_it_is_met() -> None:
    with time_machine.travel("2026-11-02 09:00", tick=False):
        journey = Journey()
        journey.to("published", scores=all_at(3))
        condition = Condition.objects.create(
            decision=journey.decision, text="Publish the full price.", due_on=dt.date(2026, 11, 20)
        )
    with time_machine.travel("2026-11-21 09:00", tick=False):
        client = signed_in(person("administrator"))
        assert "20 Nov 2026 overdue" in text(client.get(reverse("conditions")))
        url = reverse("condition", args=[condition.pk])
        assert "isn’t still to come" in text(client.post(url, {"on": "2026-11-22"}))
        assert "No condition here" in take(client, url, on="2026-11-19")
        assert "19 Nov 2026" in text(client.get(reverse("conditions"), {"show": "met"}))
        own = team_member(journey.provider)
        grant_role(user=own, role=Role.ADMINISTRATOR, by=None)
        assert signed_in(own).post(url, {"on": "2026-11-19"}).status_code == 403


def test_the_public_register_shows_what_is_public_and_counts_the_rest() -> None:
    with time_machine.travel("2026-10-05 09:00", tick=False):
        shown, closed, pending = Journey(), Journey(), Journey()
        shown.to("published", scores=all_at(4))
        closed.to("closed", scores=all_at(1))
        pending.to("decided", scores=all_at(4))
        rate_all_stale()
        # In the month of a decision nothing moves yet: a count would tell of it.
        assert in_numbers() == []
    with time_machine.travel("2026-11-05 09:00", tick=False):
        page = text(Client().get(reverse("decision_register")))
        assert shown.submission.title in page
        assert closed.submission.title not in page
        assert pending.submission.title not in page
        (year,) = in_numbers()
        assert (year.year, year.decided, year.bands[Band.EXEMPLARY], year.bands[Band.NOT_YET]) == (
            2026,
            2,
            1,
            1,
        )
        answer = Client().get(reverse("decision_register"), {"csv": "decisions", "band": "exemplary"})
        rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        assert [row[1] for row in rows[1:]] == [shown.submission.title]
        assert "No public decision matches" in text(
            Client().get(reverse("decision_register"), {"band": "alert"})
        )


def test_an_appeal_counts_with_its_outcome() -> None:
    from reviews.services.appeals import decide_appeal

    with time_machine.travel("2026-10-05 09:00", tick=False):
        journey = Journey()
        journey.to("appealed", scores=all_at(3))
        appeal = journey.decision.appeals.get()
        decide_appeal(appeal=appeal, by=journey.outsider, uphold=True, outcome_text="A rule was missed.")
    with time_machine.travel("2026-11-05 09:00", tick=False):
        (year,) = in_numbers()
        assert (year.lodged, year.upheld, year.dismissed, year.decided) == (1, 1, 0, 0)
