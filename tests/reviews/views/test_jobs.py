"""The state of the jobs as the people who run the scheme see it, and what could not be worked out."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lpdqa.audit.models import Entry
from reviews.models import StaleSubject
from tests.factories import person
from tests.journeys import Journey, all_at
from tests.reviews.views.people import signed_in, text

pytestmark = pytest.mark.django_db


def test_the_state_of_the_jobs_says_what_does_not_work(empty_cache: None) -> None:
    page = text(signed_in(person("administrator")).get(reverse("jobs")))
    assert "Database Answers" in page
    assert "Worker Not working: not seen yet" in page


def test_what_could_not_be_worked_out_is_shown_with_the_reason_and_tried_again(empty_cache: None) -> None:
    journey = Journey()
    journey.to("published", scores=all_at(3))
    client = signed_in(person("administrator"))
    assert "could not be worked out 0" in text(client.get(reverse("jobs")))
    assert "Nothing has failed." in text(client.post(reverse("jobs"), follow=True))
    StaleSubject.objects.update(attempts=1, begun_at=None, error="P1: two assessors’ scores are needed.")
    answer = client.get(reverse("jobs"))
    assert "P1: two assessors’ scores are needed." in text(answer)
    assert reverse("board_submission", args=[journey.submission.public_id]) in answer.content.decode()
    assert "1 marked to be worked out again." in text(client.post(reverse("jobs"), follow=True))
    mark = StaleSubject.objects.get()
    assert (mark.error, mark.attempts, mark.reason) == ("", 0, "tried again by hand")
    entry = Entry.objects.get(action="rating.retry")
    assert entry.detail == {"submissions": 1}


def test_the_state_of_the_jobs_takes_as_many_queries_for_three_failures_as_for_one(empty_cache: None) -> None:
    client = signed_in(person("administrator"))

    def queries(failed: int) -> int:
        for _ in range(failed - StaleSubject.objects.count()):
            Journey().to("published", scores=all_at(3))
        StaleSubject.objects.update(error="Something.")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("jobs")).context["waiting"].failed_count == failed
        return len(captured)

    few = queries(1)  # also makes what is made once a process
    assert queries(1) == queries(3) <= few
