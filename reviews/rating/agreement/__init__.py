"""Agreement between raters who scored the same units independently (docs/statistics.md; numpy only, no Django).

found = agreement(scores_of(units, raters, values))       # one report, as `manage.py agreement` prints it
gwet(Counts(levels, rows, times), weights="linear")       # one coefficient, from counts
"""

from reviews.rating.agreement.coefficients import Estimate, alpha, fleiss_kappa, gwet, pairs, wilson
from reviews.rating.agreement.icc import Icc, icc
from reviews.rating.agreement.report import LEVELS_OF_MEASUREMENT, Agreement, agreement
from reviews.rating.agreement.scores import Counts, Scores, scores_of

__all__ = [
    "LEVELS_OF_MEASUREMENT",
    "Agreement",
    "Counts",
    "Estimate",
    "Icc",
    "Scores",
    "agreement",
    "alpha",
    "fleiss_kappa",
    "gwet",
    "icc",
    "pairs",
    "scores_of",
    "wilson",
]
