"""API keys on the wire: who is asking."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.views import APIView

from lpdqa.accounts.models import ApiKey
from lpdqa.accounts.queries import key_of
from lpdqa.accounts.services import note_key_used
from lpdqa.clock import today

_MOST = 200  # characters of a header worth looking up


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer KEY`, where somebody has a key; without the header everyone may read.

    Whoever holds a key stays a visitor: it lets them ask more often, and see nothing else.
    """

    keyword = b"bearer"

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey] | None:
        header = get_authorization_header(request).split()
        if not header:
            return None
        if len(header) != 2 or header[0].lower() != self.keyword or len(header[1]) > _MOST:
            raise AuthenticationFailed(
                "Send the key as “Authorization: Bearer KEY”, or no such header at all."
            )
        # Headers are latin-1; a key is ASCII.
        key = key_of(header[1].decode("latin-1"))
        if key is None:
            raise AuthenticationFailed(
                "This API key is not known, or it was revoked. Without a key you may read, too."
            )
        note_key_used(key=key, on=today())
        return AnonymousUser(), key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the description of the API names it."""

    target_class = ApiKeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "Optional: a key of your account, for more requests a minute. Everyone may read without.",
        }


class KeyedView(APIView):
    """A view of the API: open to everyone, with or without a key."""

    authentication_classes = (ApiKeyAuthentication,)

    def perform_authentication(self, request: Request) -> None:
        try:
            super().perform_authentication(request)
        except AuthenticationFailed:
            # Guessing keys counts as asking without one.
            self.check_throttles(request)
            raise
