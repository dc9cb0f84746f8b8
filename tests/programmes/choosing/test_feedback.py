"""What commissioners say: asked by a signed link, checked, shown from three on, and never part of a rating."""

from __future__ import annotations

import datetime as dt
import json
import re
from html import unescape
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import InternalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lpdqa.accounts.models import User
from lpdqa.audit.models import Entry
from lpdqa.clock import now
from lpdqa.workflow import WorkflowError
from programmes.models import Cohort, EnquiryRecipient, Feedback, FeedbackInvitation, FeedbackReply, Programme
from programmes.models.feedback import LEVELS
from programmes.queries.feedback import commissioners_say
from programmes.services import enquiries, feedback, feedback_invitations
from programmes.services.catalogue import refresh_programme, refresh_provider
from programmes.services.feedback_invitations import Commissioner
from reviews.models import Rating
from reviews.services.ratings import mark_all_stale, rated_submissions
from reviews.tasks import rate_stale_subjects
from tests import factories
from tests.journeys import Journey, all_at

pytestmark = pytest.mark.django_db

START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
GOOD = {
    **dict.fromkeys(LEVELS, 4),
    "again": "yes",
    "words": "It changed how we plan.",
    "name": "Ada Quill, head",
}


def course() -> tuple[Programme, User]:
    """A public programme of a provider with a team."""
    provider = factories.ProviderFactory(name="Fenland Partnership", claimed_at=now())
    programme = factories.ProgrammeFactory(public=True, provider=provider, version__title="Leading reading")
    refresh_programme(programme=programme)
    return programme, factories.team_member(provider)


def run_of(programme: Programme, **fields: object) -> Cohort:
    return factories.CohortFactory(
        programme=programme, **{"starts_on": dt.date(2026, 1, 5), "ends_on": dt.date(2026, 2, 27), **fields}
    )


def invited(programme: Programme, owner: User, *names: str) -> list[FeedbackInvitation]:
    cohort = programme.cohorts.first() or run_of(programme)
    people = [Commissioner(f"{name} Primary School", f"head@{name.lower()}.example") for name in names]
    return feedback_invitations.invite(cohort=cohort, by=owner, commissioners=people)


def said(invitation: FeedbackInvitation, checker: User | None = None, **changes: object) -> Feedback:
    made = feedback.give(invitation=invitation, **{"months": 0, **GOOD, **changes})
    return feedback.moderate(feedback=made, by=checker, step="show") if checker else made


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def links(letter: mail.EmailMessage) -> list[str]:
    return re.findall(r"http://127\.0\.0\.1:8000(\S+)", letter.body)


def form(**changes: object) -> dict[str, object]:
    return {**dict.fromkeys(LEVELS, "3"), "outcomes": "0", "again": "changed", "words": "Plan cover early.",
            "name": "Ada Quill, head", **changes}  # fmt: skip


