"""Answering the yearly question about a specialist leader."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from lpdqa.web.access import requires
from lpdqa.web.refusals import carried_out
from providers.forms.leaders import AvailabilityForm
from providers.models import LeaderCheck
from providers.services.leader_checks import answer_check
from providers.views.shared import manage_page, the_user


def check_or_404(request: HttpRequest, public_id: Any, **_: Any) -> LeaderCheck:
    return get_object_or_404(LeaderCheck.objects.select_related("leader__designator"), public_id=public_id)


@requires("providers.edit_provider", get=check_or_404)
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, check: LeaderCheck) -> HttpResponse:
    """The question, and what an answer does."""
    form = AvailabilityForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and carried_out(
        form, lambda **data: answer_check(check=check, by=the_user(request), **data)
    ):
        messages.success(request, "Thank you. The public page says so now.")
        return redirect("leader_manage", check.leader.slug)
    return manage_page(
        request, "providers/manage/leader_check.html", check.leader.designator, check=check, form=form
    )
