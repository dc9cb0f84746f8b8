"""The same faults in scores by every way in: engine, command, page, API and the tables. Each names the item."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from reviews.models import Rating, Score, StaleSubject
from reviews.queries.frameworks import scheme_of
from reviews.rating import InputsError
from reviews.rating.by_hand import WORKED_EXAMPLE, rate_by_hand, read_document
from reviews.services.ratings import rate_all_stale
from tests.journeys import Journey, all_at, framework

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


def spoilt(code: str, pair: Any) -> str:
    """The worked example with another pair of scores for one criterion (`...` leaves it out), as JSON."""
    document = copy.deepcopy(WORKED_EXAMPLE)
    if pair is ...:
        del document["scores"][code]
    else:
        document["scores"][code] = pair
    return json.dumps(document)


FAULTS = {
    "out of range": (spoilt("P2", [3, 5]), "P2: 5 is not a score"),
    "zero": (spoilt("P2", [0, 3]), "P2: 0 is not a score"),
    "not whole": (spoilt("P2", [2.5, 3]), "P2: 2.5 is not a score"),
    "a word": (spoilt("P2", ["three", 3]), "P2: 'three' is not a score"),
    "not a number": (spoilt("P2", [float("nan"), 3]), "P2: nan is not a score"),
    "endless": (spoilt("P2", [float("inf"), 3]), "P2: inf is not a score"),
    "missing": (spoilt("V3", ...), "V3: its scores are missing"),
    "one assessor only": (spoilt("P2", [3]), "P2: [3] is not a pair of scores"),
    "three assessors": (spoilt("P2", [3, 3, 3]), "P2: [3, 3, 3] is not a pair of scores"),
    "given twice": (
        json.dumps(WORKED_EXAMPLE).replace('"P2": [3, 3]', '"P2": [3, 3], "P2": [4, 4]'),
        "P2: given twice",
    ),
    "essential left out": (spoilt("P1", [None, None]), "P1: it is essential"),
    "of no criterion": (spoilt("Z9", [3, 3]), "Z9: is not a criterion of LPD-QA 1.0"),
}


@pytest.mark.parametrize(("text", "said"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_told_in_the_same_words_by_engine_command_page_and_api(
    client: Client, tmp_path: Path, text: str, said: str
) -> None:
    scheme = scheme_of(framework())
    with pytest.raises(InputsError) as refused:
        rate_by_hand(scheme, read_document(text, source="The JSON"))
    assert [line for line in refused.value.lines if line.startswith(said)] == refused.value.lines

    file = tmp_path / "subject.json"
    file.write_text(text)
    with pytest.raises(CommandError) as ended:
        call_command("rate", str(file))
    assert ended.value.returncode == 2
    assert said in str(ended.value)

    page = client.post(
        "/try-the-rating/",
        {"document": "1", "subject_type": "programme", "framework": "LPD-QA 1.0", "text": text},
    )
    assert (page.status_code, "<title>Error: " in page.text) == (200, True)
    assert said in page.text.replace("&#x27;", "'")

    answer = client.post("/api/v1/rate/", text, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert said in json.dumps(answer.json())
    assert not Rating.objects.exists()


def test_the_tables_refuse_what_is_no_score() -> None:
    journey = Journey()
    journey.to("assessing")
    assessment = journey.score(journey.blind()[0], dict.fromkeys(all_at(3), 3), submit=False)
    score = Score.objects.filter(assessment=assessment).first()
    for change, constraint in (
        ("value = 5", "score_value"),
        ("value = 0", "score_value"),
        ("not_applicable = true", "score_one_judgement"),
        ("value = NULL, not_applicable = true, cannot_judge = true", "score_one_judgement"),
    ):
        with (
            pytest.raises(DatabaseError, match=constraint),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE reviews_score SET {change} WHERE id = %s", [score.pk])  # noqa: S608
    with pytest.raises(DatabaseError, match="score_once"), transaction.atomic():
        Score.objects.create(assessment=assessment, criterion=score.criterion, value=3, rationale="Again.")


def test_a_rating_row_refuses_what_is_no_number() -> None:
    journey = Journey()
    journey.to("published", scores=all_at(3))
    rate_all_stale()
    others = {field.column for field in Rating._meta.concrete_fields} - {"id", "public_id", "overall"}
    said = ", ".join(sorted(others))
    for bad in ("'NaN'", "0.5", "4.5"):
        with (
            pytest.raises(DatabaseError, match="rating_overall"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                f"INSERT INTO reviews_rating (public_id, overall, {said}) "  # noqa: S608
                f"SELECT gen_random_uuid(), {bad}, {said} FROM reviews_rating"
            )


def test_scores_that_went_missing_leave_the_rating_as_it_was_and_the_criterion_is_named() -> None:
    journey = Journey()
    journey.to("published", scores=all_at(3))
    rate_all_stale()
    before = Rating.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reviews_assessment SET state = 'void' WHERE id = %s", [journey.blind()[0].pk])
    StaleSubject.objects.create(submission=journey.submission, reason="test", since=before.computed_at)
    rate_all_stale()
    assert Rating.objects.get() == before
    assert StaleSubject.objects.get().error.startswith("P1, P2, P3, ")
