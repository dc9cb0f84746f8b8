"""Background jobs of the reviews: each fetches what is due and hands it to a service."""

from __future__ import annotations

import logging

from celery import shared_task
from django.conf import settings

from lpdqa.clock import today
from programmes.services.catalogue import refresh_dated
from providers.services.leader_checks import open_due_checks
from reviews.models import Recomputation, Submission
from reviews.services import (
    allocation,
    back_reading,
    conflicts,
    decision_round,
    open_data,
    ratings,
    recomputation,
    reminders,
    simulations,
    statistics,
)
from reviews.services.evidence import note_expired_evidence
from reviews.services.framework_publication import publish_due
from reviews.services.requests import close_overdue_requests
from reviews.services.submissions import close_overdue_amendments, confirm_overdue_facts

logger = logging.getLogger(__name__)


@shared_task
def rate_stale_subjects() -> int:
    """Work out the ratings that were marked; asked for whenever something changes."""
    return ratings.rate_all_stale()


@shared_task
def sweep_stale_ratings() -> int:
    """The same, by the clock: finds marks whose job was never queued or died, and runs that stand still."""
    recomputation.resume_recomputations()
    return ratings.rate_all_stale()


@shared_task
def run_simulations() -> int:
    """Work out what published ratings would be under drafts; asked for by an administrator, and by the clock."""
    return simulations.run_waiting()


@shared_task
def work_out_statistics() -> int:
    """Agreement and severity, where somebody asked for them; by the clock too, for runs whose job was lost."""
    return statistics.work_out_due()


@shared_task
def work_on_allocations() -> int:
    """Work out proposals and send the invitations of confirmed ones; asked for, and by the clock."""
    return allocation.work_on()


@shared_task
def recheck_conflicts() -> int:
    """Close files in which a conflict came to light; asked for when organisations, teams or profiles change."""
    return conflicts.recheck()


@shared_task
def fill_free_seat(submission_id: int) -> bool:
    """Find somebody for a seat that fell free: an assessor declined or was left out."""
    submission = Submission.objects.filter(pk=submission_id).first()
    return submission is not None and allocation.reallocate(submission=submission) is not None


@shared_task
def recompute_chunk(run_id: int) -> bool:
    """Take a chunk of a recomputation; one message is sent for each chunk."""
    run = Recomputation.objects.filter(pk=run_id).first()
    return run is not None and recomputation.work_chunk(run=run)


@shared_task
def write_open_data() -> str:
    """Everything public as files to download; every night."""
    return open_data.write_open_data(to=settings.OPEN_DATA_DIR).name


@shared_task
def nightly() -> dict[str, int]:
    """What the calendar alone brings: deadlines, expired evidence, older decisions, lapses. Each may run
    twice."""
    done = {
        "frameworks_published": publish_due(on=today()),
        "decisions_published": decision_round.publish_due(on=today()),
        "facts_confirmed": confirm_overdue_facts(),
        "requests_closed": close_overdue_requests(),
        "amendments_closed": close_overdue_amendments(),
        "evidence_expired": note_expired_evidence(),
        "leaders_asked_about": open_due_checks(),
        "rated_again": ratings.mark_all_stale(
            pks=ratings.rated_submissions().values_list("pk", flat=True), reason="nightly sweep"
        ),
        "lapsed": ratings.lapse_due(on=today()),
        "entries_refreshed": refresh_dated(),
        "reminders": reminders.remind(),
        "drawn_to_be_read": back_reading.draw(),
        "statistics_asked_for": statistics.ask_where_scores_are_new(),
        "files_closed_for_conflicts": conflicts.recheck(),
        "files_allocated": allocation.allocate_nightly(),
    }
    logger.info("nightly: %s", done)
    return done
