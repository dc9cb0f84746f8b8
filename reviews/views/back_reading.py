"""Back-reading: what was drawn, and one file with every rationale and what they came to."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from lpdqa.web.access import requires
from lpdqa.web.refusals import carried_out
from providers.views.shared import the_user
from reviews.forms.moderation import LookAtForm
from reviews.models import BackReading
from reviews.queries.blind_scores import BEING_SCORED
from reviews.queries.consensus import preview, rationales
from reviews.queries.moderation import readings
from reviews.services.back_reading import SHARE, note_reading

PAGE = 50


@requires("accounts.run_register")
@require_GET
def back_readings(request: HttpRequest) -> HttpResponse:
    """Files that were drawn: to be read, and those that were."""
    read = request.GET.get("show") == "read"
    page = Paginator(readings(the_user(request), read=read), PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "read": read, "share": round(100 * SHARE)}
    return render(request, "reviews/board/back_readings.html", context)


def reading_or_404(request: HttpRequest, public_id: UUID) -> BackReading:
    return get_object_or_404(
        BackReading.objects.exclude(submission__state__in=BEING_SCORED).select_related(
            "submission__provider", "submission__version__programme", "submission__leader", "submission__framework",
            "looked_by",
        ),
        public_id=public_id,
        drawn=True,
    )  # fmt: skip


@requires("reviews.moderate", get=reading_or_404)
@require_http_methods(["GET", "POST"])
def back_reading(request: HttpRequest, reading: BackReading) -> HttpResponse:
    """Read a file again: both rationales and the third, the consensus, and what was found."""
    form = LookAtForm(request.POST if request.method == "POST" else None)

    def note(**typed: str) -> None:
        note_reading(reading=reading, by=the_user(request), **typed)

    if request.method == "POST" and carried_out(form, note):
        messages.success(request, f"Noted: {reading.submission.title}.")
        return redirect("back_readings")
    found, given = preview(reading.submission), rationales(reading.submission)
    return render(
        request,
        "reviews/board/back_reading.html",
        {
            "reading": reading,
            "submission": reading.submission,
            "form": form,
            "preview": found,
            "scored": [(row, given.get(row.criterion.code, [])) for row in found.rows],
        },
    )
