"""Addresses of everything for somebody who is choosing."""

from django.urls import URLPattern, URLResolver, path

from programmes.views import compare, shortlist

urlpatterns: list[URLPattern | URLResolver] = [
    path("compare/", compare.compare_page, name="compare"),
    path("compare/comparison.xlsx", compare.compare_xlsx, name="compare_xlsx"),
    path("shortlist/", shortlist.shortlist_page, name="shortlist"),
    path("shortlist/add/", shortlist.add, name="shortlist_add"),
    path("shortlist/remove/", shortlist.remove, name="shortlist_remove"),
    path("shortlist/note/", shortlist.note, name="shortlist_note"),
    path("shortlist/share/", shortlist.share, name="shortlist_share"),
    path("shortlist/stop-sharing/", shortlist.stop_sharing, name="shortlist_stop_sharing"),
    path("shortlist/shared/<slug:code>/", shortlist.shared_page, name="shortlist_shared"),
    path("shortlist/shared/<slug:code>/copy/", shortlist.copy, name="shortlist_copy"),
]
