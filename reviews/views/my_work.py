"""The page people start on after signing in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lpdqa.notices.queries import unread_of
from lpdqa.web.access import signed_in
from providers.views.shared import the_user
from reviews.queries.my_work import my_work as work_of


@signed_in
@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """What needs this person now, what is under way, what is done."""
    user = the_user(request)
    return render(request, "reviews/my_work.html", {"work": work_of(user), "unread": unread_of(user)})
