"""The pages of a programme, a specialist leader and a provider, as anyone sees them."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lpdqa.clock import today
from lpdqa.web.formats import long_date
from programmes.models import Programme
from programmes.services.catalogue import refresh_leader, refresh_listed, refresh_programme, refresh_provider
from providers.models import DataSource, Relationship, SpecialistLeader
from providers.services import deployments
from providers.services.leaders import set_consent
from reviews.models import Rating
from reviews.services.ratings import rate_all_stale
from tests import factories
from tests.journeys import WORKED_EXAMPLE, Journey, all_at

pytestmark = pytest.mark.django_db


def rated(kind: str = "programme") -> Journey:
    """Published and worked out; quality assured."""
    journey = Journey(kind)
    journey.to("published", WORKED_EXAMPLE if kind == "programme" else all_at(3))
    rate_all_stale()
    return journey


def address(journey: Journey) -> str:
    if journey.kind == "programme":
        assert journey.version
        return f"/programmes/{journey.version.programme.slug}/"
    if journey.kind == "sle":
        assert journey.leader
        return f"/specialist-leaders/{journey.leader.slug}/"
    return f"/providers/{journey.provider.slug}/"


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return unescape(re.sub(r"\s+", " ", response.content.decode()))


@pytest.mark.parametrize("kind", ["programme", "sle", "provider"])
def test_a_rated_subject_shows_band_headings_confidence_and_the_way_to_the_arithmetic(
    client: Client, kind: str
) -> None:
    journey = rated(kind)
    rating = Rating.objects.get()

    page = text(client, address(journey))

    assert "<strong>Quality assured</strong>" in page
    for heading in ("purpose", "governance", "process", "definitions", "value"):
        assert f"{heading} {rating.results['headings'][heading]:.2f}" in page
    assert f"<strong>{rating.get_confidence_display()}</strong>: held back most by" in page
    assert "LPD-QA 1.0" in page
    assert "Clear aims." in page
    assert "More transfer." in page
    working = re.search(r'href="(/ratings/[^"]*)">How this was worked out', page)
    assert working
    assert working[1] == f"/ratings/{rating.public_id}/"
    assert client.get(working[1]).status_code == 200


def test_evidence_is_listed_by_criterion_and_what_is_confidential_only_counted(client: Client) -> None:
    journey = rated()
    item = journey.submission.evidence.get(title="Evidence for P1")
    type(item).objects.filter(pk=item.pk).update(confidential=False)
    page = text(client, address(journey))
    assert "Evidence for P1" in page
    assert "What we found." in page
    assert "Evidence for P2" not in page
    assert "1 item for assessors only" in page
    assert "3.5: Between secure and leading" in page
    assert "What was seen lies between two levels." in page
    assert "Specific outcomes for named roles, traced from diagnosed need" in page


def test_evidence_says_when_it_expires_and_that_it_has(client: Client) -> None:
    journey = rated()
    evidence = journey.submission.evidence
    soon, past = today() + dt.timedelta(days=90), today() - dt.timedelta(days=1)
    evidence.filter(title="Evidence for P1").update(confidential=False, expires_on=soon)
    evidence.filter(title="Evidence for P2").update(confidential=False, expires_on=past)
    page = text(client, address(journey))
    assert f"expires {long_date(soon)}" in page
    assert f"<strong>expired</strong> {long_date(past)}" in page


def test_the_profile_is_a_table_too_and_every_past_rating_keeps_its_own(client: Client) -> None:
    journey = rated()
    page = text(client, address(journey))
    table = page[page.index("The profile as a table") :]
    assert re.search(r">Purpose</th>\s*<td[^>]*>3.07</td>\s*<td[^>]*>3</td>", table)
    assert re.search(r">Overall</th>\s*<td[^>]*><strong>2.93</strong></td>", table)
    assert "purpose 3.07" in page[page.index('id="history"') :]


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_before_a_review_begins_nobody_else_sees_a_programme(client: Client, state: str) -> None:
    journey = Journey()
    journey.to(state)
    assert client.get(address(journey)).status_code == 404


@pytest.mark.parametrize("state", ["assessing", "fact_check", "deciding", "decided"])
def test_while_it_is_reviewed_it_is_listed_and_nothing_of_the_scores_is_told(
    client: Client, state: str
) -> None:
    journey = Journey()
    journey.to(state)
    page = text(client, address(journey))
    assert "Listed, not reviewed" in page
    assert "Clear aims." not in page
    assert "Overall" not in page
    assert "History of ratings" not in page


def test_not_yet_is_feedback_to_the_provider_and_unseen_by_the_public(client: Client) -> None:
    journey = Journey()
    journey.to("closed", all_at(1))
    rate_all_stale()
    assert Rating.objects.get().band == "not_yet"
    page = text(client, address(journey))
    assert "Listed, not reviewed" in page
    assert "Not yet" not in page
    assert "Clear aims." not in page
    assert str(Rating.objects.get().public_id) not in page


def test_an_alert_takes_the_place_of_the_band(client: Client) -> None:
    journey = rated()
    band = Rating.objects.get()
    journey.to("suspended")
    rate_all_stale()
    page = text(client, address(journey))
    assert "A claim is not borne out." in page
    assert "Quality assured" not in page
    assert "Clear aims." not in page
    assert str(band.public_id) not in page


def test_a_newer_version_says_that_the_rating_is_of_an_older_one(client: Client) -> None:
    journey = rated()
    assert journey.version
    programme = journey.version.programme
    newer = factories.ProgrammeVersionFactory(programme=programme, number=2, title="The new one")
    Programme.objects.filter(pk=programme.pk).update(public_version=newer)
    refresh_programme(programme=programme)
    page = text(client, address(journey))
    assert "This rating is of version 1. You are reading version 2, which has not been rated." in page


def test_a_programme_says_what_it_costs_in_full_for_a_number_of_participants(client: Client) -> None:
    programme = factories.ProgrammeFactory(public=True)
    factories.PriceFactory(
        programme=programme, per_participant=500, per_school=120, cover_days=2, cover_day_cost=200, travel=50
    )
    refresh_programme(programme=programme)
    page = text(client, f"/programmes/{programme.slug}/?participants=3")
    # 120 + 3 x (500 + 50 + 2 x 200)
    assert "<strong>£1,070</strong> for one participant, <strong>£2,970</strong> for 3" in page
    assert "Not stated by the provider, so not in the sum: materials." in page
    for nonsense in ("0", "-1", "x", "²", "", "99999999999999999999"):
        assert client.get(f"/programmes/{programme.slug}/", {"participants": nonsense}).status_code == 200


def test_dates_that_have_passed_are_not_offered(client: Client) -> None:
    programme = factories.ProgrammeFactory(public=True)
    factories.CohortFactory(programme=programme, name="Gone", starts_on=today() - dt.timedelta(days=1))
    factories.CohortFactory(programme=programme, name="Coming", starts_on=today() + dt.timedelta(days=1))
    refresh_programme(programme=programme)
    page = text(client, f"/programmes/{programme.slug}/")
    assert "Coming" in page
    assert "Gone" not in page


def test_a_leader_is_named_while_consent_stands_and_no_longer(client: Client) -> None:
    journey = rated("sle")
    leader = journey.leader
    assert leader
    school = factories.SchoolFactory(name="Larkspur Primary")
    leader.name, leader.home_school = "Robin Holloway", school
    leader.suits = "Schools that liked Robin Holloway."
    leader.save()
    set_consent(leader=leader, by=journey.owner, named=True)
    page = text(client, address(journey))
    assert "Robin Holloway" in page
    assert "Larkspur Primary" in page

    set_consent(leader=leader, by=journey.owner, named=False)
    for path in (address(journey), "/find/?kind=sle", f"/providers/{leader.designator.slug}/"):
        response = client.get(path)
        page = response.content.decode()
        assert "Holloway" not in page, path
        assert "Larkspur" not in page, path
    rating = Rating.objects.get()
    assert "Holloway" not in text(client, f"/ratings/{rating.public_id}/")


def test_a_real_organisation_is_listed_with_source_and_date(client: Client) -> None:
    source = DataSource.objects.create(
        code="hubs",
        title="Teaching school hubs",
        publisher="Department for Education",
        obtained_from="a repository",
        licence="Open Government Licence v3.0",
        licence_class="B",
        as_of_text="October 2025",
    )
    provider = factories.ProviderFactory(source=source, source_as_of=dt.date(2025, 10, 2))
    refresh_listed(providers=[provider.pk])
    page = text(client, f"/providers/{provider.slug}/")
    assert "Listed, not reviewed" in page
    assert re.search(r'href="/data-sources/#hubs">Teaching school hubs</a>', page)
    assert "as of 2 October 2025" in page
    assert "app-example" not in page


@pytest.mark.parametrize("kind", ["programme", "sle", "provider"])
def test_made_up_subjects_say_so(client: Client, kind: str) -> None:
    provider = factories.ProviderFactory(is_example=True)
    programme = factories.ProgrammeFactory(public=True, provider=provider)
    leader = factories.SpecialistLeaderFactory(designator=provider)
    refresh_programme(programme=programme)
    refresh_leader(leader=leader)
    refresh_provider(provider=provider)
    path = {
        "programme": f"/programmes/{programme.slug}/",
        "sle": f"/specialist-leaders/{leader.slug}/",
        "provider": f"/providers/{provider.slug}/",
    }[kind]
    assert "is made up, to show how the register works" in text(client, path)


def test_only_confirmed_or_published_ties_are_shown(client: Client) -> None:
    provider = factories.ProviderFactory(name="Middle tier")
    confirmed, claimed, hidden = (
        factories.ProviderFactory(name="Confirmed member"),
        factories.ProviderFactory(name="Only claims to be"),
        factories.ProviderFactory(name="Not public", listed_at=None),
    )
    at = timezone.now()
    for subject, by_object in ((confirmed, at), (claimed, None), (hidden, at)):
        Relationship.objects.create(
            subject=subject,
            kind="member_of",
            object=provider,
            valid_from=dt.date(2020, 1, 1),
            confirmed_by_subject_at=at,
            confirmed_by_object_at=by_object,
        )
    refresh_provider(provider=provider)
    page = text(client, f"/providers/{provider.slug}/")
    assert "Has as members" in page
    assert "Confirmed member" in page
    assert "(since 2020)" in page
    assert "Only claims to be" not in page
    assert "Not public" not in page


def test_a_provider_page_takes_the_same_queries_for_one_programme_and_for_three(client: Client) -> None:
    provider = factories.ProviderFactory()
    refresh_provider(provider=provider)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            text(client, f"/providers/{provider.slug}/")
        return len(captured)

    def offer() -> None:
        programme = factories.ProgrammeFactory(public=True, provider=provider)
        factories.CohortFactory(programme=programme)
        refresh_programme(programme=programme)
        refresh_leader(leader=factories.SpecialistLeaderFactory(designator=provider))

    offer()
    queries()
    one = queries()
    offer()
    offer()
    assert queries() == one


def test_a_rated_page_takes_a_constant_number_of_queries(client: Client) -> None:
    journey = rated()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            text(client, address(journey))
        return len(captured)

    queries()
    before = queries()
    for number in range(3):
        item = journey.submission.evidence.create(
            kind="text", title=f"More {number}", text="More.", added_by=journey.owner, confidential=False
        )
        item.criteria.set(journey.criteria[number : number + 2])
    assert "More 2" in text(client, address(journey))
    assert queries() == before


def evaluated(leader: SpecialistLeader, level: str, value: int) -> None:
    """A piece of work that the receiving head has evaluated, through every step."""
    by = factories.team_member(leader.designator)
    work = deployments.request_deployment(
        leader=leader,
        by=by,
        supported_school_name="Fennshire Primary",
        focus="Reading",
        requested_on=today() - dt.timedelta(days=60),
    )
    steps: tuple[tuple[str, dict[str, object]], ...] = (
        ("match", {}),
        ("confirm", {"days": 4, "rate_total": 300}),
        ("plan", {"plan": "Visits", "impact_measures": "Reading ages", "starts_on": today()}),
        ("start", {}),
    )
    for step, fields in steps:
        deployments.advance_deployment(deployment=work, by=by, step=step, **fields)
    deployments.record_visit(deployment=work, by=by, on=today(), note="Watched lessons.")
    deployments.advance_deployment(deployment=work, by=by, step="review", review_notes="It went up.")
    deployments.evaluate_deployment(
        deployment=work,
        evaluator_name="A Head",
        evaluation="It helped.",
        evaluation_level=level,
        evaluation_value=value,
    )


def test_what_heads_said_of_a_leader_is_shown_from_three_on_beside_the_rating(client: Client) -> None:
    leader = factories.SpecialistLeaderFactory(
        slug="k7k7k7", status="designated", designated_on=today() - dt.timedelta(days=90)
    )
    refresh_leader(leader=leader)
    evaluated(leader, "4", 4)
    evaluated(leader, "4", 3)
    page = text(client, "/specialist-leaders/k7k7k7/")
    assert "2 heads so far. Answers are shown from 3 on" in page
    assert "4 Use of new knowledge" not in page
    assert client.get("/specialist-leaders/k7k7k7/?csv=effect")["Content-Type"].startswith("text/html")

    evaluated(leader, "5", 4)
    page = text(client, "/specialist-leaders/k7k7k7/")
    assert "How far the effect was seen (n 3)" in page
    assert "never part of it" in page
    file = client.get("/specialist-leaders/k7k7k7/?csv=value").content.decode("utf-8-sig")
    assert file.splitlines() == [
        "Answer,Heads",
        "Well worth it,2",
        "Worth it,1",
        "Partly,0",
        "Not worth it,0",
    ]
    assert "A Head" not in page
    assert "Fennshire" not in page
