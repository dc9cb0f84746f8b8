"""A provider's figures, and a comparison that gives no other provider away."""

from __future__ import annotations

import pytest
from django.urls import reverse

from programmes.models import CatalogueEntry
from programmes.services.catalogue import refresh_programme
from reviews.queries.participation import benchmarks_of, figures_of
from reviews.services.ratings import rate_all_stale
from tests.factories import ProgrammeFactory, ProviderFactory, UserFactory
from tests.journeys import Journey, all_at
from tests.providers.pages import main, queries, signed_in
from tests.providers.people import join

pytestmark = pytest.mark.django_db


def rated(provider, value: float) -> None:
    programme = ProgrammeFactory(provider=provider, public=True)
    refresh_programme(programme=programme)
    headings = dict.fromkeys(("purpose", "governance", "process", "definitions", "value"), value)
    CatalogueEntry.objects.filter(programme=programme).update(
        status="rated", band="quality_assured", overall=value, **headings
    )


def test_a_comparison_needs_ten_others_and_counts_each_provider_once():
    own = ProviderFactory(kind="charity")
    rated(own, 3)
    others = [ProviderFactory(kind="charity") for _ in range(10)]
    for provider in others[:9]:
        rated(provider, 2)
    rated(others[0], 2)
    rated(ProviderFactory(kind="university"), 4)
    nine = benchmarks_of(own)[0]
    assert (nine.providers, nine.rows[0]) == (9, ("Purpose", 3.0, None))
    rated(others[9], 4)
    ten = benchmarks_of(own)[0]
    assert (ten.providers, ten.rows[0]) == (10, ("Purpose", 3.0, pytest.approx(2.2)))


def test_the_page_is_for_the_team_and_costs_the_same_for_one_and_three():
    provider = ProviderFactory(kind="charity")
    member = join(provider, "viewer")
    address = reverse("provider_figures", args=[provider.slug])
    assert signed_in(UserFactory()).get(address).status_code == 403
    client = signed_in(member)
    assert "Nothing of yours is public yet" in main(client.get(address))
    rated(provider, 3)
    one = queries(client, address)
    rated(provider, 3)
    rated(provider, 3)
    assert len(figures_of(provider)) == 3
    assert queries(client, address) == one
    assert "A comparison needs 10 other providers" in main(client.get(address))


def test_the_decision_report_stands_beside_ten_like_providers_and_not_nine():
    journey = Journey()
    journey.to("published", scores=all_at(3))
    rate_all_stale()
    address = reverse("submission_report", args=[journey.submission.public_id])
    like = [ProviderFactory(kind=journey.provider.kind) for _ in range(10)]
    for provider in like[:9]:
        rated(provider, 2)
    client = signed_in(journey.owner)
    page = main(client.get(address))
    assert "Beside like providers A comparison needs 10 other providers of your kind" in page
    rated(like[9], 4)
    page = main(client.get(address))
    assert "10 like providers Purpose 3.00 2.20" in page
    assert not [provider for provider in like if provider.name in page]
