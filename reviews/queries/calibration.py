"""Who is released to assess under a framework version, and how far somebody is with the marked examples."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from lpdqa.accounts.models import User
from lpdqa.clock import today
from reviews.models import (
    CalibrationAnswer,
    CalibrationAttempt,
    CalibrationExample,
    Criterion,
    FrameworkVersion,
)

# A set counts from this many examples in use; below that nobody can be asked to pass it.
FEWEST = 10
# Shares of the examples at the agreed score, and within one of it.
EXACT, ADJACENT = 0.60, 0.95
RELEASED_FOR = dt.timedelta(days=365)
# Before the release runs out the next attempt may be made.
RENEWAL = dt.timedelta(days=60)
# After a failed attempt, unless there are enough examples they have not seen.
WAIT = dt.timedelta(days=7)


def examples_in_use(framework: FrameworkVersion) -> QuerySet[CalibrationExample]:
    return CalibrationExample.objects.filter(framework=framework, in_use=True).select_related("criterion")


def is_required(framework: FrameworkVersion) -> bool:
    """Whether only released assessors may be assigned: once there is a whole set, unless the register's setting
    `CALIBRATION_REQUIRED` is off."""
    return settings.CALIBRATION_REQUIRED and examples_in_use(framework).count() >= FEWEST


def released_among(*, users: Iterable[User], framework: FrameworkVersion) -> set[int]:
    """Primary keys of those who may be assigned under this version today; everybody where nothing is required."""
    pks = {user.pk for user in users}
    if not is_required(framework):
        return pks
    rows = CalibrationAttempt.objects.filter(framework=framework, assessor__in=pks, released_to__gte=today())
    return set(rows.values_list("assessor_id", flat=True))


@dataclass(frozen=True)
class Standing:
    """How an assessor stands with one framework version.

    released_to  the last day of their release; None if they have none that counts today
    opens_on     from when they may start; None if they can't: `why_not` says why
    """

    framework: FrameworkVersion
    required: bool
    examples: int
    released_to: dt.date | None
    attempt: CalibrationAttempt | None
    attempts: tuple[CalibrationAttempt, ...]
    opens_on: dt.date | None
    why_not: str = ""

    @property
    def may_start(self) -> bool:
        return self.attempt is None and self.opens_on is not None and self.opens_on <= today()


def standing_of(user: User, framework: FrameworkVersion) -> Standing:
    """Release, attempts, and when the next may be made."""
    attempts = tuple(CalibrationAttempt.objects.filter(assessor=user, framework=framework).order_by("-id"))
    number = examples_in_use(framework).count()
    under_way = next((each for each in attempts if each.finished_at is None), None)
    dates = [each.released_to for each in attempts if each.released_to and each.released_to >= today()]
    released_to = max(dates, default=None)
    opens_on: dt.date | None = today()
    why_not = ""
    finished = [each for each in attempts if each.finished_at is not None]
    if number < FEWEST:
        opens_on, why_not = None, f"The set has {number} of the {FEWEST} examples it needs."
    elif released_to is not None:
        opens_on = max(today(), released_to - RENEWAL)
    elif finished and finished[0].released_to is None and len(unseen(user, framework)) < FEWEST:
        opens_on = max(today(), timezone.localdate(finished[0].finished_at) + WAIT)
    return Standing(
        framework, is_required(framework), number, released_to, under_way, attempts, opens_on, why_not
    )


def unseen(user: User, framework: FrameworkVersion) -> list[CalibrationExample]:
    """Examples in use whose agreed score this person hasn't been shown."""
    seen = CalibrationAnswer.objects.filter(
        attempt__assessor=user, attempt__framework=framework, answered_at__isnull=False
    )
    return list(examples_in_use(framework).exclude(pk__in=seen.values("example")))


def shares(answers: Sequence[CalibrationAnswer]) -> tuple[float, float]:
    """Shares at the agreed score and within one of it, of answers with `example` loaded."""
    apart = [abs((each.value or 0) - each.example.agreed) for each in answers]
    return sum(a == 0 for a in apart) / len(apart), sum(a <= 1 for a in apart) / len(apart)


def is_used(example: CalibrationExample) -> bool:
    """Somebody has scored it, so that its text and agreed score stand."""
    return CalibrationAnswer.objects.filter(example=example, answered_at__isnull=False).exists()


def releases(framework: FrameworkVersion) -> dict[int, dt.date]:
    """The last day of everybody's release under a version, whoever has one that counts today."""
    rows = CalibrationAttempt.objects.filter(framework=framework, released_to__gte=today())
    found = rows.order_by("released_to").values_list("assessor_id", "released_to")
    return {assessor: last for assessor, last in found if last is not None}


def seen_examples(user: User, criterion: Criterion) -> list[CalibrationExample]:
    """The marked examples of a criterion that this person has scored: anchors of the levels, the lowest first."""
    answered = CalibrationAnswer.objects.filter(attempt__assessor=user, answered_at__isnull=False)
    rows = CalibrationExample.objects.filter(criterion=criterion, pk__in=answered.values("example"))
    return list(rows.order_by("agreed", "id"))
