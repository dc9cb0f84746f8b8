"""Everything the register has told a person, and how they want to be told."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lpdqa.accounts.models import User
from lpdqa.notices import services
from lpdqa.notices.forms import ChoiceForm
from lpdqa.notices.models import Notice
from lpdqa.web.access import signed_in

PAGE = 30


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise TypeError("This view needs a signed-in person.")
    return request.user


@signed_in
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """All notices and mails, newest first."""
    # By date: what was loaded or brought in later may tell of an earlier day.
    mine = Notice.objects.filter(user=_user(request)).order_by("-created_at", "-pk")
    page = Paginator(mine, PAGE).get_page(request.GET.get("page"))
    unread = mine.filter(read_at=None).count()
    return render(request, "notices/list.html", {"section": "my_work", "page_obj": page, "unread": unread})


@signed_in
@require_safe
def notice(request: HttpRequest, number: int) -> HttpResponse:
    """One notice as it was sent; opening it reads it."""
    found = get_object_or_404(Notice, user=_user(request), pk=number)
    services.mark_read(user=_user(request), pk=found.pk)
    return render(request, "notices/notice.html", {"section": "my_work", "notice": found})


@signed_in
@require_POST
def all_read(request: HttpRequest) -> HttpResponse:
    """Mark every notice as read."""
    services.mark_read(user=_user(request))
    return redirect("notices")


@signed_in
@require_http_methods(["GET", "POST"])
def choice(request: HttpRequest) -> HttpResponse:
    """How mail comes, and the address of the calendar."""
    user = _user(request)
    standing = services.choice_of(user=user)
    if request.method == "POST" and "new_calendar" in request.POST:
        services.new_calendar(user=user)
        messages.success(request, "Your calendar has a new address. The old one shows nothing any more.")
        return redirect("notice_choice")
    form = ChoiceForm(request.POST or None, initial={"frequency": standing.frequency})
    if request.method == "POST" and form.is_valid():
        services.choose(user=user, frequency=form.cleaned_data["frequency"])
        messages.success(request, "Saved.")
        return redirect("notices")
    address = request.build_absolute_uri(reverse("calendar", args=[standing.calendar_code]))
    return render(request, "notices/choice.html", {"section": "my_work", "form": form, "calendar": address})
