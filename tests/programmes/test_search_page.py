"""The search page and the first page, as a visitor without an account and without scripts sees them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lpdqa.clock import today
from programmes.models import CatalogueEntry
from programmes.ranges import school_year_code, term_code
from programmes.services.catalogue import Standing, refresh_leader, refresh_programme, refresh_provider
from tests import factories

pytestmark = pytest.mark.django_db

ASSURED = Standing(
    status="rated",
    band="quality_assured",
    overall=3.0,
    headings=dict.fromkeys(("purpose", "governance", "process", "definitions", "value"), 3.0),
    confidence="high",
    confidence_value=0.8,
)


def programme(title: str, standing: Standing | None = ASSURED, **fields: object) -> CatalogueEntry:
    made = factories.ProgrammeFactory(public=True, version__title=title, **fields)
    entry = refresh_programme(programme=made, standing=standing)
    assert entry is not None
    return entry


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return unescape(re.sub(r"\s+", " ", response.content.decode()))


def shown(page: str) -> list[str]:
    return re.findall(r'app-card__title"> <a class="govuk-link" href="[^"]*">([^<]*)</a>', page)


def test_a_school_leader_finds_a_programme_by_words_and_a_filter(client: Client) -> None:
    programme("Phonics for leaders", version__topics=["literacy"], version__summary="For leads of reading.")
    programme("Phonics for governors", version__topics=["governance"])
    programme("Coaching", version__topics=["coaching"])

    page = text(client, "/find/?q=phonics&topic=literacy")

    assert shown(page) == ["Phonics for leaders"]
    assert "1 quality-assured programme for “phonics”: Literacy" in page
    assert "Closest to your words first." in page
    assert "Quality assured" in page
    assert "High confidence" in page
    # The counts of a filter ignore that filter itself.
    assert 'Governance and accountability <span class="app-facet__count">1</span>' in page


def test_lowest_scores_and_distances_say_what_they_would_leave(client: Client) -> None:
    factories.OutcodeFactory()
    programme("Good", version__topics=["send"])
    better = programme("Better", version__topics=["send"])
    CatalogueEntry.objects.filter(pk=better.pk).update(purpose=3.6, latitude=52.64, longitude=-1.13)
    page = text(client, "/find/?topic=send&min_purpose=3.5")
    assert shown(page) == ["Better"]
    assert 'value="3.0">3.0 or more (2)' in page
    assert 'value="3.5" selected>3.5 or more (1)' in page
    assert 'value="25">25 miles</option>' in page  # from where?
    near = text(client, "/find/?place=LE1")
    assert 'value="5">5 miles (1)' in near
    nothing = text(client, "/find/?min_purpose=4&min_value=3.5")
    assert "leave out “Purpose 4 or more”" not in nothing  # value is in the way, too
    one = text(client, "/find/?min_purpose=4&topic=send")
    link = re.search(r'href="([^"]*)">leave out “Purpose 4 or more”</a> \(2 results\)', one)
    assert link
    assert set(shown(text(client, link[1]))) == {"Good", "Better"}


def test_highest_prices_say_what_they_would_leave(client: Client) -> None:
    for title, price in (("Cheap", 80), ("Middling", 480), ("Dear", 900)):
        made = programme(title)
        CatalogueEntry.objects.filter(pk=made.pk).update(price=price)
    page = text(client, "/find/?price=500")
    assert set(shown(page)) == {"Cheap", "Middling"}
    # Those that would give something, whatever is asked now; the one in use is no link.
    steps = re.findall(r'<li> (?:<strong>|<a class="govuk-link" href="([^"]*)">)(Up to £[\d,]+)<', page)
    assert [words for _, words in steps] == [
        "Up to £100",
        "Up to £250",
        "Up to £500",
        "Up to £1,000",
        "Up to £2,500",
    ]
    assert [url for url, _ in steps].count("") == 1
    assert 'Up to £500</strong> <span class="app-facet__count">2</span>' in page
    cheapest = next(url for url, words in steps if words == "Up to £100")
    assert shown(text(client, cheapest)) == ["Cheap"]
    assert "Up to £" not in text(client, "/find/?kind=provider")


def test_a_draft_or_a_hidden_provider_is_not_found(client: Client) -> None:
    factories.ProgrammeFactory(version__title="Secret phonics")
    refresh_provider(provider=factories.ProviderFactory(name="Secret phonics board", listed_at=None))
    for kind in ("programme", "provider", "sle"):
        assert shown(text(client, f"/find/?q=secret&status=all&kind={kind}")) == []


def test_what_is_not_assured_is_one_click_away(client: Client) -> None:
    programme("Assured")
    programme("Listed", standing=None)
    page = text(client, "/find/")
    assert shown(page) == ["Assured"]
    link = re.search(
        r'href="([^"]*)">Show also working towards, listed, lapsed and suspended \(1 more\)', page
    )
    assert link
    assert set(shown(text(client, link[1]))) == {"Assured", "Listed"}
    assert "Show everything on the register (1 more)" in text(client, "/find/?status=listed")


def test_sending_the_form_again_changes_nothing_when_everything_is_shown(client: Client) -> None:
    programme("Listed", standing=None)
    page = text(client, "/find/?status=all")
    ticked = re.findall(r'name="status" id="[^"]*" value="(\w+)" form="search" checked', page)
    assert len(ticked) == 6
    again = text(client, "/find/?kind=programme&" + "&".join(f"status={value}" for value in ticked))
    assert shown(again) == ["Listed"]
    assert "Remove filter: </span>Everything on the register" in again


def test_each_chip_removes_its_own_filter(client: Client) -> None:
    programme("A", version__topics=["send"], version__phases=["primary"])
    programme("B", version__topics=["literacy"], version__phases=["primary"])
    page = text(client, "/find/?topic=send&phase=primary")
    link = re.search(r'href="([^"]*)"><span class="govuk-visually-hidden">Remove filter: </span>SEND', page)
    assert link
    assert set(shown(text(client, link[1]))) == {"A", "B"}
    assert "phase=primary" in link[1]


def test_an_empty_result_says_which_filter_to_drop(client: Client) -> None:
    programme("Phonics", version__topics=["literacy"])
    page = text(client, "/find/?q=phonics&topic=send")
    assert "No quality-assured programmes" in page
    link = re.search(r'href="([^"]*)">leave out “Topic: SEND and inclusion”</a> \(1 result\)', page)
    assert link
    assert shown(text(client, link[1])) == ["Phonics"]


def test_where_no_single_filter_is_the_reason_each_is_offered_alone(client: Client) -> None:
    programme("Phonics", version__topics=["literacy"])
    programme("Phonics for all", version__topics=["literacy"])
    programme("Inclusion", version__topics=["send"])
    page = text(client, "/find/?q=phonics&topic=send&min_purpose=4")
    assert "Leaving out one filter is not enough." in page
    ways = re.findall(r'<a class="govuk-link" href="([^"]*)">(keep only [^<]*)</a> \((\d+) result', page)
    assert [(words, n) for _, words, n in ways] == [
        ("keep only the words “phonics”", "2"),
        ("keep only “Topic: SEND and inclusion”", "1"),
    ]
    for url, _, n in ways:
        assert len(shown(text(client, url))) == int(n)
    assert "Start again without filters" in text(client, "/find/?min_purpose=4&min_value=4")


def test_pages_follow_each_other_without_repeating(client: Client) -> None:
    for number in range(30):
        programme(f"Programme {number}")
    first = text(client, "/find/")
    following = re.search(r'href="(\?[^"]*page=2)"', first)
    assert following
    assert "seed=" in following[1]
    second = text(client, "/find/" + following[1])
    assert len(shown(first)) == 25
    assert len(set(shown(first) + shown(second))) == 30


def test_a_school_that_is_not_known_is_an_error_beside_its_field(client: Client) -> None:
    programme("Phonics")
    page = text(client, "/find/?place=Atlantis+Academy")
    assert "We don’t know a postcode or school like this." in page
    assert 'value="Atlantis Academy"' in page
    assert shown(page) == ["Phonics"]


def test_a_school_name_that_several_have_offers_them(client: Client) -> None:
    for town, postcode in (("Leeds", "LS1 1AA"), ("York", "YO1 7AA"), ("York", "YO1 8BB")):
        factories.SchoolFactory(
            name="Larkspur School", town=town, postcode=postcode, latitude=53.9, longitude=-1.1
        )
    page = text(client, "/find/?place=Larkspur+School")
    assert "Several schools are called this." in page
    link = re.search(r'href="([^"]*)">Larkspur School, York, YO1 8BB</a>', page)
    assert link
    assert "Your school: Larkspur School, York" in text(client, link[1])


def test_a_name_that_very_many_schools_have_says_that_not_all_are_listed(client: Client) -> None:
    for number in range(12):
        factories.SchoolFactory(name="Larkspur School, York", town="York", postcode=f"YO1 {number % 10}AA")
    for page in ("/find/", "/find/school/"):
        said = text(client, f"{page}?place=Larkspur+School")
        assert "Many schools are called this; the first 10 are listed." in said
        # The town is not said twice.
        assert said.count('">Larkspur School, York, YO1 ') == 10


def test_an_address_with_nonsense_still_gives_results(client: Client) -> None:
    programme("Phonics")
    page = text(
        client, "/find/?kind=spaceship&topic=cheese&within=x&order=top&page=99&seed=<b>&min_purpose=9"
    )
    assert shown(page) == ["Phonics"]
    assert "could not be understood and was left out" in page
    assert "<b>" not in page


def test_words_that_are_added_bring_the_closest_first(client: Client) -> None:
    for number in range(4):
        programme(f"Leading {number}", version__content="Some coaching too.")
    programme("Coaching")
    order = re.search(
        r'id="order" form="search">.*?<option value="([^"]*)" selected>', text(client, "/find/")
    )
    assert order
    page = text(client, f"/find/?kind=programme&q=coaching&order={order[1]}")
    assert shown(page)[0] == "Coaching"


def test_a_programme_is_found_by_how_long_when_and_what_it_costs_in_all(client: Client) -> None:
    on = today()
    made = factories.ProgrammeFactory(
        public=True,
        version__title="Coaching",
        version__hours=18,
        version__weeks=12,
        version__accreditation="20 credits towards a master’s degree",
        version__standards=["culture"],
        version__evaluation_level="4",
    )
    factories.PriceFactory(
        programme=made, per_participant=200, materials=10, travel=40, cover_days=1, cover_day_cost=220
    )
    factories.CohortFactory(programme=made, starts_on=on + timedelta(days=20), places_left=0)
    later = factories.CohortFactory(programme=made, starts_on=on + timedelta(days=200), places_left=6)
    refresh_programme(programme=made, standing=replace(ASSURED, decided_on=on))
    programme("Something else", version__hours=60)

    term, year = term_code(later.starts_on), school_year_code(on)
    for asked in (
        "hours=20", "weeks=term", "starts=" + term, "places=some", "cost=500", "accredited=yes",
        "standard=culture", "evidence=4", "confidence=high&hours=20", f"reviewed={year}",
        f"hours=20&hours=day&weeks=term&starts={term}&places=some&cost=500&standard=culture&accredited=yes",
    ):  # fmt: skip
        assert shown(text(client, f"/find/?{asked}")) == ["Coaching"], asked
    assert shown(text(client, "/find/?places=full")) == []
    page = text(client, f"/find/?reviewed={year}&confidence=high")
    assert "Remove filter: </span>Confidence in the rating: High" in page
    # Folded by theme, each with how many of its values are chosen; a theme in use is open.
    assert re.search(
        r'app-theme" open> .{0,200}Quality</h3> <span class="app-facet__chosen">\(2 chosen\)', page
    )
    assert re.search(r'app-theme"> .{0,200}How and when</h3> </summary>', page)
    # A filter that would find nothing isn't offered.
    assert "How it is paid for" not in page


def test_examples_are_labelled_and_can_be_left_out(client: Client) -> None:
    programme("Made up", is_example=True)
    page = text(client, "/find/")
    assert re.search(r"Made up</a> <strong class=\"govuk-tag app-example__tag\">Example</strong>", page)
    assert shown(text(client, "/find/?examples=no")) == []


def test_an_sle_is_listed_by_code_and_by_name_only_with_consent(client: Client) -> None:
    leader = factories.SpecialistLeaderFactory(slug="k7k7k7", name="Robin Holloway")
    refresh_leader(leader=leader, standing=ASSURED)
    assert shown(text(client, "/find/?kind=sle")) == ["SLE K7K7K7"]
    assert shown(text(client, "/find/?kind=sle&q=holloway")) == []


def test_the_page_takes_as_many_queries_for_three_results_as_for_one(client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/find/?q=phonics")
        return len(captured)

    programme("Phonics 1")
    queries()
    one = queries()
    programme("Phonics 2")
    programme("Phonics 3")
    assert queries() == one
    # One a facet, and some for the page.
    assert one < 45


def test_the_first_page_counts_what_the_search_then_shows(client: Client) -> None:
    programme("One")
    programme("Two")
    programme("Only listed", standing=None)
    refresh_leader(leader=factories.SpecialistLeaderFactory(), standing=ASSURED)
    page = text(client, "/")
    figures = re.findall(
        r'href="(/find/[^"]*)"> <span class="app-stat__number">(\d+)</span> '
        r'<span class="app-stat__words">quality-assured ([a-z ]+)</span>',
        page,
    )
    assert [(number, words) for _, number, words in figures] == [
        ("2", "programmes"),
        ("1", "specialist leaders"),
        ("0", "providers"),
    ]
    for address, number, _ in figures:
        assert len(shown(text(client, address))) == int(number)


def test_pages_say_what_they_are_and_where_they_belong(client: Client) -> None:
    programme("Phonics")
    page = text(client, "/find/?q=phonics&page=1&seed=2026-01-01")
    assert "<title>1 quality-assured programme for “phonics”" in page
    canonical = re.search(r'rel="canonical" href="([^"]*)"', page)
    assert canonical
    assert canonical[1] == "http://testserver/find/?q=phonics&kind=programme"
    assert 'name="description"' in page
    missing = client.get("/programmes/nothing-here/")
    assert missing.status_code == 404
    assert 'action="/find/"' in missing.content.decode()


def test_no_page_needs_a_script_or_carries_inline_code(client: Client) -> None:
    programme("Phonics")
    for address in ("/", "/find/?topic=literacy", "/api/"):
        html = client.get(address).content.decode()
        assert not re.search(r"<[^>]+\s(style|on\w+)=", html), address
        for script in re.findall(r"<script[^>]*>", html):
            assert "src=" in script
