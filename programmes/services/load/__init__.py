"""Synthetic programmes in any number, for measuring. Fictional, labelled as examples, the same every time.

Kinds, topics, regions, prices and standings are as uneven as real ones, and so are providers: a few offer much,
most a little. What an entry of the catalogue says comes from the same function as ever
(`queries.catalogue_rows`), only that the rows it is made of are still in memory; its standing is made up, with
no rating behind it, so `rebuild_catalogue` makes all of them "listed".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from lpdqa.bulk import without_triggers
from programmes.models import Programme
from programmes.queries import catalogue_rows as rows
from programmes.services.load.copies import copy_programmes
from programmes.services.load.dice import PREFIX, WORDS
from programmes.services.load.organisations import A_LEADER, Providers, make_leaders
from programmes.services.load.programmes import WORKED_AT, WRITTEN, Writer
from providers.models import Provider, SpecialistLeader

__all__ = ["BLOCK", "CHUNK", "PREFIX", "WORDS", "LoadReport", "load_programmes"]

CHUNK = 10_000
BLOCK = 20_000  # made in memory; any more are copies of these


@dataclass(frozen=True)
class LoadReport:
    """How many of each were added."""

    programmes: int
    providers: int
    leaders: int


def load_programmes(*, number: int, progress: Callable[[int], None] = lambda done: None) -> LoadReport:
    """Bring the number of synthetic programmes to `number`, with a provider for every 15 and a specialist
    leader for every 20 of them. Each ten thousand programmes is one transaction.

    Raises `ValidationError` for a number below 1, and in a register with organisations that were claimed:
    synthetic rows don't belong beside real ones.
    """
    if number < 1:
        raise ValidationError("Give a number of programmes from 1.")
    if Provider.objects.filter(is_example=False, claimed_at__isnull=False).exists():
        raise ValidationError(
            "This register holds organisations that were claimed. Synthetic programmes don't belong beside "
            "them: use another one."
        )
    before = _how_many()
    in_memory = min(number, BLOCK)
    providers = Providers(in_memory)
    make_leaders(in_memory, providers)
    places = rows.load_places([*providers.postcodes, *WORKED_AT])
    for start in range(before.programmes, in_memory, CHUNK):
        stop = min(start + CHUNK, in_memory)
        with without_triggers(*WRITTEN):
            Writer(start, stop, providers, places).write()
        progress(stop)
    if number > max(BLOCK, before.programmes):
        copy_programmes(
            prefix=PREFIX,
            block=BLOCK,
            providers=len(providers.all),
            leaders=BLOCK // A_LEADER,
            number=number,
            progress=progress,
        )
    after = _how_many()
    return LoadReport(
        after.programmes - before.programmes,
        after.providers - before.providers,
        after.leaders - before.leaders,
    )


def _how_many() -> LoadReport:
    """How many synthetic ones of each there are."""
    programmes, providers, leaders = (
        model._default_manager.filter(slug__startswith=PREFIX).count()
        for model in (Programme, Provider, SpecialistLeader)
    )
    return LoadReport(programmes, providers, leaders)
