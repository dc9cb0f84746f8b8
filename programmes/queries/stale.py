"""What a provider should confirm again, because it was last confirmed long ago or ends soon."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet

from lpdqa.clock import today
from programmes.models import Cohort, Price
from providers.models import Deployment, SpecialistLeader

PRICE_AGES_AFTER = dt.timedelta(days=365)
DATES_AGE_AFTER = dt.timedelta(days=90)
DESIGNATION_ENDS_SOON = dt.timedelta(days=90)
WORKS_AT_LEAST_EVERY = dt.timedelta(days=365)
"""A specialist leader without a deployment for this long is asked about once a year."""

_WORKED = ("visiting", "reviewed", "evaluated", "closed")


def stale_prices() -> QuerySet[Price]:
    """Prices in force that nobody has confirmed for a year, of programmes that go on."""
    newer = Price.objects.filter(
        programme=OuterRef("programme"), valid_from__gt=OuterRef("valid_from"), valid_from__lte=today()
    )
    return (
        Price.objects.filter(
            valid_from__lte=today(),
            confirmed_on__lt=today() - PRICE_AGES_AFTER,
            programme__ended_on=None,
            programme__provider__claimed_at__isnull=False,
        )
        .exclude(Exists(newer))
        .select_related("programme__provider", "programme__public_version")
        .order_by("pk")
    )


def stale_cohorts() -> QuerySet[Cohort]:
    """Runs to come whose dates and places nobody has confirmed for three months."""
    return (
        Cohort.objects.filter(
            starts_on__gte=today(),
            confirmed_on__lt=today() - DATES_AGE_AFTER,
            programme__ended_on=None,
            programme__provider__claimed_at__isnull=False,
        )
        .select_related("programme__provider", "programme__public_version")
        .order_by("pk")
    )


def ending_designations() -> QuerySet[SpecialistLeader]:
    """Designations that end within three months."""
    return (
        SpecialistLeader.objects.filter(
            status="designated",
            designation_ends_on__range=(today(), today() + DESIGNATION_ENDS_SOON),
        )
        .select_related("designator")
        .order_by("pk")
    )


def without_recent_work() -> QuerySet[SpecialistLeader]:
    """Leaders designated for more than a year who have not worked in another school within the last one."""
    since = today() - WORKS_AT_LEAST_EVERY
    recent = Deployment.objects.filter(leader=OuterRef("pk"), state__in=_WORKED, updated_at__date__gte=since)
    return (
        SpecialistLeader.objects.filter(status="designated", designated_on__lt=since)
        .exclude(Exists(recent))
        .select_related("designator")
        .order_by("pk")
    )


def has_recent_work(leader: SpecialistLeader, deployments: list[Deployment]) -> bool:
    """The same of one leader, from rows at hand; also True while the first year runs."""
    since = today() - WORKS_AT_LEAST_EVERY
    if leader.designated_on is None or leader.designated_on >= since:
        return True
    return any(
        row.leader_id == leader.pk and row.state in _WORKED and row.updated_at.date() >= since
        for row in deployments
    )
