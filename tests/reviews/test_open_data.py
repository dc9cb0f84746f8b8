"""The open data: what the public may know, complete, described, checkable, and swapped in one step."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from frictionless import Package, Report

from lpdqa.clock import now, today
from programmes.models import CatalogueEntry, Programme
from programmes.models.feedback import LEVELS
from programmes.services.catalogue import refresh_leader, refresh_programme, refresh_provider
from programmes.services.feedback import give, moderate
from programmes.services.feedback_invitations import Commissioner, invite
from providers.services.leaders import set_consent
from reviews.models import Rating
from reviews.queries import open_data_ratings
from reviews.queries.open_data import TABLES
from reviews.queries.open_data_package import PACKAGE
from reviews.services import open_data as service
from reviews.services.open_data import write_open_data
from reviews.services.ratings import rate_all_stale
from reviews.tasks import write_open_data as nightly_task
from tests import factories
from tests.journeys import Journey, all_at

pytestmark = pytest.mark.django_db


def edition(folder: Path) -> Path:
    return write_open_data(to=folder)


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{table}.jsonl").read_text().splitlines()]


def checked(folder: Path) -> Report:
    """What Frictionless' own library says of an edition."""
    return Package.from_descriptor(str(folder / PACKAGE)).validate()


def published(kind: str = "programme", score: int = 3, **fields: Any) -> Journey:
    journey = Journey(kind, **fields)
    journey.to("published", all_at(score))
    rate_all_stale()
    return journey


def register() -> Journey:
    """A rated programme and specialist leader, a listed offer with awkward words, an example."""
    journey = published()
    published("sle")
    programme = factories.ProgrammeFactory(
        public=True, version__title='=Phonics, "reading"\nand éàü 🎓', version__topics=["literacy", "send"]
    )
    factories.PriceFactory(programme=programme)
    factories.CohortFactory(programme=programme)
    refresh_programme(programme=programme)
    refresh_provider(provider=programme.provider)
    refresh_provider(provider=factories.ProviderFactory(is_example=True))
    heard(programme, 3)
    return journey


def heard(programme: Programme, n: int) -> None:
    """So many commissioners have answered on a programme."""
    day = today()
    cohort = factories.CohortFactory(
        programme=programme, starts_on=day - dt.timedelta(days=60), ends_on=day - dt.timedelta(days=1)
    )
    people = [Commissioner(f"Heron School {number}", f"head{number}@heron.example") for number in range(n)]
    checker = factories.person("administrator")
    owner = factories.team_member(programme.provider)
    for number, invitation in enumerate(invite(cohort=cohort, by=owner, commissioners=people)):
        answers: dict[str, Any] = {**dict.fromkeys(LEVELS, 3), "outcomes": None, "name": "Ada Quill, head"}
        given = give(invitation=invitation, months=0, again="no" if number else "yes", **answers)
        moderate(feedback=given, by=checker, step="show")


def test_the_package_is_valid_to_the_last_value(tmp_path: Path) -> None:
    """Every file and row against the description, its size and checksum, by Frictionless' own library."""
    register()
    folder = edition(tmp_path)
    report = checked(folder)
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "note"])
    assert report.stats["tasks"] == 2 * len(TABLES)
    # And it would notice.
    text = (folder / "entries.csv").read_text()
    (folder / "entries.csv").write_text(text.replace(",listed,", ",wonderful,"))
    broken = {error[0] for error in checked(folder).flatten(["type"])}
    assert {"constraint-error", "hash-count"} <= broken


