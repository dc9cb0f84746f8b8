"""Whose list it is: the account's, or the one this browser session holds."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from lpdqa.accounts.models import User
from programmes.models import Shortlist
from programmes.queries.items import name_of
from programmes.queries.shortlists import listed
from programmes.services import shortlists

SHORTLIST = "shortlist"
BRIEFS = "briefs"


def shortlist_of(request: HttpRequest) -> Shortlist | None:
    """The list of this person or session; None where there is none yet."""
    if isinstance(request.user, User):
        return Shortlist.objects.filter(owner=request.user).first()
    key = request.session.get(SHORTLIST)
    return Shortlist.objects.filter(pk=key, owner=None).first() if key else None


def shortlist_for(request: HttpRequest) -> Shortlist:
    """The same, made if there is none yet."""
    owner = request.user if isinstance(request.user, User) else None
    shortlist = shortlist_of(request) or shortlists.start(owner=owner)
    if owner is None:
        request.session[SHORTLIST] = shortlist.pk
    return shortlist


def names_on_shortlist(request: HttpRequest) -> frozenset[str]:
    """What is on the list, as an address names it; read once for a request."""
    known: Any = getattr(request, "_on_shortlist", None)
    if known is None:
        shortlist = shortlist_of(request)
        entries = [row.entry for row in listed(shortlist)] if shortlist else []
        known = frozenset(name_of(entry) for entry in entries if entry)
        request._on_shortlist = known  # type: ignore[attr-defined]
    return known  # type: ignore[no-any-return]


def way_back(request: HttpRequest, otherwise: str) -> str:
    """Where the form was sent from, if that is a page of this site."""
    target = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if own and target.startswith("/") else otherwise
