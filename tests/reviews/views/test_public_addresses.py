"""One address for everything public, and what machines are told there."""

from __future__ import annotations

import datetime as dt
import json
import re
import struct
import zlib

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from programmes.queries.providers import Tie, Ties
from programmes.services.catalogue import refresh_leader, refresh_programme, refresh_provider
from reviews.sitemaps import Entries
from reviews.views.tie_web import MOST, tie_web
from tests import factories
from tests.reviews.views.test_public_pages import address, rated, text

pytestmark = pytest.mark.django_db


def linked(page: str) -> dict[str, object]:
    block = re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page)
    assert block
    return dict(json.loads(block[1]))


def test_other_spellings_of_an_address_lead_to_the_one(client: Client) -> None:
    programme = factories.ProgrammeFactory(public=True, slug="leading-phonics")
    refresh_programme(programme=programme)
    for variant in ("Leading-Phonics", "leading_phonics", str(programme.public_id)):
        response = client.get(f"/programmes/{variant}/?participants=3")
        assert response.status_code == 301, variant
        assert response["Location"] == "/programmes/leading-phonics/?participants=3"
    assert client.get("/programmes/leading-phonics")["Location"] == "/programmes/leading-phonics/"
    assert client.get("/programmes/leading-phonic/").status_code == 404
    page = text(client, "/programmes/leading-phonics/?participants=3")
    assert '<link rel="canonical" href="http://testserver/programmes/leading-phonics/">' in page
    assert '<meta property="og:url" content="http://testserver/programmes/leading-phonics/">' in page


def test_a_leader_by_code_has_no_second_address(client: Client) -> None:
    leader = factories.SpecialistLeaderFactory(slug="k7k7k7", name="Robin Holloway")
    refresh_leader(leader=leader)
    assert client.get(f"/specialist-leaders/{leader.public_id}/").status_code == 404
    page = text(client, "/specialist-leaders/k7k7k7/")
    assert linked(page)["name"] == "SLE K7K7K7"
    assert "Holloway" not in page


def test_a_programme_is_a_course_with_its_price_and_dates(client: Client) -> None:
    provider = factories.ProviderFactory(name="Fenland & <Partners>")
    programme = factories.ProgrammeFactory(
        public=True, provider=provider, version__title="</script><b>", version__hours=14
    )
    factories.PriceFactory(programme=programme, per_participant=480)
    factories.CohortFactory(
        programme=programme, starts_on=dt.date(2099, 1, 29), venue="Town hall", mode="blended"
    )
    refresh_programme(programme=programme)
    page = text(client, f"/programmes/{programme.slug}/")
    facts = linked(page)
    assert facts["@type"] == "Course"
    assert facts["name"] == "</script><b>"
    assert facts["timeRequired"] == "PT14H"
    assert facts["provider"]["name"] == "Fenland & <Partners>"  # type: ignore[index]
    assert facts["offers"]["price"] == "480.00"  # type: ignore[index]
    (run,) = facts["hasCourseInstance"]  # type: ignore[misc]
    assert (run["startDate"], run["courseMode"]) == ("2099-01-29", "Blended")
    # Nobody has reviewed it, and what isn't known isn't said.
    assert "review" not in facts
    assert "educationalCredentialAwarded" not in facts


def test_a_rating_is_a_review_by_the_register_and_an_alert_is_none(client: Client) -> None:
    journey = rated("provider")
    facts = linked(text(client, address(journey)))
    assert facts["@type"] == "EducationalOrganization"
    assert facts["review"]["reviewRating"]["ratingValue"] == "3.00"  # type: ignore[index]
    assert facts["review"]["author"]["name"] == "LPD Quality Register"  # type: ignore[index]
    journey.to("suspended")
    assert "review" not in linked(text(client, address(journey)))


