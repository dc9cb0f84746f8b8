"""Loading the schools that come with the project."""

from __future__ import annotations

import datetime as dt

from providers.models import School
from providers.services.reference.bulk import Changes, reconcile
from providers.services.reference.run import Task
from providers.services.reference.terms import TYPES_FILE, Types, phase_of


def load_schools(task: Task) -> Changes:
    """Open schools of England; a row that an import has brought further than this file is left as it is."""
    types = Types.from_rows(task.files.rows(TYPES_FILE))
    rows = [_school(row, types, task) for row in task.files.rows()]
    return reconcile(
        rows,
        existing=School.objects.defer("search"),
        key=["urn"],
        keep=lambda school: school.source_as_of is not None and school.source_as_of > task.as_of,
        progress=task.progress,
    )


def _school(row: dict[str, str], types: Types, task: Task) -> dict[str, object]:
    type_name, group = types.settle(row["establishment_type"], row["type_group"])
    return {
        "urn": int(row["urn"]),
        "name": row["name"],
        "phase": phase_of(row["phase"], type_name),
        "phase_name": row["phase"],
        "gender": row["gender"],
        "status": row["status"],
        "is_open": True,
        "authority_id": row["la_code"],
        "establishment_type": type_name,
        "type_group": group,
        "type_source": row["type_source"],
        "town": row["town"],
        "postcode": row["postcode"],
        "postcode_from": row["postcode_from"],
        "latitude": _number(row["latitude"]),
        "longitude": _number(row["longitude"]),
        "coords_from": row["coords_from"],
        "pupils": int(row["pupils"]) if row["pupils"] else None,
        "pupils_year": row["pupils_year"],
        "disadvantage_percent": _number(row["pp_pct_2021"]),
        "ofsted_rating": row["ofsted_rating_2018"],
        "ofsted_on": dt.date.fromisoformat(row["ofsted_date_2018"]) if row["ofsted_date_2018"] else None,
        **task.provenance,
    }


def _number(text: str) -> float | None:
    return float(text) if text else None
