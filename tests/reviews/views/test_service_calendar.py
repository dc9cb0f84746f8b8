"""What falls due, by day: for the people who run the scheme, and for none of them more than they may know."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lpdqa.accounts.models import Role
from lpdqa.accounts.services import grant_role
from reviews.models import Condition, ScheduledPublication
from reviews.queries.my_work import my_work
from reviews.services import assessments, requests
from tests.factories import person
from tests.journeys import Journey, all_at
from tests.reviews.views.people import signed_in, text

pytestmark = pytest.mark.django_db
PAGE = "/board/dates/"


def test_deadlines_plans_and_bank_holidays_stand_by_day() -> None:
    with time_machine.travel("2026-11-02 09:00", tick=False):
        checking, decided, published = Journey(), Journey(), Journey()
        checking.to("fact_check", scores=all_at(3))
        decided.to("decided", scores=all_at(3))
        published.to("published", scores=all_at(3))
        condition = Condition.objects.create(
            decision=published.decision, text="Publish the price.", due_on=dt.date(2026, 12, 1)
        )
        ScheduledPublication.objects.create(
            submission=decided.submission, on=dt.date(2026, 11, 9), by=decided.approver
        )
        client = signed_in(person("administrator"))
        assert client.get(reverse("service_calendar")).wsgi_request.path == PAGE
        page = text(client.get(PAGE))
        # Ten working days after 2 November; fifteen for the appeal; eight weeks reach Christmas.
        assert f"Mon 16 Nov Last day to check the facts {checking.submission.title}" in page
        assert f"Mon 9 Nov A decision is published {decided.submission.title}" in page
        assert f"Mon 23 Nov Last day for an appeal {published.submission.title}" in page
        assert f"Tue 1 Dec A condition is to be met {published.submission.title}: Publish the price." in page
        assert "Fri 25 Dec Christmas Day (bank holiday)" in page
        assert "Christmas" not in text(client.get(PAGE, {"weeks": "4"}))
        assert "Christmas" in text(client.get(PAGE, {"weeks": "nonsense"}))
    with time_machine.travel("2026-12-02 09:00", tick=False):
        client = signed_in(published.outsider)
        page = text(client.get(PAGE))
        assert page.index("Past their day") < page.index("Publish the price.") < page.index("December 2026")
        followed = [item.text for item in my_work(published.outsider).needs]
        assert "Follow up a condition past its date" in followed
        condition.met_on = dt.date(2026, 12, 2)
        condition.save()
        assert "Publish the price." not in text(client.get(PAGE))
        assert "Follow up a condition past its date" not in [
            i.text for i in my_work(published.outsider).needs
        ]


def test_what_an_assessor_asked_for_is_not_told_to_the_other_one() -> None:
    journey = Journey()
    journey.to("assessing")
    first, second = journey.blind()
    assessments.declare_no_conflict(assessment=first, by=first.assessor)
    requests.ask_for_evidence(
        assessment=first, criterion=journey.criterion("P1"), by=first.assessor, question="Which year?"
    )
    words = "Last day to answer an assessor’s question"
    assert words in text(signed_in(journey.outsider).get(PAGE))
    grant_role(user=second.assessor, role=Role.ADMINISTRATOR, by=None)
    assert words not in text(signed_in(second.assessor).get(PAGE))


def test_the_page_is_for_administrators_and_costs_the_same_for_one_and_three() -> None:
    assert signed_in(person("assessor")).get(PAGE).status_code == 403
    client = signed_in(person("administrator"))

    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(PAGE).status_code == 200
        return len(found)

    Journey().to("published", scores=all_at(3))
    one = cost()
    for _ in range(2):
        Journey().to("published", scores=all_at(3))
    assert cost() == one
