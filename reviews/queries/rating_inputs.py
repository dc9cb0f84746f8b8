"""From rows to the rating engine: the inputs of many submissions as arrays, in a constant number of queries.

One reader serves a page that shows a single rating and a recomputation of all there are.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from django.db.models import Count, F, Q
from django.utils import timezone
from numpy.typing import NDArray

from lpdqa.bulk import read_arrays
from lpdqa.statements import Given, Statement
from reviews.choices import AssessmentRole, EvidenceCheck, FindingState
from reviews.models import (
    Assessment,
    AssessorProfile,
    Criterion,
    CriterionStatement,
    Decision,
    Evidence,
    Finding,
    FrameworkVersion,
    Score,
    Submission,
)
from reviews.queries.frameworks import scheme_of
from reviews.rating import (
    NOT_APPLICABLE,
    Batch,
    CriterionScores,
    RatingInputs,
    Scheme,
    Scored,
    batch_faults,
    check_inputs,
    inputs_at,
    months_between,
)
from reviews.rating import Score as Judgement
from reviews.rating.scheme import LOWEST, SUBJECT_TYPES

# Of each submitted score: whose, of what, and -1 for not applicable. “Cannot judge” in a submitted assessment
# means that nothing new came, and counts as the lowest score (docs/rating.md, section 2.6).
_SCORES = f"""
    SELECT a.submission_id, s.criterion_id, a.id, a.assessor_id, a.round,
           (a.role = '{AssessmentRole.ADJUDICATION.value}')::int::smallint,
           (CASE WHEN s.not_applicable THEN -1 WHEN s.cannot_judge THEN {LOWEST} ELSE s.value END)::smallint
    FROM {Assessment._meta.db_table} a JOIN {Score._meta.db_table} s ON s.assessment_id = a.id
    WHERE a.submission_id = ANY(%s) AND a.state = 'submitted'
      AND (s.value IS NOT NULL OR s.not_applicable OR s.cannot_judge)
"""  # noqa: S608 - the names are ours
_COLUMNS = {
    "submission": "bigint", "criterion": "bigint", "assessment": "bigint", "assessor": "bigint",
    "round": "smallint", "third": "smallint", "value": "smallint",
}  # fmt: skip

# The rest of what is asked of every subject that is rated, by itself or with thousands.
_CODES = Statement(
    lambda: Criterion.objects.filter(framework=Given("framework")).order_by().values_list("pk", "code")
)
_PSEUDONYMS = Statement(
    lambda: AssessorProfile.objects.filter(user__among=Given("people")).values_list("user_id", "pseudonym")
)
_DECISIONS = Statement(
    lambda: (
        Decision.objects.filter(submission__among=Given("pks"), approved_at__isnull=False)
        .order_by("submission_id", "-id")
        .distinct("submission_id")
        .values_list("submission_id", "pk", "approved_at")
    )
)
_NOT_EXPIRED = Q(expires_on=None) | Q(expires_on__gte=Given("on"))
_EVIDENCE = Statement(
    lambda: (
        Evidence.objects.filter(submission__among=Given("pks"), withdrawn_at=None)
        .order_by()
        .values_list("submission_id")
        .annotate(
            Count("pk"),
            verified=Count("pk", filter=_NOT_EXPIRED & Q(check_result=EvidenceCheck.VERIFIED)),
            from_outside=Count("pk", filter=Q(independent=True)),
        )
    )
)
_GAPS = Statement(
    lambda: (
        CriterionStatement.objects.filter(
            submission__among=Given("pks"),
            declared_gap=True,
            criterion__applies_to__contains=[F("submission__subject_kind")],
        )
        .order_by()
        .values_list("submission_id")
        .annotate(Count("pk"))
    )
)
_UPHELD = Statement(
    lambda: (
        Finding.objects.filter(submission__among=Given("pks"), state=FindingState.UPHELD)
        .order_by()
        .values_list("submission_id")
    )
)


class ToRate(Protocol):
    """What is read of a submission itself: a `Submission`, or a row of one."""

    @property
    def pk(self) -> int: ...
    @property
    def subject_kind(self) -> str: ...
    @property
    def unverified_impact_claim(self) -> bool: ...


@dataclass(frozen=True)
class Inputs:
    """Inputs of n submissions of one framework version, as they are on a date.

    pks       n, the submissions in ascending order: row i of `scored` is `pks[i]`
    surplus   scores that have no place in the arrays, by row: more than two blind ones of a criterion, or
              ones of a criterion that the framework doesn't have. They can't be rated
    decisions primary key of the latest approved decision by submission
    """

    scheme: Scheme
    pks: list[int]
    scored: Scored
    surplus: dict[int, dict[str, tuple[Judgement, ...]]]
    decisions: dict[int, int]

    def at(self, row: int) -> RatingInputs:
        """The inputs of one submission, surplus scores included: `check_inputs` says what is wrong with them."""
        inputs = inputs_at(self.scheme, self.scored, row)
        scores = dict(inputs.scores)
        for code, more in self.surplus.get(row, {}).items():
            given = scores.get(code, CriterionScores())
            scores[code] = CriterionScores((*given.blind, *more), given.third)
        return replace(inputs, scores=scores)

    def faults(self) -> dict[int, list[str]]:
        """Why a submission can't be rated, in lines, by row; empty where all can."""
        wrong = np.zeros(len(self.pks), dtype=bool)
        for rows in batch_faults(self.scheme, self.scored.batch).values():
            wrong |= rows
        wrong[list(self.surplus)] = True
        # A score of somebody without a pseudonym can't be published.
        if "" in self.scored.names:
            nameless = self.scored.assessor == self.scored.names.index("")
            wrong |= (nameless & (self.scored.batch.scores != 0)).any(axis=(1, 2))
        return {row: check_inputs(self.scheme, self.at(row)) for row in np.flatnonzero(wrong).tolist()}


