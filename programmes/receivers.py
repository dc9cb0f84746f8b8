"""The catalogue follows what the organisations app says has changed; a session's list follows its owner; a web
process gets its index of the catalogue.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from lpdqa.accounts.models import User
from lpdqa.runtime.signals import web_process_started
from programmes.models import Shortlist
from programmes.queries.index import live
from programmes.services import catalogue, needs, shortlists
from programmes.views.holding import BRIEFS, SHORTLIST
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


@receiver(user_logged_in)
def _signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    """What was put together before signing in moves into the account."""
    if briefs := request.session.pop(BRIEFS, []) if hasattr(request, "session") else []:
        needs.take_over(keys=briefs, owner=user)
    key = request.session.pop(SHORTLIST, None) if hasattr(request, "session") else None
    shortlist = Shortlist.objects.filter(pk=key, owner=None).first() if key else None
    if shortlist is None:
        return
    left_out = shortlists.take_over(shortlist=shortlist, owner=user)
    if left_out:
        messages.warning(
            request,
            f"Your shortlist is full: {left_out} of the things you chose before signing in found no room.",
            # Somebody may be signed in by a program, without a page to show this on.
            fail_silently=True,
        )


@receiver(web_process_started)
def _web_process_started(**_: Any) -> None:
    live.start()
