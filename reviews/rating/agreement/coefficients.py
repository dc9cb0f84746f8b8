"""Coefficients of agreement from counts. Nothing here returns a nan: what is undefined is None.

Sources: K. Krippendorff, Content Analysis (2004), section 11.3 (alpha); K. L. Gwet, British Journal of Mathematical
and Statistical Psychology 61 (2008) and Handbook of Inter-Rater Reliability (2014), chapters 4 and 5 (AC1, AC2 and
their variance, Fleiss' kappa with missing scores).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from reviews.rating.agreement.scores import Counts, Floats
from reviews.rating.agreement.student import t_quantile

Metric = Literal["nominal", "ordinal", "interval", "ratio"]
Weights = Literal["identity", "linear", "quadratic"]

# Adjacent scores are at most this far apart: equal ones are adjacent too.
ADJACENT = 1.0
_NOISE = 1e-12


@dataclass(frozen=True)
class Pairs:
    """Every two scores of the same unit: how many, and the shares that are equal and at most 1 apart."""

    n: int
    exact: float
    adjacent: float


@dataclass(frozen=True)
class Estimate:
    """A coefficient with its standard error and 95 % interval; None where it can't be worked out."""

    value: float | None
    se: float | None
    low: float | None
    high: float | None

    def to_dict(self) -> dict[str, float | None]:
        return {"value": self.value, "se": self.se, "low": self.low, "high": self.high}


def pairs(counts: Counts) -> Pairs | None:
    """Exact and adjacent agreement over all pairs of scores of a unit, each pair counting the same."""
    total = float((counts.times * counts.raters * (counts.raters - 1)).sum()) / 2
    if total == 0:
        return None
    together = _coincidences(counts, np.full(len(counts.times), 0.5))
    near = np.abs(np.subtract.outer(counts.levels, counts.levels)) <= ADJACENT + _NOISE
    exact = float(np.trace(together))
    return Pairs(round(total), _share(exact / total), _share(float(together[near].sum()) / total))


def wilson(share: float, n: int) -> tuple[float, float]:
    """The 95 % interval of a share of n pairs (E. B. Wilson, Journal of the American Statistical Association 22, 1927).

    It stays within 0 and 1, also where all or none agree.
    """
    z = 1.959963984540054
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    return max(0.0, middle - reach), min(1.0, middle + reach)


def alpha(counts: Counts, metric: Metric) -> float | None:
    """Krippendorff's alpha. None where all scores are the same: then nothing can be expected to disagree.

    ordinal distances lie between the ranks of the scores that are paired; ratio needs scores of one sign.
    """
    shared = counts.raters >= 2
    counts = Counts(counts.levels, counts.rows[shared], counts.times[shared])
    if not shared.any():
        return None
    together = _coincidences(counts, 1 / (counts.raters - 1))
    margin = together.sum(axis=1)
    distance = _distances(counts.levels, margin, metric)
    expected = float(margin @ distance @ margin) / float(margin.sum() - 1)
    if expected <= _NOISE:
        return None
    return 1 - float((together * distance).sum()) / expected


def gwet(counts: Counts, weights: Weights = "identity") -> Estimate:
    """Gwet's AC1 (identity weights) or AC2, with the standard error over units and the t interval.

    Where only one level is in use everyone agrees, and nothing is by chance: 1.
    """
    rows, times = counts.rows[counts.raters > 0], counts.times[counts.raters > 0]
    raters, n, q = rows.sum(axis=1), float(times.sum()), len(counts.levels)
    several = raters >= 2
    n_several = float(times[several].sum())
    if n_several == 0:
        return Estimate(None, None, None, None)
    if q == 1:
        return Estimate(1.0, 0.0, 1.0, 1.0)
    weight = _weights(counts.levels, weights)
    agreed = (rows * (rows @ weight - 1)).sum(axis=1) / np.where(several, raters * (raters - 1), 1)
    observed = float((times * np.where(several, agreed, 0.0)).sum()) / n_several
    share = (times @ (rows / raters[:, None])) / n
    factor = float(weight.sum()) / (q * (q - 1))
    chance = factor * float((share * (1 - share)).sum())
    value = (observed - chance) / (1 - chance)
    if n < 2:
        return Estimate(_share(value, low=-1), None, None, None)
    unit_chance = factor * (rows @ (1 - share)) / raters
    unit = (n / n_several) * np.where(several, agreed - chance, 0.0) / (1 - chance)
    unit -= 2 * (1 - value) * (unit_chance - chance) / (1 - chance)
    se = float(np.sqrt((times * (unit - value) ** 2).sum() / (n * (n - 1))))
    se = 0.0 if se < _NOISE else se
    reach = t_quantile(round(n) - 1) * se
    value = _share(value, low=-1)
    return Estimate(value, se, max(-1.0, value - reach), min(1.0, value + reach))


def fleiss_kappa(counts: Counts) -> float | None:
    """Fleiss' kappa, as Gwet extends it to missing scores; None where all scores are the same."""
    rows, times = counts.rows[counts.raters > 0], counts.times[counts.raters > 0]
    raters = rows.sum(axis=1)
    several = raters >= 2
    if not several.any():
        return None
    agreed = (rows * (rows - 1)).sum(axis=1)[several] / (raters * (raters - 1))[several]
    observed = float((times[several] * agreed).sum() / times[several].sum())
    share = (times @ (rows / raters[:, None])) / times.sum()
    chance = float((share**2).sum())
    return None if 1 - chance <= _NOISE else _share((observed - chance) / (1 - chance), low=-1)


def _coincidences(counts: Counts, factor: Floats) -> Floats:
    """q x q: how often two scores of a unit are these two, each unit's ordered pairs times `factor`."""
    scale = counts.times * factor
    together = (counts.rows * scale[:, None]).T @ counts.rows
    together[np.diag_indices_from(together)] -= scale @ counts.rows
    return together


def _distances(levels: Floats, margin: Floats, metric: Metric) -> Floats:
    """Squared distances between levels (Krippendorff 2004, equations 6 to 9)."""
    difference = np.subtract.outer(levels, levels)
    if metric == "nominal":
        return (difference != 0).astype(np.float64)
    if metric == "interval":
        return difference**2
    if metric == "ratio":
        total = np.add.outer(levels, levels)
        return np.divide(difference, total, out=np.zeros_like(difference), where=total != 0) ** 2
    # Between two levels lie all scores in between, and half of those at either.
    rank = np.cumsum(margin) - margin / 2
    return np.subtract.outer(rank, rank) ** 2


def _weights(levels: Floats, weights: Weights) -> Floats:
    if weights == "identity":
        return np.eye(len(levels))
    apart = np.abs(np.subtract.outer(levels, levels)) / (levels[-1] - levels[0])
    return 1 - (apart if weights == "linear" else apart**2)


def _share(value: float, low: float = 0.0) -> float:
    """What floating point adds beyond the ends of a share is taken away again."""
    return min(1.0, max(low, value))
