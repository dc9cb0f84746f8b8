"""A school leader chooses the school and sees what has worked in schools like it, and why."""

from __future__ import annotations

import datetime as dt
import random
import re
from html import unescape
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lpdqa.clock import now
from programmes.filters import CatalogueForm
from programmes.fit import LIKE
from programmes.models import CatalogueEntry, EntryContext, Programme
from programmes.queries.find import FoundInDatabase, FoundInIndex
from programmes.queries.fit import explain, fits, my_school
from programmes.queries.index.index import Index
from programmes.queries.search import results
from programmes.services.catalogue import refresh_leader, refresh_programme, refresh_provider
from programmes.services.contexts import add_context, remove_context
from providers.models import School
from providers.services.deployments import (
    advance_deployment,
    describe_school,
    evaluate_deployment,
    record_visit,
    request_deployment,
)
from providers.services.leaders import create_leader, designate
from tests import factories
from tests.programmes.test_catalogue import ASSURED

pytestmark = pytest.mark.django_db

RURAL = {
    "phase": "primary", "school_type": "maintained", "pupils": 90, "disadvantage_percent": 12,
    "setting": "rural", "improvement_stage": "repair",
}  # fmt: skip
CITY = {
    "phase": "secondary", "school_type": "academy", "pupils": 1400, "disadvantage_percent": 44,
    "setting": "urban", "improvement_stage": "sustain",
}  # fmt: skip


@pytest.fixture
def mine() -> School:
    factories.OutcodeFactory(code="LE1", latitude=52.6352, longitude=-1.1313)
    school: School = factories.SchoolFactory(
        urn=104001,
        name="Larkspur Primary School",
        town="Leicester",
        postcode="LE1 5AB",
        phase="primary",
        type_group="Local authority maintained schools",
        pupils=98,
        disadvantage_percent=14.0,
        rurality="Rural village",
        latitude=52.63,
        longitude=-1.13,
    )
    return school


def programme(title: str, *worked_in: dict[str, Any]) -> Programme:
    made: Programme = factories.ProgrammeFactory(public=True, version__title=title)
    refresh_programme(programme=made, standing=ASSURED)
    owner = factories.team_member(made.provider)
    for facts in worked_in:
        add_context(programme=made, by=owner, **{"year": 2025, **facts})
    return made


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return unescape(re.sub(r"\s+", " ", response.content.decode()))


def shown(text: str) -> list[str]:
    return re.findall(r'app-card__title"> <a class="govuk-link" href="[^"]*">([^<]*)</a>', text)


def test_a_leader_finds_what_has_worked_in_schools_like_theirs(client: Client, mine: School) -> None:
    programme("In the city", CITY)
    programme("In villages", CITY, {**RURAL, "postcode": "LE1 5AB"})
    programme("Nowhere yet")

    text = page(client, f"/find/?place={mine.urn}&order=fit")
    assert shown(text) == ["In villages", "In the city", "Nowhere yet"]
    assert "Most like your school first" in text
    assert re.search(
        r"Fits your school 9\d/100</strong>, by a school it has worked in: same phase, similar", text
    )
    # Never mixed into the rating, and no number where nothing is known.
    assert text.count("Fits your school ") == 2
    assert re.search(r'name="fits" id="fits" value="yes" form="search" > .{0,90}Has worked in schools like mine '
                     r'<span class="app-facet__count">1</span>', text)  # fmt: skip

    narrowed = page(client, f"/find/?place={mine.urn}&fits=yes")
    assert shown(narrowed) == ["In villages"]
    assert "Remove filter: </span>Has worked in schools like yours" in narrowed

    why = re.search(r'<a class="govuk-link" href="([^"]*)">Why<', text)
    assert why
    explained = page(client, why[1])
    assert re.search(r"Fits your school 9\d of 100", explained)
    assert "12% disadvantaged" not in explained, "numbers of a school that was not asked are rounded"
    assert "10% disadvantaged" in explained
    assert "not counted" in explained
    assert "Where it has worked" in explained


