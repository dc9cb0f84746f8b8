"""The catalogue says what the source tables say, whichever way it was brought up to date."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lpdqa.clock import today
from programmes.models import CatalogueEntry
from programmes.services.catalogue import (
    Standing,
    refresh_dated,
    refresh_leader,
    refresh_listed,
    refresh_programme,
    refresh_provider,
    refresh_standings,
    update_standings,
)
from providers.events import leader_changed, provider_changed
from providers.models import Provider, SpecialistLeader
from tests import factories

pytestmark = pytest.mark.django_db

ASSURED = Standing(
    status="rated",
    band="quality_assured",
    overall=Decimal("2.9319"),
    headings={"purpose": Decimal("3.0714"), "governance": 3.0, "process": 2.8889, "definitions": 2.7},
    confidence="high",
    confidence_value=0.81,
    framework="LPD-QA 1.0",
    rating_public_id=uuid.UUID(int=7),
    decided_on=dt.date(2026, 10, 1),
    valid_to=dt.date(2028, 10, 1),
)


def everything() -> list[dict[str, Any]]:
    """The whole catalogue but for row numbers and the times at which its rows were written."""
    rows = CatalogueEntry.objects.order_by("kind", "slug").values()
    times = ("id", "refreshed_at", "first_at", "changed_at")
    return [{k: v for k, v in row.items() if k not in times} for row in rows]


def test_an_entry_tells_what_the_public_version_costs_and_when_it_starts() -> None:
    course = factories.NPQCourseFactory()
    region = factories.RegionFactory(code="east-midlands", name="East Midlands")
    factories.OutcodeFactory(code="LE1", latitude=52.6, longitude=-1.1)
    programme = factories.ProgrammeFactory(
        public=True,
        kind="npq",
        npq_course=course,
        provider__region=region,
        provider__kind="npq_lead",
        version__title="NPQ for new heads",
        version__audience=["new_head"],
        version__topics=["send"],
        version__venue_postcode="LE1 5AB",
        version__hours=Decimal("60.5"),
    )
    factories.PriceFactory(programme=programme, valid_from=dt.date(2020, 1, 1), per_participant=900)
    factories.PriceFactory(programme=programme, valid_from=dt.date(2026, 1, 1), per_participant=1250)
    factories.PriceFactory(programme=programme, valid_from=dt.date(2999, 1, 1), per_participant=2000)
    factories.CohortFactory(programme=programme, starts_on=dt.date(2020, 1, 1))
    soon = factories.CohortFactory(
        programme=programme, starts_on=today() + dt.timedelta(days=9), places_left=4
    )
    factories.CohortFactory(programme=programme, starts_on=today() + dt.timedelta(days=90))

    entry = refresh_programme(programme=programme)

    assert entry is not None
    assert (entry.title, entry.provider_kind, entry.npq) == ("NPQ for new heads", "npq_lead", "npq-headship")
    assert (entry.price, entry.next_start, entry.places_left) == (Decimal("1250.00"), soon.starts_on, 4)
    assert (entry.latitude, entry.longitude) == (52.6, -1.1)
    assert entry.regions == ["east-midlands"]
    assert entry.status == "listed"
    assert entry.rating_public_id is None
    assert "SENCO" not in entry.title
    assert "special needs" in entry.keywords


def test_a_draft_has_no_entry_and_a_hidden_subject_loses_it() -> None:
    draft = factories.ProgrammeFactory()
    hidden = factories.ProviderFactory(listed_at=None)
    assert refresh_programme(programme=draft) is None
    assert refresh_provider(provider=hidden) is None

    leader = factories.SpecialistLeaderFactory()
    assert refresh_leader(leader=leader) is not None
    SpecialistLeader.objects.filter(pk=leader.pk).update(listed_at=None)
    assert refresh_leader(leader=leader) is None
    assert not CatalogueEntry.objects.exists()


def test_a_rating_stays_when_the_content_changes() -> None:
    programme = factories.ProgrammeFactory(public=True)
    refresh_programme(programme=programme, standing=ASSURED)
    factories.PriceFactory(programme=programme, per_participant=75)

    entry = refresh_programme(programme=programme)

    assert entry is not None
    assert (entry.status, entry.band, entry.band_rank) == ("rated", "quality_assured", 3)
    assert (entry.purpose, entry.value) == (Decimal("3.0714"), None)
    assert entry.price == 75


def test_ratings_that_only_grew_older_leave_the_indexes_alone() -> None:
    """PostgreSQL keeps a new version on the page of the old one if it has room, which half of every page is, and if no
    index holds what changed."""
    # New pages: how much room the old ones have depends on what else was tested.
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE programmes_catalogueentry CASCADE")
    providers = [factories.ProviderFactory() for _ in range(40)]
    # Twice: nothing is tidied within a transaction, and the second moves what filled the first pages.
    for _ in range(2):
        refresh_standings(standings={("provider", one.pk): ASSURED for one in providers})
    older = replace(ASSURED, confidence_value=0.79, rating_public_id=uuid.UUID(int=8))

    before = _updates()
    assert update_standings(standings={("provider", one.pk): older for one in providers}) == 40

    written, within_their_page = (after - earlier for after, earlier in zip(_updates(), before, strict=True))
    assert written == 40
    # The last ones of a page may not fit, by how long the words are; without the room none of them would.
    assert within_their_page > 20


def _updates() -> tuple[int, int]:
    """Of the catalogue in this transaction: updates, and how many of them no index was told of."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_stat_get_xact_tuples_updated(t), pg_stat_get_xact_tuples_hot_updated(t) "
            "FROM (SELECT 'programmes_catalogueentry'::regclass::oid AS t) AS one"
        )
        updated, hot = cursor.fetchone()
    return updated, hot


