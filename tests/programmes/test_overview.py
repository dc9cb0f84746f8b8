"""The public overview: what is quality assured where, and where there is none."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from programmes.models import CatalogueEntry
from programmes.queries.overview import count_overview
from programmes.services.catalogue import refresh_leader
from tests import factories
from tests.programmes.test_search_page import ASSURED, programme, shown, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]

NORTH_EAST, LONDON = "E12000001", "E12000007"


@pytest.fixture(autouse=True)
def places() -> None:
    for code, name in ((NORTH_EAST, "North East"), (LONDON, "London")):
        factories.RegionFactory(code=code, name=name)


def rows(client: Client, key: str) -> list[dict[str, str]]:
    response = client.get(f"/overview/?csv={key}")
    assert response["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_a_leader_sees_where_there_is_provision_and_where_none_and_goes_there(client: Client) -> None:
    programme("Phonics", version__regions=[NORTH_EAST], version__phases=["primary", "nursery"])
    programme("Both", version__regions=[NORTH_EAST, LONDON], version__phases=["primary"])
    programme("Only listed", standing=None, version__regions=[LONDON], version__phases=["secondary"])

    page = text(client, "/overview/")

    assert re.search(
        r'<span class="app-stat__number">2</span> <span class="app-stat__words">programmes', page
    )
    assert "of 3 on the register" in page
    assert "In 9 of these places there are none" in page
    gaps = {row["Region"]: row for row in rows(client, "gaps")}
    assert (gaps["North East"]["Primary"], gaps["North East"]["Nursery"]) == ("2", "1")
    assert (gaps["London"]["Primary"], gaps["London"]["Secondary"]) == ("1", "0")
    # Every number is what its link finds.
    table = page[page.index('id="gaps"') : page.index('id="what"')]
    links = re.findall(r'<a class="govuk-link" href="(/find/[^"]*)">(\d+)</a>', table)
    assert len(links) == 3
    for link, number in links:
        assert len(shown(text(client, link))) == int(number)


def test_kinds_topics_and_areas_of_expertise_show_what_there_is_none_of(client: Client) -> None:
    programme("A", version__topics=["literacy", "send"])
    programme("B", standing=None, version__topics=["literacy"])
    refresh_leader(leader=factories.SpecialistLeaderFactory(expertise=["phonics"]), standing=ASSURED)
    topics = {
        row["Topic"]: (row["Quality assured"], row["On the register"]) for row in rows(client, "topics")
    }
    assert topics["Literacy"] == ("1", "2")
    assert topics["Finance and operations"] == ("0", "0")
    assert {row["Kind"]: row["Quality assured"] for row in rows(client, "kinds")}["Course"] == "1"
    areas = {row["Area of expertise"]: row["Quality assured"] for row in rows(client, "expertise")}
    assert (areas["Phonics"], areas["Art"]) == ("1", "0")


def test_prices_are_the_median_and_the_middle_half_and_few_are_not_told(client: Client) -> None:
    for price in (100, 200, 300, 400, 500):
        CatalogueEntry.objects.filter(pk=programme(f"P{price}").pk).update(price=price)
    for price in (10, 20):
        CatalogueEntry.objects.filter(pk=programme(f"N{price}", kind="network").pk).update(price=price)
    prices = {row["Kind"]: row for row in rows(client, "prices")}
    assert prices["Course"]["Price per participant, £"] == "300"
    assert prices["Course"]["Middle half"] == "200 to 400"
    assert prices["Course"]["n"] == "5"
    assert prices["Network"]["Note"] == "fewer than 3 prices"
    assert prices["Network"]["Middle half"] == "–"


def test_made_up_examples_are_told_apart_and_can_be_left_out(client: Client) -> None:
    programme("Made up", is_example=True)
    programme("Real")
    page = text(client, "/overview/")
    assert "1 of what is counted here is a made-up example." in page
    without = text(client, "/overview/?examples=no")
    assert "Made-up examples are left out." in without
    assert count_overview(examples=False).kinds["programme"].assured == 1
    links = re.findall(r'href="(/find/\?[^"]*)"', without)
    assert links
    assert all("examples=no" in link for link in links)


def test_with_nothing_on_the_register_it_says_so(client: Client) -> None:
    page = text(client, "/overview/?csv=cheese")
    assert "No quality-assured programme states a price." in page
    assert "In 12 of these places there are none" in page


def test_it_is_counted_in_six_queries_and_then_kept_for_a_while(client: Client) -> None:
    programme("One", version__regions=[NORTH_EAST], version__phases=["primary"])
    with CaptureQueriesContext(connection) as one:
        count_overview(examples=True)
    for number in range(3):
        programme(f"More {number}", version__regions=[LONDON], version__phases=["secondary"])
    with CaptureQueriesContext(connection) as many:
        count_overview(examples=True)
    assert len(one) == len(many) == 6
    text(client, "/overview/")
    with CaptureQueriesContext(connection) as kept:
        text(client, "/overview/")
    assert not any("catalogueentry" in query["sql"] for query in kept.captured_queries)
