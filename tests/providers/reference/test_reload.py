"""What a later load does with rows that are there, with owners' rows and with files that fail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from lpdqa.clock import now
from programmes.management.commands.load_reference import STEPS
from programmes.models import CatalogueEntry, NPQCourse, Programme
from providers.models import DataSource, Outcode, Provider, ProviderArea, School
from providers.services.reference.run import load_source
from tests.providers.reference.slices import keep, load, rewrite

pytestmark = pytest.mark.django_db


def _rename(old: str, new: str, column: str):
    return lambda row: {**row, column: new} if row[column] == old else row


def test_a_new_file_changes_what_differs_and_keeps_the_address(folder: Path) -> None:
    load(folder)
    hub = Provider.objects.get(external_code="EE1")
    listed_at = hub.listed_at
    rename = _rename("Saffron Teaching School Hub", "Saffron Walden Hub", "hub_name")
    rewrite(folder, "teaching_school_hubs.csv", rename)
    said = load(folder)
    assert "Teaching school hubs: 87 rows read; 0 new, 1 changed, 86 the same" in said
    hub.refresh_from_db()
    assert (hub.name, hub.slug) == ("Saffron Walden Hub", "saffron-teaching-school-hub")
    assert hub.listed_at == listed_at
    assert CatalogueEntry.objects.get(provider=hub, kind="provider").title == "Saffron Walden Hub"


def test_a_claimed_organisation_and_its_offers_belong_to_their_owner(folder: Path) -> None:
    load(folder)
    Provider.objects.filter(slug="teach-first").update(name="Our own name", claimed_at=now())
    rewrite(folder, "npq_courses.csv", lambda row: {**row, "summary": "Something new."})
    load(folder, force=True)
    assert Provider.objects.get(slug="teach-first").name == "Our own name"
    assert Programme.objects.get(slug="npq-headship-teach-first").public_version.number == 1
    assert Programme.objects.get(slug="npq-headship-llse").public_version.number == 2


def test_a_course_that_reads_differently_gets_a_new_published_version(folder: Path) -> None:
    load(folder)
    change = _rename("npq-headship", "npq-headship", "identifier")
    rewrite(folder, "npq_courses.csv", lambda row: {**change(row), "duration_months": "24"})
    load(folder)
    offer = Programme.objects.get(slug="npq-headship-llse")
    assert [(v.number, v.weeks) for v in offer.versions.order_by("number")] == [(1, 78), (2, 104)]
    assert offer.public_version.number == 2
    assert CatalogueEntry.objects.get(programme=offer).weeks == 104


def test_an_area_that_a_hub_no_longer_has_goes(folder: Path) -> None:
    load(folder)
    keep(folder, "teaching_school_hub_areas.csv", lambda row: row["area"] != "Braintree")
    load(folder)
    assert ProviderArea.objects.count() == 301
    assert not ProviderArea.objects.filter(name="Braintree").exists()


def test_facts_of_a_later_day_are_kept(folder: Path) -> None:
    load(folder)
    School.objects.filter(urn=100000).update(name="A newer name", source_as_of=dt.date(2026, 10, 1))
    School.objects.filter(urn=100001).update(name="An older name")
    load(folder, force=True)
    assert School.objects.get(urn=100000).name == "A newer name"
    assert School.objects.get(urn=100001).name == "City of London School for Girls"


def test_a_source_that_fails_is_not_half_loaded_and_the_ones_before_stay(folder: Path) -> None:
    rewrite(
        folder,
        "academy_trusts_2016.csv",
        lambda row: {**row, "group_type": "A club"} if row["group_uid"] == "2046" else row,
    )
    with pytest.raises(KeyError, match="A club"):
        load(folder)
    assert School.objects.exists()
    assert not Provider.objects.filter(kind__in=["mat", "sat"]).exists()
    assert not DataSource.objects.filter(code="academy-trusts-2016").exists()


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "outcodes.csv").unlink()
    with pytest.raises(CommandError, match=r"outcodes\.csv is missing"):
        load(folder)
    assert not Outcode.objects.exists()


def _load_until(folder: Path, name: str) -> Callable[[], int]:
    """Load what comes before this file; gives a function that loads it, counts queries and takes it back."""
    at = next(i for i, (source, _) in enumerate(STEPS) if source.files[0] == name)
    for source, loaders in STEPS[:at]:
        load_source(source=source, loaders=loaders, folder=folder)

    def count() -> int:
        source, loaders = STEPS[at]
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            load_source(source=source, loaders=loaders, folder=folder)
            transaction.set_rollback(True)
        return len(queries)

    return count


@pytest.mark.parametrize(
    ("name", "column", "few"),
    [
        ("outcodes.csv", "outcode", {"LE1"}),
        ("schools.csv.gz", "urn", {"100000"}),
        ("teaching_schools_2018.csv", "urn", {"112474"}),
        ("teaching_school_hubs.csv", "hub_area_code", {"EE1"}),
        ("teaching_school_hub_areas.csv", "area", {"Braintree"}),
        ("academy_trusts_2016.csv", "group_uid", {"2044"}),
        ("npq_course_lead_providers.csv", "course_identifier", {"npq-senco"}),
    ],
)
def test_more_rows_need_no_more_queries(folder: Path, name: str, column: str, few: set[str]) -> None:
    queries = _load_until(folder, name)
    with_many = queries()
    keep(folder, name, lambda row: row[column] in few)
    assert queries() == with_many


def test_courses_not_on_offer_are_marked(folder: Path) -> None:
    load(folder)
    assert not NPQCourse.objects.get(short_code="ASO").is_offered
    assert NPQCourse.objects.filter(is_offered=True).count() == 11
