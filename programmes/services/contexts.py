"""The schools a programme has worked in."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import today
from lpdqa.rows import lock, put
from programmes.models import Programme, ProgrammeContext
from programmes.models.contexts import EARLIEST
from programmes.services import catalogue
from providers.models import FACTS
from providers.services.school_facts import check_facts

_ALLOWED = frozenset({"school", "may_be_named", "year", "note", *FACTS})
MOST = 100


def add_context(*, programme: Programme, by: User, year: int, **fields: Any) -> ProgrammeContext:
    """Record a school that the programme worked in; the catalogue follows.

    Raises:
        ValidationError: by field; also where there are `MOST` already.
    """
    with act("context.add", by=by) as doing:
        lock(programme)
        if programme.contexts.count() >= MOST:
            raise ValidationError(f"A programme shows {MOST} schools at most. Remove one that says little.")
        context = ProgrammeContext(programme=programme)
        put(context, {"year": year, **fields}, allowed=_ALLOWED)
        _check(context)
        context.save()
        doing.target = context
        catalogue.refresh_programme(programme=programme)
    return context


def update_context(*, context: ProgrammeContext, by: User, **fields: Any) -> ProgrammeContext:
    """Change what is said of a school that the programme worked in. Raises `ValidationError` by field."""
    with act("context.update", by=by, target=context) as doing:
        lock(context)
        changed = put(context, fields, allowed=_ALLOWED)
        _check(context)
        context.save()
        doing.detail["fields"] = sorted(changed)
        catalogue.refresh_programme(programme=context.programme)
    return context


def remove_context(*, context: ProgrammeContext, by: User) -> None:
    """Take a school off; the catalogue follows."""
    programme = context.programme
    with act("context.remove", by=by, target=programme):
        lock(context)
        context.delete()
        catalogue.refresh_programme(programme=programme)


def _check(context: ProgrammeContext) -> None:
    problems: dict[str, str] = {}
    if not EARLIEST <= context.year <= today().year:
        problems["year"] = f"Give a year from {EARLIEST} to {today().year}."
    if context.school is None and not context.phase:
        problems["phase"] = "Give the school’s URN, or say at least which phase it is."
    if context.may_be_named and context.school is None:
        problems["may_be_named"] = "Only a school on the register can be named. Give its URN."
    others = context.programme.contexts.exclude(pk=context.pk)
    if context.school_id and others.filter(school=context.school_id).exists():
        problems["school"] = "This school is on the list already. Change that one."
    try:
        check_facts(context)
    except ValidationError as found:
        problems |= {name: messages[0] for name, messages in found.message_dict.items()}
    if problems:
        raise ValidationError(problems)
