"""Addresses of a person's notices."""

from django.urls import path

from lpdqa.notices import views

urlpatterns = [
    path("my-work/notices/", views.notices, name="notices"),
    path("my-work/notices/read/", views.all_read, name="notices_read"),
    path("my-work/notices/choice/", views.choice, name="notice_choice"),
    path("my-work/notices/<int:number>/", views.notice, name="notice"),
]
