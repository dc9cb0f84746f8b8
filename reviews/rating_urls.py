"""Addresses of the public pages on frameworks and on how a rating was worked out."""

from django.urls import URLPattern, URLResolver, path

from reviews.views import by_hand, frameworks, rating, register

urlpatterns: list[URLPattern | URLResolver] = [
    path("decisions/", register.decisions, name="decision_register"),
    path("try-the-rating/", by_hand.try_rating, name="try_rating"),
    path("ratings/<uuid:public_id>/", rating.explained, name="rating_explained"),
    path("framework/", frameworks.index, name="framework_list"),
    path("framework/<slug:code>/<str:version>/", frameworks.detail, name="framework_page"),
    path("framework/<slug:code>/<str:version>/document.json", frameworks.document, name="framework_document"),
]
