"""The schools a programme has worked in, as its team keeps them: they change without a review."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from lpdqa.web.access import requires
from lpdqa.web.refusals import carried_out
from programmes.forms.sections import ContextForm
from programmes.models import Programme, ProgrammeContext
from programmes.services.contexts import add_context, remove_context, update_context
from programmes.views.manage_programme import programme_or_404
from providers.views.shared import manage_page, the_user


@requires("programmes.edit_programme", get=programme_or_404)
@require_http_methods(["GET", "POST"])
def context_new(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Add a school that the programme has worked in."""
    form = ContextForm(request.POST or None)
    if request.method == "POST" and carried_out(
        form, lambda **data: add_context(programme=programme, by=the_user(request), **data)
    ):
        messages.success(request, "The school is on the list.")
        return redirect("programme_manage", programme.slug)
    return _page(request, programme, form)


def context_or_404(request: HttpRequest, public_id: Any, **_: Any) -> ProgrammeContext:
    rows = ProgrammeContext.objects.select_related("programme__provider", "school")
    return get_object_or_404(rows, public_id=public_id)


@requires("programmes.edit_programme", get=context_or_404)
@require_http_methods(["GET", "POST"])
def context_edit(request: HttpRequest, context: ProgrammeContext) -> HttpResponse:
    """Change what is said of a school."""
    form = ContextForm(request.POST or None, instance=context, initial={"school": context.school})
    if request.method == "POST" and carried_out(
        form, lambda **data: update_context(context=context, by=the_user(request), **data)
    ):
        messages.success(request, "What you say of the school is saved.")
        return redirect("programme_manage", context.programme.slug)
    return _page(request, context.programme, form, context)


@requires("programmes.edit_programme", get=context_or_404)
@require_POST
def context_remove(request: HttpRequest, context: ProgrammeContext) -> HttpResponse:
    """Take a school off the list."""
    programme = context.programme
    remove_context(context=context, by=the_user(request))
    messages.success(request, "The school is no longer on the list.")
    return redirect("programme_manage", programme.slug)


def _page(
    request: HttpRequest, programme: Programme, form: ContextForm, context: ProgrammeContext | None = None
) -> HttpResponse:
    return manage_page(
        request,
        "programmes/manage/context.html",
        programme.provider,
        programme=programme,
        version=programme.versions.order_by("-number")[0],
        form=form,
        context=context,
    )
