"""Listing the organisations of the reference data as providers: real ones, *listed, not reviewed*.

Only what the source says is taken over. Once an organisation has been claimed its row belongs to its owner,
and a new load leaves it alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.text import slugify

from lpdqa.clock import now
from providers.choices import LegalForm, OrganisingModel, ProviderKind, RelationshipKind
from providers.events import providers_loaded
from providers.models import Diocese, LocalAuthority, Provider, ProviderArea, Region, Relationship, School
from providers.services.reference.bulk import Changes, reconcile
from providers.services.reference.files import Rows
from providers.services.reference.run import Task

# Became the Diocese of West Yorkshire and the Dales on 20 April 2014.
ENDED_DIOCESES = frozenset({"CE04", "CE30", "CE39"})
# A hub's code begins with letters of its region.
HUB_REGIONS = {
    "NE": "E12000001",
    "NW": "E12000002",
    "YH": "E12000003",
    "EM": "E12000004",
    "WM": "E12000005",
    "EE": "E12000006",
    "L": "E12000007",
    "SE": "E12000008",
    "SW": "E12000009",
}
_TRUST_KINDS = {"Multi-academy trust": ProviderKind.MAT, "Single-academy trust": ProviderKind.SAT}
_COLUMNS: dict[str, Any] = {
    "legal_form": "",
    "organising_model": "",
    "summary": "",
    "website": "",
    "company_number": "",
    "group_uid": "",
    "group_id": "",
    "external_code": "",
    "school_id": None,
    "region_id": None,
    "authority_id": None,
    "postcode": "",
    "latitude": None,
    "longitude": None,
}


def list_providers(task: Task, rows: Iterable[Mapping[str, Any]], *, key: str = "external_code") -> Changes:
    """List organisations as providers and tell the catalogue.

    rows: name, kind and the columns the source knows; `key` is the column that tells them apart: their code
    within the source, or an official identifier that holds whoever made the row.
    """
    full = [{**_COLUMNS, **row, **task.provenance} for row in rows]
    of_source = Q(source=task.source) if key == "external_code" else Q()
    slugs = _free_slugs(full, key, Provider.objects.filter(of_source).exclude(**{key: ""}))
    listed_at = now()
    changes = reconcile(
        [{**row, "slug": slugs[row[key]], "listed_at": listed_at} for row in full],
        existing=Provider.objects.filter(of_source).exclude(**{key: ""}),
        key=[key],
        only_new=["slug", "listed_at"],
        keep=lambda provider: provider.claimed_at is not None,
        progress=task.progress,
    )
    if changes.pks:
        providers_loaded.send(Provider, providers=changes.pks)
    return changes


def _free_slugs(rows: Sequence[Mapping[str, Any]], key: str, there: QuerySet[Provider]) -> dict[str, str]:
    """A slug for each row: its name, with its code where another organisation has that name already."""
    slugs = dict(there.values_list(key, "slug"))
    taken = set(Provider.objects.values_list("slug", flat=True))
    for row in rows:
        if row[key] in slugs:
            continue
        slug = slugify(row["name"])[:100] or row["kind"]
        if slug in taken:
            slug = f"{slug}-{slugify(row[key])}"[:120]
        taken.add(slug)
        slugs[row[key]] = slug
    return slugs


# --- One loader a file ---


def list_authorities(task: Task) -> Changes:
    """Live local authorities."""
    rows = [
        {
            "name": authority.name,
            "kind": ProviderKind.LA.value,
            "legal_form": LegalForm.PUBLIC_BODY.value,
            "external_code": authority.code,
            "region_id": authority.region_id,
            "authority_id": authority.code,
        }
        for authority in LocalAuthority.objects.filter(is_live=True).order_by("code")
    ]
    return list_providers(task, rows)


def list_dioceses(task: Task) -> Changes:
    """Dioceses that still exist; two may share a name, so the summary says of which church."""
    rows = [
        {
            "name": diocese.name,
            "kind": ProviderKind.DIOCESE.value,
            "organising_model": OrganisingModel.DIOCESAN.value,
            "summary": f"{diocese.denomination} diocese.",
            "external_code": diocese.code,
        }
        for diocese in Diocese.objects.exclude(code__in=ENDED_DIOCESES).order_by("code")
    ]
    return list_providers(task, rows)


def list_trusts(task: Task) -> Changes:
    """Multi- and single-academy trusts, known by their GIAS group UID."""
    rows = [
        {
            "name": row["group_name"],
            "kind": _TRUST_KINDS[row["group_type"]].value,
            "legal_form": LegalForm.ACADEMY_TRUST.value,
            "company_number": row["companies_house_number"],
            "group_uid": row["group_uid"],
            "group_id": row["group_id"],
        }
        for row in task.files.rows()
    ]
    return list_providers(task, rows, key="group_uid")


def list_hubs(task: Task) -> Changes:
    """Teaching school hubs. One organisation may run two; each hub has its own code and areas."""
    regions = _region_pks()
    rows = [
        {
            "name": row["hub_name"],
            "kind": ProviderKind.HUB.value,
            "organising_model": OrganisingModel.ALLIANCE.value,
            "website": _address(row["website"]),
            "external_code": row["hub_area_code"],
            "region_id": regions[HUB_REGIONS[row["hub_area_code"].rstrip("0123456789")]],
        }
        for row in task.files.rows()
    ]
    return list_providers(task, rows)


def load_hub_areas(task: Task) -> Changes:
    """The districts of each hub, in place of those it had; runs after the hubs are listed."""
    hubs = dict(
        Provider.objects.filter(kind=ProviderKind.HUB)
        .exclude(external_code="")
        .values_list("external_code", "pk")
    )
    authorities = LocalAuthority.objects.filter(is_live=True)
    by_gss = {authority.gss_code: authority.code for authority in authorities}
    by_name = {authority.name: authority.code for authority in authorities}
    rows = []
    for row in task.files.rows():
        # Below a county a district has the name of no authority, or by chance that of another one.
        is_district = row["lad_code"].startswith("E07")
        authority = by_gss.get(row["lad_code"]) or (None if is_district else by_name.get(row["area"]))
        rows.append(
            {
                "provider_id": hubs[row["hub_area_code"]],
                "name": row["area"],
                "gss_code": row["lad_code"],
                "authority_id": authority,
                **task.provenance,
            }
        )
    ours = ProviderArea.objects.filter(source=task.source)
    wanted = {(row["provider_id"], row["name"]) for row in rows}
    ours.filter(pk__in=[area.pk for area in ours if (area.provider_id, area.name) not in wanted]).delete()
    changes = reconcile(rows, existing=ours, key=["provider_id", "name"])
    if changes.pks:
        providers_loaded.send(Provider, providers=sorted({row["provider_id"] for row in rows}))
    return changes


def list_alliances(task: Task) -> Changes:
    """Teaching school alliances of 2018, one for each name, and their ties to their teaching schools.

    An alliance's code is the lowest URN of its schools. One that spreads over several authorities has no
    point, over several regions no region: the source does not say where it sits.
    """
    alliances: dict[str, Rows] = defaultdict(list)
    for row in task.files.rows():
        alliances[row["alliance_name"]].append(row)
    schools = School.objects.select_related("authority__region").in_bulk(
        [int(row["urn"]) for members in alliances.values() for row in members]
    )
    authorities = _authorities_by_name()
    regions = {name.casefold(): pk for name, pk in _regions_by_name().items()}
    rows, members_of = [], {}
    for name, members in alliances.items():
        code = str(min(int(member["urn"]) for member in members))
        found = [schools[int(member["urn"])] for member in members if int(member["urn"]) in schools]
        members_of[code] = found
        rows.append(
            {
                "name": name,
                "kind": ProviderKind.TSA.value,
                "organising_model": OrganisingModel.ALLIANCE.value,
                "external_code": code,
                "region_id": _only({regions[member["region"].casefold()] for member in members}),
                **_seat(members, found, authorities),
            }
        )
    changes = list_providers(task, rows)
    pks = dict(Provider.objects.filter(source=task.source).values_list("external_code", "pk"))
    ties = [
        {
            "subject_id": pks[code],
            "kind": RelationshipKind.LED_BY.value,
            "school_id": school.pk,
            **task.provenance,
        }
        for code, found in members_of.items()
        for school in found
    ]
    led = Relationship.objects.filter(source=task.source, kind=RelationshipKind.LED_BY)
    reconcile(ties, existing=led, key=["subject_id", "kind", "school_id"])
    return changes


def _seat(members: Rows, found: list[School], authorities: Mapping[str, str]) -> dict[str, Any]:
    """Where an alliance sits: its only school's place, or the middle of its schools within one authority."""
    authority = _only({authorities.get(_plain(member["local_authority"]), "") for member in members})
    seat: dict[str, Any] = {"authority_id": authority or None}
    if len(members) == 1 and found:
        seat |= {"school_id": found[0].pk, "postcode": found[0].postcode}
    points = [(s.latitude, s.longitude) for s in found if s.latitude is not None and s.longitude is not None]
    if authority and points:
        latitudes, longitudes = zip(*points, strict=True)
        seat |= {"latitude": round(fmean(latitudes), 5), "longitude": round(fmean(longitudes), 5)}
    return seat


# --- Reading names ---


def _only(values: set[Any]) -> Any:
    """The value all agree on, else None."""
    return next(iter(values)) if len(values) == 1 else None


def _region_pks() -> dict[str, int]:
    return dict(Region.objects.filter(scheme=Region.Scheme.REGION).values_list("code", "pk"))


def _regions_by_name() -> dict[str, int]:
    return dict(Region.objects.filter(scheme=Region.Scheme.REGION).values_list("name", "pk"))


def _authorities_by_name() -> dict[str, str]:
    """Codes by plain name; of two authorities with one name the live one."""
    ordered = LocalAuthority.objects.order_by("is_live", "code")
    return {_plain(authority.name): authority.code for authority in ordered}


def _plain(name: str) -> str:
    """An authority's name without the words that sources put in different places."""
    return re.sub(r"\b(city|county) of\b|[^a-z ]", "", name.casefold()).strip()


def _address(website: str) -> str:
    """A web address as the source gives it, with the scheme that browsers assume."""
    return website if not website or "://" in website else f"https://{website}"
