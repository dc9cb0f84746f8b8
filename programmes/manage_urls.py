"""Addresses under which a provider's team works on its programmes."""

from django.urls import URLPattern, URLResolver, path

from programmes.views import manage_contexts, manage_dates, manage_imports, manage_programme, manage_provider

_VERSION = "manage/programmes/<slug:slug>/versions/<int:number>/edit/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("manage/providers/<slug:slug>/", manage_provider.provider_manage, name="provider_manage"),
    path("manage/providers/<slug:slug>/programmes/new/", manage_programme.new, name="programme_new"),
    path("manage/providers/<slug:slug>/imports/", manage_imports.imports, name="imports"),
    path(
        "manage/providers/<slug:slug>/exports/<str:kind>.<str:suffix>",
        manage_imports.export,
        name="import_export",
    ),
    path("manage/imports/<uuid:public_id>/", manage_imports.detail, name="import_detail"),
    path("manage/imports/<uuid:public_id>/apply/", manage_imports.apply, name="import_apply"),
    path("manage/imports/<uuid:public_id>/progress/", manage_imports.progress, name="import_progress"),
    path("manage/programmes/<slug:slug>/", manage_programme.manage, name="programme_manage"),
    path("manage/programmes/<slug:slug>/versions/new/", manage_programme.new_version, name="version_new"),
    path(
        "manage/programmes/<slug:slug>/versions/<int:number>/changes/",
        manage_programme.changes,
        name="version_changes",
    ),
    path(_VERSION, manage_programme.edit, name="programme_edit"),
    path(f"{_VERSION}<slug:section>/", manage_programme.section, name="programme_section"),
    path("manage/programmes/<slug:slug>/price/", manage_dates.price, name="programme_price"),
    path("manage/programmes/<slug:slug>/cohorts/new/", manage_dates.cohort_new, name="cohort_new"),
    path("manage/programmes/<slug:slug>/schools/new/", manage_contexts.context_new, name="context_new"),
    path("manage/contexts/<uuid:public_id>/", manage_contexts.context_edit, name="context_edit"),
    path("manage/contexts/<uuid:public_id>/remove/", manage_contexts.context_remove, name="context_remove"),
    path("manage/cohorts/<uuid:public_id>/", manage_dates.cohort_edit, name="cohort_edit"),
    path("manage/cohorts/<uuid:public_id>/remove/", manage_dates.cohort_remove, name="cohort_remove"),
]
