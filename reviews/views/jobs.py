"""Whether the jobs run, and what they could not do."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from lpdqa.audit.chain import head
from lpdqa.runtime.health import readiness
from lpdqa.web.access import requires
from providers.views.shared import the_user
from reviews.models import Recomputation, Simulation, StatisticsRun
from reviews.queries.stale import waiting
from reviews.services.ratings import ATTEMPTS, retry_failed


@requires("accounts.run_register")
@require_http_methods(["GET", "POST"])
def jobs(request: HttpRequest) -> HttpResponse:
    """Whether the parts answer, what waits to be worked out, and what could not be; try that again."""
    if request.method == "POST":
        number = retry_failed(by=the_user(request))
        messages.success(
            request, f"{number:,} marked to be worked out again." if number else "Nothing has failed."
        )
        return redirect("jobs")
    _, parts = readiness()
    context = {
        "parts": [{"name": name, **found} for name, found in parts.items()],
        "waiting": waiting(),
        "attempts": ATTEMPTS,
        "recomputations": Recomputation.objects.order_by("-id")[:5],
        "simulations": Simulation.objects.select_related("framework")
        .defer("results", "document")
        .order_by("-id")[:5],
        "runs": StatisticsRun.objects.select_related("framework").order_by("-id")[:5],
        "head": head(),
        "at": timezone.now(),
    }
    return render(request, "reviews/board/jobs.html", context)
