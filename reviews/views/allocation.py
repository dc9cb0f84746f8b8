"""Allocating assessors: what waits, a proposal with its reasons, changes by hand, and the invitations."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lpdqa.accounts.models import User
from lpdqa.web.access import requires
from lpdqa.web.refusals import carried_out, words
from providers.views.shared import the_user
from reviews.forms.allocation import SeatsForm
from reviews.models import AllocationFile, AllocationRun, AllocationSeat
from reviews.queries.allocation import (
    allocation_runs,
    files_of,
    gap_in_words,
    progress_of_run,
    readiness,
    reasons,
    seated_in,
)
from reviews.services import allocation as services

PAGE = 50


@requires("reviews.run_reviews")
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """What waits and who can take it; a button that makes a proposal; earlier runs."""
    if request.method == "POST":
        try:
            run = services.ask_for_allocation(by=the_user(request))
        except ValidationError as refusal:
            messages.error(request, words(refusal))
        else:
            return redirect("allocation_run", run.public_id)
    page = Paginator(allocation_runs(), PAGE).get_page(request.GET.get("page"))
    return render(
        request, "reviews/board/allocation.html", {"section": "board", "ready": readiness(), "page_obj": page}
    )


def run_or_404(request: HttpRequest, public_id: UUID) -> AllocationRun:
    return get_object_or_404(allocation_runs(), public_id=public_id)


def file_or_404(request: HttpRequest, public_id: UUID, number: int) -> AllocationFile:
    rows = AllocationFile.objects.select_related(
        "run", "submission__provider", "submission__version__programme", "submission__leader"
    )
    return get_object_or_404(rows, pk=number, run__public_id=public_id)


@requires("reviews.run_reviews")
@require_safe
@never_cache
def detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A run: for each submission who and why, or why nobody; while it is a proposal, what can be done with it."""
    run = run_or_404(request, public_id)
    page = Paginator(files_of(run), PAGE).get_page(request.GET.get("page"))
    blind = seated_in(the_user(request), page.object_list)
    rows = [
        {
            "file": file,
            "blind": file.pk in blind,
            "seats": [] if file.pk in blind else [(seat, reasons(seat)) for seat in file.seats.all()],
            "gap": gap_in_words(run, file) if file.gap_reason else "",
        }
        for file in page.object_list
    ]
    apart = [
        ", ".join(User.objects.filter(pk__in=group).order_by("name").values_list("name", flat=True))
        for group in run.groups
    ]
    return render(
        request,
        "reviews/board/allocation_run.html",
        {
            "section": "board",
            "run": run,
            "rows": rows,
            "page_obj": page,
            "apart": apart,
            "progress": progress_of_run(run),
            "is_proposal": run.state == "proposed",
        },
    )


@requires("reviews.run_reviews")
@require_safe
@never_cache
def progress(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How far it is, for the script of the page."""
    found = progress_of_run(run_or_404(request, public_id))
    return JsonResponse(
        {"running": found.running, "done": found.done, "total": found.total, "note": found.note}
    )


@requires("reviews.run_reviews")
@require_POST
def confirm(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Invite everybody the run proposes."""
    run = run_or_404(request, public_id)
    try:
        services.confirm_allocation(run=run, by=the_user(request))
    except ValidationError as refusal:
        messages.error(request, words(refusal))
    else:
        messages.success(request, "Confirmed. Each assessor accepts or declines before the evidence opens.")
    return redirect("allocation_run", run.public_id)


@requires("reviews.run_reviews")
@require_POST
def set_aside(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give a proposal up."""
    run = run_or_404(request, public_id)
    try:
        services.set_aside_allocation(run=run, by=the_user(request))
    except ValidationError as refusal:
        messages.error(request, words(refusal))
    else:
        messages.success(request, "Set aside. Nobody was invited.")
    return redirect("allocation")


@requires("reviews.run_reviews")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """Choose others for one submission of a proposal, with the checks of the run."""
    file = file_or_404(request, public_id, number)
    if seated_in(the_user(request), [file]):
        raise PermissionDenied
    form = SeatsForm(request.POST if request.method == "POST" else None, file=file)

    def do(assessors: list[User]) -> None:
        services.change_seats(file=file, assessors=assessors, by=the_user(request))

    if request.method == "POST" and carried_out(form, do):
        messages.success(request, f"{file.submission.title}: changed.")
        return redirect("allocation_run", file.run.public_id)
    return render(
        request, "reviews/board/allocation_change.html", {"section": "board", "file": file, "form": form}
    )


@requires("reviews.run_reviews")
@require_POST
def leave_out(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """Leave a submission out of the invitations, or take it in again."""
    file = file_or_404(request, public_id, number)
    if seated_in(the_user(request), [file]):
        raise PermissionDenied
    try:
        services.leave_out(file=file, by=the_user(request), out=request.POST.get("out") == "yes")
    except ValidationError as refusal:
        messages.error(request, words(refusal))
    else:
        verb = "left out" if file.left_out else "taken in again"
        messages.success(request, f"{file.submission.title}: {verb}.")
    return redirect("allocation_run", file.run.public_id)


@requires("reviews.run_reviews")
@require_POST
def swap(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Two assessors change places: what dragging one onto the other asks for."""
    run = run_or_404(request, public_id)
    seats = []
    for name in ("seat", "other"):
        value = request.POST.get(name, "")
        if not value.isdecimal() or len(value) > 18:
            raise Http404
        rows = AllocationSeat.objects.select_related("assessor", "file__run", "file__submission")
        seats.append(get_object_or_404(rows, pk=int(value), file__run=run))
    if seated_in(the_user(request), [seat.file for seat in seats]):
        raise PermissionDenied
    try:
        services.swap_seats(seat=seats[0], other=seats[1], by=the_user(request))
    except ValidationError as refusal:
        messages.error(request, words(refusal))
    else:
        messages.success(request, f"{seats[0].assessor.name} and {seats[1].assessor.name} changed places.")
    return redirect("allocation_run", run.public_id)
