"""Specialist leaders: who they are, their designation, and their consent to be named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now, today
from lpdqa.drafts.merging import merged
from lpdqa.fields import new_code
from lpdqa.rows import lock, put
from lpdqa.workflow import WorkflowError
from providers.choices import Expertise, LeaderStatus, Phase
from providers.events import leader_changed, name_withdrawn
from providers.models import Provider, SpecialistLeader

DESIGNATION_YEARS = 4
DESCRIPTION = (
    "name",
    "kind",
    "home_school",
    "home_school_name",
    "expertise",
    "phases",
    "summary",
    "evidence_base",
    "suits",
)
TERMS = (
    "day_rate",
    "vat_charged",
    "home_school_share",
    "brokerage",
    "travel_terms",
    "travels_miles",
    "works_online",
)
_ALLOWED = frozenset({*DESCRIPTION, *TERMS, "user", "is_example"})

# What a status may become other than by designation, which `designate` does.
STATUS_STEPS: dict[str, tuple[str, ...]] = {
    LeaderStatus.APPLIED: (LeaderStatus.WITHDRAWN,),
    LeaderStatus.DESIGNATED: (
        LeaderStatus.UNDER_REVIEW,
        LeaderStatus.LAPSED,
        LeaderStatus.WITHDRAWN,
        LeaderStatus.RESIGNED,
        LeaderStatus.HISTORIC,
    ),
    LeaderStatus.UNDER_REVIEW: (
        LeaderStatus.DESIGNATED,
        LeaderStatus.LAPSED,
        LeaderStatus.WITHDRAWN,
        LeaderStatus.RESIGNED,
    ),
    LeaderStatus.LAPSED: (LeaderStatus.WITHDRAWN, LeaderStatus.RESIGNED, LeaderStatus.HISTORIC),
    LeaderStatus.WITHDRAWN: (),
    LeaderStatus.RESIGNED: (LeaderStatus.HISTORIC,),
    LeaderStatus.HISTORIC: (),
}
# Somebody who can be designated: for the first time, again, or for another four years.
DESIGNABLE = (
    LeaderStatus.APPLIED,
    LeaderStatus.DESIGNATED,
    LeaderStatus.UNDER_REVIEW,
    LeaderStatus.LAPSED,
)

# Apps above this one say why a leader's description can't be changed now (a review is under way), in a
# sentence, or None. They add their function when they start: `leaders.edit_guards.append(…)` in
# `AppConfig.ready`.
edit_guards: list[Callable[[SpecialistLeader], str | None]] = []


def edit_refusal(leader: SpecialistLeader) -> str | None:
    """Why the description can't be changed now; None where it can. Terms can always be changed."""
    return next((refusal for guard in edit_guards if (refusal := guard(leader))), None)


def create_leader(
    *, designator: Provider, by: User, name: str, expertise: list[str], kind: str = "sle", **fields: Any
) -> SpecialistLeader:
    """Put a specialist leader forward; not named in public until consent is given, not public until reviewed.

    Raises:
        ValidationError: by field.
    """
    with act("leader.create", by=by) as doing:
        # The address is a random code: it must not give away the name of somebody who hasn't consented.
        leader = SpecialistLeader(designator=designator, slug=new_code())
        put(leader, {"name": name, "kind": kind, "expertise": expertise, **fields}, allowed=_ALLOWED)
        _check(leader)
        leader.save()
        doing.target = leader
        leader_changed.send(SpecialistLeader, leader=leader)
    return leader


def update_leader(
    *, leader: SpecialistLeader, by: User, opened: Mapping[str, str] | None = None, **fields: Any
) -> SpecialistLeader:
    """Change the description or the terms; the description not while it is being reviewed.

    opened: fingerprints of the values when the form was opened, for the merge with other people’s changes
        (`lpdqa.drafts.merging`).

    Raises:
        ValidationError: by field.
        WorkflowError: the description is being reviewed.
    """
    with act("leader.update", by=by, target=leader) as doing:
        lock(leader)
        changed = put(leader, merged(leader, fields, opened), allowed=_ALLOWED)
        if changed - set(TERMS) and (refusal := edit_refusal(leader)):
            raise WorkflowError(refusal)
        _check(leader)
        leader.save()
        doing.detail["fields"] = sorted(changed)
        leader_changed.send(SpecialistLeader, leader=leader)
    return leader


def designate(*, leader: SpecialistLeader, by: User, on: dt.date | None = None) -> SpecialistLeader:
    """Designate for four years from a date, today unless told; also renews a designation.

    Raises:
        ValidationError: the date lies ahead.
        WorkflowError: the person has withdrawn, resigned, or belongs to history.
    """
    on = on or today()
    with act("leader.designate", by=by, target=leader) as doing:
        lock(leader)
        if leader.status not in DESIGNABLE:
            raise WorkflowError(f"Somebody who is “{leader.get_status_display()}” can’t be designated.")
        if on > today():
            raise ValidationError({"on": "The date of designation can’t be in the future."})
        if leader.designated_on and on < leader.designated_on:
            raise ValidationError({"on": "A new designation can’t begin before the present one did."})
        doing.from_state, doing.to_state = leader.status, LeaderStatus.DESIGNATED
        leader.status = LeaderStatus.DESIGNATED
        leader.designated_on, leader.designation_ends_on = on, _years_after(on, DESIGNATION_YEARS)
        leader.save()
        leader_changed.send(SpecialistLeader, leader=leader)
    return leader


def set_status(*, leader: SpecialistLeader, by: User, status: str, reason: str = "") -> SpecialistLeader:
    """Take a step of `STATUS_STEPS`. Who has withdrawn or resigned is no longer public.

    Raises:
        WorkflowError: there is no such step from the present status.
    """
    with act("leader.status", by=by, target=leader, reason=reason) as doing:
        lock(leader)
        if status not in STATUS_STEPS[leader.status]:
            asked, present = LeaderStatus(status).label, leader.get_status_display()
            raise WorkflowError(f"“{asked}” isn’t possible while the status is “{present}”.")
        doing.from_state, doing.to_state = leader.status, str(status)
        leader.status = status
        if status in (LeaderStatus.WITHDRAWN, LeaderStatus.RESIGNED):
            leader.listed_at = None
        leader.save()
        leader_changed.send(SpecialistLeader, leader=leader)
    return leader


def set_consent(*, leader: SpecialistLeader, by: User, named: bool) -> SpecialistLeader:
    """Record that the person agrees to be named in public, or no longer does; pages follow at once."""
    with act("leader.consent", by=by, target=leader, detail={"named": named}):
        lock(leader)
        if named and not leader.consent_named_at:
            leader.consent_named_at = now()
        elif not named:
            leader.consent_named_at = None
        leader.save()
        leader_changed.send(SpecialistLeader, leader=leader)
        if not named:
            name_withdrawn.send(SpecialistLeader, leader=leader)
    return leader


def _years_after(day: dt.date, years: int) -> dt.date:
    # 29 February has no anniversary in most years; the day before stands in for it.
    return day.replace(year=day.year + years, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _check(leader: SpecialistLeader) -> None:
    problems = {}
    if not leader.name.strip():
        problems["name"] = "Enter the person’s name."
    if not leader.expertise:
        problems["expertise"] = "Choose at least one area of expertise."
    elif set(leader.expertise) - set(Expertise.values):
        problems["expertise"] = "Choose areas from the list."
    if set(leader.phases) - set(Phase.values):
        problems["phases"] = "Choose phases from the list."
    if leader.brokerage is not None and leader.brokerage < 0:
        problems["brokerage"] = "A fee can’t be below zero."
    if problems:
        raise ValidationError(problems)
