"""A tenth of settled files is read again: drawn by chance, on the record, by somebody without a part."""

from __future__ import annotations

import uuid

import pytest
from django.db import InternalError, transaction
from django.urls import reverse

from lpdqa.audit.models import Entry
from reviews.models import BackReading, Submission
from reviews.services.back_reading import draw, is_drawn
from tests.factories import person
from tests.journeys import Journey, all_at
from tests.reviews.views.people import signed_in, take, text

pytestmark = pytest.mark.django_db


def test_a_seed_draws_a_tenth_and_always_the_same() -> None:
    files = [Submission(public_id=uuid.UUID(int=number)) for number in range(4000)]
    drawn = [each.public_id for each in files if is_drawn("a seed", each)]
    # Four standard deviations of 4,000 draws at one in ten.
    assert 324 < len(drawn) < 476
    assert drawn == [each.public_id for each in files if is_drawn("a seed", each)]
    assert drawn != [each.public_id for each in files if is_drawn("another", each)]


def test_settled_files_go_into_the_draw_once_and_the_draw_is_on_the_record() -> None:
    settled, under_way = Journey(), Journey()
    settled.to("fact_check", scores=all_at(3))
    under_way.to("assessing")
    draw(seed="a seed")
    row = BackReading.objects.get()
    assert (row.submission, row.seed, row.drawn) == (
        settled.submission,
        "a seed",
        is_drawn("a seed", settled.submission),
    )
    entry = Entry.objects.get(action="back_reading.draw")
    assert entry.detail == {
        "seed": "a seed", "share": 0.1, "of": 1, "drawn": [settled.submission.pk] if row.drawn else [],
    }  # fmt: skip
    assert draw(seed="another") == 0
    assert BackReading.objects.count() == 1
    with pytest.raises(InternalError), transaction.atomic():
        BackReading.objects.update(drawn=not row.drawn)


def test_somebody_without_a_part_reads_it_and_notes_what_they_found() -> None:
    journey = Journey()
    journey.to("decided")
    reading = BackReading.objects.create(submission=journey.submission, seed="s", drawn=True)
    url = reverse("back_reading", args=[reading.public_id])
    for user in (journey.approver, journey.drafter, journey.owner, journey.assessors[0]):
        assert signed_in(user).get(url).status_code == 403
    assert "You had a part in this" in text(signed_in(journey.drafter).get(reverse("back_readings")))
    client = signed_in(person("administrator"))
    assert journey.submission.title in text(client.get(reverse("back_readings")))
    page = text(client.get(url))
    assert "Seen in R2" in page
    assert "discordant" in page
    assert "Error" in text(client.post(url, {"outcome": "stands", "found": " "}))
    done = take(client, url, outcome="stands", found="The rationales bear the scores.")
    assert "No drawn file waits" in done
    assert "The rating stands" in text(client.get(reverse("back_readings"), {"show": "read"}))
    assert "had no" not in text(client.post(url, {"outcome": "stands", "found": "Again"}))
    reading.refresh_from_db()
    assert reading.found == "The rationales bear the scores."


def test_the_list_takes_the_same_number_of_queries_with_one_row_and_with_three(
    django_assert_max_num_queries,
) -> None:
    client, counts = signed_in(person("administrator")), []
    for rows in (1, 2):
        for _ in range(rows):
            journey = Journey()
            journey.to("assessing")
            BackReading.objects.create(submission=journey.submission, seed="s", drawn=True)
        with django_assert_max_num_queries(8) as captured:
            client.get(reverse("back_readings"))
        counts.append(len(captured))
    assert len(set(counts)) == 1, counts