def test_an_enquiry_leads_to_work_and_to_an_answer_that_is_checked() -> None:
    programme, owner = course()
    checker = factories.person("administrator")
    sender = factories.UserFactory(email="ada@larkspur.example")
    with time_machine.travel(START, tick=False) as clock:
        enquiries.send(
            sender=sender, name="Ada Quill", organisation="Larkspur", message="May we come?",
            entries=[programme.catalogue_entry],
        )  # fmt: skip
        recipient = EnquiryRecipient.objects.get()
        client, page = signed_in(sender), f"/enquiries/at/{recipient.enquiry.code}/"
        step = f"{page}{recipient.public_id}/commissioned/"
        assert "We worked together" not in text(client, page)  # nobody has read it yet
        enquiries.answer(recipient=recipient, by=owner, text="Yes.")
        assert step in text(client, page)
        refused = unescape(client.post(step, {"programme": ""}).content.decode())
        assert "Enter the day on which the work ended" in refused
        assert client.post(step, {"programme": programme.slug, "ended_on": "2026-05-29"}).status_code == 302
        assert "Commissioned" in text(client, page)
        assert feedback_invitations.ask_due() == 0  # not before it has ended
        clock.move_to(dt.datetime(2026, 5, 29, 9, 0, tzinfo=dt.UTC))
        assert feedback_invitations.ask_due() == 1
        assert feedback_invitations.ask_due() == 0
        letter = mail.outbox[-1]
        assert letter.to == ["ada@larkspur.example"]
        give, stop = links(letter)
        visitor = Client()
        assert "What has Leading reading brought your school?" in text(visitor, give)
        wrong = unescape(visitor.post(give, form(again="", use="7", name="")).content.decode())
        assert "Choose whether you would commission it again" in wrong
        assert "Enter your name and post" in wrong
        assert "Plan cover early." in wrong  # nothing typed is lost
        assert not Feedback.objects.exists()
        assert visitor.post(give, form(words="Plan cover early.\x00")).status_code in (200, 302)
        visitor.post(give, form())
        given = Feedback.objects.get()
        assert (given.reactions, given.outcomes, given.again, given.state) == (3, None, "changed", "waiting")
        assert "Thank you" in text(visitor, give)
        visitor.post(give, form())
        assert Feedback.objects.count() == 1
    board = signed_in(checker)
    assert "Check 1 answer of a commissioner" in text(board, "/my-work/")
    assert "Leading reading" in text(board, "/board/feedback/")
    address = f"/board/feedback/{given.public_id}/"
    assert "@larkspur.example" in text(board, address)
    assert "ada@larkspur.example" not in text(board, address)
    assert "Choose a reason" in board.post(address, {"of": "answer", "step": "refuse"}).content.decode()
    assert board.post(address, {"of": "answer", "step": "count", "answer-reason": "names"}).status_code == 302
    given.refresh_from_db()
    assert (given.state, given.reason, given.decided_by) == ("counted", "names", checker)
    assert "isn't possible while" in unescape(board.post(address, {"of": "answer", "step": "count",
        "answer-reason": "names"}).content.decode())  # fmt: skip
    trail = list(Entry.objects.filter(action__startswith="feedback").values_list("action", flat=True))
    assert sorted(trail) == ["feedback.count", "feedback.give"]
    assert not any("Quill" in str(entry.detail) + entry.reason + entry.label for entry in Entry.objects.all())
    del stop


def test_follow_ups_come_6_and_12_months_later_and_a_round_that_was_slept_through_does_not() -> None:
    programme, owner = course()
    with time_machine.travel(START, tick=False) as clock:
        [asked, stopped] = invited(programme, owner, "Larkspur", "Wren")
        assert feedback_invitations.ask_due() == 2
        give, stop = links(next(one for one in mail.outbox if one.to == [stopped.email]))
        visitor = Client()
        assert "No more letters about Leading reading?" in text(visitor, stop)
        assert FeedbackInvitation.objects.get(pk=stopped.pk).email  # opening alone ends nothing
        visitor.post(stop)
        stopped.refresh_from_db()
        assert stopped.email == ""
        clock.move_to(dt.datetime(2026, 8, 26, 9, 0, tzinfo=dt.UTC))
        assert feedback_invitations.ask_due() == 0
        clock.move_to(dt.datetime(2026, 8, 27, 9, 0, tzinfo=dt.UTC))
        assert feedback_invitations.ask_due() == 1
        assert "It is 6 months since" in mail.outbox[-1].body
        clock.move_to(dt.datetime(2027, 2, 27, 9, 0, tzinfo=dt.UTC))
        assert feedback_invitations.ask_due() == 1
        last, _ = links(mail.outbox[-1])
        assert Client().get(give).status_code == 404  # the first link is long out of date
        assert Client().post(last, form()).status_code == 302
        assert Feedback.objects.get().months == 12
        assert feedback_invitations.forget_people() == 1
        asked.refresh_from_db()
        assert asked.email == ""
        clock.move_to(dt.datetime(2029, 3, 3, 9, 0, tzinfo=dt.UTC))
        feedback_invitations.forget_people()
        assert Feedback.objects.get().name == ""
        assert set(FeedbackInvitation.objects.values_list("organisation", flat=True)) == {""}
        # A register that was off for a year asks the last round only.
        late = factories.CohortFactory(
            programme=programme, starts_on=dt.date(2027, 9, 1), ends_on=dt.date(2027, 12, 17)
        )
        feedback_invitations.invite(
            cohort=late, by=owner, commissioners=[Commissioner("Heron", "head@heron.example")]
        )
        assert feedback_invitations.ask_due() == 1
        assert "It is 12 months since" in mail.outbox[-1].body


