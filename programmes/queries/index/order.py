"""A page out of an order, without putting everything in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

Key = Callable[[np.ndarray], np.ndarray]
"""From row numbers to their values in an order, lowest first; no nan."""
FEW = 2048


def window(rows: np.ndarray, keys: Sequence[Key], start: int, stop: int) -> np.ndarray:
    """The rows at places `start` to `stop` (left out) when put in order by the first key, ties by the next
    and so on. Only what is near the page is sorted: the time grows with the number of rows, not with the page.
    """
    stop = min(stop, len(rows))
    if start >= stop:
        return rows[:0]
    if len(rows) <= FEW or not keys:
        if not keys:
            return rows[start:stop]
        return rows[np.lexsort([key(rows) for key in reversed(keys)])][start:stop]
    values = keys[0](rows)
    low, high = np.partition(values, (start, stop - 1))[[start, stop - 1]]
    before = int(np.count_nonzero(values < low))
    start, stop = start - before, stop - before
    if low == high:
        return window(rows[values == low], keys[1:], start, stop)
    first, last = rows[values == low], rows[values == high]
    between = rows[(values > low) & (values < high)]
    left = stop - len(first) - len(between)
    return np.concatenate(
        [
            window(first, keys[1:], start, len(first)),
            window(between, keys, 0, len(between)),
            window(last, keys[1:], 0, left),
        ]
    )
