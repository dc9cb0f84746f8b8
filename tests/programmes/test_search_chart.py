"""Price beside quality of the results of a search."""

from __future__ import annotations

import csv
import io
import statistics
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from programmes.models import CatalogueEntry
from programmes.queries.price_quality import price_bands
from programmes.services.catalogue import refresh_leader
from programmes.views import pictures
from tests import factories
from tests.programmes.test_search_page import ASSURED, programme, text

pytestmark = pytest.mark.django_db

HEADINGS = {"purpose": 3.0, "governance": 2.5, "process": 3.5, "definitions": None, "value": 3.0}


def priced(title: str, price: int | None, overall: float = 3.0, **fields: object) -> CatalogueEntry:
    """Rated; its price is put straight into the catalogue, where the chart reads it."""
    entry = programme(title, replace(ASSURED, overall=overall, headings=HEADINGS), **fields)
    CatalogueEntry.objects.filter(pk=entry.pk).update(price=price)
    return entry


def rows(client: Client, address: str) -> list[dict[str, str]]:
    response = client.get(address)
    assert response.status_code == 200
    content = b"".join(response) if response.streaming else response.content
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_leader_compares_price_and_quality_and_reads_the_same_in_a_table(client: Client) -> None:
    priced("Dear", 900, 3.2)
    priced("Cheap", 100, 3.4)
    priced("Free one", 0)
    page = text(client, "/find/chart/")
    assert "Price and quality" in page
    assert page.index("Free: Free one") < page.index("£100: Cheap") < page.index("£900: Dear")
    # From the lowest to the highest of the headings there are.
    assert "2.50 to 3.50" in page
    assert rows(client, "/find/chart/?csv=price-and-quality") == [
        {
            "Result": title,
            "Price per participant, £": price,
            "Overall score, out of 4": overall,
            "Lowest to highest heading": "2.50 to 3.50",
        }
        for title, price, overall in (
            ("Free one", "0", "3.00"),
            ("Cheap", "100", "3.40"),
            ("Dear", "900", "3.20"),
        )
    ]


def test_what_has_no_price_or_no_rating_is_counted_not_drawn(client: Client) -> None:
    priced("Priced", 100)
    priced("No price", None)
    programme("Listed", standing=None)
    page = text(client, "/find/chart/?status=all")
    assert "1 of 3 programmes are rated and state a price. The other 2 can’t be shown here" in page
    priced_only = text(client, "/find/chart/?price=50")
    assert "Nothing on the register matches all of this" in priced_only


def test_without_anything_to_draw_it_says_why(client: Client) -> None:
    priced("No price", None)
    assert "None of these programmes is rated and states a price" in text(client, "/find/chart/")
    factories.ProviderFactory()
    page = text(client, "/find/chart/?kind=provider&status=all")
    assert "Nothing on the register" in page or "Organisations have no price of their own" in page


def test_many_results_are_put_into_bands_of_price_with_the_middle_half(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(24):
        priced(f"P{number}", 100 * (number + 1), 2.5 + number % 6 / 10)
    bands = price_bands(CatalogueEntry.objects.all(), bands=4)
    assert sum(band.n for band in bands) == 24
    for band in bands:
        inside = CatalogueEntry.objects.filter(price__range=(band.cheapest, band.dearest))
        scores = sorted(map(float, inside.values_list("overall", flat=True)))
        assert band.n == len(scores)
        lower, middle, upper = statistics.quantiles(scores, n=4, method="inclusive")
        assert (band.lower, band.overall, band.upper) == pytest.approx((lower, middle, upper))

    monkeypatch.setattr(pictures, "MOST_POINTS", 10)
    page = text(client, "/find/chart/")
    assert "24 results in bands of price with about as many results each." in page
    assert "Download all 24 results as CSV" in page
    everything = rows(client, "/find/chart/?csv=all")
    assert len(everything) == 24
    assert everything[0]["Price"] == "100.00"


def test_one_price_for_all_is_one_band() -> None:
    for number in range(5):
        priced(f"P{number}", 100, 3.0)
    (band,) = price_bands(CatalogueEntry.objects.all())
    assert (band.cheapest, band.dearest, band.n) == (100, 100, 5)
    assert price_bands(CatalogueEntry.objects.none()) == []


def test_a_formula_in_a_title_is_text_in_the_file(client: Client) -> None:
    priced("=1+1", 100)
    assert rows(client, "/find/chart/?csv=all")[0]["Title"] == "'=1+1"


def test_specialist_leaders_are_drawn_by_the_price_of_a_day(client: Client) -> None:
    leader = factories.SpecialistLeaderFactory(day_rate=Decimal(350), slug="k7k7k7")
    refresh_leader(leader=leader, standing=ASSURED)
    page = text(client, "/find/chart/?kind=sle")
    assert "Price of a day, £" in page
    assert "£350: SLE K7K7K7" in page


def test_as_many_queries_for_three_as_for_one(client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            text(client, "/find/chart/")
        return len(captured)

    priced("One", 100)
    queries()
    one = queries()
    priced("Two", 200)
    priced("Three", 300)
    assert queries() == one
