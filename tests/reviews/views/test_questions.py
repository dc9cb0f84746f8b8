"""Questions to ask: from public ratings and from what the register doesn't know."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from programmes.services.catalogue import refresh_provider
from reviews.services.ratings import rate_all_stale
from tests import factories
from tests.journeys import WORKED_EXAMPLE, Journey
from tests.programmes.test_search_page import programme

pytestmark = pytest.mark.django_db


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def test_the_weakest_criteria_become_questions_and_an_enquiry(client: Client) -> None:
    journey = Journey("programme")
    journey.to("published", scores=WORKED_EXAMPLE)
    rate_all_stale()
    slug = journey.submission.version.programme.slug
    page = text(client, f"/questions/?item=programme:{slug}")
    scores = [float(number) for number in re.findall(r'app-criteria__score">([\d.]+) of 4', page)]
    # Worked example: R4 and D4 have 2.0, then P3, D2 and V2 with 2.5.
    assert scores == [2.0, 2.0, 2.5, 2.5, 2.5]
    assert "On consistency: what can you show us today of this?" in page
    assert "What does it cost us in full" in page
    link = re.search(r'href="(/enquire/[^"]*)"[^>]*>Send these in an enquiry', page)
    assert link


def test_what_is_under_review_tells_nothing(client: Client) -> None:
    journey = Journey("programme")
    journey.to("deciding", scores=WORKED_EXAMPLE)
    rate_all_stale()
    slug = journey.submission.version.programme.slug
    page = text(client, f"/questions/?item=programme:{slug}")
    assert "Where assessors saw least" not in page
    assert "of 4" not in page


def test_missing_facts_of_every_kind(client: Client) -> None:
    listed = programme("Phonics", standing=None)
    provider = refresh_provider(provider=factories.ProviderFactory())
    assert provider
    page = text(
        client, f"/questions/?item=programme:{listed.slug}&item=provider:{provider.slug}&item=sle:gone"
    )
    for said in (
        "Nobody has reviewed this here.",
        "When does it start next, and how many places are left?",
        "Who oversees the quality of what you offer?",
    ):
        assert said in page
    assert "Choose first" in text(client, "/questions/?item=%00")


def test_the_number_of_queries_does_not_grow(client: Client) -> None:
    names = [f"programme:{programme(f'Programme {n}').slug}" for n in range(3)]
    counts = []
    for shown in (names[:1], names):
        with CaptureQueriesContext(connection) as queries:
            text(client, "/questions/?" + "&".join(f"item={name}" for name in shown))
        counts.append(len(queries))
    assert counts[0] == counts[1]
