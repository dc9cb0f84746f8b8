"""A person's deadlines as a calendar, under an address that only they know."""

from __future__ import annotations

import datetime as dt
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from lpdqa.clock import now
from lpdqa.notices.models import NoticeChoice
from lpdqa.web.access import public
from reviews.queries.my_work import my_work

REFRESH = dt.timedelta(hours=6)


@public
@require_safe
def calendar(request: HttpRequest, code: str) -> HttpResponse:
    """What waits for somebody and by when; calendars fetch it without signing in, so the code is the key."""
    choice = get_object_or_404(
        NoticeChoice.objects.select_related("user"), calendar_code=code, user__is_active=True
    )
    made = Calendar()
    made.add("prodid", f"-//{settings.REGISTER_NAME}//Deadlines//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", f"{settings.REGISTER_NAME}: deadlines")
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    work = my_work(choice.user)
    for item in [*work.needs, *work.under_way]:
        if item.due is None:
            continue
        event = Event()
        mark = sha256(f"{item.url} {item.text}".encode()).hexdigest()[:32]
        event.add("uid", f"{mark}@{request.get_host()}")
        event.add("dtstamp", now().astimezone(dt.UTC))
        event.add("dtstart", item.due)
        event.add("dtend", item.due + dt.timedelta(days=1))
        event.add("summary", item.text)
        event.add("description", item.note or item.about)
        event.add("url", request.build_absolute_uri(item.url))
        event.add("transp", "TRANSPARENT")
        made.add_component(event)
    response = HttpResponse(made.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="deadlines.ics"'
    response["Cache-Control"] = "private, no-store"
    return response
