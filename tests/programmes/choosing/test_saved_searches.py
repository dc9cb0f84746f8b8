"""Saved searches, their alerts and feeds: only what is new or changed, once, and ended by one click."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from xml.etree import ElementTree

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lpdqa.accounts.models import User
from programmes.models import CatalogueEntry, SavedSearch
from programmes.services import saved_searches
from programmes.services.catalogue import Standing, refresh_listed, refresh_programme
from tests import factories
from tests.programmes.test_search_page import ASSURED

pytestmark = pytest.mark.django_db

START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)  # a Monday
DAY = dt.timedelta(days=1)


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as coordinates:
        yield coordinates


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def programme(title: str, standing: Standing | None = ASSURED, **fields: object) -> CatalogueEntry:
    made = factories.ProgrammeFactory(public=True, version__title=title, **fields)
    entry = refresh_programme(programme=made, standing=standing)
    assert entry
    return entry


def follower(address: str, frequency: str = "daily") -> tuple[Client, User]:
    """Somebody who has saved this search by its page."""
    person = factories.UserFactory()
    client = Client()
    client.force_login(person)
    page = text(client, address)
    link = re.search(r'href="(/searches/save/[^"]*)">Save this search', page)
    assert link
    form = text(client, link[1])
    name = re.search(r'name="name" value="([^"]*)"', form)
    assert name
    assert client.post(link[1], {"name": name[1], "frequency": frequency})["Location"] == "/searches/"
    return client, person


def letters() -> list[mail.EmailMessage]:
    before = len(mail.outbox)
    saved_searches.send_alerts()
    return mail.outbox[before:]


def titles(letter: mail.EmailMessage) -> list[str]:
    return re.findall(r"^- (.*?),", letter.body, re.M)


def test_an_alert_brings_what_is_new_or_changed_and_nothing_twice(clock) -> None:
    old = programme("Phonics for heads", version__topics=["literacy"])
    programme("Coaching", version__topics=["coaching"])
    client, person = follower("/find/?topic=literacy")
    assert "Quality-assured programmes: Literacy" in text(client, "/searches/")
    clock.shift(DAY)
    assert letters() == []

    clock.shift(dt.timedelta(hours=1))
    programme("Phonics for governors", version__topics=["literacy"])
    programme("Finance", version__topics=["finance"])
    programme("Only listed", standing=None, version__topics=["literacy"])
    clock.shift(DAY)
    [letter] = letters()
    assert letter.to == [person.email]
    assert titles(letter) == ["Phonics for governors"]
    assert "New on the register: Quality assured" in letter.body
    assert letters() == []  # the same day again

    # A refresh that changes nothing is no news; a new price is.
    refresh_listed()
    clock.shift(DAY)
    assert letters() == []
    factories.PriceFactory(programme=old.programme)
    refresh_programme(programme=old.programme)
    clock.shift(DAY)
    [letter] = letters()
    assert titles(letter) == ["Phonics for heads"]
    assert "Changed: Quality assured" in letter.body


def test_what_begins_to_match_is_told_and_what_ceases_to_is_not(clock) -> None:
    lapsing = programme("Lapsing")
    rising = programme("Rising", standing=None)
    follower("/find/")
    clock.shift(DAY)
    refresh_programme(programme=lapsing.programme, standing=Standing(status="lapsed"))
    refresh_programme(
        programme=rising.programme,
        standing=Standing(status="rated", band="exemplary", overall=3.6, decided_on=dt.date(2026, 3, 3)),
    )
    clock.shift(DAY)
    [letter] = letters()
    assert titles(letter) == ["Rising"]
    assert "New rating: Exemplary" in letter.body


def test_weekly_means_once_a_week_and_never_means_never(clock) -> None:
    _, weekly = follower("/find/", "weekly")
    follower("/find/", "never")
    sent = []
    for day in range(15):
        clock.shift(DAY)
        programme(f"Programme {day}")
        clock.shift(dt.timedelta(minutes=10))
        sent += [(day, letter) for letter in letters()]
    assert [day for day, _ in sent] == [6, 13]
    assert {letter.to[0] for _, letter in sent} == {weekly.email}
    assert len(titles(sent[0][1])) == 7
    assert len(titles(sent[1][1])) == 7


def test_a_change_under_way_waits_for_the_next_letter(clock) -> None:
    follower("/find/")
    clock.shift(DAY)
    programme("Just now")
    assert letters() == []
    clock.shift(DAY)
    assert [titles(letter) for letter in letters()] == [["Just now"]]


def test_a_long_alert_names_twenty_and_counts_the_rest(clock) -> None:
    follower("/find/")
    clock.shift(DAY)
    for number in range(23):
        programme(f"Programme {number}")
    clock.shift(DAY)
    with CaptureQueriesContext(connection) as many:
        [letter] = letters()
    assert len(titles(letter)) == 20
    assert "and 3 more." in letter.body
    clock.shift(dt.timedelta(hours=1))
    programme("One")
    clock.shift(DAY)
    with CaptureQueriesContext(connection) as one:
        letters()
    assert len(one) == len(many)


def test_a_mail_server_that_is_down_loses_no_alert(clock, settings) -> None:
    follower("/find/")
    clock.shift(dt.timedelta(hours=1))
    programme("Phonics")
    clock.shift(DAY)
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert saved_searches.send_alerts() == 0
    settings.EMAIL_BACKEND = working
    assert [titles(letter) for letter in letters()] == [["Phonics"]]


def test_one_click_ends_the_letters(clock) -> None:
    follower("/find/")
    clock.shift(dt.timedelta(hours=1))
    programme("Phonics")
    clock.shift(DAY)
    [letter] = letters()
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = re.fullmatch(
        r"<http://127\.0\.0\.1:8000(/alerts/stop/.+/)>", letter.extra_headers["List-Unsubscribe"]
    )
    assert stop
    assert stop[1] in letter.body
    # Opening is not enough: programs that check mail open every link.
    assert "End the alerts?" in text(Client(), stop[1])
    # What a mail program sends: no cookie, no token of the form.
    strict = Client(enforce_csrf_checks=True)
    assert "No more letters" in strict.post(stop[1], {"List-Unsubscribe": "One-Click"}).content.decode()
    programme("Coaching")
    clock.shift(DAY)
    assert letters() == []
    assert "This link is not known" in text(Client(), stop[1][:-2] + "x/", 404)


def test_saved_searches_are_their_owners_alone(clock) -> None:
    client, _ = follower("/find/?q=phonics")
    saved = SavedSearch.objects.get()
    other = Client()
    other.force_login(factories.UserFactory())
    for address in (f"/searches/{saved.public_id}/", f"/searches/{saved.public_id}/delete/"):
        assert other.post(address, {"name": "Mine", "frequency": "never"}).status_code == 403
        assert Client().post(address).status_code == 302
    assert "phonics" not in text(other, "/searches/")
    client.post(f"/searches/{saved.public_id}/", {"name": "Reading", "frequency": "weekly"})
    assert "Reading" in text(client, "/searches/")
    client.post(f"/searches/{saved.public_id}/delete/")
    assert "No saved searches yet" in text(client, "/searches/")


def test_bad_input_and_too_many(clock) -> None:
    person = factories.UserFactory()
    client = Client()
    client.force_login(person)
    said = unescape(client.post("/searches/save/?q=x", {"name": "", "frequency": "hourly"}).content.decode())
    assert "Enter a name for the search" in said
    long = "&".join(f"q={'y' * 200}" for _ in range(12))
    answer = client.post(f"/searches/save/?{long}", {"name": "Long", "frequency": "never"})
    assert "too many filters to be saved" in answer.content.decode()
    for number in range(saved_searches.MOST_SEARCHES):
        client.post("/searches/save/?q=x", {"name": f"Search {number}", "frequency": "never"})
    answer = client.post("/searches/save/?q=x", {"name": "One more", "frequency": "never"})
    assert "You have 20 saved searches" in answer.content.decode()
    # A visitor signs in first and comes back to the same search.
    assert Client().get("/searches/save/?q=x")["Location"].endswith("next=/searches/save/%3Fq%3Dx")


ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client: Client, address: str = "/find/feed/", **headers: str):
    return client.get(address, headers=headers)


def entries(answer) -> list[str]:
    root = ElementTree.fromstring(answer.content)  # noqa: S314 - our own feed
    return [entry.findtext(f"{ATOM}title") or "" for entry in root.iter(f"{ATOM}entry")]


def test_any_search_is_a_feed_with_what_changed_last_first(clock) -> None:
    first = programme("Phonics", version__topics=["literacy"])
    clock.shift(DAY)
    programme("Reading", version__topics=["literacy"], is_example=True)
    programme("Finance", version__topics=["finance"])
    client = Client()
    address = re.search(
        r'type="application/atom\+xml"[^>]* href="([^"]*)"', text(client, "/find/?topic=literacy")
    )
    assert address
    answer = feed(client, unescape(address[1]))
    assert answer["Content-Type"].startswith("application/atom+xml")
    assert entries(answer) == ["Reading (example, made up)", "Phonics"]
    assert "max-age=900" in answer["Cache-Control"]
    again = feed(client, address[1], **{"if-none-match": answer["ETag"]})
    assert again.status_code == 304
    clock.shift(DAY)
    factories.PriceFactory(programme=first.programme)
    refresh_programme(programme=first.programme)
    changed = feed(client, address[1], **{"if-none-match": answer["ETag"]})
    assert entries(changed) == ["Phonics", "Reading (example, made up)"]


def test_a_feed_survives_nonsense_and_is_bounded(clock) -> None:
    for number in range(52):
        programme(f"Programme {number}")
    assert (
        len(
            entries(feed(Client(), "/find/feed/?kind=spaceship&topic=cheese&within=x&page=99&seed=<b>&q=%00"))
        )
        == 50
    )
    assert entries(feed(Client(), "/find/feed/?q=nothing+like+this")) == []


def test_the_number_of_queries_of_a_feed_does_not_grow(clock) -> None:
    counts = []
    for number in range(3):
        programme(f"Programme {number}")
        with CaptureQueriesContext(connection) as queries:
            feed(Client())
        counts.append(len(queries))
    assert counts[0] == counts[2]
