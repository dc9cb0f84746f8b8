"""Addresses made up to break something: every page that reads a search answers clearly, and never with a 500."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.utils.http import urlencode

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
        if answer.status_code == 400 and address.startswith("/api/"):
            assert answer["Content-Type"] == "application/problem+json"
            assert json.loads(body)["status"] == 400
