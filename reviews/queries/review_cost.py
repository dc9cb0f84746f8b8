"""What a review takes of the people of the scheme, from the time they were at its pages, and what that costs.

From `lpdqa.drafts.TimeSpent`: a pause of more than five minutes is not work. Only reviews that are decided, and never
by person or by file: how long somebody scored is nobody's to read.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from reviews.choices import SubjectKind

DECIDED = ("decided", "published", "closed", "appealed", "suspended", "lapsed", "superseded")
_SPENT = """
    WITH assessed AS (
        SELECT a.submission_id AS id, sum(t.seconds) AS seconds
        FROM reviews_assessment a JOIN drafts_timespent t ON t.about = 'assessment:' || a.id GROUP BY 1
    ), run AS (
        SELECT s.id, sum(t.seconds) AS seconds
        FROM reviews_submission s JOIN drafts_timespent t ON t.about = 'review:' || s.id GROUP BY 1
    )
    SELECT s.subject_kind, coalesce(assessed.seconds, 0) / 3600.0, coalesce(run.seconds, 0) / 3600.0
    FROM reviews_submission s LEFT JOIN assessed USING (id) LEFT JOIN run USING (id)
    WHERE s.state = ANY(%s) AND coalesce(assessed.seconds, 0) + coalesce(run.seconds, 0) > 0
"""


@dataclass(frozen=True)
class Rates:
    """What an hour costs the scheme, in pounds; None where nobody has said."""

    assessor: Decimal | None = None
    administrator: Decimal | None = None

    @property
    def are_known(self) -> bool:
        return self.assessor is not None and self.administrator is not None


@dataclass(frozen=True)
class KindCost:
    """Reviews of one kind of subject with time recorded: mean hours a review, and the median of both together."""

    label: str
    n: int
    assessor_hours: float
    administrator_hours: float
    median_hours: float

    def cost(self, rates: Rates) -> float | None:
        """Pounds a review, of the mean hours; None while a rate is not known."""
        if rates.assessor is None or rates.administrator is None or not self.n:
            return None
        return self.assessor_hours * float(rates.assessor) + self.administrator_hours * float(
            rates.administrator
        )


def cost_by_kind() -> list[KindCost]:
    """One row a kind of subject, in the order of the choices, and one for all together; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_SPENT, [list(DECIDED)])
        spent = [(kind, float(scoring), float(running)) for kind, scoring, running in cursor.fetchall()]
    rows = [
        _row(str(label), [(scoring, running) for kind, scoring, running in spent if kind == code])
        for code, label in SubjectKind.choices
    ]
    return [*rows, _row("All together", [(scoring, running) for _, scoring, running in spent])]


def _row(label: str, hours: Iterable[tuple[float, float]]) -> KindCost:
    found = list(hours)
    if not found:
        return KindCost(label, 0, 0.0, 0.0, 0.0)
    return KindCost(
        label=label,
        n=len(found),
        assessor_hours=statistics.fmean(scoring for scoring, _ in found),
        administrator_hours=statistics.fmean(running for _, running in found),
        median_hours=statistics.median(scoring + running for scoring, running in found),
    )
