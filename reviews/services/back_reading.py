"""Back-reading: a tenth of settled files, drawn by chance, is read again by somebody without a part in them."""

from __future__ import annotations

import hashlib
import secrets

from django.core.exceptions import ValidationError
from django.db import transaction

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now
from lpdqa.rows import lock
from reviews.choices import ModerationOutcome
from reviews.models import BackReading, Submission
from reviews.queries.moderation import bar_to_moderating

SHARE = 0.10
# Far more files than are settled in a day; the rest is drawn from the night after.
MOST = 5000


def is_drawn(seed: str, submission: Submission) -> bool:
    """Whether this seed draws the file: by its public number alone, so that no order and no other file plays a part."""
    digest = hashlib.sha256(f"{seed}:{submission.public_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64 < SHARE


@transaction.atomic
def draw(*, seed: str = "") -> int:
    """Put every file settled since the last draw into one draw; returns how many were drawn.

    The seed is new each night (so nobody knows beforehand), and is kept with every file and in the trail.
    """
    seed = seed or secrets.token_hex(16)
    settled = Submission.objects.filter(settled_at__isnull=False, back_reading=None).exclude(
        state="withdrawn"
    )
    files = list(settled.only("public_id").order_by("id")[:MOST])
    if not files:
        return 0
    rows = BackReading.objects.bulk_create(
        [BackReading(submission=each, seed=seed, drawn=is_drawn(seed, each)) for each in files],
        ignore_conflicts=True,
    )
    drawn = [row.submission_id for row in rows if row.drawn]
    with act(
        "back_reading.draw", by=None, detail={"seed": seed, "share": SHARE, "of": len(files), "drawn": drawn}
    ):
        pass
    return len(drawn)


def note_reading(*, reading: BackReading, by: User, outcome: str, found: str) -> BackReading:
    """Note what somebody without a part in the review found. It stays noted.

    ValidationError, by field, for a missing outcome or text; for a file that wasn't drawn or was read already; and for
    a person with a part in the assessment, the decision or the organisation.
    """
    if outcome not in ModerationOutcome.values:
        raise ValidationError({"outcome": "Choose what you found."})
    if not found.strip():
        raise ValidationError({"found": "Write what you found, and why."})
    with act("back_reading.note", by=by, target=reading, reason=found.strip(), detail={"outcome": outcome}):
        lock(reading)
        if not reading.drawn or reading.looked_at is not None:
            raise ValidationError("This file was not drawn, or somebody has read it already.")
        if bar := bar_to_moderating(by, reading.submission):
            raise ValidationError(bar)
        reading.looked_by, reading.looked_at = by, now()
        reading.outcome, reading.found = outcome, found.strip()
        reading.save(update_fields=["looked_by", "looked_at", "outcome", "found", "updated_at"])
    return reading
