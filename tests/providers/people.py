"""People of the stories: verified users, and teams of an organisation."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress

from lpdqa.accounts.models import Role, User
from lpdqa.accounts.services import grant_role
from providers.models import Membership, Provider
from tests.factories import ProviderFactory, UserFactory


def person(email: str = "", **fields: Any) -> User:
    """Somebody with a verified email address."""
    user = UserFactory(**({"email": email} if email else {}), **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def administrator() -> User:
    user = person()
    grant_role(user=user, role=Role.ADMINISTRATOR, by=None)
    return user


def join(provider: Provider, role: str = "owner", user: User | None = None) -> User:
    """Put somebody on the provider's team."""
    user = user or person()
    Membership.objects.create(provider=provider, user=user, role=role)
    return user


def team_of(**fields: Any) -> tuple[Provider, User, User, User]:
    """A provider with an owner, an editor and a viewer."""
    provider = ProviderFactory(claimed_at="2026-01-05T09:00:00Z", **fields)
    return provider, join(provider), join(provider, "editor"), join(provider, "viewer")
