"""What a search finds, counts and orders, against the same worked out by hand in Python."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from programmes.choices import Audience, Band, EntryKind, FundingModel, Mode, ProgrammeKind, Reach, Topic
from programmes.filters import CatalogueForm
from programmes.models import CatalogueEntry
from programmes.queries import facets
from programmes.queries.search import (
    SearchQuery,
    facet_counts,
    kind_counts,
    limit_counts,
    results,
    would_give,
)
from programmes.services.catalogue import BAND_RANK, refresh_programme
from providers.choices import Expertise, Phase, ProviderKind
from providers.queries.places import find_places
from tests import factories

pytestmark = pytest.mark.django_db


def asking(**params: Any) -> SearchQuery:
    """The query of an address."""
    form = CatalogueForm(_querydict(params))
    assert form.is_valid(), form.errors
    return form.query


def _querydict(params: dict[str, Any]) -> Any:
    from django.http import QueryDict

    data = QueryDict(mutable=True)
    for name, value in params.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def titles(query: SearchQuery) -> list[str]:
    return [entry.title for entry in results(query)]


def rated(band: str = Band.QUALITY_ASSURED, score: float = 3.0) -> dict[str, Any]:
    return {
        "status": "rated",
        "band": band,
        "band_rank": BAND_RANK[band],
        "overall": score,
        **dict.fromkeys(("purpose", "governance", "process", "definitions", "value"), score),
    }


@pytest.fixture
def entry() -> Callable[..., CatalogueEntry]:
    """Makes an entry of a programme that says just this."""

    def make(title: str, **columns: Any) -> CatalogueEntry:
        programme = factories.ProgrammeFactory(public=True)
        return CatalogueEntry.objects.create(
            kind="programme",
            programme=programme,
            version=programme.public_version,
            provider=programme.provider,
            slug=programme.slug,
            title=title,
            provider_name=programme.provider.name,
            provider_kind="charity",
            refreshed_at=timezone.now(),
            **{**rated(), **columns},
        )

    return make


def test_words_are_found_in_any_form_and_unfinished(entry: Callable[..., CatalogueEntry]) -> None:
    entry("Coaching for new headteachers")
    entry("Phonics at its heart", summary="For coaches")
    assert titles(asking(q="headteacher coach")) == ["Coaching for new headteachers"]
    assert titles(asking(q="headt")) == ["Coaching for new headteachers"]
    assert titles(asking(q="coaching -new")) == ["Phonics at its heart"]
    assert titles(asking(q='"its heart"')) == ["Phonics at its heart"]
    assert sorted(titles(asking(q="phonics or headteachers"))) == [
        "Coaching for new headteachers",
        "Phonics at its heart",
    ]
    # A title says more than a summary.
    assert titles(asking(q="coaching"))[0] == "Coaching for new headteachers"


@pytest.mark.parametrize("words", ["SENCO", "senco", "special needs coordinator", "SENDCO"])
def test_a_synonym_finds_the_same_programme(words: str) -> None:
    programme = factories.ProgrammeFactory(public=True, version__title="Leading as a SENCo")
    refresh_programme(programme=programme)
    assert titles(asking(q=words, status="all")) == ["Leading as a SENCo"]


def test_an_npq_is_found_by_its_abbreviation() -> None:
    course = factories.NPQCourseFactory()
    programme = factories.ProgrammeFactory(
        public=True, kind="npq", npq_course=course, version__title="Headship"
    )
    refresh_programme(programme=programme)
    assert titles(asking(q="NPQH", status="all")) == ["Headship"]
    assert titles(asking(npq="npq-headship", status="all")) == ["Headship"]


@pytest.mark.parametrize(
    "words", ["'", "a & b | !", "\x00", "(((", '"', "-", "or", "the", "ö:*", "<->", "x" * 200, "a\\"]
)
def test_odd_words_break_nothing(words: str) -> None:
    form = CatalogueForm(_querydict({"q": words}))
    assert list(results(form.query)) == []


def test_only_what_is_quality_assured_is_shown_at_first(entry: Callable[..., CatalogueEntry]) -> None:
    nothing: dict[str, Any] = {"overall": None, "band": "", "band_rank": 0}
    entry("Assured")
    entry("Exemplary", **rated(Band.EXEMPLARY, 3.7))
    entry("Working", **rated(Band.WORKING_TOWARDS, 2.4))
    entry("Listed", **nothing, status="listed")
    entry("Lapsed", status="lapsed")
    entry("Alert", **nothing, status="alert", alert="Suspended")

    assert set(titles(asking())) == {"Assured", "Exemplary"}
    assert set(titles(asking(status=["working_towards", "lapsed"]))) == {"Working", "Lapsed"}
    assert len(titles(asking(status="all"))) == 6
    assert facet_counts(asking(kind="programme"))["status"] == {
        "exemplary": 1,
        "quality_assured": 1,
        "working_towards": 1,
        "listed": 1,
        "lapsed": 1,
        "alert": 1,
    }


def test_several_values_of_one_filter_mean_or_and_filters_mean_and(
    entry: Callable[..., CatalogueEntry],
) -> None:
    entry("A", topics=["send"], audience=["head"], price=100)
    entry("B", topics=["literacy"], audience=["head"], price=300)
    entry("C", topics=["finance"], audience=["ceo"], purpose=2.2)
    assert set(titles(asking(topic=["send", "literacy"]))) == {"A", "B"}
    assert titles(asking(topic=["send", "literacy"], price="250")) == ["A"]
    assert titles(asking(topic=["send", "finance"], audience="ceo")) == ["C"]
    assert set(titles(asking(min_purpose="2.5"))) == {"A", "B"}
    assert titles(asking(order="price")) == ["A", "B", "C"]


def test_distance_is_measured_from_a_postcode_or_a_school(entry: Callable[..., CatalogueEntry]) -> None:
    factories.OutcodeFactory(code="LE1", latitude=52.6352, longitude=-1.1313)
    school = factories.SchoolFactory(name="Larkspur Primary School", latitude=52.6352, longitude=-1.1313)
    entry("Near", latitude=52.7, longitude=-1.13)
    entry("Far", latitude=53.8, longitude=-1.55)
    entry("Nowhere")
    entry("Comes", latitude=53.0, longitude=-1.13, reach=["comes_to_you"], travels_miles=40)

    for place in ("LE1", "le1 5ab", str(school.urn), "Larkspur Primary School", "larksp"):
        query = asking(place=place, within="10", order="distance")
        assert titles(query) == ["Near", "Comes"], place
    found = {e.title: e.distance for e in results(asking(place="LE1"))}  # type: ignore[attr-defined]
    assert found["Near"] == pytest.approx(haversine(52.6352, -1.1313, 52.7, -1.13), rel=1e-6)
    assert found["Far"] == pytest.approx(82.3, abs=1.0)
    assert found["Nowhere"] is None
    assert titles(asking(place="LE1", order="distance"))[-1] == "Nowhere"


def haversine(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    a, b = math.radians(lat1), math.radians(lat2)
    half = (
        math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    )
    return 2 * 3958.8 * math.asin(math.sqrt(half))


def test_the_name_of_several_schools_asks_which() -> None:
    for town in ("Leeds", "York"):
        factories.SchoolFactory(name="Larkspur School", town=town, latitude=53.8, longitude=-1.5)
    form = CatalogueForm(_querydict({"place": "Larkspur School"}))
    assert form.query.place is None
    assert [place.label for place in form.places_to_choose_from] == [
        "Larkspur School, Leeds",
        "Larkspur School, York",
    ]
    assert find_places("Nowhere at all") == []


def test_the_neutral_order_is_stable_while_paging_and_changes_with_the_seed(
    entry: Callable[..., CatalogueEntry],
) -> None:
    for number in range(40):
        entry(f"Programme {number:02d}")
    whole = titles(asking(seed="2026-11-23"))
    paged = [
        row.title
        for start in range(0, 40, 7)
        for row in results(asking(seed="2026-11-23"))[start : start + 7]
    ]
    assert paged == whole
    assert sorted(whole) != whole
    other = titles(asking(seed="2026-11-24"))
    assert other != whole
    assert sorted(other) == sorted(whole)
    # Ties under another order are as neutral.
    assert titles(asking(seed="2026-11-23", order="band")) == whole


def test_an_empty_result_knows_which_filter_to_drop(entry: Callable[..., CatalogueEntry]) -> None:
    entry("Phonics", topics=["literacy"], price=900)
    entry("Phonics too", topics=["literacy"], price=800)
    entry("Maths", topics=["mathematics"], price=10)
    query = asking(kind="programme", q="phonics", topic="literacy", price="100")
    assert titles(query) == []
    assert would_give(query) == [("price", 2)]
    assert dict(would_give(asking(kind="programme", q="phonics", price="100"))) == {"price": 2, "q": 1}


# --- Counts by brute force ---


def make_many(entry: Callable[..., CatalogueEntry], number: int, chance: random.Random) -> None:
    def some(choices: Any) -> list[str]:
        return chance.sample(list(choices.values), chance.randint(0, 3))

    for i in range(number):
        band = chance.choice([*BAND_RANK, "", ""])
        entry(
            f"{chance.choice(['Phonics', 'Coaching', 'Headship'])} {i}",
            **(rated(band, chance.uniform(1.5, 4)) if band else rated() | {"status": "lapsed"}),
            topics=some(Topic),
            audience=some(Audience),
            phases=some(Phase),
            modes=some(Mode),
            reach=some(Reach),
            funding_model=chance.choice(["", *FundingModel.values]),
            programme_kind=chance.choice(ProgrammeKind.values),
            price=chance.choice([None, 0, 250, 1000]),
            is_example=chance.random() < 0.3,
        )


def expected(entries: list[CatalogueEntry], params: dict[str, Any], skip: str = "") -> list[CatalogueEntry]:
    """The same filters in plain Python."""

    def standing(one: CatalogueEntry) -> str:
        if one.status == "rated":
            return one.band if one.band != "not_yet" else "listed"
        return one.status

    def keeps(one: CatalogueEntry) -> bool:
        wanted = params.get("status") or list(facets.ASSURED)
        checks = {
            "status": standing(one) in wanted,
            "q": not params.get("q") or params["q"].lower() in one.title.lower(),
            "price": "price" not in params
            or (one.price is not None and one.price <= Decimal(params["price"])),
            "examples": params.get("examples") != "no" or not one.is_example,
        }
        for name in ("topic", "audience", "phase", "mode", "reach"):
            values = getattr(one, facets.BY_NAME[name].column)
            checks[name] = not params.get(name) or bool(set(params[name]) & set(values))
        for name in ("funding", "programme_kind"):
            checks[name] = not params.get(name) or getattr(one, facets.BY_NAME[name].column) in params[name]
        return all(ok for name, ok in checks.items() if name != skip)

    return [one for one in entries if keeps(one)]


@pytest.mark.parametrize("seed", range(4))
def test_counts_are_those_of_counting_by_hand(entry: Callable[..., CatalogueEntry], seed: int) -> None:
    chance = random.Random(seed)
    make_many(entry, 60, chance)
    entries = list(CatalogueEntry.objects.all())
    for _ in range(12):
        params: dict[str, Any] = {"kind": "programme"}
        for name, choices in (
            ("status", facets.Standing),
            ("topic", Topic),
            ("audience", Audience),
            ("phase", Phase),
            ("mode", Mode),
            ("reach", Reach),
            ("funding", FundingModel),
            ("programme_kind", ProgrammeKind),
        ):
            if chance.random() < 0.3:
                params[name] = chance.sample(list(choices.values), chance.randint(1, 3))
        if chance.random() < 0.3:
            params["q"] = "phonics"
        if chance.random() < 0.3:
            params["price"] = "300"
        if chance.random() < 0.3:
            params["examples"] = "no"
        query = asking(**params)

        assert {e.pk for e in results(query)} == {e.pk for e in expected(entries, params)}, params
        counts = facet_counts(query)
        for name in ("topic", "audience", "phase", "mode", "reach"):
            column = facets.BY_NAME[name].column
            by_hand = Counter(
                v for e in expected(entries, params, skip=name) for v in set(getattr(e, column))
            )
            assert counts[name] == dict(by_hand), (name, params)
        for name in ("funding", "programme_kind"):
            column = facets.BY_NAME[name].column
            by_hand = Counter(getattr(e, column) for e in expected(entries, params, skip=name))
            by_hand.pop("", None)
            assert counts[name] == dict(by_hand), (name, params)
        dropped = {
            name: len(expected(entries, params, skip=name)) for name in ("status", *params) if name != "kind"
        }
        assert dict(would_give(query)) == {name: n for name, n in dropped.items() if n}, params
        assert kind_counts(query)["programme"] == len(expected(entries, params))


def test_limits_are_counted_without_themselves_and_beside_the_others(
    entry: Callable[..., CatalogueEntry],
) -> None:
    factories.OutcodeFactory()
    for number, score in enumerate((2.0, 2.5, 3.0, 3.5, 4.0)):
        row = entry(f"Programme {number}", latitude=52.6352 + number / 4, longitude=-1.1313)
        CatalogueEntry.objects.filter(pk=row.pk).update(
            purpose=score, value=4 - number / 4, price=None if number == 1 else 240 * number
        )
    asked = {"place": "LE1", "within": "20", "min_purpose": "2.5", "min_value": "3.2", "price": "480"}
    query = asking(kind="programme", **asked)
    counts = limit_counts(query)
    for name, values in counts.items():
        for value, n in values.items():
            again = asking(kind="programme", **{**asked, name: str(value)})
            assert n == results(again).count(), (name, value)
    # What is in use is among the choices, though it is none of the usual ones.
    assert list(counts["min_value"]) == [
        Decimal("2.0"),
        Decimal("2.5"),
        Decimal("3.0"),
        Decimal("3.2"),
        Decimal("3.5"),
    ]
    assert list(counts["within"]) == [5, 10, 20, 25, 50, 100]
    assert list(counts["price"]) == [100, 250, 480, 500, 1000, 2500]
    # Free, and one without a price.
    assert counts["min_purpose"] == {
        Decimal("2.0"): 1,
        Decimal("2.5"): 0,
        Decimal("3.0"): 0,
        Decimal("3.5"): 0,
    }
    cheap = limit_counts(asking(kind="programme", price="480"))
    assert "within" not in cheap
    assert cheap["price"] == {100: 1, 250: 1, 480: 2, 500: 2, 1000: 4, 2500: 4}
    assert "price" not in limit_counts(asking(kind="provider", price="480"))


def test_a_kind_passes_over_filters_it_does_not_know(entry: Callable[..., CatalogueEntry]) -> None:
    entry("A programme", topics=["send"])
    leader = factories.SpecialistLeaderFactory(expertise=["send", "phonics"])
    CatalogueEntry.objects.create(
        kind="sle",
        leader=leader,
        provider=leader.designator,
        slug=leader.slug,
        title="An SLE",
        provider_name="X",
        provider_kind=ProviderKind.HUB,
        expertise=[Expertise.SEND, Expertise.PHONICS],
        refreshed_at=timezone.now(),
        **rated(),
    )
    query = asking(kind="sle", topic="literacy", expertise="phonics")
    assert titles(query) == ["An SLE"]
    assert kind_counts(query) == {EntryKind.PROGRAMME: 0, EntryKind.SLE: 1, EntryKind.PROVIDER: 0}
    assert facet_counts(query)["expertise"] == {"send": 1, "phonics": 1}
    assert "topic" not in facet_counts(query)


def test_queries_do_not_grow_with_the_catalogue(entry: Callable[..., CatalogueEntry]) -> None:
    def queries() -> int:
        query = asking(kind="programme", q="phonics")
        with CaptureQueriesContext(connection) as captured:
            list(results(query))
            facet_counts(query)
            kind_counts(query)
            limit_counts(query)
            would_give(query)
        return len(captured)

    entry("Phonics 1", next_start=dt.date(2027, 1, 1))
    one = queries()
    entry("Phonics 2")
    entry("Phonics 3")
    assert queries() == one
