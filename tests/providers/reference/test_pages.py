"""The page that says where the data comes from, and the reference tables that staff look things up in."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lpdqa.accounts.models import User
from programmes.management.commands.load_reference import STEPS
from providers.models import DataSource, LocalAuthority
from providers.queries.sources import ATTRIBUTION
from providers.services.reference.run import load_source
from tests.providers.reference.slices import load

pytestmark = pytest.mark.django_db


def test_before_anything_is_loaded_the_page_says_what_to_do(client: Client) -> None:
    page = client.get("/data-sources/").content.decode()
    assert "No reference data yet" in page
    assert "load_reference" in page


def test_anyone_can_read_source_date_licence_and_attribution(client: Client, folder: Path) -> None:
    load(folder)
    page = client.get(reverse("data_sources")).content.decode()
    assert "Where our data comes from" in page
    for line in ATTRIBUTION:
        assert line in page
    for source in DataSource.objects.all():
        for fact in (source.title, source.publisher, source.licence, source.as_of_text):
            assert fact in page
    assert "Open Government Licence v3.0 (redistributed)" in page
    assert "not the share with free school meals" in page


def test_more_sources_need_no_more_queries(client: Client, folder: Path) -> None:
    counts = []
    for steps in (STEPS[:1], STEPS[:5]):
        for source, loaders in steps:
            load_source(source=source, loaders=loaders, folder=folder)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/data-sources/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_user("clerk@example.org", name="Clerk", is_staff=True))
    return client


TABLES = (
    "providers/region",
    "providers/localauthority",
    "providers/diocese",
    "providers/outcode",
    "providers/school",
    "providers/datasource",
    "providers/columnsource",
    "programmes/npqcourse",
)


def test_staff_look_things_up_and_change_nothing(staff: Client, folder: Path) -> None:
    load(folder)
    for table in TABLES:
        assert staff.get(f"/reference/{table}/").status_code == 200
        assert staff.get(f"/reference/{table}/add/").status_code == 403
    found = staff.get("/reference/providers/school/", {"q": "100000"}).content.decode()
    assert "The Aldgate School" in found
    assert "City of London School" not in found
    row = staff.get("/reference/providers/school/100000/change/")
    assert row.status_code == 200
    assert 'name="_save"' not in row.content.decode()
    assert staff.post("/reference/providers/school/100000/change/", {"name": "x"}).status_code == 403
    assert staff.post("/reference/providers/school/100000/delete/", {"post": "yes"}).status_code == 403


def test_a_long_table_needs_as_many_queries_as_a_short_one(staff: Client, folder: Path) -> None:
    load(folder)
    counts = []
    for text in ("camden", "c"):
        with CaptureQueriesContext(connection) as queries:
            page = staff.get("/reference/providers/localauthority/", {"q": text})
        assert page.status_code == 200
        counts.append(len(queries))
    assert LocalAuthority.objects.filter(name__icontains="c").count() > 3
    assert counts[0] == counts[1]


def test_others_are_sent_to_the_registers_own_sign_in(client: Client) -> None:
    first = client.get("/reference/providers/school/")
    assert first.status_code == 302
    second = client.get(first.headers["Location"])
    assert second.headers["Location"].startswith(reverse("account_login"))


def test_somebody_who_is_not_staff_gets_no_table(client: Client) -> None:
    client.force_login(User.objects.create_user("other@example.org", name="Other"))
    assert client.get("/reference/providers/school/").status_code in {302, 403}
