"""Changing rows: one person at a time, and with the same checks wherever the change comes from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


def lock(row: Row) -> Row:
    """Keep everyone else from changing the row until the transaction ends, and bring the object up to date.

    What a form or a caller has set on the object and not saved is lost, which is the point: a service works
    on what the database holds. Rows that refer to this one can still be added meanwhile.
    """
    row.refresh_from_db(from_queryset=type(row)._base_manager.select_for_update(no_key=True))
    return row


def put(row: models.Model, fields: Mapping[str, Any], *, allowed: Collection[str]) -> set[str]:
    """Set `fields` on `row`, validate just those, and return the names of those that changed. Saves nothing.

    Raises:
        ValidationError: by field, where a value does not fit it (choices, length, range).
        TypeError: for a field that is not in `allowed`, which is a mistake of the caller's.
    """
    if unknown := sorted(set(fields) - set(allowed)):
        raise TypeError(f"{type(row).__name__} does not take {', '.join(unknown)} here")
    changed = {name for name, value in fields.items() if getattr(row, name) != value}
    for name, value in fields.items():
        setattr(row, name, value)
    row.clean_fields(exclude={f.name for f in row._meta.concrete_fields} - set(fields))
    return changed
