"""Addresses made up to break something: every page that reads a search answers clearly, and never with a 500."""

from __future__ import annotations

import json
import re

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils.http import urlencode

from programmes.filters import CatalogueForm
from programmes.queries.find import FoundInDatabase, FoundInIndex
from programmes.queries.index.index import Index
from programmes.services.catalogue import refresh_programme
from tests import factories

pytestmark = pytest.mark.django_db

PAGES = (
    "/", "/find/", "/find/map/", "/find/chart/", "/find/feed/", "/find/school/", "/overview/", "/compare/",
    "/compare/comparison.xlsx", "/questions/", "/enquire/", "/needs/new/", "/searches/save/", "/api/v1/catalogue/",
    "/find/fit/programme/{slug}/", "/programmes/{slug}/",
)  # fmt: skip
HOSTILE: tuple[dict[str, object], ...] = (
    {"q": "x" * 20_000},
    {"q": "leader " * 3_000},
    {"q": "'; DROP TABLE programmes_catalogueentry; --"},
    {"q": "\x00\x01\x1b[31m\u202e\ud7ff\uffff"},
    {"q": "((((!&|:*<->'\"\\"},
    {"q": "<script>alert(1)</script>", "place": "<img src=x onerror=alert(1)>"},
    {"page": 10**30, "order": "neutral"},
    {"page": "-1", "seed": "\x00" * 50},
    {"page": "٣", "participants": "٣", "schools": "1e309"},
    {"place": "LE1", "within": 10**18},
    {"place": "99999999999999999999", "within": "nan"},
    {"place": "LE1 5AB", "within": "-5", "fits": "' OR 1=1"},
    {"price": "Infinity", "cost_to": "1e400", "hours": "-0"},
    {"kind": "nothing", "status": ["all", "'"], "band": ["a"] * 500},
    {"topic": [f"t{n}" for n in range(500)], "region": "%00%ff", "csv": "../../etc/passwd"},
    {"item": ["programme:" + "x" * 300, "nothing:nothing", ":", "\x00"] * 30},
    {"said": "-1", "csv": "levels", "my_send": "1e9", "my_stage": "'"},
    {"starts_from": "9999-99-99", "starts_to": "0000-00-00", "format": "xml"},
)


@pytest.fixture
def slug() -> str:
    factories.OutcodeFactory()
    programme = factories.ProgrammeFactory(public=True)
    refresh_programme(programme=programme)
    return programme.slug


@pytest.mark.parametrize("page", PAGES)
def test_hostile_addresses_get_a_clear_answer(client: Client, slug: str, page: str) -> None:
    address = page.format(slug=slug)
    for parameters in HOSTILE:
        answer = client.get(f"{address}?{urlencode(parameters, doseq=True)}")
        assert answer.status_code in (200, 302, 400, 404, 406), (address, parameters, answer.status_code)
        body = b"".join(answer) if answer.streaming else answer.content
        assert b"<script>alert(1)" not in body
        assert b"<img src=x" not in body
        if answer.status_code >= 400 and address.startswith("/api/"):
            assert answer["Content-Type"] == "application/problem+json"
            assert json.loads(body)["status"] == answer.status_code
        elif answer.status_code != 302 and answer["Content-Type"].startswith("text/html"):
            assert len(re.findall(rb"<h1[ >]", body)) == 1, (address, parameters)


def test_the_search_page_says_what_it_could_not_use(client: Client, slug: str) -> None:
    said = {
        "q=" + "x" * 20_000: "left out: Words",
        "within=1000000000000000000&place=LE1": "left out: Within (miles)",
        "price=Infinity": "left out: Price up to (£)",
        "min_purpose=9": "left out: Purpose at least",
        "topic=t1&region=%00": "left out: Topic, Region",
        "place=%3Cimg+src%3Dx%3E": "We don’t know a postcode or school like this.",
    }
    for address, words in said.items():
        page = client.get(f"/find/?{address}").content.decode()
        assert words in re.sub(r"\s+", " ", page), address
    # A page that isn't there is the last one that is.
    for number in ("400", str(10**30), "-1", "x"):
        assert "programme" in client.get(f"/find/?status=all&page={number}").content.decode()


def test_the_index_answers_hostile_questions_as_the_database_does(slug: str) -> None:
    index = Index.read()
    for parameters in HOSTILE:
        query = CatalogueForm(QueryDict(urlencode(parameters, doseq=True))).query
        answers = FoundInIndex(query, index), FoundInDatabase(query)
        for places in (slice(0, 25), slice(10**6, 10**6 + 25)):
            by_index, by_database = ([entry.pk for entry in found[places]] for found in answers)
            assert by_index == by_database, parameters
        by_index, by_database = (
            (len(one), one.facet_counts(), one.limit_counts(), one.kind_counts(), one.would_give())
            for one in answers
        )
        assert by_index == by_database, parameters