def test_the_school_is_remembered_but_the_address_decides(client: Client, mine: School) -> None:
    programme("In villages", RURAL)
    assert "See what fits" not in page(client, "/find/")
    page(client, "/find/?place=Larkspur+Primary+School")
    again = page(client, "/find/")
    link = re.search(r'href="([^"]*)">See what fits Larkspur Primary School, Leicester</a>', again)
    assert link
    assert "Fits your school" not in again
    assert "Fits your school" in page(client, link[1])
    assert 'type="hidden" name="place" value="104001"' in page(client, "/")


def test_a_postcode_offers_its_schools_and_a_school_without_a_point_can_be_chosen(
    client: Client, mine: School
) -> None:
    programme("In villages", RURAL)
    text = page(client, "/find/?place=LE1+5AB")
    link = re.search(r'href="([^"]*)">Larkspur Primary School, Leicester</a>', text)
    assert link
    assert "Fits your school" in page(client, link[1])
    School.objects.filter(pk=mine.pk).update(latitude=None, longitude=None, postcode="")
    text = page(client, f"/find/?place={mine.urn}&within=10")
    assert "We don’t know where Larkspur Primary School, Leicester is" in text
    assert "Fits your school" in text


def test_what_the_register_doesn_t_know_a_leader_can_add(client: Client, mine: School) -> None:
    made = programme("In villages", {**RURAL, "improvement_stage": "sustain"})
    entry = CatalogueEntry.objects.get(programme=made)
    text = page(client, f"/find/school/?place={mine.urn}")
    assert "98 pupils" in text
    assert "Where is your school on its way to improve?" in text
    assert 'name="my_send"' in text
    assert 'name="my_setting"' not in text
    plain, told = my_school(mine.urn), my_school(mine.urn, improvement_stage="stabilise")
    assert plain
    assert told
    before, after = (fits(school, [entry])[entry.pk] for school in (plain, told))
    assert (after.coverage or 0) - (before.coverage or 0) == 5
    assert (after.score or 0) < (before.score or 0)
    kept = page(client, f"/find/?place={mine.urn}&my_stage=stabilise&order=fit")
    assert 'type="hidden" name="my_stage" value="stabilise"' in kept
    why = re.search(r'<a class="govuk-link" href="([^"]*)">Why<', kept)
    assert why
    assert "Stabilising" in page(client, why[1])


@pytest.mark.parametrize(
    "address",
    ["/find/school/", "/find/school/?place=Atlantis", "/find/school/?place=%00", "/find/school/?place=" + "9" * 300,
     "/find/school/?place=104001&my_send=x&my_eal=900&my_stage=%27", "/find/?place=104001&my_send=-1&fits=maybe",
     "/find/?fits=yes&order=fit", "/find/?place=LE1&fits=yes&order=fit"],
)  # fmt: skip
def test_nonsense_is_answered_plainly(client: Client, mine: School, address: str) -> None:
    page(client, address)
    assert client.get("/find/fit/programme/nothing-here/").status_code == 404
    assert client.get("/find/fit/cheese/nothing-here/").status_code == 404


def test_a_fit_asks_which_school_and_says_when_nothing_is_known(client: Client, mine: School) -> None:
    made = programme("Nowhere yet")
    known = programme("Hardly known", {"phase": "primary"})
    assert "How it fits your school" in page(client, f"/find/fit/programme/{made.slug}/")
    assert "No school it has worked in is on the register" in page(
        client, f"/find/fit/programme/{made.slug}/?place={mine.urn}"
    )
    assert "Too little is recorded of the 1 school" in page(
        client, f"/find/fit/programme/{known.slug}/?place={mine.urn}"
    )


