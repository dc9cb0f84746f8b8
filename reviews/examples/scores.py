"""Scores chosen so that the engine reaches a wanted band. They are inputs like any other; the band is worked out."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

from reviews.models import Criterion


class Marks(NamedTuple):
    """Two blind scores, and the third where they are discordant."""

    first: int
    second: int
    third: int | None = None


def plan_scores(
    band: str, criteria: Sequence[Criterion], subject_kind: str, rng: random.Random
) -> dict[str, Marks]:
    """Return marks by criterion code that lead to `band` under the first framework version.

    About one subject in three has one discordant criterion, so that adjudication is part of the stories.
    """
    plan: dict[str, Marks] = {}
    for criterion in criteria:
        essential = subject_kind in criterion.essential_for
        if band == "exemplary":
            choices = [Marks(4, 4), Marks(4, 4), Marks(3, 4), Marks(4, 3)]
        elif band == "quality_assured":
            choices = (
                [Marks(3, 3), Marks(3, 4)]
                if essential
                else [Marks(3, 3), Marks(3, 3), Marks(2, 3), Marks(4, 3)]
            )
        elif band == "working_towards":
            choices = [Marks(3, 3)] if essential else [Marks(2, 3), Marks(3, 3), Marks(2, 2)]
        else:
            choices = [Marks(2, 2)] if essential else [Marks(2, 2), Marks(1, 2)]
        plan[criterion.code] = rng.choice(choices)
    essentials = [criterion.code for criterion in criteria if subject_kind in criterion.essential_for]
    others = [criterion.code for criterion in criteria if subject_kind not in criterion.essential_for]
    if band == "exemplary" and "D3" in plan:
        plan["D3"] = Marks(4, 4)
    if band == "working_towards":
        plan[essentials[-1]] = Marks(2, 3, 2) if rng.random() < 0.5 else Marks(2, 2)
    elif band == "not_yet":
        plan[essentials[-1]] = Marks(1, 1)
    elif others and rng.random() < 0.34:
        plan[rng.choice(others)] = Marks(2, 4, 3) if band == "quality_assured" else Marks(4, 2, 4)
    return plan
