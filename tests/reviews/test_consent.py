"""Consent to be named, taken back: the name is gone from every page, feed, file, letter and table; history stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import time_machine
from django.core import mail
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
from reviews.services.open_data import write_open_data
from reviews.services.ratings import rate_all_stale
from tests.factories import UserFactory
from tests.journeys import Journey, all_at
from tests.providers.pages import signed_in

pytestmark = pytest.mark.django_db

NAME, SURNAME = "Rosalind Ketteridge", "Ketteridge"
# The provider's own record and its history, and what was submitted, word for word: a name that the provider wrote into
# a text stays in there, where assessors and administrators alone can read it.
_KEEP_IT = {"providers_specialistleader", "providers_specialistleaderevent", "reviews_snapshot"}


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


@pytest.fixture
def journey() -> Journey:
    """A specialist leader who is named, rated, and written about."""
    with time_machine.travel("2026-11-20T09:00:00Z", tick=False):
        journey = Journey("sle", name=NAME, summary=f"{NAME} helps with phonics.")
        assert journey.leader
        journey.provider.claimed_at = journey.provider.listed_at = now()
        journey.provider.save()
        set_consent(leader=journey.leader, by=journey.owner, named=True)
        journey.to("published", scores=all_at(3))
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
        assert NAME in before[reverse("leader_page", args=[leader.slug])]
        assert sum(NAME in text for text in before.values()) > 5
        opened = write_open_data(to=tmp_path / "open")
        assert any(NAME in path.read_text() for path in opened.iterdir())

        set_consent(leader=leader, by=journey.owner, named=False)
        after = public(*about, asker, shared_at)
        assert set(after) == set(before)
        assert {address for address, text in after.items() if SURNAME in text} == set()
        opened = write_open_data(to=tmp_path / "later")
        assert not any(SURNAME in path.read_text() for path in opened.iterdir())
    # Letters and all they left in the accounts, answers, records, trails.
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
