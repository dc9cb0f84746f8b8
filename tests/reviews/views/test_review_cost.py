"""What a review takes and costs: from the time at its pages, once it is decided, and never by person or file."""

from __future__ import annotations

import csv
import io

import pytest
import time_machine
from django.urls import reverse

from lpdqa.clock import now
from lpdqa.drafts.models import TimeSpent
from reviews.queries.review_cost import cost_by_kind
from reviews.services import assessments
from tests.factories import person
from tests.journeys import Journey, all_at
from tests.reviews.views.people import page_of, signed_in, text

pytestmark = pytest.mark.django_db
PAGE = "/board/cost/"


def spent(journey: Journey, minutes: tuple[int, int], running: int) -> None:
    """Minutes of both assessors, and of the administrators."""
    for assessment, scoring in zip(journey.blind(), minutes, strict=True):
        TimeSpent.objects.create(
            user=assessment.assessor, about=f"assessment:{assessment.pk}", seconds=60 * scoring, seen_at=now()
        )
    TimeSpent.objects.create(
        user=journey.administrator, about=f"review:{journey.submission.pk}", seconds=60 * running, seen_at=now()
    )  # fmt: skip


def test_hours_and_pounds_by_kind_with_table_and_csv() -> None:
    client = signed_in(person("administrator"))
    assert client.get(reverse("review_cost")).wsgi_request.path == PAGE
    assert "No time recorded yet" in text(client.get(PAGE))
    programme, leader, under_way = Journey(), Journey("sle"), Journey()
    programme.to("decided", scores=all_at(3))
    leader.to("published", scores=all_at(3))
    under_way.to("assessing")
    spent(programme, (120, 60), 30)
    spent(leader, (60, 60), 0)
    spent(under_way, (600, 600), 600)
    rows = {row.label: row for row in cost_by_kind()}
    assert (rows["Programme"].assessor_hours, rows["Programme"].administrator_hours) == (3.0, 0.5)
    both = rows["All together"]
    assert (both.n, both.assessor_hours, both.administrator_hours, both.median_hours) == (2, 2.5, 0.25, 2.75)
    page = text(client.get(PAGE))
    assert "Hours that a review takes" in page
    assert "What a review costs At" not in page
    names = [each.assessor.name for each in programme.blind()]
    assert not [name for name in [*names, programme.submission.title] if name in page]

    # 3 hours at £40 and half an hour at £30.
    asked = {"assessor": "40", "administrator": "30"}
    assert "£135" in text(client.get(PAGE, asked))
    answer = client.get(PAGE, {**asked, "csv": "pounds"}).content.decode("utf-8-sig")
    (row,) = [row for row in csv.reader(io.StringIO(answer)) if row[0] == "Programme"]
    assert "£135" in row
    assert "Give both amounts" in text(client.get(PAGE, {"assessor": "40", "administrator": ""}))
    assert signed_in(person("assessor")).get(PAGE).status_code == 403


def test_time_counts_at_the_workbench_and_on_the_board_and_not_afterwards() -> None:
    with time_machine.travel("2026-11-02 09:00", tick=False) as clock:
        journey = Journey()
        journey.to("assessing")
        first, _ = journey.blind()
        assessments.declare_no_conflict(assessment=first, by=first.assessor)
        assessor, administrator = signed_in(first.assessor), signed_in(journey.administrator)
        board = reverse("board_submission", args=[journey.submission.public_id])
        for client, address in ((assessor, page_of(first, "P1")), (administrator, board)):
            client.get(address)
            clock.shift(240)
            client.get(address)
            clock.shift(3600)
            client.get(address)

        def minutes(about: str) -> float:
            return TimeSpent.objects.get(about=about).seconds / 60

        assert minutes(f"assessment:{first.pk}") == 4
        assert minutes(f"review:{journey.submission.pk}") == 4
        journey.to("published", scores=all_at(3))
        for client, address in ((assessor, page_of(first, "P1")), (administrator, board)):
            client.get(address)
            clock.shift(60)
            client.get(address)
        assert minutes(f"assessment:{first.pk}") == 4
        assert minutes(f"review:{journey.submission.pk}") == 4
