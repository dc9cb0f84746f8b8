"""Writing the catalogue: the only place that does.

An entry has two parts. Its content comes from the source tables (`programmes.queries.catalogue_rows`); its
standing (band, scores, dates, alert) is handed in by the reviews app, which stands above this one. A
refresh without a standing keeps what is there. Derived rows, so without a trail of their own.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import Any

from django.db import connection, models, transaction
from django.db.models import NOT_PROVIDED, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from lpdqa.bulk import copy_rows, reserve_ids
from lpdqa.clock import now, today
from lpdqa.statements import Given, Statement
from programmes.choices import HEADINGS, Band, EntryKind, EntryStatus
from programmes.models import CatalogueChange, CatalogueEntry, Cohort, EntryContext, Price, Programme
from programmes.queries import catalogue_rows as rows
from programmes.ranges import school_year_code
from providers.models import Provider, SpecialistLeader

# Longer than the longest silence after which a process still goes on from what it had read.
CHANGES_KEPT_FOR = dt.timedelta(days=1)
CHUNK = 1000
BAND_RANK = {band: rank for rank, band in enumerate(Band.values, start=1)}


@dataclass(frozen=True)
class Standing:
    """How a subject stands in the eyes of the public. `headings` maps heading codes to scores 1 to 4; a
    heading without applicable criteria is missing or None.
    """

    status: str = EntryStatus.LISTED
    alert: str = ""
    warning: str = ""
    band: str = ""
    provisional: bool = False
    overall: Decimal | float | None = None
    headings: Mapping[str, Decimal | float | None] = field(default_factory=dict)
    confidence: str = ""
    confidence_value: Decimal | float | None = None
    framework: str = ""
    rating_public_id: uuid.UUID | None = None
    decided_on: dt.date | None = None
    valid_to: dt.date | None = None


@dataclass(frozen=True)
class _Kind:
    """How entries of one kind are told apart, found, loaded and built."""

    code: EntryKind
    key: str
    """Column of the entry that holds the subject's primary key."""
    model: type[models.Model]
    public: Q
    load: Callable[[Any], Any]
    build: Callable[[Any, rows.Places], rows.Row]


_PROGRAMME = _Kind(
    EntryKind.PROGRAMME,
    "programme_id",
    Programme,
    Q(public_version__isnull=False),
    rows.programmes_for_rows,
    rows.programme_row,
)
_LEADER = _Kind(
    EntryKind.SLE,
    "leader_id",
    SpecialistLeader,
    Q(listed_at__isnull=False),
    rows.leaders_for_rows,
    rows.leader_row,
)
_PROVIDER = _Kind(
    EntryKind.PROVIDER,
    "provider_id",
    Provider,
    Q(listed_at__isnull=False),
    rows.providers_for_rows,
    rows.provider_row,
)
_KINDS = (_PROVIDER, _PROGRAMME, _LEADER)


def _held(kind: _Kind) -> Statement:
    """Holds the public ones of subjects of a kind, in order, until the transaction ends: their primary keys."""
    return Statement(
        lambda: (
            kind.model._default_manager.filter(kind.public, pk__among=Given("pks"))
            .order_by("pk")
            .select_for_update(no_key=True)
            .values_list("pk")
        )
    )


_HELD = {kind.code: _held(kind) for kind in _KINDS}
_OVERTAKEN = Statement(
    lambda: (
        _due_by_calendar(Given("on"))
        .filter(programme__among=Given("pks"))
        .order_by()
        .values_list("programme_id")
    )
)

_STANDING_COLUMNS = frozenset(
    {
        "status",
        "alert",
        "warning",
        "band",
        "band_rank",
        "provisional",
        "overall",
        *HEADINGS,
        "confidence",
        "confidence_value",
        "framework",
        "rating_public_id",
        "decided_on",
        "valid_to",
        "reviewed_in",
    }
)
_CONTENT_COLUMNS = frozenset(
    f.name
    for f in CatalogueEntry._meta.concrete_fields
    if not f.primary_key and not f.generated and f.name not in _STANDING_COLUMNS | {"first_at", "changed_at"}
)


