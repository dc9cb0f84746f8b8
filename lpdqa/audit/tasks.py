"""Background jobs of the trail."""

from __future__ import annotations

import logging

from celery import shared_task

from lpdqa.audit import chain

logger = logging.getLogger(__name__)


@shared_task
def seal_entries() -> int:
    """Link the newest entries; every minute."""
    return chain.seal_entries()


@shared_task
def seal_all_entries() -> int:
    """Link whatever was left behind, and note the head in the log; every night."""
    count = chain.seal_entries(look_back=None)
    if newest := chain.head():
        logger.info("audit_head: %s:%s", newest.number, newest.hash)
    return count
