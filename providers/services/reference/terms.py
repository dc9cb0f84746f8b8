"""One set of words for phases and types of school, whatever the source and its year call them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from providers.choices import Phase

TYPES_FILE = "gias_establishment_types_2025.csv"

_PHASES = {
    "nursery": Phase.NURSERY,
    "primary": Phase.PRIMARY,
    "middle deemed primary": Phase.PRIMARY,
    "secondary": Phase.SECONDARY,
    "middle deemed secondary": Phase.SECONDARY,
    "all-through": Phase.ALL_THROUGH,
    "all through": Phase.ALL_THROUGH,
    "16 plus": Phase.SIXTEEN_PLUS,
}
_SPECIAL_WORDS = ("special", "alternative provision", "pupil referral")

# What EduBase 2016 and the pupil premium files say -> the official name of 2025, where only the words differ.
_OLDER_TYPES = {
    "la nursery school": "Local authority nursery school",
    "free school": "Free schools",
    "free school-special": "Free schools special",
    "free school ap": "Free schools alternative provision",
    "free schools - alternative provision": "Free schools alternative provision",
    "free schools - 16-19": "Free schools 16 to 19",
    "academy 16-19 sponsor led": "Academy 16 to 19 sponsor led",
    # Not official names: the pupil premium files don't tell converters from sponsored academies.
    "mainstream academy": "Mainstream academy",
    "special academy": "Special academy",
    "academy special": "Special academy",
    "ap academy": "Alternative provision academy",
}
_OLDER_GROUPS = {"la maintained schools": "Local authority maintained schools"}


def phase_of(phase_name: str, type_name: str) -> str:
    """Our own phase, for matching; empty where the source names none and the school is not special."""
    phase = _PHASES.get(phase_name.casefold())
    if phase:
        return phase
    return Phase.SPECIAL if any(word in type_name.casefold() for word in _SPECIAL_WORDS) else ""


@dataclass(frozen=True)
class Types:
    """The official types of school and the group of each."""

    official: Mapping[str, tuple[str, str]]

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, str]]) -> Types:
        """From the rows of `TYPES_FILE`."""
        pairs = [(row["type-of-establishment-name"], row["establishment-type-group-name"]) for row in rows]
        return cls({name.casefold(): (name, group) for name, group in pairs})

    def settle(self, name: str, group: str) -> tuple[str, str]:
        """A type and its group in today's official words; an unknown type keeps its own words."""
        name = _OLDER_TYPES.get(name.casefold(), name)
        group = _OLDER_GROUPS.get(group.casefold(), group)
        official = self.official.get(name.casefold())
        return official if official else (name, group)
