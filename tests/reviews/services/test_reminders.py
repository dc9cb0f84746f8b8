"""What the calendar brings a provider's team: each reminder once, and none for what is being done."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lpdqa import clock
from lpdqa.notices.models import Notice
from lpdqa.web.formats import long_date
from reviews.queries.frameworks import deadline
from reviews.queries.ratings import current_rating
from reviews.services.ratings import rate_all_stale
from reviews.services.reminders import remind
from tests.journeys import Journey, all_at

pytestmark = pytest.mark.django_db


def published() -> tuple[Journey, dt.datetime]:
    """A published programme, and noon of the last day of its rating."""
    journey = Journey()
    journey.to("published", all_at(3))
    rate_all_stale()
    valid_to = current_rating(journey.submission).valid_to
    return journey, dt.datetime.combine(valid_to, dt.time(12), dt.UTC)


def renewals(journey: Journey) -> list[str]:
    """What its owner has been told about renewing, in order."""
    keys = Notice.objects.filter(user=journey.owner, key__startswith="remind:renewal:").order_by("id")
    return [key.rpartition(":")[2] for key in keys.values_list("key", flat=True)]


def test_a_team_is_reminded_of_renewal_180_90_and_30_days_before_the_end_and_when_grace_begins():
    journey, end = published()
    for days, told in (
        (181, []),
        (180, ["180"]),
        (179, ["180"]),
        (90, ["180", "90"]),
        (30, ["180", "90", "30"]),
        (0, ["180", "90", "30"]),
        (-1, ["180", "90", "30", "grace"]),
        (-2, ["180", "90", "30", "grace"]),
    ):
        with clock.at(end - dt.timedelta(days=days)):
            remind()
        assert renewals(journey) == told, f"{days} days before the end"
    last = Notice.objects.filter(key__endswith=":grace").get()
    grace = dt.timedelta(days=deadline(journey.submission.framework, "grace_days"))
    title = journey.submission.lasting_title
    assert last.subject == f"The rating of “{title}” ended on {long_date(end.date())}"
    assert f"until {long_date((end + grace).date())} and lapses then" in last.body


def test_after_a_silence_only_the_reminder_of_the_day_is_sent():
    journey, end = published()
    with clock.at(end - dt.timedelta(days=20)):
        remind()
    assert renewals(journey) == ["30"]


def test_nobody_is_reminded_whose_next_review_is_under_way():
    journey, end = published()
    with clock.at(end - dt.timedelta(days=170)):
        again = Journey(version=journey.submission.version)
        again.to("submitted")
        remind()
    assert renewals(journey) == []


def test_more_ratings_cost_no_more_queries():
    published()
    end = published()[1]

    def cost() -> int:
        with (
            CaptureQueriesContext(
                connection,
            ) as queries,
            clock.at(end - dt.timedelta(days=200)),
        ):
            remind()
        return len(queries)

    before = cost()
    published()
    assert cost() == before
