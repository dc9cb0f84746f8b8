"""What every page knows: the register's name, who runs it, and the navigation for this person."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True)
class NavItem:
    """One entry of the service navigation."""

    name: str
    """Name of the route; also the value of `section` that marks the entry as current."""
    text: str
    url: str


def _everyone(user: Any) -> bool:
    return True


def _with_account(user: Any) -> bool:
    return user.is_authenticated


def _administrator(user: Any) -> bool:
    return user.is_authenticated and user.is_administrator


# Route name, words, who sees it. "My work" is one page for every role and leads on from there.
_NAVIGATION: tuple[tuple[str, str, Callable[[Any], bool]], ...] = (
    ("search", "Find provision", _everyone),
    ("shortlist", "Shortlist", _everyone),
    ("how_ratings_are_made", "How ratings are made", _everyone),
    ("for_providers", "Providers", _everyone),
    ("my_work", "My work", _with_account),
    ("board", "Board", _administrator),
)


def register_words() -> dict[str, str]:
    """Name, runner and contact of this register; needs no request, so that the 500 page can use it."""
    return {
        "name": settings.REGISTER_NAME,
        "run_by": settings.REGISTER_RUN_BY,
        "contact": settings.REGISTER_CONTACT,
    }


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `register`, `navigation` and `section`.

    A view overrides `section` by passing its own (the name of a route in the navigation), for instance
    "search" on the page of a programme.
    """
    navigation = navigation_for(getattr(request, "user", None))
    return {
        "register": register_words(),
        "navigation": navigation,
        "section": _section(request, navigation),
    }


def navigation_for(user: Any) -> list[NavItem]:
    """Return the entries that this person (None: unknown) may use, in order."""
    items = []
    for name, text, shown_to in _NAVIGATION:
        if user is None and shown_to is not _everyone:
            continue
        if shown_to(user):
            items.append(NavItem(name, text, reverse(name)))
    return items


def _section(request: HttpRequest, navigation: list[NavItem]) -> str:
    """The entry whose address begins this page's address; the longest wins."""
    under = [item for item in navigation if item.url != "/" and request.path.startswith(item.url)]
    return max(under, key=lambda item: len(item.url)).name if under else ""