def inputs_of(submission: Submission, *, on: dt.date) -> RatingInputs:
    """The inputs of one submission as they are on a date; see `read_inputs`."""
    return build_inputs([submission], on=on)[submission.pk]


def build_inputs(submissions: Iterable[Submission], *, on: dt.date) -> dict[int, RatingInputs]:
    """The rating inputs of submissions by primary key; see `read_inputs`."""
    groups: dict[FrameworkVersion, list[Submission]] = defaultdict(list)
    for submission in submissions:
        groups[submission.framework].append(submission)
    found: dict[int, RatingInputs] = {}
    for framework, group in groups.items():
        inputs = read_inputs(framework, group, on=on)
        found |= {pk: inputs.at(row) for row, pk in enumerate(inputs.pks)}
    return found


def read_inputs(framework: FrameworkVersion, submissions: Iterable[ToRate], *, on: dt.date) -> Inputs:
    """The inputs of submissions under one framework version, in seven queries however many there are.

    - scores: of each criterion the blind ones of the latest round that has any, and the third of that round;
    - evidence that has expired by `on` is claimed but no longer verified;
    - the months since the decision stay between the scheme's two recency limits, outside which they change
      nothing: a nightly run then finds the same inputs, and writes no row;
    - before a decision there is no date, and no month has passed.
    """
    scheme = scheme_of(framework)
    ordered = sorted(submissions, key=lambda submission: submission.pk)
    pks = [submission.pk for submission in ordered]
    scores, assessor, names, surplus = _scores(framework, scheme, pks)
    decided = latest_decisions(pks)
    days = [decided[pk][1] if pk in decided else None for pk in pks]
    claimed, verified, independent, gaps = _evidence(pks, on).T
    upheld = {pk for (pk,) in _UPHELD.rows(pks=pks)}
    batch = Batch(
        subject_type=np.array([SUBJECT_TYPES.index(s.subject_kind) for s in ordered], dtype=np.int8),
        scores=scores,
        claimed=claimed,
        verified=verified,
        independent=independent,
        gaps=gaps,
        months=np.array([_months(scheme, day, on) for day in days], dtype=np.float64),
        decided_on=np.array(days, dtype="datetime64[D]"),
        unverified_impact_claim=np.array([s.unverified_impact_claim for s in ordered], dtype=bool),
        finding_upheld=np.array([pk in upheld for pk in pks], dtype=bool),
    )
    decisions = {pk: decision for pk, (decision, _) in decided.items()}
    return Inputs(scheme, pks, Scored(batch, names, assessor), surplus, decisions)


