"""All statistics of agreement of one set of scores, as `manage.py agreement` prints them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reviews.rating.agreement.coefficients import (
    Estimate,
    Pairs,
    alpha,
    fleiss_kappa,
    gwet,
    pairs,
)
from reviews.rating.agreement.icc import Icc, icc
from reviews.rating.agreement.scores import Scores

LEVELS_OF_MEASUREMENT = ("nominal", "ordinal", "interval")
_NONE = Estimate(None, None, None, None)


@dataclass(frozen=True)
class Agreement:
    """The statistics of RATING section 7; None stands for what the scores don't define."""

    n_units: int
    n_raters: int
    n_scores: int
    pairs: Pairs
    alpha: dict[str, float | None]
    ac1: Estimate
    ac2_linear: Estimate
    ac2_quadratic: Estimate
    fleiss_kappa: float | None
    icc: Icc | None
    nominal: bool = False

    def to_dict(self) -> dict[str, Any]:
        return {
            "n_units": self.n_units,
            "n_raters": self.n_raters,
            "n_scores": self.n_scores,
            "n_pairs": self.pairs.n,
            "exact": self.pairs.exact,
            "adjacent": None if self.nominal else self.pairs.adjacent,
            "alpha": self.alpha,
            "ac1": self.ac1.to_dict(),
            "ac2_linear": self.ac2_linear.to_dict(),
            "ac2_quadratic": self.ac2_quadratic.to_dict(),
            "fleiss_kappa": self.fleiss_kappa,
            "icc": self.icc.to_dict() if self.icc else None,
        }


def agreement(scores: Scores, *, level: str = "ordinal", levels: Sequence[float] | None = None) -> Agreement:
    """All statistics of a set of scores.

    level: what the numbers mean. "nominal": only names, so what needs their order or distance is None.
    levels: the whole scale, where not every level need occur; else the levels that do.

    Raises BadScore for a score outside `levels`, and NothingShared (from `scores_of`) before it comes to this.
    """
    counts = scores.counts(levels)
    shared = pairs(counts)
    if shared is None:
        raise ValueError("Scores without a pair: scores_of refuses them.")
    table = scores.matrix()
    nominal = level == "nominal"
    return Agreement(
        n_units=len(scores.units),
        n_raters=len(scores.raters),
        n_scores=len(scores.value),
        pairs=shared,
        alpha={
            "nominal": alpha(counts, "nominal"),
            "ordinal": None if nominal else alpha(counts, "ordinal"),
            "interval": None if nominal else alpha(counts, "interval"),
        },
        ac1=gwet(counts),
        ac2_linear=_NONE if nominal else gwet(counts, "linear"),
        ac2_quadratic=_NONE if nominal else gwet(counts, "quadratic"),
        fleiss_kappa=fleiss_kappa(counts),
        icc=icc(table) if table is not None and not nominal else None,
        nominal=nominal,
    )
