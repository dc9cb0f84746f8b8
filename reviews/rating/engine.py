"""Ratings of many subjects at once; a single rating is an array of one (docs/rating.md, sections 3 to 6)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reviews.rating.batch import Batch, batch_of, check_batch
from reviews.rating.consensus import REASONS, Bools, Floats, settle, tables
from reviews.rating.inputs import NOT_APPLICABLE, RatingInputs
from reviews.rating.result import (
    ALGORITHM_VERSION,
    FINDING_UPHELD,
    LOW_CONFIDENCE,
    STATUSES,
    UNVERIFIED_IMPACT_CLAIM,
    ConfidenceResult,
    GateResult,
    RatingResult,
)
from reviews.rating.scheme import CONFIDENCE_PARTS, HIGHEST, LOWEST, SUBJECT_TYPES, Gate, Scheme

TOLERANCE = 1e-9  # a value this close to a threshold has reached it (section 3)
IMPACT_CAP = "quality_assured"  # the highest band with an unverified impact claim (section 3)
CONFIDENCE_LABELS = ("low", "medium", "high")
# Subjects worked on at a time: few enough for their arrays to stay in the processor's cache.
_BLOCK = 8192

Codes = NDArray[np.int8]


@dataclass(frozen=True)
class Ratings:
    """Ratings of n subjects; h headings, c criteria. Fields mean what they mean in RatingResult.

    status      n, places in STATUSES
    band        n, places in scheme.bands, -1 without a rating
    ruled_band  n, the same, before any limiter
    overall     n, nan without a rating
    headings    n x h, nan for a heading that is absent
    consensus   n x c, nan without a number
    not_applicable, missing, unsettled   n x c
    reason      n x c, places in REASONS
    confidence  n, nan without a rating
    parts       n x 4, in the order of CONFIDENCE_PARTS
    confidence_label  n, places in CONFIDENCE_LABELS, -1 for none
    valid_until n, datetime64[D], NaT for none
    """

    status: Codes
    band: Codes
    ruled_band: Codes
    overall: Floats
    headings: Floats
    consensus: Floats
    not_applicable: Bools
    missing: Bools
    unsettled: Bools
    reason: Codes
    confidence: Floats
    parts: Floats
    confidence_label: Codes
    valid_until: NDArray[np.datetime64]

    def __len__(self) -> int:
        return len(self.status)

    def part(self, rows: NDArray[Any]) -> "Ratings":
        """Some of the subjects: places, or a mask of length n."""
        return Ratings(**{name: values[rows] for name, values in vars(self).items()})


def rate(scheme: Scheme, batch: Batch) -> Ratings:
    """Rate every subject of a batch. Raises InputsError if one can't be rated (see `check_batch`)."""
    check_batch(scheme, batch)
    starts = range(0, max(len(batch), 1), _BLOCK)  # one empty block for an empty batch
    blocks = [_rate_block(scheme, batch.part(slice(start, start + _BLOCK))) for start in starts]
    names = [field.name for field in fields(Ratings)]
    return Ratings(**{name: np.concatenate([getattr(block, name) for block in blocks]) for name in names})


def rate_one(scheme: Scheme, inputs: RatingInputs) -> RatingResult:
    """Rate one subject. Raises InputsError, with every fault, if it can't be rated (see `check_inputs`)."""
    return result_of(scheme, rate(scheme, batch_of(scheme, [inputs])), 0, inputs)


def band_at(scheme: Scheme, subject_type: str, consensus: Mapping[str, float]) -> str:
    """The band by the gates alone at a consensus that is given, by criterion code, rather than settled from scores.

    For a question such as "and if the assessors had been less severe?"; no limiter is applied. Raises KeyError for
    a criterion that the scheme doesn't have.
    """
    places = {criterion.code: place for place, criterion in enumerate(scheme.criteria)}
    values = np.full((1, len(places)), np.nan)
    for code, value in consensus.items():
        values[0, places[code]] = value
    kind = np.array([SUBJECT_TYPES.index(subject_type)], dtype=np.int8)
    headings = _headings(scheme, values)
    band = _highest_band(scheme, kind, values, headings, _mean_of_present(headings))
    return scheme.bands[int(band[0])].code


