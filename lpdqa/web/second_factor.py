"""Who scores or runs the register proves it is them with more than a password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from lpdqa.accounts.models import User
from lpdqa.web.access import declared_access


class SecondFactorMiddleware:
    """Sends assessors and administrators without a passkey or an authenticator app to set one up first.

    Public pages and the pages of the account stay open. Once there is one, signing in asks for it.
    `REQUIRE_SECOND_FACTOR` is off on one machine over plain HTTP, where the fictional people of the example data sign
    in by password.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        access = declared_access(view) or ""
        if (
            not settings.REQUIRE_SECOND_FACTOR
            or access == "public"
            or access.startswith("third party: allauth")
        ):
            return None
        user = request.user
        if not isinstance(user, User) or not (user.is_assessor or user.is_administrator):
            return None
        if is_mfa_enabled(user):
            return None
        messages.info(
            request,
            "Assessors and administrators need a second way to show who they are. Set up a passkey or an "
            "authenticator app, then go on.",
        )
        return redirect("mfa_index")
