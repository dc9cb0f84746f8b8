"""Cohorts: when a programme runs, and whether there is room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import today
from lpdqa.drafts.merging import merged
from lpdqa.rows import lock, put
from programmes.models import Cohort, Programme
from programmes.services import catalogue
from providers.postcodes import tidy_postcode

_ALLOWED = frozenset(
    {"name", "starts_on", "ends_on", "mode", "venue", "postcode", "places", "places_left", "confirmed_on"}
)


def add_cohort(*, programme: Programme, by: User, starts_on: dt.date, mode: str, **fields: Any) -> Cohort:
    """Add a run of the programme, confirmed as of today; the catalogue's next start follows.

    Raises:
        ValidationError: by field.
    """
    with act("cohort.add", by=by) as doing:
        cohort = Cohort(programme=programme)
        put(
            cohort,
            {"confirmed_on": today(), **fields, "starts_on": starts_on, "mode": mode},
            allowed=_ALLOWED,
        )
        _check(cohort)
        cohort.save()
        doing.target = cohort
        catalogue.refresh_programme(programme=programme)
    return cohort


def update_cohort(
    *, cohort: Cohort, by: User, opened: Mapping[str, str] | None = None, **fields: Any
) -> Cohort:
    """Change a run; without any field, confirm that it still stands as it is.

    Raises:
        ValidationError: by field.
    """
    with act("cohort.update", by=by, target=cohort) as doing:
        lock(cohort)
        fields = merged(cohort, fields, opened)
        changed = put(cohort, {"confirmed_on": today(), **fields}, allowed=_ALLOWED)
        _check(cohort)
        cohort.save()
        doing.detail["fields"] = sorted(changed)
        catalogue.refresh_programme(programme=cohort.programme)
    return cohort


def remove_cohort(*, cohort: Cohort, by: User) -> None:
    """Take off a run that won't take place; `ValidationError` where it has begun."""
    with act("cohort.remove", by=by, target=cohort.programme) as doing:
        lock(cohort)
        if cohort.starts_on <= today():
            raise ValidationError("This run has begun, so it stays on the register.")
        doing.detail["starts_on"] = cohort.starts_on.isoformat()
        programme = cohort.programme
        cohort.delete()
        catalogue.refresh_programme(programme=programme)


def _check(cohort: Cohort) -> None:
    problems = {}
    if cohort.ends_on and cohort.ends_on < cohort.starts_on:
        problems["ends_on"] = "The end can’t be before the start."
    if cohort.places is not None and cohort.places_left is not None and cohort.places_left > cohort.places:
        problems["places_left"] = "There can’t be more places left than places."
    try:
        cohort.postcode = tidy_postcode(cohort.postcode)
    except ValidationError as problem:
        problems["postcode"] = problem.messages[0]
    if problems:
        raise ValidationError(problems)