def _rate_block(scheme: Scheme, batch: Batch) -> Ratings:
    known = tables(scheme)
    applies, essential = known.applies[batch.subject_type], known.essential[batch.subject_type]
    agreed = settle(batch.scores, applies, essential, scheme)
    too_few, awaiting = agreed.missing.any(axis=1), agreed.unsettled.any(axis=1)
    status = np.where(too_few, 2, np.where(awaiting, 1, 0))
    rated = status == 0
    headings = np.where(rated[:, None], _headings(scheme, agreed.value), np.nan)
    overall = _mean_of_present(headings)

    ruled = np.where(rated, _highest_band(scheme, batch.subject_type, agreed.value, headings, overall), -1)
    cap = [band.code for band in scheme.bands].index(IMPACT_CAP)
    capped = np.where(batch.unverified_impact_claim, np.minimum(ruled, cap), ruled)
    parts = np.where(rated[:, None], _confidence_parts(scheme, batch), np.nan)
    confidence = np.zeros(len(batch))
    for place, weight in enumerate(scheme.confidence.weights):
        confidence += weight * parts[:, place]
    high = reaches(confidence, scheme.confidence.high)
    medium = reaches(confidence, scheme.confidence.medium)
    label = np.where(rated, np.where(high, 2, np.where(medium, 1, 0)), -1)
    return Ratings(
        status=status.astype(np.int8),
        band=capped.astype(np.int8),
        ruled_band=ruled.astype(np.int8),
        overall=overall,
        headings=headings,
        consensus=agreed.value,
        not_applicable=agreed.not_applicable,
        missing=agreed.missing,
        unsettled=agreed.unsettled,
        reason=agreed.reason,
        confidence=confidence,
        parts=parts,
        confidence_label=label.astype(np.int8),
        valid_until=_valid_until(scheme, batch, capped),
    )


def reaches(value: Floats, threshold: float) -> Bools:
    """Is the value at the threshold, above it, or so little below that only rounding can be the cause?"""
    return value >= threshold - TOLERANCE


def _headings(scheme: Scheme, consensus: Floats) -> Floats:
    """n x h weighted means over the criteria that have a consensus; nan where a heading has none (section 3).

    Summed criterion by criterion, and not as a matrix product: that one adds in an order that depends on the
    number of subjects, and a rating must come out the same to the last digit alone and among a million.
    """
    known = tables(scheme)
    shape = (len(consensus), len(scheme.headings))
    total, weights = np.zeros(shape), np.zeros(shape)
    for place, heading in enumerate(known.heading):
        counts = ~np.isnan(consensus[:, place])
        total[:, heading] += np.where(counts, known.weights[place] * consensus[:, place], 0.0)
        weights[:, heading] += np.where(counts, known.weights[place], 0.0)
    return np.divide(total, weights, out=np.full(shape, np.nan), where=weights > 0)


def _mean_of_present(headings: Floats) -> Floats:
    """The overall: the plain mean of the headings that are present (section 3)."""
    total, count = np.zeros(len(headings)), np.zeros(len(headings))
    for column in headings.T:
        present = ~np.isnan(column)
        total += np.where(present, column, 0.0)
        count += present
    return np.divide(total, count, out=np.full(len(headings), np.nan), where=count > 0)


def tested_gates(
    scheme: Scheme, subject_type: Codes, consensus: Floats, headings: Floats, overall: Floats
) -> Iterator[tuple[Gate, Bools, Floats]]:
    """Each gate with the subjects that it is tested for and their values, both of length n."""
    criteria = {criterion.code: place for place, criterion in enumerate(scheme.criteria)}
    places = {heading.code: place for place, heading in enumerate(scheme.headings)}
    everyone = np.ones(len(overall), dtype=bool)
    for gate in scheme.gates:
        if gate.kind == "overall":
            yield gate, everyone, overall
        elif gate.kind == "heading_count":
            each = gate.threshold if gate.each is None else gate.each
            yield gate, everyone, reaches(headings, each).sum(axis=1).astype(np.float64)
        elif gate.kind == "heading":
            value = headings[:, places[gate.code]]
            yield gate, ~np.isnan(value), value
        else:
            value = consensus[:, criteria[gate.code]]
            wanted = ~np.isnan(value)
            if gate.kind == "essential":
                wanted = tables(scheme).essential[subject_type, criteria[gate.code]]
            yield gate, wanted, value


def _highest_band(
    scheme: Scheme, subject_type: Codes, consensus: Floats, headings: Floats, overall: Floats
) -> NDArray[np.int64]:
    """The highest band of which every gate, and every gate of the bands below, is passed (section 3)."""
    order = {band.code: place for place, band in enumerate(scheme.bands)}
    highest = np.full(len(overall), len(order) - 1)
    for gate, wanted, value in tested_gates(scheme, subject_type, consensus, headings, overall):
        failed = wanted & ~reaches(value, gate.threshold)
        highest = np.where(failed, np.minimum(highest, order[gate.band] - 1), highest)
    return highest


def _confidence_parts(scheme: Scheme, batch: Batch) -> Floats:
    """n x 4 parts from 0 to 1, in the order of CONFIDENCE_PARTS (section 4)."""
    first, second = batch.scores[..., 0], batch.scores[..., 1]
    both = (first > 0) & (second > 0)
    apart = np.where(both, np.abs(first - second), 0).sum(axis=1)
    agreement = 1 - _share(apart, both.sum(axis=1)) / (HIGHEST - LOWEST)
    evidence = _share(batch.verified, batch.claimed)
    full, zero = scheme.confidence.recency_full_months, scheme.confidence.recency_zero_months
    recency = np.clip((zero - batch.months) / (zero - full), 0.0, 1.0)
    independence = _share(batch.independent, batch.claimed - batch.gaps)
    return np.stack([agreement, evidence, recency, independence], axis=1)


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> Floats:
    """part / whole, and 0 where there is nothing to take a share of."""
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


