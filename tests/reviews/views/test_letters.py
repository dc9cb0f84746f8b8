"""Every letter about a review can be read before it is sent, and reads as the one that is sent."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from lpdqa.notices.models import Notice
from reviews.services.messages import MESSAGES, TO_TEAM
from reviews.views.letters import _sample
from reviews.workflows import SUBMISSION
from tests.factories import person
from tests.journeys import Journey
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
