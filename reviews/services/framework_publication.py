"""Publishing a framework version: now, or on a day by the nightly job."""

from __future__ import annotations

import datetime as dt
import logging

from django.core.exceptions import ValidationError
from django.db import transaction

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import today
from lpdqa.rows import lock
from lpdqa.workflow import WorkflowError
from reviews.models import FrameworkVersion
from reviews.rating import check_framework
from reviews.services.frameworks import move_framework

logger = logging.getLogger(__name__)


def schedule_publication(*, framework: FrameworkVersion, on: dt.date | None, by: User) -> FrameworkVersion:
    """Let a version be published on a day to come, or (None) take that day off again.

    The day is taken off too when the draft changes: what was looked at is what is published. ValidationError for a
    day that isn't to come or comes before comments close, and for an incomplete draft.
    """
    with act("framework.schedule", by=by, target=framework, detail={"on": on.isoformat() if on else None}):
        lock(framework)
        if framework.state not in ("draft", "consultation"):
            raise WorkflowError(f"{framework} is {framework.get_state_display().lower()}.")
        if on is not None:
            if on <= today():
                raise ValidationError({"publish_on": "Give a day that is still to come."})
            closes = framework.consultation_closes_on
            if framework.state == "consultation" and closes and on <= closes:
                raise ValidationError({"publish_on": "Give a day after comments close."})
            if faults := check_framework(framework.document):
                raise ValidationError(faults)
        framework.publish_on = on
        framework.save(update_fields=["publish_on", "updated_at"])
    return framework


def publish_due(*, on: dt.date) -> int:
    """Publish the versions whose day has come; returns how many.

    One that something stands in the way of, such as a comment without an answer, stays as it is, is logged, and is
    tried again every night.
    """
    count = 0
    for framework in FrameworkVersion.objects.filter(state__in=("draft", "consultation"), publish_on__lte=on):
        try:
            with transaction.atomic():
                lock(framework)
                if framework.publish_on is None or framework.publish_on > on:
                    continue  # put off meanwhile
                move_framework(framework=framework, name="publish", by=None)
        except (WorkflowError, ValidationError) as bar:
            logger.warning("framework_not_published: %s: %s", framework, bar)
        else:
            count += 1
    return count
