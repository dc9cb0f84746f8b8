"""A report's first draft, made of parts: what each criterion's consensus says, in the words of the framework."""

from __future__ import annotations

from dataclasses import dataclass

from reviews.models import Submission
from reviews.queries.consensus import CriterionConsensus, preview

# A consensus from here on counts as a strength; below the third level there is something to improve.
STRONG = 3.5
MET = 3.0


@dataclass(frozen=True)
class Part:
    """One criterion in a report: what it is, what it came to, and the sentence of the framework that fits."""

    code: str
    title: str
    value: float
    essential: bool
    sentence: str


@dataclass(frozen=True)
class Parts:
    """What a report is built from; both lists in the framework's order, what is essential first."""

    strengths: tuple[Part, ...]
    improvements: tuple[Part, ...]

    @property
    def strengths_text(self) -> str:
        return _text(self.strengths) or "The evidence meets the criteria; none stands out above the others."

    @property
    def improvements_text(self) -> str:
        return _text(self.improvements) or "Every criterion is met. Keep the evidence up to date."


def parts_of(submission: Submission) -> Parts:
    """Strengths are what was scored highest, with the level reached; improvements what is below the third level,
    with the level to reach next. Only for decision makers, once the scores are settled."""
    rows = [(row, row.consensus) for row in preview(submission).rows if isinstance(row.consensus, float)]
    strong = [_part(row, value, reached=True) for row, value in rows if value >= STRONG]
    weak = [_part(row, value, reached=False) for row, value in rows if value < MET]
    return Parts(_ordered(strong), _ordered(weak))


def _ordered(parts: list[Part]) -> tuple[Part, ...]:
    return tuple(sorted(parts, key=lambda part: not part.essential))


def _part(row: CriterionConsensus, value: float, *, reached: bool) -> Part:
    """The level reached (the lower of two), or the next one to reach."""
    level = int(value) if reached else int(value) + 1
    sentence = row.criterion.descriptors.get(str(level), "")
    return Part(row.criterion.code, row.criterion.title, value, row.essential, sentence)


def _text(parts: tuple[Part, ...]) -> str:
    return "\n".join(f"{part.title} ({part.code}): {part.sentence}" for part in parts)
