"""The steps of a framework version's life: open for comments, back to draft, publish now or on a day, retire."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from lpdqa.accounts.models import User
from lpdqa.clock import today
from lpdqa.web.access import requires
from lpdqa.web.refusals import carried_out
from providers.views.shared import the_user
from reviews.forms.consultation import ConsultForm, NothingForm, PublishForm
from reviews.models import FrameworkVersion
from reviews.queries.consultation import bars_to_publication
from reviews.queries.frameworks import public_frameworks
from reviews.services.consultation import open_consultation
from reviews.services.framework_publication import schedule_publication
from reviews.services.frameworks import move_framework
from reviews.services.second_person import propose_publication
from reviews.views.framework_editor import RUN, framework_or_404

Do = Callable[[FrameworkVersion, User, dict[str, Any]], Any]


@dataclass(frozen=True)
class Step:
    """One step: from which states, what it says, what it asks and what it does."""

    states: tuple[str, ...]
    title: str
    says: str
    button: str
    done: str
    do: Do
    form: type[forms.Form] = NothingForm
    warning: bool = False


def _publish(framework: FrameworkVersion, by: User, typed: dict[str, Any]) -> None:
    propose_publication(
        framework=framework, on=typed["publish_on"] if typed["when"] == "day" else None, by=by
    )


STEPS = {
    "consult": Step(
        ("draft",),
        "Open it for comments",
        "Everybody can read the draft, and everybody with an account can comment on it until the last day. It can’t be "
        "edited meanwhile; you can take it back to draft at any time, and comments are kept.",
        "Open it for comments",
        "It is open for comments.",
        lambda framework, by, typed: open_consultation(framework=framework, by=by, **typed),
        ConsultForm,
    ),
    "closing-day": Step(
        ("consultation",),
        "Change the last day for comments",
        "Everybody sees the day on the public page.",
        "Change the day",
        "The day is changed.",
        lambda framework, by, typed: open_consultation(framework=framework, by=by, **typed),
        ConsultForm,
    ),
    "redraft": Step(
        ("consultation",),
        "Take it back to draft",
        "It can be edited again and is no longer public. Comments and answers are kept with it.",
        "Take it back",
        "It is a draft again.",
        lambda framework, by, typed: move_framework(framework=framework, name="redraft", by=by),
    ),
    "publish": Step(
        ("draft", "consultation"),
        "Publish",
        "A second administrator has to confirm it. From then on it never changes, and new submissions are made under "
        "it. What was started before stays under its own version, and no published rating changes.",
        "Propose to publish it",
        "Proposed. It is published when a second administrator confirms it, under “Waits for a second person”.",
        _publish,
        PublishForm,
        warning=True,
    ),
    "unschedule": Step(
        ("draft", "consultation"),
        "Take off the day of publication",
        "It is then published only when somebody does so.",
        "Take the day off",
        "The day is taken off.",
        lambda framework, by, typed: schedule_publication(framework=framework, on=None, by=by),
    ),
    "retire": Step(
        ("published",),
        "Retire this version",
        "No new submission is made under it. Ratings decided under it stay.",
        "Retire it",
        "The version is retired.",
        lambda framework, by, typed: move_framework(framework=framework, name="retire", by=by),
        warning=True,
    ),
}


def framework_at_step(request: HttpRequest, pk: int, name: str) -> FrameworkVersion:
    """The version, with the step on `framework.step`; 404 for a step it can't take now."""
    framework = framework_or_404(request, pk)
    step = STEPS.get(name)
    if step is None or framework.state not in step.states:
        raise Http404
    framework.step = step  # type: ignore[attr-defined]
    return framework


@requires(RUN, get=framework_at_step)
@require_http_methods(["GET", "POST"])
def take_step(request: HttpRequest, framework: FrameworkVersion) -> HttpResponse:
    """Say what the step does, take what it needs, and do it; on a refusal nothing typed is lost."""
    step: Step = framework.step  # type: ignore[attr-defined]
    form = step.form(
        request.POST if request.method == "POST" else None,
        initial={"closes_on": framework.consultation_closes_on, "publish_on": framework.publish_on},
    )

    def do(**typed: Any) -> None:
        step.do(framework, the_user(request), typed)

    if request.method == "POST" and carried_out(form, do):
        messages.success(request, step.done)
        return redirect("framework_editor", framework.pk)
    return render(
        request,
        "reviews/editor/confirm.html",
        {
            "framework": framework,
            "title": step.title,
            "says": step.says,
            "button": step.button,
            "form": form,
            "warning": step.warning,
            "notes": _notes(framework, step),
        },
    )


def _notes(framework: FrameworkVersion, step: Step) -> list[str]:
    """What to know before the step is taken."""
    if step is STEPS["publish"]:
        bars = bars_to_publication(framework, today())
        return [f"It can’t be published today. {' '.join(bars)}"] if bars else []
    others = public_frameworks().filter(state="published").exclude(pk=framework.pk)
    if step is STEPS["retire"] and not others.exists():
        return ["No other version is published: until one is, nothing new can be submitted."]
    return []