@time_machine.travel("2026-11-23T09:00:00Z", tick=False)
def test_a_specialist_leader_is_known_by_evaluated_work_and_no_school_is_named(
    client: Client, mine: School
) -> None:
    supported = factories.SchoolFactory(name="Secret Vale School", phase="primary", pupils=103, postcode="LE1 9ZZ",
                                        disadvantage_percent=13, latitude=52.9, longitude=-1.4)  # fmt: skip
    owner = factories.team_member(factories.ProviderFactory())
    provider = owner.memberships.get().provider
    leader = create_leader(designator=provider, by=owner, name="Robin Hollow", expertise=["phonics"])
    designate(leader=leader, by=owner, on=dt.date(2025, 9, 1))
    leader.listed_at = now()
    leader.save()
    refresh_leader(leader=leader, standing=ASSURED)
    entry = CatalogueEntry.objects.get(leader=leader)
    done = request_deployment(
        leader=leader, by=owner, focus="Phonics", requested_on=dt.date(2026, 9, 7), supported_school=supported
    )
    describe_school(deployment=done, by=owner, improvement_stage="repair")
    steps: dict[str, dict[str, Any]] = {
        "match": {},
        "confirm": {"days": 6, "rate_total": 400},
        "plan": {"plan": "Six days", "impact_measures": "A check", "starts_on": dt.date(2026, 9, 21)},
        "start": {},
    }
    for step, fields in steps.items():
        advance_deployment(deployment=done, by=owner, step=step, **fields)
    record_visit(deployment=done, by=owner, on=dt.date(2026, 9, 22), note="A first visit.")
    advance_deployment(deployment=done, by=owner, step="review", review_notes="It moved.")
    assert not entry.contexts.exists()
    evaluate_deployment(
        deployment=done,
        evaluator_name="Sam",
        evaluation="It stays.",
        evaluation_level="4",
        evaluation_value=3,
    )

    context = entry.contexts.get()
    assert (context.school_name, context.phase, context.pupils) == ("", "primary", 100)
    assert (context.latitude, context.disadvantage_percent) == (52.6352, 15)
    entry.refresh_from_db()
    assert entry.evaluation_level == "4"
    text = page(client, f"/find/fit/sle/{leader.slug}/?place={mine.urn}")
    assert "Secret Vale" not in text
    assert "Fits your school" in text


def test_a_school_is_named_only_where_it_agreed(client: Client, mine: School) -> None:
    vale = factories.SchoolFactory(
        name="Agreed Vale School", phase="primary", pupils=90, disadvantage_percent=10
    )
    hill = factories.SchoolFactory(
        name="Silent Hill School", phase="primary", pupils=90, disadvantage_percent=10
    )
    made = programme("In villages", {"school": vale, "may_be_named": True}, {"school": hill})
    text = page(client, f"/find/fit/programme/{made.slug}/?place={mine.urn}")
    assert "Agreed Vale School" in text
    assert "Silent Hill" not in text


def test_pages_say_where_something_has_worked_without_a_school_being_chosen(client: Client) -> None:
    named = factories.SchoolFactory(name="Tealby Primary School", phase="primary", pupils=212)
    offered = programme(
        "Seen in schools",
        {"year": 2024, "school": named, "may_be_named": True, "note": "Two leaders for a year"},
        {"year": 2025, "phase": "secondary", "pupils": 987},
    )
    quiet = programme("Seen nowhere")
    refresh_provider(provider=offered.provider)
    told = page(client, f"/programmes/{offered.slug}/")
    assert "2 schools, as the provider states it" in told
    assert told.index("Secondary, 1,000 pupils") < told.index(
        "Tealby Primary School"
    )  # newest first, rounded
    assert "Two leaders for a year" in told
    assert not re.search(r"\b987\b", told)
    assert f"/find/fit/programme/{offered.slug}/" in told
    assert "No school it has worked in is on the register yet" in page(client, f"/programmes/{quiet.slug}/")
    assert "Tealby Primary School" in page(client, f"/providers/{offered.provider.slug}/")


