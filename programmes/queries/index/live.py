"""The index of this process: built in the background, brought up to date before every answer.

Every write to the catalogue leaves the numbers of its entries in a log (`CatalogueChange`, by triggers). A
process remembers the state of the database it has read ("snapshot": which transactions were over) and asks,
before it answers, for what transactions that were not over then have changed: one small query. Numbers that
count upwards would not do, since a transaction with a lower number can end later. A few changes are read at
once; after many the whole is read again in the background, and the database answers meanwhile.

Inside a transaction only the database knows what the transaction itself has written, and what it may yet take
back: there the index stays out.
"""

from __future__ import annotations

import gc
import itertools
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection, transaction

from programmes.models import CatalogueChange
from programmes.queries.index.build import Changed
from programmes.queries.index.index import Index

log = logging.getLogger("programmes.index")

MOST_CHANGES = 2000
"""More than this at once, and the index is read anew."""
MOST_BESIDE = 20_000
"""With more entries than this changed since it was built, a new one is built while the old one answers."""
LONGEST_SILENCE = 6 * 3600.0
"""Seconds. A process that has asked nobody for longer reads anew: the log keeps changes for a day only."""
PAUSE = 10.0
"""Seconds before building is tried again after it failed."""


@dataclass
class _State:
    lock: threading.RLock = field(default_factory=threading.RLock)
    index: Index | None = None
    snapshot: str = ""
    version: int = 0
    """Another one after every change of the catalogue that this process sees."""
    read_at: float = 0.0
    building: bool = False
    failed_at: float | None = None


_state = _State()
_versions = itertools.count(1)


def _forget() -> None:
    # A forked process has no threads of the one before, and its locks may be held for ever.
    global _state
    _state = _State()


os.register_at_fork(after_in_child=_forget)


@contextmanager
def index() -> Iterator[Index | None]:
    """The index, up to date and for this thread alone; None while the database has to answer."""
    if not settings.SEARCH_INDEX or connection.in_atomic_block:
        yield None
        return
    with _state.lock:
        yield _state.index if _up_to_date() else None


def version() -> int | None:
    """A number that is another one after any change of the catalogue; None where this process can't tell. One query."""
    with index() as made:
        return None if made is None else _state.version


def lock() -> threading.RLock:
    """Who reads the index holds this."""
    return _state.lock


def start() -> None:
    """Begin to build, if nobody has; returns at once."""
    if not settings.SEARCH_INDEX:
        return
    with _state.lock:
        failed = _state.failed_at
        if _state.building or (failed is not None and time.monotonic() - failed < PAUSE):
            return
        _state.building = True
    threading.Thread(target=_build_aside, name="search-index", daemon=True).start()


def build() -> None:
    """Read the whole catalogue now, in this thread. Not inside a transaction."""
    started = time.monotonic()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_current_snapshot()::text")
            snapshot = str(cursor.fetchone()[0])
        made = Index.read()
    # It stays: without this the collector goes through all of it again and again, a fifth of a second at a time.
    gc.collect()
    gc.freeze()
    with _state.lock:
        _state.index, _state.snapshot, _state.read_at = made, snapshot, started
        _state.failed_at = None
        _state.version = next(_versions)
    log.info(
        "search index: %d entries, %.1f MB, %.1f s", len(made), made.bytes / 2**20, time.monotonic() - started
    )


def _build_aside() -> None:
    try:
        build()
    except Exception:
        log.exception("The search index could not be built; the database answers meanwhile.")
        _state.failed_at = time.monotonic()
    finally:
        _state.building = False
        connection.close()


def _up_to_date() -> bool:
    """Bring the index to the state of the database; False where it isn't there or has to be read anew."""
    made = _state.index
    if made is None:
        start()
        return False
    now = time.monotonic()
    for _ in range(3):
        changed, snapshot = _changes_since(_state.snapshot)
        if changed is None or now - _state.read_at > LONGEST_SILENCE:
            _state.index = None
            start()
            return False
        try:
            if changed:
                _state.version = next(_versions)
                made.apply(changed)
        except Changed:
            continue
        except Exception:
            # Half applied, it is no longer to be trusted.
            _state.index = None
            raise
        _state.snapshot, _state.read_at = snapshot, now
        if made.words.changed > MOST_BESIDE:
            start()
        return True
    return False


def _changes_since(snapshot: str) -> tuple[list[int] | None, str]:
    """The entries changed since a snapshot (None: too many, or all of them), and the snapshot of now."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT pg_current_snapshot()::text, array_agg(entry_id), bool_or(entry_id IS NULL)
            FROM (
                SELECT DISTINCT entry_id FROM {CatalogueChange._meta.db_table}
                WHERE transaction >= pg_snapshot_xmin(%s::pg_snapshot)::text::bigint
                  AND transaction < pg_snapshot_xmax(pg_current_snapshot())::text::bigint
                  AND NOT pg_visible_in_snapshot(transaction::text::xid8, %s::pg_snapshot)
                LIMIT {MOST_CHANGES + 1}
            ) changed
            """,  # noqa: S608 - nothing from outside
            [snapshot, snapshot],
        )
        now, ids, everything = cursor.fetchone()
    if everything or len(ids or ()) > MOST_CHANGES:
        return None, now
    return sorted(ids or ()), now
