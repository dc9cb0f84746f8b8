"""What a provider has on the register, in the shape that the import takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch

from lpdqa.clock import today
from programmes.importing.columns import SEPARATOR, columns
from programmes.models import Cohort, Price, Programme, ProgrammeVersion
from programmes.models.bulk_import import ImportKind
from providers.models import Provider, SpecialistLeader


def rows_of(kind: str, provider: Provider) -> Iterator[dict[str, str]]:
    """Every programme, run to come or specialist leader of a provider; a constant number of queries."""
    return {
        ImportKind.PROGRAMMES: _programmes,
        ImportKind.COHORTS: _cohorts,
        ImportKind.LEADERS: _leaders,
    }[ImportKind(kind)](provider)


def _programmes(provider: Provider) -> Iterator[dict[str, str]]:
    begun = Price.objects.filter(valid_from__lte=today()).order_by("-valid_from")
    found = (
        Programme.objects.filter(provider=provider)
        .select_related("npq_course")
        .prefetch_related(
            Prefetch("versions", ProgrammeVersion.objects.order_by("-number"), "newest_first"),
            Prefetch("prices", begun, "begun"),
        )
    )
    names = [column.name for column in columns(ImportKind.PROGRAMMES)]
    for programme in found.order_by("slug"):
        version = programme.newest_first[0]  # type: ignore[attr-defined]
        price = next(iter(programme.begun), None)  # type: ignore[attr-defined]
        row = {
            "programme": programme.slug,
            "kind": programme.kind,
            "npq_course": programme.npq_course.identifier if programme.npq_course else "",
        }
        for name in names:
            if name.startswith("price_"):
                row[name] = _cell(getattr(price, name.removeprefix("price_"))) if price else ""
            elif name not in row:
                row[name] = _cell(getattr(version, name))
        yield row


def _cohorts(provider: Provider) -> Iterator[dict[str, str]]:
    names = [column.name for column in columns(ImportKind.COHORTS)]
    found = Cohort.objects.filter(programme__provider=provider, starts_on__gte=today())
    for cohort in found.select_related("programme").order_by("programme__slug", "starts_on", "pk"):
        row = {"cohort": str(cohort.public_id), "programme": cohort.programme.slug}
        yield row | {name: _cell(getattr(cohort, name)) for name in names if name not in row}


def _leaders(provider: Provider) -> Iterator[dict[str, str]]:
    names = [column.name for column in columns(ImportKind.LEADERS)]
    found = (
        SpecialistLeader.objects.filter(designator=provider).select_related("home_school").order_by("slug")
    )
    for leader in found:
        row = {
            "leader": leader.slug,
            "home_school": str(leader.home_school.urn) if leader.home_school else "",
        }
        yield row | {name: _cell(getattr(leader, name)) for name in names if name not in row}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return SEPARATOR.join(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)
