"""Specialist leaders and their deployments as their designator sees them."""

from __future__ import annotations

from django.db.models import Count, F, Q, QuerySet

from providers.models import Deployment, Provider, SpecialistLeader


def leaders_of(provider: Provider) -> QuerySet[SpecialistLeader]:
    """The provider's leaders by name, each with `open_deployments` and `deployments_count`."""
    return (
        SpecialistLeader.objects.filter(designator=provider)
        .select_related("home_school", "designator")
        .annotate(
            deployments_count=Count("deployments"),
            open_deployments=Count("deployments", filter=~Q(deployments__state="closed")),
        )
        .order_by("name", "id")
    )


def deployments_of(provider: Provider) -> QuerySet[Deployment]:
    """Deployments of the provider's leaders: those that go on first, newest first."""
    return (
        Deployment.objects.filter(leader__designator=provider)
        .select_related("leader", "supported_school")
        .order_by(F("closed_on").desc(nulls_first=True), "-requested_on", "-id")
    )
