"""The shortlist: without an account, into the account, with notes, to colleagues."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from programmes.models import CatalogueEntry, Shortlist, ShortlistItem
from programmes.queries.items import name_of
from programmes.services import shortlists
from programmes.services.catalogue import Standing, refresh_programme
from tests import factories
from tests.programmes.test_search_page import programme

pytestmark = pytest.mark.django_db


def text(client: Client, address: str = "/shortlist/", status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def add(client: Client, entry: CatalogueEntry, back: str = "/find/") -> str:
    answer = client.post("/shortlist/add/", {"item": name_of(entry), "next": back})
    assert answer.status_code == 302
    return answer["Location"]


def link_to_share(client: Client, **data: str) -> str:
    client.post("/shortlist/share/", data)
    found = re.search(r"/shortlist/shared/\w+/", text(client))
    assert found
    return found[0]


def item_of(client: Client, title: str) -> str:
    """The key of an item, as its own form sends it."""
    found = re.search(
        rf'name="key" value="(\d+)"(?:(?!name="key").)*?Your note<span[^>]*> on {title}', text(client)
    )
    assert found
    return found[1]


def test_a_visitor_keeps_what_was_found_and_comes_back_to_the_same_place(client: Client) -> None:
    entry = programme("Phonics for leaders")
    assert "Nothing on your shortlist yet" in text(client)
    assert add(client, entry, "/find/?q=phonics") == f"/find/?q=phonics#choose-programme-{entry.slug}"
    page = text(client, "/find/?q=phonics")
    assert 'On your shortlist<span class="govuk-visually-hidden">: Phonics for leaders' in page
    assert "Phonics for leaders" in text(client)
    assert "Nothing on your shortlist yet" in text(Client())


def test_it_never_leads_to_another_site(client: Client) -> None:
    entry = programme("Phonics")
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        assert add(client, entry, elsewhere).startswith("/shortlist/")


def test_what_is_unknown_is_said_and_not_added(client: Client) -> None:
    for name in ("programme:no-such", "spaceship:x", "", "programme:\x00", "programme"):
        client.post("/shortlist/add/", {"item": name})
    assert "This is no longer on the register" in text(client)
    assert not ShortlistItem.objects.exists()


def test_notes_are_kept_and_a_note_that_is_too_long_loses_nothing(client: Client) -> None:
    add(client, programme("Phonics"))
    key = item_of(client, "Phonics")
    client.post("/shortlist/note/", {"key": key, "note": "Ask about cover."})
    assert "Ask about cover." in text(client)
    answer = client.post("/shortlist/note/", {"key": key, "note": "y" * 1001})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "A note can be 1,000 characters long; this one is 1,001." in page
    assert "y" * 1001 in page
    assert ShortlistItem.objects.get().note == "Ask about cover."


def test_nobody_reaches_into_another_list(client: Client) -> None:
    add(client, programme("Phonics"))
    key = item_of(client, "Phonics")
    stranger = Client()
    add(stranger, programme("Coaching"))
    assert stranger.post("/shortlist/note/", {"key": key, "note": "mine"}).status_code == 404
    assert stranger.post("/shortlist/remove/", {"key": key}).status_code == 404
    assert stranger.post("/shortlist/remove/", {"key": "9" * 40}).status_code == 404
    assert ShortlistItem.objects.count() == 2


def test_a_full_list_says_so(client: Client) -> None:
    shortlist = shortlists.start(owner=None)
    entries = [programme(f"Programme {number}") for number in range(shortlists.MOST_ITEMS + 1)]
    for entry in entries[:-1]:
        shortlists.add(shortlist=shortlist, entry=entry)
    shortlists.add(shortlist=shortlist, entry=entries[0])  # again: nothing happens
    session = client.session
    session["shortlist"] = shortlist.pk
    session.save()
    add(client, entries[-1])
    assert "A shortlist holds 30. Take something off it first." in text(client)
    assert shortlist.items.count() == 30


def test_signing_in_moves_the_list_into_the_account(client: Client) -> None:
    both, before, after = programme("Both"), programme("Before"), programme("After")
    person = factories.UserFactory()
    own = shortlists.start(owner=person)
    shortlists.note(item=shortlists.add(shortlist=own, entry=both), text="From my account.")
    shortlists.add(shortlist=own, entry=before)
    for entry in (both, after):
        add(client, entry)
    for title in ("Both", "After"):
        client.post("/shortlist/note/", {"key": item_of(client, title), "note": f"Note on {title}."})

    client.force_login(person)

    page = text(client)
    assert [title for title in ("Both", "Before", "After") if title in page] == ["Both", "Before", "After"]
    assert "From my account." in page
    assert "Note on Both." not in page
    assert "Note on After." in page
    assert Shortlist.objects.count() == 1
    client.logout()
    assert "Nothing on your shortlist yet" in text(client)


def test_a_first_list_becomes_the_accounts_own_and_its_link_goes_on_working(client: Client) -> None:
    add(client, programme("Phonics"))
    link = link_to_share(client)
    client.force_login(factories.UserFactory())
    assert "Phonics" in text(client)
    assert "Phonics" in text(Client(), link)


def test_signing_in_says_what_found_no_room(client: Client) -> None:
    person = factories.UserFactory()
    own = shortlists.start(owner=person)
    for number in range(shortlists.MOST_ITEMS):
        shortlists.add(shortlist=own, entry=programme(f"Programme {number}"))
    add(client, programme("One too many"))
    person.set_password("heron marsh lantern 41")
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    client.post("/account/login/", {"login": person.email, "password": "heron marsh lantern 41"})
    assert "1 of the things you chose before signing in found no room" in text(client)


def test_colleagues_read_it_by_a_link_with_notes_only_by_choice(client: Client) -> None:
    add(client, programme("Phonics"))
    client.post("/shortlist/note/", {"key": item_of(client, "Phonics"), "note": "Too dear for us."})
    link = link_to_share(client)
    colleague = Client()
    page = text(colleague, link)
    assert "Phonics" in page
    assert "Too dear" not in page
    assert "Save note" not in page
    assert colleague.get(link)["X-Robots-Tag"] == "noindex, nofollow"

    assert link_to_share(client, notes="yes") == link
    assert "Too dear for us." in text(colleague, link)

    client.post("/shortlist/stop-sharing/")
    assert "This list is no longer shared" in text(colleague, link, 404)
    again = link_to_share(client)
    assert again != link
    assert "Too dear" not in text(colleague, again)


def test_a_colleague_takes_the_list_over_without_the_notes(client: Client) -> None:
    add(client, programme("Phonics"))
    client.post("/shortlist/note/", {"key": item_of(client, "Phonics"), "note": "Secret."})
    link = link_to_share(client, notes="yes")
    colleague = Client()
    assert colleague.post(f"{link}copy/")["Location"] == "/shortlist/"
    assert "Phonics" in text(colleague)
    assert "Secret." not in text(colleague)


def test_lapsed_suspended_and_hidden_items_are_shown_as_such(client: Client) -> None:
    rated = Standing(status="rated", band="quality_assured", overall=3.0)
    made = [factories.ProgrammeFactory(public=True, version__title=f"Programme {n}") for n in "ABC"]
    for one in made:
        entry = refresh_programme(programme=one, standing=rated)
        assert entry
        add(client, entry)
    link = link_to_share(client)
    refresh_programme(programme=made[0], standing=Standing(status="lapsed"))
    refresh_programme(programme=made[1], standing=Standing(status="alert", alert="A finding was upheld."))
    made[2].public_version = None
    made[2].save()
    refresh_programme(programme=made[2])
    for page in (text(client), text(Client(), link)):
        assert "Rating lapsed" in page
        assert "A finding was upheld." in page
        assert "No longer on the register" in page
        assert "Programme C" not in page


def test_lists_of_nobody_are_forgotten_after_a_month() -> None:
    with time_machine.travel(dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC), tick=False):
        shortlists.start(owner=None)
        mine = shortlists.start(owner=factories.UserFactory())
    with time_machine.travel(dt.datetime(2026, 1, 30, 12, tzinfo=dt.UTC), tick=False):
        fresh = shortlists.start(owner=None)
    with time_machine.travel(dt.datetime(2026, 2, 2, 12, tzinfo=dt.UTC), tick=False):
        assert shortlists.forget_unowned() == 1
    assert set(Shortlist.objects.all()) == {mine, fresh}


@pytest.mark.parametrize("address", ["/shortlist/", "/find/"])
def test_the_number_of_queries_does_not_grow(client: Client, address: str) -> None:
    person = factories.UserFactory()
    client.force_login(person)
    counts = []
    for number in range(3):
        shortlists.add(shortlist=shortlists.start(owner=person), entry=programme(f"Programme {number}"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            text(client, address)
        counts.append(len(queries))
    assert counts[0] == counts[2]
