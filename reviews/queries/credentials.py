"""What a published rating lets its provider show elsewhere, and how it stands now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from lpdqa.clock import today
from programmes.choices import Band
from reviews.models import Rating, Submission
from reviews.queries.ratings import current_rating

# Bands worth a credential: the others are told on the page, not worn.
AWARDED = (Band.QUALITY_ASSURED, Band.EXEMPLARY)

CURRENT, SUSPENDED, LAPSED, SUPERSEDED = "current", "suspended", "lapsed", "superseded"
_SHOWN = ("published", "suspended", "lapsed", "superseded", "appealed")


@dataclass(frozen=True)
class Standing:
    """A submission whose rating was published, and whether that rating can be relied on today."""

    submission: Submission
    rating: Rating | None
    """None while it is suspended."""
    state: str
    under_appeal: bool = False

    @property
    def is_awarded(self) -> bool:
        """Whether a credential is signed for it: it stands, and its band is one that is worn."""
        return self.state == CURRENT and self.rating is not None and self.rating.band in AWARDED

    @property
    def words(self) -> str:
        return {
            CURRENT: "Current: it stands today",
            SUSPENDED: "Suspended: don’t rely on it",
            LAPSED: "Lapsed: it was not renewed",
            SUPERSEDED: "Superseded: there is a newer rating",
        }[self.state]


def standing_of(public_id: UUID) -> Standing | None:
    """How the rating of a submission stands; None where the public sees none.

    A “Not yet” is the provider's own affair, and so is a review that has not ended.
    """
    submission = (
        Submission.objects.filter(public_id=public_id, state__in=_SHOWN)
        .select_related("provider", "version__programme", "leader", "framework")
        .defer("framework__document")
        .first()
    )
    if submission is None:
        return None
    state = submission.state
    appealed = state == "appealed"
    if appealed:
        state = submission.state_before_appeal
    if state == "suspended":
        return Standing(submission, None, SUSPENDED, appealed)
    rating = current_rating(submission)
    if (
        rating is None
        or rating.band in ("", Band.NOT_YET)
        or state not in ("published", "lapsed", "superseded")
    ):
        return None
    if state == "published":
        return Standing(submission, rating, LAPSED if _is_over(rating, today()) else CURRENT, appealed)
    return Standing(submission, rating, LAPSED if state == "lapsed" else SUPERSEDED, appealed)


def _is_over(rating: Rating, on: dt.date) -> bool:
    return rating.valid_to is not None and rating.valid_to < on
