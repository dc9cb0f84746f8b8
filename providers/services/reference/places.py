"""Loading regions, authorities, dioceses and postcode districts."""

from __future__ import annotations

import datetime as dt

from django.utils.text import slugify

from providers.models import Diocese, LocalAuthority, Outcode, Region
from providers.services.reference.bulk import Changes, reconcile
from providers.services.reference.run import Task

# The commissioners' regions began with the commissioners and gave way to the nine regions.
RSC_FROM, RSC_TO = dt.date(2014, 9, 1), dt.date(2022, 8, 31)
_PARTS_OF_REGIONS = "E13"


def load_regions(task: Task) -> Changes:
    """The nine regions."""
    rows = [
        {
            "code": row["region_code"],
            "name": row["region_name"],
            "scheme": Region.Scheme.REGION.value,
            **task.provenance,
        }
        for row in task.files.rows()
        if not row["region_code"].startswith(_PARTS_OF_REGIONS)
    ]
    return reconcile(rows, existing=Region.objects.all(), key=["code"])


def load_rsc_regions(task: Task) -> Changes:
    """The eight regions of the regional schools commissioners, from the authorities' column."""
    names = sorted({row["rsc_region_2018"] for row in task.files.rows()} - {""})
    rows = [
        {
            "code": f"rsc-{slugify(name)}",
            "name": name,
            "scheme": Region.Scheme.RSC.value,
            "valid_from": RSC_FROM,
            "valid_to": RSC_TO,
            **task.provenance,
        }
        for name in names
    ]
    return reconcile(rows, existing=Region.objects.all(), key=["code"])


def load_authorities(task: Task) -> Changes:
    """Local authorities, one for each code: the live row where a code was used twice, else the last.

    Rows of authorities that ended before they had a code of their own ("x") are left out.
    """
    regions = dict(Region.objects.filter(scheme=Region.Scheme.REGION).values_list("code", "pk"))
    commissioners = dict(Region.objects.filter(scheme=Region.Scheme.RSC).values_list("name", "pk"))
    by_code: dict[str, dict[str, object]] = {}
    for row in sorted(
        task.files.rows(), key=lambda row: (row["status"] == "live", _day(row["date_of_operation"]))
    ):
        if not row["dfe_la_code"].isdigit():
            continue
        by_code[row["dfe_la_code"]] = {
            "code": row["dfe_la_code"],
            "gss_code": row["gss_code"],
            "name": row["la_name"],
            "region_id": regions[row["region_code"]],
            "rsc_region_id": commissioners.get(row["rsc_region_2018"]),
            "description": row["entity_description"],
            "opened_on": _day(row["date_of_operation"]),
            "closed_on": _day(row["date_of_termination"]) if row["date_of_termination"] else None,
            "is_live": row["status"] == "live",
            **task.provenance,
        }
    return reconcile(list(by_code.values()), existing=LocalAuthority.objects.all(), key=["code"])


def load_dioceses(task: Task) -> Changes:
    """Dioceses with their denomination in words."""
    denominations = {
        row["religious-character"]: row["name"] for row in task.files.rows("religious_characters.csv")
    }
    rows = [
        {
            "code": row["diocese"],
            "name": row["name"],
            "denomination": denominations.get(row["denomination"], ""),
            **task.provenance,
        }
        for row in task.files.rows()
    ]
    return reconcile(rows, existing=Diocese.objects.all(), key=["code"])


def load_outcodes(task: Task) -> Changes:
    """Postcode districts of the whole United Kingdom: an organisation may sit outside England."""
    rows = [
        {
            "code": row["outcode"],
            "latitude": float(row["latitude"]),
            "longitude": float(row["longitude"]),
            "easting": int(row["easting"]),
            "northing": int(row["northing"]),
            "town": row["town"],
            "area": row["area"],
            **task.provenance,
        }
        for row in task.files.rows()
    ]
    return reconcile(rows, existing=Outcode.objects.all(), key=["code"], progress=task.progress)


def _day(text: str) -> dt.date:
    return dt.datetime.strptime(text, "%d/%m/%Y").date()
