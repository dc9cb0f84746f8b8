"""Addresses of the pages of one programme, specialist leader or provider."""

from django.urls import path

from reviews.views import public_pages

urlpatterns = [
    path("programmes/<slug:slug>/", public_pages.programme_page, name="programme_page"),
    path("specialist-leaders/<slug:slug>/", public_pages.leader_page, name="leader_page"),
    path("providers/<slug:slug>/", public_pages.provider_page, name="provider_page"),
]
