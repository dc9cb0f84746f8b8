"""Student's t, for the width of an interval; numpy has no distributions."""

import math
from functools import lru_cache

_STEPS = 300
_TINY = 1e-300


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function (Lentz's method; DLMF 8.17.22)."""
    c, d = 1.0, 1.0 / max(1.0 - (a + b) * x / (a + 1.0), _TINY)
    value = d
    for m in range(1, _STEPS):
        for factor in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 + factor * d
            d = 1.0 / (d if abs(d) > _TINY else _TINY)
            c = 1.0 + factor / c
            c = c if abs(c) > _TINY else _TINY
            value *= c * d
        if abs(c * d - 1.0) < 1e-15:
            break
    return value


def _beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function (DLMF 8.17.2), by the faster of its two fractions."""
    front = math.exp(
        math.lgamma(a + b)
        - math.lgamma(a)
        - math.lgamma(b)
        + a * math.log(max(x, _TINY))
        + b * math.log(max(1 - x, _TINY))
    )
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1 - front * _fraction(b, a, 1 - x) / b


@lru_cache(maxsize=4096)
def t_quantile(degrees: int, share: float = 0.975) -> float:
    """The t that a Student variable with so many degrees of freedom (1 or more) stays below with this probability."""
    low, high = 0.0, 1e3
    for _ in range(100):
        middle = (low + high) / 2
        below = 1 - 0.5 * _beta(degrees / 2, 0.5, degrees / (degrees + middle * middle))
        low, high = (middle, high) if below < share else (low, middle)
    return (low + high) / 2
