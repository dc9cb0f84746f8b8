"""How like a school is to the schools that provision has worked in: the context match, 0 to 100.

Pure numpy over arrays, no database: one implementation for one entry and for all of them. Never part of a
quality rating.

A context is one school that the provision worked in. Each of nine parts is alike from 0 to 1; a part that is
not known of either school drops out, and the weights of the others are scaled up to 100. An entry's match is
that of the context most like the school, among those of which enough is known (`LEAST_COVERAGE` of the
weights): one more school it has worked in can only help.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from providers.choices import ImprovementStage, Phase, SchoolType, Setting

EARTH_RADIUS_MILES = 3958.8
LEAST_COVERAGE = 0.40
# From here on a context counts as a school like yours.
LIKE = 70


@dataclass(frozen=True)
class Part:
    """One part of the match and its weight of 100."""

    code: str
    label: str
    weight: int


PARTS = (
    Part("phase", "Phase", 25),
    Part("type", "Type of school", 10),
    Part("disadvantage", "Disadvantage", 15),
    Part("size", "Size", 10),
    Part("setting", "Urban or rural", 10),
    Part("send", "SEND", 8),
    Part("eal", "English as an additional language", 7),
    Part("distance", "Distance", 10),
    Part("stage", "Stage of improvement", 5),
)
WEIGHTS = np.array([part.weight for part in PARTS], dtype=float) / 100

# Differences at which two schools are no longer alike at all.
FAR_DISADVANTAGE, FAR_SEND, FAR_EAL = 30.0, 20.0, 40.0  # percentage points
FAR_SIZE = 4.0  # times as large
FAR_MILES = 50.0

PHASES, TYPES, SETTINGS, STAGES = (
    tuple(choices.values) for choices in (Phase, SchoolType, Setting, ImprovementStage)
)
# Alike in part: those who know the one know much of the other.
_NEAR_PHASES = {
    (Phase.NURSERY, Phase.PRIMARY): 0.5,
    (Phase.PRIMARY, Phase.ALL_THROUGH): 0.5,
    (Phase.SECONDARY, Phase.ALL_THROUGH): 0.5,
    (Phase.SECONDARY, Phase.SIXTEEN_PLUS): 0.5,
}
_NEAR_TYPES = {
    (SchoolType.ACADEMY, SchoolType.FREE_SCHOOL): 0.8,
    (SchoolType.MAINTAINED, SchoolType.ACADEMY): 0.5,
    (SchoolType.MAINTAINED, SchoolType.FREE_SCHOOL): 0.5,
    (SchoolType.MAINTAINED, SchoolType.SPECIAL): 0.3,
    (SchoolType.ACADEMY, SchoolType.SPECIAL): 0.3,
}


@dataclass(frozen=True)
class Facts:
    """What is known of one school; "" and None: not known. Percentages from 0 to 100, a point in degrees."""

    phase: str = ""
    school_type: str = ""
    disadvantage_percent: float | None = None
    pupils: int | None = None
    setting: str = ""
    send_percent: float | None = None
    eal_percent: float | None = None
    latitude: float | None = None
    longitude: float | None = None
    improvement_stage: str = ""


COLUMNS = tuple(Facts.__dataclass_fields__)
CODED = {"phase": PHASES, "school_type": TYPES, "setting": SETTINGS, "improvement_stage": STAGES}


@dataclass(frozen=True)
class Contexts:
    """The facts of n schools as one array a column: places in the lists of codes (-1: not known) and numbers
    (NaN: not known).
    """

    columns: dict[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.columns["phase"])

    @classmethod
    def of(cls, rows: list[tuple[Any, ...]]) -> Contexts:
        """From rows of facts in the order of `COLUMNS`."""
        found = {}
        for number, name in enumerate(COLUMNS):
            values = [row[number] for row in rows]
            if codes := CODED.get(name):
                places = {code: place for place, code in enumerate(codes)}
                found[name] = np.array([places.get(value, -1) for value in values], dtype=np.int8)
            else:
                found[name] = np.array([np.nan if v is None else v for v in values], dtype=float)
        return cls(found)

    @classmethod
    def partly(cls, known: Mapping[str, np.ndarray], number: int) -> Contexts:
        """Of `number` schools only some columns, the others not known."""
        nothing = {
            name: np.full(number, -1, dtype=np.int8) if name in CODED else np.full(number, np.nan)
            for name in COLUMNS
        }
        return cls({**nothing, **known})


@dataclass(frozen=True)
class Match:
    """For n contexts: how alike each part is (n x 9, 0 to 1, NaN where not known), the score (0 to 100, NaN
    where too little is known) and the share of the weights that is known (0 to 1).
    """

    alike: np.ndarray
    score: np.ndarray
    coverage: np.ndarray


def match(school: Facts, contexts: Contexts) -> Match:
    """Compare a school with every context."""
    at = contexts.columns
    alike = np.stack(
        [
            _coded(school.phase, at["phase"], PHASES, _NEAR_PHASES),
            _coded(school.school_type, at["school_type"], TYPES, _NEAR_TYPES),
            _near(school.disadvantage_percent, at["disadvantage_percent"], FAR_DISADVANTAGE),
            _size(school.pupils, at["pupils"]),
            _coded(school.setting, at["setting"], SETTINGS, {}),
            _near(school.send_percent, at["send_percent"], FAR_SEND),
            _near(school.eal_percent, at["eal_percent"], FAR_EAL),
            _closeness(miles(school, contexts)),
            _stage(school.improvement_stage, at["improvement_stage"]),
        ],
        axis=1,
    )
    known = ~np.isnan(alike)
    # Rounded: 0.25 + 0.15 is not quite 0.4 in binary, and a sum may differ in its last bit with the number of rows.
    coverage = np.round(known @ WEIGHTS, 9)
    return Match(alike, score_of(np.where(known, alike, 0.0) @ WEIGHTS, coverage), coverage)


def score_of(alike: np.ndarray, coverage: np.ndarray) -> np.ndarray:
    """Scores 0 to 100 from the weighted sums of what is alike and what is known; NaN where too little is known."""
    coverage = np.round(coverage, 9)
    with np.errstate(invalid="ignore", divide="ignore"):
        score = np.round(100 * alike / coverage, 9)
    return np.where(coverage >= LEAST_COVERAGE, score, np.nan)


def closest(groups: np.ndarray, found: Match) -> np.ndarray:
    """The place of the best context of each group, in ascending order of the group: the highest score, then the
    one of which more is known, then the first. Groups of whose contexts too little is known are left out.
    """
    usable = np.flatnonzero(~np.isnan(found.score))
    order = usable[np.lexsort((usable, -found.coverage[usable], -found.score[usable], groups[usable]))]
    _, first = np.unique(groups[order], return_index=True)
    chosen: np.ndarray = order[first]
    return chosen


def miles(school: Facts, contexts: Contexts) -> np.ndarray:
    """Great-circle distances in miles by the haversine formula; NaN where a point is not known."""
    n = len(contexts)
    if school.latitude is None or school.longitude is None:
        return np.full(n, np.nan)
    latitude, longitude = np.radians(contexts.columns["latitude"]), np.radians(contexts.columns["longitude"])
    here_latitude, here_longitude = np.radians(school.latitude), np.radians(school.longitude)
    half_chord = (
        np.sin((latitude - here_latitude) / 2) ** 2
        + np.cos(latitude) * np.cos(here_latitude) * np.sin((longitude - here_longitude) / 2) ** 2
    )
    distances: np.ndarray = 2 * EARTH_RADIUS_MILES * np.arcsin(np.sqrt(np.minimum(half_chord, 1.0)))
    return distances


# --- How alike one part is ---


def _coded(mine: str, theirs: np.ndarray, codes: tuple[str, ...], near: dict[tuple[Any, Any], float]) -> Any:
    if mine not in codes:
        return np.full(len(theirs), np.nan)
    alike = [1.0 if code == mine else near.get((mine, code), near.get((code, mine), 0.0)) for code in codes]
    # The place -1, not known, is the last of these.
    return np.array([*alike, np.nan])[theirs]


def _near(mine: float | None, theirs: np.ndarray, far: float) -> np.ndarray:
    if mine is None:
        return np.full(len(theirs), np.nan)
    return np.clip(1 - np.abs(theirs - mine) / far, 0, 1)


def _size(mine: int | None, theirs: np.ndarray) -> np.ndarray:
    if not mine:
        return np.full(len(theirs), np.nan)
    with np.errstate(divide="ignore"):
        ratio = np.abs(np.log(np.where(theirs > 0, theirs, np.nan) / mine))
    return np.clip(1 - ratio / np.log(FAR_SIZE), 0, 1)


def _closeness(distances: np.ndarray) -> np.ndarray:
    return np.clip(1 - distances / FAR_MILES, 0, 1)


def _stage(mine: str, theirs: np.ndarray) -> np.ndarray:
    if mine not in STAGES:
        return np.full(len(theirs), np.nan)
    apart = np.abs(theirs - float(STAGES.index(mine)))
    return np.where(theirs < 0, np.nan, 1 - apart / (len(STAGES) - 1))
