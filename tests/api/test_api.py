"""What a program reads without an account: the same as the pages, and nothing of persons."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lpdqa.clock import at, now
from programmes.services.catalogue import Standing, refresh_leader, refresh_programme, refresh_provider
from reviews.models import FrameworkVersion, Rating
from reviews.services.ratings import rate_all_stale
from tests import factories
from tests.journeys import Journey, all_at, framework

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]

LISTS = (
    "catalogue/?status=all",
    "providers/",
    "programmes/",
    "specialist-leaders/",
    "frameworks/",
    "ratings/",
)


def get(client: Client, path: str) -> Any:
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == 200, response.content
    return response.json()


def published(kind: str = "programme", **fields: Any) -> Journey:
    journey = Journey(kind, **fields)
    journey.to("published", all_at(3))
    rate_all_stale()
    return journey


def offer(**fields: Any) -> None:
    """A public provider with a programme and a specialist leader."""
    provider = factories.ProviderFactory(**fields)
    programme = factories.ProgrammeFactory(public=True, provider=provider)
    factories.PriceFactory(programme=programme)
    factories.CohortFactory(programme=programme)
    refresh_provider(provider=provider)
    refresh_programme(programme=programme)
    refresh_leader(leader=factories.SpecialistLeaderFactory(designator=provider))


def test_the_catalogue_finds_what_the_page_finds(client: Client) -> None:
    standing = Standing(status="rated", band="exemplary", overall=3.7, headings={"purpose": 3.7})
    programme = factories.ProgrammeFactory(
        public=True, version__title="Phonics for leaders", version__topics=["literacy"]
    )
    refresh_programme(programme=programme, standing=standing)
    offer()

    found = get(client, "catalogue/?q=phonics&topic=literacy")

    assert found["count"] == 1
    row = found["results"][0]
    assert (row["title"], row["standing"]["band"]) == ("Phonics for leaders", "exemplary")
    assert row["standing"]["headings"]["purpose"] == 3.7
    assert row["standing"]["headings"]["value"] is None
    assert row["page"] == f"http://testserver/programmes/{programme.slug}/"
    assert row["is_example"] is False
    assert get(client, f"catalogue/programme/{programme.slug}/") == row
    assert get(client, "catalogue/")["count"] == 1
    assert get(client, "catalogue/?status=all")["count"] == 4
    assert get(client, "catalogue/?status=all&kind=sle")["count"] == 1


def test_a_rating_comes_with_every_step(client: Client) -> None:
    published()
    rating = Rating.objects.get()

    row = get(client, "ratings/")["results"][0]
    whole = get(client, f"ratings/{rating.public_id}/")

    assert (row["id"], row["band"], row["is_current"]) == (str(rating.public_id), "quality_assured", True)
    assert row["headings"] == dict.fromkeys(("purpose", "governance", "process", "definitions", "value"), 3.0)
    assert whole["inputs_hash"] == rating.inputs_hash
    assert {step["code"] for step in whole["steps"]["criteria"]} == set(whole["inputs"]["scores"])
    assert whole["steps"]["gates"]
    assert whole["steps"]["overall"]["display"] == "3.00"
    assert whole["page"] == f"http://testserver/ratings/{rating.public_id}/"


def test_a_framework_comes_with_the_whole_document(client: Client) -> None:
    version = framework()
    row = get(client, "frameworks/")["results"][0]
    assert "document" not in row
    whole = get(client, f"frameworks/{row['code']}/{row['version']}/")
    assert whole["document"] == version.document
    assert whole["content_hash"] == version.content_hash


def test_nothing_of_a_draft_or_of_a_review_under_way_is_told(client: Client) -> None:
    journey = Journey()
    journey.to("submitted")
    assert journey.version
    slug = journey.version.programme.slug
    assert get(client, "programmes/")["count"] == 0
    assert client.get(f"/api/v1/programmes/{slug}/").status_code == 404
    journey.to("decided")
    assert get(client, f"programmes/{slug}/")["standing"]["status"] == "listed"
    assert get(client, "ratings/")["count"] == 0
    FrameworkVersion.objects.create(code="new", version="0.1", title="A draft", content_hash="x" * 64)
    assert [row["title"] for row in get(client, "frameworks/")["results"]] != ["A draft"]
    assert client.get("/api/v1/frameworks/new/0.1/").status_code == 404


def test_not_yet_stays_with_its_provider_even_when_the_provider_asks(client: Client) -> None:
    journey = Journey()
    journey.to("closed", all_at(1))
    rate_all_stale()
    rating = Rating.objects.get()
    client.force_login(journey.owner)
    assert get(client, "ratings/")["count"] == 0
    assert client.get(f"/api/v1/ratings/{rating.public_id}/").status_code == 404


def test_an_alert_has_no_band_anywhere(client: Client) -> None:
    journey = published()
    journey.to("suspended")
    rate_all_stale()
    for row in get(client, "ratings/")["results"]:
        assert (row["band"], row["overall"], row["headings"]) == ("", None, None)
    entry = get(client, "catalogue/?status=alert")["results"][0]["standing"]
    assert (entry["status"], entry["band"], entry["overall"]) == ("alert", "", None)
    assert entry["alert"] == "A claim is not borne out."


def test_nobody_is_named_who_has_not_agreed(client: Client) -> None:
    journey = published("sle")
    leader = journey.leader
    assert leader
    leader.name, leader.summary = "Robin Holloway", "Robin Holloway leads phonics."
    leader.save()
    refresh_leader(leader=leader)
    rating = Rating.objects.get()
    people = [journey.owner, *journey.assessors, journey.administrator, journey.drafter, journey.approver]
    forbidden = ["Holloway", *[p.email for p in people], *[p.name for p in people]]
    for path in (*LISTS, f"ratings/{rating.public_id}/", f"specialist-leaders/{leader.slug}/"):
        told = json.dumps(get(client, path))
        assert not [word for word in forbidden if word in told], path
    assert {
        score["assessor"]
        for given in get(client, f"ratings/{rating.public_id}/")["inputs"]["scores"].values()
        for score in given["blind"]
    } == {assessor.assessor_profile.pseudonym for assessor in journey.assessors}


def test_examples_are_labelled_in_every_row(client: Client) -> None:
    offer(is_example=True)
    for path in ("catalogue/?status=all", "providers/", "programmes/", "specialist-leaders/"):
        rows = get(client, path)["results"]
        assert rows
        assert all(row["is_example"] for row in rows), path


def test_a_list_takes_the_same_queries_for_one_row_and_for_three(client: Client) -> None:
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            get(client, path)
        return len(captured)

    published()
    offer()
    for path in LISTS:
        queries(path)
    one = {path: queries(path) for path in LISTS}
    for _ in range(2):
        offer()
        published()
    assert {path: queries(path) for path in LISTS} == one


def test_pages_are_bounded_and_follow_each_other(client: Client) -> None:
    for _ in range(7):
        refresh_provider(provider=factories.ProviderFactory())
    slugs: list[str] = []
    path: str | None = "/api/v1/catalogue/?status=all&page_size=3&seed=a"
    while path:
        page = client.get(path).json()
        slugs += [row["slug"] for row in page["results"]]
        path = page["next"]
    assert len(slugs) == len(set(slugs)) == 7
    assert len(get(client, "providers/?page_size=100000")["results"]) == 7


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client: Client, method: str) -> None:
    for path in LISTS:
        response = getattr(client, method)(f"/api/v1/{path}")
        assert response.status_code == 405, path
        assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("catalogue/?topic=cheese", 400),
        ("catalogue/?min_purpose=7", 400),
        ("catalogue/?place=Atlantis", 400),
        ("catalogue/?page=1000", 404),
        ("catalogue/spaceship/x/", 404),
        ("ratings/?decided_from=yesterday", 400),
        ("nothing/", 404),
    ],
)
def test_errors_are_problem_details(client: Client, path: str, status: int) -> None:
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert (problem["status"], problem["type"]) == (status, "about:blank")
    if status == 400:
        assert problem["errors"][0]["detail"]


def test_the_first_address_leads_to_every_list(client: Client) -> None:
    links = get(client, "")
    assert len(links) == 7
    for link in links.values():
        assert client.get(link).status_code == 200


def test_the_page_about_the_api_names_every_endpoint_and_its_filters(client: Client) -> None:
    html = client.get("/api/").content.decode()
    for path in LISTS:
        assert f"/api/v1/{path.partition('?')[0]}" in html
    assert "min_purpose" in html


def test_a_search_tells_what_each_choice_would_find(client: Client) -> None:
    standing = Standing(status="rated", band="exemplary", overall=3.7)
    for topics in (["literacy"], ["literacy", "send"], ["finance"]):
        programme = factories.ProgrammeFactory(public=True, version__topics=topics)
        refresh_programme(programme=programme, standing=standing)
    found = get(client, "catalogue/?kind=programme&topic=literacy")
    assert found["count"] == 2
    topics = {choice["value"]: choice for choice in found["facets"]["topic"]}
    # Its own choice doesn't narrow a facet; another one's does.
    assert {code: choice["count"] for code, choice in topics.items()} == {
        "literacy": 2,
        "send": 1,
        "finance": 1,
    }
    assert topics["literacy"] == {"value": "literacy", "label": "Literacy", "count": 2, "selected": True}
    assert sum(choice["count"] for choice in found["facets"]["status"]) == 2
    assert "expertise" not in found["facets"]


def test_limits_and_the_fit_are_facets_too(client: Client) -> None:
    factories.OutcodeFactory()
    school = factories.SchoolFactory(latitude=52.6352, longitude=-1.1313)
    programme = factories.ProgrammeFactory(public=True)
    refresh_programme(
        programme=programme,
        standing=Standing(status="rated", band="exemplary", overall=3.7, headings={"purpose": 3.7}),
    )
    plain = get(client, "catalogue/")["facets"]
    assert plain["min_purpose"][3] == {"value": "3.5", "label": "3.5 or more", "count": 1, "selected": False}
    assert plain["price"][0] == {"value": "100", "label": "Up to £100", "count": 0, "selected": False}
    assert "within" not in plain
    assert "fits" not in plain
    near = get(client, f"catalogue/?place={school.urn}&within=10")["facets"]
    assert [choice["value"] for choice in near["within"] if choice["selected"]] == ["10"]
    assert near["fits"] == [
        {"value": "yes", "label": "Has worked in schools like mine", "count": 0, "selected": False}
    ]


def test_the_links_to_other_pages_keep_the_order(client: Client) -> None:
    for _ in range(3):
        refresh_provider(provider=factories.ProviderFactory())
    page = get(client, "catalogue/?status=all&page_size=1")
    assert "seed=" in page["next"]
    second = client.get(page["next"]).json()
    assert page["results"][0] in client.get(second["previous"]).json()["results"]


def test_what_a_client_has_is_not_sent_again(client: Client) -> None:
    published()
    tags = {path: client.get(f"/api/v1/{path}")["ETag"] for path in LISTS}

    def again(path: str) -> tuple[int, bytes]:
        answer = client.get(f"/api/v1/{path}", headers={"if-none-match": tags[path]})
        return answer.status_code, answer.content

    assert {path: again(path) for path in LISTS} == dict.fromkeys(LISTS, (304, b""))
    offer()
    for path in LISTS:
        if path.startswith(("catalogue", "providers", "programmes", "specialist")):
            assert again(path)[0] == 200, path


def test_the_catalogue_says_when_it_changed(client: Client) -> None:
    offer()
    written = now()
    assert "Last-Modified" not in client.get("/api/v1/catalogue/"), "another change of this minute may follow"
    with at(written + dt.timedelta(hours=1)):
        first = client.get("/api/v1/catalogue/")
        since = {"if-modified-since": first["Last-Modified"]}
        assert client.get("/api/v1/catalogue/", headers=since).status_code == 304
    with at(written + dt.timedelta(days=2)):
        # A new day has a new order.
        assert client.get("/api/v1/catalogue/", headers=since).status_code == 200


def test_other_sites_may_read_and_only_read(client: Client) -> None:
    asked = client.options(
        "/api/v1/catalogue/",
        headers={"origin": "https://else.example", "access-control-request-method": "GET"},
    )
    assert (asked.status_code, asked["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")
    answer = client.get("/api/v1/catalogue/", headers={"origin": "https://else.example"})
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer
    assert "Access-Control-Allow-Origin" not in client.get("/find/")


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "x" * 5000,
        "q=%27%29%3B+DROP+TABLE+programmes_catalogueentry%3B--",
        "q=%00%01%02%1b%7f&place=%00",
        "q=%22%22%22+%26+%7C+%21%28%29+%3A*%3AA+%3C-%3E",
        "page=99999999999999999999999999",
        "page=-1",
        "page_size=99999999999",
        "place=LE1&within=99999999999999999999",
        "place=LE1&within=-5",
        "within=NaN",
        "price=NaN",
        "price=Infinity",
        "price=1e400",
        "min_purpose=1e-400",
        "min_purpose=NaN",
        "seed=" + "9" * 500,
        "seed=%27%3B--",
        "topic=" + "&topic=".join(f"t{number}" for number in range(900)),
        "order=band%00&kind=%F0%9F%92%A9",
        "examples=maybe&status=all&status=exemplary",
        "%FF%FE=%FF",
        "q=" + "%F0%9D%95%B3" * 150,
        "q=" + "-%22a%22+or+" * 15,
    ],
)
def test_a_hostile_query_gets_a_clear_answer(client: Client, query: str) -> None:
    factories.OutcodeFactory()
    offer()
    answer = client.get(f"/api/v1/catalogue/?{query}")
    assert answer.status_code in (200, 400, 404), answer.content
    if answer.status_code == 400:
        assert answer.json()["errors"][0]["detail"]
    assert client.get(f"/find/?{query}").status_code == 200
    assert client.get("/api/v1/catalogue/?status=all").json()["count"] == 3
