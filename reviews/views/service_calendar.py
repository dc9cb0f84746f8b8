"""The service calendar: what falls due in the coming weeks."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lpdqa.clock import today
from lpdqa.web.access import requires
from providers.views.shared import the_user
from reviews.queries.service_calendar import service_calendar as calendar_of

WEEKS = (4, 8, 26)


@requires("accounts.run_register")
@require_safe
def service_calendar(request: HttpRequest) -> HttpResponse:
    """Deadlines, planned steps and bank holidays; how far ahead is in the address."""
    asked = request.GET.get("weeks", "")
    weeks = int(asked) if asked in map(str, WEEKS) else WEEKS[1]
    until = today() + dt.timedelta(weeks=weeks)
    return render(
        request,
        "reviews/board/service_calendar.html",
        {
            "calendar": calendar_of(the_user(request), until=until),
            "until": until,
            "weeks": weeks,
            "choices": WEEKS,
        },
    )
