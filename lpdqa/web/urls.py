"""Addresses of the pages that belong to no app."""

from django.urls import path

from lpdqa.web import key_pages, styleguide, views

urlpatterns = [
    path("how-ratings-are-made/", views.how_ratings_are_made, name="how_ratings_are_made"),
    path("providers/about/", views.for_providers, name="for_providers"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("account/api-keys/", key_pages.api_keys, name="api_keys"),
    path("account/api-keys/<slug:prefix>/revoke/", key_pages.api_key_revoke, name="api_key_revoke"),
    path("board/api-keys/", key_pages.api_keys_of_all, name="api_keys_of_all"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]
