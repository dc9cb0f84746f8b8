"""Being told: in the account, by mail as one chose, once; and never what is blind."""

from __future__ import annotations

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lpdqa.mail import send_after_commit
from lpdqa.notices.models import Delivery, Notice
from lpdqa.notices.services import choose, mark_read, send_due, tell
from providers.services.leaders import set_consent
from tests.factories import UserFactory
from tests.journeys import Journey
from tests.providers.pages import main, queries, signed_in

pytestmark = pytest.mark.django_db


def told(user, key="a", subject="A thing happened"):
    return tell(users=[user], key=key, subject=subject, body="It did.", path="/my-work/")


def test_each_as_it_happens_and_once_under_a_key():
    user = UserFactory()
    assert told(user) == 1
    assert told(user) == 0
    assert send_due() == 1
    assert send_due() == 0
    letter = mail.outbox[0]
    assert (letter.subject, letter.to) == ("A thing happened", [user.email])
    assert "/my-work/" in letter.body
    assert "/my-work/notices/choice/" in letter.body


def test_a_digest_goes_out_once_a_day_from_seven():
    user = UserFactory()
    choose(user=user, frequency="daily")
    with time_machine.travel("2026-11-24T05:30:00Z", tick=False) as clock:
        told(user, "a")
        told(user, "b", "Another thing")
        assert send_due() == 0
        clock.shift(2 * 3600)
        assert send_due() == 1
        assert mail.outbox[0].subject.startswith("2 notices")
        assert "Another thing" in mail.outbox[0].body
        told(user, "c")
        assert send_due() == 0
        clock.shift(24 * 3600)
        assert send_due() == 1


def test_a_weekly_digest_comes_on_monday():
    user = UserFactory()
    choose(user=user, frequency="weekly")
    with time_machine.travel("2026-11-27T09:00:00Z", tick=False) as clock:
        told(user)
        assert send_due() == 0
        clock.move_to("2026-11-30T09:00:00Z")
        assert send_due() == 1


def test_a_mail_server_that_fails_loses_nothing(settings):
    user = UserFactory()
    told(user)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert send_due() == 0
    assert Notice.objects.get().delivery == Delivery.DUE
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_due() == 1


def test_notices_come_by_date_and_say_what_became_of_their_mail():
    user = UserFactory()
    for day, key, by_mail in (("2026-07-16", "later", False), ("2026-06-01", "earlier", True)):
        with time_machine.travel(f"{day}T09:00:00Z", tick=False):
            tell(
                users=[user],
                key=key,
                subject=f"The {key} thing",
                body=f"https://{key}.example/ <b>",
                by_mail=by_mail,
            )
    client = signed_in(user)
    page = main(client.get(reverse("notices")))
    assert page.index("The later thing") < page.index("The earlier thing")

    def said(key: str) -> str:
        return main(client.get(reverse("notice", args=[Notice.objects.get(key=key).pk])))

    assert "16 July 2026. Not sent by mail." in said("later")
    page = client.get(reverse("notice", args=[Notice.objects.get(key="later").pk])).content.decode()
    assert 'href="https://later.example/"' in page
    assert "<b>" not in page
    assert "1 June 2026. Mail is on its way" in said("earlier")
    send_due()
    assert "Mailed to you on" in said("earlier")


def test_every_mail_can_be_read_in_the_account(django_capture_on_commit_callbacks):
    user = UserFactory()
    with django_capture_on_commit_callbacks(execute=True):
        send_after_commit(
            to=user.email.upper(),
            subject="Your claim",
            template="notices/mail/digest.txt",
            context={"notices": []},
        )
    client = signed_in(user)
    assert "Your claim" in main(client.get(reverse("notices")))
    notice = Notice.objects.get()
    assert (notice.delivery, len(mail.outbox)) == (Delivery.SENT, 1)
    assert "Not read" in main(client.get(reverse("notices")))
    assert "Your claim" in main(client.get(reverse("notice", args=[notice.pk])))
    assert "Not read" not in main(client.get(reverse("notices")))


def test_nobody_reads_another_ones_notices():
    user, other = UserFactory(), UserFactory()
    told(user)
    notice = Notice.objects.get()
    assert signed_in(other).get(reverse("notice", args=[notice.pk])).status_code == 404
    assert mark_read(user=other, pk=notice.pk) == 0
    assert "A thing happened" not in main(signed_in(other).get(reverse("notices")))


def test_the_list_costs_the_same_for_one_and_for_three():
    user = UserFactory()
    client = signed_in(user)
    told(user, "1")
    one = queries(client, reverse("notices"))
    told(user, "2")
    told(user, "3")
    assert queries(client, reverse("notices")) == one


def test_telling_many_costs_the_same_as_telling_one():
    users = [UserFactory() for _ in range(5)]
    with CaptureQueriesContext(connection) as one:
        tell(users=users[:1], key="x", subject="x")
    with CaptureQueriesContext(connection) as many:
        tell(users=users, key="y", subject="y")
    assert len(one) == len(many)


def test_the_choice_is_kept_and_the_calendar_gets_a_new_address():
    user = UserFactory()
    client = signed_in(user)
    page = client.get(reverse("notice_choice")).content.decode()
    assert ".ics" in page
    client.post(reverse("notice_choice"), {"frequency": "weekly"})
    user.notice_choice.refresh_from_db()
    code = user.notice_choice.calendar_code
    assert user.notice_choice.frequency == "weekly"
    assert client.get(reverse("calendar", args=[code])).status_code == 200
    client.post(reverse("notice_choice"), {"new_calendar": "1"})
    assert client.get(reverse("calendar", args=[code])).status_code == 404
    assert client.post(reverse("notice_choice"), {"frequency": "hourly"}).status_code == 200
    user.notice_choice.refresh_from_db()
    assert user.notice_choice.frequency == "weekly"


def test_a_specialist_leader_goes_by_the_code_because_a_letter_outlives_consent() -> None:
    journey = Journey("sle")
    assert journey.leader is not None
    set_consent(leader=journey.leader, by=journey.owner, named=True)
    journey.to("fact_check")
    told = Notice.objects.filter(user=journey.owner)
    assert any(journey.leader.code in notice.subject for notice in told)
    assert all(journey.leader.name not in notice.subject + notice.body for notice in Notice.objects.all())