def test_a_mail_server_that_is_down_loses_no_letter(settings) -> None:
    programme, owner = course()
    with time_machine.travel(START, tick=False):
        invited(programme, owner, "Larkspur")
        working = settings.EMAIL_BACKEND
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        assert feedback_invitations.ask_due() == 0
        settings.EMAIL_BACKEND = working
        assert feedback_invitations.ask_due() == 1


def test_who_can_be_invited_is_checked_line_by_line() -> None:
    programme, owner = course()
    with time_machine.travel(START, tick=False):
        cohort, to_come = run_of(programme), run_of(programme, starts_on=dt.date(2026, 9, 1), ends_on=None)
        invited(programme, owner, "Larkspur")
        team = signed_in(owner)
        lines = "Larkspur, head@larkspur.example\nno address\nOwn, "
        lines += f"{owner.email}\nA, a@b.example\nB, A@b.example\n, c@d.example"
        page = unescape(
            team.post(
                f"/manage/cohorts/{cohort.public_id}/invite/", {"commissioners": lines}
            ).content.decode()
        )
        for number, words in (
            (1, "has been asked about this programme already"),
            (2, "give the school or trust"),
            (3, "this is an address of your own organisation"),
            (5, "this address is in the list twice"),
            (6, "give the school or trust"),
        ):
            assert re.search(f"Line {number}: [^.]*{words}", page), number
        assert "no address" in page
        assert FeedbackInvitation.objects.count() == 1
        assert "once this run has begun" in text(team, f"/manage/cohorts/{to_come.public_id}/invite/")
        many = [Commissioner("School", f"head@school{n}.example") for n in range(60)]
        with pytest.raises(ValidationError, match="1 were invited already"):
            feedback_invitations.invite(cohort=cohort, by=owner, commissioners=many)
        answer = team.post(
            f"/manage/cohorts/{cohort.public_id}/invite/",
            {"commissioners": "Wren, the school, head@wren.example"},
        )
        assert answer.status_code == 302
        assert FeedbackInvitation.objects.first().organisation == "Wren, the school"
        assert "2 invited, 0 answered" in text(team, f"/manage/programmes/{programme.slug}/")


def test_answers_are_shown_from_three_on_each_commissioner_once() -> None:
    programme, owner = course()
    checker = factories.person("administrator")
    address = f"/programmes/{programme.slug}/"
    assert "Nobody has answered yet." in text(Client(), address)
    with time_machine.travel(START, tick=False):
        people = invited(programme, owner, "Larkspur", "Wren", "Heron", "Teal")
        said(people[0], checker)
        said(people[1], checker, again="no", outcomes=None)
        unread = said(people[2])
        page = text(Client(), address)
        assert "2 commissioners so far." in page
        assert "It changed how we plan." not in page
        feedback.moderate(feedback=unread, by=checker, step="show")
        said(people[0], checker, months=6, reactions=1, words="It has not lasted. <b>Sad</b>")
        refused = said(people[3], words="Buy my book")
        feedback.moderate(feedback=refused, by=checker, step="refuse", reason="doubtful")
    answer = Client().get(address).content.decode()
    page = unescape(re.sub(r"\s+", " ", answer))
    assert "<strong>3 commissioners</strong>, each with the latest answer; 1 answer not accepted" in page
    assert "invited by the provider after a cohort 3" in page
    assert "&lt;b&gt;Sad&lt;/b&gt;" in answer
    assert "Buy my book" not in page
    assert "Quill" not in page
    assert "Larkspur" not in page
    both = commissioners_say(programme)
    assert dict(dict(both.levels)["1 Participants' reactions"]) == {
        "Very clearly": 2, "Clearly": 0, "A little": 0, "Not at all": 1, "Too early to say": 0,
    }  # fmt: skip
    assert dict(dict(both.levels)["5 Pupil outcomes"])["Too early to say"] == 1
    assert dict(both.again) == {"Yes": 2, "Yes, with changes": 0, "No": 1}
    # The number beside a level is that of the commissioners, and nobody is half of one on its axis.
    assert set(re.findall(r"5 Pupil outcomes.{0,80}?n (\d+)", re.sub(r"<[^>]+>", "", page))) == {"3"}
    assert "0.5" not in re.sub(
        r"<[^>]+>", "", page.partition('id="said"')[2].partition("The same as a table")[0]
    )
    rows = Client().get(f"{address}?csv=levels").content.decode()
    assert "Not at all,1" in rows


