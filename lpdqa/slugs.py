"""Readable addresses from names."""

from __future__ import annotations

from typing import cast

from django.db import connection, models
from django.utils.text import slugify


def unique_slug(model: type[models.Model], text: str, *, fallback: str) -> str:
    """A slug for `text` that no row of `model` has yet: "first-headship", then "first-headship-2" and so on.

    fallback: used where `text` has no letters or digits to make a slug of. Call it inside the transaction
    that writes the row: people who make rows of the same name at the same moment take turns until they
    commit.
    """
    field = cast(models.SlugField, model._meta.get_field("slug"))
    room_for_number = 5
    base = slugify(text)[: (field.max_length or 50) - room_for_number].strip("-") or fallback
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"{model._meta.label_lower}:{base}"])
    taken = set(
        model._default_manager.filter(slug__startswith=base).values_list("slug", flat=True)  # type: ignore[misc]
    )
    if base not in taken:
        return base
    return next(slug for number in range(2, len(taken) + 3) if (slug := f"{base}-{number}") not in taken)
