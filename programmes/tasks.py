"""Background jobs of the catalogue and of people who are choosing: each hands what is due to a service."""

from __future__ import annotations

import logging

from celery import shared_task

from programmes.services import (
    catalogue,
    enquiries,
    entry_views,
    feedback_invitations,
    imports,
    needs,
    saved_searches,
    shortlists,
)
from programmes.services.vocabulary import refresh_vocabulary

logger = logging.getLogger(__name__)


@shared_task
def count_words() -> int:
    """Bring “did you mean” up to date with the catalogue; every hour."""
    return refresh_vocabulary()


@shared_task
def tell_teams() -> int:
    """Tell providers' teams by mail of new enquiries; asked for whenever there is one, and by the clock."""
    return enquiries.tell_teams()


@shared_task
def send_alerts() -> int:
    """Send the alerts of saved searches that are due; every hour of the day, so that a failure is made good."""
    return saved_searches.send_alerts()


@shared_task
def ask_commissioners() -> int:
    """Ask commissioners what work has brought, when it ends and 6 and 12 months later; every day."""
    return feedback_invitations.ask_due()


@shared_task
def apply_import(pk: int) -> bool:
    """Apply one file that a team brought in."""
    return imports.apply(pk=pk)


@shared_task
def apply_waiting_imports() -> int:
    """Apply files whose job was lost; by the clock."""
    return imports.apply_waiting()


@shared_task
def store_views() -> int:
    """Move the counts of opened pages into the database; every few minutes."""
    return entry_views.store_counted()


@shared_task
def forget() -> dict[str, int]:
    """Delete what is kept no longer (see the page about privacy). May run twice."""
    done = {
        "shortlists": shortlists.forget_unowned(),
        "enquiries": enquiries.forget_old(),
        "commissioners": feedback_invitations.forget_people(),
        "imports": imports.forget_old(),
        "briefs": needs.forget_unowned(),
        "catalogue_changes": catalogue.forget_changes(),
    }
    logger.info("forgotten: %s", done)
    return done
