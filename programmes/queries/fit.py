"""“Fits my school”: the context match of entries with a school, and what it rests on, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import Count, Q, Sum

from lpdqa.web.formats import miles
from programmes import fit
from programmes.choices import EntryKind
from programmes.fit import LIKE, PARTS, WEIGHTS, Contexts, Facts, Match
from programmes.models import CatalogueEntry, EntryContext
from programmes.queries.fit_words import UNKNOWN, in_words, reasons, side
from providers.models import School
from providers.queries.school_facts import facts_of

MOST_SHOWN = 50


@dataclass(frozen=True)
class MySchool:
    """The school that provision is to fit."""

    urn: int
    name: str
    town: str
    facts: Facts
    own: frozenset[str] = frozenset()
    """Facts that the visitor gave, not the register."""

    @property
    def label(self) -> str:
        return f"{self.name}, {self.town}" if self.town else self.name

    @cached_property
    def scores(self) -> dict[int, int]:
        """The match of every entry of which enough is known, by its primary key."""
        return _scores(self.facts)

    @property
    def alike(self) -> list[int]:
        """Primary keys of the entries that have worked in a school like this one."""
        return [entry for entry, score in self.scores.items() if score >= LIKE]


@dataclass(frozen=True)
class Fit:
    """How one entry fits a school: `score` 0 to 100 and `coverage`, how much of the weights is known, 0 to
    100; both None where too little is known. `reasons` begin with the strongest.
    """

    score: int | None
    coverage: int | None
    reasons: list[str]
    like: int
    """How many of the schools it has worked in are like this one."""
    contexts: int


@dataclass(frozen=True)
class PartLine:
    """One part of a match as the page explains it; `alike` 0 to 100, None where it is not counted."""

    label: str
    mine: str
    theirs: str
    alike: int | None
    weight: int
    points: float | None
    """What it brings, after the weights of what is known were scaled up to 100."""


@dataclass(frozen=True)
class ContextLine:
    """One school that the entry has worked in, with its match."""

    name: str
    words: str
    year: int | None
    note: str
    score: int | None


@dataclass(frozen=True)
class Explanation:
    """A match with all that it rests on; `parts` are those of the context most like the school."""

    fit: Fit
    parts: list[PartLine]
    contexts: list[ContextLine]
    """The `MOST_SHOWN` that are most like it."""


def my_school(urn: int, **own: Any) -> MySchool | None:
    """An open school with its facts; `own` are facts the visitor gives, which stand before the register's."""
    school = School.objects.defer("search").filter(urn=urn, is_open=True).first()
    if school is None:
        return None
    known = {name: value for name, value in facts_of(school).items() if name in fit.COLUMNS}
    given = {name: value for name, value in own.items() if value not in ("", None)}
    facts = Facts(**{**known, "latitude": school.latitude, "longitude": school.longitude, **given})
    return MySchool(school.urn, school.name, school.town, facts, frozenset(given))


def fits(school: MySchool, entries: Iterable[CatalogueEntry]) -> dict[int, Fit]:
    """How these entries fit, by primary key; those without any context are left out. One query."""
    rows = _rows(list(entries))
    if not rows:
        return {}
    contexts = Contexts.of([facts for _, facts, _ in rows])
    match = fit.match(school.facts, contexts)
    groups = np.array([entry for entry, _, _ in rows])
    best = {int(groups[place]): int(place) for place in fit.closest(groups, match)}
    return {
        int(entry): _fit(school, contexts, match, groups == entry, best.get(int(entry)))
        for entry in np.unique(groups)
    }


def explain(school: MySchool, entry: CatalogueEntry) -> Explanation:
    """How one entry fits and why: each part, and every school it has worked in. One query."""
    rows = _rows([entry])
    contexts = Contexts.of([facts for _, facts, _ in rows])
    match = fit.match(school.facts, contexts)
    mine = np.ones(len(rows), dtype=bool)
    best = next(iter(fit.closest(np.zeros(len(rows), dtype=np.int64), match)), None)
    order = np.argsort(-np.nan_to_num(match.score, nan=-1.0), kind="stable")
    return Explanation(
        fit=_fit(school, contexts, match, mine, best),
        parts=[]
        if best is None
        else _parts(school, rows[best][2], match, best, fit.miles(school.facts, contexts)[best]),
        contexts=[
            ContextLine(
                name=rows[place][2].school_name,
                words=in_words(rows[place][2]),
                year=rows[place][2].year,
                note=rows[place][2].note,
                score=_whole(match.score[place]),
            )
            for place in order[:MOST_SHOWN]
        ],
    )


