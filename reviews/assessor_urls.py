"""Addresses of the assessors' pages."""

from django.urls import URLPattern, URLResolver, path

from reviews.views import assessments, statistics

urlpatterns: list[URLPattern | URLResolver] = [
    path("assessments/consistency/", statistics.own_consistency, name="own_consistency"),
    path("assessments/<uuid:public_id>/", assessments.detail, name="assessment_detail"),
    path(
        "assessments/<uuid:public_id>/criteria/<slug:code>/",
        assessments.criterion,
        name="assessment_criterion",
    ),
    path("assessments/<uuid:public_id>/submit/", assessments.submit, name="assessment_submit"),
]
