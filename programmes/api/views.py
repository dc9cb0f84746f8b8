"""The catalogue and what stands in it: what the pages show a visitor, and no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.http import http_date
from django_filters.utils import translate_validation
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from lpdqa.clock import today
from programmes.api.base import PublicViewSet, examples_beside
from programmes.api.facets import FacetedPages
from programmes.api.serializers import (
    EntrySerializer,
    LeaderSerializer,
    ProgrammeSerializer,
    ProviderSerializer,
)
from programmes.choices import EntryKind, ProgrammeKind
from programmes.filters import CatalogueFilter, CatalogueForm
from programmes.models import CatalogueEntry, Cohort, Price, Programme
from programmes.queries.feedback import answers_on
from programmes.queries.find import find
from programmes.queries.fit import fits
from programmes.queries.last_change import last_change
from programmes.queries.leaders import evaluations_on
from providers.choices import LeaderKind, ProviderKind
from providers.models import Provider, SpecialistLeader

_EXAMPLES = examples_beside(__file__)


@extend_schema_view(
    list=extend_schema(
        summary="Search the catalogue",
        description="The search of the pages, with the same filters and the same order. At first only what "
        "is quality assured; status=all gives everything on the register. Repeat a filter for “or”. The facets "
        "of the answer count what each choice would find beside the other filters; a facet ignores what is "
        "chosen in itself. Follow `next` to page: it keeps the seed of the neutral order.",
        examples=[_EXAMPLES["entry"]],
    )
)
class CatalogueViewSet(PublicViewSet):
    """Search the catalogue, or read one entry."""

    queryset = CatalogueEntry.objects.select_related("provider", "region")
    serializer_class = EntrySerializer
    filterset_class = CatalogueFilter
    pagination_class = FacetedPages

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        form = CatalogueForm(request.query_params)
        if not form.is_valid():
            raise translate_validation(form.errors)
        found = find(form.query)
        pages = FacetedPages()
        page = pages.paginate_queryset(found, request, view=self)
        context = self.get_serializer_context()
        if form.query.school:
            context["fits"] = fits(form.query.school, page)
        response = pages.get_paginated_response(EntrySerializer(page, many=True, context=context).data, found)
        modified = last_change()
        if modified:
            response["Last-Modified"] = http_date(modified.timestamp())
        return response

    @extend_schema(
        summary="Read one entry",
        description="One programme, specialist leader or organisation as the search shows it.",
        examples=[_EXAMPLES["entry"]],
        parameters=[
            OpenApiParameter("kind", str, OpenApiParameter.PATH, enum=EntryKind.values),
            OpenApiParameter("slug", str, OpenApiParameter.PATH),
        ],
    )
    def retrieve(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return super().retrieve(request, *args, **kwargs)

    def get_object(self) -> CatalogueEntry:
        return get_object_or_404(self.queryset.all(), kind=self.kwargs["kind"], slug=self.kwargs["slug"])


class ProviderFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=ProviderKind.choices)
    region = django_filters.CharFilter(field_name="region__code")
    authority = django_filters.CharFilter(field_name="authority_id", max_length=3)
    is_example = django_filters.BooleanFilter()

    class Meta:
        model = Provider
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(summary="List providers", examples=[_EXAMPLES["provider"]]),
    retrieve=extend_schema(summary="Read one provider", examples=[_EXAMPLES["provider"]]),
)
class ProviderViewSet(PublicViewSet):
    """Organisations on the register, those listed but not reviewed too, with source and date."""

    queryset = (
        Provider.objects.filter(listed_at__isnull=False)
        .select_related("region", "source")
        .prefetch_related(
            Prefetch(
                "catalogue_entries", CatalogueEntry.objects.filter(kind=EntryKind.PROVIDER), "own_entries"
            )
        )
        .order_by("slug")
    )
    serializer_class = ProviderSerializer
    filterset_class = ProviderFilter
    lookup_field = "slug"


class WithVoices(PublicViewSet):
    """Gives each row what those say who have had it, in one query for all rows of an answer."""

    voices: Callable[[list[int]], dict[int, Any]]

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        serializer = super().get_serializer(*args, **kwargs)
        rows = (args[0] if kwargs.get("many") else args[:1]) if args else ()
        serializer.context["voices"] = self.voices([row.pk for row in rows])
        return serializer


class ProgrammeFilter(django_filters.FilterSet):
    provider = django_filters.CharFilter(field_name="provider__slug")
    kind = django_filters.ChoiceFilter(choices=ProgrammeKind.choices)
    npq = django_filters.CharFilter(field_name="npq_course_id")

    class Meta:
        model = Programme
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(summary="List programmes", examples=[_EXAMPLES["programme"]]),
    retrieve=extend_schema(summary="Read one programme", examples=[_EXAMPLES["programme"]]),
)
class ProgrammeViewSet(WithVoices):
    """Programmes with their public version, prices, cohorts to come and what commissioners say."""

    serializer_class = ProgrammeSerializer
    voices = staticmethod(answers_on)
    filterset_class = ProgrammeFilter
    lookup_field = "slug"
    queryset = Programme.objects.filter(public_version__isnull=False)

    def get_queryset(self) -> QuerySet[Programme]:
        on = today()
        return (
            Programme.objects.filter(public_version__isnull=False)
            .select_related("provider", "public_version", "source", "catalogue_entry")
            .prefetch_related(
                Prefetch("prices", Price.objects.order_by("-valid_from", "-id")),
                Prefetch(
                    "cohorts",
                    Cohort.objects.filter(starts_on__gte=on).order_by("starts_on", "id"),
                    "cohorts_to_come",
                ),
            )
            .order_by("slug")
        )


class LeaderFilter(django_filters.FilterSet):
    designator = django_filters.CharFilter(field_name="designator__slug")
    kind = django_filters.ChoiceFilter(choices=LeaderKind.choices)

    class Meta:
        model = SpecialistLeader
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(summary="List specialist leaders", examples=[_EXAMPLES["leader"]]),
    retrieve=extend_schema(summary="Read one specialist leader", examples=[_EXAMPLES["leader"]]),
)
class LeaderViewSet(WithVoices):
    """Specialist leaders; by code where they have not agreed to be named."""

    queryset = (
        SpecialistLeader.objects.filter(listed_at__isnull=False)
        .select_related("designator", "catalogue_entry")
        .order_by("slug")
    )
    serializer_class = LeaderSerializer
    voices = staticmethod(evaluations_on)
    filterset_class = LeaderFilter
    lookup_field = "slug"
