"""What every endpoint shares: reading only, the same for everyone, errors as problem details."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

from django.urls import reverse
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.permissions import AllowAny

from lpdqa.web.api import PROBLEM_JSON, problem
from lpdqa.web.api_keys import KeyedView
from programmes.choices import HEADINGS


class FaultSerializer(serializers.Serializer[Any]):
    """One thing that is not valid."""

    pointer = serializers.CharField(help_text="JSON pointer to what is wrong")
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """What went wrong (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(required=False)
    errors = FaultSerializer(many=True, required=False)  # type: ignore[assignment]


class PublicSchema(AutoSchema):
    """Says what each operation answers, errors included."""

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        for status in self._faults():
            bodies[status] = self._get_response_for_code(
                ProblemSerializer, status, (PROBLEM_JSON,), direction
            )
        return bodies

    def get_override_parameters(self) -> list[Any]:
        # Only what is read can be asked for again.
        headers = _HEADERS if self.method == "GET" else _HEADERS[1:]
        return [*super().get_override_parameters(), *headers]

    def get_examples(self) -> list[OpenApiExample]:
        return [*super().get_examples(), *(_EXAMPLES[status] for status in self._faults())]

    def _faults(self) -> tuple[str, ...]:
        """What an operation may refuse with: only a list takes parameters that can be wrong."""
        return tuple(_EXAMPLES) if getattr(self.view, "action", "") == "list" else tuple(_EXAMPLES)[1:]


_PROBLEMS = {
    "400": problem(
        400,
        "Some of what was sent is not valid; see errors.",
        errors=[{"pointer": "/kind", "detail": "Select a valid choice. spaceship is not one of them."}],
    ),
    "401": problem(401, "This API key is not known, or it was revoked. Without a key you may read, too."),
    "404": problem(404, "Not found."),
    "406": problem(406, "Could not satisfy the request Accept header."),
    "429": problem(429, "Request was throttled. Expected available in 17 seconds."),
}
_EXAMPLES = {
    status: OpenApiExample(
        body["title"], value=body, response_only=True, status_codes=[status], media_type=PROBLEM_JSON
    )
    for status, body in _PROBLEMS.items()
}


def _header(name: str, status: int, words: str, kind: Any = str) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, description=words, response=[status])


_HEADERS = (
    _header("ETag", 200, "Send it back as If-None-Match; 304 says that what you have still holds."),
    _header("Retry-After", 429, "Seconds until requests are answered again", int),
    _header("WWW-Authenticate", 401, "How a key is sent"),
)


class PublicViewSet(KeyedView, viewsets.ReadOnlyModelViewSet[Any]):
    """Read-only. Nobody signs in: the API tells everyone the same as the pages tell a visitor."""

    permission_classes = (AllowAny,)
    http_method_names = ["get", "head", "options"]
    schema = PublicSchema()


def examples_beside(module: str) -> dict[str, OpenApiExample]:
    """The examples of `examples.json` beside a module (its `__file__`), by what each is of: answers of the register
    with its example data, shortened.
    """
    values = json.loads((Path(module).parent / "examples.json").read_text(encoding="utf-8"))
    return {
        name: OpenApiExample(f"One {name}", value=value, response_only=True, status_codes=["200"])
        for name, value in values.items()
    }


class QuickSerializer(serializers.Serializer[Any]):
    """For lists of many fields: how each field is read is worked out once a process, not for every answer and row.

    Two things are given up: an attribute has to be a value, not a method to call (use a method field), and a
    serializer inside this one doesn't see the context.
    """

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return {name: read(self, instance) for name, read in _readers(type(self))}


_Reader = Callable[[QuickSerializer, Any], Any]


@cache
def _readers(of: type[QuickSerializer]) -> list[tuple[str, _Reader]]:
    return [(name, _reader(field)) for name, field in of().fields.items() if not field.write_only]


def _reader(field: serializers.Field[Any, Any, Any, Any]) -> _Reader:
    if isinstance(field, serializers.SerializerMethodField):
        return lambda serializer, row: getattr(serializer, str(field.method_name))(row)
    plain = type(field).get_attribute is serializers.Field.get_attribute and len(field.source_attrs) == 1
    get = attrgetter(field.source_attrs[0]) if plain else field.get_attribute
    represent = field.to_representation

    def read(_serializer: QuickSerializer, row: Any) -> Any:
        value = get(row)
        return None if value is None else represent(value)

    return read


class HeadingsSerializer(serializers.Serializer[Any]):
    """Scores of the five headings, 1 to 4; null where a heading had no criterion that applied."""

    purpose = serializers.FloatField(allow_null=True)
    governance = serializers.FloatField(allow_null=True)
    process = serializers.FloatField(allow_null=True)
    definitions = serializers.FloatField(allow_null=True)
    value = serializers.FloatField(allow_null=True)


class StandingSerializer(QuickSerializer):
    """How something stands in the eyes of the public, from its catalogue entry."""

    status = serializers.CharField(help_text="listed, rated, alert or lapsed")
    status_label = serializers.SerializerMethodField()
    alert = serializers.CharField(allow_blank=True)
    warning = serializers.CharField(allow_blank=True)
    band = serializers.CharField(allow_blank=True, help_text="Empty where there is no rating in force")
    provisional = serializers.BooleanField()
    overall = serializers.FloatField(allow_null=True)
    headings = serializers.SerializerMethodField()
    confidence = serializers.CharField(allow_blank=True)
    confidence_value = serializers.FloatField(allow_null=True)
    framework = serializers.CharField(allow_blank=True)
    rating = serializers.UUIDField(source="rating_public_id", allow_null=True)
    decided_on = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)

    def get_status_label(self, entry: Any) -> str:
        return str(entry.get_status_display())

    def get_headings(self, entry: Any) -> dict[str, float | None]:
        return {code: _number(getattr(entry, code)) for code in HEADINGS}


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


@extend_schema_field(OpenApiTypes.URI)
class PageField(serializers.Field[Any, Any, Any, Any]):
    """Address of the page for people: `PageField("programme_page")` of the row's slug."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, **kwargs)
        self.name = name

    def to_representation(self, value: Any) -> str:
        path = reverse(self.name, args=[value.slug])
        request = self.context.get("request")
        return request.build_absolute_uri(path) if request else path


class SourceSerializer(serializers.Serializer[Any]):
    """Where a reference row comes from."""

    code = serializers.CharField(source="source.code")
    title = serializers.CharField(source="source.title")
    licence = serializers.CharField(source="source.licence")
    as_of = serializers.DateField(source="source_as_of", allow_null=True)


def source_of(row: Any) -> dict[str, Any] | None:
    """The source of a row of reference data; None for rows made in the register itself."""
    return SourceSerializer(row).data if row.source_id else None
