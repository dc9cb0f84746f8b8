"""Writing rating rows in sets: from the tables to arrays, through the engine, and into the tables by COPY.

The one way to a rating row. A single submission is a set of one.
"""

from __future__ import annotations

import logging
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from lpdqa.audit.services import Line, act_on_many
from lpdqa.bulk import copy_rows, reserve_ids
from lpdqa.clock import today
from lpdqa.statements import Given, Statement
from programmes.models import ProgrammeVersion
from providers.models import Provider, SpecialistLeader
from reviews.models import FrameworkVersion, Rating, Submission
from reviews.models.submission import label_of
from reviews.queries.rating_inputs import Inputs, read_inputs
from reviews.queries.standings import Named, Subjects, subjects_named
from reviews.rating import ALGORITHM_VERSION, Ratings, Scheme, canonical_lines, hashes, rate, result_lines
from reviews.rating.engine import CONFIDENCE_LABELS
from reviews.rating.result import AWAITING_ADJUDICATION, STATUSES

logger = logging.getLogger(__name__)

# A submission in one of these has a decision in force, and so a rating.
RATED_STATES = ("published", "suspended", "closed", "appealed")

_COLUMNS = (
    "id", "public_id", "submission", "decision", "subject_kind", "framework", "algorithm_version", "inputs",
    "inputs_hash", "results", "band", "provisional", "overall", "confidence", "confidence_value", "reason",
    "decided_on", "valid_to", "computed_at",
)  # fmt: skip


class Held(NamedTuple):
    """A submission that is held, with what rating it takes: a tuple, for there may be thousands."""

    pk: int
    subject_kind: str
    state: str
    framework_id: int
    provider_id: int
    version_id: int | None
    leader_id: int | None
    unverified_impact_claim: bool


# In the order of the model's fields. The document is long, and read only where a process has not built its scheme yet.
_OF_FRAMEWORK = ("id", "content_hash", "published_at")
_FRAMEWORKS = Statement(
    lambda: FrameworkVersion.objects.filter(pk__among=Given("pks")).order_by().values_list(*_OF_FRAMEWORK)
)
_HELD = Statement(
    lambda: (
        Submission.objects.filter(pk__among=Given("pks"))
        .order_by("pk")
        .select_for_update(skip_locked=True, no_key=True)
        .values_list(*Held._fields)
    )
)
_VERSIONS = Statement(
    lambda: (
        ProgrammeVersion.objects.filter(pk__among=Given("pks"))
        .order_by()
        .values_list("pk", "title", "programme_id")
    )
)
_HASHES = Statement(
    lambda: (
        Rating.objects.filter(decision__among=Given("decisions"))
        .order_by("submission_id", "-id")
        .distinct("submission_id")
        .values_list("submission_id", "inputs_hash", "algorithm_version")
    )
)


@dataclass
class Outcome:
    """What became of submissions: how many got a new row and whose they are, and why others can't be rated, by
    primary key."""

    added: int = 0
    subjects: Subjects = field(default_factory=Subjects)
    unrated: dict[int, str] = field(default_factory=dict)


def lock_for_rating(pks: Collection[int]) -> list[Held]:
    """Hold those of the submissions that nobody else holds, until the caller's transaction ends; one query."""
    return [Held(*row) for row in _HELD.rows(pks=list(pks))]


def add_ratings(*, submissions: list[Held], reasons: Mapping[int, str]) -> Outcome:
    """Store a new rating for each submission whose inputs, or whose algorithm, differ from its current one.

    The submissions come from `lock_for_rating`, in a transaction; `reasons` says why, by primary key. The
    number of queries depends on the number of framework versions only. One that can't be rated is logged
    and never holds up the others; one that is no longer in force is neither changed nor unrated.
    """
    groups: dict[int, list[Held]] = defaultdict(list)
    for submission in submissions:
        if submission.state in RATED_STATES:
            groups[submission.framework_id].append(submission)
    outcome = Outcome()
    changed: list[Held] = []
    named: list[Named] = []
    for row in _FRAMEWORKS.rows(pks=list(groups)):
        framework = FrameworkVersion.from_db(DEFAULT_DB_ALIAS, _OF_FRAMEWORK, row)
        added, subjects = _add_of_framework(framework, groups[framework.pk], reasons, outcome)
        changed += added
        named += subjects
    for pk, reason in outcome.unrated.items():
        logger.error("not_rated: submission %d: %s", pk, reason)
    if changed:
        outcome.subjects = subjects_named(named)
        logger.info("ratings_added: %d of %d looked at", len(changed), len(submissions))
    outcome.added = len(changed)
    return outcome


