"""Inputs of many subjects as arrays, and the check that they are sound."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reviews.rating.consensus import (
    MISSING_CODE,
    NOT_APPLICABLE_CODE,
    Bools,
    Floats,
    score_arrays,
    tables,
)
from reviews.rating.inputs import InputsError, RatingInputs, check_inputs
from reviews.rating.scheme import HIGHEST, SUBJECT_TYPES, Scheme

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Batch:
    """Inputs of n subjects under a scheme with c criteria.

    subject_type  n, places in SUBJECT_TYPES
    scores        n x c x 3: two blind scores and the third; 0 missing, -1 not applicable, 1 to 4
    claimed, verified, independent, gaps   n, counts of evidence items (inputs.Evidence)
    months        n, months since the decision
    decided_on    n, datetime64[D], NaT before a decision
    unverified_impact_claim, finding_upheld   n, the limiters
    """

    subject_type: NDArray[np.int8]
    scores: NDArray[np.int8]
    claimed: Counts
    verified: Counts
    independent: Counts
    gaps: Counts
    months: Floats
    decided_on: NDArray[np.datetime64]
    unverified_impact_claim: Bools
    finding_upheld: Bools

    def __len__(self) -> int:
        return len(self.subject_type)

    def part(self, rows: slice | NDArray[Any]) -> "Batch":
        """Some of the subjects: a slice, places or a mask of length n."""
        return Batch(**{name: values[rows] for name, values in vars(self).items()})


def batch_of(scheme: Scheme, inputs: Sequence[RatingInputs]) -> Batch:
    """The array form of a list of inputs. Raises InputsError, with every fault, if any can't be rated."""
    lines = []
    for place, one in enumerate(inputs):
        which = f"Subject {place}: " if len(inputs) > 1 else ""
        lines += [which + line for line in check_inputs(scheme, one)]
    if lines:
        raise InputsError(lines)
    scores = np.zeros((len(inputs), len(scheme.criteria), 3), dtype=np.int8)
    for place, one in enumerate(inputs):
        scores[place] = score_arrays(scheme, one.scores)
    evidence = np.array(
        [(i.evidence.claimed, i.evidence.verified, i.evidence.independent, i.evidence.gaps) for i in inputs],
        dtype=np.int64,
    ).reshape(-1, 4)
    return Batch(
        subject_type=np.array([SUBJECT_TYPES.index(i.subject_type) for i in inputs], dtype=np.int8),
        scores=scores,
        claimed=evidence[:, 0],
        verified=evidence[:, 1],
        independent=evidence[:, 2],
        gaps=evidence[:, 3],
        months=np.array([i.months_since_decision for i in inputs], dtype=np.float64),
        decided_on=np.array([i.decided_on for i in inputs], dtype="datetime64[D]"),
        unverified_impact_claim=np.array([i.unverified_impact_claim for i in inputs], dtype=bool),
        finding_upheld=np.array([i.finding_upheld for i in inputs], dtype=bool),
    )


def check_batch(scheme: Scheme, batch: Batch) -> None:
    """Raise InputsError, naming the first subject of each kind of fault, unless every subject can be rated."""
    faults = batch_faults(scheme, batch)
    if faults:
        raise InputsError([f"Subject {int(np.argmax(rows))} {what}." for what, rows in faults.items()])


def batch_faults(scheme: Scheme, batch: Batch) -> dict[str, Bools]:
    """What is wrong with a batch: each kind of fault there is, in words, with a mask of the subjects.

    The same rules as `check_inputs`, for arrays that were not made from RatingInputs. Scores of a criterion
    that doesn't apply to the subject type are a fault too: dropped in silence, they would hide a mistake.
    Raises InputsError for arrays that don't belong together.
    """
    n, c = len(batch), len(scheme.criteria)
    if batch.scores.shape != (n, c, 3):
        raise InputsError([f"The scores have the shape {batch.scores.shape}; {(n, c, 3)} is needed."])
    for name, values in vars(batch).items():
        if name != "scores" and values.shape != (n,):
            raise InputsError([f"{name} has the shape {values.shape}; {(n,)} is needed."])
    if n and not (batch.subject_type.min() >= 0 and batch.subject_type.max() < len(SUBJECT_TYPES)):
        raise InputsError([f"A subject type is outside 0 to {len(SUBJECT_TYPES) - 1}."])
    known = tables(scheme)
    applies, essential = known.applies[batch.subject_type], known.essential[batch.subject_type]
    scores, items = batch.scores, batch.claimed - batch.gaps
    absent = scores == NOT_APPLICABLE_CODE
    numbers = (scores[..., 0] > 0) & (scores[..., 1] > 0)
    faults = {
        "is of a type that no criterion applies to": ~applies.any(axis=1),
        "has a score outside -1 to 4": ((scores < NOT_APPLICABLE_CODE) | (scores > HIGHEST)).any(axis=(1, 2)),
        "has a score of a criterion that doesn't apply": (
            (scores != MISSING_CODE).any(axis=2) & ~applies
        ).any(axis=1),
        "has an essential criterion as not applicable": (absent.any(axis=2) & essential).any(axis=1),
        "has a third score “not applicable” where both blind ones are numbers": (
            absent[..., 2] & numbers
        ).any(axis=1),
        "has a negative count": (np.minimum.reduce([batch.verified, batch.independent, batch.gaps]) < 0)
        | ~(batch.months >= 0),
        "has more verified or independent evidence items than there are": np.maximum(
            batch.verified, batch.independent
        )
        > items,
    }
    return {what: rows for what, rows in faults.items() if rows.any()}