# --- One subject ---


def refresh_programme(*, programme: Programme, standing: Standing | None = None) -> CatalogueEntry | None:
    """Bring a programme's entry up to date; None (and no entry) while it has no public version."""
    return _refresh_one(_PROGRAMME, programme.pk, standing)


def refresh_leader(*, leader: SpecialistLeader, standing: Standing | None = None) -> CatalogueEntry | None:
    """Bring a specialist leader's entry up to date; None (and no entry) while not listed."""
    return _refresh_one(_LEADER, leader.pk, standing)


def refresh_provider(*, provider: Provider, standing: Standing | None = None) -> CatalogueEntry | None:
    """Bring a provider's own entry up to date; None (and no entry) while not listed."""
    return _refresh_one(_PROVIDER, provider.pk, standing)


# --- Many ---


def refresh_standings(*, standings: Mapping[tuple[str, int], Standing]) -> int:
    """Bring the entries of many subjects up to date with their standing, by (kind of entry, primary key of the
    subject); returns how many were written.

    Always in the same order (providers, programmes, leaders; by primary key), so that two who do this at the
    same moment never wait for each other in a ring.
    """
    return sum(
        _refresh(kind, sorted(of_kind), of_kind)
        for kind in _KINDS
        if (of_kind := {pk: standing for (code, pk), standing in standings.items() if code == kind.code})
    )


def update_standings(*, standings: Mapping[tuple[str, int], Standing]) -> int:
    """Write only the standing of many subjects, one statement a kind and chunk; returns how many were written.

    For when nothing but the rating has changed. A public subject whose entry is missing, or whose content the
    calendar has overtaken, gets a whole one; one that isn't public has none. The order is that of
    `refresh_standings`.
    """
    written = 0
    for kind in _KINDS:
        of_kind = {pk: standing for (code, pk), standing in sorted(standings.items()) if code == kind.code}
        pks = list(of_kind)
        for i in range(0, len(pks), CHUNK):
            chunk = {pk: of_kind[pk] for pk in pks[i : i + CHUNK]}
            number, others = _write_standings(kind, chunk)
            written += number + (_write(kind, others, chunk) if others else 0)
    return written


def refresh_offer(*, provider: Provider) -> int:
    """Bring everything a provider offers up to date too: entries repeat its name, kind and place."""
    refresh_provider(provider=provider)
    written = _refresh(_PROGRAMME, _pks(Programme.objects.filter(provider=provider)))
    return 1 + written + _refresh(_LEADER, _pks(SpecialistLeader.objects.filter(designator=provider)))


def refresh_listed(*, providers: Iterable[int] | None = None, programmes: Iterable[int] | None = None) -> int:
    """Bring the entries of thousands of subjects up to date, `CHUNK` at a time; returns how many were
    written.

    providers, programmes: primary keys; with neither, everything there is (specialist leaders too), and
    entries whose subject is no longer public go. The number of queries depends on the number of chunks
    only.
    """
    if providers is None and programmes is None:
        _remove_hidden()
        return sum(_refresh(kind, _pks(kind.model._default_manager.all())) for kind in _KINDS)
    return _refresh(_PROVIDER, list(providers or ())) + _refresh(_PROGRAMME, list(programmes or ()))


def refresh_dated() -> int:
    """Bring up to date what changes by the calendar alone: a next start that has passed, a price that has
    begun.

    Part of the nightly work; returns how many entries were written.
    """
    return _refresh(_PROGRAMME, list(_due_by_calendar(today()).values_list("programme_id", flat=True)))


