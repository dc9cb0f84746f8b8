"""Background jobs of notices."""

from __future__ import annotations

from celery import shared_task

from lpdqa.notices import services


@shared_task
def send_due() -> int:
    """Send the mails that are due; every minute."""
    return services.send_due()


@shared_task
def forget() -> int:
    """Delete old notices; every night."""
    return services.forget_old()
