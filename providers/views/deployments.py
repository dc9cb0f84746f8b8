"""Deployments: the list, one with its steps and visits, and the evaluation by the supported school's head."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from lpdqa.clock import today
from lpdqa.web.access import public, requires
from lpdqa.web.formats import long_date
from lpdqa.web.refusals import carried_out
from providers.choices import LeaderStatus
from providers.deployment_states import DEPLOYMENT
from providers.forms.answers import answers
from providers.forms.deployments import STEP_FORMS, VALUE_FOR_MONEY, EvaluationForm, RequestForm, VisitForm
from providers.forms.school_facts import SchoolFactsForm
from providers.models import Deployment, Provider, SpecialistLeader
from providers.queries.leaders import deployments_of
from providers.services.deployments import (
    EVALUATION_LINK_DAYS,
    advance_deployment,
    deployment_from_token,
    describe_school,
    evaluate_deployment,
    evaluation_token,
    record_visit,
    request_deployment,
)
from providers.views.leaders import leader_or_404
from providers.views.shared import manage_page, provider_or_404, the_user

# What a step that asks nothing means.
_NOTHING_ASKED = {
    "match": "The specialist leader suits what the school asks for, and both have agreed to talk.",
    "start": "The first visit has begun, or is about to. You then record each visit.",
}


@requires("providers.view_team", get=provider_or_404)
@require_safe
def index(request: HttpRequest, provider: Provider) -> HttpResponse:
    """Every deployment of the provider's leaders."""
    page = Paginator(deployments_of(provider), 50).get_page(request.GET.get("page"))
    return manage_page(request, "providers/manage/deployments.html", provider, page_obj=page)


@requires("providers.edit_provider", get=leader_or_404)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, leader: SpecialistLeader) -> HttpResponse:
    """Record that a school asks for a leader."""
    made: list[Deployment] = []
    form = RequestForm(request.POST or None, initial={"requested_on": today()})
    if request.method == "POST" and carried_out(
        form, lambda **data: made.append(request_deployment(leader=leader, by=the_user(request), **data))
    ):
        messages.success(request, "The request is recorded.")
        return redirect("deployment_detail", made[0].public_id)
    return manage_page(
        request,
        "providers/manage/deployment_new.html",
        leader.designator,
        leader=leader,
        form=form,
        designated=leader.status == LeaderStatus.DESIGNATED,
    )


def deployment_or_404(request: HttpRequest, public_id: Any, **_: Any) -> Deployment:
    rows = Deployment.objects.select_related("leader__designator", "supported_school")
    return get_object_or_404(rows, public_id=public_id)


@requires("providers.view_team", get=deployment_or_404)
@require_safe
def detail(request: HttpRequest, deployment: Deployment) -> HttpResponse:
    """One deployment: how far it is, what was agreed, the visits, and the step that comes next."""
    return _detail(request, deployment)


@requires("providers.edit_provider", get=deployment_or_404)
@require_http_methods(["GET", "POST"])
def visits(request: HttpRequest, deployment: Deployment) -> HttpResponse:
    """Add the note of a visit."""
    if request.method == "GET":
        return redirect("deployment_detail", deployment.public_id)
    form = VisitForm(request.POST)
    if carried_out(form, lambda **data: record_visit(deployment=deployment, by=the_user(request), **data)):
        messages.success(request, "The visit is recorded.")
        return redirect("deployment_detail", deployment.public_id)
    return _detail(request, deployment, form)


@requires("providers.edit_provider", get=deployment_or_404)
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, deployment: Deployment) -> HttpResponse:
    """What one step asks, and taking it. A step that is not the next one leads back to the deployment."""
    match = request.resolver_match
    name = match.kwargs.get("step", "") if match else ""
    if name not in STEP_FORMS:
        raise Http404
    transition = next((each for each in DEPLOYMENT.available(deployment.state) if each.name == name), None)
    if transition is None and request.method == "GET":
        return redirect("deployment_detail", deployment.public_id)
    form = STEP_FORMS[name](request.POST if request.method == "POST" else None, instance=deployment)
    if request.method == "POST" and carried_out(
        form,
        lambda **data: advance_deployment(deployment=deployment, by=the_user(request), step=name, **data),
    ):
        messages.success(request, f"The deployment is now “{deployment.get_state_display()}”.")
        return redirect("deployment_detail", deployment.public_id)
    label = next(each.label for each in DEPLOYMENT.transitions if each.name == name)
    return manage_page(
        request,
        "providers/manage/deployment_step.html",
        deployment.leader.designator,
        deployment=deployment,
        form=form,
        label=label,
        lead=_NOTHING_ASKED.get(name, ""),
    )


