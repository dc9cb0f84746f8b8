"""Comments on a draft and the steps of its life, as people meet them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lpdqa.audit.models import Proposal
from lpdqa.clock import today
from reviews.models import FrameworkComment, FrameworkVersion
from reviews.services import framework_editor as editor
from reviews.services.consultation import add_comment, open_consultation
from tests.factories import person
from tests.journeys import framework
from tests.reviews.views.people import signed_in, take, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def ines():
    return signed_in(person("administrator"))


@pytest.fixture
def draft():
    return editor.start_draft(base=framework(), version="1.1", by=person("administrator"))


@pytest.fixture
def opened(draft):
    day = today() + dt.timedelta(days=14)
    return open_consultation(framework=draft, closes_on=day, by=person("administrator"))


def step(draft, name):
    return reverse("framework_step", args=[draft.pk, name])


def page(name):
    return reverse(name, args=["LPD-QA", "1.1"])


def test_open_comment_answer_publish(ines, draft):
    day = today() + dt.timedelta(days=14)
    assert "Error: Enter last day for comments" in text(ines.post(step(draft, "consult"), {"closes_on": ""}))
    assert "still to come" in text(ines.post(step(draft, "consult"), {"closes_on": "2020-01-01"}))
    assert "It is open for comments" in take(ines, step(draft, "consult"), closes_on=day.isoformat())
    visitor = Client()
    assert "open for comments until" in text(visitor.get(reverse("framework_list")))
    assert "Comment on P1" in text(visitor.get(page("framework_page")))
    assert visitor.get(page("framework_comment"))["Location"].startswith(reverse("account_login"))

    head = signed_in(person(name="Noor Ashdown"))
    form = head.get(page("framework_comment") + "?on=P1").context["form"]
    assert form["criterion"].value() == "P1"
    said = text(head.post(page("framework_comment"), {"criterion": "P1", "text": "Too narrow."}))
    assert "Choose what you speak as" in said
    said = take(head, page("framework_comment"), criterion="P1", capacity="school_leader", text="Too narrow.")
    assert "Your comment is with the administrators" in said
    assert "Not answered yet" in said
    assert "No comment has been answered yet" in text(visitor.get(page("framework_comments")))

    assert "Answer 1 comment on LPD-QA 1.1" in text(ines.get(reverse("my_work")))
    inbox = text(ines.get(reverse("framework_inbox", args=[draft.pk])))
    assert "Too narrow." in inbox
    assert "Noor" not in inbox
    comment = FrameworkComment.objects.get()
    answer = reverse("framework_answer", args=[comment.public_id])
    assert "Enter answer" in text(ines.post(answer, {"publish": "yes"}))
    take(ines, answer, answer="It is wider now.", publish="yes")
    said = text(visitor.get(page("framework_comments")))
    assert "School leader" in said
    assert "It is wider now." in said
    assert "Noor" not in visitor.get(page("framework_comments")).content.decode()

    said = text(ines.get(step(draft, "publish")))
    assert "It can’t be published today. It is open for comments until" in said
    assert "can’t be published yet" in text(ines.post(step(draft, "publish"), {"when": "now"}))
    take(ines, step(draft, "redraft"))
    assert "Enter the day" in text(ines.post(step(draft, "publish"), {"when": "day"}))
    assert "Proposed" in take(ines, step(draft, "publish"), when="day", publish_on=day.isoformat())
    assert "proposed already" in text(ines.post(step(draft, "publish"), {"when": "now"}))
    confirm(ines, "somebody else has to confirm it")
    confirm(signed_in(person("administrator")), "Confirmed and done")
    assert "To be published on" in text(ines.get(reverse("framework_editor", args=[draft.pk])))
    take(ines, step(draft, "unschedule"))
    take(ines, step(draft, "publish"), when="now")
    assert FrameworkVersion.objects.get(pk=draft.pk).state == "draft"
    confirm(signed_in(person("administrator")), "Confirmed and done")
    assert "It can’t change any more" in text(ines.get(reverse("framework_editor", args=[draft.pk])))
    assert FrameworkVersion.objects.get(pk=draft.pk).state == "published"
    assert "It is wider now." in text(visitor.get(page("framework_comments")))
    assert "No other version" not in text(ines.get(step(draft, "retire")))
    take(ines, step(draft, "retire"))
    assert "No other version is published" in text(ines.get(step(draft.based_on, "retire")))


def confirm(client, answer):
    """Confirm the one open proposal; `answer` is what the page then says."""
    proposal = Proposal.objects.get(decided_at=None)
    url = reverse("proposal_decide", args=[proposal.pk])
    assert answer in take(client, url, what="confirm")


def test_a_comment_too_late_is_not_lost(opened):
    head = signed_in(person())
    FrameworkVersion.objects.filter(pk=opened.pk).update(
        consultation_closes_on=today() - dt.timedelta(days=1)
    )
    said = text(
        head.post(page("framework_comment"), {"criterion": "", "capacity": "other", "text": "A long thought"})
    )
    assert "isn’t open for comments" in said
    assert "A long thought" in said


def test_a_comment_is_taken_back_by_who_made_it_only(opened):
    author = person()
    comment = add_comment(framework=opened, criterion="", capacity="other", text="Hm.", by=author)
    url = reverse("framework_comment_withdraw", args=[comment.public_id])
    assert signed_in(person()).post(url).status_code == 404
    assert "Your comment is taken back" in take(signed_in(author), url)
    assert (
        signed_in(person("administrator"))
        .get(reverse("framework_answer", args=[comment.public_id]))
        .status_code
        == 404
    )


def test_steps_that_a_version_cannot_take_are_not_found(ines, draft):
    for name in ("redraft", "retire", "closing-day", "nonsense"):
        assert ines.get(step(draft, name)).status_code == 404, name


@pytest.mark.parametrize("role", [None, "assessor"])
def test_the_administrators_side_is_theirs(opened, role):
    client = signed_in(person(role)) if role else Client()
    comment = add_comment(framework=opened, criterion="", capacity="other", text="Hm.", by=person())
    for url in (
        step(opened, "publish"),
        reverse("framework_inbox", args=[opened.pk]),
        reverse("framework_answer", args=[comment.public_id]),
    ):
        assert client.get(url).status_code == (403 if role else 302), url
        assert client.post(url, {"when": "now", "answer": "x", "publish": "yes"}).status_code in (302, 403), (
            url
        )
    opened.refresh_from_db()
    comment.refresh_from_db()
    assert (opened.state, comment.answer) == ("consultation", "")


def test_pages_with_comments_take_as_many_queries_for_three_as_for_one(
    opened, ines, django_assert_max_num_queries
):
    def count(client, url):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    urls = [reverse("framework_inbox", args=[opened.pk]), reverse("framework_editor", args=[opened.pk])]
    counts = []
    for _ in range(2):
        add_comment(framework=opened, criterion="P1", capacity="other", text="Hm.", by=person())
        counts.append([count(ines, url) for url in urls])
        add_comment(framework=opened, criterion="P2", capacity="other", text="Hm.", by=person())
    assert counts[0] == counts[1]
