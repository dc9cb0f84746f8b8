"""An order that favours nobody: entries shuffled by a seed. One definition for the database and the index.

The key of an entry is its primary key mixed by multiplications modulo the prime 2^31 - 1 and by folding the
upper bits into the lower ones, with factors drawn from the seed. Both sides can do that in 64-bit integers; a
hash such as MD5 can't be had for a million rows at once outside the database.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import BigIntegerField, F, Func

PRIME = 2**31 - 1


@dataclass(frozen=True)
class Shuffle:
    """The shuffle of one seed. Keys are below 2^31; the few that tie are told apart by primary key."""

    seed: str

    @property
    def factors(self) -> tuple[int, int, int]:
        digest = hashlib.sha256(self.seed.encode()).digest()
        first, add, second = (int.from_bytes(digest[i : i + 4], "big") for i in (0, 4, 8))
        # Factors near zero would mix little.
        return first % (PRIME >> 1) + (PRIME >> 1), add % PRIME, second % (PRIME >> 1) + (PRIME >> 1)

    def of(self, ids: np.ndarray) -> np.ndarray:
        """Keys of primary keys (both int64)."""
        first, add, second = self.factors
        keys = (ids % PRIME * first + add) % PRIME
        keys = (keys ^ (keys >> 15)) * second % PRIME
        return keys ^ (keys >> 13)

    def expression(self) -> Func:
        """The same in SQL."""
        first, add, second = self.factors
        mixed = f"mod(mod(%(expressions)s, {PRIME}) * {first} + {add}, {PRIME})"
        folded = f"mod(({mixed} # ({mixed} >> 15)) * {second}, {PRIME})"
        return _Key(F("pk"), template=f"({folded} # ({folded} >> 13))")


class _Key(Func):
    output_field: Any = BigIntegerField()
