"""Sets of rows as packed bits: one bit a row in 64-bit words, so that "and" and counting touch little memory."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

Bits = np.ndarray
"""uint64, one bit a row; row r is bit r % 64 of word r // 64."""


def words_for(rows: int) -> int:
    """How many 64-bit words hold a bit for each of `rows` rows."""
    return -(-rows // 64)


def empty(words: int) -> Bits:
    return np.zeros(words, dtype=np.uint64)


def pack(flags: np.ndarray, words: int) -> Bits:
    """From one boolean a row; rows beyond the flags are not in the set."""
    packed = np.zeros(words * 8, dtype=np.uint8)
    some = np.packbits(flags, bitorder="little")
    packed[: len(some)] = some
    return packed.view(np.uint64)


def of_rows(rows: np.ndarray, words: int) -> Bits:
    """The set of these row numbers."""
    if len(rows) < words:
        packed = empty(words)
        np.bitwise_or.at(packed, rows >> 6, np.uint64(1) << (rows & 63).astype(np.uint64))
        return packed
    flags = np.zeros(words * 64, dtype=bool)
    flags[rows] = True
    return pack(flags, words)


def rows_of(bits: Bits) -> np.ndarray:
    """The row numbers of a set, ascending (int64)."""
    return np.flatnonzero(np.unpackbits(bits.view(np.uint8), bitorder="little"))


def count(bits: Bits) -> int:
    return int(np.bitwise_count(bits).sum(dtype=np.int64))


def all_of(sets: Iterable[Bits], everything: Bits) -> Bits:
    """Rows that are in `everything` and in each of the sets; a new array."""
    found = everything.copy()
    for one in sets:
        found &= one
    return found


class Matrix:
    """Some sets over the same rows, one a row of a matrix, counted together and changed in a few rows."""

    # Working memory of a count: small enough for the processor's cache.
    _BLOCK = 1 << 19

    def __init__(self, sets: int, words: int) -> None:
        self.bits = np.zeros((sets, words), dtype=np.uint64)

    def counts(self, within: Bits) -> np.ndarray:
        """How many rows of `within` are in each set (int64)."""
        sets, words = self.bits.shape
        totals = np.zeros(sets, dtype=np.int64)
        if not words:
            return totals
        step = max(1, self._BLOCK // (words * 8))
        for start in range(0, sets, step):
            block = np.bitwise_count(self.bits[start : start + step] & within)
            totals[start : start + step] = block.sum(axis=1, dtype=np.int64)
        return totals

    def resize(self, sets: int, words: int) -> None:
        """Room for more sets or rows."""
        old_sets, old_words = self.bits.shape
        if sets > old_sets or words > old_words:
            bits = np.zeros((max(sets, old_sets), max(words, old_words)), dtype=np.uint64)
            bits[:old_sets, :old_words] = self.bits
            self.bits = bits

    def clear(self, rows: np.ndarray) -> None:
        """Take rows (each once) out of every set."""
        for word, mask in _by_word(rows):
            self.bits[:, word] &= ~mask

    def add(self, number: int, rows: np.ndarray) -> None:
        """Put rows (each once) into one set."""
        for word, mask in _by_word(rows):
            self.bits[number, word] |= mask


def _by_word(rows: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """The 64-bit words that rows are in, each once, with a mask of the rows in it."""
    if not len(rows):
        return []
    masks = np.uint64(1) << (rows & 63).astype(np.uint64)
    words, which = np.unique(rows >> 6, return_inverse=True)
    together = np.zeros(len(words), dtype=np.uint64)
    np.bitwise_or.at(together, which, masks)
    return [(words, together)]
