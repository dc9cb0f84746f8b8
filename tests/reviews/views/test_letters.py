"""Every letter about a review can be read before it is sent, and reads as the one that is sent; administrators can
change its words.
"""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from lpdqa.notices.models import Notice
from reviews.messages import MESSAGES, TO_TEAM
from reviews.models import MessageWords
from reviews.views.letters import _sample
from reviews.workflows import SUBMISSION
from tests.factories import person
from tests.journeys import Journey
from tests.providers.pages import queries
from tests.reviews.views.people import signed_in, text

pytestmark = pytest.mark.django_db


def test_every_letter_is_listed_and_shown_with_nothing_left_to_fill_in() -> None:
    client = signed_in(person("administrator"))
    index = text(client.get(reverse("letters")))
    for name, message in MESSAGES.items():
        subject, body = message.filled(_sample())
        assert subject in index
        page = client.get(reverse("letter", args=[name]))
        said = text(page)
        assert f"When {message.when}" in said
        before = said.partition("With its gaps")[0]
        assert not re.search(r"[{}]", before), name
        assert before.count(subject) == 3, "notice, subject of the letter, and its first line"
        assert re.sub(r"\s+", " ", body) in before
    assert client.get(reverse("letter", args=["nothing"])).status_code == 404
    assert signed_in(person("assessor")).get(reverse("letters")).status_code == 403


def test_steps_named_in_the_letters_are_steps_of_the_state_table() -> None:
    assert set(TO_TEAM) <= {transition.name for transition in SUBMISSION.transitions}


def test_the_team_reads_what_the_page_shows() -> None:
    journey = Journey()
    journey.to("submitted")
    subject, body = TO_TEAM["submit"].filled({"title": journey.submission.lasting_title})
    notice = Notice.objects.get(user=journey.owner, key__contains=":submit:")
    assert (notice.subject, notice.body) == (subject, body)


def test_no_letter_tells_that_scores_differ_or_who_scored() -> None:
    for name, message in MESSAGES.items():
        words = f"{message.subject} {message.body}".lower()
        assert not re.search(r"discord|adjudicat|third|disagree|differ", words), name


# --- Changing the words --------------------------------------------------------------------------------------


def typed(name: str, **fields: str) -> dict[str, str]:
    """What the form holds when it is opened, with what somebody typed over it."""
    message = MESSAGES[name]
    return {
        "subject": message.subject,
        "body": message.body,
        "reason": "Plainer words.",
        "seen": message.digest,
    } | fields


def test_words_are_changed_previewed_and_taken_back() -> None:
    admin = person("administrator")
    client = signed_in(admin)
    page, words = reverse("letter", args=["team-return"]), reverse("letter_words", args=["team-return"])
    assert words in client.get(page).content.decode()
    opened = text(client.get(words))
    assert "{reason}" in opened
    assert "The reason that was given; in the body only" in opened

    new = typed("team-return", subject="“{title}” comes back", body="Because: {reason}", reason="")
    seen = text(client.post(words, {**new, "preview": "yes"}))
    assert "Preview: not saved yet" in seen
    assert seen.count("“Leading small schools in Sallowmere” comes back") == 3
    assert "Because: The price is missing." in seen
    assert "Why (optional)" not in seen
    assert not MessageWords.objects.exists()

    assert "Say why: it is kept in the trail" in text(client.post(words, new))
    assert not MessageWords.objects.exists()
    assert client.post(words, {**new, "reason": "Plainer."})["Location"] == page
    after = text(client.get(page))
    assert f"Changed by {admin.name}" in after
    assert "[removed: returned for changes ] [added: back ]" in after
    assert re.search(r"Changed \d+ \w+ \d{4}", text(client.get(reverse("letters"))))

    back = reverse("letter_as_shipped", args=["team-return"])
    assert "What goes, and what comes back" in text(client.get(back))
    stored = MessageWords.objects.get()
    digest = MESSAGES["team-return"].__class__("", "", stored.subject, stored.body).digest
    assert "Say why" in text(client.post(back, {"seen": digest, "reason": ""}))
    assert client.post(back, {"seen": digest, "reason": "Enough."}).status_code == 302
    assert not MessageWords.objects.exists()
    assert "reads as shipped" in text(client.get(back))


