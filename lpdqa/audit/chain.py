"""The chain of hashes over the trail: a job links entries to it, and a check finds what was changed since.

A seal's hash is SHA-256 of the hash before and the digest of its entry. Entries are linked by a job and not as they
are written: a head that every writer locks would let one long transaction hold up all the others. The job takes what
it can see in order of the primary key; an entry whose transaction ends later is linked later, wherever its key lies.
The work is constant for an entry, and the same SQL makes the digest and checks it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from lpdqa.audit.models import Seal
from lpdqa.bulk import copy_rows

BATCH = 20_000
# Keys up to so far behind the last linked one are looked at every minute, and all of them every night.
LOOK_BACK = 20_000
# One job at a time: the number is arbitrary, and only has to be this lock's own.
_LOCK = 7_215_904_411
# No transaction of the register is open for longer, so the time of an entry can't lie further back than this
# before that of the entry linked before it.
_LONGEST = "interval '1 hour'"
_DIGEST = """sha256(convert_to(jsonb_build_array(
    e.id, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), e.actor_id, e.action, e.target_type,
    e.target_id, e.label, e.from_state, e.to_state, e.reason, e.detail, e.context)::text, 'UTF8'))"""


@dataclass(frozen=True)
class Head:
    """The newest link. Whoever notes it elsewhere can later show that nothing up to it was cut off."""

    number: int
    hash: str


@dataclass(frozen=True)
class Break:
    """The first entry that isn't as it was, and what is wrong with it."""

    number: int | None
    entry_id: int
    problem: str


@dataclass(frozen=True)
class Verification:
    """What a check found: how many links hold, where the first breaks, and how many entries wait to be linked."""

    checked: int
    waiting: int
    head: Head | None
    broken: Break | None


def seal_entries(*, look_back: int | None = LOOK_BACK) -> int:
    """Link what isn't linked yet; returns how many. None looks at every entry instead of the newest keys."""
    count = 0
    while (done := _seal_batch(look_back)) == BATCH:
        count += done
    return count + done


@transaction.atomic
def _seal_batch(look_back: int | None) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("SELECT number, hash FROM audit_seal ORDER BY number DESC LIMIT 1")
        number, before = cursor.fetchone() or (0, b"")
        floor = 0
        if look_back is not None:
            cursor.execute("SELECT coalesce(max(entry_id), 0) FROM audit_seal")
            floor = max(0, cursor.fetchone()[0] - look_back)
        cursor.execute(
            f"""SELECT e.id, {_DIGEST} FROM audit_entry e
            WHERE e.id > %s AND NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.entry_id = e.id)
            ORDER BY e.id LIMIT %s""",  # noqa: S608 - only constants of this module
            [floor, BATCH],
        )
        found = cursor.fetchall()
    return copy_rows(
        Seal,
        ["number", "entry_id", "digest", "hash", "at"],
        _links(number, bytes(before), [(pk, bytes(digest)) for pk, digest in found]),
    )


def _links(number: int, before: bytes, found: list[tuple[int, bytes]]) -> Iterator[list[object]]:
    at = timezone.now()
    for pk, digest in found:
        number, before = number + 1, hashlib.sha256(before + digest).digest()
        yield [number, pk, f"\\x{digest.hex()}", f"\\x{before.hex()}", at]


def head() -> Head | None:
    """The newest link; None before the first."""
    newest = Seal.objects.order_by("-number").first()
    return Head(newest.number, bytes(newest.hash).hex()) if newest else None


def verify(*, known: Head | None = None) -> Verification:
    """Check every link in blocks inside the database: bounded memory, and the first break ends it.

    `known` is a head noted earlier: it has to be in the chain still.
    """
    newest = head()
    last = newest.number if newest else 0
    if known and not Seal.objects.filter(number=known.number, hash=bytes.fromhex(known.hash)).exists():
        entry = Seal.objects.filter(number=known.number).values_list("entry_id", flat=True).first() or 0
        problem = "The head that was noted is not in the chain: it was rewritten or its end was cut off."
        return Verification(0, _waiting(), newest, Break(known.number, entry, problem))
    for start in range(1, last + 1, BATCH):
        if found := _first_break(start):
            return Verification(found.number or 0, _waiting(), newest, found)
    return Verification(last, _waiting(), newest, _slipped_in())


def _first_break(start: int) -> Break | None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH link AS (
                SELECT s.number, s.entry_id, s.digest, s.hash, e.id, e.at,
                    CASE WHEN e.id IS NOT NULL THEN {_DIGEST} END AS now,
                    lag(s.hash) OVER chain AS before, lag(s.number) OVER chain AS number_before,
                    lag(e.at) OVER chain AS at_before
                FROM audit_seal s LEFT JOIN audit_entry e ON e.id = s.entry_id
                WHERE s.number BETWEEN %s AND %s
                WINDOW chain AS (ORDER BY s.number)
            )
            SELECT number, entry_id, CASE
                WHEN id IS NULL THEN 'The entry was deleted.'
                WHEN number > 1 AND number_before IS DISTINCT FROM number - 1 THEN 'A link before it was removed.'
                WHEN digest <> now THEN 'The entry was changed.'
                WHEN hash <> sha256(coalesce(before, ''::bytea) || digest) THEN 'The link was changed.'
                ELSE 'The entry was added with a date in the past.' END
            FROM link
            WHERE number >= %s AND (id IS NULL OR digest <> now
                OR number > 1 AND number_before IS DISTINCT FROM number - 1
                OR hash <> sha256(coalesce(before, ''::bytea) || digest) OR at < at_before - {_LONGEST})
            ORDER BY number LIMIT 1""",  # noqa: S608 - only constants of this module
            [start - 1, start + BATCH - 1, start],
        )
        row = cursor.fetchone()
    return Break(*row) if row else None


def _slipped_in() -> Break | None:
    """An entry that isn't linked, although it says to be older than what is: nobody wrote it when it says."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT e.id FROM audit_entry e
            WHERE e.at < (SELECT max(s.at) FROM audit_seal s) - {_LONGEST}
                AND NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.entry_id = e.id)
            ORDER BY e.id LIMIT 1"""  # noqa: S608 - only constants of this module
        )
        row = cursor.fetchone()
    return Break(None, row[0], "The entry was added with a date in the past.") if row else None


def _waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM audit_entry e "
            "WHERE NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.entry_id = e.id)"
        )
        return cursor.fetchone()[0]
