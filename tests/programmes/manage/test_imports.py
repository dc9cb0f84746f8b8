"""Many at once: a file is checked row by row, and applied as a whole or not at all; the export comes back in."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes.importing.export import rows_of
from programmes.importing.files import read, shielded, to_csv, to_xlsx
from programmes.models import BulkImport, Cohort, Price, Programme
from programmes.services.imports import apply
from programmes.services.programmes import create_programme
from providers.models import SpecialistLeader
from tests.factories import ProgrammeFactory, UserFactory
from tests.providers.pages import main, signed_in
from tests.providers.people import team_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    provider, owner, _, viewer = team_of(name="Larkmoor Alliance")
    return provider, owner, viewer


def sheet(*rows: dict[str, str]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def bring_in(client, provider, kind: str, content: bytes, name: str = "rows.csv"):
    data = {"kind": kind, "upload": SimpleUploadedFile(name, content)}
    return client.post(reverse("imports", args=[provider.slug]), data, follow=True)


NEW = {
    "programme": "", "kind": "course", "title": "First headship", "summary": "A year of pairs", "aims": "Lead",
    "content": "Six days", "audience": "new_head; Aspiring heads", "phases": "Primary", "hours": "40",
    "funding_model": "per_place", "price_valid_from": "2026-11-01", "price_per_participant": "1250",
    "price_vat_included": "yes",
}  # fmt: skip


def test_programmes_come_in_with_their_price(team):
    provider, owner, _ = team
    client = signed_in(owner)
    page = bring_in(
        client, provider, "programmes", sheet(NEW, {**NEW, "title": "Second headship", "hours": ""})
    )
    assert "Every row is right. 2 will be added. Nothing has been changed yet." in main(page)
    assert "New rows First headship Second headship Apply the file" in main(page)
    assert not Programme.objects.exists()
    bulk = BulkImport.objects.get()
    client.post(reverse("import_apply", args=[bulk.public_id]))
    assert "Rows written" in main(client.get(reverse("import_detail", args=[bulk.public_id])))
    assert apply(pk=bulk.pk)
    assert not apply(pk=bulk.pk)
    version = Programme.objects.get(slug="first-headship").versions.get()
    assert (version.audience, version.phases, version.hours) == (
        ["new_head", "aspiring_head"],
        ["primary"],
        40,
    )
    assert Price.objects.filter(per_participant=1250).count() == 2
    assert "Every row is on the register" in main(client.get(reverse("import_detail", args=[bulk.public_id])))


def test_errors_name_row_and_column_and_nothing_changes(team):
    provider, owner, _ = team
    bad = {**NEW, "kind": "cruise", "hours": "many", "audience": "new_head; pirate", "title": ""}
    page = main(bring_in(signed_in(owner), provider, "programmes", sheet(NEW, bad)))
    assert "4 errors" in page
    for column in ("kind", "hours", "audience", "title"):
        assert f"3 {column}" in page
    # What stands there, and what may: nobody has a list to choose from.
    assert "Kind of programme Give one of: npq, course, coaching, " in page
    assert "conference In the file: cruise" in page
    assert "Give several, with semicolons between: " in page
    assert "In the file: new_head; pirate" in page
    assert "Enter a number In the file: many" in page
    bulk = BulkImport.objects.get()
    assert bulk.state == "refused"
    signed_in(owner).post(reverse("import_apply", args=[bulk.public_id]))
    bulk.refresh_from_db()
    assert bulk.state == "refused"


def test_one_refused_row_undoes_the_whole_file(team):
    provider, owner, _ = team
    client = signed_in(owner)
    # What only the writing finds: shares that don't add up.
    odd = {**NEW, "title": "Other", "protect_share": "10", "sell_share": "10", "share_share": "10"}
    plain = {**NEW, "protect_share": "", "sell_share": "", "share_share": ""}
    bring_in(client, provider, "programmes", sheet(plain, odd))
    bulk = BulkImport.objects.get()
    assert bulk.state == "checked"
    client.post(reverse("import_apply", args=[bulk.public_id]))
    assert not apply(pk=bulk.pk)
    assert not Programme.objects.exists()
    page = main(client.get(reverse("import_detail", args=[bulk.public_id])))
    assert "a row was refused while it was applied, and all was undone" in page
    assert "The three shares of knowledge must add up to 100" in page


def test_what_is_taken_out_comes_back_in_and_changes_only_what_was_changed(team):
    provider, owner, _ = team
    create_programme(
        provider=provider, by=owner, kind="course", title="First headship", aims="Lead", content="Six"
    )
    create_programme(provider=provider, by=owner, kind="network", title="Maths network", content="=SUM(1)")
    client = signed_in(owner)
    address = reverse("import_export", args=[provider.slug, "programmes", "csv"])
    taken = client.get(address).content
    assert b"'=SUM(1)" in taken
    rows = read(io.BytesIO(taken), "programmes.csv", "programmes")
    assert rows[1][1]["content"] == "=SUM(1)"
    changed = [
        {**cells, "aims": "Lead well"} if cells["title"] == "First headship" else cells for _, cells in rows
    ]
    bring_in(client, provider, "programmes", to_csv("programmes", changed))
    bulk = BulkImport.objects.get()
    assert (bulk.state, bulk.problems) == ("checked", [])
    page = main(client.get(reverse("import_detail", args=[bulk.public_id])))
    assert "Every row is right. 2 are on the register already" in page
    assert "will be added" not in page
    client.post(reverse("import_apply", args=[bulk.public_id]))
    assert apply(pk=bulk.pk)
    assert Programme.objects.count() == 2
    assert Programme.objects.get(slug="first-headship").versions.get().aims == "Lead well"


def test_cohorts_and_leaders_come_in_from_xlsx_as_well(team):
    provider, owner, _ = team
    create_programme(provider=provider, by=owner, kind="course", title="First headship")
    client = signed_in(owner)
    cohorts = to_xlsx(
        "cohorts", [{"programme": "first-headship", "starts_on": "2027-01-11", "mode": "Online"}]
    )
    bring_in(client, provider, "cohorts", cohorts, "cohorts.xlsx")
    leaders = to_xlsx("leaders", [{"name": "Robin Holloway", "kind": "sle", "expertise": "mathematics"}])
    bring_in(client, provider, "leaders", leaders, "leaders.xlsx")
    for bulk in BulkImport.objects.all():
        assert bulk.state == "checked", bulk.problems
        client.post(reverse("import_apply", args=[bulk.public_id]))
        assert apply(pk=bulk.pk)
    assert Cohort.objects.get().mode == "online"
    assert SpecialistLeader.objects.get().name == "Robin Holloway"


def test_the_template_says_what_each_column_takes(team):
    provider, owner, _ = team
    for kind in ("programmes", "cohorts", "leaders"):
        address = reverse("import_export", args=[provider.slug, kind, "xlsx"])
        book = openpyxl.load_workbook(io.BytesIO(signed_in(owner).get(f"{address}?template").content))
        header = [cell.value for cell in book["Rows"][1]]
        assert [row[0].value for row in book["Columns"].iter_rows(min_row=2)] == header
        assert book["Rows"].max_row == 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("rows.csv", b"", "is empty"),
        ("rows.pdf", b"%PDF-1.4", "CSV or XLSX"),
        ("rows.csv", b"title,colour\na,b\n", "not in the template: colour"),
        ("rows.csv", b"summary\na\n", "columns are missing: kind, title"),
        ("rows.csv", b"title,title,kind\na,b,c\n", "is there twice"),
        ("rows.csv", b"title,kind\n\n", "no row under the header"),
        ("rows.csv", b"title,kind\0\n", "not a CSV file"),
        ("rows.csv", b'title,kind\n"a,b\n', "can’t be read as CSV"),
        ("rows.csv", b"title,kind\n" + b"a,course\n" * 1001, "more than 1,000 rows"),
        ("rows.xlsx", b"PK\x03\x04", "damaged"),
        ("rows.xlsx", b"title,kind", "not what its name says"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(team, name, content, said):
    provider, owner, _ = team
    page = bring_in(signed_in(owner), provider, "programmes", content, name)
    assert said in main(page)
    assert not BulkImport.objects.exists()


def test_a_formula_in_a_sheet_is_refused(team):
    provider, owner, _ = team
    book = openpyxl.Workbook()
    book.active.append(["title", "kind"])
    book.active.append(["=1+1", "course"])
    out = io.BytesIO()
    book.save(out)
    page = bring_in(signed_in(owner), provider, "programmes", out.getvalue(), "rows.xlsx")
    assert "Row 2 has a formula" in main(page)


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+cmd|x", "-2+3+cmd", "\tx", "'quoted"])
def test_nothing_taken_out_is_run_by_a_spreadsheet(cell):
    assert shielded(cell) == f"'{cell}"


def test_rows_of_others_are_out_of_reach(team):
    provider, owner, _ = team
    theirs = ProgrammeFactory()
    row = {"programme": theirs.slug, "kind": "course", "title": "Mine now"}
    page = main(bring_in(signed_in(owner), provider, "programmes", sheet(row)))
    assert "Nothing of yours has this address" in page
    run = {"programme": theirs.slug, "starts_on": "2027-01-11", "mode": "online"}
    page = main(bring_in(signed_in(owner), provider, "cohorts", sheet(run)))
    assert "No programme of yours has this address" in page


def test_who_may_bring_in_and_take_out(team):
    provider, owner, viewer = team
    bring_in(signed_in(owner), provider, "programmes", sheet(NEW))
    bulk = BulkImport.objects.get()
    closed = [
        reverse("imports", args=[provider.slug]),
        reverse("import_detail", args=[bulk.public_id]),
        reverse("import_progress", args=[bulk.public_id]),
    ]
    export = reverse("import_export", args=[provider.slug, "programmes", "csv"])
    for address in closed:
        assert signed_in(viewer).get(address).status_code == 403
        assert signed_in(UserFactory()).get(address).status_code == 403
    assert signed_in(viewer).post(reverse("import_apply", args=[bulk.public_id])).status_code == 403
    assert signed_in(UserFactory()).get(export).status_code == 403
    assert signed_in(viewer).get(export).status_code == 200
    assert (
        signed_in(owner).get(reverse("import_export", args=[provider.slug, "people", "csv"])).status_code
        == 404
    )


def test_the_export_costs_the_same_for_one_and_for_three(team):
    provider, owner, _ = team

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            list(rows_of("programmes", provider))
        return len(captured)

    create_programme(provider=provider, by=owner, kind="course", title="One")
    one = cost()
    create_programme(provider=provider, by=owner, kind="course", title="Two")
    create_programme(provider=provider, by=owner, kind="course", title="Three")
    assert cost() == one
