"""A word that nobody wrote is answered with the closest one that somebody did."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from programmes.models import SearchWord
from programmes.queries.search import SearchQuery
from programmes.queries.spelling import did_you_mean, respelled
from programmes.services.catalogue import refresh_programme
from programmes.services.vocabulary import refresh_vocabulary
from programmes.tasks import count_words
from tests import factories
from tests.programmes.test_catalogue import ASSURED


def listed(title: str, **fields: object) -> None:
    refresh_programme(programme=factories.ProgrammeFactory(public=True, version__title=title, **fields))


@pytest.mark.django_db
def test_a_visitor_who_mistypes_is_shown_the_way(client: Client) -> None:
    refresh_programme(
        programme=factories.ProgrammeFactory(public=True, version__title="Phonics for leaders"),
        standing=ASSURED,
    )
    listed("Safeguarding in primary schools")
    refresh_vocabulary()

    page = unescape(re.sub(r"\s+", " ", client.get("/find/?q=fonics+leaders").content.decode()))
    link = re.search(
        r'Did you mean <a class="govuk-link" href="([^"]*)">phonics leaders</a>\? \(1 result\)', page
    )
    assert link
    assert "Phonics for leaders" in client.get(link[1]).content.decode()

    # Nothing quality assured has it: what is only listed has.
    page = unescape(re.sub(r"\s+", " ", client.get("/find/?q=safegarding").content.decode()))
    assert re.search(r">safeguarding</a>\? \(1 result among everything on the register\)", page)
    assert "Did you mean" not in client.get("/find/?q=phonics").content.decode()
    # Nothing with the other filters: the word alone finds something.
    page = unescape(re.sub(r"\s+", " ", client.get("/find/?q=fonics&topic=send&price=5").content.decode()))
    link = re.search(r'Did you mean <a class="govuk-link" href="([^"]*)">phonics</a>', page)
    assert link
    assert "topic" not in link[1]
    assert "Phonics for leaders" in client.get(link[1]).content.decode()


@pytest.mark.django_db
def test_what_is_known_in_any_form_stays_as_it_was_typed() -> None:
    listed("Coaching heads of small schools")
    refresh_vocabulary()
    for words in ("coaches", "coachi", "heads", "the", "xyz", "", '"', "small schools 2026"):
        assert respelled(words) is None, words
    assert respelled('"smal schools" -coachng') == '"small schools" -coaching'
    assert respelled("qqqqqqq") is None
    assert did_you_mean(SearchQuery(words="coachng", kind="sle")) is None


@pytest.mark.django_db
def test_words_follow_the_catalogue_when_they_are_counted_again() -> None:
    listed("Oracy for all")
    assert respelled("orasy") is None
    assert count_words() == SearchWord.objects.count() > 0
    assert respelled("orasy") == "oracy"
    listed("Oracle bones")
    count_words()
    assert set(SearchWord.objects.values_list("word", flat=True)) >= {"oracy", "oracle", "bones"}


class AnyText(TestCase):
    @settings(max_examples=100, deadline=None)
    @given(words=st.text(max_size=80))
    def test_no_text_is_an_error(self, words: str) -> None:
        words = words.replace("\x00", "")
        if not SearchWord.objects.exists():
            listed("Coaching heads of small schools")
            refresh_vocabulary()
        better = respelled(words)
        assert better is None or better != words