def _fit(school: MySchool, contexts: Contexts, match: Match, own: np.ndarray, best: int | None) -> Fit:
    return Fit(
        score=None if best is None else _whole(match.score[best]),
        coverage=None if best is None else _whole(100 * match.coverage[best]),
        reasons=[] if best is None else reasons(match.alike[best], fit.miles(school.facts, contexts)[best]),
        like=int(np.sum(match.score[own] >= LIKE)),
        contexts=int(own.sum()),
    )


def _parts(
    school: MySchool, context: EntryContext, match: Match, best: int, distance: float
) -> list[PartLine]:
    alike, coverage = match.alike[best], match.coverage[best]
    lines = []
    for number, part in enumerate(PARTS):
        mine, theirs = side(part.code, school.facts), side(part.code, context)
        if part.code == "distance":
            mine, theirs = "", UNKNOWN if np.isnan(distance) else f"about {miles(distance)} from you"
        known = not np.isnan(alike[number])
        lines.append(
            PartLine(
                label=part.label,
                mine=mine,
                theirs=theirs,
                alike=_whole(100 * alike[number]) if known else None,
                weight=part.weight,
                points=float(100 * alike[number] * WEIGHTS[number] / coverage) if known else None,
            )
        )
    return lines


def _whole(value: float) -> int | None:
    return None if np.isnan(value) else int(np.floor(value + 0.5))


# --- Reading contexts ---


def _rows(entries: list[CatalogueEntry]) -> list[tuple[int, tuple[Any, ...], EntryContext]]:
    """The contexts of entries: (entry, facts, context). An organisation's are those of all that it offers."""
    providers = {e.provider_id: e.pk for e in entries if e.kind == EntryKind.PROVIDER}
    others = {e.pk for e in entries if e.kind != EntryKind.PROVIDER}
    if not entries:
        return []
    found = EntryContext.objects.filter(Q(entry__in=others) | Q(provider__in=providers)).order_by(
        "-year", "pk"
    )
    rows = []
    for context in found:
        facts = tuple(getattr(context, name) for name in fit.COLUMNS)
        if context.entry_id in others:
            rows.append((context.entry_id, facts, context))
        if context.provider_id in providers:
            rows.append((providers[context.provider_id], facts, context))
    return rows


@dataclass(frozen=True)
class _Everything:
    """All contexts of the catalogue as arrays, each once for its entry and once for its organisation's."""

    contexts: Contexts
    groups: np.ndarray


_held: tuple[object, _Everything | None] = (None, None)


def _scores(school: Facts) -> dict[int, int]:
    everything = _everything()
    match = fit.match(school, everything.contexts)
    best = fit.closest(everything.groups, match)
    scores = np.floor(match.score[best] + 0.5).astype(int)
    return dict(zip(everything.groups[best].tolist(), scores.tolist(), strict=True))


def _everything() -> _Everything:
    """Read once and kept in the process until a context is written or goes.

    Contexts are replaced, never changed, so their number and the sum of their keys tell whether any was.
    """
    global _held
    now = EntryContext.objects.aggregate(n=Count("pk"), keys=Sum("pk"))
    version = (now["n"], now["keys"])
    held_version, held = _held
    if held is not None and held_version == version:
        return held
    rows = list(EntryContext.objects.order_by("pk").values_list("entry", "provider", *fit.COLUMNS))
    own = dict(
        CatalogueEntry.objects.filter(kind=EntryKind.PROVIDER).values_list("provider", "pk") if rows else ()
    )
    doubled = [(own[row[1]], *row[2:]) for row in rows if row[1] in own]
    grouped = [(row[0], *row[2:]) for row in rows] + doubled
    everything = _Everything(
        Contexts.of([row[1:] for row in grouped]), np.array([row[0] for row in grouped], dtype=np.int64)
    )
    _held = (version, everything)
    return everything
