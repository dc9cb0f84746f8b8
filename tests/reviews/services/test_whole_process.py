"""From a draft to a published rating, for each kind of subject."""

from __future__ import annotations

import pytest

from lpdqa.audit.models import Entry
from programmes.models import CatalogueEntry
from reviews.models import Rating
from reviews.services.ratings import rate_all_stale
from tests.journeys import WORKED_EXAMPLE, Journey, all_at

pytestmark = pytest.mark.django_db


def test_a_programme_from_draft_to_rating():
    journey = Journey(version__topics=["teaching"])
    submission = journey.to("published")
    assert rate_all_stale() == 1

    rating = Rating.objects.get()
    assert (rating.band, str(rating.overall)) == ("quality_assured", "2.9321")
    assert {code: round(value, 3) for code, value in rating.results["headings"].items()} == {
        "purpose": 3.071,
        "governance": 3.0,
        "process": 2.889,
        "definitions": 2.7,
        "value": 3.0,
    }
    assert rating.results["adjudicated"] == ["R2", "D3"]
    entry = CatalogueEntry.objects.get(programme=journey.version.programme)
    assert (entry.status, entry.band) == ("rated", "quality_assured")
    assert entry.rating_public_id == rating.public_id

    journey.version.refresh_from_db()
    assert journey.version.published_at
    assert journey.version.programme.public_version == journey.version
    trail = Entry.objects.filter(target_type="reviews.submission", target_id=submission.pk)
    steps = [(entry.from_state, entry.to_state) for entry in trail.exclude(from_state="").order_by("id")]
    assert steps == [
        ("draft", "submitted"),
        ("submitted", "assessing"),
        ("assessing", "adjudicating"),
        ("adjudicating", "fact_check"),
        ("fact_check", "deciding"),
        ("deciding", "decided"),
        ("decided", "published"),
    ]


@pytest.mark.parametrize("kind", ["provider", "sle"])
def test_a_provider_and_a_specialist_leader_take_the_same_way(kind):
    journey = Journey(kind, listed_at=None)
    scores = all_at(4)
    journey.to("assessing", scores)
    entry = CatalogueEntry.objects.get(kind=kind)
    assert (entry.status, entry.band) == ("listed", "")

    journey.to("published", scores)
    rate_all_stale()
    entry.refresh_from_db()
    assert (entry.status, entry.band) == ("rated", "exemplary")
    assert entry.valid_to.year == entry.decided_on.year + (3 if kind == "provider" else 2)


def test_a_third_score_that_fails_an_essential_criterion_gives_working_towards():
    journey = Journey()
    journey.to("published", {**WORKED_EXAMPLE, "D3": (2, 3, 2)})
    rate_all_stale()
    rating = Rating.objects.get()
    assert (rating.band, str(rating.overall)) == ("working_towards", "2.8721")
    assert rating.valid_to.year == rating.decided_on.year + 1


def test_concordant_scores_need_no_third_assessor():
    journey = Journey()
    submission = journey.to("fact_check", all_at(3))
    assert not submission.adjudications.exists()


def test_not_yet_is_closed_and_the_public_sees_it_as_listed():
    journey = Journey()
    journey.to("closed", all_at(1))
    rate_all_stale()
    assert Rating.objects.get().band == "not_yet"
    entry = CatalogueEntry.objects.get(programme=journey.version.programme)
    assert (entry.status, entry.band, entry.overall) == ("listed", "", None)


def test_with_the_first_thing_under_review_its_provider_becomes_public_too():
    journey = Journey(provider__listed_at=None)
    assert not CatalogueEntry.objects.exists()

    journey.to("assessing")

    assert set(CatalogueEntry.objects.values_list("kind", "status")) == {
        ("programme", "listed"),
        ("provider", "listed"),
    }
