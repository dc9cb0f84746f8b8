"""Addresses of the pages that belong to no app."""

from django.urls import path

from lpdqa.web import styleguide, views

urlpatterns = [
    path("how-ratings-are-made/", views.how_ratings_are_made, name="how_ratings_are_made"),
    path("providers/about/", views.for_providers, name="for_providers"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]
