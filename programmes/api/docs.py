"""The page that explains the API, made from its own description; and the API's first address."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from lpdqa.web.access import public
from lpdqa.web.api_keys import KeyedView
from lpdqa.web.throttle import ApiThrottle

_LISTS = ("catalogue", "providers", "programmes", "specialist_leaders", "frameworks", "ratings")


@dataclass(frozen=True)
class Parameter:
    name: str
    words: str
    values: list[str]


@dataclass(frozen=True)
class Endpoint:
    """One address of the API."""

    path: str
    method: str
    summary: str
    description: str
    parameters: list[Parameter]
    is_list: bool


@public
@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """What the API offers, in words.

    The usual viewers need inline styles, which the policy of this site forbids.
    """
    return render(
        request,
        "programmes/api_docs.html",
        {
            "endpoints": endpoints(),
            "rates": _rates(),
            "base": request.build_absolute_uri(reverse("api_root")),
        },
    )


def _rates() -> dict[str, str]:
    """How often anybody, and who has a key, may ask: “300 times a minute”."""
    throttle = ApiThrottle()
    said = {}
    for scope, rate in throttle.THROTTLE_RATES.items():
        most, seconds = throttle.parse_rate(rate)
        period = _PERIODS.get(seconds or 0, f"every {seconds} seconds")
        said[scope] = "as often as you like" if most is None else f"{most:,} times {period}"
    return said


_PERIODS = {1: "a second", 60: "a minute", 3600: "an hour", 86400: "a day"}


@cache
def endpoints() -> tuple[Endpoint, ...]:
    """Every address of the API by its description; worked out once a process."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    found = []
    each = ((path, *one) for path, operations in schema["paths"].items() for one in operations.items())
    for path, method, operation in each:
        parameters = operation.get("parameters", [])
        found.append(
            Endpoint(
                path=path,
                method=method.upper(),
                summary=operation.get("summary", ""),
                description=operation.get("description", ""),
                parameters=[_parameter(one) for one in parameters if one["in"] == "query"],
                is_list=method == "get" and "{" not in path,
            )
        )
    return tuple(found)


def _parameter(parameter: dict[str, Any]) -> Parameter:
    schema = parameter["schema"]
    values = schema.get("enum") or schema.get("items", {}).get("enum") or []
    return Parameter(parameter["name"], parameter.get("description", ""), [str(value) for value in values])


class ApiRoot(KeyedView):
    """Where the API begins: the address of every list."""

    permission_classes = (AllowAny,)

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        links = {name: request.build_absolute_uri(reverse(f"api_{name}")) for name in _LISTS}
        return Response({**links, "schema": request.build_absolute_uri(reverse("api_schema"))})
