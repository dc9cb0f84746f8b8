"""The moderation panel and an assessor's own consistency, as people see them."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lpdqa.accounts.models import User
from reviews.models import ModerationItem, Rating, StatisticsRun
from reviews.services.statistics import work_out_due
from tests.factories import person
from tests.journeys import Journey
from tests.reviews.statistics_story import assessors, journeys, run_now, story, told
from tests.reviews.views.people import signed_in, text

__all__ = ["assessors", "journeys", "told"]  # fixtures

pytestmark = pytest.mark.django_db

AGREEMENT, SEVERITY, QUEUE = (
    "/board/statistics/", "/board/statistics/severity/", "/board/statistics/moderation/",
)  # fmt: skip


@pytest.fixture
def panel(journeys: list[Journey]) -> Client:
    return signed_in(person("administrator"))


def rows(client: Client, url: str) -> list[list[str]]:
    answer = client.get(url)
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("url", [AGREEMENT, SEVERITY, QUEUE])
def test_only_administrators_open_the_panel(url: str, assessors: list[User], client: Client) -> None:
    assert client.get(url).status_code == 302
    assert signed_in(assessors[0]).get(url).status_code == 403


@pytest.mark.parametrize("url", [AGREEMENT, SEVERITY, QUEUE])
def test_before_the_first_run_each_page_says_what_would_fill_it(url: str, panel: Client) -> None:
    page = text(panel.get(url))
    assert "Work out now" in page
    assert "Nothing" in page


def test_an_unknown_framework_version_has_no_panel(panel: Client) -> None:
    assert panel.get(AGREEMENT, {"framework": "OTHER-9"}).status_code == 404


def test_a_run_is_asked_for_shown_under_way_and_then_its_figures(
    panel: Client, assessors: list[User]
) -> None:
    answer = panel.post(reverse("statistics_work_out"), {"page_name": "agreement"}, follow=True)
    assert "Waiting since" in text(answer)
    assert "Work out" not in text(answer)
    assert work_out_due() == 1
    page = text(panel.get(AGREEMENT))
    assert "from 102 blind scores (51 pairs) of 3 settled submissions" in page
    assert "3 paired scores: figures are shown from 30 up" in page
    table = rows(panel, AGREEMENT + "?csv=agreement-all")
    assert table[0][:4] == ["Scope", "Exact agreement, per cent of pairs", "95% interval", "n"]
    assert table[1][3] == "51"
    pairs = rows(panel, AGREEMENT + "?csv=agreement-pairs&measure=ac2_quadratic")
    names = {user.assessor_profile.pseudonym for user in assessors}
    assert len(pairs) == 4
    assert {name for row in pairs[1:] for name in row[0].split(" and ")} == names
    assert not any(user.name in page for user in assessors)


@pytest.mark.parametrize("measure", ["adjacent", "ac1", "ac2_linear", "ac2_quadratic", "alpha", "nonsense"])
def test_every_measure_is_drawn(measure: str, panel: Client) -> None:
    run_now()
    assert "All criteria together" in text(panel.get(AGREEMENT, {"measure": measure}))


def test_the_ruler_has_subjects_assessors_and_criteria(panel: Client, assessors: list[User]) -> None:
    run_now()
    page = text(panel.get(SEVERITY))
    assert "Assessors, the most severe first" in page
    assert "What the scores can tell apart" in page
    found = rows(panel, SEVERITY + "?csv=severity")
    order = [row[1] for row in found if row[0].startswith("Assessors")]
    assert order[0] == assessors[2].assessor_profile.pseudonym
    assert "nan" not in page.lower().split()


def test_disconnected_assessors_get_words_in_place_of_a_ruler(panel: Client) -> None:
    story([person("assessor"), person("assessor")], 1, state="fact_check")
    run_now()
    assert "2 subsets that share no file" in text(panel.get(SEVERITY))


def test_a_failed_run_says_so(panel: Client) -> None:
    run = run_now()
    StatisticsRun.objects.filter(pk=run.pk).update(
        state="failed", problem="The statistics could not be worked out."
    )
    page = text(panel.get(AGREEMENT))
    assert "could not be worked out" in page
    assert "Work out now" in page


# --- The queue ---


def test_a_queued_rating_is_looked_at_and_then_listed_as_such(panel: Client) -> None:
    run_now()
    item = ModerationItem.objects.first()
    assert item is not None
    assert "Look at 1 rating queued for moderation" in text(panel.get("/my-work/"))
    page = text(panel.get(QUEUE))
    assert item.submission.title in page
    assert "assessors more" in page
    url = reverse("moderation_item", args=[item.public_id])
    empty = panel.post(url, {"outcome": "brief", "found": ""})
    assert "There is a problem" in text(empty)
    answer = panel.post(url, {"outcome": "brief", "found": "D3 is read too narrowly."}, follow=True)
    assert "Noted" in text(answer)
    assert "D3 is read too narrowly." in text(panel.get(url))
    assert "the assessors are briefed" in text(panel.get(QUEUE, {"show": "looked_at"}))
    assert panel.post(url, {"outcome": "stands", "found": "Again."}).status_code == 200
    item.refresh_from_db()
    assert item.outcome == "brief"


def test_who_had_a_part_sees_that_it_is_queued_and_no_figure(journeys: list[Journey]) -> None:
    run_now()
    item = ModerationItem.objects.first()
    assert item is not None
    journey = next(each for each in journeys if each.submission.pk == item.submission_id)
    client = signed_in(journey.drafter)
    assert "queued for moderation" not in text(client.get("/my-work/"))
    assert "You had a part in this review" in text(client.get(QUEUE))
    own = next(row for row in rows(client, QUEUE + "?csv=moderation") if row[0] == item.submission.title)
    assert own[1:5] == ["you had a part in this", "", "", ""]
    assert client.get(reverse("moderation_item", args=[item.public_id])).status_code == 403


def test_the_queue_costs_the_same_with_one_and_with_more(panel: Client, journeys: list[Journey]) -> None:
    run_now()

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert panel.get(QUEUE).status_code == 200
        return len(found)

    one = queries()
    item = ModerationItem.objects.get()
    other = next(each for each in journeys if each.submission.pk != item.submission_id)
    ModerationItem.objects.create(
        rating=Rating.objects.filter(submission=other.submission).latest("id"),
        submission=other.submission,
        run=item.run,
        observed=3.1,
        fair=3.5,
        band=item.band,
        fair_band=item.band,
    )
    assert queries() == one


# --- One's own ---


def test_an_assessor_sees_their_own_consistency_on_settled_files_only(
    assessors: list[User], journeys: list[Journey]
) -> None:
    severe = assessors[2]
    story([assessors[0], severe], 3, state="adjudicating")
    client = signed_in(severe)
    before = text(client.get("/assessments/consistency/"))
    assert "34 paired scores" in before  # two settled files; the open one doesn't count
    assert "on 0 a higher one" in before
    assert "Shown from 30 scores" in before
    run_now()
    page = text(client.get("/assessments/consistency/"))
    assert "You score more severely than the assessors’ mean" in page
    others = [user.assessor_profile.pseudonym for user in assessors[:2]]
    assert not any(name in page for name in (*others, *(user.name for user in assessors[:2])))
    assert rows(client, "/assessments/consistency/?csv=own-exact")[1][3] == "34"
    assert "How consistent your scores are" in text(client.get("/my-work/"))


def test_an_assessor_without_settled_files_reads_what_will_come(journeys: list[Journey]) -> None:
    assert "Nothing to compare yet" in text(signed_in(person("assessor")).get("/assessments/consistency/"))


def test_others_have_no_consistency(journeys: list[Journey]) -> None:
    assert signed_in(person()).get("/assessments/consistency/").status_code == 403
