"""Working out ratings, and telling the catalogue. Rows are only ever added; the same inputs add none.

Whoever changes what a rating rests on calls `mark_stale` in the same transaction. The job takes the mark away
in the transaction that stores the new rating, so a mark outlives every crash and every broker that is down.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta

import pghistory
from celery import current_app
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now
from lpdqa.statements import Given, Statement
from programmes.models import CatalogueEntry
from programmes.services import catalogue
from reviews.choices import SubjectKind
from reviews.models import Rating, StaleSubject, Submission
from reviews.queries.frameworks import deadline
from reviews.queries.ratings import current_rating
from reviews.queries.stale import failed_marks
from reviews.queries.standings import Subjects, judged_submissions, standings, subjects_of
from reviews.services.rating_rows import RATED_STATES, add_ratings, lock_for_rating
from reviews.services.transitions import locked, move

logger = logging.getLogger(__name__)

# An error that passes deserves another try; one that stays must not go round for ever.
ATTEMPTS = 3
# Characters kept of what went wrong.
ERROR_LENGTH = 300
# Of marks that were tried before, each of which goes by itself: so many a run.
_MOST_TRIED = 50
# Between counting that a submission is begun and holding it: nobody else begins it meanwhile.
_TO_BEGIN = timedelta(seconds=5)

_MARKS = Statement(
    lambda: (
        StaleSubject.objects.filter(submission__among=Given("pks"))
        .order_by("submission_id")
        .select_for_update()
        .values_list("submission_id", "reason")
    )
)
# Chooses marks and counts them as begun. The array is worked out once, whatever the plan.
_BEGIN = f"""
    UPDATE {StaleSubject._meta.db_table} SET attempts = attempts + 1, begun_at = %(now)s
    WHERE submission_id = ANY (ARRAY (
        SELECT submission_id FROM {StaleSubject._meta.db_table}
        WHERE attempts BETWEEN %(from)s AND %(to)s AND (begun_at IS NULL OR begun_at < %(before)s)
        ORDER BY attempts, since, submission_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    ))
    RETURNING submission_id
"""  # noqa: S608 - the names are ours


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
        marks,
        update_conflicts=True,
        unique_fields=["submission"],
        update_fields=["reason", "since", "attempts", "begun_at", "error"],
    )
    return len(marks)


def retry_failed(*, by: User) -> int:
    """Mark anew what could not be worked out, as an administrator asks for; returns how many."""
    pks = list(failed_marks().values_list("submission_id", flat=True))
    if pks:
        with act("rating.retry", by=by) as doing:
            doing.detail = {"submissions": len(pks)}
            mark_all_stale(pks=pks, reason="tried again by hand")
            transaction.on_commit(_ask_for_rating)
    return len(pks)


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
    keeps its mark, with the reason. That a submission is begun is counted ahead, in a transaction of its own: where
    an error or the end of the worker comes of it, it is tried again by itself, so that it never holds up the
    others, and after `ATTEMPTS` it waits until it is marked anew (by the nightly run at the latest).
    """
    begun = _begin(limit)
    if not begun:
        return 0
    try:
        return _rate(begun)
    except Exception as error:
        if not isinstance(error, (OperationalError, InterfaceError)):
            StaleSubject.objects.filter(submission__in=begun).update(error=words_of(error))
        raise


def _rate(begun: set[int]) -> int:
    with transaction.atomic(), pghistory.context():
        taken = lock_for_rating(begun)
        marks = lock_marks(submission.pk for submission in taken)
        # Between the two queries another worker may have finished one of these.
        submissions = [submission for submission in taken if submission.pk in marks]
        outcome = add_ratings(submissions=submissions, reasons=marks)
        remove_marks(marks.keys() - outcome.unrated.keys())
        note_unrated(outcome.unrated, reasons=marks)
        # Whom somebody else holds was not tried.
        held = begun - marks.keys()
        if held:
            StaleSubject.objects.filter(submission__in=held, attempts__gt=0).update(
                attempts=F("attempts") - 1, begun_at=None
            )
        # Without a new row the entry is what the last one, or the service that marked it, made of it.
        update_standings(outcome.subjects)
    return len(submissions)


def _begin(limit: int) -> set[int]:
    """Choose marked submissions, and note that they are begun: up to `limit` that were not tried yet, or else
    one that was. Primary keys, of marks that nobody holds or began a moment ago."""
    at = timezone.now()
    for fewest, most, number in ((0, 0, limit), (1, ATTEMPTS - 1, 1)):
        with connection.cursor() as cursor:
            cursor.execute(
                _BEGIN, {"now": at, "before": at - _TO_BEGIN, "from": fewest, "to": most, "limit": number}
            )
            if begun := {pk for (pk,) in cursor.fetchall()}:
                return begun
    return set()


def note_unrated(unrated: Mapping[int, str], *, reasons: Mapping[int, str]) -> None:
    """Keep, with why, the marks of submissions that can't be rated: where there was none, one is set."""
    StaleSubject.objects.bulk_create(
        [
            StaleSubject(
                submission_id=pk, reason=reasons[pk], since=now(), attempts=1, error=words[:ERROR_LENGTH]
            )
            for pk, words in sorted(unrated.items())
        ],
        update_conflicts=True,
        unique_fields=["submission"],
        update_fields=["since", "begun_at", "error"],
    )


def lock_marks(pks: Iterable[int]) -> dict[int, str]:
    """Hold the marks of submissions, so that one set meanwhile waits and outlives this; reasons by
    submission."""
    return dict(_MARKS.rows(pks=list(pks)))


def remove_marks(pks: Collection[int]) -> None:
    """Take away the marks of submissions whose ratings were worked out, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {StaleSubject._meta.db_table} WHERE submission_id = ANY(%s)",  # noqa: S608 - our name
            [list(pks)],
        )


def rate_all_stale(*, limit: int = 200) -> int:
    """Work through as many marks as there are now; returns how many submissions were taken.

    An error is logged and does not hold up the others.
    """
    waiting = StaleSubject.objects.filter(attempts__lt=ATTEMPTS).aggregate(
        new=Count("pk", filter=Q(attempts=0)), tried=Count("pk", filter=Q(attempts__gt=0))
    )
    taken = 0
    for _ in range(-(-waiting["new"] // limit) + min(waiting["tried"], _MOST_TRIED)):
        try:
            taken += rate_stale(limit=limit)
        except (OperationalError, InterfaceError):
            raise  # the database itself: the next run tries again
        except Exception as error:
            logger.error("not_rated: %s", type(error).__name__, exc_info=loggable(error))
    return taken


def loggable(error: Exception) -> Exception | None:
    """The error, or None: what a database says of a row quotes the row, which has no place in a log or on a page."""
    return None if isinstance(error, DatabaseError) else error


def words_of(error: Exception) -> str:
    """What went wrong, for an administrator to read."""
    name = type(error).__name__
    return (f"{name}: {error}" if loggable(error) else name)[:ERROR_LENGTH]


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


def update_standings(subjects: Subjects) -> int:
    """Bring only what reviews say of subjects up to date: after a new rating nothing else has changed."""
    return catalogue.update_standings(standings=standings(subjects))


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