def add_entries(*, entries: Iterable[tuple[rows.Row, Standing, list[rows.Row]]]) -> int:
    """Add entries of subjects that have none yet, each with the schools it has worked in, by COPY; returns how
    many. For synthetic data in great numbers: everything else is refreshed from the source tables.
    """
    fields, context_fields = _copied(CatalogueEntry), _copied(EntryContext, keyed=False)
    usual = {field.attname: field.get_default() for field in fields}
    usual_context = {field.attname: field.get_default() for field in context_fields}
    at = now()
    given = list(entries)
    pks = reserve_ids(CatalogueEntry, len(given))
    said = (
        {**usual, **row, **_standing_columns(standing), "refreshed_at": at, "id": pk}
        for pk, (row, standing, _) in zip(pks, given, strict=True)
    )
    contexts = (
        {**usual_context, **row, "entry_id": pk}
        for pk, (_, _, found) in zip(pks, given, strict=True)
        for row in found
    )
    for model, columns, written in ((CatalogueEntry, fields, said), (EntryContext, context_fields, contexts)):
        names = [field.attname for field in columns]
        copy_rows(model, names, ([for_copy(row[name]) for name in names] for row in written))
    return len(given)


def _copied(model: Any, *, keyed: bool = True) -> list[Any]:
    """The fields that COPY writes: not those that the database works out; the primary key if `keyed`."""
    return [
        field
        for field in model._meta.concrete_fields
        if not field.generated and field.db_default is NOT_PROVIDED and (keyed or not field.primary_key)
    ]


def for_copy(value: Any) -> Any:
    """A value as `copy_rows` takes it: a list of codes as the text of an array."""
    if isinstance(value, list):
        return "{" + ",".join(f'"{one}"' for one in value) + "}"
    return value


def forget_changes() -> int:
    """Delete notes of changes that no process reads any more (`queries.index.live`); returns how many."""
    # By the database's own clock, which wrote them.
    old = CatalogueChange.objects.filter(at__lt=Now() - CHANGES_KEPT_FOR)
    return old.delete()[0]


# --- How ---


def _due_by_calendar(on: dt.date | Given) -> QuerySet[CatalogueEntry]:
    """Entries of programmes whose content the calendar had overtaken on a date since they were refreshed."""
    begun = Price.objects.filter(
        programme=OuterRef("programme"), valid_from__lte=on, valid_from__gt=OuterRef("refreshed_at__date")
    )
    to_come = Cohort.objects.filter(programme=OuterRef("programme"), starts_on__gte=on)
    return CatalogueEntry.objects.filter(kind=EntryKind.PROGRAMME).filter(
        Q(next_start__lt=on) | Exists(begun) | (Q(next_start=None) & Exists(to_come))
    )


def _refresh_one(kind: _Kind, pk: int, standing: Standing | None) -> CatalogueEntry | None:
    _refresh(kind, [pk], {pk: standing} if standing else None)
    return CatalogueEntry.objects.filter(kind=kind.code, **{kind.key: pk}).first()


def _pks(subjects: QuerySet[Any]) -> list[int]:
    return list(subjects.order_by("pk").values_list("pk", flat=True))


def _refresh(kind: _Kind, pks: list[int], standings: Mapping[int, Standing] | None = None) -> int:
    return sum(_write(kind, pks[i : i + CHUNK], standings) for i in range(0, len(pks), CHUNK))


@transaction.atomic
def _write(kind: _Kind, pks: list[int], standings: Mapping[int, Standing] | None) -> int:
    # The lock makes two refreshes of one subject take turns: the later one reads what the earlier one's
    # writer left, and only one of them inserts.
    locked = [pk for (pk,) in _HELD[kind.code].rows(pks=pks)]
    entries = CatalogueEntry.objects.filter(kind=kind.code, **{f"{kind.key}__in": pks})
    if len(locked) < len(pks):
        entries.exclude(**{f"{kind.key}__in": locked}).delete()
    existing = dict(entries.values_list(kind.key, "pk"))
    at = now()
    loaded = list(kind.load(kind.model._default_manager.filter(pk__in=locked).order_by("pk")))
    places = rows.load_places(chain.from_iterable(map(rows.postcodes_of, loaded)))
    built = [
        CatalogueEntry(
            pk=existing.get(subject.pk),
            refreshed_at=at,
            **kind.build(subject, places),
            **(_standing_columns(standings[subject.pk]) if standings else {}),
        )
        for subject in loaded
    ]
    CatalogueEntry.objects.bulk_create([entry for entry in built if entry.pk is None])
    CatalogueEntry.objects.bulk_create(
        [entry for entry in built if entry.pk is not None],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=sorted(_CONTENT_COLUMNS | (_STANDING_COLUMNS if standings else set())),
    )
    _write_contexts(built, loaded, places)
    return len(built)


