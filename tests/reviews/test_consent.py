"""Consent to be named, taken back: the name is gone from every page, feed, file, letter and table; history stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from lpdqa.accounts.models import User
from lpdqa.clock import now
from lpdqa.notices.models import Notice
from lpdqa.notices.services import send_due
from programmes.models import CatalogueEntry
from programmes.services import enquiries, saved_searches, shortlists
from programmes.services.catalogue import refresh_leader, refresh_provider
from providers.models import SpecialistLeader
from providers.services.leaders import set_consent, update_leader
from reviews.models import Evidence
from reviews.services import decisions, evidence, submissions
from reviews.services.open_data import write_open_data
from reviews.services.ratings import rate_all_stale
from tests.factories import UserFactory
from tests.journeys import Journey, all_at
from tests.providers.pages import signed_in

pytestmark = pytest.mark.django_db

NAME, SURNAME = "Rosalind Ketteridge", "Ketteridge"
# The provider's own record and its history, and what was submitted and decided, word for word: a name that somebody
# wrote into a text stays in the row, and is left out whenever the text is read.
_KEEP_IT = {
    "providers_specialistleader",
    "providers_specialistleaderevent",
    "reviews_snapshot",
    "reviews_criterionstatement",
    "reviews_criterionstatementevent",
    "reviews_evidence",
    "reviews_evidenceevent",
    "reviews_decision",
    "reviews_decisionevent",
}


def tables_with(word: str) -> set[str]:
    """Every table of the database in which any column of any row has this word."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}" t WHERE t::text ILIKE %s)', [f"%{word}%"])  # noqa: S608
            if cursor.fetchone()[0]:
                found.add(table)
    return found


def written_about(journey: Journey) -> None:
    """Submit it with the name in a statement and in items of evidence for everyone: a text, a link and a file."""
    journey.describe()
    work: dict[str, Any] = {"submission": journey.submission, "by": journey.owner}
    more: dict[str, Any] = {**work, "criteria": [journey.criterion("P1")], "confidential": False}
    evidence.add_text(title=f"What heads say of {NAME}", text=f"Mrs {SURNAME} came every week.", **more)
    evidence.add_link(title="A newspaper", url="https://news.example/ketteridge", **more)
    scores = SimpleUploadedFile("ketteridge.csv", b"school,score\nA,3\n")
    evidence.add_file(title="Scores", upload=scores, **more)
    submissions.save_statements(texts={journey.criterion("P1").pk: f"{NAME} asks what heads need."}, **work)
    submissions.submit_submission(**work)


def address(item: Evidence) -> str:
    return reverse("evidence_download", args=[item.public_id])


def opened_by_all(item: Evidence) -> int:
    """The status with which somebody who is signed out is answered."""
    answer = Client().get(address(item))
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def read_over(journey: Journey) -> str:
    """What an assessor and an administrator read of what was put forward."""
    assessment = journey.blind()[0]
    read = {
        assessment.assessor: [
            reverse("assessment_detail", args=[assessment.public_id]),
            reverse("assessment_criterion", args=[assessment.public_id, "P1"]),
        ],
        journey.administrator: [reverse("board_submission", args=[journey.submission.public_id])],
    }
    answers = [signed_in(user).get(page) for user, pages in read.items() for page in pages]
    assert {answer.status_code for answer in answers} == {200}
    return " ".join(answer.content.decode() for answer in answers)


@pytest.fixture
def journey(settings, tmp_path: Path) -> Journey:
    """A specialist leader who is named, rated, and written about."""
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    with time_machine.travel("2026-11-20T09:00:00Z", tick=False):
        journey = Journey("sle", name=NAME, summary=f"{NAME} helps with phonics.")
        assert journey.leader
        journey.provider.claimed_at = journey.provider.listed_at = now()
        journey.provider.save()
        set_consent(leader=journey.leader, by=journey.owner, named=True)
        written_about(journey)
        journey.to("deciding", scores=all_at(3))
        draft = decisions.draft_decision(
            submission=journey.submission,
            by=journey.drafter,
            strengths=f"{NAME} listens first.",
            improvements="More transfer.",
        )
        decisions.approve_decision(decision=draft, by=journey.approver)
        journey.to("published")
        rate_all_stale()
        refresh_provider(provider=journey.provider)
        refresh_leader(leader=journey.leader)
    return journey


