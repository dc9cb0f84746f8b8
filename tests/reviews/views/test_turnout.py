"""Who takes part, and how long stages take, as the people who run the scheme see them."""

from __future__ import annotations

import csv
import io

import pytest
import time_machine
from django.urls import reverse

from reviews.queries.turnout import by_kind, by_region, by_size, by_stage
from tests.factories import ProviderFactory, RegionFactory, SchoolFactory, person
from tests.journeys import Journey, all_at
from tests.reviews.views.people import signed_in, text

pytestmark = pytest.mark.django_db


def test_shares_by_kind_region_and_size_count_who_is_missing() -> None:
    region = RegionFactory(name="East Midlands")
    journey = Journey(provider=ProviderFactory(kind="mat", region=region))
    for _ in range(3):
        SchoolFactory(trust=journey.provider)
    journey.to("published", scores=all_at(3))
    ProviderFactory(kind="mat", region=region)
    ProviderFactory(kind="university")
    ProviderFactory(kind="university", is_example=True)
    ProviderFactory(kind="university", listed_at=None)
    kinds = {share.label: share for share in by_kind(examples=False)}
    mat, university = kinds["Multi-academy trust"], kinds["University"]
    assert (mat.listed, mat.submitted, mat.rated, mat.percent) == (2, 1, 1, 50)
    assert (university.listed, university.submitted, university.percent) == (1, 0, 0)
    assert kinds["Diocese"].percent is None
    assert {s.label: s.listed for s in by_kind(examples=True)}["University"] == 2
    assert [(s.label, s.listed, s.submitted) for s in by_region(examples=False)] == [
        ("East Midlands", 2, 1), ("No region recorded", 1, 0),
    ]  # fmt: skip
    sizes = {share.label: (share.listed, share.submitted) for share in by_size(examples=False)}
    assert sizes["2 to 9 schools"] == (1, 1)
    assert sizes["Schools not known"] == (1, 0)
    client = signed_in(person("administrator"))
    page = text(client.get(reverse("turnout")))
    assert "Nobody yet among these kinds: University" in page
    answer = client.get(reverse("turnout"), {"csv": "by-kind"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    (row,) = [row for row in rows if row[0] == "Multi-academy trust"]
    assert {"2", "1"} <= set(row[1:])


def test_days_in_a_stage_come_from_the_trail() -> None:
    with time_machine.travel("2026-11-02 09:00", tick=False) as clock:
        journey = Journey()
        journey.to("submitted")
        clock.move_to("2026-11-06 09:00")
        journey.to("assessing")
        clock.move_to("2026-11-16 09:00")
        journey.to("fact_check", scores=all_at(3))
    stages = {stage.label: stage for stage in by_stage()}
    assert (stages["Submitted"].median, stages["Submitted"].n) == (4, 1)
    assert stages["Assessing"].median == 10
    assert "Factual check" not in stages  # it hasn't ended
