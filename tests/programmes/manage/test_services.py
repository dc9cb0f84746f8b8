"""Describing a programme, its versions, prices and cohorts."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import InternalError, transaction

from lpdqa.audit.models import Entry
from lpdqa.clock import now
from lpdqa.workflow import WorkflowError
from programmes.models import CatalogueEntry, Programme, ProgrammeVersion
from programmes.services import catalogue, programmes
from programmes.services.cohorts import add_cohort, remove_cohort, update_cohort
from programmes.services.prices import set_price
from programmes.services.programmes import create_programme, start_new_version, update_version
from tests.factories import NPQCourseFactory, ProgrammeFactory, RegionFactory
from tests.providers.people import join, team_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def monday():
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False):
        yield


def a_draft(**fields) -> tuple[ProgrammeVersion, object]:
    provider, owner, _, _ = team_of()
    return create_programme(
        provider=provider, by=owner, kind="course", title="First headship", **fields
    ), owner


def test_a_new_programme_is_a_draft_the_public_does_not_see():
    version, owner = a_draft(summary="A year of pairs")

    programme = version.programme
    assert (programme.slug, version.number, version.created_by) == ("first-headship", 1, owner)
    assert programme.public_version is None
    assert not CatalogueEntry.objects.filter(programme=programme).exists()
    assert Entry.objects.get(action="programme.create").target_id == programme.pk


def test_an_npq_names_its_course_and_a_provider_has_each_once():
    provider, owner, _, _ = team_of()
    course = NPQCourseFactory()
    make = {"provider": provider, "by": owner, "title": "NPQ"}

    with pytest.raises(ValidationError, match="which NPQ"):
        create_programme(**make, kind="npq")
    with pytest.raises(ValidationError, match="Only an NPQ"):
        create_programme(**make, kind="course", npq_course=course)
    create_programme(**make, kind="npq", npq_course=course)
    with pytest.raises(ValidationError, match="on the register already"):
        create_programme(**make, kind="npq", npq_course=course)

    assert Programme.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": " "}, "title"),
        ({"audience": ["everyone"]}, "audience"),
        ({"protect_share": 50, "sell_share": 60, "share_share": 0}, "share_share"),
        ({"protect_share": 50}, "share_share"),
        ({"openness": 101}, "openness"),
        ({"hours": -1}, "hours"),
        ({"regions": ["atlantis"]}, "regions"),
        ({"venue_postcode": "somewhere"}, "venue_postcode"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_field(fields, field):
    version, owner = a_draft()

    with pytest.raises(ValidationError) as refusal:
        update_version(version=version, by=owner, **fields)

    assert field in refusal.value.message_dict


def test_a_version_under_review_or_published_stays_as_it_is():
    version, owner = a_draft()
    programmes.edit_guards.append(lambda v: "This version is with the assessors.")
    try:
        with pytest.raises(WorkflowError, match="with the assessors"):
            update_version(version=version, by=owner, summary="Changed")
    finally:
        programmes.edit_guards.pop()
    update_version(version=version, by=owner, summary="Said in time")
    ProgrammeVersion.objects.filter(pk=version.pk).update(published_at=now())

    with pytest.raises(WorkflowError, match="Start a new version"):
        update_version(version=version, by=owner, summary="Changed")
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        ProgrammeVersion.objects.filter(pk=version.pk).update(summary="Changed behind its back")

    version.refresh_from_db()
    assert version.summary == "Said in time"


def test_a_new_version_takes_over_what_was_said_and_counts_on():
    RegionFactory(code="east-midlands")
    version, owner = a_draft(
        summary="A year of pairs",
        audience=["new_head"],
        regions=["east-midlands"],
        hours="42.5",
        protect_share=10,
        sell_share=30,
        share_share=60,
        evaluation_level="4",
    )
    with pytest.raises(WorkflowError, match="still a draft"):
        start_new_version(programme=version.programme, by=owner, change_note="More coaching")
    ProgrammeVersion.objects.filter(pk=version.pk).update(published_at=now())

    with pytest.raises(ValidationError, match="Say what changes"):
        start_new_version(programme=version.programme, by=owner, change_note=" ")
    second = start_new_version(programme=version.programme, by=owner, change_note="More coaching")

    second.refresh_from_db()
    version.refresh_from_db()
    assert (second.number, second.change_note, second.published_at) == (2, "More coaching", None)
    assert {name: getattr(second, name) for name in programmes.CONTENT} == {
        name: getattr(version, name) for name in programmes.CONTENT
    }
    update_version(version=second, by=owner, summary="Two years of pairs")
    version.refresh_from_db()
    assert version.summary == "A year of pairs"


class TestPublicProgramme:
    @pytest.fixture
    def programme(self):
        programme = ProgrammeFactory(public=True)
        join(programme.provider)
        catalogue.refresh_programme(programme=programme)
        return programme

    @pytest.fixture
    def owner(self, programme):
        return programme.provider.memberships.get().user

    def entry(self):
        return CatalogueEntry.objects.get(kind="programme")

    def test_a_price_shows_in_search_from_its_day_on(self, programme, owner):
        set_price(programme=programme, by=owner, valid_from=dt.date(2026, 9, 1), per_participant=900)
        assert self.entry().price == 900

        set_price(programme=programme, by=owner, valid_from=dt.date(2027, 1, 1), per_participant=950)
        assert self.entry().price == 900

    def test_a_price_that_was_in_force_stays_and_todays_can_be_corrected(self, programme, owner):
        set_price(programme=programme, by=owner, valid_from=dt.date(2026, 9, 1), per_participant=900)

        for day in (dt.date(2026, 9, 1), dt.date(2026, 8, 1)):
            with pytest.raises(ValidationError, match="in force"):
                set_price(programme=programme, by=owner, valid_from=day, per_participant=1)
        set_price(programme=programme, by=owner, valid_from=dt.date(2026, 11, 23), per_participant=95)
        set_price(programme=programme, by=owner, valid_from=dt.date(2026, 11, 23), per_participant=950)

        assert list(programme.prices.values_list("per_participant", flat=True)) == [950, 900]
        assert self.entry().price == 950

    def test_a_price_says_what_is_paid_and_nothing_below_zero(self, programme, owner):
        with pytest.raises(ValidationError, match="per participant or per school"):
            set_price(programme=programme, by=owner, valid_from=dt.date(2026, 12, 1))
        with pytest.raises(ValidationError) as refusal:
            set_price(programme=programme, by=owner, valid_from=dt.date(2026, 12, 1), per_school=1, travel=-1)
        assert "travel" in refusal.value.message_dict

    def test_the_next_start_follows_the_cohorts(self, programme, owner):
        spring = add_cohort(
            programme=programme, by=owner, starts_on=dt.date(2027, 1, 11), mode="online", places=16
        )
        autumn = add_cohort(programme=programme, by=owner, starts_on=dt.date(2027, 9, 6), mode="online")
        assert self.entry().next_start == dt.date(2027, 1, 11)

        update_cohort(cohort=spring, by=owner, places_left=3)
        assert self.entry().places_left == 3
        remove_cohort(cohort=spring, by=owner)
        assert self.entry().next_start == autumn.starts_on

    def test_a_cohort_ends_after_it_starts_and_has_no_more_places_left_than_places(self, programme, owner):
        make = {"programme": programme, "by": owner, "starts_on": dt.date(2027, 1, 11), "mode": "online"}
        for fields, field in (
            ({"ends_on": dt.date(2027, 1, 10)}, "ends_on"),
            ({"places": 10, "places_left": 11}, "places_left"),
            ({"postcode": "x"}, "postcode"),
            ({"mode": "telepathy"}, "mode"),
        ):
            with pytest.raises(ValidationError) as refusal:
                add_cohort(**{**make, **fields})
            assert field in refusal.value.message_dict
        assert not programme.cohorts.exists()

    def test_looking_at_a_cohort_again_confirms_it_and_one_that_has_begun_stays(self, programme, owner):
        cohort = add_cohort(
            programme=programme,
            by=owner,
            starts_on=dt.date(2026, 11, 23),
            mode="online",
            confirmed_on=dt.date(2026, 6, 1),
        )

        update_cohort(cohort=cohort, by=owner)

        assert cohort.confirmed_on == dt.date(2026, 11, 23)
        with pytest.raises(ValidationError, match="has begun"):
            remove_cohort(cohort=cohort, by=owner)
