"""What words find: any ending, unfinished, with and without accents; and no text that breaks anything."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from programmes.filters import CatalogueForm
from programmes.folding import fold
from programmes.queries.search import SearchQuery, results
from programmes.services.catalogue import refresh_programme, refresh_provider
from tests import factories


def found(words: str) -> list[str]:
    query = SearchQuery(words=words, chosen={"status": ("all",)})
    return sorted(entry.title for entry in results(query))


@pytest.mark.django_db
def test_accents_don_t_matter_on_either_side() -> None:
    refresh_programme(
        programme=factories.ProgrammeFactory(
            public=True,
            version__title="Café conversations for leaders",
            version__content="With Zoë Fjørd’s materials on the naïve reader",
        )
    )
    refresh_provider(provider=factories.ProviderFactory(name="Fundação Learning"))
    for words in ("cafe", "café", "CAFE\u0301", "zoe", "fjord's", "naive", '"zoë fjørd"', "caf"):
        assert found(words) == ["Café conversations for leaders"], words
    assert found("fundacao") == ["Fundação Learning"]
    # What is shown keeps them.
    assert fold("Fundação") == "Fundacao"


@pytest.mark.django_db
def test_an_unfinished_word_is_found_beyond_its_stem() -> None:
    refresh_programme(programme=factories.ProgrammeFactory(public=True, version__title="Coaching heads"))
    for typed in ("coach", "coachi", "coachin", "coaching", "heads coachi"):
        assert found(typed) == ["Coaching heads"], typed
    assert found("coachx") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("title", "asked"),
    [
        (
            "Leading as a SENCo",
            ["special needs co-ordinator", "SENDCo", "SENCOs", "special needs coordinator"],
        ),
        ("Headship of a primary school", ["headteacher", "head teacher", "principals"]),
        ("Professional development that lasts", ["CPD", "INSET", "staff development"]),
    ],
)
def test_the_field_s_words_for_one_thing_find_each_other(title: str, asked: list[str]) -> None:
    refresh_programme(programme=factories.ProgrammeFactory(public=True, version__title=title))
    for words in asked:
        assert found(words) == [title], words


@pytest.mark.django_db
def test_an_npq_is_found_by_every_way_of_naming_it() -> None:
    course = factories.NPQCourseFactory()
    refresh_programme(
        programme=factories.ProgrammeFactory(
            public=True, kind="npq", npq_course=course, version__title="Our course for heads"
        )
    )
    for words in ("NPQH", "npq headship", "NPQ in headship", "national professional qualification headship"):
        assert found(words) == ["Our course for heads"], words


class AnyText(TestCase):
    """Whatever is typed: an answer, found or not."""

    @settings(max_examples=150, deadline=None)
    @given(words=st.text(max_size=80) | st.text("\"'()&|!:*<>-\\%_ \t\nöé’orOR1", max_size=40))
    def test_no_text_is_an_error(self, words: str) -> None:
        form = CatalogueForm({"q": words, "status": "all"})
        assert list(results(form.query)) == []

    @settings(max_examples=300, deadline=None)
    @given(words=st.text(max_size=60))
    def test_folding_twice_is_folding_once(self, words: str) -> None:
        assert fold(fold(words)) == fold(words)
