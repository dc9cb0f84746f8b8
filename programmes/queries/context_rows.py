"""The schools that provision has worked in, as the catalogue keeps them: rounded, and unnamed unless agreed."""

from __future__ import annotations

from typing import Any

from programmes.models import Programme, ProgrammeContext
from programmes.queries.leaders import without_name
from providers.models import FACTS, Deployment, School, SchoolFacts, SpecialistLeader
from providers.queries.school_facts import facts_of

# Work that has been evaluated by the school that was supported.
DONE = ("evaluated", "closed")
_PERCENTS = ("disadvantage_percent", "send_percent", "eal_percent")

ContextRow = dict[str, Any]
"""Columns of `EntryContext` but for its entry; `postcode` still stands for the point."""


def programme_contexts(programme: Programme) -> list[ContextRow]:
    """The schools a programme says it has worked in; `programme.contexts` is loaded with the schools."""
    return [_programme_context(context) for context in programme.contexts.all()]


def _programme_context(context: ProgrammeContext) -> ContextRow:
    school = context.school
    return {
        **_rounded(context, school),
        "provider_id": context.programme.provider_id,
        "school_name": school.name if school and context.may_be_named else "",
        "year": context.year,
        "note": context.note,
    }


def leader_contexts(leader: SpecialistLeader) -> list[ContextRow]:
    """The schools of a leader's evaluated work, from `leader.work_done`; never named, they were not asked."""
    return [_leader_context(leader, deployment) for deployment in leader.work_done]  # type: ignore[attr-defined]


def _leader_context(leader: SpecialistLeader, deployment: Deployment) -> ContextRow:
    return {
        **_rounded(deployment, deployment.supported_school),
        "provider_id": leader.designator_id,
        "school_name": "",
        "year": (deployment.ends_on or deployment.starts_on or deployment.requested_on).year,
        "note": without_name(leader, deployment.focus),
    }


def _rounded(said: SchoolFacts, school: School | None) -> ContextRow:
    """What was said of the school, else what the register knows, in steps wide enough to hold many schools."""
    known = facts_of(school) if school else {}
    facts = {name: _first(getattr(said, name), known.get(name)) for name in FACTS}
    if facts["pupils"] is not None:
        step = 25 if facts["pupils"] < 200 else 50
        facts["pupils"] = max(step, step * round(facts["pupils"] / step))
    for name in _PERCENTS:
        if facts[name] is not None:
            facts[name] = 5.0 * round(facts[name] / 5)
    return facts


def _first(said: Any, known: Any) -> Any:
    return known if said in ("", None) and known is not None else said
