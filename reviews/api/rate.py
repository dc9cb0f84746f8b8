"""Rate one subject by hand over the API: the same as `manage.py rate`; nothing is stored."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from lpdqa.web.api import PROBLEM_JSON
from lpdqa.web.api_keys import KeyedView
from programmes.api.base import HeadingsSerializer, ProblemSerializer, PublicSchema
from programmes.choices import Band
from reviews.choices import SubjectKind
from reviews.models import FrameworkVersion
from reviews.queries.frameworks import current_framework, framework_named, scheme_of
from reviews.rating import InputsError
from reviews.rating.by_hand import rate_by_hand, read_document

LONGEST = 100_000

# What goes in, in JSON Schema: its inner names are the criteria of the framework, which no serializer knows.
_SCORE = {"type": "integer", "minimum": 1, "maximum": 4, "nullable": True}
_COUNT = {"type": "integer", "minimum": 0}
_DOCUMENT = {
    "type": "object",
    "required": ["subject_type", "scores"],
    "additionalProperties": False,
    "properties": {
        "subject_type": {"type": "string", "enum": list(SubjectKind.values)},
        "scores": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": _SCORE, "minItems": 2, "maxItems": 2},
        },
        "adjudications": {"type": "object", "additionalProperties": _SCORE},
        "unverified_claim": {"type": "boolean"},
        "evidence": {
            "type": "object",
            "additionalProperties": False,
            "properties": dict.fromkeys(("claimed", "verified", "independent", "gaps"), _COUNT),
        },
        "decided_months_ago": _COUNT,
    },
}


class DocumentParser(BaseParser):
    """JSON in which a name given twice is a fault, and not the last one's silent win."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        body = stream.read(LONGEST + 1)
        if len(body) > LONGEST:
            raise ParseError(f"More than {LONGEST:,} bytes: one subject takes a few thousand.")
        try:
            return read_document(body.decode("utf-8"), source="The body")
        except UnicodeDecodeError as error:
            raise ParseError("The body is not JSON in UTF-8.") from error
        except InputsError as error:
            raise ParseError(" ".join(error.lines)) from error


class RatingByHand(KeyedView):
    """One rating from scores that are sent; see “By hand” in the documentation of the rating."""

    permission_classes = (AllowAny,)
    parser_classes = (DocumentParser,)
    schema = PublicSchema()

    @extend_schema(
        operation_id="rate_by_hand",
        summary="Rate one subject by hand",
        description="Works out a rating from scores that are sent, as for published ratings. Nothing is stored. "
        "null is “not applicable”; numbers are not rounded.",
        parameters=[
            OpenApiParameter("framework", str, description="Such as LPD-QA-1.0; else the version in force")
        ],
        request={"application/json": _DOCUMENT},
        responses={
            200: inline_serializer(
                "RatingByHand",
                {
                    "band": serializers.ChoiceField(choices=Band.choices, allow_null=True),
                    "overall": serializers.FloatField(allow_null=True),
                    "headings": HeadingsSerializer(),
                    "consensus": serializers.DictField(child=serializers.FloatField(allow_null=True)),
                    "adjudicated": serializers.ListField(child=serializers.CharField()),
                    "awaiting_adjudication": serializers.ListField(child=serializers.CharField()),
                    "confidence": serializers.DictField(allow_null=True),
                    "gates": serializers.ListField(child=serializers.DictField()),
                    "limiters": serializers.ListField(child=serializers.CharField()),
                },
            ),
            (400, PROBLEM_JSON): ProblemSerializer,
            (415, PROBLEM_JSON): ProblemSerializer,
        },
    )
    def post(self, request: Request) -> Response:
        framework = _framework(request.query_params.get("framework", ""))
        try:
            return Response(rate_by_hand(scheme_of(framework), request.data))
        except InputsError as error:
            raise ValidationError({"non_field_errors": error.lines}) from error


def _framework(name: str) -> FrameworkVersion:
    found = framework_named(name) if name else current_framework()
    if found is None or found.published_at is None:
        what = f"There is no published version “{name}”." if name else "No framework has been published yet."
        raise ValidationError({"framework": [what]})
    return found
