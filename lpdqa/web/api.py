"""Shared manners of the API: errors as problem details (RFC 9457) and bounded, stable pages."""

import logging
from http import HTTPStatus
from typing import Any

from django.core.signals import got_request_exception
from django.db.models import QuerySet
from django.http import JsonResponse
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

PROBLEM_JSON = "application/problem+json"

log = logging.getLogger("django.request")


def problem(status: int, detail: str = "", **more: Any) -> dict[str, Any]:
    """Return the members of a problem document. `type` is about:blank, so `title` is the HTTP phrase (RFC
    9457, 4.2.1).
    """
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    if detail:
        body["detail"] = detail
    return body | more


def problem_response(status: int, detail: str = "", **more: Any) -> JsonResponse:
    """The same for views and handlers outside of Django REST framework."""
    return JsonResponse(problem(status, detail, **more), status=status, content_type=PROBLEM_JSON)


def problem_details(exc: Exception, context: dict[str, Any]) -> Response:
    """DRF exception handler: any error of an API view becomes a problem document.

    Validation errors carry `errors`, a list of {"pointer": "/field/0", "detail": "…"} after the example in
    RFC 9457, section 3.
    """
    response = exception_handler(exc, context)
    if response is None:
        # Not one DRF knows: a fault of ours. Say so to the log and to Django's signal as Django itself would.
        request = context["request"]._request
        got_request_exception.send(sender=None, request=request)
        log.error("API view failed", exc_info=exc)
        set_rollback()
        return Response(
            problem(500, "Something went wrong on our side. Please try again later."),
            status=500,
            content_type=PROBLEM_JSON,
        )
    if isinstance(exc, ValidationError):
        body = problem(
            response.status_code,
            "Some of what was sent is not valid; see errors.",
            errors=_pointers(exc.detail),
        )
    else:
        detail = response.data.get("detail", "") if isinstance(response.data, dict) else ""
        body = problem(response.status_code, str(detail))
    response.data = body
    response.content_type = PROBLEM_JSON
    return response


def _pointers(detail: Any, pointer: str = "") -> list[dict[str, str]]:
    """Flatten DRF's nested error details into (JSON pointer, sentence) pairs."""
    if isinstance(detail, dict):
        found = []
        for key, value in detail.items():
            # Errors about the whole object point at the object itself.
            below = pointer if key == "non_field_errors" else f"{pointer}/{_escape(str(key))}"
            found += _pointers(value, below)
        return found
    if isinstance(detail, list):
        nested = any(isinstance(value, dict | list) for value in detail)
        found = []
        for i, value in enumerate(detail):
            found += _pointers(value, f"{pointer}/{i}" if nested else pointer)
        return found
    return [{"pointer": pointer, "detail": str(detail)}]


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")  # RFC 6901


class Pages(PageNumberPagination):
    """25 rows a page, at most 100 (`page_size`), in an order that never shuffles rows between two pages."""

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 100

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        described: dict[str, Any] = super().get_paginated_response_schema(schema)
        described["properties"]["count"]["example"] = 26
        described["properties"]["next"]["example"] = "https://register.example/api/v1/…/?page=2"
        described["properties"]["previous"]["example"] = None
        return described

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any]:
        # None would mean that there are no pages, and here there always are.
        return super().paginate_queryset(stable(queryset), request, view) or []


def stable(rows: Any) -> Any:
    """Give a queryset a total order by appending the primary key; other sequences are returned as they are.

    Rows that tie on the chosen order come back in any order the database likes, which repeats some and skips
    others from page to page.
    """
    if not isinstance(rows, QuerySet):
        return rows
    chosen = rows.query.order_by or (rows.model._meta.ordering if rows.query.default_ordering else ())
    if not chosen:
        return rows if rows.query.extra_order_by else rows.order_by("pk")
    last = chosen[-1]
    if isinstance(last, str) and last.lstrip("-") in ("pk", rows.model._meta.pk.name):
        return rows
    return rows.order_by(*chosen, "pk")
