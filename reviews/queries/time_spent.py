"""How long people work on the forms about a provider, a programme, a specialist leader and a submission.

From `lpdqa.drafts.TimeSpent`: a pause of more than five minutes is not work. Never by person.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from lpdqa.drafts.queries import Effort, spent_by_thing
from programmes.forms.sections import PRICE_MINUTES, SECTIONS
from programmes.models import Programme
from providers.forms.leaders import LEADER_SECTIONS
from providers.forms.organisations import PROVIDER_SECTIONS
from providers.models import Provider, SpecialistLeader
from reviews.models import Submission

NEWEST = 50
_KINDS = {
    "provider": "Organisation",
    "programme": "Programme",
    "sle": "Specialist leader",
    "submission": "Submission",
}


@dataclass(frozen=True)
class KindRow:
    """All things of one kind that somebody has worked on."""

    kind: str
    n: int
    median_minutes: int
    upper_minutes: int
    """Three quarters took no longer than this."""
    median_pages: int
    estimate: int | None
    """What the pages say an empty description takes; None where they say nothing."""


@dataclass(frozen=True)
class Line:
    """One thing somebody has worked on."""

    kind: str
    title: str
    effort: Effort


def estimates() -> dict[str, int]:
    """Minutes that the pages give for a description from nothing, by kind."""
    return {
        "provider": sum(section.minutes for section in PROVIDER_SECTIONS),
        "programme": sum(section.minutes for section in SECTIONS) + PRICE_MINUTES,
        "sle": sum(section.minutes for section in LEADER_SECTIONS),
    }


def summary() -> list[KindRow]:
    """One row a kind, in the order of the work; kinds nobody has worked on are left out. One query."""
    things, values = spent_by_thing().query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT split_part(about, ':', 1), count(*),
                percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds_spent) / 60,
                percentile_disc(0.75) WITHIN GROUP (ORDER BY seconds_spent) / 60.0,
                percentile_cont(0.5) WITHIN GROUP (ORDER BY pages_opened)
            FROM ({things}) thing WHERE seconds_spent > 0 GROUP BY 1""",  # noqa: S608 - the query of a queryset, with its values apart
            values,
        )
        found = {kind: figures for kind, *figures in cursor.fetchall()}
    estimated, rows = estimates(), []
    for kind, words in _KINDS.items():
        if kind in found:
            n, median, upper, pages = found[kind]
            rows.append(KindRow(words, n, round(median), round(upper), round(pages), estimated.get(kind)))
    return rows


def newest() -> list[Line]:
    """What was worked on last, with its title; a constant number of queries."""
    # What scoring and running a review takes is told in `queries.review_cost`.
    described = Q()
    for kind in _KINDS:
        described |= Q(about__startswith=f"{kind}:")
    rows = list(spent_by_thing().filter(described).order_by("-newest", "about")[:NEWEST])
    titles = _titles([row["about"] for row in rows])
    return [
        Line(
            _KINDS[row["about"].partition(":")[0]],
            titles[row["about"]],
            Effort(row["seconds_spent"], row["pages_opened"]),
        )
        for row in rows
        if row["about"] in titles
    ]


def _titles(abouts: list[str]) -> dict[str, str]:
    keys: dict[str, list[int]] = defaultdict(list)
    for about in abouts:
        kind, _, pk = about.partition(":")
        if pk.isdigit():
            keys[kind].append(int(pk))
    titles = {f"provider:{p.pk}": p.name for p in Provider.objects.filter(pk__in=keys["provider"])}
    for programme in Programme.objects.filter(pk__in=keys["programme"]).prefetch_related("versions"):
        titles[f"programme:{programme.pk}"] = max(programme.versions.all(), key=lambda v: v.number).title
    for leader in SpecialistLeader.objects.filter(pk__in=keys["sle"]):
        titles[f"sle:{leader.pk}"] = leader.public_name
    found = Submission.objects.filter(pk__in=keys["submission"]).select_related(
        "provider", "version", "leader"
    )
    titles |= {f"submission:{submission.pk}": submission.lasting_title for submission in found}
    return titles
