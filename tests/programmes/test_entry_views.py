"""Counting looks at public pages: right, without a trace of who looked, and never in the way of the page."""

from __future__ import annotations

import pytest
import redis
import time_machine
from django.conf import settings

from programmes.models import EntryViews
from programmes.services import entry_views

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_counted():
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.delete("lpdqa:views")
    yield
    client.delete("lpdqa:views")


def test_looks_are_added_up_by_page_and_month():
    with time_machine.travel("2026-11-28T09:00:00Z", tick=False) as clock:
        entry_views.count("programme", "first-headship")
        entry_views.count("programme", "first-headship")
        entry_views.count("sle", "abc")
        assert entry_views.store_counted() == 2
        entry_views.count("programme", "first-headship")
        clock.shift(5 * 24 * 3600)
        entry_views.count("programme", "first-headship")
        assert entry_views.store_counted() == 2
    found = EntryViews.objects.values_list("slug", "month__month", "views").order_by("slug", "month")
    assert list(found) == [("abc", 11, 1), ("first-headship", 11, 3), ("first-headship", 12, 1)]
    assert entry_views.store_counted() == 0


def test_a_broker_that_is_away_costs_the_count_only(settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    entry_views.count("programme", "first-headship")