def _add_of_framework(
    framework: FrameworkVersion, submissions: list[Held], reasons: Mapping[int, str], outcome: Outcome
) -> tuple[list[Held], list[Named]]:
    """Returns those that got a new row, and what they are about."""
    inputs = read_inputs(framework, submissions, on=today())
    by_pk = {submission.pk: submission for submission in submissions}
    faults = inputs.faults()
    for row, lines in faults.items():
        outcome.unrated[inputs.pks[row]] = "; ".join(lines)
    sound = np.ones(len(inputs.pks), dtype=bool)
    sound[list(faults)] = False

    rows = np.flatnonzero(sound)
    ratings = rate(inputs.scheme, inputs.scored.batch.part(rows))
    status = ratings.status
    for place in np.flatnonzero(status != 0).tolist():
        outcome.unrated[inputs.pks[int(rows[place])]] = _why_not(inputs.scheme, ratings, place)
    rows, ratings = rows[status == 0], ratings.part(status == 0)

    lines = canonical_lines(inputs.scheme, inputs.scored.part(rows))
    digests = hashes(lines)
    current = _current_hashes(inputs)
    new = [
        place
        for place, row in enumerate(rows.tolist())
        if current.get(inputs.pks[row]) != (digests[place], ALGORITHM_VERSION)
    ]
    if not new:
        return [], []
    changed = [by_pk[inputs.pks[row]] for row in rows[new].tolist()]
    pks = reserve_ids(Rating, len(new))
    copy_rows(
        Rating,
        _COLUMNS,
        _rows(
            inputs, rows[new], ratings.part(np.array(new)), pks, changed, [lines[place] for place in new],
            [digests[place] for place in new], reasons,
        ),
    )  # fmt: skip
    versions = _versions(changed)
    labels = _labels(changed, versions)
    act_on_many(
        "rating.add",
        by=None,
        target=Submission,
        lines=(
            Line(submission.pk, labels[submission.pk], reasons[submission.pk], {"rating": pk})
            for submission, pk in zip(changed, pks, strict=True)
        ),
    )
    return changed, [
        (versions[one.version_id][1] if one.version_id else None, one.leader_id, one.provider_id)
        for one in changed
    ]


def _why_not(scheme: Scheme, ratings: Ratings, place: int) -> str:
    """Why the subject at that place has no rating: scores are missing, by name of the criteria."""
    if STATUSES[ratings.status[place]] == AWAITING_ADJUDICATION:
        lacking, words = (
            ratings.unsettled[place],
            "the two scores differ too far, and there is no third one yet",
        )
    else:
        lacking, words = ratings.missing[place], "two assessors’ scores are needed, and there are fewer"
    codes = [scheme.criteria[number].code for number in np.flatnonzero(lacking).tolist()]
    return f"{', '.join(codes)}: {words}."


def _versions(submissions: list[Held]) -> dict[int, tuple[str, int]]:
    """Title and programme of each version that is rated; one query."""
    pks = {submission.version_id for submission in submissions if submission.version_id}
    return {pk: (title, programme) for pk, title, programme in _VERSIONS.rows(pks=list(pks))}


def _labels(submissions: list[Held], versions: Mapping[int, tuple[str, int]]) -> dict[int, str]:
    """What each is called in the trail (`Submission.__str__`); two queries at most."""
    leaders = SpecialistLeader.objects.only("kind", "slug").in_bulk(
        {s.leader_id for s in submissions} - {None}
    )
    organisations = {s.provider_id for s in submissions if not (s.version_id or s.leader_id)}
    names = (
        dict(Provider.objects.filter(pk__in=organisations).values_list("pk", "name")) if organisations else {}
    )
    return {
        s.pk: label_of(
            str(leaders[s.leader_id])
            if s.leader_id
            else versions[s.version_id][0]
            if s.version_id
            else names[s.provider_id],
            s.subject_kind,
        )
        for s in submissions
    }


def _current_hashes(inputs: Inputs) -> dict[int, tuple[str, str]]:
    """Inputs' hash and algorithm version of the current rating of each submission; see `current_ratings`."""
    rows = _HASHES.rows(decisions=list(inputs.decisions.values()))
    return {pk: (digest, algorithm) for pk, digest, algorithm in rows}


def _rows(
    inputs: Inputs,
    chosen: np.ndarray,
    ratings: Ratings,
    pks: list[int],
    submissions: list[Held],
    lines: list[str],
    digests: list[str],
    reasons: Mapping[int, str],
) -> Iterator[list[object]]:
    """The new rows in the order of `_COLUMNS`."""
    batch = inputs.scored.batch.part(chosen)
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
