"""Numbers and lists as people read them (docs/rating.md, section 3)."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

_NOISE = Decimal("1e-9")


def display(value: float, places: int = 2) -> str:
    """A value rounded half up to so many decimals: 2.345 is "2.35", 3 is "3.00".

    What floating point adds or loses below 1e-9 is taken away first: a mean that is 2.345 may be held as
    2.3449999999999998, and is still shown as 2.35.
    """
    without_noise = Decimal(value).quantize(_NOISE, ROUND_HALF_EVEN)
    return str(without_noise.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def display_pair(value: float, threshold: float, passed: bool, places: int = 2) -> tuple[str, str]:
    """A value and its threshold with enough decimals to see why the gate was passed or failed.

    At least `places`; more where the threshold has more, or where rounding would show 2.746 as the 2.75 that
    it failed to reach.
    """
    for enough in range(places, 10):
        shown, limit = display(value, enough), display(threshold, enough)
        if Decimal(limit) == Decimal(threshold).quantize(_NOISE) and (passed or shown != limit):
            break
    return shown, limit


def plain(value: float) -> str:
    """A number as short as it is exact: 3, 2.5, 21.25."""
    return f"{value:.10g}"


def joined(items: Sequence[str]) -> str:
    """One, two and three."""
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))


def counted(number: int, noun: str) -> str:
    """1 gate, 2 gates; criterion has its own plural."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {'criteria' if noun == 'criterion' else noun + 's'}"