def test_both_forms_say_the_same_and_the_package_says_how_much(tmp_path: Path) -> None:
    register()
    folder = edition(tmp_path)
    package = json.loads((folder / PACKAGE).read_text())
    assert {one["name"] for one in package["licenses"]} == {"CC-BY-4.0", "OGL-UK-3.0"}
    for resource in package["resources"]:
        content = (folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    for table in TABLES:
        lists = {column.name for column in table.columns if column.kind == "list"}
        with (folder / f"{table.name}.csv").open(newline="") as file:
            as_csv = list(csv.DictReader(file))
        as_json = rows(folder, table.name)
        assert as_csv, table.name
        assert list(as_csv[0]) == list(as_json[0]) == [column.name for column in table.columns]
        for mine, other in zip(as_csv, as_json, strict=True):
            for name, text in mine.items():
                value = other[name]
                if name in lists:
                    assert text == ";".join(value)
                elif isinstance(value, bool):
                    assert text == str(value).lower()
                else:
                    assert text == ("" if value is None else str(value))


def test_entries_and_ratings_are_those_of_the_public_record(tmp_path: Path) -> None:
    journey = register()
    not_yet = Journey()
    not_yet.to("closed", all_at(1))
    rate_all_stale()
    folder = edition(tmp_path)
    entries = {(row["kind"], row["slug"]): row for row in rows(folder, "entries")}
    assert len(entries) == CatalogueEntry.objects.count()
    assert journey.version
    row = entries["programme", journey.version.programme.slug]
    assert (row["status"], row["band"], row["purpose"]) == ("rated", "quality_assured", 3.0)
    ratings = {row["id"]: row for row in rows(folder, "ratings")}
    public = {str(one.public_id): one for one in Rating.objects.exclude(band="not_yet")}
    assert set(ratings) == set(public)
    assert ratings[row["rating"]]["subject"] == row["slug"]
    consensus = [one for one in rows(folder, "criteria_consensus") if one["rating"] == row["rating"]]
    assert {one["criterion"] for one in consensus} == set(public[row["rating"]].inputs["scores"])
    assert {(one["consensus"], one["scores"], one["adjudicated"]) for one in consensus} == {(3.0, 2, False)}
    assert {one["criterion"] for one in rows(folder, "framework_criteria")} >= {
        one["criterion"] for one in consensus
    }


def test_examples_are_flagged_in_every_table_about_somebody(tmp_path: Path) -> None:
    published(provider=factories.ProviderFactory(is_example=True))
    published()
    folder = edition(tmp_path)
    for table in ("entries", "ratings", "criteria_consensus", "decisions"):
        assert {row["is_example"] for row in rows(folder, table)} == {True, False}, table


def test_what_commissioners_say_is_told_from_three_on(tmp_path: Path) -> None:
    loud, quiet = (factories.ProgrammeFactory(public=True) for _ in range(2))
    for programme, n in ((loud, 3), (quiet, 2)):
        refresh_programme(programme=programme)
        heard(programme, n)
    folder = edition(tmp_path)
    told = {(row["question"], row["answer"]): row for row in rows(folder, "commissioners")}
    assert {row["programme"] for row in told.values()} == {loud.slug}
    assert {row["of"] for row in told.values()} == {3}
    assert [told["again", answer]["commissioners"] for answer in ("yes", "changed", "no")] == [1, 0, 2]
    assert (told["use", "3"]["commissioners"], told["outcomes", "early"]["commissioners"]) == (3, 3)
    text = "\n".join(path.read_text() for path in folder.iterdir())
    assert not [word for word in ("Heron School", "heron.example", "Quill") if word in text]


def test_an_alert_has_no_numbers(tmp_path: Path) -> None:
    journey = published()
    journey.to("suspended")
    rate_all_stale()
    folder = edition(tmp_path)
    for row in rows(folder, "ratings"):
        assert (row["band"], row["overall"], row["purpose"]) == (None, None, None)
    assert rows(folder, "criteria_consensus") == []
    assert rows(folder, "entries")[0]["alert"] == "A claim is not borne out."


def test_nobody_is_named_who_has_not_agreed_or_has_thought_better_of_it(tmp_path: Path) -> None:
    journey = published("sle")
    leader = journey.leader
    assert leader
    leader.name, leader.summary = "Robin Holloway", "Robin Holloway leads phonics."
    leader.save()
    refresh_leader(leader=leader)
    named = factories.SpecialistLeaderFactory(name="Sam Thornbury", consent_named_at=now())
    refresh_leader(leader=named)
    people = [journey.owner, *journey.assessors, journey.administrator, journey.drafter, journey.approver]
    secret = [
        "Holloway",
        *(person.email for person in people),
        *(person.name for person in people),
        *(assessor.assessor_profile.pseudonym for assessor in journey.assessors),
    ]

    def told(folder: Path) -> str:
        return "\n".join(path.read_text() for path in folder.iterdir())

    text = told(edition(tmp_path))
    assert not [word for word in secret if word in text]
    assert "Sam Thornbury" in text
    set_consent(leader=named, by=factories.team_member(named.designator), named=False)
    assert "Thornbury" not in told(edition(tmp_path))


def test_small_numbers_are_left_out(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(open_data_ratings, "FEWEST", 2)
    for _ in range(2):
        published()
    Journey().to("closed", all_at(1))
    found = {row["outcome"]: row for row in rows(edition(tmp_path), "decisions")}
    assert (found["publish"]["decisions"], found["publish"]["suppressed"]) == (2, False)
    assert (found["close"]["decisions"], found["close"]["suppressed"]) == (None, True)


def test_the_queries_stay_the_same_whatever_the_number_of_rows(tmp_path: Path) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            edition(tmp_path)
        return len(captured)

    published()
    one = queries()
    published()
    published("sle")
    assert queries() == one


def test_an_empty_register_has_valid_open_data_too(tmp_path: Path) -> None:
    folder = edition(tmp_path)
    for resource in Package.from_descriptor(str(folder / PACKAGE)).resources:
        if resource.format == "csv":  # Frictionless can't read JSON Lines without a line
            report = resource.validate()
            assert report.valid, report.flatten(["title", "note"])
        else:
            assert (folder / str(resource.path)).read_bytes() == b""


def test_readers_see_the_old_edition_or_the_new_one(tmp_path: Path, monkeypatch: Any) -> None:
    register()
    first = edition(tmp_path)
    assert (tmp_path / "current").resolve() == first

    def breaks(**_: Any) -> Any:
        raise OSError("No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(service, "data_package", breaks)
        with pytest.raises(OSError, match="No space"):
            edition(tmp_path)
    assert (tmp_path / "current").resolve() == first
    assert not list(tmp_path.glob(".new-*"))
    second, third = edition(tmp_path), edition(tmp_path)
    assert (tmp_path / "current").resolve() == third
    # A download that has begun can be finished.
    assert second.exists()
    assert not first.exists()


def test_two_at_once_do_not_mix(tmp_path: Path) -> None:
    with service._alone(tmp_path), pytest.raises(ValidationError, match="Another process"):
        edition(tmp_path)


def test_the_command_and_the_job_write_it(tmp_path: Path, settings: Any, capsys: Any) -> None:
    call_command("open_data", "--to", str(tmp_path / "mine"))
    assert str(tmp_path / "mine") in capsys.readouterr().out
    assert (tmp_path / "mine" / "current" / PACKAGE).exists()
    settings.OPEN_DATA_DIR = tmp_path / "served"
    nightly_task()
    assert (tmp_path / "served" / "current" / "dictionary.md").exists()


# --- The page ---


def test_before_the_first_night_the_page_says_so(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.OPEN_DATA_DIR = tmp_path / "none"
    page = client.get("/open-data/").content.decode()
    assert "Nothing to download yet" in page
    assert "criteria_consensus" in page
    assert client.get("/open-data/entries.csv").status_code == 404


def test_the_files_can_be_downloaded_once(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.OPEN_DATA_DIR = tmp_path
    register()
    folder = edition(tmp_path)
    page = client.get("/open-data/").content.decode()
    for path in folder.iterdir():
        assert f"/open-data/{path.name}" in page
        answer = client.get(f"/open-data/{path.name}")
        assert answer.status_code == 200
        assert b"".join(answer) == path.read_bytes()
        assert answer["Access-Control-Allow-Origin"] == "*"
        for header in ({"if-none-match": answer["ETag"]}, {"if-modified-since": answer["Last-Modified"]}):
            assert client.get(f"/open-data/{path.name}", headers=header).status_code == 304


@pytest.mark.parametrize(
    "name", ["..", "entries.exe", "%2e%2e%2f.lock", ".lock", "secret_key", "current", "x.json"]
)
def test_nothing_else_is_served(client: Client, settings: Any, tmp_path: Path, name: str) -> None:
    settings.OPEN_DATA_DIR = tmp_path
    edition(tmp_path)
    assert client.get(f"/open-data/{name}").status_code == 404
