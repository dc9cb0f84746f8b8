"""Addresses of the assessors' pages."""

from django.urls import URLPattern, URLResolver, path

from reviews.views import assessments, assessor_profiles, calibration, statistics

urlpatterns: list[URLPattern | URLResolver] = [
    path("assessments/consistency/", statistics.own_consistency, name="own_consistency"),
    path("assessments/profile/", assessor_profiles.own, name="own_profile"),
    path("assessments/calibration/", calibration.index, name="calibration"),
    path("assessments/calibration/<uuid:public_id>/", calibration.attempt, name="calibration_attempt"),
    path(
        "assessments/calibration/<uuid:public_id>/<int:position>/",
        calibration.example,
        name="calibration_answer",
    ),
    path("assessments/<uuid:public_id>/conflict/", assessments.conflict, name="assessment_conflict"),
    path("assessments/<uuid:public_id>/", assessments.detail, name="assessment_detail"),
    path(
        "assessments/<uuid:public_id>/criteria/<slug:code>/",
        assessments.criterion,
        name="assessment_criterion",
    ),
    path(
        "assessments/<uuid:public_id>/criteria/<slug:code>/save.json",
        assessments.autosave,
        name="assessment_autosave",
    ),
    path("assessments/<uuid:public_id>/submit/", assessments.submit, name="assessment_submit"),
]
