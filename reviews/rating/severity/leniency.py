"""What the severity of its assessors did to a score: the difference to assessors of mean severity."""

from collections.abc import Collection, Hashable, Sequence

import numpy as np

from reviews.rating.agreement.scores import Floats
from reviews.rating.severity.design import FACETS
from reviews.rating.severity.estimate import probabilities
from reviews.rating.severity.report import Severity

# Fewer scores than this say too little of an assessor (RATING section 8).
ENOUGH_SCORES = 30
_CHUNK = 200_000


def well_known(found: Severity, enough: int = ENOUGH_SCORES) -> set[str]:
    """Assessors with a measure and so many connected scores or more."""
    return {
        element.label
        for element in found.facets["assessor"]
        if element.measure is not None and element.count >= enough
    }


def shifts(
    found: Severity,
    subjects: Sequence[Hashable],
    assessors: Sequence[Hashable],
    criteria: Sequence[Hashable],
    counted: Collection[str],
) -> Floats:
    """By how much each score would be expected to differ had an assessor of mean severity given it.

    Positive where the assessor is more severe than the mean. 0 for an assessor not in `counted` (see `well_known`), and
    where the subject or the criterion has no measure. Labels are those the model was estimated with.
    """
    known = [
        {element.label: element.measure for element in found.facets[facet] if element.measure is not None}
        for facet in FACETS
    ]
    subject, assessor, criterion = (
        np.fromiter(
            (measures.get(str(label), np.nan) for label in labels), dtype=np.float64, count=len(labels)
        )
        for measures, labels in zip(known, (subjects, assessors, criteria), strict=True)
    )
    mean = np.mean(list(known[1].values())) if known[1] else 0.0
    wanted = np.fromiter(
        (str(label) in counted for label in assessors), dtype=bool, count=len(assessors)
    ) & np.isfinite(subject + assessor + criterion)
    levels, steps = np.array(found.levels, dtype=np.float64), np.array(found.steps)
    shift = np.zeros(len(wanted))
    rows = np.flatnonzero(wanted)
    for start in range(0, len(rows), _CHUNK):
        part = rows[start : start + _CHUNK]
        rest = subject[part] - criterion[part]
        fair = probabilities(rest - mean, steps) @ levels
        shift[part] = fair - probabilities(rest - assessor[part], steps) @ levels
    return shift
