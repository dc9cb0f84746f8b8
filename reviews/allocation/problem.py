"""What the allocation is worked out from: F files and A assessors, in the order of their rows and columns."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Shares = NDArray[np.float64]

# Blind assessors a file.
SEATS = 2
# However few files there are, two people may meet so often.
_MEETINGS = 3


@dataclass(frozen=True)
class Problem:
    """
    need      (F,) seats to fill: 2, or 1 where the other one is held; the file that waits longest comes first
    blocked   (F, A) may not be seated there: conflict, pause, not released, a part already
    holds     (F, A) has a seat there that stands; it is never moved
    fit       (F, A) how well the expertise matches, 0 to 1
    room      (A,) files an assessor can still take this month
    load      (A,) files on their desk now
    capacity  (A,) files a month, at least 1
    met       (A, A) files two assessors had together in the look-back, symmetric; those held now are in it
    linked    (A, A) whether two assessors ever scored the same file, symmetric
    seed      decides between equals
    """

    need: Numbers
    blocked: Flags
    holds: Flags
    fit: Shares
    room: Numbers
    load: Numbers
    capacity: Numbers
    met: Numbers
    linked: Flags
    seed: int = 0

    def __post_init__(self) -> None:
        files, assessors = self.blocked.shape
        shapes = {
            "need": (files,), "holds": (files, assessors), "fit": (files, assessors),
            "room": (assessors,), "load": (assessors,), "capacity": (assessors,),
            "met": (assessors, assessors), "linked": (assessors, assessors),
        }  # fmt: skip
        for name, shape in shapes.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} has the shape {getattr(self, name).shape} instead of {shape}")
        if files and (self.need < 1).any() | (self.need + self.holds.sum(axis=1) > SEATS).any():
            raise ValueError(f"every file needs at least one seat, and has {SEATS} with those that are held")
        if (self.holds & ~self.blocked).any():
            raise ValueError("whoever holds a seat can't be seated in the same file again")

    @property
    def files(self) -> int:
        return self.blocked.shape[0]

    @property
    def assessors(self) -> int:
        return self.blocked.shape[1]

    @property
    def open_to(self) -> Flags:
        """(F, A) who could be seated where, seen one by one."""
        return ~self.blocked & (self.room > 0)[None, :]


def pair_limit(problem: Problem) -> int:
    """How many files two assessors may have together in the look-back: twice an even spread, and at least three.

    With two assessors there is one pair and it takes everything; with many nobody meets the same person all the time.
    """
    takes_part = (problem.room > 0) | (problem.met.sum(axis=1) > 0)
    people = int(takes_part.sum())
    pairs = people * (people - 1) // 2
    meetings = int(np.triu(problem.met, 1).sum()) + problem.files
    return max(_MEETINGS, ceil(2 * meetings / pairs)) if pairs else _MEETINGS
