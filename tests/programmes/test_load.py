"""Synthetic programmes to measure the search with: labelled, the same every time, true to their sources."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone

from programmes.models import CatalogueEntry, EntryContext, Programme
from programmes.services.catalogue import refresh_listed
from programmes.services.load import load_programmes
from providers.models import Provider
from tests import factories

pytestmark = pytest.mark.django_db


def content() -> list[dict[str, Any]]:
    return list(
        CatalogueEntry.objects.filter(kind="programme")
        .order_by("slug")
        .values("slug", "title", "keywords", "body", "topics", "regions", "price", "full_cost", "terms", "npq",
                "hours_range", "cost_range", "latitude", "next_start", "continuum", "provider_name", "status")
    )  # fmt: skip


def test_programmes_are_labelled_and_say_what_a_refresh_says() -> None:
    authority = factories.LocalAuthorityFactory()
    factories.OutcodeFactory()
    factories.NPQCourseFactory()
    assert load_programmes(number=60).programmes == 60
    made = content()
    assert len(made) == 60
    assert CatalogueEntry.objects.filter(kind="provider").count() == 4
    assert CatalogueEntry.objects.filter(kind="sle").count() == 3
    assert not CatalogueEntry.objects.filter(is_example=False).exists()
    assert not Provider.objects.exclude(authority=authority).exists()
    assert {"listed", "rated"} <= {row["status"] for row in made}
    assert not CatalogueEntry.objects.exclude(rating_public_id=None).exists()

    refresh_listed(programmes=list(Programme.objects.values_list("pk", flat=True)))
    assert content() == made


def test_a_second_run_adds_what_is_missing() -> None:
    load_programmes(number=20)
    first = content()
    call_command("make_load", "--programmes", "25")
    assert [row for row in content() if row["slug"] in {one["slug"] for one in first}] == first
    assert len(content()) == 25
    assert load_programmes(number=25).programmes == 0


def test_synthetic_programmes_do_not_belong_beside_real_ones() -> None:
    with pytest.raises(ValidationError, match="from 1"):
        load_programmes(number=0)
    factories.ProviderFactory(claimed_at=timezone.now())
    with pytest.raises(CommandError, match="were claimed"):
        call_command("make_load", "--programmes", "5")
    assert not Programme.objects.exists()


def test_more_are_copies_with_numbers_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("programmes.services.load.BLOCK", 40)
    factories.LocalAuthorityFactory()
    factories.OutcodeFactory(code="B1")
    load_programmes(number=70)
    report = load_programmes(number=115)
    assert report.programmes == 45
    made = content()
    assert {row["slug"] for row in made} == {f"synthetic-{n}" for n in range(115)}
    assert all(row["title"].endswith(f" {int(row['slug'].removeprefix('synthetic-')) + 1}") for row in made)
    contexts = list(
        EntryContext.objects.values_list("entry__slug", "entry__programme__provider", "provider", "phase")
    )
    assert contexts
    assert all(own == said for _, own, said, _ in contexts)

    refresh_listed()
    assert content() == made
    assert sorted(
        EntryContext.objects.values_list("entry__slug", "entry__programme__provider", "provider", "phase")
    ) == (sorted(contexts))
