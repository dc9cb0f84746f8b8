"""Working many ratings out again, shared by all workers there are.

A run is planned once, as chunks of submissions. A worker takes a chunk that nobody holds and does all of it in
one transaction: what a killed worker had in hand is as it was, and the next one takes it. That it was begun is
counted ahead, in a transaction of its own: a chunk that kills every worker is left out after a few. Messages
only say "take a chunk"; one that is lost, or comes twice, changes nothing, and the sweep sends them again when a
run stands still.
"""

from __future__ import annotations

import logging
from datetime import timedelta

import pghistory
from celery import current_app
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from reviews.choices import RecomputationState
from reviews.models import FrameworkVersion, Recomputation, RecomputationChunk, Submission
from reviews.queries.recomputation import progress_of
from reviews.services.rating_rows import RATED_STATES, add_ratings, lock_for_rating
from reviews.services.ratings import (
    ERROR_LENGTH,
    lock_marks,
    loggable,
    mark_all_stale,
    note_unrated,
    rated_submissions,
    remove_marks,
    update_standings,
    words_of,
)

logger = logging.getLogger(__name__)

# Submissions a chunk: about a second's work, so that cancelling and other jobs never wait long.
CHUNK = 2000
SMALLEST_CHUNK = 100
# An error that passes (a lock, a connection, a restart) deserves another try; one that stays must not go round
# for ever.
ATTEMPTS = 3
# Between counting that a chunk is begun and holding it: nobody else begins it meanwhile.
_TO_BEGIN = timedelta(seconds=5)
STALLED = timedelta(seconds=30)
# Jobs that people wait for come first; Celery's Redis transport takes 0 first and 9 last.
_LAST = 9


