"""Addresses of My work and of the pages a provider works through, from a draft to an appeal."""

from django.urls import URLPattern, URLResolver, path

from reviews.views import (
    appeals_provider,
    calendar,
    complaints,
    conditions,
    evidence,
    facts,
    my_work,
    participation,
    previews,
    submissions,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("my-work/", my_work.my_work, name="my_work"),
    path(
        "manage/programmes/<slug:slug>/versions/<int:number>/preview/",
        previews.programme_preview,
        name="programme_preview",
    ),
    path("manage/providers/<slug:slug>/preview/", previews.provider_preview, name="provider_preview"),
    path("manage/specialist-leaders/<slug:slug>/preview/", previews.leader_preview, name="leader_preview"),
    path("manage/providers/<slug:slug>/figures/", participation.figures, name="provider_figures"),
    path("calendar/<slug:code>.ics", calendar.calendar, name="calendar"),
    path("submissions/start/<str:kind>/<slug:slug>/", submissions.start, name="submission_start"),
    path("submissions/<uuid:public_id>/", submissions.detail, name="submission_detail"),
    path(
        "submissions/<uuid:public_id>/criteria/<str:code>/",
        submissions.criterion,
        name="submission_criterion",
    ),
    path("submissions/<uuid:public_id>/submit/", submissions.submit, name="submission_submit"),
    path("submissions/<uuid:public_id>/withdraw/", submissions.withdraw, name="submission_withdraw"),
    path(
        "submissions/<uuid:public_id>/requests/<int:number>/",
        submissions.answer_request,
        name="evidence_request",
    ),
    path("submissions/<uuid:public_id>/evidence/add/<str:kind>/", evidence.add, name="evidence_add"),
    path("evidence/<uuid:public_id>/", evidence.download, name="evidence_download"),
    path("evidence/<uuid:public_id>/withdraw/", evidence.withdraw, name="evidence_withdraw"),
    path("submissions/<uuid:public_id>/facts/", facts.fact_check, name="fact_check"),
    path("submissions/<uuid:public_id>/decision/", appeals_provider.report, name="submission_report"),
    path(
        "submissions/<uuid:public_id>/decision/report.pdf",
        appeals_provider.report_pdf,
        name="submission_report_pdf",
    ),
    path(
        "submissions/<uuid:public_id>/conditions/<int:number>/",
        conditions.report,
        name="condition_report",
    ),
    path("submissions/<uuid:public_id>/complaint/", complaints.about_handling, name="complaint_lodge"),
    path("concerns/<uuid:public_id>/", complaints.about_provision, name="concern"),
    path("complaints/<uuid:public_id>/", complaints.complaint, name="complaint"),
    path("submissions/<uuid:public_id>/appeal/", appeals_provider.lodge, name="appeal_lodge"),
]
