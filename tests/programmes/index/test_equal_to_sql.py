"""The index answers as the database does, to the last entry: on catalogues made up at random, and after edits."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programmes.models import CatalogueEntry
from programmes.queries import search
from programmes.queries.find import FoundInDatabase, FoundInIndex
from programmes.queries.index.index import Index
from tests.programmes.index.random_catalogue import Subjects, columns, queries

pytestmark = pytest.mark.django_db

at_random = settings(
    max_examples=8, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
catalogues = st.lists(columns(), min_size=0, max_size=18)
asked = st.lists(queries(), min_size=3, max_size=3)


def agree(index: Index, query: search.SearchQuery) -> None:
    """Everything a page shows is the same from both."""
    by_index, by_database = FoundInIndex(query, index), FoundInDatabase(query)
    assert len(by_index) == len(by_database)
    assert [entry.pk for entry in by_index[0:1000]] == [entry.pk for entry in by_database[0:1000]]
    assert [entry.pk for entry in by_index[3:6]] == [entry.pk for entry in by_database[3:6]]
    assert by_index.facet_counts() == by_database.facet_counts()
    assert by_index.limit_counts() == by_database.limit_counts()
    assert by_index.kind_counts() == by_database.kind_counts()
    assert by_index.would_give() == by_database.would_give()


@pytest.fixture
def subjects() -> Subjects:
    return Subjects(8)


def test_any_question_gets_the_same_answer(subjects: Subjects) -> None:
    @at_random
    @given(rows=catalogues, asked=asked)
    def compare(rows: list[dict[str, Any]], asked: list[search.SearchQuery]) -> None:
        with transaction.atomic():
            subjects.entries(rows)
            index = Index.read()
            for query in asked:
                agree(index, query)
            transaction.set_rollback(True)

    compare()


def test_the_same_after_entries_changed_came_and_went(subjects: Subjects) -> None:
    @settings(at_random, max_examples=5)
    @given(
        before=catalogues,
        after=st.lists(columns(), min_size=18, max_size=18),
        asked=asked,
        seed=st.integers(0, 10**6),
    )
    def compare(
        before: list[dict[str, Any]],
        after: list[dict[str, Any]],
        asked: list[search.SearchQuery],
        seed: int,
    ) -> None:
        draw = random.Random(seed)
        with transaction.atomic():
            entries = subjects.entries(before)
            index = Index.read()
            agree(index, asked[0])
            for query in asked:
                touched = draw.sample(entries, min(len(entries), 4))
                for entry in touched[:2]:
                    row = draw.choice(after)
                    listed = {"band": "", "rating_public_id": None} if row["status"] == "listed" else {}
                    CatalogueEntry.objects.filter(pk=entry.pk).update(**{**row, **listed})
                gone = [entry.pk for entry in touched[2:3]]
                CatalogueEntry.objects.filter(pk__in=gone).delete()
                if gone and draw.random() < 0.5:  # the same number comes back
                    touched[2].pk = gone[0]
                    touched[2].save(force_insert=True)
                index.apply([entry.pk for entry in touched])
                agree(index, query)
            transaction.set_rollback(True)

    compare()


def test_entries_that_come_later_are_found_too(subjects: Subjects) -> None:
    rows: list[dict[str, Any]] = [{"title": title, "status": "listed"} for title in ("First", "Second")]
    first = subjects.entries(rows[:1])
    index = Index.read()
    assert len(index) == 1
    CatalogueEntry.objects.filter(pk=first[0].pk).delete()
    later = subjects.entries(rows)
    index.apply([first[0].pk, *(entry.pk for entry in later)])
    assert len(index) == 2
    agree(index, search.SearchQuery(chosen={"status": (search.ANY_STATUS,)}))
