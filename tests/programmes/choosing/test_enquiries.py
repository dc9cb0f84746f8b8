"""Enquiries: one message, several providers, answers through the register, and nobody's address in the open."""

from __future__ import annotations

import datetime as dt
import re
from email.message import Message
from html import unescape

import pytest
import time_machine
from django.core import mail
from django.db import InternalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lpdqa.accounts.models import User
from lpdqa.clock import now
from programmes.models import CatalogueEntry, Enquiry, EnquiryRecipient
from programmes.queries.items import name_of
from programmes.services import enquiries
from programmes.services.catalogue import refresh_programme
from tests import factories

pytestmark = pytest.mark.django_db

START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


def offer(title: str, *, claimed: bool = True) -> tuple[CatalogueEntry, User | None]:
    """A public programme, and the owner of its provider's team if that has joined the register."""
    provider = factories.ProviderFactory(
        name=f"{title} Partnership",
        claimed_at=now() if claimed else None,
        website="https://provider.example/",
    )
    made = factories.ProgrammeFactory(public=True, provider=provider, version__title=title)
    entry = refresh_programme(programme=made)
    assert entry
    return entry, factories.team_member(provider) if claimed else None


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def letter(**changes: object) -> dict[str, object]:
    return {
        "message": "We look for help with curriculum in a school of three classes.",
        "name": "Ada Quill",
        "organisation": "Larkspur Primary School",
        **changes,
    }


def signed_in(**fields: object) -> tuple[Client, User]:
    person = factories.UserFactory(**fields)
    client = Client()
    client.force_login(person)
    return client, person


def ask(client: Client, *entries: CatalogueEntry, **changes: object) -> object:
    return client.post(
        "/enquire/",
        letter(
            **{
                "item": [name_of(entry) for entry in entries],
                "to": [entry.provider.slug for entry in entries],
                **changes,
            }
        ),
    )


def ask_as_visitor(client: Client, clock: time_machine.Coordinates, entry: CatalogueEntry, **changes: object):
    page = text(client, f"/enquire/?item={name_of(entry)}")
    shown = re.search(r'name="shown" value="([^"]+)"', page)
    assert shown
    clock.shift(dt.timedelta(seconds=30))
    return ask(client, entry, **{"shown": shown[1], "email": "ada@larkspur.example", **changes})


def link_in(message: Message | mail.EmailMessage) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(\S+)", message.body)
    assert found
    return found[1]


def told_by_job() -> list[mail.EmailMessage]:
    """What the job that tells teams sends."""
    before = len(mail.outbox)
    enquiries.tell_teams()
    return mail.outbox[before:]


def test_two_providers_are_asked_and_one_answers(django_capture_on_commit_callbacks) -> None:
    (first, owner), (second, other) = offer("Phonics"), offer("Coaching")
    assert owner
    assert other
    client, _ = signed_in(email="ada@larkspur.example")

    answer = ask(client, first, second)

    where = answer["Location"]
    page = text(client, where)
    assert page.count("Sent") >= 2
    letters = told_by_job()
    assert sorted(message.to for message in letters) == sorted([[owner.email], [other.email]])
    assert all("ada@larkspur.example" not in message.body for message in letters)
    assert (
        "Ada Quill (Larkspur Primary School) has an enquiry for Phonics Partnership about Phonics."
        in letters[0].body.replace("\n", " ")
    )
    assert told_by_job() == []  # once

    team = Client()
    team.force_login(owner)
    assert "Answer an enquiry" in text(team, "/my-work/")
    page = text(team, link_in(letters[0]))
    assert "We look for help with curriculum" in page
    assert "ada@larkspur.example" not in page
    assert "Seen by the provider" in text(client, where)
    with django_capture_on_commit_callbacks(execute=True):
        team.post(link_in(letters[0]), {"answer-text": "Yes, from May, for £480."})
    [told] = [message for message in mail.outbox if message.to == ["ada@larkspur.example"]]
    assert "Yes, from May, for £480." in told.body
    assert owner.email not in told.body + str(told.message())
    page = text(client, link_in(told))
    assert "Answered" in page
    assert "Yes, from May, for £480." in page
    assert "Answer an enquiry" not in text(team, "/my-work/")

    form = re.search(r'action="(/enquiries/at/\w+/([0-9a-f-]+)/write/)"', page)
    assert form
    client.post(form[1], {f"{form[2]}-text": "And for two schools?"})
    assert "has written to Phonics Partnership again" in told_by_job()[0].body
    assert "And for two schools?" in text(team, link_in(letters[0]))
    # Who has replied once has replied, whoever writes next.
    assert "1 of 2 replied" in text(client, "/enquiries/")
    client.post(form[1].replace("/write/", "/close/"))
    assert "Closed" in text(client, where)
    answer = team.post(link_in(letters[0]), {"answer-text": "Too late."})
    assert "isn't possible while this is" in unescape(answer.content.decode())


