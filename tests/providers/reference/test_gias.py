"""Reading the GIAS layout: encodings, headers and rows, good and bad."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.services.reference import gias
from providers.services.reference.files import Files, data_folder
from providers.services.reference.terms import TYPES_FILE, Types

TYPES = Types.from_rows(Files(data_folder(), (TYPES_FILE,)).rows())
HEADER = [*gias.REQUIRED, *gias.OPTIONAL, "HeadLastName"]
GOOD = {
    "URN": "123456",
    "EstablishmentName": "Example Primary School",
    "LA (code)": "201",
    "EstablishmentStatus (name)": "Open",
    "PhaseOfEducation (name)": "Primary",
    "TypeOfEstablishment (name)": "Academy converter",
    "EstablishmentTypeGroup (name)": "Academies",
}


def read(*rows: dict[str, str]) -> list[gias.Result]:
    """The results of rows that differ from a good one as said."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, HEADER)
    writer.writerows({**GOOD, **row} for row in rows)
    return list(gias.read_rows(HEADER, io.StringIO(out.getvalue(), newline=""), TYPES))


def reason(**cells: str) -> str:
    """Why a row is refused."""
    (result,) = read({name.replace("_", " "): value for name, value in cells.items()})
    assert isinstance(result, gias.BadRow), result
    return result.reason


def test_the_official_layout_is_read_whole() -> None:
    path = data_folder() / "gias_format_sample.csv"
    with path.open(encoding=gias.encoding_of(path), newline="") as file:
        header = gias.read_header(file)
        results = list(gias.read_rows(header, file, TYPES))
    assert len(header) == 139
    assert len(results) == 99
    assert not [result for result in results if isinstance(result, gias.BadRow)]
    assert sum(isinstance(result, gias.LeftOut) for result in results) == 51
    first = results[0]
    assert isinstance(first, gias.SchoolRow)
    assert (first.line, first.urn, first.name) == (2, 100000, "The Aldgate School")
    # 533498, 181201 on the British National Grid.
    assert (first.values["latitude"], first.values["longitude"]) == (51.51397, -0.07753)
    assert first.values["pupils_year"] == "2020-01"
    assert first.values["rurality"] == "Urban major conurbation"
    assert first.diocese == "CE23"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("iso-8859-1", "cp1252")],
)
def test_the_encoding_is_found(tmp_path: Path, encoding: str, found: str) -> None:
    path = tmp_path / "schools.csv"
    path.write_text("URN,EstablishmentName\n123456,École Jeannine Manuel\n", encoding=encoding)
    assert gias.encoding_of(path) == found
    assert "École" in path.read_text(encoding=gias.encoding_of(path))


def test_bytes_of_no_known_encoding_are_still_read(tmp_path: Path) -> None:
    path = tmp_path / "schools.csv"
    path.write_bytes(b"URN\n\x81\n")
    assert gias.encoding_of(path) == "iso-8859-1"


def test_a_file_of_another_layout_is_refused_with_what_is_missing() -> None:
    with pytest.raises(gias.NotGias, match=r"Missing.*URN.*LA \(code\)"):
        gias.read_header(iter(["Name,Town\n"]))
    with pytest.raises(gias.NotGias, match="empty"):
        gias.read_header(iter([]))


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"URN": ""}, "URN is missing."),
        ({"URN": "abc"}, "URN must be a whole number of at most 6 digits, not “abc”."),
        ({"URN": "99"}, "URN must have six digits."),
        ({"EstablishmentName": ""}, "EstablishmentName is missing."),
        ({"EstablishmentName": "x" * 201}, "Name is longer than 200 characters."),
        ({"LA (code)": "2O1"}, "LA (code) must be three digits, not “2O1”."),
        ({"EstablishmentStatus (name)": ""}, "EstablishmentStatus (name) is missing."),
        ({"Postcode": "NOWHERE"}, "Postcode “NOWHERE” is not one."),
        ({"Easting": "533498"}, "Easting and Northing must both be there, or neither."),
        ({"Easting": "1", "Northing": "9999999"}, "Easting 1, Northing 9999999 is not in Great Britain."),
        ({"NumberOfPupils": "-3"}, "NumberOfPupils must be a whole number of at most 6 digits, not “-3”."),
        ({"CloseDate": "31-02-2020"}, "CloseDate must be a date like 31-08-2020, not “31-02-2020”."),
    ],
)
def test_a_bad_row_says_why(cells: dict[str, str], why: str) -> None:
    (result,) = read(cells)
    assert result == gias.BadRow(2, cells.get("URN", GOOD["URN"]), why)


def test_a_urn_that_comes_twice_is_bad_the_second_time() -> None:
    first, second = read({}, {})
    assert isinstance(first, gias.SchoolRow)
    assert second == gias.BadRow(3, "123456", "The same URN is on line 2.")


def test_a_row_of_the_wrong_length_is_bad_and_the_next_is_read() -> None:
    lines = io.StringIO('1,2\n"two\nlines"\n' + ",".join(GOOD.get(name, "") for name in HEADER))
    short, two_lines, good = gias.read_rows(HEADER, lines, TYPES)
    assert isinstance(short, gias.BadRow)
    assert short.reason == f"Has 2 columns; the first line has {len(HEADER)}."
    assert isinstance(two_lines, gias.BadRow)
    assert (two_lines.line, good.line) == (3, 5)
    assert isinstance(good, gias.SchoolRow)


@pytest.mark.parametrize(
    ("flag", "name"),
    [
        ("Supported by a multi-academy trust", "Example Trust"),
        ("Supported by a single-academy trust", "Example Trust"),
        ("Supported by a trust", ""),
        ("Not applicable", ""),
    ],
)
def test_only_an_academy_trust_counts_as_the_trust(flag: str, name: str) -> None:
    (row,) = read({"TrustSchoolFlag (name)": flag, "Trusts (code)": "2044", "Trusts (name)": "Example Trust"})
    assert isinstance(row, gias.SchoolRow)
    assert row.values["trust_name"] == name
    assert row.trust_uid == ("2044" if name else "")


cells = st.text(max_size=30) | st.sampled_from(
    [
        "",
        "0",
        "100000",
        "201",
        "Open",
        "Closed",
        "Welsh establishment",
        "31-12-2019",
        "LE1 6TP",
        "\x00",
        "٣٤٥",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(HEADER, cells)), max_size=4))
def test_whatever_the_cells_hold_each_row_has_one_result(rows: list[dict[str, str]]) -> None:
    results = read(*rows)
    assert len(results) == len(rows)
    for result in results:
        assert result.line >= 2
        if isinstance(result, gias.BadRow):
            assert result.reason
        else:
            assert 100_000 <= result.urn <= 999_999
            assert result.name


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_whatever_the_file_holds_nothing_breaks(text: str) -> None:
    lines = io.StringIO(text, newline="")
    for result in gias.read_rows(HEADER, lines, TYPES):
        assert isinstance(result, gias.BadRow)
        assert result.line >= 2
        assert result.reason
    with pytest.raises(gias.NotGias, match=r"\.$"):
        gias.read_header(io.StringIO(text, newline=""))
