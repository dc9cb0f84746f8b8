"""Loading one source: in one transaction, or not at all, and only if its file is another than last time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from lpdqa.audit.services import act
from lpdqa.clock import now
from providers.models import ColumnSource, DataSource
from providers.services.reference.bulk import Changes, Progress, quiet, reconcile, take_turns
from providers.services.reference.files import Files
from providers.services.reference.sources import COLUMNS, LENDERS, Source


@dataclass(frozen=True)
class Task:
    """What a loader works with."""

    files: Files
    source: DataSource
    as_of: dt.date
    progress: Progress

    @property
    def provenance(self) -> dict[str, object]:
        """The columns by which a row knows its source and date."""
        return {"source_id": self.source.pk, "source_as_of": self.as_of}


Loader = Callable[[Task], Changes]
"""Brings the tables in line with the task's files and says what changed."""


@dataclass(frozen=True)
class Loaded:
    """`changes` is None where the file is the one that was loaded last."""

    source: Source
    rows: int
    changes: Changes | None


def load_source(
    *,
    source: Source,
    loaders: Sequence[Loader],
    folder: Path,
    force: bool = False,
    progress: Progress = quiet,
) -> Loaded:
    """Load a source's files with its loaders, in order; files loaded before are skipped unless forced.

    Raises FileNotFoundError where a file is missing.
    """
    files = Files(folder, source.files)
    sha256 = files.sha256()
    before = DataSource.objects.filter(code=source.code, sha256=sha256).first()
    if before and not force:
        return Loaded(source, before.rows, None)
    with act("reference.load", by=None) as doing:
        take_turns()
        row, _ = DataSource.objects.update_or_create(
            code=source.code,
            defaults={
                **_described(source),
                "file": ", ".join(source.files),
                "sha256": sha256,
                "rows": len(files.rows()),
                "loaded_at": now(),
            },
        )
        task = Task(files, row, source.as_of, progress)
        changes = sum((loader(task) for loader in loaders), Changes())
        doing.target = row
        doing.detail = {
            "sha256": sha256,
            "created": changes.created,
            "changed": changes.changed,
            "unchanged": changes.unchanged,
        }
    return Loaded(source, row.rows, changes)


def lent_columns(table: str) -> Loader:
    """A loader that records which columns of a table come from another source than its rows."""

    def load(_task: Task) -> Changes:
        columns = [column for column in COLUMNS if column.table == table]
        codes = {column.source for column in columns}
        reconcile(
            [{"code": lender.code, **_described(lender)} for lender in LENDERS if lender.code in codes],
            existing=DataSource.objects.filter(code__in=codes),
            key=["code"],
        )
        lenders = {row.code: row for row in DataSource.objects.filter(code__in=codes)}
        reconcile(
            [
                {
                    "table": column.table,
                    "column": column.column,
                    "source_id": lenders[column.source].pk,
                    "as_of": lenders[column.source].as_of,
                    "note": column.note,
                }
                for column in columns
            ],
            existing=ColumnSource.objects.filter(table=table),
            key=["table", "column"],
        )
        # Descriptions, no rows of the source: they don't count.
        return Changes()

    return load


def _described(source: Source) -> dict[str, object]:
    """The columns of a `DataSource` that describe it."""
    facts = asdict(source)
    return {name: facts[name] for name in facts if name not in ("code", "files")}