def test_a_team_declines_with_a_reason(django_capture_on_commit_callbacks) -> None:
    entry, owner = offer("Phonics")
    client, _ = signed_in()
    where = ask(client, entry)["Location"]
    recipient = EnquiryRecipient.objects.get()
    team = Client()
    team.force_login(owner)
    address = f"/manage/enquiries/{recipient.public_id}/"
    assert "Enter why you can’t help" in unescape(
        team.post(address, {"decline": "yes", "decline-text": " "}).content.decode()
    )
    with django_capture_on_commit_callbacks(execute=True):
        team.post(address, {"decline": "yes", "decline-text": "No places left."})
    assert "can't help with your enquiry" in mail.outbox[-1].body
    page = text(client, where)
    assert "Declined" in page
    assert "No places left." in page
    assert "no answer any more" not in page
    assert "1 of 1 replied" in text(client, "/enquiries/")


def test_a_visitor_confirms_the_address_first(django_capture_on_commit_callbacks) -> None:
    entry, owner = offer("Phonics")
    client = Client()
    with time_machine.travel(START, tick=False) as clock:
        with django_capture_on_commit_callbacks(execute=True):
            answer = ask_as_visitor(client, clock, entry)
        assert answer["Location"] == "/enquiries/sent/"
        assert told_by_job() == []
        [asked] = mail.outbox
        assert asked.to == ["ada@larkspur.example"]
        link = link_in(asked)
        # Nobody else knows of it, not even with its address.
        team = Client()
        team.force_login(owner)
        hidden = EnquiryRecipient.objects.get()
        assert team.get(f"/manage/enquiries/{hidden.public_id}/").status_code == 403
        assert "Larkspur" not in text(team, f"/manage/providers/{entry.provider.slug}/enquiries/?show=all")
        # Opening the link is not enough: programs that check mail do that too.
        elsewhere = Client()
        assert "It has not been sent yet" in text(elsewhere, link)
        assert told_by_job() == []
        assert elsewhere.post(link).status_code == 302
        assert len(told_by_job()) == 1
        elsewhere.post(link)
        assert told_by_job() == []
        page = elsewhere.get(link.replace("confirm/", ""))
    assert b"Keep the address of this page" in page.content
    assert page["Cache-Control"] == "private, no-store"


def test_a_link_that_is_too_old_sends_nothing_and_says_so(django_capture_on_commit_callbacks) -> None:
    entry, _ = offer("Phonics")
    with time_machine.travel(START, tick=False) as clock:
        with django_capture_on_commit_callbacks(execute=True):
            ask_as_visitor(Client(), clock, entry)
        clock.shift(dt.timedelta(days=3, seconds=1))
        answer = Client().post(link_in(mail.outbox[0]))
        assert "more than 3 days old, so nothing was sent" in unescape(answer.content.decode())
        assert told_by_job() == []
        assert enquiries.forget_old() == 0
        clock.shift(dt.timedelta(days=4))
        assert enquiries.forget_old() == 1


