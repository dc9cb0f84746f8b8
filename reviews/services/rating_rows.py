"""Writing rating rows in sets: from the tables to arrays, through the engine, and into the tables by COPY.

The one way to a rating row. A single submission is a set of one.
"""

from __future__ import annotations

import logging
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from django.db.models import QuerySet
from django.utils import timezone

from lpdqa.audit.services import Line, act_on_many
from lpdqa.bulk import copy_rows, reserve_ids
from lpdqa.clock import today
from reviews.models import FrameworkVersion, Rating, Submission
from reviews.queries.rating_inputs import Inputs, read_inputs
from reviews.rating import ALGORITHM_VERSION, Ratings, canonical_lines, hashes, rate, result_lines
from reviews.rating.engine import CONFIDENCE_LABELS
from reviews.rating.result import STATUSES

logger = logging.getLogger(__name__)

# A submission in one of these has a decision in force, and so a rating.
RATED_STATES = ("published", "suspended", "closed", "appealed")

_COLUMNS = (
    "id", "public_id", "submission", "decision", "subject_kind", "framework", "algorithm_version", "inputs",
    "inputs_hash", "results", "band", "provisional", "overall", "confidence", "confidence_value", "reason",
    "decided_on", "valid_to", "computed_at",
)  # fmt: skip


@dataclass
class Outcome:
    """What became of submissions: those that got a new row, and primary keys of those that can't be rated."""

    changed: list[Submission] = field(default_factory=list)
    unrated: set[int] = field(default_factory=set)


def lock_for_rating(submissions: QuerySet[Submission]) -> list[Submission]:
    """Hold those of the submissions that nobody else holds, with what it takes to rate and to name them.

    Two queries. A framework version is the same object for all: its document is large.
    """
    held = list(
        submissions.select_related("version", "provider", "leader")
        .only(
            "subject_kind", "state", "framework_id", "provider__name", "unverified_impact_claim",
            "version__title", "version__programme_id", "leader__slug", "leader__kind",
        )
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
    )  # fmt: skip
    frameworks = FrameworkVersion.objects.in_bulk({submission.framework_id for submission in held})
    for submission in held:
        submission.framework = frameworks[submission.framework_id]
    return held


def add_ratings(*, submissions: list[Submission], reasons: Mapping[int, str]) -> Outcome:
    """Store a new rating for each submission whose inputs, or whose algorithm, differ from its current one.

    The submissions come from `lock_for_rating`, in a transaction; `reasons` says why, by primary key. The
    number of queries depends on the number of framework versions only. One that can't be rated is logged
    and never holds up the others; one that is no longer in force is neither changed nor unrated.
    """
    groups: dict[FrameworkVersion, list[Submission]] = defaultdict(list)
    for submission in submissions:
        if submission.state in RATED_STATES:
            groups[submission.framework].append(submission)
    outcome = Outcome()
    for framework, group in groups.items():
        _add_of_framework(framework, group, reasons, outcome)
    if outcome.changed:
        logger.info("ratings_added: %d of %d looked at", len(outcome.changed), len(submissions))
    return outcome


def _add_of_framework(
    framework: FrameworkVersion, submissions: list[Submission], reasons: Mapping[int, str], outcome: Outcome
) -> None:
    inputs = read_inputs(framework, submissions, on=today())
    by_pk = {submission.pk: submission for submission in submissions}
    faults = inputs.faults()
    for row, lines in faults.items():
        logger.error("not_rated: submission %d: %s", inputs.pks[row], "; ".join(lines))
    sound = np.ones(len(inputs.pks), dtype=bool)
    sound[list(faults)] = False
    outcome.unrated |= {inputs.pks[row] for row in faults}

    rows = np.flatnonzero(sound)
    status = rate(inputs.scheme, inputs.scored.batch.part(rows)).status
    for row, code in zip(rows[status != 0].tolist(), status[status != 0].tolist(), strict=True):
        logger.error("not_rated: submission %d: %s", inputs.pks[row], STATUSES[code])
        outcome.unrated.add(inputs.pks[row])
    rows = rows[status == 0]

    lines = canonical_lines(inputs.scheme, inputs.scored.part(rows))
    digests = hashes(lines)
    current = _current_hashes(inputs)
    new = [
        place
        for place, row in enumerate(rows.tolist())
        if current.get(inputs.pks[row]) != (digests[place], ALGORITHM_VERSION)
    ]
    if not new:
        return
    changed = [by_pk[inputs.pks[row]] for row in rows[new].tolist()]
    pks = reserve_ids(Rating, len(new))
    copy_rows(
        Rating,
        _COLUMNS,
        _rows(
            inputs, rows[new], pks, changed, [lines[place] for place in new],
            [digests[place] for place in new], reasons,
        ),
    )  # fmt: skip
    act_on_many(
        "rating.add",
        by=None,
        target=Submission,
        lines=(
            Line(submission.pk, str(submission), reasons[submission.pk], {"rating": pk})
            for submission, pk in zip(changed, pks, strict=True)
        ),
    )
    outcome.changed += changed


def _current_hashes(inputs: Inputs) -> dict[int, tuple[str, str]]:
    """Inputs' hash and algorithm version of the current rating of each submission; see `current_ratings`."""
    rows = (
        Rating.objects.filter(decision__in=inputs.decisions.values())
        .order_by("submission_id", "-id")
        .distinct("submission_id")
        .values_list("submission_id", "inputs_hash", "algorithm_version")
    )
    return {pk: (digest, algorithm) for pk, digest, algorithm in rows}


def _rows(
    inputs: Inputs,
    chosen: np.ndarray,
    pks: list[int],
    submissions: list[Submission],
    lines: list[str],
    digests: list[str],
    reasons: Mapping[int, str],
) -> Iterator[list[object]]:
    """The new rows in the order of `_COLUMNS`."""
    batch = inputs.scored.batch.part(chosen)
    ratings: Ratings = rate(inputs.scheme, batch)
    results = result_lines(inputs.scheme, ratings, batch)
    bands = [band.code for band in inputs.scheme.bands]
    computed_at = timezone.now()
    for place, submission in enumerate(submissions):
        label = int(ratings.confidence_label[place])
        yield [
            pks[place],
            uuid.uuid4(),
            submission.pk,
            inputs.decisions[submission.pk],
            submission.subject_kind,
            submission.framework_id,
            ALGORITHM_VERSION,
            lines[place],
            digests[place],
            results[place],
            # Empty under an alert, which takes the place of the band.
            "" if batch.finding_upheld[place] else bands[ratings.band[place]],
            label == 0,
            four_places(ratings.overall[place]),
            CONFIDENCE_LABELS[label],
            four_places(ratings.confidence[place]),
            reasons[submission.pk],
            batch.decided_on[place].item(),
            ratings.valid_until[place].item(),
            computed_at,
        ]


def four_places(value: float) -> str:
    """A number as the rating's columns hold it; the exact one is in `results`."""
    return f"{value:.4f}"
