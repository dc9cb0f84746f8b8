"""What has changed in the catalogue, for the processes that hold a copy of it in memory.

Written by triggers of the database, so that bulk and raw writes are seen too; read by
`programmes.queries.index.live`, which explains how.
"""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models.functions import Now

MOST_AT_ONCE = 5000
"""A statement that changes more entries than this is noted as one change of everything."""


class CatalogueChange(models.Model):
    """One entry that a statement wrote or removed; without an entry: any of them may have changed."""

    entry_id = models.BigIntegerField(null=True)
    transaction = models.BigIntegerField(db_index=True, help_text="Number of the transaction (xid8)")
    at = models.DateTimeField(db_default=Now(), db_index=True)

    def __str__(self) -> str:
        return f"{self.entry_id or 'everything'} in transaction {self.transaction}"


_TABLE = "programmes_cataloguechange"
_XACT = "pg_current_xact_id()::text::bigint"


def _note(rows: str) -> str:
    return f"""
        IF (SELECT count(*) FROM (SELECT 1 FROM {rows} LIMIT {MOST_AT_ONCE + 1}) AS few) > {MOST_AT_ONCE} THEN
            INSERT INTO {_TABLE} (entry_id, transaction) VALUES (NULL, {_XACT});
        ELSE
            INSERT INTO {_TABLE} (entry_id, transaction) SELECT id, {_XACT} FROM {rows};
        END IF;
        RETURN NULL;
    """  # noqa: S608 - nothing from outside


def change_triggers() -> list[pgtrigger.Trigger]:
    """The triggers of the catalogue that write this log, one a kind of statement."""
    each = (
        ("inserted", pgtrigger.Insert, pgtrigger.Referencing(new="changed")),
        ("updated", pgtrigger.Update, pgtrigger.Referencing(new="changed")),
        ("deleted", pgtrigger.Delete, pgtrigger.Referencing(old="changed")),
    )
    triggers = [
        pgtrigger.Trigger(
            name=f"note_{name}",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=referencing,
            func=_note("changed"),
        )
        for name, operation, referencing in each
    ]
    emptied = pgtrigger.Trigger(
        name="note_emptied",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Truncate,
        func=f"INSERT INTO {_TABLE} (entry_id, transaction) VALUES (NULL, {_XACT}); RETURN NULL;",  # noqa: S608
    )
    return [*triggers, emptied]