def test_an_alert_takes_the_place_of_band_and_scores() -> None:
    provider = factories.ProviderFactory()
    refresh_provider(provider=provider, standing=ASSURED)
    suspended = Standing(
        status="alert", alert="Suspended.", band="exemplary", overall=3.6, headings={"purpose": 4}
    )

    entry = refresh_provider(provider=provider, standing=suspended)

    assert entry is not None
    assert (entry.status, entry.alert, entry.band, entry.band_rank) == ("alert", "Suspended.", "", 0)
    assert (entry.overall, entry.purpose, entry.confidence) == (None, None, "")


def test_rebuilding_all_gives_what_one_by_one_gave() -> None:
    region = factories.RegionFactory()
    school = factories.SchoolFactory(latitude=52.1, longitude=-1.2, authority__region=region)
    for number in range(3):
        provider = factories.ProviderFactory(school=school if number else None, region=region)
        programme = factories.ProgrammeFactory(provider=provider, public=True, version__reach=["online"])
        factories.PriceFactory(programme=programme)
        factories.CohortFactory(programme=programme)
        leader = factories.SpecialistLeaderFactory(designator=provider, home_school=school)
        refresh_provider(provider=provider)
        refresh_programme(programme=programme, standing=ASSURED if number else None)
        refresh_leader(leader=leader)
    gone = factories.ProviderFactory()
    refresh_provider(provider=gone)
    Provider.objects.filter(pk=gone.pk).update(listed_at=None)
    one_by_one = [row for row in everything() if row["provider_id"] != gone.pk]

    assert refresh_listed() == 9
    assert everything() == one_by_one

    CatalogueEntry.objects.exclude(status="rated").delete()
    assert refresh_listed() == 9
    assert everything() == one_by_one


def test_loading_many_takes_as_many_queries_as_loading_one() -> None:
    def queries(providers: int) -> int:
        made = factories.ProviderFactory.create_batch(providers)
        programmes = [factories.ProgrammeFactory(provider=provider, public=True) for provider in made]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            written = refresh_listed(providers=[p.pk for p in made], programmes=[p.pk for p in programmes])
        assert written == 2 * providers
        return len(captured)

    assert queries(1) == queries(3) == queries(25)


def test_a_leader_without_consent_is_nowhere_named() -> None:
    school = factories.SchoolFactory(
        name="Larkspur Primary", postcode="LE1 7ZZ", latitude=52.6, longitude=-1.1
    )
    factories.OutcodeFactory(code="LE1", latitude=52.0, longitude=-1.0)
    leader = factories.SpecialistLeaderFactory(
        slug="sle9",
        name="Robin Holloway",
        home_school=school,
        summary="Robin  holloway has led phonics; Mr Holloway coaches too.",
        suits="Schools that know Robin Holloway.",
    )
    entry = refresh_leader(leader=leader)
    assert entry is not None
    shown = f"{entry.title} {entry.summary} {entry.keywords} {entry.body}"
    assert "holloway" not in shown.lower()
    assert "Larkspur" not in shown
    assert entry.title == "SLE SLE9"
    assert (entry.latitude, entry.longitude) == (52.0, -1.0)

    leader.consent_named_at = timezone.now()
    leader.save()
    leader_changed.send(SpecialistLeader, leader=leader)
    entry.refresh_from_db()
    assert entry.title == "Robin Holloway"
    assert (entry.latitude, entry.longitude) == (52.6, -1.1)


def test_a_provider_that_changes_its_name_changes_it_everywhere() -> None:
    provider = factories.ProviderFactory(name="Old name")
    refresh_programme(programme=factories.ProgrammeFactory(provider=provider, public=True), standing=ASSURED)
    refresh_leader(leader=factories.SpecialistLeaderFactory(designator=provider))
    provider.name = "New name"
    provider.save()

    provider_changed.send(Provider, provider=provider)

    assert set(CatalogueEntry.objects.values_list("kind", "provider_name")) == {
        ("programme", "New name"),
        ("sle", "New name"),
        ("provider", "New name"),
    }
    assert CatalogueEntry.objects.get(kind="programme").band == "quality_assured"


def test_time_alone_moves_the_next_start_and_the_price() -> None:
    programme = factories.ProgrammeFactory(public=True)
    factories.PriceFactory(programme=programme, per_participant=100)
    past = factories.CohortFactory(programme=programme)
    coming = factories.CohortFactory(programme=programme, starts_on=today() + dt.timedelta(days=60))
    refresh_programme(programme=programme)
    assert refresh_dated() == 0

    type(past).objects.filter(pk=past.pk).update(starts_on=today() - dt.timedelta(days=1))
    CatalogueEntry.objects.update(
        next_start=today() - dt.timedelta(days=1), refreshed_at=timezone.now() - dt.timedelta(days=3)
    )
    factories.PriceFactory(programme=programme, valid_from=today(), per_participant=120)

    assert refresh_dated() == 1
    entry = CatalogueEntry.objects.get()
    assert (entry.next_start, entry.price) == (coming.starts_on, 120)
