"""“Fits my school”: the context match of entries with a school, and what it rests on, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import Count, Q, Sum

from lpdqa.bulk import read_arrays
from lpdqa.web.formats import miles
from programmes import fit
from programmes.choices import EntryKind
from programmes.fit import LIKE, PARTS, WEIGHTS, Contexts, Facts, Match
from programmes.models import CatalogueEntry, EntryContext
from programmes.queries.fit_words import UNKNOWN, in_words, reasons, side
from programmes.queries.index import live
from providers.models import School
from providers.queries.places import school_label
from providers.queries.school_facts import READ, facts_of

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
        return school_label(self.name, self.town)

    @cached_property
    def matches(self) -> Scores:
        """The match of every entry of which enough is known."""
        return _scores(self.facts)

    @property
    def scores(self) -> dict[int, int]:
        """The same by primary key, for the database."""
        return dict(zip(self.matches.entries.tolist(), self.matches.scores.tolist(), strict=True))

    @property
    def alike(self) -> list[int]:
        """Primary keys of the entries that have worked in a school like this one, for the database."""
        return self.alike_entries.tolist()

    @property
    def alike_entries(self) -> np.ndarray:
        """The same as an array."""
        return self.matches.entries[self.matches.scores >= LIKE]


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
    schools = School.objects.only("urn", "name", "town", "latitude", "longitude", *READ)
    school = schools.filter(urn=urn, is_open=True).first()
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


# What is known of schools comes in few combinations, since numbers are rounded: each combination is compared once.
_TOGETHER = (
    ("phase", "school_type", "setting", "improvement_stage"),
    ("disadvantage_percent", "send_percent", "eal_percent"),
    ("pupils",),
    ("latitude", "longitude"),
)


@dataclass(frozen=True)
class Scores:
    """The matches of all entries of which enough is known: primary keys, ascending, and scores 0 to 100."""

    entries: np.ndarray
    scores: np.ndarray


@dataclass(frozen=True)
class _Everything:
    """All contexts of the catalogue, by entry and again by the organisation that offers it."""

    distinct: tuple[tuple[Contexts, np.ndarray], ...]
    """For each of `_TOGETHER` the combinations there are, and which of them each context has."""
    by_entry: _Groups
    by_provider: _Groups


@dataclass(frozen=True)
class _Groups:
    """Contexts put together: `order` has those of one entry one after the other, from `starts` on."""

    order: np.ndarray
    starts: np.ndarray
    entries: np.ndarray

    @classmethod
    def by(cls, keys: np.ndarray) -> _Groups:
        """By the primary key of an entry; contexts with the key 0 belong to none."""
        order = np.argsort(keys, kind="stable")
        order = order[keys[order] > 0]
        entries, starts = np.unique(keys[order], return_index=True)
        return cls(order, starts, entries)

    def highest(self, values: np.ndarray) -> np.ndarray:
        """The highest value of each entry."""
        if not len(self.starts):
            return np.zeros(0)
        found: np.ndarray = np.maximum.reduceat(values[self.order], self.starts)
        return found


@dataclass(frozen=True)
class _Held:
    """All contexts as they were read: at which version of the catalogue, and their number and sum of keys."""

    everything: _Everything
    catalogue: int | None
    contexts: tuple[int, int | None]


_held: _Held | None = None


def _scores(school: Facts) -> Scores:
    everything = _everything()
    alike = coverage = 0.0
    for contexts, which in everything.distinct:
        parts = fit.match(school, contexts).alike
        known = ~np.isnan(parts)
        alike = alike + (np.where(known, parts, 0.0) @ WEIGHTS)[which]
        coverage = coverage + (known @ WEIGHTS)[which]
    score = fit.score_of(np.asarray(alike), np.asarray(coverage))
    # A context of which too little is known is below every score.
    score = np.where(np.isnan(score), -1.0, score)
    groups = (everything.by_entry, everything.by_provider)
    best = np.concatenate([one.highest(score) for one in groups])
    entries = np.concatenate([one.entries for one in groups])
    order = np.argsort(entries)
    order = order[best[order] >= 0]
    return Scores(entries[order], np.floor(best[order] + 0.5).astype(np.int64))


def _everything() -> _Everything:
    """Read once and kept in the process until a context is written or goes.

    Contexts are written with their entry, so while the catalogue is what it was they are too. After any other change
    they are counted: they are replaced, never changed, so their number and the sum of their keys tell whether any was.
    """
    global _held
    catalogue, held = live.version(), _held
    if held is not None and catalogue is not None and held.catalogue == catalogue:
        return held.everything
    now = EntryContext.objects.aggregate(n=Count("pk"), keys=Sum("pk"))
    contexts = (now["n"], now["keys"])
    everything = held.everything if held is not None and held.contexts == contexts else _read_everything()
    _held = _Held(everything, catalogue, contexts)
    return everything


def _read_everything() -> _Everything:
    table, entries = EntryContext._meta.db_table, CatalogueEntry._meta.db_table
    said = ", ".join(f"{sql} AS {name}" for name, (sql, _) in _AS_NUMBERS.items())
    found = read_arrays(
        f"SELECT c.entry_id, coalesce(own.id, 0)::bigint, {said} FROM {table} c "  # noqa: S608
        f"LEFT JOIN {entries} own ON own.provider_id = c.provider_id AND own.kind = 'provider' ORDER BY c.id",
        [],
        {"entry": "bigint", "own": "bigint", **{name: kind for name, (_, kind) in _AS_NUMBERS.items()}},
    )
    return _Everything(
        distinct=tuple(_combinations(found, names) for names in _TOGETHER),
        by_entry=_Groups.by(found["entry"]),
        by_provider=_Groups.by(found["own"]),
    )


def _combinations(found: Mapping[str, np.ndarray], names: tuple[str, ...]) -> tuple[Contexts, np.ndarray]:
    """The combinations of some columns, the others not known, and the number of that of each context."""
    which = np.zeros(len(found["entry"]), dtype=np.int64)
    for name in names:
        values, codes = np.unique(found[name], return_inverse=True)
        # Numbers of the combinations so far, kept small so that no product runs over.
        which = np.unique(which * len(values) + codes, return_inverse=True)[1]
    _, first = np.unique(which, return_index=True)
    return fit.Contexts.partly({name: found[name][first] for name in names}, len(first)), which.astype(
        np.int32
    )


def _coded_sql(name: str) -> str:
    codes = ", ".join(f"'{code}'" for code in fit.CODED[name])
    return f"coalesce(array_position(ARRAY[{codes}]::text[], c.{name}::text) - 1, -1)::smallint"


_AS_NUMBERS: dict[str, tuple[str, str]] = {
    name: (_coded_sql(name), "smallint")
    if name in fit.CODED
    else (f"coalesce(c.{name}::float8, 'NaN')", "double precision")
    for name in fit.COLUMNS
}
"""Each column of a context as a number of the database: a code by its place, -1 or NaN where it isn't known."""
