"""Every process answers from its own index, and each sees at once what another one wrote."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from programmes.filters import CatalogueForm
from programmes.models import CatalogueChange, CatalogueEntry
from programmes.queries.find import Found, FoundInDatabase, FoundInIndex, find
from programmes.queries.fit import my_school
from programmes.queries.index import live
from programmes.services.catalogue import Standing, forget_changes, refresh_programme
from programmes.services.contexts import add_context
from tests import factories
from tests.support.database import address_of

ROOT = Path(__file__).resolve().parents[3]
ASSURED = Standing(status="rated", band="quality_assured", overall=3.0)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fresh_index() -> Iterator[None]:
    live._forget()
    yield
    live._forget()


@pytest.fixture
def elsewhere() -> Iterator[Callable[[str], dict[str, Any]]]:
    """Asks another process, which has an index of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.programmes.index.asker"],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": address_of(connection.settings_dict["NAME"]),
            "DJANGO_SETTINGS_MODULE": "lpdqa.settings",
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout

    def line() -> str:
        """What it prints next, but for log lines."""
        while (said := process.stdout.readline()) and not said.startswith(("ready", '{"from_index"')):  # type: ignore[union-attr]
            pass
        return said

    def ask(query: str) -> dict[str, Any]:
        process.stdin.write(f"{query}\n")  # type: ignore[union-attr]
        process.stdin.flush()  # type: ignore[union-attr]
        return json.loads(line())

    try:
        assert line() == "ready\n"
        yield ask
    finally:
        process.stdin.close()
        process.wait(20)
        process.stdout.close()


def here(query: str) -> Found:
    return find(CatalogueForm(QueryDict(query)).query)


def titles(query: str = "") -> list[str]:
    return [entry.title for entry in here(query)[0:100]]


def programme(title: str, **fields: Any) -> CatalogueEntry:
    made = factories.ProgrammeFactory(public=True, version__title=title, **fields)
    entry = refresh_programme(programme=made, standing=ASSURED)
    assert entry
    return entry


def test_what_one_process_writes_another_finds_and_counts(
    elsewhere: Callable[[str], dict[str, Any]],
) -> None:
    live.build()
    assert titles() == elsewhere("kind=programme")["titles"] == []

    entry = programme("Zebras for leaders", version__topics=["literacy", "teaching"])
    for query in ("kind=programme", "q=zebra", "topic=literacy", "q=zeb"):
        assert elsewhere(query) == {
            "from_index": True,
            "titles": ["Zebras for leaders"],
            "topics": {"literacy": 1, "teaching": 1},
        }
        assert titles(query) == ["Zebras for leaders"]

    # In bulk and in raw SQL too.
    CatalogueEntry.objects.filter(pk=entry.pk).update(topics=["send"], title="Inclusion")
    assert elsewhere("kind=programme")["topics"] == {"send": 1}
    assert elsewhere("q=zebra")["titles"] == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE programmes_catalogueentry SET title = 'Raw'")
    assert elsewhere("")["titles"] == titles() == ["Raw"]

    CatalogueEntry.objects.all().delete()
    assert elsewhere("kind=programme") == {"from_index": True, "titles": [], "topics": {}}


def test_what_is_taken_back_was_never_found() -> None:
    live.build()
    programme("Stays")
    with transaction.atomic():
        programme("Taken back")
        assert isinstance(here(""), FoundInDatabase)
        assert set(titles()) == {"Stays", "Taken back"}
        transaction.set_rollback(True)
    assert isinstance(here(""), FoundInIndex)
    assert titles() == ["Stays"]


def test_a_transaction_that_ends_after_a_later_one_is_not_missed() -> None:
    """Its changes have lower numbers than what was seen meanwhile."""
    programme("First")
    second = programme("Second")
    live.build()
    slow = connection.copy()
    try:
        with slow.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("UPDATE programmes_catalogueentry SET title = 'Slow' WHERE title = 'First'")
        CatalogueEntry.objects.filter(pk=second.pk).update(title="Quick")
        assert set(titles()) == {"First", "Quick"}
        with slow.cursor() as cursor:
            cursor.execute("COMMIT")
        assert set(titles()) == {"Slow", "Quick"}
    finally:
        slow.close()


def test_the_database_answers_until_the_index_is_there(settings: Any, monkeypatch: Any) -> None:
    programme("Phonics")
    started: list[bool] = []
    monkeypatch.setattr(live, "start", lambda: started.append(True))
    assert isinstance(here(""), FoundInDatabase)
    assert titles() == ["Phonics"]
    assert started
    live.build()
    assert isinstance(here(""), FoundInIndex)
    settings.SEARCH_INDEX = False
    assert isinstance(here(""), FoundInDatabase)


def test_after_a_great_change_it_is_read_anew(monkeypatch: Any) -> None:
    programme("One")
    live.build()
    monkeypatch.setattr(live, "start", lambda: None)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE programmes_catalogueentry CASCADE")
    assert isinstance(here(""), FoundInDatabase)
    assert titles() == []
    programme("Two")
    live.build()
    assert isinstance(here(""), FoundInIndex)
    assert titles() == ["Two"]


def test_schools_worked_in_are_counted_again_only_after_a_change() -> None:
    school = factories.SchoolFactory(
        phase="primary",
        type_group="Local authority maintained schools",
        pupils=200,
        disadvantage_percent=20.0,
        rurality="Rural village",
    )
    entry = programme("Worked")
    live.build()

    def ask() -> tuple[int, int]:
        """How many entries fit, and how many queries asked of contexts."""
        found = my_school(school.urn)
        assert found
        with CaptureQueriesContext(connection) as captured:
            fitting = len(found.matches.entries)
        return fitting, sum("programmes_entrycontext" in query["sql"] for query in captured)

    ask()
    assert ask() == (0, 0)
    add_context(
        programme=entry.programme,
        by=factories.team_member(entry.provider),
        year=2025,
        phase="primary",
        school_type="maintained",
        pupils=200,
        setting="rural",
        disadvantage_percent=20,
    )
    assert ask()[0] == 1
    assert ask() == (1, 0)
    programme("Another change")
    assert ask() == (1, 1)


def test_it_is_built_in_the_background_when_a_search_comes() -> None:
    programme("One")
    assert isinstance(here(""), FoundInDatabase)
    thread = next((one for one in live.threading.enumerate() if one.name == "search-index"), None)
    if thread:
        thread.join(30)
    assert isinstance(here(""), FoundInIndex)


def test_the_page_takes_as_many_queries_whatever_it_finds(client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/find/?q=phonics&topic=literacy").status_code == 200
        return len(captured)

    programme("Phonics 1", version__topics=["literacy"])
    live.build()
    queries()
    one = queries()
    for number in range(2, 5):
        programme(f"Phonics {number}", version__topics=["literacy", "send"])
    queries()  # reads what changed
    assert queries() == one < 15


def test_notes_of_changes_are_kept_for_a_day() -> None:
    refresh_programme(programme=factories.ProgrammeFactory(public=True))
    CatalogueChange.objects.update(at=Now() - timedelta(hours=25))
    refresh_programme(programme=factories.ProgrammeFactory(public=True))
    recent = CatalogueChange.objects.filter(at__gt=Now() - timedelta(hours=1)).count()
    assert recent > 0
    assert forget_changes() > 0
    assert CatalogueChange.objects.count() == recent
