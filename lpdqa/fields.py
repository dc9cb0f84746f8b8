"""Small pieces that models of several apps share."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

import pgtrigger
from django.db import models

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def append_only(name: str) -> list[pgtrigger.Trigger]:
    """Triggers that refuse every update, delete and truncation of a table's rows, also by raw SQL."""
    return [
        pgtrigger.Protect(name=f"{name}_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        no_truncate(name),
    ]


def no_truncate(name: str) -> pgtrigger.Trigger:
    """A trigger that refuses to empty a table at once: row triggers don't see that."""
    return pgtrigger.Trigger(
        name=f"{name}_no_truncate",
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        level=pgtrigger.Statement,
        func="RAISE EXCEPTION 'pgtrigger: rows of table % are only ever added', TG_TABLE_NAME;",
    )


def new_code(length: int = 8) -> str:
    """A random code without look-alike letters, for public addresses and pseudonyms."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


class PublicIdModel(models.Model):
    """A row with an unguessable public identifier, used in addresses in place of the primary key."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True


class TimedModel(models.Model):
    """When a row was made and last changed."""

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


def in_choices(field: str, choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """A constraint that keeps a text field inside its choices (Django itself checks them only in forms)."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": choices.values}), name=name)


def subset_of(field: str, choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """A constraint that keeps every item of an array field inside the choices."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__contained_by": choices.values}), name=name)


JSON = dict[str, Any]
