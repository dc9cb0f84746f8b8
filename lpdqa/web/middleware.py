"""Small middlewares: nothing opens by accident, every request leaves one line in the log, texts travel packed,
other sites may read the API and the open data.
"""

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from lpdqa.web.access import declared_access

log = structlog.get_logger("lpdqa.request")

_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class DefaultDenyMiddleware:
    """Refuse (403) any view that doesn't declare who may open it; see `lpdqa.web.access`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if declared_access(view) is None:
            log.error("view_without_access", view=f"{view.__module__}.{getattr(view, '__qualname__', view)}")
            raise PermissionDenied


class PackTextMiddleware(GZipMiddleware):
    """Compress pages, data and drawings, and nothing that is packed already (evidence, pictures, spreadsheets).

    Django's middleware pads each answer by a random length, so that the size of a page doesn't tell a secret in it
    (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip()
        if kind.startswith("text/") or kind.endswith(("json", "xml")):
            return super().process_response(request, response)
        return response


class ReadFromAnywhereMiddleware:
    """Let scripts on other sites read the API and the open data (CORS): only read, and without anybody's cookies."""

    _OPEN = ("/api/", "/open-data/")
    _ALLOWED = {
        "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
        "Access-Control-Allow-Headers": "Accept, Authorization, If-Modified-Since, If-None-Match",
        "Access-Control-Max-Age": "86400",
    }

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(self._OPEN):
            return self.get_response(request)
        asks_first = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        response = (
            HttpResponse(status=204, headers=self._ALLOWED) if asks_first else self.get_response(request)
        )
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Retry-After"
        return response


class RequestLogMiddleware:
    """Log method, route name, status, time taken and user id of each request, never its path or query string.

    Addresses can hold what people searched for and keys from e-mails, so the log has the name of the route
    instead. Everything else that is logged while the request runs carries the same request id.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A proxy's id joins our log to the proxy's. Anything odd could forge log lines, so it is replaced.
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            log.info(
                "request",
                method=request.method,
                route=_route(request),
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000, 1),
                user=_user_id(request),
            )
        response["X-Request-ID"] = request_id
        return response


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is None:
        return "unmatched"
    return match.view_name or match.route


def _user_id(request: HttpRequest) -> int | None:
    # Only where the view has looked at request.user already: asking here would load a session on every
    # request.
    user = getattr(request, "_cached_user", None)
    return user.pk if user is not None else None