@pytest.mark.parametrize("button", ["preview", "save"])
def test_nothing_typed_is_lost_where_something_is_wrong(button: str) -> None:
    client = signed_in(person("administrator"))
    words = reverse("letter_words", args=["request"])
    answer = client.post(
        words,
        typed(
            "request", subject="{code} {titel}", body="Line one\r\nOpen {question", reason="Because of <this>"
        )
        | {button: "yes"},
    )
    said = text(answer)
    for error in (
        "“{titel}” is nothing that this letter fills in. Did you mean {title}?",
        "{title} is left out of the subject",
        "{due} is left out",
        "Line 2: the brace at “{question” is never closed",
        "{question} is left out",
    ):
        assert said.count(error) == 2 or said.count(error[:1].lower() + error[1:]) >= 1, error
    html = answer.content.decode()
    assert "Preview: not saved yet" not in html
    assert 'value="{code} {titel}"' in html
    assert "Open {question</textarea>" in html
    assert "Because of &lt;this&gt;</textarea>" in html
    assert not MessageWords.objects.exists()


def test_who_is_second_reads_the_first_ones_words_before_theirs_are_saved() -> None:
    first, second = signed_in(person("administrator")), signed_in(person("administrator"))
    words = reverse("letter_words", args=["invited"])
    first.post(words, typed("invited", subject="Will you assess “{title}”?"))
    mine = typed("invited", subject="Please assess “{title}”")
    answer = second.post(words, mine)
    said = text(answer)
    assert "Somebody else changed these words meanwhile" in said
    assert "What they read now Will you assess “{title}”?" in said
    mine["seen"] = answer.context["form"]["seen"].value()
    assert second.post(words, mine).status_code == 302
    assert MessageWords.objects.get().subject == "Please assess “{title}”"


def test_words_typed_as_markup_are_shown_as_they_are() -> None:
    client = signed_in(person("administrator"))
    new = typed("invited", subject="<b>“{title}”</b>", body="<script>alert(1)</script>")
    page = client.post(reverse("letter_words", args=["invited"]), {**new, "preview": "yes"}).content.decode()
    assert "<script>alert" not in page
    assert "<b>“" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_words_that_cannot_be_used_are_shown_on_the_list_and_the_letter() -> None:
    client = signed_in(person("administrator"))
    row = {"body": "", "changed_by": person("administrator"), "written_over": "0" * 64}
    MessageWords.objects.create(name="invited", subject="Assess “{name}”", **row)
    MessageWords.objects.create(name="request-two", subject="x", **row)
    MessageWords.objects.create(name="team-submit", subject="We have “{title}”", **row)
    index = text(client.get(reverse("letters")))
    assert "You are asked to assess “Leading small schools in Sallowmere”" in index
    assert "Changed, but can’t be used: sent as shipped" in index
    assert "The shipped words are new since" in index
    assert "doesn’t write: request-two" in index
    page = text(client.get(reverse("letter", args=["invited"])))
    assert "The changed words can’t be used any more, so the words as shipped are sent." in page
    assert "“{name}” is nothing that this letter fills in" in page
    opened = client.get(reverse("letter_words", args=["invited"]))
    assert 'value="Assess “{name}”"' in opened.content.decode()


def test_the_list_costs_the_same_however_many_are_changed() -> None:
    client, address = signed_in(person("administrator")), reverse("letters")
    none = queries(client, address)
    for name in ("invited", "request", "team-submit"):
        MessageWords.objects.create(
            name=name, subject="“{title}”", written_over="0" * 64, changed_by=person("administrator")
        )
    assert queries(client, address) == none


def test_only_administrators_change_words() -> None:
    for name in ("letter_words", "letter_as_shipped"):
        address = reverse(name, args=["invited"])
        for role in ("assessor", "researcher"):
            client = signed_in(person(role))
            assert client.get(address).status_code == 403
            assert client.post(address, typed("invited", subject="x “{title}”")).status_code == 403
        assert signed_in(person("administrator")).get(reverse(name, args=["nothing"])).status_code == 404
    assert not MessageWords.objects.exists()


def test_a_body_is_optional_only_where_nothing_has_to_stay_in_it() -> None:
    client = signed_in(person("administrator"))
    returned, submitted = (reverse("letter_words", args=[name]) for name in ("team-return", "team-submit"))

    assert "Body (optional)" in text(client.get(submitted))
    assert "Body (optional)" not in text(client.get(returned))
    page = text(client.post(returned, {"subject": "“{titel}” is back", "body": "", "reason": "Plainer"}))
    assert "Write the body: {reason} has to stay in it" in page
    assert "Did you mean {title}?" in page
