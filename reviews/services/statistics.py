"""Working out agreement and severity, and queueing ratings for moderation. Runs as a job, never in a request.

A run is a row: whoever asks for one finds it waiting, being worked out or done, and a run whose worker died is taken
up again. Nothing here changes a rating.
"""

from __future__ import annotations

import logging
from collections.abc import Hashable, Mapping
from datetime import timedelta
from typing import Any

import numpy as np
from celery import current_app
from django.db import transaction
from django.db.models import Max, Q

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now
from reviews.choices import Facet, RunState
from reviews.models import (
    Criterion,
    FrameworkVersion,
    Heading,
    SeverityMeasure,
    StatisticsRun,
    Submission,
)
from reviews.queries.blind_scores import BlindScores, blind_scores, pseudonyms, settled
from reviews.queries.score_pairs import PairTables, Table, counts_of, pair_tables
from reviews.rating.agreement import alpha, gwet, pairs, wilson
from reviews.rating.problems import AllExtreme, NoScores, NotConverged, OneRater, ScoresError
from reviews.rating.scheme import HIGHEST, LOWEST
from reviews.rating.severity import Element, Severity, severity
from reviews.services.moderation import queue_for_moderation

logger = logging.getLogger(__name__)

ENOUGH_PAIRS = 30  # pooled figures of fewer are not told (RATING section 7)
# A run that takes longer than this has lost its worker.
_LOST = timedelta(hours=1)
_BATCH = 5_000


def ask_for_run(*, framework: FrameworkVersion, by: User | None) -> StatisticsRun:
    """Note that the statistics are to be worked out, and ask the worker to do so; an open run is returned as it is."""
    with act("statistics.ask", by=by, target=framework):
        run, _ = StatisticsRun.objects.get_or_create(
            framework=framework,
            state__in=[RunState.QUEUED, RunState.RUNNING],
            defaults={"state": RunState.QUEUED, "asked_by": by, "asked_at": now()},
        )
        transaction.on_commit(_ask_worker)
    return run


def ask_where_scores_are_new() -> int:
    """Nightly: a run for every framework version with files settled since its last one; returns how many."""
    asked = 0
    for framework in FrameworkVersion.objects.filter(Q(state="published") | Q(state="retired")):
        newest = _newest(framework)
        last = StatisticsRun.objects.filter(framework=framework, state=RunState.DONE).order_by("-id").first()
        if newest is not None and (last is None or last.scores_until != newest):
            ask_for_run(framework=framework, by=None)
            asked += 1
    return asked


def work_out_due() -> int:
    """Work out every run that waits, or was left by a worker that died; returns how many. Several workers may."""
    done = 0
    while run := _take():
        try:
            _work_out(run)
        except Exception:
            logger.exception("statistics_failed: run %d", run.pk)
            _finish(run, RunState.FAILED, problem="The statistics could not be worked out. Ask again.")
        done += 1
    return done


def _ask_worker() -> None:
    # By name, as for ratings: the sweep finds the row where the broker can't be reached.
    try:
        current_app.send_task("reviews.tasks.work_out_statistics", retry=False)
    except Exception:
        logger.exception("statistics_not_queued: the sweep will find the run")


def _take() -> StatisticsRun | None:
    with transaction.atomic():
        run = (
            StatisticsRun.objects.filter(
                Q(state=RunState.QUEUED) | Q(state=RunState.RUNNING, started_at__lt=now() - _LOST)
            )
            .select_for_update(skip_locked=True)
            .order_by("id")
            .first()
        )
        if run is not None:
            run.state, run.started_at = RunState.RUNNING, now()
            run.save(update_fields=["state", "started_at"])
    return run


def _newest(framework: FrameworkVersion) -> Any:
    files = Submission.objects.filter(settled(), framework=framework)
    return files.aggregate(newest=Max("settled_at"))["newest"]


def _work_out(run: StatisticsRun) -> None:
    framework = run.framework
    run.scores_until = _newest(framework)
    tables = pair_tables(framework)
    scores = blind_scores(framework)
    run.n_scores, run.n_pairs = len(scores), sum(tables.all.values())
    run.n_submissions = len(np.unique(scores.submission))
    run.agreement = _agreement(framework, tables)
    found = None
    try:
        # By primary key: names are the pages' business.
        found = severity(
            scores.submission.tolist(),
            scores.assessor.tolist(),
            scores.criterion.tolist(),
            scores.value,
            scale=(LOWEST, HIGHEST),
        )
    except ScoresError as error:
        run.severity, run.problem = {}, _with_names(str(error), error, scores)
    else:
        run.problem = ""
        told = found.to_dict()
        run.severity = {name: told[name] for name in ("iterations", "log_likelihood", "steps", "reliability")}
        run.severity["levels"] = list(found.levels)
    with transaction.atomic():
        SeverityMeasure.objects.filter(run=run).delete()
        if found is not None:
            _store_measures(run, found)
            queue_for_moderation(run=run, found=found, scores=scores)
        _finish(run, RunState.DONE)