@requires("providers.edit_provider", get=deployment_or_404)
@require_http_methods(["GET", "POST"])
def school(request: HttpRequest, deployment: Deployment) -> HttpResponse:
    """What the supported school was like at the time, for schools that look for what has worked in theirs."""
    form = SchoolFactsForm(request.POST or None, instance=deployment)
    if request.method == "POST" and carried_out(
        form, lambda **data: describe_school(deployment=deployment, by=the_user(request), **data)
    ):
        messages.success(request, "What the school was like is saved.")
        return redirect("deployment_detail", deployment.public_id)
    return manage_page(
        request,
        "providers/manage/deployment_school.html",
        deployment.leader.designator,
        deployment=deployment,
        form=form,
    )


@public
@require_http_methods(["GET", "POST"])
def evaluate(request: HttpRequest, token: str) -> HttpResponse:
    """The supported school’s head says what the work brought. The signed link stands in for an account."""
    deployment = deployment_from_token(token)
    if deployment is None:
        raise Http404
    form = EvaluationForm(request.POST or None)
    by = request.user if request.user.is_authenticated else None
    if request.method == "POST" and carried_out(
        form, lambda **data: evaluate_deployment(deployment=deployment, by=by, **data)
    ):
        return redirect("deployment_evaluate", token)
    return render(
        request,
        "providers/evaluate.html",
        {"deployment": deployment, "form": form, "open": deployment.state == "reviewed"},
    )


def _detail(request: HttpRequest, deployment: Deployment, form: VisitForm | None = None) -> HttpResponse:
    states = [state.code for state in DEPLOYMENT.states]
    reached = states.index(deployment.state)
    following = [each for each in DEPLOYMENT.available(deployment.state) if each.name in STEP_FORMS]
    link = ""
    if deployment.state == "reviewed":
        link = request.build_absolute_uri(reverse("deployment_evaluate", args=[evaluation_token(deployment)]))
    return manage_page(
        request,
        "providers/manage/deployment.html",
        deployment.leader.designator,
        deployment=deployment,
        form=form or VisitForm(initial={"on": today()}),
        visits=list(deployment.visits.all()),
        facts=_facts(deployment),
        school_facts=answers(SchoolFactsForm(instance=deployment)),
        verdict=_verdict(deployment) if deployment.evaluated_at else [],
        takes_visits=deployment.state in ("visiting", "reviewed"),
        stages=[
            {
                "name": state.name,
                "state": "done" if number < reached else "now" if number == reached else "later",
            }
            for number, state in enumerate(DEPLOYMENT.states)
        ],
        next_step=following[0] if following else None,
        link=link,
        link_days=EVALUATION_LINK_DAYS,
    )


def _facts(deployment: Deployment) -> list[tuple[str, str]]:
    """What has been said so far, step by step, in the words of the steps' own questions."""
    rows = [
        ("School", deployment.school_label),
        ("Specialist leader", deployment.leader.name),
        ("Asked on", long_date(deployment.requested_on)),
    ]
    for form in STEP_FORMS.values():
        rows += [row for row in answers(form(instance=deployment)) if row not in rows]
    return [*rows, ("Closed on", long_date(deployment.closed_on))]


def _verdict(deployment: Deployment) -> list[tuple[str, str]]:
    return [
        ("What the work brought", deployment.evaluation),
        ("How far the effect is seen", deployment.get_evaluation_level_display()),
        ("Worth what it cost", dict(VALUE_FOR_MONEY).get(deployment.evaluation_value or 0, "")),
        ("By", f"{deployment.evaluator_name}, {long_date(deployment.evaluated_at)}"),
    ]
