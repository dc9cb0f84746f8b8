"""Comments on a framework version, and what stands in the way of publishing one."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.db.models import QuerySet

from lpdqa.accounts.models import User
from reviews.choices import Capacity
from reviews.models import FrameworkComment, FrameworkVersion
from reviews.rating import check_framework


def takes_comments(framework: FrameworkVersion, on: dt.date) -> bool:
    """Is the version open for comments on that day? The closing day is included."""
    closes = framework.consultation_closes_on
    return framework.state == "consultation" and (closes is None or on <= closes)


def published_comments(framework: FrameworkVersion) -> QuerySet[FrameworkComment]:
    """The comments everybody may read, each with its answer."""
    return framework.comments.filter(is_published=True).order_by("criterion", "id")


def open_comments(framework: FrameworkVersion) -> QuerySet[FrameworkComment]:
    """The comments that wait for an answer, the oldest first."""
    return framework.comments.filter(answer="", withdrawn_at=None).order_by("id")


def by_criterion(
    framework: FrameworkVersion, comments: QuerySet[FrameworkComment]
) -> list[tuple[str, str, list[FrameworkComment]]]:
    """(code, title, comments) in the order of the criteria, what is about the whole version first; only where
    there are any. A criterion that has gone since keeps its place at the end. One query."""
    found: dict[str, list[FrameworkComment]] = defaultdict(list)
    for comment in comments:
        found[comment.criterion].append(comment)
    titles = {row["code"]: row["title"] for row in framework.document["criteria"]}
    order = ["", *titles, *sorted(code for code in found if code and code not in titles)]
    return [(code, titles.get(code, ""), found[code]) for code in order if code in found]


def capacities_of(user: User) -> list[tuple[str, str]]:
    """The capacities a person may speak in: those the register knows of, and those it takes their word for."""
    held = {Capacity.LEADER, Capacity.OTHER}
    if user.is_assessor:
        held.add(Capacity.ASSESSOR)
    if "researcher" in user.roles:
        held.add(Capacity.RESEARCHER)
    if user.memberships.filter(ended_at=None).exists():
        held.add(Capacity.PROVIDER)
    return [(code, label) for code, label in Capacity.choices if code in held]


def bars_to_publication(framework: FrameworkVersion, on: dt.date) -> list[str]:
    """What stands in the way of publishing a version on that day, a sentence each; empty if nothing does."""
    bars = []
    faults = len(check_framework(framework.document))
    if faults:
        bars.append(
            f"{faults} thing{'' if faults == 1 else 's'} in it {'has' if faults == 1 else 'have'} to be mended."
        )
    if framework.consultation_closes_on and takes_comments(framework, on):
        closes = framework.consultation_closes_on
        bars.append(f"It is open for comments until {closes.day} {closes:%B %Y}.")
    waiting = open_comments(framework).count()
    if waiting:
        bars.append(f"{waiting} comment{' waits' if waiting == 1 else 's wait'} for an answer.")
    return bars
