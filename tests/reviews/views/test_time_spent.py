"""Administrators see how long describing really takes, beside what the pages say, and never who took how long."""

from __future__ import annotations

import pytest
from django.urls import reverse

from lpdqa.clock import now
from lpdqa.drafts.models import TimeSpent
from reviews.queries.time_spent import estimates
from tests.factories import ProgrammeFactory, UserFactory
from tests.providers.pages import main, queries, signed_in
from tests.providers.people import administrator

pytestmark = pytest.mark.django_db
ADDRESS = "/board/time-spent/"


def worked(about: str, minutes: int, pages: int = 4) -> str:
    user = UserFactory()
    TimeSpent.objects.create(user=user, about=about, seconds=60 * minutes, pages=pages, seen_at=now())
    return user.name


def test_medians_by_kind_beside_the_estimate():
    client = signed_in(administrator())
    assert client.get(reverse("time_spent")).wsgi_request.path == ADDRESS
    assert "Nothing measured yet" in main(client.get(ADDRESS))
    programmes = [ProgrammeFactory(version__title=f"Course {n}") for n in range(3)]
    names = [worked(f"programme:{programmes[0].pk}", 10), worked(f"programme:{programmes[0].pk}", 20)]
    names += [worked(f"programme:{programmes[1].pk}", 50), worked(f"programme:{programmes[2].pk}", 70)]
    page = main(client.get(ADDRESS))
    # 30 by two people on the first, 50, 70.
    assert f"Programme 3 50 min 70 min 4 {estimates()['programme']} min" in page
    assert "Course 0 Programme 30 min, 8 pages opened" in page
    assert not [name for name in names if name in page]


def test_the_page_is_for_administrators_and_costs_the_same_for_one_and_three():
    assert signed_in(UserFactory()).get(ADDRESS).status_code == 403
    client = signed_in(administrator())
    worked(f"programme:{ProgrammeFactory().pk}", 10)
    one = queries(client, ADDRESS)
    for _ in range(2):
        worked(f"programme:{ProgrammeFactory().pk}", 10)
    assert queries(client, ADDRESS) == one
