"""The register's clock. Services ask it for the time, so that a story can be told in order at past dates.

Only example data and tests set it; everyone else gets the real time.
"""

from __future__ import annotations

import datetime as dt
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


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Let `now()` be `moment` (aware) inside the block, in this thread."""
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)
