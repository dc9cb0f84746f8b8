"""Reading specialist leaders without telling who they are."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from lpdqa.clock import today
from lpdqa.web.formats import long_date
from programmes.models import CatalogueEntry
from providers.choices import VALUE_FOR_MONEY, GuskeyLevel
from providers.models import Deployment, SpecialistLeader


def without_name(leader: SpecialistLeader | None, text: str) -> str:
    """`text` as the public may read it: without consent to be named, a name written into it becomes the code.

    Catches the full name and a title with the surname; a provider who writes more than that tells more than
    it may, which screening looks for. Without a leader (the text is about something else) it is as it was.
    """
    if leader is None or leader.consent_named_at or not leader.name.strip() or not text:
        return text
    words = leader.name.split()
    full = r"\s+".join(re.escape(word) for word in words)
    titled = rf"(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame)\.?\s+{re.escape(words[-1])}"
    return re.sub(rf"(?<!\w)(?:{full}|{titled})(?!\w)", leader.public_name, text, flags=re.IGNORECASE)


def lasting_titles(entries: Iterable[CatalogueEntry]) -> dict[int, str]:
    """What letters and records call these entries, by their primary keys: they outlive a specialist leader's consent
    to be named, so a leader goes by the code. One query.
    """
    entries = list(entries)
    leaders = SpecialistLeader.objects.in_bulk([entry.leader_id for entry in entries if entry.leader_id])
    return {entry.pk: leaders[entry.leader_id].code if entry.leader_id else entry.title for entry in entries}


@dataclass(frozen=True)
class Context:
    """Where a specialist leader has worked, without saying at which school."""

    focus: str
    phase: str
    region: str
    days: str
    year: int


def deployment_contexts(leader: SpecialistLeader) -> list[Context]:
    """Evaluated work, newest first; one query. The supported school isn't named: it has not been asked."""
    done = leader.deployments.filter(state__in=["evaluated", "closed"])
    return [
        Context(
            focus=without_name(leader, deployment.focus),
            phase=deployment.supported_school.get_phase_display() if deployment.supported_school else "",
            region=_region(deployment),
            days=f"{deployment.days.normalize():f}" if deployment.days is not None else "",
            year=(deployment.ends_on or deployment.starts_on or deployment.requested_on).year,
        )
        for deployment in done.select_related("supported_school__authority__region").order_by(
            "-requested_on", "-pk"
        )
    ]


def availability_of(leader: SpecialistLeader) -> str:
    """What the provider says of new deployments once a year, and whether it has; empty before it was asked."""
    checks = list(leader.checks.order_by("-opened_on", "-id")[:2])
    said = next((check for check in checks if check.answered_on), None)
    words = ""
    if said:
        note = f": {without_name(leader, said.note)}" if said.note else ""
        words = f"{said.get_answer_display()}, said on {long_date(said.answered_on)}{note}"
    if checks and checks[0].answered_on is None and checks[0].due_on < today():
        unconfirmed = f"Not confirmed by the provider since it was asked on {long_date(checks[0].opened_on)}"
        return f"{unconfirmed}. Before: {words[:1].lower()}{words[1:]}" if words else unconfirmed
    return words


FEWEST_EVALUATIONS = 3
"""Below this, what one head said could be told from the numbers."""


@dataclass(frozen=True)
class Evaluations:
    """What the heads of supported schools said, `n` of them: how many at each answer, each with its words. Empty while
    there are fewer than `FEWEST_EVALUATIONS`.
    """

    n: int
    levels: list[tuple[str, int]] = field(default_factory=list)
    """How far the effect was seen (Guskey)."""
    values: list[tuple[str, int]] = field(default_factory=list)
    """Value for money."""

    @property
    def is_shown(self) -> bool:
        return self.n >= FEWEST_EVALUATIONS


def evaluations_of(leader: SpecialistLeader) -> Evaluations:
    """The evaluations of finished work, from 1 to 5 by level, and by value; one query. Never part of a
    rating.
    """
    return evaluations_on([leader.pk]).get(leader.pk, Evaluations(0))


def evaluations_on(leaders: Collection[int]) -> dict[int, Evaluations]:
    """The same of each of these leaders (primary keys) whose work has been evaluated; one query."""
    done = Deployment.objects.filter(leader__in=leaders, state__in=["evaluated", "closed"])
    by_leader: dict[int, list[tuple[str, int | None]]] = defaultdict(list)
    for leader, level, value in done.values_list("leader_id", "evaluation_level", "evaluation_value"):
        by_leader[leader].append((level, value))
    return {leader: _evaluations(given) for leader, given in by_leader.items()}


def _evaluations(given: list[tuple[str, int | None]]) -> Evaluations:
    if len(given) < FEWEST_EVALUATIONS:
        return Evaluations(len(given))
    levels, values = Counter(level for level, _ in given), Counter(value for _, value in given)
    return Evaluations(
        len(given),
        [(str(label), levels[code]) for code, label in GuskeyLevel.choices],
        [(words, values[value]) for value, words in VALUE_FOR_MONEY],
    )


def _region(deployment: Deployment) -> str:
    school = deployment.supported_school
    return school.authority.region.name if school and school.authority.region else ""
