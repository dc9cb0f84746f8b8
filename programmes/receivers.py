"""The catalogue follows what the organisations app says has changed."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from programmes.services import catalogue
from providers.events import leader_changed, provider_changed, providers_loaded
from providers.models import Provider, SpecialistLeader


@receiver(provider_changed)
def _provider_changed(provider: Provider, **_: Any) -> None:
    catalogue.refresh_offer(provider=provider)


@receiver(leader_changed)
def _leader_changed(leader: SpecialistLeader, **_: Any) -> None:
    catalogue.refresh_leader(leader=leader)


@receiver(providers_loaded)
def _providers_loaded(providers: list[int], **_: Any) -> None:
    catalogue.refresh_listed(providers=providers)
