"""How long describing and submitting really takes, beside what the pages estimate."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lpdqa.web.access import requires
from reviews.queries.time_spent import NEWEST, newest, summary


@requires("accounts.run_register")
@require_safe
def time_spent(request: HttpRequest) -> HttpResponse:
    """Medians by kind and the newest pieces of work, without saying who worked."""
    return render(
        request,
        "reviews/board/time_spent.html",
        {"rows": summary(), "lines": newest(), "newest": NEWEST},
    )