def pixels(png: bytes) -> list[bytes]:
    """The rows of a palette picture without filters."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, at = {}, 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert zlib.crc32(kind + data) == struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0]
        chunks[kind], at = data, at + 12 + length
    width, height, depth, colour = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    assert (width, height, depth, colour) == (1200, 630, 8, 3)
    raw = zlib.decompress(chunks[b"IDAT"])
    return [raw[row * (width + 1) + 1 : (row + 1) * (width + 1)] for row in range(height)]


def test_the_picture_of_a_link_shows_the_profile_while_the_rating_stands(client: Client) -> None:
    journey = rated("provider")
    page = text(client, address(journey))
    picture = re.search(r'og:image" content="http://testserver([^"]*)"', page)
    assert picture
    response = client.get(picture[1])
    assert response["Content-Type"] == "image/png"
    assert len(response.content) < 10_000
    rows = pixels(response.content)
    # All at 3 of 4: a quarter of the way from the top the track ends and the bars begin.
    bar, track = 1, 2
    middle = 1200 // 2
    assert (rows[110 + 100][middle], rows[110 + 120][middle]) == (track, bar)
    journey.to("suspended")
    assert client.get(picture[1]).status_code == 404
    assert "http://testserver/preview.png" in text(client, address(journey))
    pixels(client.get("/preview.png").content)
    assert client.get("/preview/cheese/nothing.png").status_code == 404


def locations(client: Client, path: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200
    return re.findall(r"<loc>([^<]*)</loc>", response.content.decode())


def test_search_engines_find_everything_real_in_files_of_a_certain_size(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Entries, "limit", 2)
    for number in range(3):
        refresh_provider(provider=factories.ProviderFactory(slug=f"real-{number}"))
    refresh_provider(provider=factories.ProviderFactory(slug="made-up", is_example=True))
    refresh_programme(programme=factories.ProgrammeFactory(public=True, slug="real"))
    factories.ProgrammeFactory(slug="a-draft")

    robots = client.get("/robots.txt").content.decode()
    sitemap = re.search(r"Sitemap: http://testserver(\S+)", robots)
    assert sitemap
    assert "Disallow: /board/" in robots

    found = []
    for file in locations(client, sitemap[1]):
        part = locations(client, file.removeprefix("http://testserver"))
        if "providers" in file:
            assert len(part) <= 2
        found += part
    paths = {location.removeprefix("http://testserver") for location in found}
    assert {
        "/",
        "/find/",
        "/programmes/real/",
        *(f"/providers/real-{number}/" for number in range(3)),
    } <= paths
    assert not any("made-up" in path or "draft" in path for path in paths)
    for path in paths:
        assert client.get(path).status_code == 200, path
    assert client.get("/sitemap-cheese.xml").status_code == 404
    assert client.get("/sitemap-providers.xml?p=99").status_code == 404


def test_the_list_of_files_reads_no_rows(client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/sitemap.xml")
        return len(captured)

    refresh_provider(provider=factories.ProviderFactory())
    one = queries()
    for _ in range(3):
        refresh_provider(provider=factories.ProviderFactory())
    assert queries() == one


def test_a_large_offer_is_cut_and_the_rest_a_search_away(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reviews.views.public_pages.MOST_OFFERS", 2)
    provider = factories.ProviderFactory(name="Fenland Partners")
    refresh_provider(provider=provider)
    for number in range(3):
        programme = factories.ProgrammeFactory(
            public=True, provider=provider, version__title=f"Course {number}"
        )
        refresh_programme(programme=programme)
    page = text(client, f"/providers/{provider.slug}/")
    assert "Programmes (3)" in page
    assert "Course 1" in page
    assert "Course 2" not in page
    link = re.search(r'The first 2 of 3. <a class="govuk-link" href="([^"]*)">', page)
    assert link
    assert "Course 2" in text(client, link[1])


def test_ties_are_drawn_and_what_is_too_much_is_counted() -> None:
    assert tie_web("Alone", []) is None
    many = [
        Tie(f"School {number} with a name that is far too long for a box", "", "")
        for number in range(MOST + 3)
    ]
    web = tie_web(
        "The Fenland and Wolds Teaching School Alliance Partnership",
        [Ties("Serves", many), Ties("Leads", [Tie("A", "a", "")])],
    )
    assert web
    assert len(web.lines) == 3
    serves = next(branch for branch in web.branches if branch.words == "Serves")
    assert serves.nodes[-1].words == "and 3 more, in the list"
    assert all(len(node.words) <= 29 for node in serves.nodes)
    for branch in web.branches:
        assert all(0 <= node.y <= web.height for node in branch.nodes)
    assert len({branch.x for branch in web.branches}) == 2