def test_an_organisation_fits_by_all_that_it_offers(mine: School) -> None:
    made = programme("In villages", RURAL)
    refresh_provider(provider=made.provider, standing=ASSURED)
    school = my_school(mine.urn)
    assert school
    entries = {entry.kind: entry for entry in CatalogueEntry.objects.all()}
    known = fits(school, entries.values())
    assert known[entries["provider"].pk] == known[entries["programme"].pk]
    assert set(school.scores) == {entry.pk for entry in entries.values()}
    remove_context(context=made.contexts.get(), by=factories.UserFactory())
    assert not EntryContext.objects.exists()
    fresh = my_school(mine.urn)
    assert fresh
    assert fresh.scores == {}


def test_the_list_the_card_and_the_page_say_the_same(mine: School) -> None:
    for number in range(12):
        programme(
            f"Programme {number}", {**RURAL, "pupils": 60 + 90 * number}, {**CITY, "eal_percent": number}
        )
    school = my_school(mine.urn, eal_percent=5)
    assert school
    entries = list(CatalogueEntry.objects.all())
    known = fits(school, entries)
    assert school.scores == {pk: one.score for pk, one in known.items()}
    assert {entry.pk: explain(school, entry).fit for entry in entries} == known
    explained = explain(school, entries[0])
    assert sum(part.points or 0 for part in explained.parts) == pytest.approx(explained.fit.score, abs=0.5)
    assert school.alike == [pk for pk, score in school.scores.items() if score >= LIKE]


def test_the_index_and_the_database_put_them_in_the_same_order(mine: School) -> None:
    for number in range(9):
        programme(f"Programme {number}", *([{**RURAL, "pupils": 60 + 90 * (number // 2)}] if number else []))
    index = Index.read()
    for asked in ({"order": "fit"}, {"order": "fit", "fits": "yes"}, {"fits": "yes", "q": "programme"}):
        query = CatalogueForm({"place": str(mine.urn), "kind": "programme", "status": "all", **asked}).query
        by_index, by_database = FoundInIndex(query, index), FoundInDatabase(query)
        assert [one.pk for one in by_index[0:20]] == [one.pk for one in by_database[0:20]], asked
        assert by_index.facet_counts() == by_database.facet_counts()
        assert by_index.would_give() == by_database.would_give()
    assert len(results(query)) == len(by_index)


def test_a_page_takes_as_many_queries_for_three_as_for_one(client: Client, mine: School) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/find/?place={mine.urn}&order=fit&fits=yes")
        return len(captured)

    programme("One", RURAL)
    queries()
    one = queries()
    programme("Two", RURAL, CITY)
    programme("Three", RURAL)
    # The contexts are read again because some were written.
    queries()
    assert queries() == one


def test_all_entries_at_once_score_as_each_by_itself(mine: School) -> None:
    draw = random.Random(7)
    provider = factories.ProviderFactory()
    entries = [
        refresh_programme(programme=factories.ProgrammeFactory(provider=provider, public=True))
        for _ in range(12)
    ]
    own = refresh_provider(provider=provider)
    made = [entry for entry in entries if entry is not None]
    EntryContext.objects.bulk_create(
        EntryContext(
            entry=draw.choice(made),
            provider=provider,
            phase=draw.choice(["", "primary", "all_through", "secondary"]),
            school_type=draw.choice(["", "maintained", "academy", "special"]),
            pupils=draw.choice([None, 50, 100, 450, 1200]),
            disadvantage_percent=draw.choice([None, 0.0, 15.0, 40.0]),
            send_percent=draw.choice([None, 5.0, 20.0]),
            eal_percent=draw.choice([None, 10.0, 60.0]),
            setting=draw.choice(["", "urban", "rural"]),
            improvement_stage=draw.choice(["", "repair", "sustain"]),
            latitude=draw.choice([52.6, 52.9]),
            longitude=-1.1,
        )
        for _ in range(60)
    )
    school = my_school(mine.urn)
    assert school is not None
    assert own is not None
    one_by_one = {pk: fit.score for pk, fit in fits(school, [*made, own]).items() if fit.score is not None}
    assert len(one_by_one) > 8
    assert school.scores == one_by_one
    assert school.alike == sorted(pk for pk, score in one_by_one.items() if score >= LIKE)
