"""The real files, whole: what a newly installed register holds after `load_reference`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count

from lpdqa.audit.models import Entry
from programmes.choices import EntryStatus
from programmes.models import CatalogueEntry, NPQCourse, Programme, ProgrammeVersion
from providers.models import (
    ColumnSource,
    DataSource,
    Diocese,
    LocalAuthority,
    Outcode,
    Provider,
    ProviderArea,
    Region,
    Relationship,
    School,
)
from providers.services.reference.files import data_folder
from tests.providers.reference.slices import load


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Load everything once for this module. Taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        load(data_folder())
        yield
        transaction.set_rollback(True)


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def test_every_row_of_the_files_is_there() -> None:
    assert Region.objects.filter(scheme="region").count() == 9
    assert Region.objects.filter(scheme="rsc").count() == 8
    assert LocalAuthority.objects.filter(is_live=True).count() == 153
    assert Diocese.objects.count() == 63
    assert Outcode.objects.count() == 2857
    assert School.objects.count() == 25_094
    assert NPQCourse.objects.count() == 12
    assert ProviderArea.objects.count() == 302
    kinds = dict(Provider.objects.values_list("kind").annotate(Count("id")))
    assert kinds == {"la": 153, "diocese": 60, "tsa": 640, "hub": 87, "mat": 1180, "sat": 1942, "npq_lead": 7}
    assert Programme.objects.filter(kind="npq").count() == 69


@pytest.mark.parametrize(
    "model",
    [
        Region,
        LocalAuthority,
        Diocese,
        Outcode,
        School,
        Provider,
        ProviderArea,
        Relationship,
        NPQCourse,
        Programme,
    ],
)
def test_every_row_knows_its_source_and_date(model: Any) -> None:
    assert model.objects.exists()
    assert not model.objects.filter(source=None).exists()
    assert not model.objects.filter(source_as_of=None).exists()


def test_every_source_has_a_publisher_a_licence_and_a_date() -> None:
    assert DataSource.objects.exclude(loaded_at=None).count() == 11
    for source in DataSource.objects.all():
        assert source.publisher
        assert source.licence
        assert source.as_of
        assert source.as_of_text
        assert source.obtained_from
    assert ColumnSource.objects.get(table="school", column="latitude").as_of.year == 2018


def test_what_is_listed_is_found_and_not_rated() -> None:
    assert CatalogueEntry.objects.count() == Provider.objects.count() + 69
    assert not CatalogueEntry.objects.exclude(status=EntryStatus.LISTED, band="", overall=None).exists()
    assert not CatalogueEntry.objects.filter(is_example=True).exists()


def test_places_hang_together() -> None:
    school = School.objects.get(urn=100000)
    assert school.authority.name == "City of London"
    assert school.authority.region.name == "London"
    assert school.phase == "primary"
    assert school.establishment_type == "Voluntary aided school"
    assert school.type_group == "Local authority maintained schools"
    barnsley = LocalAuthority.objects.get(code="370")
    assert (barnsley.gss_code, barnsley.is_live) == ("E08000038", True)
    # Three authorities are written differently in the list that names the commissioners' regions.
    assert LocalAuthority.objects.get(name="Bristol, City of").rsc_region.name == "South West"


def test_an_alliance_is_tied_to_the_schools_that_led_it() -> None:
    benfleet = Provider.objects.get(slug="benfleet-tsa")
    assert benfleet.authority.name == "Essex"
    assert benfleet.region.name == "East of England"
    assert (benfleet.latitude, benfleet.longitude) == (51.56258, 0.57377)
    led_by = Relationship.objects.filter(subject=benfleet, kind="led_by")
    assert {tie.school.name for tie in led_by} == {
        "Kingston Primary School",
        "The Appleton School",
        "The King John School",
    }
    spread = Provider.objects.get(name="Outwood Insitute of Education")
    assert (spread.region, spread.authority, spread.latitude) == (None, None, None)


def test_a_hub_has_its_areas_and_two_of_one_name_have_addresses_of_their_own() -> None:
    first, second = Provider.objects.filter(name="Unity Teaching School Hub").order_by("slug")
    assert (first.slug, second.slug) == ("unity-teaching-school-hub", "unity-teaching-school-hub-ee6")
    barnsley = ProviderArea.objects.get(name="Barnsley")
    assert barnsley.authority_id == "370"
    assert ProviderArea.objects.get(name="Braintree").authority is None


def test_an_offer_says_what_the_source_says_and_nothing_more() -> None:
    offer = Programme.objects.get(slug="npq-headship-ambition-institute")
    version = offer.public_version
    assert version.title == "NPQ in Headship (NPQH)"
    assert version.published_at
    assert version.weeks == 78
    assert version.summary.startswith("A course to help school leaders and head teachers")
    assert version.audience == ["aspiring_head", "new_head", "head"]
    assert (version.hours, version.aims, version.evidence_base) == (None, "", "")
    assert not offer.prices.exists()
    assert not offer.cohorts.exists()
    # A course of which the source gives only the name.
    bare = Programme.objects.get(slug="npq-leading-literacy-teach-first").public_version
    assert (bare.audience, bare.summary, bare.content, bare.weeks) == ([], "", "", None)
    assert bare.topics == ["literacy"]


def _history() -> tuple[int, ...]:
    """How much was ever written to the tables that keep their history, and to the trail."""
    return (
        Provider.pgh_event_models["insert"].objects.count(),
        Programme.pgh_event_models["insert"].objects.count(),
        Relationship.pgh_event_models["insert"].objects.count(),
        ProgrammeVersion.objects.count(),
        Entry.objects.count(),
    )


def test_a_second_run_changes_nothing() -> None:
    before, loaded_at = _history(), list(DataSource.objects.values_list("code", "loaded_at"))
    said = load(data_folder())
    assert said.count("the same file as last time") == 11
    assert _history() == before
    assert list(DataSource.objects.values_list("code", "loaded_at")) == loaded_at


def test_a_forced_run_compares_every_row_and_finds_them_the_same() -> None:
    *before, _ = _history()
    said = load(data_folder(), force=True)
    assert said.count(" 0 new, 0 changed,") == 11
    *after, _ = _history()
    assert after == before
