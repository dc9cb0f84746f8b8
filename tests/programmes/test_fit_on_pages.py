"""How a subject fits the visitor's school, on its own page and in the API; and forgetting the school."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from programmes.models import CatalogueEntry
from programmes.services.catalogue import refresh_programme
from programmes.services.contexts import add_context
from programmes.views.fit import SESSION_KEY
from tests import factories

pytestmark = pytest.mark.django_db


def offered(*pupils: int) -> CatalogueEntry:
    """A public programme that has worked in primary schools of these sizes."""
    programme = factories.ProgrammeFactory(public=True)
    owner = factories.team_member(programme.provider)
    for number in pupils:
        add_context(programme=programme, by=owner, year=2025, phase="primary", pupils=number,
                    school_type="maintained", setting="rural", disadvantage_percent=20.0)  # fmt: skip
    entry = refresh_programme(programme=programme)
    assert entry
    return entry


def my_school() -> int:
    return factories.SchoolFactory(
        name="Larkspur Primary",
        phase="primary",
        pupils=200,
        type_group="Local authority maintained schools",
        rurality="Rural village",
        disadvantage_percent=20.0,
    ).urn


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def test_a_page_says_how_its_subject_fits_the_school_and_on_what_that_rests() -> None:
    entry, urn = offered(200, 900), my_school()
    address = f"/programmes/{entry.slug}/"
    client = Client()
    assert "Fits your school" not in text(client, address)
    page = text(client, f"{address}?place={urn}")
    assert re.search(r"Fits your school \d+/100", page)
    assert re.search(
        r"Larkspur Primary: .*same phase.*\. \d+ of 100 could be compared; \d of 2 schools", page
    )
    assert "This is no part of the rating." in page
    assert "Fits your school" not in text(Client(), address)
    # The school that was chosen in the search is known here too.
    text(client, f"/find/?place={urn}")
    page = text(client, address)
    assert re.search(r"Fits your school \d+/100", page)
    assert f"/find/fit/programme/{entry.slug}/?place={urn}" in page
    provider = CatalogueEntry.objects.filter(kind="provider", provider=entry.provider).first()
    if provider:
        assert "your school" in text(client, f"/providers/{provider.slug}/")


def test_what_is_not_known_is_said() -> None:
    entry, urn = offered(), my_school()
    page = text(Client(), f"/programmes/{entry.slug}/?place={urn}")
    assert "Not known whether it fits your school" in page
    assert "No school it has worked in is on the register" in page
    assert text(Client(), f"/programmes/{entry.slug}/?place=nowhere%00<x>")


def test_removing_the_school_forgets_it_in_this_browser_too() -> None:
    entry, urn = offered(200), my_school()
    client = Client()
    text(client, f"/find/?place={urn}")
    assert client.session[SESSION_KEY] == urn
    answer = client.post(
        "/find/school/forget/", {"back": f"/find/?q=reading&place={urn}&within=10&fits=alike"}
    )
    assert answer["Location"] == "/find/?q=reading"
    assert SESSION_KEY not in client.session
    assert "Larkspur" not in text(client, "/find/")
    assert "Fits your school" not in text(client, f"/programmes/{entry.slug}/")
    for elsewhere in ("https://bad.example/", "//bad.example", "javascript:alert(1)", "", "find"):
        assert client.post("/find/school/forget/", {"back": elsewhere})["Location"] == "/find/"
    assert client.get("/find/school/forget/").status_code == 405
    assert "Remove your school" in text(client, "/privacy/")


def test_api_rows_say_how_they_fit_where_a_school_is_given() -> None:
    entry, urn = offered(200, 900), my_school()
    offered()
    client = Client()
    rows = client.get("/api/v1/catalogue/?status=all").json()["results"]
    assert [row["fit"] for row in rows] == [None, None]
    answer = client.get(f"/api/v1/catalogue/?status=all&place={urn}").json()["results"]
    fits = {row["slug"]: row["fit"] for row in answer}
    assert fits.pop(entry.slug)["coverage"] > 40
    assert list(fits.values()) == [None]
    [row] = [row for row in answer if row["slug"] == entry.slug]
    assert row["fit"]["score"] > 80
    assert row["fit"]["contexts"] == 2
    assert "same phase" in row["fit"]["reasons"]
    counts = []
    for _ in range(2):
        client.get(f"/api/v1/catalogue/?status=all&place={urn}")  # reads the changed contexts, once a process
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/api/v1/catalogue/?status=all&place={urn}")
        counts.append(len(queries))
        offered(300)
        offered(400)
    assert counts[0] == counts[1]
