"""Addresses of what everyone may read. Pages of one programme, leader or provider need their ratings: the
reviews app has them.
"""

from django.urls import path

from programmes.views.fit import fit_page, forget_school, your_school
from programmes.views.home import home
from programmes.views.overview import overview_page
from programmes.views.pictures import search_chart, search_map
from programmes.views.search import search

urlpatterns = [
    path("", home, name="home"),
    path("find/", search, name="search"),
    path("overview/", overview_page, name="overview"),
    path("find/school/", your_school, name="your_school"),
    path("find/school/forget/", forget_school, name="forget_school"),
    path("find/fit/<slug:kind>/<slug:slug>/", fit_page, name="fit"),
    path("find/map/", search_map, name="search_map"),
    path("find/chart/", search_chart, name="search_chart"),
]
