"""The register's clock. Services ask it for the time, so that a story can be told in order at past dates.

Only example data and tests set it; everyone else gets the real time.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

_fixed: ContextVar[dt.datetime | None] = ContextVar("fixed", default=None)


def now() -> dt.datetime:
    """The time now, aware."""
    return _fixed.get() or timezone.now()


def today() -> dt.date:
    """The date now in the register's time zone."""
    return timezone.localdate(now())


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day so many months earlier, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Let `now()` be `moment` (aware) inside the block, in this thread."""
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)
