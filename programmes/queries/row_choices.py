"""Choices that are rows of the reference data, or depend on the day.

Reference data changes a few times a year, and every search needs it three times over: a process keeps what it has
read for a minute. Inside a transaction, which may have changed it and may take that back, it is read anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps

from django.db import connection

from lpdqa.clock import today
from programmes.models import NPQCourse
from programmes.ranges import school_year_choices, term_choices
from providers.models import LocalAuthority, Region

KEPT = 60.0
"""Seconds."""

Choices = list[tuple[str, str]]
_kept: dict[Callable[[], Choices], tuple[float, Choices]] = {}


def _for_a_minute(read: Callable[[], Choices]) -> Callable[[], Choices]:
    @wraps(read)
    def choices() -> Choices:
        if connection.in_atomic_block:
            return read()
        now = time.time()
        at, found = _kept.get(read, (now, []))
        # A clock that was put back makes nothing last longer.
        if not found or not 0 <= now - at < KEPT:
            found = read()
            _kept[read] = now, found
        return found

    return choices


@_for_a_minute
def npq_choices() -> Choices:
    return list(NPQCourse.objects.order_by("name").values_list("identifier", "name"))


@_for_a_minute
def region_choices() -> Choices:
    """The nine regions; the earlier RSC regions are history, not a place to look in."""
    regions = Region.objects.filter(scheme=Region.Scheme.REGION, valid_to=None)
    return list(regions.order_by("name").values_list("code", "name"))


@_for_a_minute
def authority_choices() -> Choices:
    return list(LocalAuthority.objects.order_by("name", "code").values_list("code", "name"))


def starts_choices() -> Choices:
    return term_choices(today())


def reviewed_choices() -> Choices:
    return school_year_choices(today())


ROW_CHOICES: dict[str, Callable[[], Choices]] = {
    "npq": npq_choices,
    "region": region_choices,
    "authority": authority_choices,
    "starts": starts_choices,
    "reviewed": reviewed_choices,
}
"""By the name of the facet."""
