"""Names of regions, authorities and NPQs in the filters: kept by a process for a minute, and never wrong for longer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction

from programmes.queries import row_choices
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    row_choices._kept.clear()
    yield
    row_choices._kept.clear()


def test_a_new_name_is_shown_when_the_minute_is_over(django_assert_num_queries: Any) -> None:
    region = factories.RegionFactory(name="Yorkshire")
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False) as travelled:
        assert row_choices.region_choices() == [(region.code, "Yorkshire")]
        region.name = "Yorkshire and the Humber"
        region.save()
        travelled.shift(timedelta(seconds=row_choices.KEPT - 1))
        with django_assert_num_queries(0):
            assert row_choices.region_choices() == [(region.code, "Yorkshire")]
        travelled.shift(timedelta(seconds=2))
        assert row_choices.region_choices() == [(region.code, "Yorkshire and the Humber")]


def test_a_transaction_sees_what_it_has_written_and_leaves_nothing_behind() -> None:
    region = factories.RegionFactory(name="Yorkshire")
    assert row_choices.region_choices() == [(region.code, "Yorkshire")]
    with transaction.atomic():
        region.name = "Another"
        region.save()
        assert row_choices.region_choices() == [(region.code, "Another")]
        transaction.set_rollback(True)
    assert row_choices.region_choices() == [(region.code, "Yorkshire")]


def test_where_nothing_is_loaded_yet_nothing_is_kept() -> None:
    assert row_choices.authority_choices() == []
    authority = factories.LocalAuthorityFactory(name="Camden")
    assert row_choices.authority_choices() == [(authority.code, "Camden")]
