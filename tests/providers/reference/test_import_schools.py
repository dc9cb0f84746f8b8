"""`manage.py import_schools`: a dry run that changes nothing, then all of it or none."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lpdqa.audit.models import Entry
from providers.events import providers_loaded
from providers.models import DataSource, Provider, School
from providers.services.reference.files import data_folder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]
SAMPLE = data_folder() / "gias_format_sample.csv"


@pytest.fixture
def make(tmp_path: Path) -> Any:
    """Write rows of the real sample, changed as a test says, in the full layout."""

    def write(*changes: dict[str, str], encoding: str = "utf-8", extra: bool = False) -> Path:
        with SAMPLE.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
        header = [*(reader.fieldnames or []), *(["A new column"] if extra else [])]
        path = tmp_path / "edubasealldata.csv"
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, header, restval="?")
            writer.writeheader()
            writer.writerows({**row, **change} for row, change in zip(rows, changes, strict=False))
        return path

    return write


def run(path: Path, **options: Any) -> str:
    out = io.StringIO()
    call_command("import_schools", path, stdout=out, **options)
    return out.getvalue()


def test_the_real_sample_is_shown_first_and_then_applied(tmp_path: Path) -> None:
    before = list(School.objects.order_by("urn").values())
    said = run(SAMPLE, report=tmp_path / "report.csv")
    assert "99 rows of 139 columns, UTF-8; describes 20 May 2021, the newest change in the file." in said
    assert "This was a dry run: nothing was changed." in said
    assert "line 2  changed   100000 The Aldgate School: " in said
    assert "pupils: 227 → 276" in said
    assert "line 50  left out  402384 Cymmer Primary School: Outside England (Welsh establishment)." in said
    assert "The register has newer facts about 39 of these schools" in said
    assert list(School.objects.order_by("urn").values()) == before
    with (tmp_path / "report.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 99

    said = run(SAMPLE, apply=True)
    assert said.endswith("Applied.\n")
    school = School.objects.get(urn=100000)
    assert (school.pupils, school.pupils_year, school.diocese_id) == (276, "2020-01", "CE23")
    assert (school.source.code, school.source_as_of) == ("gias-download", dt.date(2021, 5, 20))
    # What the file says the same, or nothing about, stays with what it came from.
    assert school.coords_from == "gias-2018"
    assert school.disadvantage_percent == 14.5
    new = School.objects.get(urn=100012)
    assert (new.name, new.coords_from) == ("Carlton Primary School", "gias-2021-05-20")
    assert DataSource.objects.get(code="gias-download").rows == 99
    assert Entry.objects.filter(action="schools.import").get().detail["new"] == 3

    said = run(SAMPLE, apply=True)
    assert "changed         0" in said
    assert "same           42" in said


def test_a_school_that_closed_is_closed_with_its_date(make: Any) -> None:
    path = make(
        {
            "EstablishmentStatus (name)": "Closed",
            "CloseDate": "31-08-2026",
            "LastChangedDate": "01-09-2026",
        }
    )
    assert "line 2  closed    100000 The Aldgate School: " in run(path, apply=True)
    school = School.objects.get(urn=100000)
    assert (school.is_open, school.status, school.closed_on) == (False, "Closed", dt.date(2026, 8, 31))


def test_a_number_of_pupils_does_not_keep_the_year_of_an_earlier_one(make: Any) -> None:
    run(make({"NumberOfPupils": "300", "CensusDate": ""}), apply=True)
    school = School.objects.get(urn=100000)
    assert (school.pupils, school.pupils_year) == (300, "")


def test_bad_rows_are_listed_and_the_others_applied(make: Any) -> None:
    path = make(
        {"NumberOfPupils": "many"},
        {"NumberOfPupils": "801"},
        {"LA (code)": "999"},
        {"URN": "100001"},
    )
    said = run(path, apply=True)
    assert "line 2  bad       100000: NumberOfPupils must be a whole number" in said
    assert "line 4  bad       100002 St Paul's Cathedral School: LA (code) 999 is not an authority" in said
    assert "line 5  bad       100001: The same URN is on line 3." in said
    assert School.objects.get(urn=100000).pupils == 227
    assert School.objects.get(urn=100001).pupils == 801


def test_iso_8859_1_and_columns_nobody_knows_are_no_trouble(make: Any) -> None:
    path = make({"EstablishmentName": "École du Parc"}, encoding="iso-8859-1", extra=True)
    said = run(path, apply=True)
    assert "ISO-8859-1" in said
    assert "116 columns are not used here and are ignored." in said
    assert School.objects.get(urn=100000).name == "École du Parc"


def test_a_school_is_linked_to_its_trust_and_parted_from_it(make: Any) -> None:
    trust = Provider.objects.get(group_uid="2046")
    flagged = {"TrustSchoolFlag (name)": "Supported by a multi-academy trust"}
    run(make({**flagged, "Trusts (code)": "2046", "Trusts (name)": "Abbey Multi Academy Trust"}), apply=True)
    school = School.objects.get(urn=100000)
    assert (school.trust, school.trust_name) == (trust, "Abbey Multi Academy Trust")
    run(make({}), apply=True)
    school.refresh_from_db()
    assert (school.trust, school.trust_name) == (None, "")


def test_another_layout_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pupils.csv"
    path.write_text("Name,Town\nA,B\n")
    with pytest.raises(CommandError, match=r"pupils\.csv: This is not the layout.*Nothing was changed\."):
        run(path, apply=True)


def test_a_file_without_a_date_asks_for_one(make: Any) -> None:
    path = make({"LastChangedDate": ""})
    with pytest.raises(CommandError, match="--as-of"):
        run(path)
    assert "describes 1 October 2026, as given" in run(path, as_of=dt.date(2026, 10, 1))


def test_a_failure_at_the_very_end_leaves_nothing_behind(make: Any) -> None:
    def refuse(**_: Any) -> None:
        raise RuntimeError("the catalogue is not there")

    providers_loaded.connect(refuse)
    try:
        with pytest.raises(RuntimeError, match="the catalogue"):
            run(SAMPLE, apply=True)
    finally:
        providers_loaded.disconnect(refuse)
    assert School.objects.get(urn=100000).pupils == 227
    assert not School.objects.filter(urn=100012).exists()
    assert not DataSource.objects.filter(code="gias-download").exists()


def test_more_rows_need_no_more_queries(make: Any) -> None:
    run(make({}), apply=True)  # the source's own row is made the first time
    counts = []
    for number in (1, 3):
        path = make(*({"NumberOfPupils": str(number)} for _ in range(number)))
        with CaptureQueriesContext(connection) as queries:
            assert f"changed  {number:>8}" in run(path, apply=True)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_schools_the_file_does_not_name_stay(make: Any) -> None:
    open_before = School.objects.filter(is_open=True).count()
    said = run(make({}), apply=True)
    assert f"{open_before - 1} open schools of the register are not in the file and stay." in said
    assert School.objects.filter(is_open=True).count() == open_before
