"""From what a person types to schools and points."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from providers.models import School
from providers.queries.places import find_schools, locate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("100000", {"The Aldgate School"}),
        ("ec3a 5de", {"The Aldgate School"}),
        ("EC3A", {"The Aldgate School"}),
        ("aldg scho", {"The Aldgate School"}),
        ("City of London School for Girls", {"City of London School for Girls"}),
        ("no such place", set()),
        ("", set()),
        ("!!", set()),
        ("zq'zq & | :* \\", set()),
    ],
)
def test_schools_are_found_by_urn_postcode_and_name(text: str, names: set[str]) -> None:
    assert {school.name for school in find_schools(text)} == names


def test_the_school_of_exactly_that_name_comes_first_and_the_list_is_bounded() -> None:
    assert find_schools("City of London School")[0].name == "City of London School"
    assert len(find_schools("school", limit=5)) == 5


def test_a_closed_school_is_not_offered() -> None:
    School.objects.filter(urn=100000).update(is_open=False)
    assert find_schools("100000") == []


def test_one_query_whatever_is_found() -> None:
    for text in ("100000", "school"):
        with CaptureQueriesContext(connection) as queries:
            assert [school.authority.name for school in find_schools(text)]
        assert len(queries) == 1


def test_a_postcode_an_outcode_and_a_urn_are_points() -> None:
    outcode = locate("LE1")
    assert outcode is not None
    assert outcode.latitude == pytest.approx(52.63, abs=0.05)
    school = locate("100000")
    assert school is not None
    assert (school.latitude, school.longitude, school.urn) == (51.51397, -0.07753, 100000)
    assert locate("ZZ99") is None
