"""Addresses of the API: version 1, its description and the page that explains it."""

from django.urls import URLPattern, URLResolver, path
from django.views.decorators.http import conditional_page
from drf_spectacular.views import SpectacularAPIView

from programmes.api import views as catalogue
from programmes.api.base import PublicViewSet
from programmes.api.docs import ApiRoot, api_docs
from reviews.api import views as reviews
from reviews.api.rate import RatingByHand


def _endpoints(name: str, view: type[PublicViewSet], one: str) -> list[URLPattern]:
    """The list and the detail of one kind of thing; `one` is the rest of the address of a detail.

    Each answers with an ETag, and 304 where that is what the client has.
    """
    return [
        path(
            f"v1/{name}/",
            conditional_page(view.as_view({"get": "list"})),
            name=f"api_{name.replace('-', '_')}",
        ),
        path(
            f"v1/{name}/{one}/",
            conditional_page(view.as_view({"get": "retrieve"})),
            name=f"api_{name.replace('-', '_')}_one",
        ),
    ]


urlpatterns: list[URLPattern | URLResolver] = [
    path("", api_docs, name="api_docs"),
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("v1/", ApiRoot.as_view(), name="api_root"),
    *_endpoints("catalogue", catalogue.CatalogueViewSet, "<str:kind>/<slug:slug>"),
    *_endpoints("providers", catalogue.ProviderViewSet, "<slug:slug>"),
    *_endpoints("programmes", catalogue.ProgrammeViewSet, "<slug:slug>"),
    *_endpoints("specialist-leaders", catalogue.LeaderViewSet, "<slug:slug>"),
    *_endpoints("frameworks", reviews.FrameworkViewSet, "<slug:code>/<str:version>"),
    *_endpoints("ratings", reviews.RatingViewSet, "<uuid:id>"),
    path("v1/rate/", RatingByHand.as_view(), name="api_rate"),
]