def latest_decisions(pks: Iterable[int]) -> dict[int, tuple[int, dt.date]]:
    """The latest approved decision of each submission that has one: its primary key and its date."""
    return {
        pk: (decision, timezone.localdate(approved_at))
        for pk, decision, approved_at in _DECISIONS.rows(pks=list(pks))
    }


def _months(scheme: Scheme, decided_on: dt.date | None, on: dt.date) -> int:
    full, zero = scheme.confidence.recency_full_months, scheme.confidence.recency_zero_months
    months = months_between(decided_on, on) if decided_on else 0
    return min(max(months, full), zero)


def _scores(
    framework: FrameworkVersion, scheme: Scheme, pks: list[int]
) -> tuple[NDArray[np.int8], NDArray[np.int32], tuple[str, ...], dict[int, dict[str, tuple[Judgement, ...]]]]:
    """Scores and assessors (n x c x 3 each), the pseudonyms, and the scores without a place (see `Inputs`)."""
    n, c = len(pks), len(scheme.criteria)
    scores, assessor = np.zeros((n, c, 3), dtype=np.int8), np.zeros((n, c, 3), dtype=np.int32)
    found = read_arrays(_SCORES, [pks], _COLUMNS)
    codes = dict(_CODES.rows(framework=framework.pk))
    places = {criterion.code: place for place, criterion in enumerate(scheme.criteria)}
    people, person = np.unique(found["assessor"], return_inverse=True)
    names, rank = _names(people.tolist())
    who = rank[person]
    row = np.searchsorted(np.array(pks, dtype=np.int64), found["submission"])
    known, which = np.unique(found["criterion"], return_inverse=True)
    place = np.array([places.get(codes.get(pk, ""), -1) for pk in known.tolist()], dtype=np.int64)[which]

    surplus: dict[int, dict[str, tuple[Judgement, ...]]] = defaultdict(dict)

    def add_surplus(at: int, code: str, index: int) -> None:
        value = int(found["value"][index])
        judged = Judgement(names[who[index]], NOT_APPLICABLE if value < 0 else value)
        surplus[at][code] = (*surplus[at].get(code, ()), judged)

    # Of each criterion, the latest round that has blind scores.
    key, blind = row * c + place, found["third"] == 0
    latest = np.zeros(n * c, dtype=np.int16)
    of_scheme = place >= 0
    np.maximum.at(latest, key[of_scheme & blind], found["round"][of_scheme & blind])
    for index in np.flatnonzero(~of_scheme & blind).tolist():
        add_surplus(int(row[index]), f"criterion {found['criterion'][index]}", index)
    counts = of_scheme & (found["round"] == latest[np.where(of_scheme, key, 0)])

    # Blind scores in the order of the pseudonyms; of several third ones the first that was asked for.
    for third in (False, True):
        chosen = np.flatnonzero(counts & (blind != third))
        order = chosen[np.lexsort((found["assessment"][chosen] if third else who[chosen], key[chosen]))]
        ordered = key[order]
        nth = np.arange(len(order)) - np.searchsorted(ordered, ordered)
        fits = nth < (1 if third else 2)
        slot = nth[fits] + (2 if third else 0)
        scores[row[order[fits]], place[order[fits]], slot] = found["value"][order[fits]]
        assessor[row[order[fits]], place[order[fits]], slot] = who[order[fits]]
        for index in [] if third else order[~fits].tolist():
            add_surplus(int(row[index]), scheme.criteria[place[index]].code, index)
    return scores, assessor, names, dict(surplus)


def _names(people: Sequence[int]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """The pseudonyms of people in order, and the place of each person's; "" for one who has none."""
    known = dict(_PSEUDONYMS.rows(people=people))
    names = tuple(sorted({known.get(pk, "") for pk in people}))
    places = {name: place for place, name in enumerate(names)}
    return names, np.array([places[known.get(pk, "")] for pk in people], dtype=np.int32)


def _evidence(pks: list[int], on: dt.date) -> NDArray[np.int64]:
    """n x 4 counts: claimed, verified, independent, declared gaps."""
    counts = np.zeros((len(pks), 4), dtype=np.int64)
    rows = {pk: row for row, pk in enumerate(pks)}
    for pk, *three in _EVIDENCE.rows(pks=pks, on=on):
        counts[rows[pk], :3] = three
    for pk, number in _GAPS.rows(pks=pks):
        counts[rows[pk], [0, 3]] += number
    return counts
