"""Working out ratings, and telling the catalogue. Rows are only ever added; the same inputs add none.

Whoever changes what a rating rests on calls `mark_stale` in the same transaction. The job takes the mark away
in the transaction that stores the new rating, so a mark outlives every crash and every broker that is down.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

import pghistory
from celery import current_app
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from lpdqa.audit.services import act
from lpdqa.clock import now, today
from programmes.models import CatalogueEntry
from programmes.services import catalogue
from reviews.choices import SubjectKind
from reviews.models import Decision, FrameworkVersion, Rating, StaleSubject, Submission
from reviews.queries.frameworks import deadline, scheme_of
from reviews.queries.rating_inputs import build_inputs
from reviews.queries.ratings import current_rating, current_ratings
from reviews.queries.standings import Subjects, judged_submissions, standings, subjects_of
from reviews.rating import (
    ALGORITHM_VERSION,
    RatingInputs,
    RatingResult,
    batch_of,
    check_inputs,
    inputs_hash,
    rate,
    result_of,
)
from reviews.rating.result import RATED
from reviews.services.transitions import locked, move

logger = logging.getLogger(__name__)

# A submission in one of these has a decision in force, and so a rating.
RATED_STATES = ("published", "suspended", "closed", "appealed")


# --- Marks --------------------------------------------------------------------------------------------------


def mark_stale(*, submission: Submission, reason: str) -> None:
    """Note in the caller's transaction that the rating has to be worked out, and ask the job to do so after
    it."""
    mark_all_stale(pks=[submission.pk], reason=reason)
    transaction.on_commit(_ask_for_rating)


def mark_all_stale(*, pks: Iterable[int], reason: str) -> int:
    """Mark many submissions at once; the beat's sweep finds them. Returns how many."""
    # In the order in which the job takes the marks, so that the two never wait for each other in a ring.
    marks = [StaleSubject(submission_id=pk, reason=reason[:60], since=now()) for pk in sorted(pks)]
    StaleSubject.objects.bulk_create(
        marks, update_conflicts=True, unique_fields=["submission"], update_fields=["reason", "since"]
    )
    return len(marks)


def rated_submissions() -> QuerySet[Submission]:
    """Submissions whose rating follows what happens: everything in force."""
    return Submission.objects.filter(state__in=RATED_STATES)


def _ask_for_rating() -> None:
    # By name: the tasks stand above the services. No retries: the request is not held up by a broker that is
    # down, and the mark that was committed is what counts.
    try:
        current_app.send_task("reviews.tasks.rate_stale_subjects", retry=False)
    except Exception:
        logger.exception("rating_not_queued: the broker can't be reached; the sweep will find the mark")


# --- Ratings ------------------------------------------------------------------------------------------------


def rate_stale(*, limit: int = 200) -> int:
    """Work out the ratings of up to `limit` marked submissions in one transaction; returns how many were
    taken.

    Safe to run in any number of workers: each takes submissions nobody else holds. One that can't be rated
    keeps its mark, at the end of the queue, and is logged; it never holds up the others.
    """
    with transaction.atomic(), pghistory.context():
        submissions = list(
            Submission.objects.filter(stale__isnull=False)
            .select_related("framework", "version")
            .order_by("stale__since", "pk")
            .select_for_update(skip_locked=True, no_key=True, of=("self",))[:limit]
        )
        marks = {
            mark.submission_id: mark
            for mark in StaleSubject.objects.filter(submission__in=submissions)
            .order_by("submission_id")
            .select_for_update()
        }
        # Between the two queries another worker may have finished one of these.
        submissions = [submission for submission in submissions if submission.pk in marks]
        done, changed = _rate(submissions, {pk: mark.reason for pk, mark in marks.items()})
        StaleSubject.objects.filter(submission__in=done).delete()
        StaleSubject.objects.filter(submission__in=marks.keys() - done).update(since=now())
        # Without a new row the entry is what the last one, or the service that marked it, made of it.
        refresh_catalogue(subjects_of(changed))
    return len(submissions)


def rate_all_stale(*, limit: int = 200) -> int:
    """Work through as many marks as there are now; returns how many submissions were taken."""
    return sum(rate_stale(limit=limit) for _ in range(0, StaleSubject.objects.count(), limit))


def _rate(submissions: list[Submission], reasons: dict[int, str]) -> tuple[set[int], list[Submission]]:
    """Store a new rating for each whose inputs differ.

    Returns the primary keys of all that are up to date now, and the submissions that got a new row.
    """
    in_force = [submission for submission in submissions if submission.state in RATED_STATES]
    inputs = build_inputs(in_force, on=today())
    results = _results(in_force, inputs)
    decisions = dict(
        Decision.objects.filter(submission__in=in_force, approved_at__isnull=False)
        .order_by("submission_id", "-id")
        .distinct("submission_id")
        .values_list("submission_id", "pk")
    )
    standing = current_ratings([submission.pk for submission in in_force])
    rows = []
    for submission in in_force:
        if submission.pk not in results:
            continue
        digest, last = inputs_hash(inputs[submission.pk]), standing.get(submission.pk)
        if last and (last.inputs_hash, last.algorithm_version) == (digest, ALGORITHM_VERSION):
            continue
        rows.append(
            _row(
                submission,
                decisions[submission.pk],
                inputs[submission.pk],
                digest,
                results[submission.pk],
                reasons[submission.pk],
            )
        )
    for row in Rating.objects.bulk_create(rows):
        with act("rating.add", by=None, target=row.submission, reason=row.reason) as doing:
            doing.detail = {"rating": row.pk}
    if rows:
        logger.info("ratings_added: %d of %d looked at", len(rows), len(submissions))
    unrated = {submission.pk for submission in in_force} - results.keys()
    return {submission.pk for submission in submissions} - unrated, [row.submission for row in rows]


