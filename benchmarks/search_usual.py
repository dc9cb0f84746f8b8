"""The usual way to answer a search with counts: a list view, a filter set, and one query of the ORM a facet.

Written for the benchmark only, and independently of `programmes.queries.find` as far as that is possible: what
words, distance and fit mean is taken from the register, everything else is said again.
"""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Case, Count, F, Func, IntegerField, Q, QuerySet, Value, When
from rest_framework.filters import BaseFilterBackend
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.response import Response

from lpdqa.web.api import Pages
from programmes.api.serializers import EntrySerializer
from programmes.choices import HEADINGS
from programmes.models import CatalogueEntry
from programmes.queries.facets import FACETS, Facet
from programmes.queries.fit import my_school
from programmes.queries.neutral import Shuffle
from programmes.queries.search import DISTANCES, LOWEST_SCORES, PRICES, everything, text_query
from programmes.queries.search import SearchQuery as Asked
from providers.queries.places import find_places

STANDINGS = {
    "exemplary": Q(status="rated", band="exemplary"),
    "quality_assured": Q(status="rated", band="quality_assured"),
    "working_towards": Q(status="rated", band="working_towards"),
    "listed": Q(status="listed") | Q(status="rated", band="not_yet"),
    "lapsed": Q(status="lapsed"),
    "alert": Q(status="alert"),
}


class _Several(django_filters.BaseInFilter, django_filters.CharFilter):
    """Values with "or" between them, each in a parameter of its own."""


class UsualFilter(django_filters.FilterSet):
    """Each filter narrows the queryset by itself."""

    kind = django_filters.CharFilter()
    q = django_filters.CharFilter(method="by_words")
    examples = django_filters.CharFilter(method="by_examples")

    class Meta:
        model = CatalogueEntry
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[CatalogueEntry]) -> QuerySet[CatalogueEntry]:
        return self.narrowed(queryset, without="")

    def narrowed(self, queryset: QuerySet[CatalogueEntry], *, without: str) -> QuerySet[CatalogueEntry]:
        """All filters but one facet's."""
        queryset = super().filter_queryset(queryset)
        kind = self.form.cleaned_data.get("kind")
        for facet in FACETS:
            values = self.data.getlist(facet.name)
            if facet.name == without or (kind and kind not in facet.kinds):
                continue
            if facet.name == "status":
                queryset = _standing(queryset, values or ["exemplary", "quality_assured"])
            elif values:
                lookup = "overlap" if facet.many else "in"
                queryset = queryset.filter(**{f"{facet.column}__{lookup}": values})
        for heading in HEADINGS:
            if (lowest := self.data.get(f"min_{heading}")) and without != f"min_{heading}":
                queryset = queryset.filter(**{f"{heading}__gte": lowest})
        if (most := self.data.get("price")) and without != "price" and kind != "provider":
            queryset = queryset.filter(price__lte=most)
        if (within := self.data.get("within")) and without != "within":
            queryset = queryset.filter(_near(int(within)))
        if self.data.get("fits") and "alike" in self.data and without != "fits":
            queryset = queryset.filter(pk__in=self.data["alike"])
        return queryset

    def by_words(self, queryset: QuerySet[CatalogueEntry], name: str, value: str) -> Any:
        return queryset.filter(search=text_query(value))

    def by_examples(self, queryset: QuerySet[CatalogueEntry], name: str, value: str) -> Any:
        return queryset.filter(is_example=False) if value == "no" else queryset


def _near(miles: int) -> Q:
    return Q(distance__lte=miles) | Q(reach__contains=["comes_to_you"], distance__lte=F("travels_miles"))


def _standing(queryset: QuerySet[CatalogueEntry], values: list[str]) -> QuerySet[CatalogueEntry]:
    if "all" in values:
        return queryset
    wanted = Q()
    for value in values:
        wanted |= STANDINGS[value]
    return queryset.filter(wanted)


