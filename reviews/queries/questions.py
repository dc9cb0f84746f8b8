"""Questions to ask a provider, from the criteria on which it is weakest. Public ratings only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser

from programmes.queries.compare_cells import Subject
from reviews.models import Criterion
from reviews.queries.ratings import rating_explanation, visible_ratings

MOST = 5
# From here on assessors have seen what the highest level asks for.
STRONG = 3.5


@dataclass(frozen=True)
class CriterionQuestion:
    """A criterion with its consensus (1 to 4), what assessors saw and what the next level asks for."""

    code: str
    title: str
    essential: bool
    value: float
    seen: str
    ahead: str

    @property
    def ask(self) -> str:
        """The question, to be put as it is."""
        return f"On {self.title.lower()}: what can you show us today of this? “{self.ahead}”"


def weakest(subjects: Sequence[Subject]) -> dict[int, list[CriterionQuestion]]:
    """For each entry (by primary key) whose rating is in force, up to `MOST` criteria below `STRONG`, weakest first,
    essential ones before others. Two queries and the framework's, whatever the number of entries.
    """
    rated = {s.entry.rating_public_id: s.entry.pk for s in subjects if s.rated and s.entry.rating_public_id}
    ratings = list(visible_ratings(AnonymousUser()).filter(public_id__in=rated).select_related("framework"))
    criteria: dict[int, dict[str, Criterion]] = defaultdict(dict)
    for row in Criterion.objects.filter(framework__in={rating.framework_id for rating in ratings}):
        criteria[row.framework_id][row.code] = row
    found = {}
    for rating in ratings:
        known = criteria[rating.framework_id]
        questions = [
            _question(step, step.consensus, known[step.code])
            for step in rating_explanation(rating).criteria
            if isinstance(step.consensus, int | float) and step.consensus < STRONG
        ]
        questions.sort(key=lambda one: (one.value, not one.essential))
        found[rated[rating.public_id]] = questions[:MOST]
    return found


def _question(step: Any, value: float, criterion: Criterion) -> CriterionQuestion:
    level = int(value)
    return CriterionQuestion(
        code=step.code,
        title=step.title,
        essential=step.essential,
        value=float(value),
        seen=criterion.descriptors[str(level)],
        ahead=criterion.descriptors[str(level + 1)],
    )
