"""Frameworks and ratings: what everything is judged by, and every step of every public rating."""

from __future__ import annotations

from typing import Any

import django_filters
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_view,
)
from rest_framework import serializers

from programmes.api.base import HeadingsSerializer, PublicViewSet, examples_beside
from programmes.choices import Band
from reviews.choices import SubjectKind
from reviews.models import FrameworkVersion, Rating
from reviews.queries.frameworks import public_frameworks
from reviews.queries.ratings import rating_explanation, visible_ratings, with_currency

_EXAMPLES = examples_beside(__file__)
_IN_LISTS = {
    name: OpenApiExample(
        example.name,
        value={
            key: value for key, value in example.value.items() if key not in ("document", "inputs", "steps")
        },
        response_only=True,
        status_codes=["200"],
    )
    for name, example in _EXAMPLES.items()
}


class FrameworkSerializer(serializers.ModelSerializer[FrameworkVersion]):
    """A framework version."""

    page = serializers.SerializerMethodField()

    class Meta:
        model = FrameworkVersion
        fields = (
            "code",
            "version",
            "title",
            "purpose",
            "context",
            "state",
            "content_hash",
            "published_at",
            "retired_at",
            "page",
        )

    @extend_schema_field(serializers.URLField())
    def get_page(self, framework: FrameworkVersion) -> str:
        path = reverse("framework_page", args=[framework.code, framework.version])
        return self.context["request"].build_absolute_uri(path)


class WholeFrameworkSerializer(FrameworkSerializer):
    """A framework version with the whole document: criteria, descriptors, weights, scheme."""

    document = serializers.JSONField()

    class Meta(FrameworkSerializer.Meta):
        fields = (*FrameworkSerializer.Meta.fields, "document")  # type: ignore[assignment]


@extend_schema_view(list=extend_schema(summary="List framework versions", examples=[_IN_LISTS["framework"]]))
class FrameworkViewSet(PublicViewSet):
    """Framework versions that are in force, retired or open for comments."""

    queryset = public_frameworks()
    serializer_class = FrameworkSerializer

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return WholeFrameworkSerializer if self.action == "retrieve" else FrameworkSerializer

    @extend_schema(
        summary="Read one framework version",
        examples=[_EXAMPLES["framework"]],
        parameters=[
            OpenApiParameter("code", str, OpenApiParameter.PATH),
            OpenApiParameter("version", str, OpenApiParameter.PATH),
        ],
    )
    def retrieve(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return super().retrieve(request, *args, **kwargs)

    def get_object(self) -> FrameworkVersion:
        versions = public_frameworks().defer(None)
        return get_object_or_404(versions, code=self.kwargs["code"], version=self.kwargs["version"])


class SubjectSerializer(serializers.Serializer[Any]):
    """What is rated. A specialist leader goes by the name agreed to, else by kind and code."""

    kind = serializers.ChoiceField(choices=SubjectKind.choices)
    slug = serializers.CharField()
    title = serializers.CharField()
    version = serializers.IntegerField(allow_null=True)
    page = serializers.URLField()


class RatingSerializer(serializers.ModelSerializer[Rating]):
    """A rating."""

    id = serializers.UUIDField(source="public_id")
    subject = serializers.SerializerMethodField()
    provider = serializers.CharField(source="submission.provider.slug")
    framework = serializers.CharField(source="framework.__str__")
    headings = serializers.SerializerMethodField()
    overall = serializers.SerializerMethodField()
    band = serializers.CharField(allow_blank=True, help_text="Empty under an alert, which takes its place")
    confidence_value = serializers.FloatField()
    is_current = serializers.BooleanField(help_text="Whether it is the newest of its submission")
    is_example = serializers.BooleanField(source="submission.is_example")
    page = serializers.SerializerMethodField()

    class Meta:
        model = Rating
        fields = (
            "id",
            "subject",
            "provider",
            "framework",
            "band",
            "provisional",
            "overall",
            "headings",
            "confidence",
            "confidence_value",
            "decided_on",
            "valid_to",
            "algorithm_version",
            "inputs_hash",
            "computed_at",
            "is_current",
            "is_example",
            "page",
        )

    @extend_schema_field(SubjectSerializer())
    def get_subject(self, rating: Rating) -> dict[str, Any]:
        submission = rating.submission
        if submission.version is not None:
            name, slug = "programme_page", submission.version.programme.slug
        elif submission.leader is not None:
            name, slug = "leader_page", submission.leader.slug
        else:
            name, slug = "provider_page", submission.provider.slug
        return {
            "kind": submission.subject_kind,
            "slug": slug,
            "title": submission.title,
            "version": submission.version.number if submission.version else None,
            "page": self._absolute(reverse(name, args=[slug])),
        }

    @extend_schema_field(HeadingsSerializer(allow_null=True))
    def get_headings(self, rating: Rating) -> Any:
        return rating.results["headings"] if rating.band else None

    def get_overall(self, rating: Rating) -> float | None:
        return float(rating.overall) if rating.band else None

    @extend_schema_field(serializers.URLField())
    def get_page(self, rating: Rating) -> str:
        return self._absolute(reverse("rating_explained", args=[rating.public_id]))

    def _absolute(self, path: str) -> str:
        return self.context["request"].build_absolute_uri(path)


class WholeRatingSerializer(RatingSerializer):
    """A rating with what went in (assessors by pseudonym) and every step from scores to band."""

    inputs = serializers.JSONField()
    steps = serializers.SerializerMethodField()

    class Meta(RatingSerializer.Meta):
        fields = (*RatingSerializer.Meta.fields, "inputs", "steps")  # type: ignore[assignment]

    def get_steps(self, rating: Rating) -> dict[str, Any]:
        return rating_explanation(rating).to_dict()


class RatingFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(field_name="subject_kind", choices=SubjectKind.choices)
    band = django_filters.ChoiceFilter(
        choices=[choice for choice in Band.choices if choice[0] != Band.NOT_YET]
    )
    provider = django_filters.CharFilter(field_name="submission__provider__slug")
    decided_from = django_filters.DateFilter(field_name="decided_on", lookup_expr="gte")
    decided_to = django_filters.DateFilter(field_name="decided_on", lookup_expr="lte")

    class Meta:
        model = Rating
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(
        summary="List ratings", description="Newest first; earlier ones stay.", examples=[_IN_LISTS["rating"]]
    ),
    retrieve=extend_schema(summary="Read one rating with every step", examples=[_EXAMPLES["rating"]]),
)
class RatingViewSet(PublicViewSet):
    """Ratings of the public record."""

    queryset = Rating.objects.all()
    serializer_class = RatingSerializer
    filterset_class = RatingFilter
    lookup_field = "public_id"
    lookup_url_kwarg = "id"

    def get_queryset(self) -> QuerySet[Rating]:
        return with_currency(visible_ratings(AnonymousUser())).select_related(
            "framework", "submission__provider", "submission__version__programme", "submission__leader"
        )

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return WholeRatingSerializer if self.action == "retrieve" else RatingSerializer
