"""Where a programme sits between commercial and collaborative, as a picture with its arithmetic.

A filter and a chart, never a quality input.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from programmes.choices import ParticipantRole
from programmes.models import ProgrammeVersion
from programmes.models.programme import CONTINUUM_WEIGHTS, ROLE_WEIGHT

_PARTS = {
    "share_share": "Knowledge you share",
    "joint_practice_share": "Time in joint practice",
    "openness": "Open materials",
    "participant_role": "What participants are",
    "unpaid_share": "Exchanged without payment",
}


@dataclass(frozen=True)
class Part:
    """One of the five answers the index is made of."""

    label: str
    value: int | None
    """0 to 100; None while it is not answered."""
    weight: int
    """Hundredths of the whole."""

    @property
    def points(self) -> str:
        return "" if self.value is None else f"{self.value * self.weight / 100:.1f}"


@dataclass(frozen=True)
class Continuum:
    """The picture of one programme."""

    parts: list[Part]
    index: int | None

    @property
    def missing(self) -> list[str]:
        return [part.label.lower() for part in self.parts if part.value is None]

    @property
    def x(self) -> int:
        """Where the mark stands on a line drawn from 10 to 390."""
        return 10 + round(3.8 * (self.index or 0))

    @property
    def words(self) -> str:
        if self.index is None:
            return ""
        bands = ((20, "commercial"), (40, "more commercial than collaborative"), (60, "about half and half"),
                 (80, "more collaborative than commercial"), (101, "collaborative"))  # fmt: skip
        return next(word for limit, word in bands if self.index < limit)


def continuum_of(answers: ProgrammeVersion | Mapping[str, Any]) -> Continuum:
    """The picture of a version, or of answers that are still being typed (what doesn't fit counts as missing)."""
    parts, draft = [], ProgrammeVersion()
    for name, label in _PARTS.items():
        value = answers.get(name) if isinstance(answers, Mapping) else getattr(answers, name)
        if value not in (None, ""):
            setattr(draft, name, value)
        number = ROLE_WEIGHT.get(ParticipantRole(value)) if name == "participant_role" and value else value
        fits = isinstance(number, int) and 0 <= number <= 100
        parts.append(Part(label, number if fits else None, round(100 * CONTINUUM_WEIGHTS[name])))
    return Continuum(parts, draft.continuum_index if all(part.value is not None for part in parts) else None)
