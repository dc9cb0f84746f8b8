"""What synthetic rows are drawn from: dice that fall the same every time, uneven choices, and words."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import numpy as np

SEED = 20261124
PREFIX = "synthetic-"
"""How the address of everything synthetic begins."""
NAMESPACE = uuid.UUID("7d1c9a52-59e4-4a5e-9d0b-0a3f7c1f2b60")
MADE_UP = "Made up to measure with."


def dice_for(*what: int) -> np.random.RandomState:
    """Its stream is frozen for good; that of numpy's newer generators may change."""
    return np.random.RandomState([SEED, *what])


def uneven(number: int, steepness: float = 0.8) -> np.ndarray:
    """Shares of `number` choices, the first the greatest (a power law), summing to 1."""
    weights = 1.0 / np.arange(1, number + 1) ** steepness
    return weights / weights.sum()


def one_of(dice: np.random.RandomState, choices: Sequence[str], size: int) -> list[str]:
    picked = dice.choice(len(choices), size, p=uneven(len(choices)))
    return [choices[i] for i in picked]


def several_of(dice: np.random.RandomState, choices: Sequence[str], most: int, size: int) -> list[list[str]]:
    """One to `most` different choices for each of `size`."""
    picked = dice.choice(len(choices), (size, most), p=uneven(len(choices)))
    wanted = dice.randint(1, most + 1, size)
    return [
        sorted({choices[i] for i in row[:count]}) for row, count in zip(picked.tolist(), wanted, strict=True)
    ]


def values_of(choices: Any) -> list[str]:
    return [str(value) for value in choices.values]


def _vocabulary() -> list[str]:
    """Some two thousand words, so that texts hold common and rare ones."""
    parts = [
        "lead", "teach", "coach", "read", "learn", "school", "assess", "govern", "plan", "mentor", "phon", "num",
        "rec", "fin", "trust", "cur", "prim", "second", "incl", "beh", "strat", "net", "peer", "review",
    ]  # fmt: skip
    ends = ["ing", "ership", "er", "ment", "ance", "ics", "ic", "al", "ive", "ation", "or", "ity"]
    middles = ["", "a", "ori", "ent", "ul", "is", "om"]
    return [part + middle + end for middle in middles for end in ends for part in parts]


WORDS = _vocabulary()


def texts(dice: np.random.RandomState, words: int, size: int) -> list[str]:
    picked = dice.choice(len(WORDS), (size, words), p=uneven(len(WORDS), 1.0))
    return [" ".join(WORDS[i] for i in row) for row in picked.tolist()]
