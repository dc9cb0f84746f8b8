"""Counting how often public pages are opened: in the broker as it happens, in the database every few minutes, and
nowhere who looked.
"""

from __future__ import annotations

import datetime as dt
from functools import cache

import redis
import structlog
from django.conf import settings
from django.db import connection, transaction

from lpdqa.clock import today

log = structlog.get_logger("programmes.views")
_KEY = "lpdqa:views"


@cache
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=0.2, socket_connect_timeout=0.2)


def count(kind: str, slug: str) -> None:
    """Count one look at a page; a broker that doesn't answer costs the count, never the page."""
    try:
        _client(settings.REDIS_URL).hincrby(_KEY, f"{today():%Y-%m}:{kind}:{slug}", 1)
    except redis.RedisError:
        log.warning("view_not_counted")


def store_counted() -> int:
    """Move what was counted into the database; returns how many pages that were. May run twice at once."""
    client = _client(settings.REDIS_URL)
    taken = f"{_KEY}:{today():%Y%m%d}:{id(client)}"
    try:
        client.rename(_KEY, taken)
    except redis.ResponseError:
        return 0  # nothing was counted
    rows = []
    for name, number in client.hgetall(taken).items():  # type: ignore[union-attr]
        month, kind, slug = (name.decode() if isinstance(name, bytes) else name).split(":", 2)
        rows.append((kind, slug, dt.date.fromisoformat(f"{month}-01"), int(number)))
    rows.sort()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO programmes_entryviews AS v (kind, slug, month, views) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (kind, slug, month) DO UPDATE SET views = v.views + EXCLUDED.views",
            rows,
        )
    client.delete(taken)
    return len(rows)