class _Backend(BaseFilterBackend):
    def filter_queryset(self, request: Any, queryset: Any, view: Any) -> Any:
        data = request.query_params.copy()
        place = find_places(data["place"])[0] if data.get("place") else None
        if place and place.urn:
            school = my_school(place.urn)
            if school:
                data["alike"] = list(school.alike)
        view.place = place
        if place and place.latitude is not None:
            queryset = everything(Asked(place=place))  # type: ignore[arg-type]
        view.filters = UsualFilter(data=data, queryset=queryset)
        view.base = queryset
        return view.filters.qs.select_related("region", "provider").order_by(*_order(data))


def _order(data: Any) -> list[Any]:
    order, words = data.get("order") or "", data.get("q")
    first: list[Any] = []
    if words and order in ("", "match"):
        asked = text_query(words)
        first = [
            Case(
                When(Q(_words("{a}", asked)), then=Value(3)),
                When(Q(_words("{a,b}", asked)), then=Value(2)),
                default=Value(1),
                output_field=IntegerField(),
            ).desc()
        ]
    elif order == "band":
        first = [F("band_rank").desc()]
    elif order == "distance" and data.get("place"):
        first = [F("distance").asc(nulls_last=True)]
    elif order == "price":
        first = [F("price").asc(nulls_last=True)]
    elif order == "start":
        first = [F("next_start").asc(nulls_last=True)]
    return [*first, Shuffle(data["seed"]).expression(), "pk"]


class _Matches(Func):
    """Whether the words of these weights match."""

    arg_joiner = " @@ "
    template = "(%(expressions)s)"

    @property
    def output_field(self) -> Any:
        from django.db.models import BooleanField

        return BooleanField()


def _words(weights: str, asked: Any) -> Any:
    from django.contrib.postgres.search import SearchVectorField

    filtered = Func(F("search"), Value(weights), function="ts_filter", output_field=SearchVectorField())
    return _Matches(filtered, asked)


class UsualView(ListAPIView):  # type: ignore[type-arg]
    """A page of entries, their number, and for each facet its counts."""

    access = "public"
    permission_classes = [AllowAny]
    queryset = CatalogueEntry.objects.select_related("region", "provider").defer("search", "body", "keywords")
    serializer_class = EntrySerializer
    filter_backends = [_Backend]
    pagination_class = Pages

    def list(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        response = super().list(request, *args, **kwargs)
        kind = request.query_params.get("kind")
        response.data["facets"] = {
            facet.name: self._counts(facet) for facet in FACETS if not kind or kind in facet.kinds
        }
        response.data["facets"] |= self._limits()
        return response

    def _limits(self) -> dict[str, dict[str, int]]:
        """How many entries each lowest score, distance and price and "in schools like mine" would leave."""
        data, limits = self.filters.data, {}  # type: ignore[attr-defined]
        for heading in HEADINGS:
            scores = {str(score) for score in LOWEST_SCORES} | {*data.getlist(f"min_{heading}")}
            limits[f"min_{heading}"] = {score: Q(**{f"{heading}__gte": score}) for score in scores}
        if self.place:  # type: ignore[attr-defined]
            miles = {str(far) for far in DISTANCES} | {*data.getlist("within")}
            limits["within"] = {far: _near(int(far)) for far in miles}
        if data.get("kind") != "provider":
            prices = {str(most) for most in PRICES} | {*data.getlist("price")}
            limits["price"] = {most: Q(price__lte=most) for most in prices}
        if "alike" in data:
            limits["fits"] = {"yes": Q(pk__in=data["alike"])}
        counted = {}
        for name, choices in limits.items():
            rows = self.filters.narrowed(self.base, without=name)  # type: ignore[attr-defined]
            each = {f"at_{n}": Count("pk", filter=limit) for n, limit in enumerate(choices.values())}
            counts = rows.order_by().aggregate(**each)
            counted[name] = {choice: counts[f"at_{n}"] for n, choice in enumerate(choices)}
        return counted

    def _counts(self, facet: Facet) -> dict[str, int]:
        rows = self.filters.narrowed(self.base, without=facet.name).order_by()  # type: ignore[attr-defined]
        if facet.name == "status":
            return {code: rows.filter(q).count() for code, q in STANDINGS.items()}
        value: Any = Func(F(facet.column), function="unnest") if facet.many else F(facet.column)
        counted = rows.annotate(facet_value=value).values_list("facet_value").annotate(n=Count("pk"))
        return {str(code): n for code, n in counted if code}
