"""Which rows hold which words, and how prominently: in the title (3), in names and labels (2), elsewhere (1).

Taken from the database's own text vectors, so the words are the same. Kept as segments that never change,
one for each part of the catalogue that was read; rows that changed since are kept beside them and hide what
the segments say of these rows.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from sys import intern

import numpy as np

from programmes.queries.index.bits import Bits, empty, of_rows, pack, words_for
from programmes.queries.index.tsquery import And, Node, Not, Other, Word

STEPS = (1, 2, 3)
Found = tuple[Bits, Bits, Bits]
"""Rows that match anywhere, in title or labels, in the title: each a part of the one before (but for "not")."""
_LAST = "\U0010ffff"


class Segment:
    """The words of some rows: `postings[starts[i]:starts[i + 1]]` are those of the i-th word, 4 * row + step."""

    def __init__(self, found: Mapping[str, np.ndarray], first_row: int) -> None:
        """found: by word, 4 * (row - first_row) + step."""
        self.lexemes = [intern(word) for word in sorted(found)]
        parts = [found[word] for word in self.lexemes]
        self.starts = np.zeros(len(parts) + 1, dtype=np.int64)
        np.cumsum([len(part) for part in parts], out=self.starts[1:])
        joined = np.concatenate(parts) if parts else np.zeros(0)
        self.postings = (joined.astype(np.int64) + 4 * first_row).astype(np.uint32)

    def of(self, word: Word) -> np.ndarray:
        """Postings of a word, or of all words that begin with it."""
        begin = bisect_left(self.lexemes, word.text)
        if word.prefix:
            end = bisect_left(self.lexemes, word.text + _LAST, begin)
        else:
            end = begin + (begin < len(self.lexemes) and self.lexemes[begin] == word.text)
        return self.postings[self.starts[begin] : self.starts[end]]


class Words:
    """All segments, and the rows that changed since they were made."""

    # Sets of rows that were worked out lately, by part of a query; three sets each.
    _KEPT = 48

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self.rows = 0
        self._fresh: dict[int, dict[str, int]] = {}
        self._rows_with: dict[str, dict[int, int]] = {}
        self._hidden = empty(0)
        self._kept: OrderedDict[Node, Found] = OrderedDict()

    @property
    def changed(self) -> int:
        """How many rows are kept beside the segments."""
        return len(self._fresh)

    def resize(self, rows: int) -> None:
        self.rows = rows
        longer = empty(words_for(rows))
        longer[: len(self._hidden)] = self._hidden
        self._hidden = longer
        self._kept.clear()

    def set(self, words: Mapping[int, Mapping[str, int]]) -> None:
        """Change the words of some rows: by row, the step of each word."""
        self._kept.clear()
        for row, steps in words.items():
            for lexeme in self._fresh.get(row, ()):
                self._rows_with[lexeme].pop(row, None)
            self._fresh[row] = dict(steps)
            for lexeme, step in steps.items():
                self._rows_with.setdefault(intern(lexeme), {})[row] = step
        self._hidden |= of_rows(np.fromiter(words, dtype=np.int64, count=len(words)), len(self._hidden))

    def find(self, node: Node | None, ask: Callable[[str], Iterable[np.ndarray]]) -> Found:
        """The rows that match, for each step. `ask` has the database answer what only it can: given a text
        query, the row numbers for each step.
        """
        nothing = empty(words_for(self.rows))
        if node is None:
            return nothing, nothing, nothing
        kept = self._kept.pop(node, None)
        if kept is None:
            kept = self._work_out(node, ask)
        self._kept[node] = kept
        if len(self._kept) > self._KEPT:
            self._kept.popitem(last=False)
        return kept

    def _work_out(self, node: Node, ask: Callable[[str], Iterable[np.ndarray]]) -> Found:
        if isinstance(node, Word):
            return self._word(node)
        if isinstance(node, Other):
            one, two, three = (of_rows(rows, words_for(self.rows)) for rows in ask(node.text))
            return one, two, three
        if isinstance(node, Not):
            one, two, three = self.find(node.part, ask)
            return ~one, ~two, ~three
        join = np.bitwise_and if isinstance(node, And) else np.bitwise_or
        parts = [self.find(part, ask) for part in node.parts]
        one, two, three = parts[0]
        for other in parts[1:]:
            one, two, three = join(one, other[0]), join(two, other[1]), join(three, other[2])
        return one, two, three

    def _word(self, word: Word) -> Found:
        found = [part for segment in self.segments if len(part := segment.of(word))]
        postings = np.concatenate(found) if found else np.zeros(0, dtype=np.uint32)
        rows, steps = (postings >> 2).astype(np.int64), postings & 3
        beside = self._beside(word)
        sets = []
        for step in STEPS:
            flags = np.zeros(len(self._hidden) * 64, dtype=bool)
            flags[rows if step == 1 else rows[steps >= step]] = True
            bits = pack(flags, len(self._hidden)) & ~self._hidden
            if beside:
                fresh = np.array([row for row, most in beside.items() if most >= step], dtype=np.int64)
                bits |= of_rows(fresh, len(bits))
            sets.append(bits)
        return sets[0], sets[1], sets[2]

    def _beside(self, word: Word) -> Mapping[int, int]:
        """What the rows that changed say: by row, the highest step."""
        if not word.prefix:
            return self._rows_with.get(word.text, {})
        highest: dict[int, int] = {}
        for lexeme, rows in self._rows_with.items():
            if lexeme.startswith(word.text):
                for row, step in rows.items():
                    highest[row] = max(step, highest.get(row, 0))
        return highest

    @property
    def bytes(self) -> int:
        held = sum(one.postings.nbytes + one.starts.nbytes + 70 * len(one.lexemes) for one in self.segments)
        return held + sum(bits.nbytes for found in self._kept.values() for bits in found)