def _valid_until(scheme: Scheme, batch: Batch, band: NDArray[np.int64]) -> NDArray[np.datetime64]:
    """The decision's day of the month, so many months on; the month's last day where there is no such day."""
    months = np.array(
        [[scheme.months_valid(each.code, kind) or 0 for each in scheme.bands] for kind in SUBJECT_TYPES]
    )[batch.subject_type, band]
    start = batch.decided_on.astype("datetime64[D]")
    month = start.astype("datetime64[M]")
    target = month + months
    days_on = np.minimum(
        start - month.astype("datetime64[D]"),
        (target + 1).astype("datetime64[D]") - target.astype("datetime64[D]") - 1,
    )
    until = target.astype("datetime64[D]") + days_on
    return np.where((band >= 0) & (months > 0), until, np.datetime64("NaT"))


def result_of(scheme: Scheme, ratings: Ratings, row: int, inputs: RatingInputs) -> RatingResult:
    """One row of the array form as the result that is stored and shown."""
    subject_type = inputs.subject_type
    applicable = scheme.applicable(subject_type)
    place = {criterion.code: i for i, criterion in enumerate(scheme.criteria)}
    consensus: dict[str, float | str | None] = {}
    for criterion in applicable:
        value = float(ratings.consensus[row, place[criterion.code]])
        settled = NOT_APPLICABLE if ratings.not_applicable[row, place[criterion.code]] else None
        consensus[criterion.code] = settled if np.isnan(value) else value
    reasons = {c.code: REASONS[int(ratings.reason[row, place[c.code]])] for c in applicable}
    discordant = {code: reason for code, reason in reasons.items() if reason}
    awaiting = tuple(code for code in discordant if ratings.unsettled[row, place[code]])
    missing = tuple(c.code for c in applicable if ratings.missing[row, place[c.code]])

    rated = ratings.status[row] == 0
    headings: dict[str, float | None] = {}
    for i, heading in enumerate(scheme.headings if rated else ()):
        value = float(ratings.headings[row, i])
        headings[heading.code] = None if np.isnan(value) else value
    confidence = None
    if rated:
        confidence = ConfidenceResult(
            value=float(ratings.confidence[row]),
            label=CONFIDENCE_LABELS[ratings.confidence_label[row]],
            parts={part: float(ratings.parts[row, i]) for i, part in enumerate(CONFIDENCE_PARTS)},
        )
    provisional = confidence is not None and confidence.label == "low"
    in_force = {
        FINDING_UPHELD: inputs.finding_upheld,
        UNVERIFIED_IMPACT_CLAIM: inputs.unverified_impact_claim,
        LOW_CONFIDENCE: provisional,
    }
    return RatingResult(
        status=STATUSES[ratings.status[row]],
        subject_type=subject_type,
        algorithm_version=ALGORITHM_VERSION,
        band=_band_code(scheme, ratings.band[row]),
        ruled_band=_band_code(scheme, ratings.ruled_band[row]),
        overall=float(ratings.overall[row]) if rated else None,
        headings=headings,
        consensus=consensus,
        discordant=discordant,
        adjudicated=tuple(code for code in discordant if code not in awaiting),
        awaiting=awaiting,
        missing=missing,
        gates=_gate_results(scheme, ratings, row, subject_type) if rated else (),
        confidence=confidence,
        limiters=tuple(code for code, on in in_force.items() if on),
        alert=inputs.finding_upheld,
        provisional=provisional,
        warns_programmes=bool(subject_type == "provider" and ratings.ruled_band[row] == 0),
        valid_until=ratings.valid_until[row].item(),
    )


def _band_code(scheme: Scheme, place: int) -> str | None:
    return scheme.bands[place].code if place >= 0 else None


def _gate_results(scheme: Scheme, ratings: Ratings, row: int, subject_type: str) -> tuple[GateResult, ...]:
    """The gates of one subject, tested by the same code as the band, so that the two can't disagree."""
    one = slice(row, row + 1)
    kind = np.array([SUBJECT_TYPES.index(subject_type)])
    tested = tested_gates(scheme, kind, ratings.consensus[one], ratings.headings[one], ratings.overall[one])
    return tuple(
        GateResult(
            band=gate.band,
            kind=gate.kind,
            code=gate.code,
            threshold=gate.threshold,
            each=gate.each,
            value=float(value[0]),
            passed=bool(reaches(value, gate.threshold)[0]),
        )
        for gate, wanted, value in tested
        if wanted[0]
    )
