"""Compare: what differs, what it costs, why a figure is missing; on the page and in a spreadsheet."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from html import unescape
from itertools import pairwise

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from programmes.choices import HEADINGS
from programmes.models import CatalogueEntry
from programmes.queries.items import name_of, named
from programmes.services.catalogue import Standing, refresh_leader, refresh_provider
from programmes.views.overlay import HEIGHT, overlay
from tests import factories
from tests.programmes.test_search_page import ASSURED, programme


def address(*entries: CatalogueEntry, **more: str) -> str:
    items = "&".join(f"item={name_of(entry)}" for entry in entries)
    return f"/compare/?{items}" + "".join(f"&{name}={value}" for name, value in more.items())


def text(client: Client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def row(page: str, label: str) -> tuple[bool, list[str]]:
    """Whether a row says that it differs, and its cells."""
    found = re.search(
        rf'<th scope="row"[^>]*> {re.escape(label)}( <span[^>]*>differs</span>)? </th>(.*?)</tr>',
        page,
    )
    assert found, f"no row {label!r}"
    return bool(found[1]), re.findall(r"<td[^>]*><div[^>]*>(.*?)</div></td>", found[2])


def priced(title: str, **price: object) -> CatalogueEntry:
    entry = programme(title)
    factories.PriceFactory(programme=entry.programme, **price)
    return entry


@pytest.mark.django_db
def test_rows_that_differ_say_so_and_prices_are_for_the_schools_numbers(client: Client) -> None:
    dear = priced(
        "Dear", per_participant=Decimal(900), cover_days=2, cover_day_cost=200, travel=0, materials=0
    )
    cheap = priced("Cheap", per_participant=Decimal(400))
    page = text(client, address(dear, cheap, participants="3"))
    assert row(page, "In full for 3 participants") == (True, ["£3,900", "£1,200"])
    assert row(page, "Not in that sum") == (
        True,
        ["Nothing is left out", "Materials, travel and stay, cover"],
    )
    assert row(page, "Rating") == (False, ["Quality assured", "Quality assured"])
    assert row(page, "Purpose, of 4") == (False, ["3.00", "3.00"])
    only = text(client, address(dear, cheap, participants="3", only="differences"))
    assert "In full for 3 participants" in only
    assert "Purpose, of 4" not in only


@pytest.mark.django_db
def test_a_missing_figure_has_a_reason(client: Client) -> None:
    unpriced = programme("Unpriced", version__funding_model="per_place")
    free = programme("Free", version__funding_model="free")
    suspended = programme("Suspended", standing=Standing(status="alert", alert="A finding was upheld."))
    listed = programme("Listed", standing=None)
    page = text(client, address(unpriced, free, suspended, listed))
    assert row(page, "In full for 1 participant")[1][:2] == [
        "No price is stated: listed from open data", "Free; cover and travel are not stated",
    ]  # fmt: skip
    assert row(page, "Rating")[1] == [
        "Quality assured",
        "Quality assured",
        "Rating suspended",
        "Not reviewed",
    ]
    assert row(page, "Value, of 4")[1][2:] == ["Rating suspended", "Not reviewed"]
    assert "A finding was upheld." in page
    assert row(page, "Next start")[1][0] == "No dates to come on the register"


@pytest.mark.django_db
def test_different_kinds_share_what_means_something_for_both(client: Client) -> None:
    leader = refresh_leader(
        leader=factories.SpecialistLeaderFactory(
            name="Robin Hollowaya", day_rate=Decimal(350), suits="Ask for Robin Hollowaya."
        ),
        standing=ASSURED,
    )
    provider = refresh_provider(provider=factories.ProviderFactory(), standing=ASSURED)
    assert leader
    assert provider
    page = text(client, address(priced("Phonics"), leader, provider, days="4"))
    assert row(page, "For 4 days") == (False, ["Not for a programme", "£1,400", "Not for a provider"])
    assert row(page, "Overall, of 4") == (False, ["3.00"] * 3)
    # No consent: neither the name nor what would give it away.
    assert "Robin" not in page


@pytest.mark.django_db
def test_what_does_not_fit_or_is_not_there_is_said(client: Client) -> None:
    entries = [programme(f"Programme {letter}") for letter in "ABCDE"]
    page = text(client, address(*entries) + "&item=programme:gone")
    assert "Four fit side by side. Left out: Programme E." in page
    assert "Part of this address is not on the register" in page
    assert "Nothing to compare yet" in text(client, "/compare/")
    assert "Add at least one more" in text(client, address(entries[0]))


@pytest.mark.django_db
def test_a_column_can_be_left_out_and_another_added_from_the_shortlist(client: Client) -> None:
    first, second, third = (programme(f"Programme {letter}") for letter in "ABC")
    client.post("/shortlist/add/", {"item": name_of(third)})
    page = text(client, address(first, second))
    without = re.search(r'href="([^"]*)">Leave out<span class="govuk-visually-hidden"> Programme A', page)
    assert without
    assert "Programme A" not in text(client, without[1])
    added = re.search(r'href="([^"]*)">Programme C</a>', page)
    assert added
    assert row(text(client, added[1]), "Rating")[1] == ["Quality assured"] * 3


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["x", "0", "-3", "501", "1e9", "9" * 5000, "%00"])
def test_bad_numbers_are_an_error_beside_the_field(client: Client, typed: str) -> None:
    page = text(client, address(priced("Phonics"), participants=typed))
    assert "There is a problem" in page
    assert row(page, "In full for 1 participant")[1] == ["£500"]


@pytest.mark.django_db
def test_the_spreadsheet_has_the_same_rows_with_numbers_and_no_formulas(client: Client) -> None:
    hostile = priced('=HYPERLINK("https://elsewhere.example")', per_participant=Decimal("400.50"))
    other = programme("Other")
    where = address(hostile, other, participants="2").replace("/compare/", "/compare/comparison.xlsx")
    answer = client.get(where)
    assert answer.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = {line[0]: line for line in sheet.iter_rows(values_only=True)}
    assert rows["In full for 2 participants"][1:3] == ("differs", 801)
    assert rows["In full for 2 participants"][3] == "No price is stated: listed from open data"
    assert rows["Overall, of 4"][1:] == ("", 3, 3)
    head = next(line for line in sheet.iter_rows() if line[1].value == "Differs")
    assert head[2].data_type == "s"
    assert str(head[2].value).startswith("=HYPERLINK")
    assert sheet.page_setup.orientation == "landscape"


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow(client: Client) -> None:
    entries = [priced(f"Programme {letter}") for letter in "ABC"]
    counts = []
    for shown in (entries[:1], entries):
        with CaptureQueriesContext(connection) as queries:
            text(client, address(*shown))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.django_db
@settings(deadline=None)
@given(names=st.lists(st.text(max_size=30) | st.just("programme:") | st.just("sle:a\x00b"), max_size=80))
def test_any_address_names_something_or_nothing(names: list[str]) -> None:
    assert named(names) == []


score = st.none() | st.decimals(1, 4, places=4)


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(HEADINGS), score), min_size=1, max_size=4))
def test_bars_of_the_picture_stay_inside_and_never_touch(profiles: list[dict[str, Decimal | None]]) -> None:
    picture = overlay(profiles)
    bars = [bar for group in picture.groups for bar in group.bars]
    assert len(bars) == 5 * len(profiles)
    for left, right in pairwise(bars):
        assert left.x + picture.bar < right.x
    assert all(0 <= bar.y <= HEIGHT and bar.y + bar.height == HEIGHT for bar in bars)
    assert bars[-1].x + picture.bar <= picture.right
