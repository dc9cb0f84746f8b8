"""Addresses of the pages of one programme, specialist leader or provider, and the lists of them for machines."""

from django.contrib.sitemaps import views as sitemap_views
from django.urls import path

from reviews.sitemaps import SITEMAPS
from reviews.views import machines, public_pages, questions

urlpatterns = [
    path("questions/", questions.questions, name="questions"),
    path("programmes/<slug:slug>/", public_pages.programme_page, name="programme_page"),
    path("specialist-leaders/<slug:slug>/", public_pages.leader_page, name="leader_page"),
    path("providers/<slug:slug>/", public_pages.provider_page, name="provider_page"),
    path("preview.png", machines.preview, name="preview"),
    path("preview/<slug:kind>/<slug:slug>.png", machines.entry_preview, name="entry_preview"),
    path("robots.txt", machines.robots, name="robots"),
    path(
        "sitemap.xml",
        sitemap_views.index,
        {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap"},
        name="sitemaps",
    ),
    path("sitemap-<slug:section>.xml", sitemap_views.sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
]
