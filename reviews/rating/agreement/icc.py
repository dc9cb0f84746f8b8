"""Intraclass correlations of a complete table (P. E. Shrout and J. L. Fleiss, Psychological Bulletin 86, 1979)."""

from dataclasses import asdict, dataclass

from reviews.rating.agreement.scores import Floats


@dataclass(frozen=True)
class Icc:
    """(1,1) (2,1) (3,1) for one rater's score, (1,k) (2,k) (3,k) for the mean of all k. None where undefined."""

    icc1: float | None
    icc2: float | None
    icc3: float | None
    icc1k: float | None
    icc2k: float | None
    icc3k: float | None

    def to_dict(self) -> dict[str, float | None]:
        return asdict(self)


def icc(table: Floats) -> Icc | None:
    """The six coefficients of n units by k raters without a gap; None for fewer than two units or raters.

    A coefficient is None where its denominator is nothing, as when all scores are the same.
    """
    n, k = table.shape
    if n < 2 or k < 2:
        return None
    mean = table.mean()
    between = k * float(((table.mean(axis=1) - mean) ** 2).sum()) / (n - 1)
    judges = n * float(((table.mean(axis=0) - mean) ** 2).sum()) / (k - 1)
    within = float(((table - table.mean(axis=1, keepdims=True)) ** 2).sum()) / (n * (k - 1))
    residual = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0, keepdims=True) + mean
    error = float((residual**2).sum()) / ((n - 1) * (k - 1))
    # Sums of squares of equal numbers come out as noise, not as nothing.
    noise = 1e-12 * max(1.0, float((table**2).mean()))
    between, judges, within, error = (
        0.0 if square <= noise else square for square in (between, judges, within, error)
    )

    def ratio(part: float, whole: float) -> float | None:
        return None if abs(whole) <= noise else part / whole

    return Icc(
        icc1=ratio(between - within, between + (k - 1) * within),
        icc2=ratio(between - error, between + (k - 1) * error + k * (judges - error) / n),
        icc3=ratio(between - error, between + (k - 1) * error),
        icc1k=ratio(between - within, between),
        icc2k=ratio(between - error, between + (judges - error) / n),
        icc3k=ratio(between - error, between),
    )
