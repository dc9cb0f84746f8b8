"""The address of the page about the reference data."""

from django.urls import path

from providers.views.sources import sources

urlpatterns = [path("data-sources/", sources, name="data_sources")]
