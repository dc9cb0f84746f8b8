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
from lpdqa.audit.models import Entry
from lpdqa.audit.services import act
from lpdqa.notices.services import choice_of
from programmes.services.catalogue import refresh_programme
from reviews.models import AllocationFile, AllocationRun, AllocationSeat, Assessment
from reviews.queries.trail import changes
from reviews.services import assessments, conflicts, requests, submissions
from reviews.services.assessments import ScoreDraft
from tests.factories import person
from tests.journeys import Journey
from tests.reviews.views.people import signed_in

pytestmark = pytest.mark.django_db

RATIONALE = "Ochre lantern 7731"
MOST_PAGES = 60
_WHY = {"fit": [], "candidates": 2, "better": 0, "load": 1, "met": 0, "joins": False}


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


def test_an_administrator_who_assesses_it_can_not_tell_a_disagreement_from_waiting(blind: Blind) -> None:
    """Neither from an age, a filter or an order, nor from counts, tasks, the calendar or what it links to."""
    viewer = blind.first.assessor
    # Another file that began later: with the state's own date the two would change places.
    other = Journey(public=True)
    with time_machine.travel("2026-11-09 09:00", tick=False):
        other.to("assessing")
    submission, code = blind.journey.submission, choice_of(user=viewer).calendar_code
    addresses = [
        reverse("board"),
        *(f"{reverse('board')}?{filters}" for filters in (
            "state=", "state=assessing", "state=adjudicating", "state=fact_check", "late=14", "state=&late=14",
        )),
        reverse("board_submission", args=[submission.public_id]),
        reverse("my_work"),
        reverse("calendar", args=[code]),
        f"{reverse('turnout')}?csv=by-stage",
        reverse("assessors"),
        reverse("allocation"),
        reverse("decisions"),
        reverse("second_person"),
        reverse("back_readings"),
        reverse("statistics_agreement"),
        reverse("board_step", args=[other.submission.public_id, "assign"]),
    ]  # fmt: skip

    def seen() -> dict[str, str]:
        found = {}
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code == 200, address
            found[address] = plain(answer.content.decode())
        return found

    with time_machine.travel("2026-11-30 09:00", tick=False):
        client = _administrator(viewer)
        blind.hand_in(value=4)
        before = seen()
        assert submission.title in before[f"{reverse('board')}?state=assessing"]
        blind.journey.score(blind.second, {c.code: 1 for c in blind.journey.criteria})
        submission.refresh_from_db()
        assert submission.state == "adjudicating"
        after = seen()
        told = [address for address in addresses if after[address] != before[address]]
        assert told == []
        # Whoever has no part in it is told.
        page = signed_in(blind.journey.outsider).get(f"{reverse('board')}?state=adjudicating")
        assert submission.title in page.content.decode()


def test_an_administrator_reads_of_no_file_of_theirs_who_else_sits_in_it(blind: Blind) -> None:
    """Not in a run that allocated it, not in a proposal that seats them, not by a conflict that was lifted."""
    viewer, other = blind.second.assessor, blind.first.assessor
    client = _administrator(viewer)
    submission, outsider = blind.journey.submission, blind.journey.outsider
    conflicts.ask_to_lift(
        submission=submission, assessor=other, kind="tie", reason="A namesake.", by=blind.journey.administrator
    )  # fmt: skip
    run = AllocationRun.objects.create(state="proposed", seed=1, limit=3, assessors=2)
    file = AllocationFile.objects.create(run=run, submission=submission, need=2)
    AllocationSeat.objects.bulk_create(
        AllocationSeat(file=file, assessor=user, why=_WHY) for user in (viewer, other)
    )
    said = {"submission": submission.pk, "assessors": [other.pk]}
    with act("allocation.change", by=outsider, target=run, detail=said):
        pass
    entry = Entry.objects.latest("pk")
    assert signed_in(outsider).get(reverse("trail_entry", args=[entry.pk])).status_code == 200
    assert client.get(reverse("trail_entry", args=[entry.pk])).status_code == 404
    # An act about something else that changes a row of the review.
    with act("allocation.confirm", by=outsider, target=run):
        submission.return_reason = "None."
        submission.save()
    entry = Entry.objects.latest("pk")
    assert str(submission.pk) in [each.pk for each in changes(entry, outsider)]
    assert changes(entry, viewer) == []
    detail = reverse("allocation_run", args=[run.public_id])
    change = reverse("allocation_change", args=[run.public_id, file.pk])
    board = reverse("board_submission", args=[submission.public_id])
    assert other.name in signed_in(outsider).get(detail).content.decode()
    assert other.name in signed_in(outsider).get(board).content.decode()
    for address in (detail, board, reverse("my_work")):
        answer = client.get(address)
        assert answer.status_code == 200
        assert other.name not in answer.content.decode(), address
    assert client.get(change).status_code == 403
    leave_out = reverse("allocation_leave_out", args=[run.public_id, file.pk])
    assert client.post(leave_out, {"out": "yes"}).status_code == 403
    seats = list(file.seats.values_list("pk", flat=True))
    swap = reverse("allocation_swap", args=[run.public_id])
    assert client.post(swap, {"seat": seats[0], "other": seats[1]}).status_code == 403


def test_an_administrator_who_assesses_it_reads_not_what_the_other_one_asked_for(blind: Blind) -> None:
    """The provider's pages say it, and are open to administrators."""
    asked = requests.ask_for_evidence(
        assessment=blind.first, criterion=blind.journey.criterion("P1"), by=blind.first.assessor, question=RATIONALE
    )  # fmt: skip
    number = blind.journey.submission.public_id
    addresses = [
        reverse("submission_detail", args=[number]),
        reverse("submission_criterion", args=[number, "P1"]),
        reverse("evidence_request", args=[number, asked.pk]),
    ]
    outsider, client = signed_in(blind.journey.outsider), _administrator(blind.second.assessor)
    assert RATIONALE in outsider.get(addresses[0]).content.decode()
    assert [client.get(address).status_code for address in addresses] == [403, 403, 403]
    crawled = crawl(client, reverse("board_submission", args=[number]), reverse("my_work"), reverse("board"))
    assert [address for address, html in crawled.items() if RATIONALE in html] == []


def test_what_is_scored_again_after_an_amendment_is_as_blind_as_before(blind: Blind) -> None:
    """The first round is settled by then: that alone opens nothing of the second."""
    journey = blind.journey
    scores = {c.code: 1 if c.code == "R4" else 3 for c in journey.criteria}
    for assessment in (blind.first, blind.second):
        journey.score(assessment, scores)
    journey.submission.refresh_from_db()
    journey.to("amending")
    submissions.send_amendment(submission=journey.submission, by=journey.owner)
    one, other = journey.blind()
    client = _administrator(one.assessor)
    board = f"{reverse('board')}?state=adjudicating"
    page = reverse("board_submission", args=[journey.submission.public_id])
    journey.score(one, dict.fromkeys(scores, 4))
    before = [plain(client.get(address).content.decode()) for address in (board, page, reverse("my_work"))]
    journey.score(other, dict.fromkeys(scores, 1))
    journey.submission.refresh_from_db()
    assert journey.submission.state == "adjudicating"
    after = [plain(client.get(address).content.decode()) for address in (board, page, reverse("my_work"))]
    assert after == before
    assert "Adjudicating" not in after[1]
    assert other.assessor.name not in after[1]
