"""Simulations of a draft framework version: asked for, worked out at once or by a job, kept with the draft's hash."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from celery import current_app
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now, today
from lpdqa.workflow import WorkflowError
from reviews.choices import JobState
from reviews.models import FrameworkVersion, Simulation
from reviews.queries.framework_drafts import sources_of_draft
from reviews.queries.simulation import published_ratings, simulate
from reviews.rating import check_framework

logger = logging.getLogger(__name__)

AT_ONCE = 500  # ratings; more are left to the worker
_KEPT = 10  # simulations of one draft
# A run that has said nothing for so long has died, and is taken up again.
_SILENT = dt.timedelta(minutes=5)


def start_simulation(*, framework: FrameworkVersion, by: User) -> Simulation:
    """Ask what published ratings would be under a draft; few are worked out at once, many by the worker.

    ValidationError, with a line for each fault, for an incomplete draft; WorkflowError once it is published.
    """
    if framework.state not in ("draft", "consultation"):
        raise WorkflowError(f"{framework} is published: there is nothing to simulate.")
    if faults := check_framework(framework.document):
        raise ValidationError(faults)
    number = published_ratings().count()
    with act("framework.simulate", by=by, target=framework, detail={"sha256": framework.content_hash}):
        simulation = Simulation.objects.create(
            framework=framework,
            requested_by=by,
            document=framework.document,
            content_hash=framework.content_hash,
            crosswalk=framework.crosswalk,
            total=number,
        )
        older = framework.simulations.order_by("-id").values_list("pk", flat=True)[_KEPT:]
        framework.simulations.filter(pk__in=list(older)).delete()
    if number <= AT_ONCE:
        run_waiting(only=simulation)
        simulation.refresh_from_db()
    else:
        transaction.on_commit(_ask)
    return simulation


def _ask() -> None:
    try:
        current_app.send_task("reviews.tasks.run_simulations", retry=False)
    except Exception:
        logger.exception("simulation_not_queued: the broker can't be reached; the sweep will find it")


def run_waiting(*, only: Simulation | None = None) -> int:
    """Work out the simulations that wait, and those whose worker died; returns how many.

    Safe in any number of workers: each takes what nobody else holds, and says so before it begins.
    """
    count = 0
    while simulation := _take(only):
        _run(simulation)
        count += 1
        if only is not None:
            break
    return count


def _take(only: Simulation | None) -> Simulation | None:
    with transaction.atomic():
        due = Simulation.objects.filter(
            Q(state=JobState.WAITING) | Q(state=JobState.RUNNING, updated_at__lt=now() - _SILENT)
        )
        if only is not None:
            due = due.filter(pk=only.pk)
        simulation = (
            due.select_related("framework__based_on")
            .order_by("id")
            .select_for_update(skip_locked=True, of=("self",))
            .first()
        )
        if simulation is not None:
            simulation.state, simulation.done = JobState.RUNNING, 0
            simulation.save()
        return simulation


def _run(simulation: Simulation) -> None:
    def progress(done: int) -> None:
        Simulation.objects.filter(pk=simulation.pk).update(done=done, updated_at=now())

    sources = sources_of_draft(simulation.framework, simulation.document, simulation.crosswalk)
    outcome: dict[str, Any] = {"state": JobState.DONE, "failure": ""}
    try:
        results = simulate(simulation.document, sources, on=today(), progress=progress)
    except Exception as error:
        logger.exception("simulation_failed: %d", simulation.pk)
        outcome |= {"state": JobState.FAILED, "failure": f"{type(error).__name__}: {error}"[:500]}
    else:
        outcome |= {"results": results, "total": results["number"], "done": results["number"]}
    # Not save(): a draft that was deleted meanwhile took its simulation with it.
    Simulation.objects.filter(pk=simulation.pk).update(**outcome, finished_at=now(), updated_at=now())