def start_recomputation(
    *,
    by: User | None,
    framework: FrameworkVersion | None = None,
    reason: str = "recomputed by hand",
    chunk_size: int | None = None,
) -> Recomputation:
    """Plan a run over every rating in force (under one framework version) and ask the workers for it.

    Two statements plan it, however many ratings there are. Raises `ValidationError` while another run is under
    way.
    """
    submissions = rated_submissions()
    if framework is not None:
        submissions = submissions.filter(framework=framework)
    try:
        with transaction.atomic(), act("recomputation.start", by=by, reason=reason) as doing:
            total = submissions.count()
            doing.target = run = Recomputation.objects.create(
                framework=framework, reason=reason[:60], total=total, started_by=by
            )
            doing.detail = {"submissions": total, "framework": str(framework) if framework else ""}
            # A few chunks for each worker at least, so that none is idle while another has all the work.
            size = chunk_size or min(CHUNK, max(SMALLEST_CHUNK, -(-total // 8)))
            chunks = _plan(run, size)
            transaction.on_commit(lambda: _ask_for_chunks(run, chunks))
    except IntegrityError as error:
        if "recomputation_one_running" not in str(error):
            raise
        raise ValidationError("Ratings are being recomputed already. Wait for it, or cancel it.") from error
    return run


def _plan(run: Recomputation, size: int) -> int:
    """Split what is in force now into chunks of `size`; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {RecomputationChunk._meta.db_table}
                (run_id, number, first_id, last_id, size, added, unrated, "left", attempts, error)
            SELECT %s, number, min(id), max(id), count(*), 0, 0, 0, 0, ''
            FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / %s AS number
                  FROM {Submission._meta.db_table}
                  WHERE state = ANY(%s) AND (%s::bigint IS NULL OR framework_id = %s)) numbered
            GROUP BY number
            """,  # noqa: S608 - names of our own tables
            [run.pk, size, list(RATED_STATES), run.framework_id, run.framework_id],
        )
        return cursor.rowcount


def _ask_for_chunks(run: Recomputation, number: int) -> None:
    try:
        for _ in range(number):
            current_app.send_task("reviews.tasks.recompute_chunk", [run.pk], retry=False, priority=_LAST)
    except Exception:
        logger.exception("recomputation_not_queued: the broker can't be reached; the sweep will ask again")


def work_chunk(*, run: Recomputation) -> bool:
    """Take one chunk of a running run that nobody holds, and do it; False where there is none to take.

    An error, or the end of the worker, leaves the chunk to be tried again, after the others; after `ATTEMPTS` it
    is given up, with the error on record.
    """
    chunk = _begin(run)
    if chunk is not None and chunk.done_at is None:
        try:
            with transaction.atomic(), pghistory.context():
                if _hold(chunk):
                    _do(run, chunk)
        except Exception as error:
            logger.error(
                "chunk_failed: %s of recomputation %d: %s",
                chunk.number,
                run.pk,
                type(error).__name__,
                exc_info=loggable(error),
            )
            _note_error(chunk, words_of(error))
    if chunk is not None or not run.chunks.filter(done_at=None).exists():
        finish_recomputation(run=run)
    return chunk is not None


def _begin(run: Recomputation) -> RecomputationChunk | None:
    """Choose a chunk that nobody holds, the least tried first, and note that it is begun.

    One that was begun `ATTEMPTS` times and neither done nor put on record took its worker with it each time: it
    is given up here.
    """
    with transaction.atomic():
        chunk = (
            RecomputationChunk.objects.filter(run=run, run__state=RecomputationState.RUNNING, done_at=None)
            .filter(Q(begun_at=None) | Q(begun_at__lt=timezone.now() - _TO_BEGIN))
            .order_by("attempts", "number")
            .select_for_update(skip_locked=True, of=("self",))
            .first()
        )
        if chunk is None:
            return None
        if chunk.attempts >= ATTEMPTS:
            chunk.done_at = timezone.now()
            lost = f"its worker was lost {chunk.attempts} times; nothing in it was changed."
            chunk.error = f"Chunk {chunk.number}: {lost}"
            logger.error("chunk_given_up: %s of recomputation %d", chunk.number, run.pk)
        else:
            chunk.attempts, chunk.begun_at = chunk.attempts + 1, timezone.now()
        chunk.save(update_fields=["attempts", "begun_at", "done_at", "error"])
    return chunk


def _hold(chunk: RecomputationChunk) -> bool:
    """Lock the chunk until the transaction ends; False where somebody else began it meanwhile.

    This waits for a lock instead of passing over it: a worker that looks for a chunk holds, for a moment, the row of
    one that was begun while it looked, and passing over it then would leave the chunk to nobody.
    """
    mine = RecomputationChunk.objects.filter(pk=chunk.pk, done_at=None, attempts=chunk.attempts)
    # Without the usual order, which joins the run and would hold that too.
    return bool(mine.order_by().select_for_update())


def _do(run: Recomputation, chunk: RecomputationChunk) -> None:
    """The work of a chunk, in as many queries whatever its size."""
    submissions = rated_submissions().filter(pk__range=(chunk.first_id, chunk.last_id))
    if run.framework_id:
        submissions = submissions.filter(framework=run.framework_id)
    found = set(submissions.order_by().values_list("pk", flat=True))
    # Whom somebody is working on is left to the usual job: waiting here with others held could end in a ring.
    held = lock_for_rating(found)
    others = found - {submission.pk for submission in held}
    if others:
        mark_all_stale(pks=others, reason=run.reason)
    marks = lock_marks(submission.pk for submission in held)
    reasons = {submission.pk: marks.get(submission.pk, run.reason) for submission in held}
    outcome = add_ratings(submissions=held, reasons=reasons)
    note_unrated(outcome.unrated, reasons=reasons)
    remove_marks(marks.keys() - outcome.unrated.keys())
    update_standings(outcome.subjects)
    chunk.added, chunk.unrated, chunk.left = outcome.added, len(outcome.unrated), len(others)
    chunk.done_at, chunk.error = timezone.now(), ""
    chunk.save(update_fields=["added", "unrated", "left", "done_at", "error"])


def _note_error(chunk: RecomputationChunk, words: str) -> None:
    with transaction.atomic():
        found = RecomputationChunk.objects.select_for_update().get(pk=chunk.pk)
        if found.done_at is None:
            found.begun_at = None
            found.error = f"Chunk {chunk.number}: {words}"[:ERROR_LENGTH]
            if found.attempts >= ATTEMPTS:
                found.done_at = timezone.now()
            found.save(update_fields=["begun_at", "error", "done_at"])


def finish_recomputation(*, run: Recomputation) -> bool:
    """Close a run of which every chunk is done; returns whether this call did so."""
    with transaction.atomic():
        held = Recomputation.objects.select_for_update().get(pk=run.pk)
        if held.state != RecomputationState.RUNNING or held.chunks.filter(done_at=None).exists():
            return False
        _end(held, RecomputationState.DONE, by=None)
    return True


def cancel_recomputation(*, run: Recomputation, by: User | None) -> Recomputation:
    """Stop a run: chunks in hand are finished, the rest is left. What was done stays done.

    Raises `ValidationError` where it has ended already.
    """
    with transaction.atomic():
        held = Recomputation.objects.select_for_update().get(pk=run.pk)
        if held.state != RecomputationState.RUNNING:
            raise ValidationError("This recomputation has ended already.")
        _end(held, RecomputationState.CANCELLED, by=by)
    return held


def _end(run: Recomputation, state: RecomputationState, *, by: User | None) -> None:
    name = "recomputation.finish" if state == RecomputationState.DONE else "recomputation.cancel"
    with act(name, by=by, target=run) as doing:
        progress = progress_of(run)
        doing.detail = {"done": progress.done, "total": progress.total, "added": progress.added}
        run.state, run.ended_at, run.cancelled_by = state, timezone.now(), by
        run.save(update_fields=["state", "ended_at", "cancelled_by"])


def resume_recomputations() -> int:
    """Ask again for what is left of a run that stands still, and close one that is done; part of the sweep.

    Returns how many messages were sent.
    """
    sent = 0
    for run in Recomputation.objects.filter(state=RecomputationState.RUNNING):
        to_do = run.chunks.filter(done_at=None).count()
        if not to_do:
            finish_recomputation(run=run)
        elif timezone.now() - progress_of(run).last_step_at > STALLED:
            _ask_for_chunks(run, to_do)
            sent += to_do
    return sent
