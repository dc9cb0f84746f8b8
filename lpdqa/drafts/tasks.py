"""Background jobs on what people are writing."""

from __future__ import annotations

from celery import shared_task

from lpdqa.drafts.services import forget_old


@shared_task
def forget() -> int:
    """Delete working copies nobody came back to; every night, may run twice."""
    return forget_old()
