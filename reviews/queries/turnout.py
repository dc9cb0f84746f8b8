"""Who takes part and who is missing, and how long each stage takes: for the people who run the scheme."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from providers.choices import ProviderKind
from reviews.workflows import SUBMISSION

# Schools in a trust. Other organisations have no size that the register knows.
SIZES = (
    ("1 school", 1, 1),
    ("2 to 9 schools", 2, 9),
    ("10 to 29 schools", 10, 29),
    ("30 schools or more", 30, 10**6),
)
# Stages that somebody waits in; the others are ends.
_STAGES = ("submitted", "returned", "assessing", "adjudicating", "fact_check", "deciding", "amending", "decided",
           "appealed", "suspended")  # fmt: skip


@dataclass(frozen=True)
class Share:
    """A group of organisations: how many the register lists, how many have sent a review, how many have a rating."""

    label: str
    listed: int
    submitted: int
    rated: int

    @property
    def percent(self) -> float | None:
        """Of those listed, the share that has sent one; None where nobody is listed."""
        return 100 * self.submitted / self.listed if self.listed else None


@dataclass(frozen=True)
class Stage:
    """Days that finished stays in a state took: the middle one, the quarter and three-quarter points."""

    label: str
    n: int
    median: float
    low: float
    high: float


_GROUPED = """
    SELECT {group}, count(*), count(*) FILTER (WHERE s.sent), count(*) FILTER (WHERE s.rated)
    FROM providers_provider p {joins}
    LEFT JOIN LATERAL (
        SELECT bool_or(x.submitted_at IS NOT NULL) AS sent,
            bool_or(x.state IN ('published', 'lapsed', 'superseded', 'suspended')) AS rated
        FROM reviews_submission x WHERE x.provider_id = p.id
    ) s ON true
    WHERE p.listed_at IS NOT NULL AND p.ended_on IS NULL AND (%s OR NOT p.is_example) {where}
    GROUP BY 1
"""


def by_kind(*, examples: bool) -> list[Share]:
    """By kind of organisation, in the order of the choices; kinds that nobody listed is of are in it, with zeros."""
    found = _grouped("p.kind", examples=examples)
    return [Share(str(label), *found.get(code, (0, 0, 0))) for code, label in ProviderKind.choices]


def by_region(*, examples: bool) -> list[Share]:
    """By region of the organisation, by name; those without one stand last."""
    found = _grouped(
        "coalesce(r.name, '')", joins="LEFT JOIN providers_region r ON r.id = p.region_id", examples=examples
    )
    return [
        Share(name or "No region recorded", *found[name])
        for name in sorted(found, key=lambda name: (not name, name))
    ]


def by_size(*, examples: bool) -> list[Share]:
    """Trusts by the number of their schools."""
    found = _grouped(
        "(SELECT count(*) FROM providers_school c WHERE c.trust_id = p.id)",
        where="AND p.kind IN ('mat', 'sat')",
        examples=examples,
    )
    shares = []
    for label, low, high in SIZES:
        within = [counts for size, counts in found.items() if low <= int(size) <= high]
        shares.append(
            Share(label, *(sum(column) for column in zip(*within, strict=True)))
            if within
            else Share(label, 0, 0, 0)
        )
    if unknown := found.get("0"):
        shares.append(Share("Schools not known", *unknown))
    return shares


def _grouped(
    group: str, *, joins: str = "", where: str = "", examples: bool
) -> dict[str, tuple[int, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_GROUPED.format(group=group, joins=joins, where=where), [examples])
        return {str(key): (listed, sent, rated) for key, listed, sent, rated in cursor.fetchall()}


def by_stage() -> list[Stage]:
    """How long submissions stayed in each state, from the trail: from one step to the next, finished stays only.

    That the blind scoring has ended is counted once the scores are settled: before, the number would say that they lie
    apart.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH step AS (
                SELECT target_id, to_state,
                    extract(epoch FROM lead(at) OVER (PARTITION BY target_id ORDER BY id) - at) / 86400 AS days
                FROM audit_entry
                WHERE target_type = 'reviews.submission' AND action LIKE 'submission.%%' AND to_state <> ''
            )
            SELECT to_state, count(days), percentile_cont(ARRAY[0.5, 0.25, 0.75]) WITHIN GROUP (ORDER BY days)
            FROM step JOIN reviews_submission s ON s.id = target_id
            WHERE days IS NOT NULL AND NOT (to_state = 'assessing' AND s.state = 'adjudicating') GROUP BY to_state"""
        )
        found = {state: (n, points) for state, n, points in cursor.fetchall()}
    return [
        Stage(SUBMISSION.state(code).name, found[code][0], *found[code][1])
        for code in _STAGES
        if code in found
    ]
