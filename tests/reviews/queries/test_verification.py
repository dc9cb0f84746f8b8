"""Verifying in chunks finds what looking at each rating by itself finds, and takes as many queries for more of them."""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lpdqa.bulk import without_triggers
from reviews.models import Rating
from reviews.queries import verification
from reviews.queries.frameworks import scheme_of
from reviews.queries.ratings import rating_explanation
from reviews.queries.verification import differences
from reviews.rating import RatingResult
from reviews.services.load import load_subjects
from reviews.services.ratings import rate_all_stale
from tests.journeys import framework

pytestmark = pytest.mark.django_db


@pytest.fixture
def ratings() -> list[Rating]:
    framework()
    load_subjects(number=7)
    rate_all_stale()
    return list(Rating.objects.order_by("pk"))


def _first(inputs: dict[str, Any]) -> dict[str, Any]:
    return inputs["scores"]["P1"]


def _same_person(row: dict[str, Any]) -> None:
    blind = _first(row["inputs"])["blind"]
    blind[1]["assessor"] = blind[0]["assessor"]


TAMPERED: dict[str, Callable[[dict[str, Any]], object]] = {
    "a score": lambda row: _first(row["inputs"])["blind"][0].update(value=1),
    "a score out of range": lambda row: _first(row["inputs"])["blind"][0].update(value=7),
    "a score as text": lambda row: _first(row["inputs"])["blind"][0].update(value="3"),
    "a score as a fraction": lambda row: _first(row["inputs"])["blind"][0].update(value=3.0),
    "a score as a truth": lambda row: _first(row["inputs"])["blind"][0].update(value=True),
    "no assessor": lambda row: _first(row["inputs"])["blind"][0].update(assessor=""),
    "one assessor twice": _same_person,
    "one score": lambda row: _first(row["inputs"])["blind"].pop(),
    "three blind scores": lambda row: _first(row["inputs"])["blind"].append({"assessor": "zz", "value": 3}),
    "an essential set aside": lambda row: [
        s.update(value="not_applicable") for s in _first(row["inputs"])["blind"]
    ],
    "a criterion gone": lambda row: row["inputs"]["scores"].pop("P1"),
    "a criterion that is none": lambda row: row["inputs"]["scores"].update(X9=_first(row["inputs"])),
    "a key more": lambda row: row["inputs"].update(colour="blue"),
    "a key gone": lambda row: row["inputs"].pop("evidence"),
    "no object": lambda row: row.update(inputs=[1]),
    "a negative count": lambda row: row["inputs"]["evidence"].update(gaps=-1),
    "a huge count": lambda row: row["inputs"]["evidence"].update(claimed=10**30),
    "a bad date": lambda row: row["inputs"].update(decided_on="2026-02-30"),
    "no date": lambda row: row["inputs"].update(decided_on=None),
    "another kind": lambda row: row["inputs"].update(subject_type="sle"),
    "an unknown kind": lambda row: row["inputs"].update(subject_type="school"),
    "an upheld finding": lambda row: row["inputs"].update(finding_upheld=True),
    "the hash": lambda row: row.update(inputs_hash="0" * 64),
    "the algorithm": lambda row: row.update(algorithm_version="0.9"),
    "a result": lambda row: row["results"]["headings"].update(purpose=3.999),
    "a gate": lambda row: row["results"]["gates"].pop(),
    "the band": lambda row: row.update(band="exemplary" if row["band"] != "exemplary" else "not_yet"),
    "the overall": lambda row: row.update(
        overall=row["overall"] + 1 if row["overall"] < 3 else row["overall"] - 1
    ),
    "provisional": lambda row: row.update(provisional=not row["provisional"]),
    "the confidence": lambda row: row.update(confidence="low" if row["confidence"] != "low" else "high"),
    "its value": lambda row: row.update(confidence_value="0.0001"),
    "the day": lambda row: row.update(decided_on=row["decided_on"] - dt.timedelta(days=1)),
    "the end": lambda row: row.update(valid_to=dt.date(2099, 1, 1)),
    "the kind": lambda row: row.update(subject_kind="sle"),
}


def test_each_way_to_tamper_with_a_row_is_told_in_words_and_the_others_are_in_order(
    ratings: list[Rating],
) -> None:
    scheme = scheme_of(ratings[0].framework)
    rows = list(Rating.objects.order_by("pk").values(*verification._COLUMNS))
    assert verification._same(scheme, rows) == [True] * 7
    for what, tamper in TAMPERED.items():
        tampered = copy.deepcopy(rows)
        tamper(tampered[3])
        # Through JSON, as a database would have it.
        for name in ("inputs", "results"):
            tampered[3][name] = json.loads(json.dumps(tampered[3][name]))
        assert verification._same(scheme, tampered) == [place != 3 for place in range(7)], what
        assert verification._differences(scheme, Rating(**tampered[3])), what


def test_a_row_that_holds_its_gates_in_full_is_in_order_and_explained_like_any(ratings: list[Rating]) -> None:
    rating, explained = ratings[3], rating_explanation(ratings[3])
    scheme = scheme_of(rating.framework)
    in_full = RatingResult.from_stored(scheme, rating.results).to_dict()
    assert len(in_full["gates"][0]) > 2
    with without_triggers(Rating):
        Rating.objects.filter(pk=rating.pk).update(results=in_full)
    assert [lines for _, lines in differences() if lines] == []
    assert rating_explanation(Rating.objects.get(pk=rating.pk)) == explained


def test_a_tampered_row_is_found_in_any_chunk_and_more_rows_take_no_more_queries(
    ratings: list[Rating],
) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert [lines for _, lines in differences() if lines] == []
    assert [pk for pk, _ in differences()] == [rating.pk for rating in ratings]
    with without_triggers(Rating):
        Rating.objects.filter(pk=ratings[4].pk).update(
            band="exemplary" if ratings[4].band != "exemplary" else ""
        )
    with CaptureQueriesContext(connection) as one_more:
        found = {pk: lines for pk, lines in differences() if lines}
    assert list(found) == [ratings[4].pk]
    assert "the inputs give" in found[ratings[4].pk][0]
    assert len(one_more) == len(captured) + 1
    assert {pk for pk, lines in differences(chunk=2) if lines} == {ratings[4].pk}
