"""Deployments of a specialist leader to another school, from request to close."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now, today
from lpdqa.rows import lock, put
from lpdqa.workflow import WorkflowError
from providers.choices import GuskeyLevel, LeaderStatus
from providers.deployment_states import DEPLOYMENT
from providers.events import leader_changed
from providers.models import FACTS, Deployment, DeploymentVisit, School, SpecialistLeader
from providers.rules import role_in
from providers.services.school_facts import check_facts

EVALUATION_LINK_DAYS = 90
_SALT = "providers.deployment.evaluation"
_DATES = frozenset({"starts_on", "ends_on"})
_RATES = frozenset({"days", "rate_total", "rate_home_school", "rate_brokerage"})
_PLAN = frozenset({"plan", "impact_measures"})

# What each step may bring, and what must be there once it is taken.
STEP_FIELDS: dict[str, frozenset[str]] = {
    "match": _DATES,
    "confirm": _DATES | _RATES,
    "plan": _DATES | _PLAN,
    "start": frozenset({"starts_on"}),
    "review": frozenset({"review_notes", "ends_on"}),
    "close": frozenset({"leader_comment", "closed_on"}),
}
NEEDED: dict[str, dict[str, str]] = {
    "confirm": {
        "days": "Say how many days are agreed.",
        "rate_total": "Give the rate for a day, or 0 if nothing is paid.",
    },
    "plan": {
        "plan": "Say what will be done.",
        "impact_measures": "Say how you will know that it made a difference.",
        "starts_on": "Give the date of the first visit.",
    },
    "review": {"review_notes": "Say what was found against the impact measures."},
}


def request_deployment(
    *,
    leader: SpecialistLeader,
    by: User,
    supported_school: School | None = None,
    supported_school_name: str = "",
    focus: str,
    requested_on: dt.date,
    **fields: Any,
) -> Deployment:
    """Record that a school asks for help. A school on the register is given as such, any other by name.

    Raises:
        ValidationError: by field; also where the leader is not designated.
    """
    with act("deployment.request", by=by) as doing:
        if leader.status != LeaderStatus.DESIGNATED:
            raise ValidationError("Only a designated leader can be deployed. Designate them first.")
        deployment = Deployment(leader=leader)
        put(
            deployment,
            {
                "supported_school": supported_school,
                "supported_school_name": supported_school_name.strip(),
                "focus": focus,
                "requested_on": requested_on,
                **fields,
            },
            allowed=_DATES
            | _RATES
            | _PLAN
            | {"supported_school", "supported_school_name", "focus", "requested_on"},
        )
        if not deployment.school_label:
            raise ValidationError({"supported_school_name": "Say which school asks for help."})
        if deployment.supported_school_id and deployment.supported_school_id == leader.home_school_id:
            raise ValidationError(
                {"supported_school": "A deployment goes to another school than the home school."}
            )
        _check(deployment)
        deployment.save()
        doing.target, doing.to_state = deployment, deployment.state
    return deployment


def advance_deployment(*, deployment: Deployment, by: User, step: str, **fields: Any) -> Deployment:
    """Take a step of the state table; `fields` are what the step brings (`STEP_FIELDS`).

    Raises:
        ValidationError: by field, where something the step needs is missing or doesn't fit.
        WorkflowError: the table has no such step from the present state, or it is not the provider's to take.
    """
    with act(f"deployment.{step}", by=by, target=deployment) as doing:
        lock(deployment)
        transition = DEPLOYMENT.find(step, deployment.state)
        if step not in STEP_FIELDS:
            raise WorkflowError("The evaluation comes from the supported school.")
        put(deployment, fields, allowed=STEP_FIELDS[step])
        if step == "start" and not deployment.starts_on:
            deployment.starts_on = today()
        if step == "close" and not deployment.closed_on:
            deployment.closed_on = today()
        needed = NEEDED.get(step, {})
        if problems := {
            name: words for name, words in needed.items() if getattr(deployment, name) in (None, "")
        }:
            raise ValidationError(problems)
        if step == "review" and not deployment.visits.exists():
            raise ValidationError("Record at least one visit before the review.")
        _check(deployment)
        doing.from_state, doing.to_state = deployment.state, transition.target
        deployment.state = transition.target
        deployment.save()
    return deployment


def describe_school(*, deployment: Deployment, by: User, **facts: Any) -> Deployment:
    """Record what the supported school was like when the work was done (`FACTS`), for “fits my school”.

    Raises:
        ValidationError: by field.
    """
    with act("deployment.school", by=by, target=deployment) as doing:
        lock(deployment)
        changed = put(deployment, facts, allowed=frozenset(FACTS))
        check_facts(deployment)
        deployment.save()
        doing.detail["fields"] = sorted(changed)
        _tell(deployment)
    return deployment


def record_visit(*, deployment: Deployment, by: User, on: dt.date, note: str) -> DeploymentVisit:
    """Keep a dated note of a visit, while visits are under way or being reviewed.

    Raises:
        ValidationError: by field.
        WorkflowError: visits have not begun, or the work has been evaluated.
    """
    with act("deployment.visit", by=by, target=deployment):
        lock(deployment)
        if deployment.state not in ("visiting", "reviewed"):
            raise WorkflowError(f"Visits can’t be recorded while this is “{deployment.get_state_display()}”.")
        problems = {}
        if on > today():
            problems["on"] = "A visit can be recorded once it has taken place."
        elif on < deployment.requested_on:
            problems["on"] = "A visit can’t be before the request."
        if not note.strip():
            problems["note"] = "Say what happened."
        if problems:
            raise ValidationError(problems)
        return DeploymentVisit.objects.create(deployment=deployment, on=on, note=note.strip())


def evaluate_deployment(
    *,
    deployment: Deployment,
    evaluator_name: str,
    evaluation: str,
    evaluation_level: str,
    evaluation_value: int,
    by: User | None = None,
) -> Deployment:
    """Record what the head of the supported school says of the work; given once.

    evaluation_level: how far the effect was seen, Guskey 1 to 5. evaluation_value: value for money, 1 to 4.
    by: None for a head without an account, who comes by a signed link.

    Raises:
        ValidationError: by field; also where `by` is on the team that offers the leader.
        WorkflowError: the work has not been reviewed yet, or has been evaluated.
    """
    with act("deployment.evaluate", by=by, target=deployment) as doing:
        lock(deployment)
        transition = DEPLOYMENT.find("evaluate", deployment.state)
        if by and role_in(by, deployment.leader.designator):
            raise ValidationError(
                "The evaluation must come from the school that was supported, not from the provider."
            )
        problems = {}
        if not evaluator_name.strip():
            problems["evaluator_name"] = "Enter your name."
        if not evaluation.strip():
            problems["evaluation"] = "Say what difference the work made."
        if evaluation_level not in GuskeyLevel.values:
            problems["evaluation_level"] = "Choose how far the effect was seen."
        if evaluation_value not in (1, 2, 3, 4):
            problems["evaluation_value"] = "Choose how good the value was."
        if problems:
            raise ValidationError(problems)
        deployment.evaluator_name, deployment.evaluation = evaluator_name.strip(), evaluation.strip()
        deployment.evaluation_level, deployment.evaluation_value = evaluation_level, evaluation_value
        deployment.evaluated_at = now()
        doing.from_state, doing.to_state = deployment.state, transition.target
        deployment.state = transition.target
        deployment.save()
        _tell(deployment)
    return deployment


def evaluation_token(deployment: Deployment) -> str:
    """What makes the link by which the head of the supported school evaluates without an account."""
    return signing.dumps(str(deployment.public_id), salt=_SALT)


def deployment_from_token(token: str) -> Deployment | None:
    """The deployment a link is for; None where the link was made up or is out of date."""
    try:
        public_id = signing.loads(token, salt=_SALT, max_age=dt.timedelta(days=EVALUATION_LINK_DAYS))
    except signing.BadSignature:
        return None
    return (
        Deployment.objects.select_related("leader__designator", "supported_school")
        .filter(public_id=public_id)
        .first()
    )


def _tell(deployment: Deployment) -> None:
    """Evaluated work is part of what the register knows of its leader."""
    if deployment.evaluated_at:
        leader_changed.send(SpecialistLeader, leader=deployment.leader)


def _check(deployment: Deployment) -> None:
    problems = {}
    if deployment.starts_on and deployment.ends_on and deployment.ends_on < deployment.starts_on:
        problems["ends_on"] = "The end can’t be before the start."
    for name in ("days", "rate_total", "rate_home_school", "rate_brokerage"):
        amount = getattr(deployment, name)
        if amount is not None and amount < 0:
            problems[name] = "This can’t be below zero."
    parts = (deployment.rate_home_school or 0) + (deployment.rate_brokerage or 0)
    if not problems and parts and (deployment.rate_total is None or parts > deployment.rate_total):
        problems["rate_total"] = "The home school’s share and the brokerage fee are more than the rate."
    if problems:
        raise ValidationError(problems)
