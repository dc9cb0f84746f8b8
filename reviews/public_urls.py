"""Addresses of the pages of one programme, specialist leader or provider, and the lists of them for machines."""

from django.contrib.sitemaps import views as sitemap_views
from django.urls import path

from reviews.sitemaps import SITEMAPS
from reviews.views import credentials, machines, open_data, public_pages, questions

urlpatterns = [
    path("questions/", questions.questions, name="questions"),
    path("programmes/<slug:slug>/", public_pages.programme_page, name="programme_page"),
    path("specialist-leaders/<slug:slug>/", public_pages.leader_page, name="leader_page"),
    path("providers/<slug:slug>/", public_pages.provider_page, name="provider_page"),
    path("badges/keys/", credentials.keys, name="credential_keys"),
    path("badges/keys/<str:thumbprint>/", credentials.key, name="credential_key"),
    path("badges/issuer/", credentials.issuer, name="credential_issuer"),
    path("badges/revoked/", credentials.revoked, name="credential_revoked"),
    path("badges/<uuid:public_id>/", credentials.credential, name="credential"),
    path("badges/<uuid:public_id>/badge.svg", credentials.badge, name="badge"),
    path("badges/<uuid:public_id>/qr.svg", credentials.qr, name="badge_qr"),
    path("badges/<uuid:public_id>/credential.json", credentials.credential_json, name="credential_json"),
    path("badges/<uuid:public_id>/credential.jwt", credentials.credential_jwt, name="credential_jwt"),
    path("preview.png", machines.preview, name="preview"),
    path("preview/<slug:kind>/<slug:slug>.png", machines.entry_preview, name="entry_preview"),
    path("open-data/", open_data.open_data, name="open_data"),
    path("open-data/<str:name>", open_data.open_data_file, name="open_data_file"),
    path("robots.txt", machines.robots, name="robots"),
    path(
        "sitemap.xml",
        sitemap_views.index,
        {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap"},
        name="sitemaps",
    ),
    path("sitemap-<slug:section>.xml", sitemap_views.sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
]
