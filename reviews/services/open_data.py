"""Writing the open data: every table as CSV and JSON Lines, with what is needed to read and check them.

Rows go from the database to the files one after the other, so memory stays the same whatever their number. All
tables are of one moment (one snapshot of the database). A new edition stands in a folder of its own until it is
complete; then the link `current` is turned to it in one step, so readers see the old one or the new one, whole.
"""

from __future__ import annotations

import csv
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import structlog
from celery import current_app
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from lpdqa.clock import now
from reviews.queries.open_data import TABLES, plain
from reviews.queries.open_data_columns import Table
from reviews.queries.open_data_package import (
    CURRENT,
    DICTIONARY,
    PACKAGE,
    SEPARATOR,
    Written,
    data_package,
    dictionary,
)

log = structlog.get_logger("lpdqa.open_data")

KEPT = 2
"""Editions kept: the current one, and the one before for downloads that have begun."""


def write_open_data(*, to: Path) -> Path:
    """Write an edition below the folder `to` and let its `current` point there; returns the edition's folder.

    Raises:
        ValidationError: somebody else is writing there, or the folder can't be written.
    """
    try:
        to.mkdir(parents=True, exist_ok=True)
        with _alone(to), tempfile.TemporaryDirectory(prefix=".new-", dir=to) as half:
            edition = _write(Path(half), to)
            _turn(to, edition)
            _forget(to, edition)
    except PermissionError as error:
        raise ValidationError(f"{to} can't be written: {error.strerror}.") from error
    return edition


def renew_soon(*, to: Path) -> None:
    """After this transaction have a worker write a new edition, if one is published; else the nightly one does."""

    def ask() -> None:
        if not (to / CURRENT).exists():
            return
        # By name: the tasks stand above the services.
        try:
            current_app.send_task("reviews.tasks.write_open_data", retry=False)
        except Exception:
            log.exception("job_not_queued", job="write_open_data")

    transaction.on_commit(ask)


def _write(half: Path, to: Path) -> Path:
    made_at = now()
    with _one_moment():
        written = [one for table in TABLES for one in _write_table(half, table)]
        package = data_package(made_at=made_at, written=written)
    (half / PACKAGE).write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (half / DICTIONARY).write_text(dictionary(made_at=made_at, written=written), encoding="utf-8")
    edition = to / f"{made_at:%Y%m%d-%H%M%S-%f}"
    # A folder made for secrets; these are none.
    half.chmod(0o755)
    half.rename(edition)
    log.info(
        "open_data_written",
        edition=edition.name,
        rows={one.table.name: one.rows for one in written},
        bytes=sum(one.bytes for one in written),
    )
    return edition


class _Hashed:
    """A text file that knows its size and SHA-256."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._sum, self.bytes = file, hashlib.sha256(), 0

    def write(self, text: str) -> None:
        data = text.encode()
        self._sum.update(data)
        self.bytes += len(data)
        self._file.write(data)

    @property
    def sha256(self) -> str:
        return self._sum.hexdigest()


def _write_table(folder: Path, table: Table) -> list[Written]:
    names = [column.name for column in table.columns]
    paths = {form: f"{table.name}.{form}" for form in ("csv", "jsonl")}
    rows = 0
    with (folder / paths["csv"]).open("wb") as first, (folder / paths["jsonl"]).open("wb") as second:
        files = {"csv": _Hashed(first), "jsonl": _Hashed(second)}
        lines = csv.writer(files["csv"])
        lines.writerow(names)
        for row in table.rows():
            values = [plain(row[name]) for name in names]
            lines.writerow([_in_csv(value) for value in values])
            files["jsonl"].write(
                json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False, allow_nan=False) + "\n"
            )
            rows += 1
    return [Written(table, form, paths[form], rows, file.bytes, file.sha256) for form, file in files.items()]


def _in_csv(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return SEPARATOR.join(value) if isinstance(value, list) else value


@contextmanager
def _one_moment() -> Iterator[None]:
    """A read-only transaction that sees the database as it is now, throughout."""
    inside = connection.in_atomic_block
    with transaction.atomic():
        # Inside a transaction of somebody else (a test) the statement comes too late.
        if not inside:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def _alone(to: Path) -> Iterator[None]:
    with (to / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ValidationError(f"Another process is writing open data to {to}.") from error
        # What a process that was killed left behind.
        for half in to.glob(".new-*"):
            shutil.rmtree(half, ignore_errors=True)
        yield


def _turn(to: Path, edition: Path) -> None:
    link = to / f".{CURRENT}"
    link.unlink(missing_ok=True)
    link.symlink_to(edition.name)
    os.replace(link, to / CURRENT)


def _forget(to: Path, newest: Path) -> None:
    editions = sorted(path for path in to.glob("20*") if path.is_dir())
    for old in editions[:-KEPT]:
        if old != newest:
            shutil.rmtree(old, ignore_errors=True)
