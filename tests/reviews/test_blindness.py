"""Until they are settled, scores are nobody's but each assessor's own: tries to get round it, channel by channel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from lpdqa.accounts.models import Role, User
from lpdqa.accounts.services import grant_role
from programmes.services.catalogue import refresh_programme
from reviews.models import Assessment
from reviews.services import assessments
from reviews.services.assessments import ScoreDraft
from tests.factories import person
from tests.journeys import Journey
from tests.reviews.views.people import signed_in

pytestmark = pytest.mark.django_db

RATIONALE = "Ochre lantern 7731"
MOST_PAGES = 60


@dataclass
class Blind:
    """A file that the first assessor is done with and the second is still scoring."""

    journey: Journey
    first: Assessment
    second: Assessment

    @property
    def secrets(self) -> list[str]:
        """What would tell: the words of the first one, and who that is."""
        assessor = self.first.assessor
        return [RATIONALE, assessor.name, assessor.email, assessor.assessor_profile.pseudonym]

    def hand_in(self, value: int = 4) -> None:
        by = self.first.assessor
        assessments.save_scores(
            assessment=self.first,
            by=by,
            scores=[
                ScoreDraft(criterion, value, rationale=f"{RATIONALE} on {criterion.code}")
                for criterion in assessments.criteria_to_score(self.first)
            ],
        )
        assessments.submit_assessment(assessment=self.first, by=by)


@pytest.fixture
def blind() -> Iterator[Blind]:
    with time_machine.travel("2026-11-02 09:00", tick=False):
        journey = Journey(public=True)
        journey.to("assessing")
        first, second = journey.blind()
        for assessment in (first, second):
            assessments.declare_no_conflict(assessment=assessment, by=assessment.assessor)
        refresh_programme(programme=journey.submission.version.programme)
        yield Blind(journey, first, second)


def crawl(client: Client, *starts: str) -> dict[str, str]:
    """Every page of ours that links lead to from these, by address; at most `MOST_PAGES`."""
    found: dict[str, str] = {}
    waiting = list(starts)
    while waiting and len(found) < MOST_PAGES:
        address = waiting.pop(0)
        if address in found:
            continue
        answer = client.get(address)
        if answer.status_code != 200 or "html" not in answer.get("Content-Type", ""):
            continue
        found[address] = answer.content.decode()
        links = re.findall(r'href="(/[^"#?]*)', found[address])
        waiting += [
            link for link in links if not link.startswith(("/static/", "/account/", "/api/", "/find/"))
        ]
    return found


def plain(html: str) -> str:
    """A page without what differs at every request: tokens, nonces, signed moments."""
    html = re.sub(r'(csrfmiddlewaretoken" value|nonce|name="shown" value)="[^"]*"', "", html)
    return html[html.index("<main") :] if "<main" in html else html


def test_no_page_that_links_lead_to_tells_anybody(blind: Blind) -> None:
    blind.hand_in()
    journey = blind.journey
    programme = reverse("programme_page", args=[journey.submission.version.programme.slug])
    starts = {
        "the other assessor": (
            blind.second.assessor,
            [reverse("assessment_detail", args=[blind.second.public_id])],
        ),
        "the provider": (journey.owner, [reverse("submission_detail", args=[journey.submission.public_id])]),
        "an assessor without a part": (person("assessor"), []),
        "a visitor": (None, ["/"]),
    }
    for who, (user, addresses) in starts.items():
        client = signed_in(user) if user else Client()
        pages = crawl(client, *addresses, *([reverse("my_work")] if user else []), programme)
        assert len(pages) > 3, who
        for address, html in pages.items():
            told = [secret for secret in blind.secrets if secret in html]
            assert told == [], f"{who} reads {told} at {address}"


def test_the_first_assessors_pages_are_closed_to_everybody_else(blind: Blind) -> None:
    blind.hand_in()
    page = reverse("assessment_detail", args=[blind.first.public_id])
    one = reverse("assessment_criterion", args=[blind.first.public_id, "P1"])
    hand_in = reverse("assessment_submit", args=[blind.first.public_id])
    journey = blind.journey
    for user in (blind.second.assessor, journey.owner, journey.administrator, person("assessor"), None):
        client = signed_in(user) if user else Client()
        for address in (page, one, hand_in):
            for answer in (client.get(address), client.post(address, {"value": "1", "rationale": "x"})):
                assert answer.status_code in (302, 403, 404, 405)
                assert answer.status_code != 302 or answer["Location"].startswith("/account/login/")
    assert blind.first.scores.filter(value=4).count() == len(journey.criteria)


def test_the_second_assessors_pages_do_not_change_when_the_first_hands_in(blind: Blind) -> None:
    """Neither words, nor counts, nor an order."""
    client = signed_in(blind.second.assessor)
    starts = [reverse("my_work"), reverse("assessment_detail", args=[blind.second.public_id])]
    crawl(client, *starts)  # opening a page marks its notices as read
    before = {address: plain(html) for address, html in crawl(client, *starts).items()}
    blind.hand_in()
    after = {address: plain(html) for address, html in crawl(client, *starts).items()}
    assert after == before


def test_the_providers_pages_do_not_change_either(blind: Blind) -> None:
    client = signed_in(blind.journey.owner)
    starts = [reverse("my_work"), reverse("submission_detail", args=[blind.journey.submission.public_id])]
    crawl(client, *starts)  # opening a page marks its notices as read
    before = {address: plain(html) for address, html in crawl(client, *starts).items()}
    blind.hand_in()
    after = {address: plain(html) for address, html in crawl(client, *starts).items()}
    assert after == before


@pytest.mark.parametrize("second", [4, 1])
def test_what_is_public_stays_the_same_from_the_first_score_to_a_disagreement(
    blind: Blind, second: int
) -> None:
    """Pages, API, feed, sitemap, and the tag by which clients tell a change: agreement and disagreement look alike."""
    slug = blind.journey.submission.version.programme.slug
    public = [
        reverse("programme_page", args=[slug]),
        reverse("provider_page", args=[blind.journey.provider.slug]),
        reverse("search"),
        reverse("search_feed"),
        reverse("sitemap", args=["programmes"]),
        reverse("api_programmes_one", args=[slug]),
        reverse("api_catalogue"),
        reverse("api_ratings"),
        reverse("decision_register"),
        f"{reverse('decision_register')}?csv=numbers",
    ]

    def seen() -> dict[str, tuple[str, str]]:
        found = {}
        for address in public:
            answer = Client().get(address)
            assert answer.status_code == 200, address
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            tag = answer.get("ETag", "") if "/api/" in address else ""
            found[address] = (plain(content.decode()), tag)
        return found

    before = seen()
    blind.hand_in(value=4)
    assert seen() == before
    blind.journey.score(blind.second, {c.code: second for c in blind.journey.criteria})
    blind.journey.submission.refresh_from_db()
    assert blind.journey.submission.state == ("fact_check" if second == 4 else "adjudicating")
    assert seen() == before


def test_no_letter_tells_who_scored_what(blind: Blind, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        blind.hand_in(value=4)
        blind.journey.score(blind.second, {c.code: 1 for c in blind.journey.criteria})
    for letter in mail.outbox:
        words = f"{letter.subject}\n{letter.body}"
        assert [secret for secret in blind.secrets if secret in words] == []
        assert blind.second.assessor.name not in words or letter.to == [blind.second.assessor.email]


def _administrator(user: User) -> Client:
    grant_role(user=user, role=Role.ADMINISTRATOR, by=None)
    return signed_in(user)


def test_an_administrator_who_assesses_it_gets_no_more_than_any_assessor(blind: Blind) -> None:
    blind.hand_in()
    client = _administrator(blind.second.assessor)
    submission = reverse("board_submission", args=[blind.journey.submission.public_id])
    for address in (
        submission,
        reverse("board"),
        reverse("decisions"),
        reverse("second_person"),
        reverse("trail_all"),
        reverse("board_trail", args=[blind.journey.submission.public_id]),
        reverse("statistics_agreement"),
    ):
        answer = client.get(address)
        assert answer.status_code in (200, 403), address
        assert RATIONALE not in answer.content.decode()
    for form in ("csv", "jsonl"):
        export = b"".join(client.get(reverse("trail_export", args=[form])).streaming_content).decode()
        assert "assessment.submit" not in export
        assert RATIONALE not in export


def test_before_they_are_settled_no_administrator_reads_scores_either(blind: Blind) -> None:
    blind.hand_in()
    client = signed_in(blind.journey.outsider)
    pages = crawl(
        client, reverse("board_submission", args=[blind.journey.submission.public_id]), reverse("board")
    )
    assert not [address for address, html in pages.items() if RATIONALE in html]


def test_numbers_that_come_from_scores_wait_until_they_are_settled(blind: Blind) -> None:
    """An assessor's own consistency and the panel's statistics count settled files only."""
    client = signed_in(blind.second.assessor)
    before = plain(client.get(reverse("own_consistency")).content.decode())
    blind.hand_in()
    assert plain(client.get(reverse("own_consistency")).content.decode()) == before
