"""Framework versions as those who edit them see them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from django.db.models import Count, Q, QuerySet

from reviews.framework_document.crosswalk import chained, one_to_one, sources
from reviews.framework_document.difference import Difference, difference
from reviews.models import FrameworkVersion
from reviews.rating import check_framework

_ITEM = re.compile(r"(Criterion|Heading) ([A-Za-z0-9._-]+)[,:] ")


@dataclass(frozen=True)
class Fault:
    """A line of the check, and the piece on whose page it can be mended; `kind` is empty where there is no one."""

    line: str
    kind: str = ""
    code: str = ""


def all_versions() -> QuerySet[FrameworkVersion]:
    """Every version with how many submissions were made under it, drafts first."""
    return (
        FrameworkVersion.objects.select_related("based_on")
        .defer("document", "based_on__document")
        .annotate(submissions_made=Count("submissions", filter=~Q(submissions__state="withdrawn")))
        .order_by("code", "-published_at", "-id")
    )


def faults_of(document: Mapping[str, Any]) -> list[Fault]:
    """What is missing or wrong in a document, each with the place to mend it."""
    known = {
        "Criterion": {row["code"] for row in document["criteria"]},
        "Heading": {row["code"] for row in document["headings"]},
    }
    return [_fault(line, known) for line in check_framework(document)]


def _fault(line: str, known: Mapping[str, set[str]]) -> Fault:
    item = _ITEM.match(line)
    if item and item[2] in known[item[1]]:
        return Fault(line, item[1].lower(), item[2])
    if line.startswith("The scheme"):
        return Fault(line, "scheme")
    if line.startswith(("The framework, ", "The scale")):
        return Fault(line, "about")
    return Fault(line)


def crosswalk_between(
    old: FrameworkVersion,
    new: FrameworkVersion,
    document: Mapping[str, Any] | None = None,
    crosswalk: Mapping[str, list[str]] | None = None,
) -> dict[str, tuple[str, ...]]:
    """For each criterion of `new` the codes of `old` it comes from: over the versions between the two, where `new`
    was started from `old` or from one that was; else by equal codes. `document` and `crosswalk` stand for those of
    `new` where an earlier state of it is meant."""
    document = new.document if document is None else document
    crosswalk = new.crosswalk if crosswalk is None else crosswalk
    line = [new]
    while line[-1].pk != old.pk and line[-1].based_on is not None and len(line) < 50:
        line.append(line[-1].based_on)
    if line[-1].pk != old.pk:
        return sources(old.document, document, {})
    found: dict[str, tuple[str, ...]] = {row["code"]: (row["code"],) for row in document["criteria"]}
    for newer, older in pairwise(line):
        is_new = newer.pk == new.pk
        step = sources(
            older.document,
            document if is_new else newer.document,
            crosswalk if is_new else newer.crosswalk,
        )
        found = chained(step, found)
    return found


def sources_of_draft(
    framework: FrameworkVersion, document: Mapping[str, Any], crosswalk: Mapping[str, list[str]]
) -> Callable[[FrameworkVersion], dict[str, tuple[str, ...]]]:
    """For any version, where the criteria of this state of a draft come from; each worked out once."""

    @cache
    def sources_from(old: FrameworkVersion) -> dict[str, tuple[str, ...]]:
        return crosswalk_between(old, framework, document, crosswalk)

    return sources_from


def compare(old: FrameworkVersion, new: FrameworkVersion) -> Difference:
    """What changed from one version to another, with renamed criteria told as such."""
    return difference(old.document, new.document, one_to_one(crosswalk_between(old, new)))


def next_number(version: str) -> str:
    """A number to offer for the version after this one: 1.0 gives 1.1."""
    head, dot, last = version.rpartition(".")
    return f"{head}{dot}{int(last) + 1}" if last.isdecimal() else f"{version}.1"