def _write_contexts(entries: list[CatalogueEntry], subjects: list[Any], places: rows.Places) -> None:
    """Replace where the subjects of these entries have worked."""
    EntryContext.objects.filter(entry__in=entries).delete()
    EntryContext.objects.bulk_create(
        [
            EntryContext(entry=entry, **row)
            for entry, subject in zip(entries, subjects, strict=True)
            for row in rows.context_rows(subject, places)
        ]
    )


# Without a savepoint of its own: whoever calls it fails with it.
@transaction.atomic(savepoint=False)
def _write_standings(kind: _Kind, standings: Mapping[int, Standing]) -> tuple[int, list[int]]:
    """Returns how many entries were written, and the public subjects that need a whole one."""
    locked = [pk for (pk,) in _HELD[kind.code].rows(pks=list(standings))]
    fields = [field for field in CatalogueEntry._meta.concrete_fields if field.name in _STANDING_COLUMNS]
    # The new time of refresh must not hide what the calendar has brought meanwhile.
    overtaken = set(_OVERTAKEN.rows(pks=locked, on=today())) if kind is _PROGRAMME else set()
    chosen = [pk for pk in locked if (pk,) not in overtaken]
    rows = [_standing_columns(standings[pk]) for pk in chosen]
    # A lossless text of every value, cast to the column's type by the database.
    columns = [
        [None if (value := row[field.name]) is None else _text(value) for row in rows] for field in fields
    ]
    quoted = [connection.ops.quote_name(field.column) for field in fields]
    types = [field.db_type(connection) for field in fields]
    table, key = CatalogueEntry._meta.db_table, kind.key
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {table} SET refreshed_at = %s,
                {", ".join(f"{q} = given.{q}::{t}" for q, t in zip(quoted, types, strict=True))}
            FROM unnest(%s::bigint[]{", %s::text[]" * len(fields)}) AS given (subject, {", ".join(quoted)})
            WHERE {table}.kind = %s AND {table}.{key} = given.subject
            RETURNING given.subject
            """,  # noqa: S608 - names of our own columns
            [now(), chosen, *columns, kind.code],
        )
        written = {pk for (pk,) in cursor.fetchall()}
    return len(written), [pk for pk in locked if pk not in written]


def _text(value: object) -> str:
    # As a DecimalField of four places rounds a float.
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _remove_hidden() -> None:
    hidden = (
        Q(kind=EntryKind.PROVIDER, provider__listed_at=None)
        | Q(kind=EntryKind.PROGRAMME, programme__public_version=None)
        | Q(kind=EntryKind.SLE, leader__listed_at=None)
    )
    CatalogueEntry.objects.filter(hidden).delete()


def _standing_columns(standing: Standing) -> rows.Row:
    # An alert takes the place of the band, for machines too.
    shown = standing.status != EntryStatus.ALERT
    return {
        "status": standing.status,
        "alert": standing.alert,
        "warning": standing.warning,
        "band": standing.band if shown else "",
        "band_rank": BAND_RANK.get(standing.band, 0) if shown else 0,
        "provisional": standing.provisional and shown,
        "overall": standing.overall if shown else None,
        **{code: standing.headings.get(code) if shown else None for code in HEADINGS},
        "confidence": standing.confidence if shown else "",
        "confidence_value": standing.confidence_value if shown else None,
        "framework": standing.framework,
        "rating_public_id": standing.rating_public_id,
        "decided_on": standing.decided_on,
        "valid_to": standing.valid_to,
        "reviewed_in": school_year_code(standing.decided_on),
    }
