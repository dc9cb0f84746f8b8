"""Importing a GIAS download: what would change, row by row, and then all of it in one transaction."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q

from lpdqa.audit.services import act
from lpdqa.clock import now
from providers.choices import ProviderKind
from providers.events import providers_loaded
from providers.models import DataSource, Diocese, LocalAuthority, Provider, School
from providers.services.reference import gias
from providers.services.reference.bulk import CHUNK, difference, take_turns, write
from providers.services.reference.files import Files, data_folder
from providers.services.reference.terms import TYPES_FILE, Types

SOURCE_CODE = "gias-download"
# Grid references are converted to about 2 m; a smaller step is no move.
_SAME_PLACE = 0.00002
# Which column says where another one came from.
_ORIGINS = {"latitude": "coords_from", "postcode": "postcode_from", "establishment_type": "type_source"}
_LABELS = {f.attname: f.verbose_name for f in School._meta.concrete_fields}
# Columns that change with another one, which is reported.
_NO_NEWS = frozenset({"trust_id", "is_open", "phase", "longitude", "pupils_year"})


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    CLOSED = "closed"
    SAME = "same"
    LEFT_OUT = "left out"
    BAD = "bad"


@dataclass(frozen=True)
class Verdict:
    """What an import does with one row, and why or what changes in words."""

    line: int
    urn: str
    name: str
    outcome: Outcome
    detail: str = ""


@dataclass
class Report:
    """What an import did or, before it is applied, would do."""

    encoding: str
    columns: int
    as_of: dt.date
    as_of_from: str
    absent: list[str]
    """Columns the register could use that the file has not."""
    unused: int
    """Columns of the file the register has no use for."""
    not_in_file: int
    """Open schools of the register that the file does not name; they stay as they are."""
    newer: int
    """Schools of the file about which the register has facts of a later date."""
    verdicts: list[Verdict]
    applied: bool

    def counts(self) -> dict[Outcome, int]:
        """How many rows had each outcome, all of them named."""
        found = Counter(verdict.outcome for verdict in self.verdicts)
        return {outcome: found[outcome] for outcome in Outcome}


@dataclass
class _Plan:
    new: list[School] = field(default_factory=list)
    changed: list[School] = field(default_factory=list)
    same: list[int] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)


@dataclass(frozen=True)
class _Known:
    """What the register knows and a row may refer to."""

    authorities: Mapping[str, str]
    dioceses: frozenset[str]
    trusts: Mapping[str, int]

    @classmethod
    def load(cls) -> _Known:
        trusts = Provider.objects.filter(kind__in=[ProviderKind.MAT, ProviderKind.SAT]).exclude(group_uid="")
        return cls(
            dict(LocalAuthority.objects.values_list("code", "name")),
            frozenset(Diocese.objects.values_list("code", flat=True)),
            dict(trusts.values_list("group_uid", "pk")),
        )


def import_schools(*, path: Path, as_of: dt.date | None = None, apply: bool = False) -> Report:
    """Compare a GIAS download with the register's schools and, with `apply`, bring them in line with it.

    as_of: the day the file describes; without it the newest change the file names.
    Schools that the file does not name stay as they are; bad rows and rows left out change nothing. Either
    everything else is written or, if anything fails, nothing is.

    Raises:
        providers.services.reference.gias.NotGias: the file has another layout.
        OSError: it can't be read.
    """
    encoding = gias.encoding_of(path)
    types = Types.from_rows(Files(data_folder(), (TYPES_FILE,)).rows())
    with path.open(encoding=encoding, newline="") as file:
        header = gias.read_header(file)
        results = list(gias.read_rows(header, file, types))
    as_of, as_of_from = _date_of(results, as_of)
    report = Report(
        encoding=encoding,
        columns=len(header),
        as_of=as_of,
        as_of_from=as_of_from,
        absent=[name for name in gias.OPTIONAL if name not in header],
        unused=len(set(header) - {*gias.REQUIRED, *gias.OPTIONAL}),
        not_in_file=0,
        newer=0,
        verdicts=[],
        applied=apply,
    )
    if apply:
        _apply(path, results, report)
    else:
        with transaction.atomic():
            _compare(results, report, lock=False)
    return report


def _apply(path: Path, results: list[gias.Result], report: Report) -> None:
    with act("schools.import", by=None) as doing:
        take_turns()
        plan = _compare(results, report, lock=True)
        counts = {str(outcome): number for outcome, number in report.counts().items()}
        source, _ = DataSource.objects.update_or_create(
            code=SOURCE_CODE,
            defaults={
                "title": "Get Information about Schools (GIAS), newest import",
                "publisher": "Department for Education",
                "obtained_from": "get-information-schools.service.gov.uk, all establishment data",
                "licence": "Open Government Licence v3.0",
                "licence_class": DataSource.Class.OPEN,
                "as_of": report.as_of,
                "as_of_text": report.as_of_from,
                "notes": "Schools it names have from it what it says; their other columns stay as they were.",
                "file": path.name[:120],
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "rows": len(results),
                "loaded_at": now(),
            },
        )
        for school in (*plan.new, *plan.changed):
            school.source, school.source_as_of = source, report.as_of
        columns = {f.attname for f in School._meta.concrete_fields if not f.generated and not f.primary_key}
        write(School, plan.new, plan.changed, columns=columns)
        older = Q(source_as_of=None) | Q(source_as_of__lt=report.as_of)
        School.objects.filter(older, pk__in=plan.same).update(source=source, source_as_of=report.as_of)
        doing.target, doing.detail = source, {"sha256": source.sha256, **counts}
        seated = Provider.objects.filter(school__in=[school.pk for school in plan.changed])
        providers_loaded.send(Provider, providers=list(seated.order_by("pk").values_list("pk", flat=True)))


def _compare(results: list[gias.Result], report: Report, *, lock: bool) -> _Plan:
    """What each row would do; fills the report. With `lock` nobody else can change the schools meanwhile."""
    known = _Known.load()
    urns = [result.urn for result in results if isinstance(result, gias.SchoolRow)]
    schools = School.objects.defer("search").order_by("pk")
    there: dict[int, School] = {}
    for start in range(0, len(urns), CHUNK):
        some = schools.filter(pk__in=urns[start : start + CHUNK])
        there |= {school.pk: school for school in (some.select_for_update() if lock else some)}
    report.newer = sum(
        school.source_as_of is not None and school.source_as_of > report.as_of for school in there.values()
    )
    report.not_in_file = School.objects.filter(is_open=True).count() - sum(s.is_open for s in there.values())
    plan = _Plan(verdicts=report.verdicts)
    for result in results:
        if isinstance(result, gias.SchoolRow):
            plan.verdicts.append(_judge(result, there.get(result.urn), known, plan, report.as_of))
        elif isinstance(result, gias.LeftOut):
            plan.verdicts.append(
                Verdict(result.line, str(result.urn), result.name, Outcome.LEFT_OUT, result.reason)
            )
        else:
            plan.verdicts.append(Verdict(result.line, result.urn, "", Outcome.BAD, result.reason))
    return plan


def _judge(row: gias.SchoolRow, school: School | None, known: _Known, plan: _Plan, as_of: dt.date) -> Verdict:
    """Decide about one row and put the school, with its new values, into the plan."""

    def verdict(outcome: Outcome, detail: str = "") -> Verdict:
        return Verdict(row.line, str(row.urn), row.name, outcome, detail)

    if school is None and not row.is_open:
        return verdict(Outcome.LEFT_OUT, f"Not open ({row.values['status']}) and not in the register.")
    code = str(row.values["authority_id"])
    if code not in known.authorities:
        return verdict(Outcome.BAD, f"LA (code) {code} is not an authority the register knows.")
    values = dict(row.values)
    if row.diocese in known.dioceses:
        values["diocese_id"] = row.diocese
    if "trust_name" in values:
        values["trust_id"] = known.trusts.get(row.trust_uid)
    origin = f"gias-{as_of:%Y-%m-%d}"
    if school is None:
        origins = {_ORIGINS[column]: origin for column in values if column in _ORIGINS}
        plan.new.append(School(urn=row.urn, **values, **origins))
        return verdict(Outcome.NEW, f"{known.authorities[code]}, {values.get('phase_name', 'no phase')}")
    if _same_place(school, values):
        del values["latitude"], values["longitude"]
    differing = difference(school, values)
    if not differing:
        plan.same.append(school.pk)
        return verdict(Outcome.SAME)
    outcome = Outcome.CLOSED if school.is_open and not row.is_open else Outcome.CHANGED
    detail = "; ".join(_words(school, values, column) for column in differing if column not in _NO_NEWS)
    if "pupils" in differing:
        # Of the file's census, or of one that it does not name; not of the earlier one in any case.
        school.pupils_year = str(values.get("pupils_year", ""))
    for column in differing:
        setattr(school, column, values[column])
        if column in _ORIGINS:
            setattr(school, _ORIGINS[column], origin)
    plan.changed.append(school)
    return verdict(outcome, detail or "Linked to other rows of the register")


def _same_place(school: School, values: Mapping[str, Any]) -> bool:
    if "latitude" not in values or school.latitude is None or school.longitude is None:
        return False
    return (
        abs(school.latitude - values["latitude"]) <= _SAME_PLACE
        and abs(school.longitude - values["longitude"]) <= _SAME_PLACE
    )


def _words(school: School, values: Mapping[str, Any], column: str) -> str:
    """One change as "town: Leeds → Otley"."""
    if column == "latitude":
        before = f"{school.latitude}, {school.longitude}" if school.latitude is not None else "none"
        return f"point: {before} → {values['latitude']}, {values['longitude']}"
    return f"{_LABELS[column]}: {_shown(getattr(school, column))} → {_shown(values[column])}"


def _shown(value: object) -> str:
    return "none" if value in (None, "") else str(value)


def _date_of(results: Iterable[gias.Result], given: dt.date | None) -> tuple[dt.date, str]:
    """The day a file describes, and how that is known."""
    if given:
        return given, f"{given.day} {given:%B %Y}, as given at the import"
    changes = [
        result.changed_on for result in results if isinstance(result, gias.SchoolRow) and result.changed_on
    ]
    day = max(changes, default=None)
    if day is None:
        raise gias.NotGias("Nothing in the file says of what day it is. Give the day with --as-of.")
    return day, f"{day.day} {day:%B %Y}, the newest change in the file"
