"""Independent scores of files that are settled: what agreement and severity are worked out from.

Only blind scores of submitted assessments count, and only once the file is settled and not being scored again: until
then they are nobody's but each assessor's own. "Not applicable" and "cannot judge" are no scores.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db.models import Q, QuerySet
from numpy.typing import NDArray

from reviews.choices import AssessmentRole
from reviews.models import AssessorProfile, Criterion, FrameworkVersion, Score, Submission

# While a file is scored, for the first time or after an amendment, nothing of it is told.
BEING_SCORED = ("assessing", "adjudicating")

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class BlindScores:
    """n scores as primary keys of submission, assessor (user) and criterion, with the value."""

    submission: Numbers
    assessor: Numbers
    criterion: Numbers
    value: Numbers

    def __len__(self) -> int:
        return len(self.value)


def settled(path: str = "") -> Q:
    """The condition that a submission's scores are settled; `path` leads to it ("assessment__submission__")."""
    return Q(**{f"{path}settled_at__isnull": False}) & ~Q(**{f"{path}state__in": BEING_SCORED})


def is_blind(submission: Submission) -> bool:
    """Its scores are not settled, or it is being scored again after an amendment."""
    return submission.settled_at is None or submission.state in BEING_SCORED


def independent_scores() -> QuerySet[Score]:
    """All scores that count here, of every framework version."""
    return Score.objects.filter(
        settled("assessment__submission__"),
        assessment__role=AssessmentRole.BLIND,
        assessment__state="submitted",
        value__isnull=False,
    )


def blind_scores(framework: FrameworkVersion) -> BlindScores:
    """The scores that ratings rest on: of each criterion of a submission those of the latest round that has any."""
    rows = (
        independent_scores()
        .filter(assessment__submission__framework=framework)
        .order_by("assessment__submission_id", "criterion_id", "-assessment__round", "assessment_id")
        .values_list(
            "assessment__submission_id",
            "assessment__assessor_id",
            "criterion_id",
            "value",
            "assessment__round",
        )
    )
    table = np.fromiter(rows.iterator(chunk_size=20_000), dtype=np.dtype((np.int64, 5)))
    if not len(table):
        table = table.reshape(0, 5)
    # The first row of a submission's criterion is of its latest round.
    starts = np.ones(len(table), dtype=bool)
    starts[1:] = (table[1:, [0, 2]] != table[:-1, [0, 2]]).any(axis=1)
    latest = table[starts, 4][np.cumsum(starts) - 1] if len(table) else table[:, 4]
    submission, assessor, criterion, value, _ = table[table[:, 4] == latest].T
    return BlindScores(submission, assessor, criterion, value)


def labels(scores: BlindScores) -> tuple[list[str], list[str], list[str]]:
    """Names to print: the public identifier of each score's submission, the assessor's pseudonym, the criterion."""
    submissions = Submission.objects.filter(pk__in=np.unique(scores.submission).tolist())
    public = {pk: str(public_id) for pk, public_id in submissions.values_list("pk", "public_id")}
    pseudonym = pseudonyms(scores.assessor)
    codes = dict(
        Criterion.objects.filter(pk__in=np.unique(scores.criterion).tolist()).values_list("pk", "code")
    )
    return (
        [public[pk] for pk in scores.submission.tolist()],
        [pseudonym[pk] for pk in scores.assessor.tolist()],
        [codes[pk] for pk in scores.criterion.tolist()],
    )


def pseudonyms(users: Numbers) -> dict[int, str]:
    """The pseudonym of each of these users; every assessor has one."""
    profiles = AssessorProfile.objects.filter(user__in=np.unique(users).tolist())
    return dict(profiles.values_list("user_id", "pseudonym"))