def test_the_provider_replies_once_and_is_checked_too() -> None:
    programme, owner = course()
    checker = factories.person("administrator")
    with time_machine.travel(START, tick=False):
        people = invited(programme, owner, "Larkspur", "Wren", "Heron")
        first, second = said(people[0], checker), said(people[1], checker)
        team = signed_in(owner)
        listing, reply = (
            f"/manage/providers/{programme.provider.slug}/feedback/",
            f"/manage/feedback/{first.public_id}/reply/",
        )
        assert "Nothing to read yet" in text(team, listing)  # two could be told apart
        assert team.get(reply).status_code == 403
        with pytest.raises(ValidationError, match="not public"):
            feedback.reply(feedback=first, by=owner, words="Thank you.")
        said(people[2], checker)
        assert text(team, listing).count("Reply<") == 3
        assert "Quill" not in text(team, listing)
        assert "Write your reply" in team.post(reply, {"words": " "}).content.decode()
        assert team.post(reply, {"words": "We have changed the third day."}).status_code == 302
        assert "There can be one" in team.post(reply, {"words": "Again"}).content.decode()
        address = f"/programmes/{programme.slug}/"
        assert "We have changed the third day." not in text(Client(), address)
        board = signed_in(checker)
        assert (
            board.post(f"/board/feedback/{first.public_id}/", {"of": "reply", "step": "show"}).status_code
            == 302
        )
        assert "Fenland Partnership replied in March 2026:</strong> We have changed the third day." in text(
            Client(), address
        )
        feedback.reply(feedback=second, by=owner, words="Ring Ada Quill.")
        said_back = FeedbackReply.objects.get(feedback=second)
        with pytest.raises(WorkflowError):
            feedback.moderate_reply(reply=said_back, by=checker, step="count", reason="names")
        feedback.moderate_reply(reply=said_back, by=checker, step="refuse", reason="names")
        assert "Ring Ada" not in text(Client(), address)


def test_pages_are_for_those_they_concern() -> None:
    programme, owner = course()
    checker, stranger = factories.person("administrator"), factories.UserFactory()
    viewer = factories.team_member(programme.provider, "viewer")
    with time_machine.travel(START, tick=False):
        people = invited(programme, owner, "Larkspur", "Wren", "Heron")
        given, *_ = [said(one, checker) for one in people]
    cohort = programme.cohorts.get()

    def status(user: User | None, address: str) -> int:
        return (signed_in(user) if user else Client()).get(address).status_code

    everyone = (owner, viewer, checker, stranger, None)
    expected = {
        f"/manage/providers/{programme.provider.slug}/feedback/": [200, 200, 200, 403, 302],
        f"/manage/cohorts/{cohort.public_id}/invite/": [200, 403, 403, 403, 302],
        f"/manage/feedback/{given.public_id}/reply/": [200, 403, 403, 403, 302],
        "/board/feedback/": [403, 403, 200, 403, 302],
        f"/board/feedback/{given.public_id}/": [403, 403, 200, 403, 302],
        "/board/enquiries/": [403, 403, 200, 403, 302],
        "/feedback/made-up/": [404] * 5,
        "/feedback/made-up/stop/": [404] * 5,
    }
    for address, codes in expected.items():
        assert [status(user, address) for user in everyone] == codes, address
    # Nobody checks what concerns their own organisation.
    both = factories.person("administrator")
    factories.Membership.objects.create(provider=programme.provider, user=both, role="viewer")
    with pytest.raises(ValidationError, match="somebody else has to check"):
        feedback.moderate(feedback=given, by=both, step="refuse", reason="abusive")


def test_the_database_keeps_answers_as_they_were_given() -> None:
    programme, owner = course()
    with time_machine.travel(START, tick=False):
        given = said(invited(programme, owner, "Larkspur")[0])
    for change in ({"words": "Better words"}, {"reactions": 1}):
        with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
            Feedback.objects.filter(pk=given.pk).update(**change)
    with pytest.raises(InternalError, match="Cannot insert"), transaction.atomic():
        Feedback.objects.create(invitation=given.invitation, months=6, again="yes", state="shown")
    Feedback.objects.filter(pk=given.pk).update(state="counted", reason="names")
    with pytest.raises(InternalError, match="Invalid transition"), transaction.atomic():
        Feedback.objects.filter(pk=given.pk).update(state="waiting")


