"""Deciding many together: choose, read what will happen, do it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from lpdqa.web.access import requires
from lpdqa.web.refusals import show
from providers.views.shared import the_user
from reviews.models import Submission
from reviews.queries.decision_round import to_decide
from reviews.queries.decisions import bar_to_deciding
from reviews.services import decision_round as rounds

RUN = "reviews.run_reviews"
PAGE = 50


class NothingForm(forms.Form):
    """Nothing to type: it is only confirmed."""


class DayForm(forms.Form):
    on = forms.DateField(
        label="Day", help_text="They are published early that morning.", widget=forms.DateInput()
    )


@dataclass(frozen=True)
class What:
    """One thing that can be done with many at once."""

    title: str
    says: str
    button: str
    done: str
    do: Callable[..., rounds.Round]
    form: type[forms.Form] = NothingForm


WHAT = {
    "prepare": What(
        "Prepare drafts",
        "A decision is drafted for each from its scores: outcome and band as they come out, strengths and what to "
        "improve in the words of the framework. Read and change the words before somebody else approves them.",
        "Prepare these drafts",
        "drafted",
        rounds.prepare_drafts,
    ),
    "approve": What(
        "Approve decisions",
        "From then on they can’t be changed, and the providers can read them. Approve only what you have read.",
        "Approve these decisions",
        "approved",
        rounds.approve_drafts,
    ),
    "publish": What(
        "Publish now",
        "Each rating is worked out by a job and shown to everybody within seconds. Decisions with the outcome "
        "“not yet” are closed: only the provider reads them.",
        "Publish these decisions",
        "published or closed",
        rounds.publish_round,
    ),
    "schedule": What(
        "Publish on a day",
        "A job publishes them early on that day. Until then nothing is shown to the public, and any of them can "
        "still be published by hand.",
        "Set the day",
        "to be published on that day",
        rounds.schedule_round,
        DayForm,
    ),
}


@requires(RUN)
@require_GET
def decisions(request: HttpRequest) -> HttpResponse:
    """Three heaps: to draft, to approve, to publish."""
    return render(request, "reviews/board/decisions.html", {"found": to_decide(the_user(request))})


@requires(RUN)
@require_POST
def decide_together(request: HttpRequest) -> HttpResponse:
    """Say what will happen to each of those chosen, and do it once that is confirmed."""
    what = WHAT.get(request.POST.get("what", ""))
    chosen = _chosen(request)
    if what is None or not chosen:
        messages.error(request, "Choose at least one decision and what to do; nothing was done.")
        return redirect("decisions")
    form = what.form(request.POST if "sure" in request.POST else None)
    if "sure" in request.POST and form.is_valid():
        try:
            found = what.do(submissions=chosen, by=the_user(request), **form.cleaned_data)
        except ValidationError as refusal:
            show(form, refusal)
        else:
            _tell(request, what, found)
            return redirect("decisions")
    context: dict[str, Any] = {"what": what, "name": request.POST["what"], "chosen": chosen, "form": form}
    return render(request, "reviews/board/decide_together.html", context)


def _chosen(request: HttpRequest) -> list[Submission]:
    """The submissions ticked, of those this person may run; numbers that name none are left out."""
    user = the_user(request)
    keys = [key for key in request.POST.getlist("submission") if key.isdecimal() and len(key) < 19][
        : rounds.MOST
    ]
    found = Submission.objects.filter(pk__in=keys).select_related(
        "provider", "version__programme", "leader", "framework"
    )
    return [each for each in found.order_by("state_since", "pk") if not bar_to_deciding(user, each)]


def _tell(request: HttpRequest, what: What, found: rounds.Round) -> None:
    if found.done:
        n = len(found.done)
        messages.success(request, f"{n} decision{'' if n == 1 else 's'} {what.done}.")
    for submission, reason in found.refused[:10]:
        messages.error(request, f"{submission.title}: {reason}")
    if len(found.refused) > 10:
        messages.error(request, f"{len(found.refused) - 10} more were refused.")
