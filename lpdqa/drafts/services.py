"""Keeping what people type, and counting the time it takes them."""

from __future__ import annotations

import datetime as dt
import json

from django.db import connection

from lpdqa.accounts.models import User
from lpdqa.clock import now
from lpdqa.drafts.models import WorkingCopy

KEPT_FOR = dt.timedelta(days=30)
PAUSE = dt.timedelta(minutes=5)
"""A longer gap between two steps counts as a pause, not as work."""
MOST_CHARACTERS = 200_000
MOST_COPIES = 200


def keep(
    *, user: User, address: str, about: str, data: dict[str, list[str]], opened: dict[str, str]
) -> WorkingCopy | None:
    """Keep what somebody has typed into a form; None where it is too much to keep."""
    if len(json.dumps(data)) > MOST_CHARACTERS:
        return None
    copy, made = WorkingCopy.objects.update_or_create(
        user=user,
        address=address[:300],
        defaults={"about": about, "data": data, "opened": opened, "saved_at": now()},
    )
    if made:
        newest = WorkingCopy.objects.filter(user=user).order_by("-saved_at").values("pk")[:MOST_COPIES]
        WorkingCopy.objects.filter(user=user).exclude(
            pk__in=list(newest.values_list("pk", flat=True))
        ).delete()
    return copy


def drop(*, user: User, address: str) -> None:
    """Throw away what somebody typed into a form and did not save."""
    WorkingCopy.objects.filter(user=user, address=address[:300]).delete()


def forget_old() -> int:
    """Delete working copies nobody came back to; returns how many."""
    return WorkingCopy.objects.filter(saved_at__lt=now() - KEPT_FOR).delete()[0]


def count_time(*, user: User, about: str, page: bool) -> None:
    """Add the time since this person's last step on `about`, unless that was a pause; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO drafts_timespent AS t (user_id, about, seconds, pages, seen_at)
            VALUES (%(user)s, %(about)s, 0, %(page)s, %(now)s)
            ON CONFLICT (about, user_id) DO UPDATE SET
                seconds = t.seconds + CASE
                    WHEN EXCLUDED.seen_at - t.seen_at BETWEEN interval '0' AND %(pause)s::interval
                    THEN extract(epoch FROM EXCLUDED.seen_at - t.seen_at)::integer ELSE 0 END,
                pages = t.pages + EXCLUDED.pages,
                seen_at = greatest(t.seen_at, EXCLUDED.seen_at)
            """,
            {
                "user": user.pk,
                "about": about,
                "page": int(page),
                "now": now(),
                "pause": f"{PAUSE.seconds} seconds",
            },
        )