def public(
    leader: SpecialistLeader, rating: str, submission: str, asker: User, shared: str
) -> dict[str, str]:
    """What everybody, and a school leader, can read about the leader: by address."""
    visitor, client = Client(), signed_in(asker)
    addresses = [
        reverse("leader_page", args=[leader.slug]),
        reverse("provider_page", args=[leader.designator.slug]),
        f"{reverse('search')}?kind=sle",
        f"{reverse('search')}?q=phonics&kind=sle",
        reverse("rating_explained", args=[rating]),
        reverse("credential", args=[submission]),
        reverse("badge", args=[submission]),
        reverse("credential_json", args=[submission]),
        reverse("concern", args=[submission]),
        shared,
        reverse("api_specialist_leaders"),
        reverse("api_specialist_leaders_one", args=[leader.slug]),
        reverse("api_catalogue"),
        reverse("api_catalogue_one", args=["sle", leader.slug]),
        reverse("api_ratings_one", args=[rating]),
        f"{reverse('search_feed')}?kind=sle",
        reverse("home"),
    ]
    read = {address: visitor.get(address, follow=True) for address in addresses}
    own = [reverse("shortlist"), reverse("notices"), reverse("my_work"), reverse("enquiries")]
    own += [reverse("notice", args=[notice.pk]) for notice in Notice.objects.filter(user=asker)]
    read |= {f"own {address}": client.get(address, follow=True) for address in own}
    assert {address for address, answer in read.items() if answer.status_code != 200} == set()
    return {address: answer.content.decode() for address, answer in read.items()}


def test_the_name_is_gone_everywhere_and_what_happened_stays(
    journey: Journey, tmp_path: Path, settings
) -> None:
    settings.DATA_DIR = tmp_path
    leader, asker = journey.leader, UserFactory()
    assert leader
    entry = CatalogueEntry.objects.get(leader=leader)
    with time_machine.travel("2026-11-21T09:00:00Z", tick=False):
        saved_searches.save_search(
            owner=asker, name="Phonics", frequency="daily", params=QueryDict("kind=sle")
        )
        enquiry = enquiries.send(
            sender=asker,
            name="Ada Quill",
            organisation="Larkspur Primary",
            message="Do you come?",
            entries=[entry],
        )
        shortlist = shortlists.start(owner=asker)
        shortlists.add(shortlist=shortlist, entry=entry)
        shared = shortlists.share(shortlist=shortlist, notes=False)
    with time_machine.travel("2026-11-22T09:00:00Z", tick=False):
        update_leader(leader=leader, by=journey.owner, day_rate=400)
        refresh_leader(leader=leader)
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False):
        assert saved_searches.send_alerts() == 1
        recipient = enquiry.recipients.get()
        enquiries.tell_teams()
        enquiries.answer(recipient=recipient, by=journey.owner, text="Gladly, in March.")
        send_due()
        rating = journey.submission.ratings.latest("id")
        about = (leader, str(rating.public_id), str(journey.submission.public_id))
        shared_at = reverse("shortlist_shared", args=[shared.share_code])
        before = public(*about, asker, shared_at)
        assert f"{NAME} helps with phonics." in read_over(journey)
        items = {item.title: item for item in journey.submission.evidence.filter(confidential=False)}
        assert {opened_by_all(item) for item in items.values()} == {200}
        assert NAME in before[reverse("leader_page", args=[leader.slug])]
        assert sum(NAME in text for text in before.values()) > 5
        opened = write_open_data(to=tmp_path / "open")
        assert any(NAME in path.read_text() for path in opened.iterdir())

        set_consent(leader=leader, by=journey.owner, named=False)
        after = public(*about, asker, shared_at)
        assert SURNAME not in read_over(journey).replace("ketteridge.csv", "")
        told = Client().get(address(items.pop(f"What heads say of {NAME}")))
        assert told.status_code == 200
        assert SURNAME not in told.content.decode()
        # Nobody can read over what stands in a file or behind a link.
        assert {opened_by_all(item) for item in items.values()} == {302}
        assert set(after) == set(before)
        assert {address for address, text in after.items() if SURNAME in text} == set()
        opened = write_open_data(to=tmp_path / "later")
        assert not any(SURNAME in path.read_text() for path in opened.iterdir())
    # Letters and all they left in the accounts, answers, records, the trail.
    assert len(mail.outbox) >= 3
    assert not [letter for letter in mail.outbox if SURNAME in f"{letter.subject} {letter.body}"]
    assert tables_with(SURNAME) == _KEEP_IT
    # What happened stays, under the code.
    assert leader.code in after[reverse("leader_page", args=[leader.slug])]
    assert json.loads(after[reverse("credential_json", args=[str(journey.submission.public_id)])])[
        "name"
    ].endswith(leader.code)
    assert Notice.objects.filter(user=asker, body__contains=leader.code).exists()
    assert journey.submission.ratings.count() == 1


def test_the_provider_and_the_leader_keep_their_own_record(journey: Journey) -> None:
    assert journey.leader
    set_consent(leader=journey.leader, by=journey.owner, named=False)
    own = signed_in(journey.owner).get(reverse("leader_manage", args=[journey.leader.slug]))
    assert NAME in own.content.decode()
    assert (
        signed_in(UserFactory()).get(reverse("leader_manage", args=[journey.leader.slug])).status_code == 403
    )
