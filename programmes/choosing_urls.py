"""Addresses of everything for somebody who is choosing."""

from django.urls import URLPattern, URLResolver, path

from programmes.views import compare, enquire, feed, manage_enquiries, needs, saved_searches, shortlist

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
    path("find/feed/", feed.search_feed, name="search_feed"),
    path("searches/", saved_searches.search_list, name="searches"),
    path("searches/save/", saved_searches.search_save, name="search_save"),
    path("searches/<uuid:public_id>/", saved_searches.search_change, name="search_change"),
    path("searches/<uuid:public_id>/delete/", saved_searches.search_delete, name="search_delete"),
    path("alerts/stop/<str:token>/", saved_searches.alerts_stop, name="alerts_stop"),
    path("needs/", needs.needs_list, name="needs"),
    path("needs/new/", needs.needs_new, name="needs_new"),
    path("needs/<uuid:public_id>/", needs.needs_page, name="needs_page"),
    path("needs/<uuid:public_id>/change/", needs.needs_edit, name="needs_edit"),
    path("needs/<uuid:public_id>/delete/", needs.needs_delete, name="needs_delete"),
    path("enquire/", enquire.enquire, name="enquire"),
    path("enquiries/", enquire.enquiry_list, name="enquiries"),
    path("enquiries/sent/", enquire.enquiry_sent, name="enquiry_sent"),
    path("enquiries/at/<slug:code>/", enquire.enquiry_page, name="enquiry"),
    path("enquiries/at/<slug:code>/confirm/", enquire.enquiry_confirm, name="enquiry_confirm"),
    path("enquiries/at/<slug:code>/<uuid:public_id>/<slug:step>/", enquire.enquiry_step, name="enquiry_step"),
    path("manage/providers/<slug:slug>/enquiries/", manage_enquiries.enquiry_inbox, name="enquiry_inbox"),
    path("manage/enquiries/<uuid:public_id>/", manage_enquiries.enquiry_manage, name="enquiry_manage"),
]
