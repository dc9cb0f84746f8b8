"""Whether everything the register needs is there, part by part; none says more than a stranger may know."""

import functools
import time
from collections.abc import Callable, Iterable

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from lpdqa.runtime.tasks import BEAT, WORKER

# Seconds after which a process that gave no sign of life counts as gone.
BEAT_LATE = 35.0
WORKER_LATE = 20.0


class NotReady(Exception):
    """A part is not ready; the text can be shown to anybody."""


def check_database() -> str:
    """The database answers a query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return "answers"


def check_broker() -> str:
    """The job queue and cache answer."""
    client = redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=2, socket_connect_timeout=2)
    try:
        client.ping()
    finally:
        client.close()
    return "answers"


@functools.cache
def _expected_migrations() -> frozenset[tuple[str, str]]:
    # The files don't change while the process runs, so they are read once.
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def check_migrations() -> str:
    """Every migration of this code has been applied to the database."""
    missing = _expected_migrations() - MigrationRecorder(connection).applied_migrations().keys()
    if missing:
        raise NotReady(f"{len(missing)} to apply")
    return "complete"


def check_worker() -> str:
    """A worker gave a sign of life lately."""
    return _recent(WORKER, WORKER_LATE)


def check_beat() -> str:
    """The scheduler gave a sign of life lately."""
    return _recent(BEAT, BEAT_LATE)


def _recent(key: str, limit: float) -> str:
    seen = cache.get(key)
    if seen is None:
        raise NotReady("not seen yet")
    age = time.time() - float(seen)
    if age > limit:
        raise NotReady(f"last seen {age:.0f} seconds ago")
    return f"seen {max(age, 0):.0f} seconds ago"


CHECKS: dict[str, Callable[[], str]] = {
    "database": check_database,
    "migrations": check_migrations,
    "broker": check_broker,
    "worker": check_worker,
    "beat": check_beat,
}


def readiness(parts: Iterable[str] = CHECKS) -> tuple[bool, dict[str, dict[str, str | bool]]]:
    """Run the checks named; returns whether all passed, and name -> {"ok", "detail"}."""
    results: dict[str, dict[str, str | bool]] = {}
    for name in parts:
        try:
            results[name] = {"ok": True, "detail": CHECKS[name]()}
        except NotReady as reason:
            results[name] = {"ok": False, "detail": str(reason)}
        except Exception as error:
            # A driver's own message can hold an address or a user name: the kind of error is enough here.
            results[name] = {"ok": False, "detail": type(error).__name__}
    return all(result["ok"] for result in results.values()), results