def _finish(run: StatisticsRun, state: RunState, problem: str | None = None) -> None:
    run.state, run.finished_at = state, now()
    run.problem = run.problem if problem is None else problem
    run.save()


_PROBLEMS: dict[type[ScoresError], str] = {
    NoScores: "No file is settled under this framework version, so there are no scores yet.",
    OneRater: "All scores are by one assessor; severity needs two who share files.",
    AllExtreme: "All scores are the lowest or the highest: there is nothing to estimate severity from.",
    NotConverged: "Some assessors’ scores overlap too little with others’ to say how far apart they are.",
}


def _with_names(text: str, error: ScoresError, scores: BlindScores) -> str:
    """The problem as people can read it: the model was told of primary keys."""
    subsets = getattr(error, "subsets", None)
    if subsets is None:
        return _PROBLEMS.get(type(error), "Severity can’t be worked out from these scores.")
    if error.item != Facet.ASSESSOR:
        return (
            f"The scores fall into {len(subsets)} subsets that share nothing, so measures can’t be compared."
        )
    names = pseudonyms(scores.assessor)
    listed = "; ".join(
        ", ".join(sorted(names.get(int(pk), "?") for pk in subset)[:10]) for subset in subsets[:10]
    )
    return (
        f"The assessors fall into {len(subsets)} subsets that share no file, so their severity can’t be compared: "
        f"{listed}. Assign a file to assessors of different subsets."
    )


# --- Agreement ----------------------------------------------------------------------------------------------


def _agreement(framework: FrameworkVersion, tables: PairTables) -> dict[str, Any]:
    """Rows for the page: label, n, and from 30 pairs up the statistics with their intervals."""
    criteria = Criterion.objects.filter(framework=framework).order_by("order")
    headings = Heading.objects.filter(framework=framework).order_by("order")
    people = np.array([pk for pair in tables.pair for pk in pair], dtype=np.int64)
    names = pseudonyms(people)
    pair_rows = [
        _row(" and ".join(sorted(names.get(pk, "?") for pk in pair)), table)
        for pair, table in tables.pair.items()
    ]
    return {
        "all": _row("All criteria", tables.all),
        "criteria": [_row(str(each), tables.criterion.get(each.pk, {})) for each in criteria],
        "headings": [_row(each.title, tables.heading.get(each.pk, {})) for each in headings],
        "pairs": sorted(pair_rows, key=lambda row: (-row["n"], row["label"])),
        "quarters": [_row(quarter.isoformat(), table) for quarter, table in sorted(tables.quarter.items())],
    }


def _row(label: str, table: Table) -> dict[str, Any]:
    return {"label": label, **figures(table)}


def figures(table: Mapping[tuple[int, int], int]) -> dict[str, Any]:
    """Agreement of pairs: `n`, and from 30 up each measure as value, low and high (None where undefined)."""
    counts = counts_of(dict(table))
    shared = pairs(counts) if table else None
    if shared is None or shared.n < ENOUGH_PAIRS:
        return {"n": shared.n if shared else 0}
    shares = {"exact": shared.exact, "adjacent": shared.adjacent}
    coefficients = {
        "ac1": gwet(counts),
        "ac2_linear": gwet(counts, "linear"),
        "ac2_quadratic": gwet(counts, "quadratic"),
    }
    return {
        "n": shared.n,
        **{name: [share, *wilson(share, shared.n)] for name, share in shares.items()},
        **{name: [each.value, each.low, each.high] for name, each in coefficients.items()},
        "alpha": [alpha(counts, "ordinal"), None, None],
    }


# --- Severity -----------------------------------------------------------------------------------------------

_FACET_FIELDS = {
    Facet.SUBJECT: "submission_id",
    Facet.ASSESSOR: "assessor_id",
    Facet.CRITERION: "criterion_id",
}


def _store_measures(run: StatisticsRun, found: Severity) -> None:
    """The elements of this run. Of earlier runs the subjects go: they are many, and nobody compares them."""
    SeverityMeasure.objects.filter(run__framework=run.framework, facet=Facet.SUBJECT).delete()
    for facet, field in _FACET_FIELDS.items():
        SeverityMeasure.objects.bulk_create(
            (_measure(run, facet, field, element) for element in found.facets[facet]), batch_size=_BATCH
        )


def _measure(run: StatisticsRun, facet: Facet, field: str, element: Element) -> SeverityMeasure:
    key: Hashable = int(element.label)
    return SeverityMeasure(
        run=run,
        facet=facet,
        count=element.count,
        observed=element.observed,
        fair=element.fair,
        measure=element.measure,
        se=element.se,
        infit=element.infit,
        outfit=element.outfit,
        extreme=element.extreme,
        **{field: key},
    )