def test_machines_are_kept_out(django_capture_on_commit_callbacks, empty_cache: None) -> None:
    entry, _ = offer("Phonics")
    with time_machine.travel(START, tick=False) as clock:
        trapped = ask_as_visitor(Client(), clock, entry, homepage="https://spam.example/")
        assert trapped["Location"] == "/enquiries/sent/"
        fast = ask(Client(), entry, email="ada@larkspur.example", shown=_shown(entry))
        assert "That was very fast" in fast.content.decode()
        assert "We look for help with curriculum" in fast.content.decode()
        for forged in ("", "1700000000", "1700000000:abc", _shown(entry)[:-1] + "x"):
            clock.shift(dt.timedelta(seconds=10))
            answer = ask(Client(), entry, email="ada@larkspur.example", shown=forged)
            assert "had been open for a long time" in answer.content.decode()
        assert not Enquiry.objects.exists()


def _shown(entry: CatalogueEntry) -> str:
    found = re.search(r'name="shown" value="([^"]+)"', text(Client(), f"/enquire/?item={name_of(entry)}"))
    assert found
    return found[1]


def test_nobody_floods_a_mailbox(empty_cache: None) -> None:
    entry, _ = offer("Phonics")
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(enquiries.MOST_A_DAY):
            assert ask_as_visitor(Client(), clock, entry)["Location"] == "/enquiries/sent/"
        said = ask_as_visitor(Client(), clock, entry).content.decode()
        assert "You can send 5 enquiries in 24 hours" in said
        others = [ask_as_visitor(Client(), clock, entry, email=f"ada{n}@larkspur.example") for n in range(6)]
        assert [answer.status_code for answer in others] == [302] * 4 + [200] * 2
        assert "Many enquiries have come from your network" in others[-1].content.decode()
        client, _ = signed_in()
        for _ in range(enquiries.MOST_A_DAY):
            assert ask(client, entry).status_code == 302
        assert "You can send 5 enquiries in 24 hours" in ask(client, entry).content.decode()


def test_only_those_who_have_joined_can_be_asked() -> None:
    joined, _ = offer("Phonics")
    listed, _ = offer("Listed", claimed=False)
    client, _ = signed_in()
    page = text(client, f"/enquire/?item={name_of(joined)}&item={name_of(listed)}")
    assert "Listed Partnership has not joined the register, so nobody would read it here." in page
    assert "https://provider.example/" in page
    assert f'value="{listed.provider.slug}"' not in page
    # Nor by an address made up by hand.
    assert ask(client, listed).status_code == 200
    assert ask(client, joined, to=["somebody-else"]).status_code == 200
    assert not Enquiry.objects.exists()
    assert "Choose whom to ask first" in text(client, "/enquire/?item=programme:gone")


def test_at_most_ten_providers_and_each_of_them_once() -> None:
    entries = [offer(f"Programme {number}")[0] for number in range(11)]
    client, _ = signed_in()
    assert "Choose at most 10 providers; you chose 11" in ask(client, *entries).content.decode()
    assert not Enquiry.objects.exists()
    second = factories.ProgrammeFactory(
        public=True, provider=entries[0].provider, version__title="A second one"
    )
    assert ask(client, entries[0], refresh_programme(programme=second)).status_code == 302
    assert EnquiryRecipient.objects.get().about == "Programme 0, A second one"


def test_bad_input_loses_nothing() -> None:
    entry, _ = offer("Phonics")
    client, _ = signed_in()
    said = unescape(ask(client, entry, message="x" * 3001, name="").content.decode())
    assert "Enter your name" in said
    assert "x" * 3001 in said
    assert ask(client, entry, message="\x00").status_code == 200
    prefilled = text(client, f"/enquire/?item={name_of(entry)}&message=Is+cover+paid%3F%3Cscript%3E")
    assert "Is cover paid?" in prefilled
    assert not Enquiry.objects.exists()