def test_lists_take_the_same_queries_for_one_and_for_three() -> None:
    programme, owner = course()
    checker = factories.person("administrator")
    board = signed_in(checker)
    counts = []
    with time_machine.travel(START, tick=False):
        people = invited(programme, owner, "Larkspur", "Wren", "Heron")
        for person in people:
            said(person)
            with CaptureQueriesContext(connection) as queries:
                text(board, "/board/feedback/")
                text(board, "/my-work/")
            counts.append(len(queries))
        assert counts[0] == counts[2]
        for one in Feedback.objects.all():
            feedback.moderate(feedback=one, by=checker, step="show")
    with CaptureQueriesContext(connection) as queries:
        commissioners_say(programme)
    assert len(queries) <= 4


def test_no_rating_reads_what_commissioners_say() -> None:
    journey = Journey()
    journey.to("published", all_at(3))
    rate_stale_subjects()
    programme = journey.submission.version.programme
    before = Rating.objects.values("inputs_hash", "overall", "band").get()
    owner, checker = factories.team_member(programme.provider), factories.person("administrator")
    with time_machine.travel(START, tick=False):
        for person in invited(programme, owner, "Larkspur", "Wren", "Heron"):
            said(person, checker, again="no", **dict.fromkeys(LEVELS, 1))
    mark_all_stale(pks=rated_submissions().values_list("pk", flat=True), reason="test")
    with CaptureQueriesContext(connection) as queries:
        assert rate_stale_subjects() == 1
    assert not [query for query in queries if "feedback" in query["sql"]]
    assert Rating.objects.values("inputs_hash", "overall", "band").get() == before
    entry = programme.catalogue_entry
    assert commissioners_say(programme).n == 3
    assert entry.band == before["band"]


def test_compare_the_provider_and_the_api_tell_the_same_from_three_on() -> None:
    programme, owner = course()
    other = factories.ProgrammeFactory(public=True, provider=programme.provider, version__title="Quiet")
    refresh_programme(programme=other)
    refresh_provider(provider=programme.provider)
    checker, visitor = factories.person("administrator"), Client()
    compare = f"/compare/?item=programme:{programme.slug}&item=programme:{other.slug}"
    with time_machine.travel(START, tick=False):
        people = invited(programme, owner, "Larkspur", "Wren", "Heron")
        said(people[0], checker)
        said(people[1], checker, use=3)
        page = text(visitor, compare)
        assert "2 so far; shown from 3 on" in page
        assert "Nobody has answered yet" in page
        assert "Too few have answered yet" in text(visitor, f"/providers/{programme.provider.slug}/")
        assert _told(visitor, programme) == {"n": 2, "again": [], "levels": []}
        said(people[2], checker, again="no", use=2, outcomes=None)
    page = text(visitor, compare)
    assert "Yes: 2; No: 1 (n 3)" in page
    assert ">2 of 3<" in page  # saw it used
    assert ">2 of 2; 1 too early to say<" in page  # saw pupils better off
    assert "(never part of a rating)" in page
    provider = text(visitor, f"/providers/{programme.provider.slug}/")
    assert "Yes: 2; Yes, with changes: 0; No: 1" in provider
    assert f"/programmes/{other.slug}/#said" not in provider
    told = _told(visitor, programme)
    assert (told["n"], told["again"][0]) == (3, {"answer": "Yes", "n": 2})
    assert told["levels"][4]["answers"][4] == {"answer": "Too early to say", "n": 1}
    assert _told(visitor, other)["n"] == 0
    everywhere = page + provider + json.dumps(told)
    assert not [word for word in ("Quill", "Larkspur", "It changed how we plan.") if word in everywhere]


def _told(visitor: Client, programme: Programme) -> dict[str, Any]:
    answer = visitor.get(f"/api/v1/programmes/{programme.slug}/")
    assert answer.status_code == 200
    return dict(answer.json()["commissioners"])