def _results(submissions: list[Submission], inputs: dict[int, RatingInputs]) -> dict[int, RatingResult]:
    """One engine run a framework version; what can't be rated is logged and left out."""
    groups: dict[FrameworkVersion, list[int]] = defaultdict(list)
    for submission in submissions:
        faults = check_inputs(scheme_of(submission.framework), inputs[submission.pk])
        if faults:
            logger.error("not_rated: submission %d: %s", submission.pk, "; ".join(faults))
        else:
            groups[submission.framework].append(submission.pk)
    results = {}
    for framework, pks in groups.items():
        scheme = scheme_of(framework)
        ratings = rate(scheme, batch_of(scheme, [inputs[pk] for pk in pks]))
        for row, pk in enumerate(pks):
            result = result_of(scheme, ratings, row, inputs[pk])
            if result.status == RATED:
                results[pk] = result
            else:
                logger.error("not_rated: submission %d: %s", pk, result.status)
    return results


def _row(
    submission: Submission,
    decision: int,
    inputs: RatingInputs,
    digest: str,
    result: RatingResult,
    reason: str,
) -> Rating:
    if result.overall is None or result.confidence is None or inputs.decided_on is None:
        raise ValueError(f"Submission {submission.pk} has no complete rating.")
    return Rating(
        submission=submission,
        decision_id=decision,
        subject_kind=submission.subject_kind,
        framework=submission.framework,
        algorithm_version=result.algorithm_version,
        inputs=inputs.to_dict(),
        inputs_hash=digest,
        results=result.to_dict(),
        # Empty under an alert, which takes the place of the band.
        band="" if result.alert else result.band or "",
        provisional=result.provisional,
        overall=four_places(result.overall),
        confidence=result.confidence.label,
        confidence_value=four_places(result.confidence.value),
        reason=reason,
        decided_on=inputs.decided_on,
        valid_to=result.valid_until,
    )


def four_places(value: float) -> Decimal:
    """A number as the rating's columns hold it; the exact one is in `results`."""
    return Decimal(f"{value:.4f}")


# --- Catalogue ----------------------------------------------------------------------------------------------


def refresh_catalogue_for(*, submission: Submission) -> None:
    """Bring the public entry of a submission's subject up to date, in the caller's transaction."""
    refresh_catalogue(subjects_of([submission]))


def refresh_catalogue(subjects: Subjects) -> int:
    """Bring entries up to date with their standing, all in a few statements; returns how many were written."""
    return catalogue.refresh_standings(standings=standings(subjects))


def rebuild_catalogue() -> tuple[int, int]:
    """Build every entry again from the source tables; returns how many were written and how many have a
    standing."""
    with transaction.atomic():
        written = catalogue.refresh_listed()
        subjects = subjects_of(judged_submissions())
        # Entries that show something which no submission bears out any more.
        marked = CatalogueEntry.objects.exclude(status="listed", warning="")
        for kind, programme, leader, provider in marked.values_list(
            "kind", "programme_id", "leader_id", "provider_id"
        ):
            if kind == SubjectKind.PROGRAMME:
                subjects.programmes.add(programme)
            elif kind == SubjectKind.SLE:
                subjects.leaders.add(leader)
            else:
                subjects.providers.add(provider)
        return written, refresh_catalogue(subjects)


# --- Lapse --------------------------------------------------------------------------------------------------


def lapse_due(*, on: dt.date) -> int:
    """Let ratings lapse whose validity and days of grace are over on that date; returns how many.

    Ratings that are due are worked out first: validity is theirs.
    """
    rate_all_stale()
    newest = Rating.objects.filter(submission=OuterRef("pk")).order_by("-id").values("valid_to")[:1]
    over = (
        Submission.objects.filter(state="published")
        .annotate(valid_to=Subquery(newest))
        .filter(valid_to__lt=on)
        .select_related("framework")
    )
    count = 0
    for submission in over.order_by("pk"):
        grace = timedelta(days=deadline(submission.framework, "grace_days"))
        with locked(submission):
            rating = current_rating(submission)
            if submission.state != "published" or rating is None or rating.valid_to is None:
                continue
            if rating.valid_to + grace >= on:
                continue
            move(submission=submission, name="lapse", by=None, detail={"rating": rating.pk})
            refresh_catalogue_for(submission=submission)
            count += 1
    return count
