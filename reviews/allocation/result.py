"""What the allocation came to, with what speaks for each choice and what stood against each gap."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Seat:
    """An assessor in a file.

    fit         of this assessor, 0 to 1
    better      how many others who could have been seated fit better
    candidates  how many could have been seated, this one among them
    load        files on their desk with this run, this one among them
    met         files they had before with the other assessor of this file
    joins       the seat was asked for to keep the design connected
    """

    file: int
    assessor: int
    fit: float
    better: int
    candidates: int
    load: int
    met: int
    joins: bool = False


class GapReason(StrEnum):
    """What stood against a file's seats."""

    NOBODY = "nobody"  # too few may take it
    FULL = "full"  # enough may, but too few have room
    TOGETHER = "together"  # those with room have met too often


@dataclass(frozen=True)
class Gap:
    """A file left without its seats. `may`: assessors who may take it; `free`: those of them with room left."""

    file: int
    reason: GapReason
    may: int
    free: int


@dataclass(frozen=True)
class Allocation:
    """
    limit   files that a pair may have together
    groups  sets of assessors, without the largest, whose scores can't be compared with the others' after this run
    """

    seats: tuple[Seat, ...]
    gaps: tuple[Gap, ...]
    limit: int
    groups: tuple[tuple[int, ...], ...] = ()

    def of(self, file: int) -> list[int]:
        """The assessors seated in a file."""
        return [seat.assessor for seat in self.seats if seat.file == file]
