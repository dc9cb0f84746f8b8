"""What an assessor, or an administrator for them, records: expertise, employer, affiliations, ties, capacity, pauses.

Whatever may be a conflict is looked at in the same transaction: a file in which one comes to light closes at once.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import today
from providers.models import Provider
from reviews.choices import AffiliationKind
from reviews.models import Affiliation, AssessorProfile, Tie
from reviews.services.assessments import ensure_profile
from reviews.services.conflicts import recheck

MOST_A_MONTH = 60
_FIELDS = ("subject_kinds", "topics", "phases", "regions", "capacity_a_month", "paused_from", "paused_until",
           "employed_since")  # fmt: skip


def save_profile(*, user: User, by: User, employer: str = "", **fields: Any) -> AssessorProfile:
    """Save what is known of an assessor. `employer` is a name; the register's own organisation of that name is meant.

    A former employer is kept as an affiliation that ended today. Raises `ValidationError`, by field, for a capacity out
    of range and a pause that ends before it begins.
    """
    if unknown := fields.keys() - set(_FIELDS):
        raise TypeError(f"no such field: {sorted(unknown)}")
    if not 0 <= fields.get("capacity_a_month", 0) <= MOST_A_MONTH:
        raise ValidationError({"capacity_a_month": f"Give a number from 0 to {MOST_A_MONTH}."})
    begins, ends = fields.get("paused_from"), fields.get("paused_until")
    if begins and not ends:
        raise ValidationError({"paused_until": "Give the last day of the pause."})
    if begins and ends and ends < begins:
        raise ValidationError({"paused_until": "The pause ends before it begins."})
    with transaction.atomic():
        profile = ensure_profile(user=user)
        profile.refresh_from_db(from_queryset=AssessorProfile.objects.select_for_update(no_key=True))
        organisation, name = _organisation(employer)
        with act("assessor.profile", by=by, target=profile):
            before = (profile.employer_id, profile.employer_name.strip())
            if any(before) and before != (organisation.pk if organisation else None, name):
                Affiliation.objects.create(
                    user=user,
                    provider_id=profile.employer_id,
                    name="" if profile.employer_id else profile.employer_name,
                    kind=AffiliationKind.EMPLOYED,
                    started_on=min(profile.employed_since, today()) if profile.employed_since else None,
                    ended_on=today(),
                )
            profile.employer, profile.employer_name = organisation, name
            for field, value in fields.items():
                setattr(profile, field, value)
            profile.save()
        recheck(users=[user])
    return profile


def add_affiliation(
    *,
    user: User,
    by: User,
    organisation: str,
    kind: str,
    started_on: dt.date | None = None,
    ended_on: dt.date | None = None,
) -> Affiliation:
    """Record how somebody belongs, or belonged, to an organisation besides their employer."""
    if kind not in AffiliationKind.values:
        raise ValidationError({"kind": "Choose how you belong to it."})
    found, name = _organisation(organisation)
    if found is None and not name:
        raise ValidationError({"organisation": "Give the name of the organisation."})
    _check_dates(started_on, ended_on)
    with act("assessor.affiliation", by=by) as doing:
        doing.target = row = Affiliation.objects.create(
            user=user, provider=found, name=name, kind=kind, started_on=started_on, ended_on=ended_on
        )
        recheck(users=[user])
    return row


def end_affiliation(*, affiliation: Affiliation, by: User, on: dt.date | None = None) -> Affiliation:
    """Let an affiliation end, today unless another day is given; for the look-back it goes on counting as a tie."""
    ended = on or today()
    if affiliation.ended_on is not None:
        raise ValidationError("This has ended already.")
    if ended > today():
        raise ValidationError({"ended_on": "Give a day that has come."})
    _check_dates(affiliation.started_on, ended)
    with act("assessor.affiliation_ended", by=by, target=affiliation):
        affiliation.ended_on = ended
        affiliation.save(update_fields=["ended_on", "updated_at"])
    return affiliation


def add_tie(
    *,
    user: User,
    by: User,
    organisation: str,
    nature: str,
    started_on: dt.date | None = None,
    ended_on: dt.date | None = None,
) -> Tie:
    """Record a paid, co-authored or family tie to an organisation of the register."""
    found, _ = _organisation(organisation)
    if found is None:
        raise ValidationError({"organisation": "No organisation of the register has this name."})
    if not nature.strip():
        raise ValidationError({"nature": "Say what the tie is."})
    _check_dates(started_on, ended_on)
    with act("assessor.tie", by=by) as doing:
        doing.target = row = Tie.objects.create(
            user=user, provider=found, nature=nature.strip(), started_on=started_on, ended_on=ended_on
        )
        recheck(users=[user])
    return row


def _check_dates(started_on: dt.date | None, ended_on: dt.date | None) -> None:
    if started_on and ended_on and ended_on < started_on:
        raise ValidationError({"ended_on": "It ended before it began."})


def _organisation(name: str) -> tuple[Provider | None, str]:
    """The register's organisation of this name, or the name itself where it has none."""
    name = " ".join(name.split())
    if not name:
        return None, ""
    found = Provider.objects.filter(name__iexact=name).order_by("pk").first()
    return (found, "") if found is not None else (None, name)
