"""The results of a search on a map: counts by place, a table that says the same, and a file."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from providers.models import LocalAuthority, Region
from tests import factories
from tests.programmes.test_search_page import programme, shown, text

pytestmark = pytest.mark.django_db

NORTH_EAST, LONDON = "E12000001", "E12000007"


@pytest.fixture(autouse=True)
def places() -> None:
    for code, name in ((NORTH_EAST, "North East"), (LONDON, "London")):
        factories.RegionFactory(code=code, name=name)
    for code, name in (("805", "Hartlepool"), ("202", "Camden")):
        factories.LocalAuthorityFactory(code=code, name=name, region=Region.objects.get(code=NORTH_EAST))


def table(page: str) -> dict[str, str]:
    rows = re.findall(
        r'<th scope="row"[^>]*>\s*(?:<a [^>]*>)?([^<]+)<(?:(?!</tr>).)*?<td[^>]*>([\d,]+)</td>', page
    )
    return {name.strip(): count for name, count in rows}


def test_a_leader_sees_how_many_programmes_each_region_has_and_goes_there(client: Client) -> None:
    programme("One", version__regions=[NORTH_EAST])
    programme("Both", version__regions=[NORTH_EAST, LONDON])
    programme("Nowhere")
    programme("Listed only", standing=None, version__regions=[LONDON])

    page = text(client, "/find/map/")

    assert table(page) == {"North East": "2", "London": "1", "No region is known": "1"}
    assert "North East: 2</title>" in page
    link = re.search(r'<a class="govuk-link" href="([^"]*)">North East</a>', page)
    assert link
    assert set(shown(text(client, link[1]))) == {"One", "Both"}


def test_list_and_map_are_one_search_and_keep_the_address(client: Client) -> None:
    programme("Phonics", version__regions=[LONDON], version__topics=["literacy"])
    programme("Budgets", version__regions=[LONDON], version__topics=["finance"])
    to_map = re.search(r'href="(/find/map/[^"]*)">Map</a>', text(client, "/find/?topic=literacy&q=phonics"))
    assert to_map
    page = text(client, to_map[1])
    assert table(page) == {"London": "1"}
    assert "1 quality-assured programme for “phonics”: Literacy" in page
    back = re.search(r'href="(/find/\?[^"]*)">List</a>', page)
    assert back
    assert shown(text(client, back[1])) == ["Phonics"]


def test_a_number_is_what_its_link_finds_also_when_a_region_is_chosen(client: Client) -> None:
    programme("North", version__regions=[NORTH_EAST])
    programme("South", version__regions=[LONDON])
    page = text(client, f"/find/map/?region={LONDON}")
    assert "1 quality-assured programme: London" in page
    assert table(page)["North East"] == "1"
    assert "What you chose is outlined." in page
    link = re.search(r'<a class="govuk-link" href="([^"]*)">North East</a>', page)
    assert link
    assert shown(text(client, link[1])) == ["North"]


def test_authorities_are_where_the_providers_are(client: Client) -> None:
    camden = factories.ProviderFactory(authority=LocalAuthority.objects.get(code="202"))
    programme("In Camden", provider=camden)
    programme("Elsewhere")
    page = text(client, "/find/map/?areas=authority")
    assert table(page) == {"Camden": "1", "No authority is known": "1"}
    assert "Hartlepool" in page[page.index("Areas with none") :]
    assert "London, larger" in page


def test_the_file_says_the_same(client: Client) -> None:
    programme("One", version__regions=[NORTH_EAST])
    response = client.get("/find/map/?csv=areas&q=one")
    assert response["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert {row["Region"]: row["Results"] for row in rows} == {"North East": "1", "London": "0"}
    address = next(row["Address"] for row in rows if row["Region"] == "North East")
    assert shown(text(client, address)) == ["One"]


def test_nothing_found_and_nonsense(client: Client) -> None:
    page = text(client, "/find/map/?q=nothing&areas=cheese&region=<b>")
    assert "Nothing on the register matches all of this" in page
    assert '<svg class="app-map__picture"' not in page
    assert "<b>" not in page


def test_as_many_queries_for_three_as_for_one(client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            text(client, "/find/map/")
        return len(captured)

    programme("One", version__regions=[NORTH_EAST])
    queries()
    one = queries()
    programme("Two", version__regions=[NORTH_EAST])
    programme("Three", version__regions=[LONDON])
    assert queries() == one