def test_letters_are_for_those_they_concern() -> None:
    entry, owner = offer("Phonics")
    _, stranger = offer("Coaching")
    client, person = signed_in()
    where = ask(client, entry)["Location"]
    recipient = EnquiryRecipient.objects.get()
    team_page = f"/manage/enquiries/{recipient.public_id}/"
    inbox = f"/manage/providers/{entry.provider.slug}/enquiries/"
    viewer = factories.team_member(entry.provider, "viewer")
    administrator = factories.person("administrator")

    def status(user: User | None, address: str, method: str = "get") -> int:
        visitor = Client()
        if user:
            visitor.force_login(user)
        return getattr(visitor, method)(address, {"answer-text": "Hello."}).status_code

    assert [status(user, team_page) for user in (owner, viewer, stranger, administrator, person, None)] == [
        200, 200, 403, 403, 403, 302,
    ]  # fmt: skip
    assert [status(user, inbox) for user in (owner, viewer, stranger, administrator, None)] == [
        200, 200, 403, 403, 302,
    ]  # fmt: skip
    status(viewer, team_page, "post")
    assert recipient.messages.count() == 0
    assert [status(user, where) for user in (person, owner, None)] == [200, 403, 302]
    step = f"{where}{recipient.public_id}/close/"
    assert status(owner, step, "post") == 403
    assert status(person, f"{where}{recipient.public_id}/answer/", "post") == 404


def test_the_database_knows_the_steps() -> None:
    entry, _ = offer("Phonics")
    ask(signed_in()[0], entry)
    recipient = EnquiryRecipient.objects.get()
    with pytest.raises(InternalError, match="Invalid transition"), transaction.atomic():
        EnquiryRecipient.objects.filter(pk=recipient.pk).update(state="waiting")


def test_enquiries_are_forgotten_two_years_after_the_last_letter() -> None:
    entry, owner = offer("Phonics")
    assert owner
    with time_machine.travel(START, tick=False) as clock:
        ask(signed_in()[0], entry)
        clock.shift(dt.timedelta(days=100))
        enquiries.answer(recipient=EnquiryRecipient.objects.get(), by=owner, text="Yes.")
        clock.shift(dt.timedelta(days=729))
        assert enquiries.forget_old() == 0
        clock.shift(dt.timedelta(days=2))
        assert enquiries.forget_old() == 1
    assert not Enquiry.objects.exists()


def test_a_mail_server_that_is_down_loses_no_letter(settings) -> None:
    entry, owner = offer("Phonics")
    ask(signed_in()[0], entry)
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert enquiries.tell_teams() == 0
    settings.EMAIL_BACKEND = working
    assert [message.to for message in told_by_job()] == [[owner.email]]


def test_the_number_of_queries_does_not_grow() -> None:
    entry, owner = offer("Phonics")
    client, _ = signed_in()
    team = Client()
    team.force_login(owner)
    pages = (
        (team, f"/manage/providers/{entry.provider.slug}/enquiries/"),
        (team, "/my-work/"),
        (client, "/enquiries/"),
    )
    counts: dict[str, list[int]] = {address: [] for _, address in pages}
    for _ in range(3):
        ask(client, entry)
        for who, address in pages:
            with CaptureQueriesContext(connection) as queries:
                text(who, address)
            counts[address].append(len(queries))
    for address, measured in counts.items():
        assert measured[0] == measured[2], address


def test_asking_many_takes_no_more_queries_to_show_than_asking_one() -> None:
    entries = [offer(f"Programme {number}")[0] for number in range(3)]
    client, _ = signed_in()
    one, three = ask(client, entries[0])["Location"], ask(client, *entries)["Location"]
    counts = []
    for address in (one, three):
        with CaptureQueriesContext(connection) as queries:
            text(client, address)
        counts.append(len(queries))
    assert counts[0] == counts[1]
