"""Addresses of everything about reviews: the provider's pages, the assessors' and the administrators'."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("reviews.provider_urls")),
    path("", include("reviews.assessor_urls")),
    path("", include("reviews.framework_urls")),
    path("", include("reviews.admin_urls")),
    path("", include("reviews.rating_urls")),
]
