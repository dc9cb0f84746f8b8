"""Background jobs of the catalogue."""

from __future__ import annotations

from celery import shared_task

from programmes.services.vocabulary import refresh_vocabulary


@shared_task
def count_words() -> int:
    """Bring “did you mean” up to date with the catalogue; every hour."""
    return refresh_vocabulary()
