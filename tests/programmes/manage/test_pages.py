"""Describing a programme part by part, its price and dates, its versions, and the provider's own page."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from lpdqa.clock import now
from programmes.models import Programme, ProgrammeVersion
from programmes.services import programmes
from programmes.services.cohorts import add_cohort
from programmes.services.prices import set_price
from programmes.services.programmes import create_programme, start_new_version
from providers.services.deployments import request_deployment
from providers.services.leaders import create_leader, designate
from tests.factories import NPQCourseFactory, ProgrammeFactory, RegionFactory
from tests.providers.pages import main, queries, signed_in
from tests.providers.people import join, team_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def monday():
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False):
        yield


@pytest.fixture
def team():
    provider, owner, _, _ = team_of(name="Larkmoor Alliance")
    return provider, owner


@pytest.fixture
def version(team) -> ProgrammeVersion:
    return create_programme(provider=team[0], by=team[1], kind="course", title="First headship")


def part(version, code):
    return reverse("programme_section", args=[version.programme.slug, version.number, code])


def of(name, version, *more):
    return reverse(name, args=[version.programme.slug, *more])


ANSWERS = {
    "about": {
        "title": "First headship",
        "summary": "A year of pairs",
        "aims": "Heads set direction",
        "content": "Six days",
    },
    "audience": {
        "audience": ["new_head", "aspiring_head"],
        "phases": ["primary"],
        "topics": ["strategy"],
        "suits": "Small schools",
        "does_not_suit": "Executive heads",
    },
    "delivery": {
        "modes": ["blended"],
        "reach": ["venue"],
        "regions": ["east-midlands"],
        "venue_postcode": "le16tp",
        "hours": "42.5",
        "weeks": "26",
        "deliverers": "Serving heads",
    },
    "evidence": {
        "evidence_base": "Two reviews",
        "evidence_reviewed_on": "2026-05-01",
        "evaluation_level": "4",
    },
    "knowledge": {
        "protect_share": "10",
        "sell_share": "30",
        "share_share": "60",
        "knowledge_statement": "Written with schools",
        "codification": "0",
        "openness": "50",
        "joint_practice_share": "40",
        "participant_role": "contributor",
        "unpaid_share": "0",
        "driver": "growth",
    },
}


def test_a_programme_from_its_title_to_the_check_of_all_answers(team):
    provider, owner = team
    RegionFactory(code="east-midlands", name="East Midlands")
    client = signed_in(owner)
    new = reverse("programme_new", args=[provider.slug])
    assert "Choose what kind it is" in main(client.post(new, {"title": "First headship"}))
    page = main(client.post(new, {"title": "First headship", "kind": "course"}, follow=True))
    assert "0 of 6 parts are complete" in page
    assert "3 to add" in page
    version = ProgrammeVersion.objects.get()

    for number, (code, typed) in enumerate(ANSWERS.items(), start=1):
        page = main(client.post(part(version, code), typed, follow=True))
        assert f"{number} of 6 parts are complete" in page
    typed = {
        "funding_model": "per_place",
        "valid_from": "2026-11-23",
        "per_participant": "£1,250",
        "vat_included": "on",
    }
    page = main(client.post(of("programme_price", version), typed, follow=True))
    assert "6 of 6 parts are complete" in page
    dates = {"starts_on": "2027-01-11", "mode": "blended", "places": "16", "places_left": "9"}
    page = main(client.post(of("cohort_new", version), dates, follow=True))

    for words in (
        "A year of pairs",
        "Aspiring heads, New heads",
        "East Midlands",
        "LE1 6TP",
        "42.5 hours",
        "1 May 2026",
        "4 Use of new knowledge and skills",
        "Not at all: it is in people’s heads",
        "48 of 100: about half and half",
        "Price per place",
        "£1,250 per participant",
        "9 of 16 places left",
        "Submit for review",
    ):
        assert words in page, words
    assert "incomplete" not in page


def test_a_part_is_saved_without_the_others_and_a_mistake_loses_nothing(team, version):
    client = signed_in(team[1])

    client.post(part(version, "about"), {"title": "First headship", "summary": "Saved"})
    page = client.post(
        part(version, "knowledge"),
        {"protect_share": "10", "sell_share": "30", "share_share": "50", "knowledge_tension": "Both at once"},
    )

    assert "must add up to 100" in main(page)
    assert "Both at once" in main(page)
    version.refresh_from_db()
    assert (version.summary, version.protect_share) == ("Saved", None)
    assert client.get(part(version, "nonsense")).status_code == 404


def test_an_npq_names_its_course(team):
    provider, owner = team
    course = NPQCourseFactory()
    client, new = signed_in(owner), reverse("programme_new", args=[provider.slug])

    assert "Choose which NPQ it is" in main(client.post(new, {"title": "NPQH", "kind": "npq"}))
    client.post(new, {"title": "NPQH", "kind": "npq", "npq_course": course.pk})

    assert Programme.objects.get().npq_course == course


def test_while_it_is_under_review_nothing_can_be_changed_but_price_and_dates(team, version):
    client = signed_in(team[1])
    programmes.edit_guards.append(lambda _: "Version 1 is with the assessors.")
    try:
        assert client.get(of("programme_edit", version, 1)).url == of("programme_manage", version)
        assert "with the assessors" in main(client.get(part(version, "about")))
        page = main(client.post(part(version, "about"), {"title": "First headship", "aims": "Too late"}))
        assert "with the assessors" in page
        assert "Too late" in page
        page = main(client.get(of("programme_manage", version)))
        assert "with the assessors" in page
        assert "Submit for review" not in page
        assert "How is it paid for" not in main(client.get(of("programme_price", version)))
        client.post(of("programme_price", version), {"valid_from": "2026-11-23", "per_participant": "0"})
    finally:
        programmes.edit_guards.pop()

    version.refresh_from_db()
    assert version.aims == ""
    assert version.programme.prices.get().per_participant == 0


def test_a_new_version_starts_from_the_published_one_which_can_still_be_read(team, version):
    client = signed_in(team[1])
    ProgrammeVersion.objects.filter(pk=version.pk).update(summary="As published", published_at=now())
    assert "Start a new version" in main(client.get(of("programme_manage", version)))

    assert "Say what changes" in main(client.post(of("version_new", version), {"change_note": ""}))
    client.post(of("version_new", version), {"change_note": "Coaching added"})
    second = version.programme.versions.get(number=2)
    client.post(part(second, "about"), {"title": "First headship", "summary": "With coaching"})

    page = main(client.get(of("programme_manage", version)))
    assert "With coaching" in page
    assert "Version 2 (shown here) Begun on 23 November 2026. Coaching added" in page
    earlier = main(client.get(of("programme_manage", version) + "?version=1"))
    assert "As published" in earlier
    assert "Submit for review" not in earlier
    assert client.get(part(version, "about")).status_code == 200
    assert "stays as it is" in main(client.get(part(version, "about")))
    assert "still a draft" in main(client.post(of("version_new", version), {"change_note": "More"}))


def test_prices_keep_their_dates_and_mistakes_say_what_to_do(team, version):
    client = signed_in(team[1])
    set_price(programme=version.programme, by=team[1], valid_from=dt.date(2025, 9, 1), per_participant=900)
    url = of("programme_price", version)

    page = main(client.post(url, {"valid_from": "2025-09-01", "per_participant": "1"}))
    assert "A price that has been in force stays" in page
    page = client.post(url, {"valid_from": "2026-11-23", "per_participant": "a lot", "travel": "30"})
    assert 'value="alot"' in page.content.decode()
    assert 'value="30"' in page.content.decode()
    client.post(url, {"valid_from": "2026-11-23", "per_participant": "950"})
    client.post(url, {"valid_from": "2027-09-01", "per_participant": "990"})

    page = main(client.get(of("programme_manage", version)))
    assert "£950 per participant" in page
    assert "Earlier, from 1 September 2025 £900 per participant" in page
    assert "From 1 September 2027 £990 per participant" in page


def test_dates_change_and_go(team, version):
    client = signed_in(team[1])
    cohort = add_cohort(
        programme=version.programme, by=team[1], starts_on=dt.date(2027, 1, 11), mode="online"
    )
    url = reverse("cohort_edit", args=[cohort.public_id])
    typed = {"starts_on": "2027-01-11", "mode": "online", "places": "5", "places_left": "6"}

    assert "more places left than places" in main(client.post(url, typed))
    client.post(url, {**typed, "places_left": "2"})
    assert "2 of 5 places left" in main(client.get(of("programme_manage", version)))
    client.post(reverse("cohort_remove", args=[cohort.public_id]))

    assert "No dates yet" in main(client.get(of("programme_manage", version)))


class TestTheProvidersOwnPage:
    def page(self, team):
        return main(signed_in(team[1]).get(reverse("provider_manage", args=[team[0].slug])))

    def test_to_begin_with_it_says_what_to_do(self, team):
        page = self.page(team)

        for words in ("Describe your organisation", "Say how quality is overseen", "first programme"):
            assert words in page
        assert "No programmes yet" in page

    def test_later_it_says_what_grows_old_or_waits(self, team, version):
        provider, owner = team
        set_price(
            programme=version.programme,
            by=owner,
            valid_from=dt.date(2025, 9, 1),
            per_participant=900,
            confirmed_on=dt.date(2025, 9, 1),
        )
        applied = create_leader(designator=provider, by=owner, name="Ann Applied", expertise=["art"])
        ending = create_leader(designator=provider, by=owner, name="Eve Ending", expertise=["art"])
        designate(leader=ending, by=owner, on=dt.date(2023, 1, 10))

        page = self.page(team)

        assert "Finish “First headship”" in page
        assert "Confirm the price of “First headship”" in page
        assert f"Designate {applied.name}" in page
        assert f"Renew the designation of {ending.name}" in page
        assert "first programme" not in page

    def test_many_of_a_kind_are_one_step(self, team):
        for number in range(5):
            ProgrammeFactory(provider=team[0], version__title=f"Draft {number}")
        few = self.page(team)
        ProgrammeFactory(provider=team[0], version__title="Draft 5")
        many = self.page(team)

        assert few.count("Finish “Draft ") == few.count("Set a price for “Draft ") == 5
        assert "Finish 6 drafts" in many
        assert "Set a price for 6 programmes" in many
        assert "Finish “Draft " not in many

    def test_many_programmes_and_leaders_have_pages_of_their_own(self, team, monkeypatch):
        monkeypatch.setattr("programmes.views.manage_provider.PAGE_SIZE", 2)
        provider, owner = team
        for number in range(3):
            ProgrammeFactory(provider=provider, version__title=f"Programme {number}")
            create_leader(designator=provider, by=owner, name=f"Leader {number}", expertise=["art"])
        client, url = signed_in(owner), reverse("provider_manage", args=[provider.slug])

        first, second = (
            client.get(address).content.decode() for address in (url, f"{url}?programmes=2&leaders=x")
        )

        assert "Programmes (3)" in first
        assert "Specialist leaders (3)" in first
        assert [f">Programme {n}<" in first for n in range(3)] == [True, True, False]
        assert [f">Programme {n}<" in second for n in range(3)] == [False, False, True]
        assert [f">Leader {n}<" in second for n in range(3)] == [True, True, False]
        assert 'href="?programmes=2#programmes"' in first
        assert 'href="?programmes=2&amp;leaders=2#leaders"' in second

    def test_it_costs_the_same_for_one_row_and_for_three(self, team):
        provider, owner = team
        client, url = signed_in(owner), reverse("provider_manage", args=[provider.slug])

        def one_more(number):
            programme = ProgrammeFactory(provider=provider)
            set_price(programme=programme, by=owner, valid_from=dt.date(2026, 1, 1), per_participant=number)
            add_cohort(programme=programme, by=owner, starts_on=dt.date(2027, 1, 1), mode="online")
            leader = create_leader(designator=provider, by=owner, name=f"Leader {number}", expertise=["art"])
            designate(leader=leader, by=owner)
            request_deployment(
                leader=leader,
                by=owner,
                supported_school_name="A school",
                focus="Art",
                requested_on=dt.date(2026, 9, 1),
            )
            join(provider, "viewer")

        one_more(1)
        one = queries(client, url)
        one_more(2)
        one_more(3)

        assert queries(client, url) == one

    def test_a_programmes_page_costs_the_same_for_one_version_and_for_three(self, team, version):
        client, url = signed_in(team[1]), of("programme_manage", version)
        one = queries(client, url)
        for number in (1, 2):
            newest = version.programme.versions.get(number=number)
            ProgrammeVersion.objects.filter(pk=newest.pk).update(published_at=now())
            start_new_version(programme=version.programme, by=team[1], change_note="More")

        assert queries(client, url) == one
