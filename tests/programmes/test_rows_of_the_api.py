"""What the quick ways of reading rows must not change."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import RequestFactory
from rest_framework import serializers

from programmes.api.serializers import EntrySerializer
from programmes.models import CatalogueEntry
from programmes.queries import search
from programmes.queries.fit import fits, my_school
from programmes.services.catalogue import refresh_programme
from programmes.services.contexts import add_context
from tests import factories

pytestmark = pytest.mark.django_db


def entries() -> list[CatalogueEntry]:
    """A programme with a price and a school it worked in, rated; and one of which hardly anything is known."""
    much, little = factories.ProgrammeFactory(public=True), factories.ProgrammeFactory(public=True)
    add_context(programme=much, by=factories.team_member(much.provider), year=2025, phase="primary", pupils=200,
                school_type="maintained", setting="rural", disadvantage_percent=20.0)  # fmt: skip
    rated = refresh_programme(programme=much)
    assert rated
    CatalogueEntry.objects.filter(pk=rated.pk).update(
        status="rated", band="exemplary", band_rank=3, overall=Decimal("3.52"), purpose=Decimal("3.5"),
        confidence="high", price=Decimal("450.00"), hours=Decimal("12.5"), region=factories.RegionFactory(),
    )  # fmt: skip
    assert refresh_programme(programme=little)
    return list(search.for_cards(CatalogueEntry.objects.order_by("pk")))


def test_a_row_is_what_the_framework_itself_would_make_of_it() -> None:
    rows = entries()
    school = my_school(factories.SchoolFactory(phase="primary", pupils=200).urn)
    assert school
    context = {"request": RequestFactory().get("/"), "fits": fits(school, rows)}
    quick = EntrySerializer(rows, many=True, context=context).data
    assert [row["price"] for row in quick] == [450.0, None]
    for row, told in zip(rows, quick, strict=True):
        plain = EntrySerializer(row, context=context)
        by_the_framework = serializers.Serializer.to_representation(plain, row)
        by_the_framework["standing"] = serializers.Serializer.to_representation(plain.fields["standing"], row)
        assert list(told) == list(plain.fields)
        assert dict(told) == dict(by_the_framework)


def test_rows_of_one_answer_know_nothing_of_another(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["one.example", "other.example"]
    rows = entries()
    here, there = (
        EntrySerializer(
            rows, many=True, context={"request": RequestFactory().get("/", SERVER_NAME=name)}
        ).data
        for name in ("one.example", "other.example")
    )
    assert here[0]["page"].startswith("http://one.example/")
    assert there[0]["page"].startswith("http://other.example/")


def test_a_school_is_read_with_all_its_facts_in_one_query(django_assert_num_queries: Any) -> None:
    urn = factories.SchoolFactory(phase="primary", pupils=200, rurality="Rural village").urn
    with django_assert_num_queries(1):
        school = my_school(urn)
        assert school
        assert (school.facts.phase, school.facts.pupils, school.facts.setting) == ("primary", 200, "rural")
