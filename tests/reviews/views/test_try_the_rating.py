"""“Try the rating”: the public page and the API, with the engine of `manage.py rate`."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from reviews.forms.by_hand import typed
from reviews.models import Rating
from reviews.queries.frameworks import scheme_of
from reviews.rating.by_hand import WORKED_EXAMPLE, rate_by_hand
from reviews.views import by_hand
from tests.journeys import framework

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]

PAGE, API = "/try-the-rating/", "/api/v1/rate/"


def example(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(WORKED_EXAMPLE), **changes}


def filled(**changes: str) -> dict[str, str]:
    return {
        "subject_type": "programme",
        "framework": "LPD-QA 1.0",
        **typed(WORKED_EXAMPLE),
        **changes,
    }


def test_without_a_framework_the_page_says_so(client: Client) -> None:
    assert "No framework has been published" in client.get(PAGE).text


def test_the_worked_example_comes_out_with_all_its_arithmetic(client: Client) -> None:
    framework()
    assert PAGE in client.get(reverse("how_ratings_are_made")).text
    page = client.get(PAGE, {"example": "1"})
    # The example is only filled in: nothing is worked out before it is asked for.
    assert "<title>Try the rating" in page.text
    assert page.text.count('value="3" selected') > 15

    answer = client.post(PAGE, filled()).text
    assert "<title>Quality assured: Try the rating" in answer
    for words in ("= 3.071", "= 2.889", "= 2.932", "median of 2, 4 and the third score, 3"):
        assert words in answer
    assert "Second assessor" in answer
    assert "What Exemplary would take" in answer
    assert not Rating.objects.exists()


def test_a_criterion_that_waits_is_named_with_a_way_to_its_field(client: Client) -> None:
    framework()
    answer = client.post(PAGE, filled(D3_third="")).text
    assert "a third assessor has to score" in answer
    assert 'href="#id_D3_third"' in answer
    assert "2. Headings and overall" not in answer


def test_not_yet_says_what_the_public_would_see(client: Client) -> None:
    framework()
    answer = client.post(PAGE, filled(D3_first="1", D3_second="1", D3_third="")).text
    assert "The public sees only that the programme is listed" in answer


def test_what_is_wrong_is_named_beside_its_field_and_nothing_typed_is_lost(client: Client) -> None:
    framework()
    answer = client.post(
        PAGE,
        filled(P1_first="", P2_first="na", P2_second="na", P2_third="7", verified="13", claimed="twelve"),
    )
    assert answer.status_code == 200
    said = answer.text
    assert "<title>Error: Try the rating" in said
    assert 'href="#id_P1_first">P1: choose the first assessor’s score' in said
    assert 'href="#id_P2_third"' in said
    assert 'value="twelve"' in said
    assert said.count('value="na" selected') == 2
    assert "Work out the rating" in said
    more = client.post(PAGE, filled(verified="13")).text
    assert "13 is more than there are" in more
    assert 'href="#id_verified"' in more


def test_the_other_kinds_and_the_address_are_robust(client: Client) -> None:
    framework()
    for kind in ("provider", "sle"):
        page = client.get(PAGE, {"subject_type": kind, "framework": "LPD-QA 1.0"})
        assert f'name="subject_type" value="{kind}"' in page.text
    for wrong in ({"subject_type": "x"}, {"framework": "LPD-QA 9"}, {"subject_type": "\0"}):
        page = client.get(PAGE, wrong)
        assert page.status_code == 200
        assert 'name="subject_type" value="programme"' in page.text


def test_what_is_downloaded_is_rated_alike_by_command_page_and_api(client: Client) -> None:
    version = framework()
    got = client.post(PAGE, filled(download="1"))
    assert got["Content-Type"] == "application/json"
    document = json.loads(got.content)
    expected = rate_by_hand(scheme_of(version), WORKED_EXAMPLE)
    assert rate_by_hand(scheme_of(version), document) == expected
    assert client.post(API, got.content, content_type="application/json").json() == expected

    sent = {"subject_type": "sle", "framework": "LPD-QA 1.0", "document": "1"}
    for pasted in (
        {"text": got.content.decode()},
        {"file": SimpleUploadedFile("a.json", got.content, "application/json")},
    ):
        answer = client.post(PAGE, {**sent, **pasted}).text
        assert "<title>Quality assured: Try the rating" in answer
        assert 'name="subject_type" value="programme"' in answer


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Paste the JSON, or choose a file"),
        ({"text": "{"}, "The JSON, line 1: not JSON"),
        ({"text": '{"subject_type": 1, "a": "<b>"}'}, "subject_type: 1 is not known"),
        ({"text": "[" * 50_000}, "nested too deeply"),
        ({"text": '{"subject_type": "sle", "decided_months_ago": ' + "9" * 5000 + "}"}, "too long"),
        ({"file": SimpleUploadedFile("a.json", b"\xff\xfe")}, "not text in UTF-8"),
        ({"file": SimpleUploadedFile("a.json", b"[" * 100_001)}, "too large"),
    ],
)
def test_a_bad_document_is_told_and_kept(client: Client, sent: dict[str, Any], said: str) -> None:
    framework()
    answer = client.post(PAGE, {"document": "1", "subject_type": "sle", "framework": "LPD-QA 1.0", **sent})
    assert answer.status_code == 200
    assert said in answer.text
    assert "<title>Error: Try the rating" in answer.text
    if sent.get("text") == "{":
        assert ">\n{</textarea>" in answer.text


def test_too_many_tries_are_told_and_what_was_chosen_stays(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    framework()
    monkeypatch.setattr(by_hand, "MOST_AN_HOUR", 1)
    assert client.post(PAGE, filled()).status_code == 200
    answer = client.post(PAGE, filled())
    assert answer.status_code == 429
    assert "Many ratings were tried" in answer.text
    assert answer.text.count('value="3" selected') > 15
    kept = client.post(PAGE, {**filled(), "document": "1", "text": "{my text"})
    assert kept.status_code == 429
    assert "{my text" in kept.text


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{", "line 1: not JSON"),
        ('{"scores": {"P1": [3, 3], "P1": [4, 4]}}', "P1: given twice"),
        ("[]", "has to be a JSON object"),
        (json.dumps(example(scores={**WORKED_EXAMPLE["scores"], "P1": [3, 5]})), "P1: 5 is not a score"),
        (" " * 100_001, "More than 100,000 bytes"),
        (b"\xff", "UTF-8"),
    ],
)
def test_the_api_answers_a_bad_document_with_a_problem(client: Client, body: str | bytes, said: str) -> None:
    framework()
    answer = client.post(API, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert said in answer.text


def test_the_api_takes_a_version_and_refuses_one_that_is_not_published(client: Client) -> None:
    body = json.dumps(WORKED_EXAMPLE)
    assert "No framework has been published" in client.post(API, body, content_type="application/json").text
    framework()
    found = client.post(f"{API}?framework=lpd-qa-1.0", body, content_type="application/json")
    assert found.json()["band"] == "quality_assured"
    other = client.post(f"{API}?framework=LPD-QA-9", body, content_type="application/json")
    assert other.status_code == 400
    assert "There is no published version" in other.text
    assert client.post(API, body, content_type="text/plain").status_code == 415
