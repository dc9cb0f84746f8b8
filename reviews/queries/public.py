"""What everyone may read of a review: the decision, the evidence by criterion, the earlier ratings.

Only from ratings that `visible_ratings` gives a visitor, whoever is asking: a public page shows the same to
all.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from lpdqa.clock import today
from programmes.choices import EntryKind, EntryStatus
from programmes.models import CatalogueEntry
from programmes.queries.leaders import without_name
from reviews.choices import EvidenceKind
from reviews.models import Condition, Criterion, Evidence, Rating
from reviews.queries.ratings import rating_explanation, visible_ratings
from reviews.rating import Explanation


@dataclass(frozen=True)
class Item:
    """A public item of evidence."""

    title: str
    kind: str
    checked: str
    independent: bool
    expires_on: dt.date | None
    expired: bool
    public_id: Any
    url: str
    text: str
    is_file: bool


@dataclass(frozen=True)
class CriterionShown:
    """A criterion with its consensus in words and what it rests on."""

    code: str
    title: str
    question: str
    essential: bool
    value: float | None
    words: str
    seen: list[tuple[str, str]]
    """What was seen: the level agreed on with its published descriptor, or the two levels it lies between."""
    items: list[Item]
    withheld: int
    """How many more items only assessors could see."""


@dataclass(frozen=True)
class HeadingShown:
    """A heading with its score (None where it has no applicable criterion) and its criteria."""

    title: str
    score: float | None
    criteria: list[CriterionShown]


@dataclass(frozen=True)
class Past:
    """One decision of the history: its rating as it stands, and how often it was worked out."""

    rating: Rating
    version: int | None
    times: int


@dataclass(frozen=True)
class RatingPart:
    """What a page shows below the band panel."""

    rating: Rating
    confidence_reason: str
    strengths: str
    improvements: str
    report: str
    conditions: list[Condition]
    headings: list[HeadingShown] = field(default_factory=list)


def rating_part(entry: CatalogueEntry) -> RatingPart | None:
    """The decision and evidence behind an entry's rating; None where the public sees no current rating of it.

    A constant number of queries.
    """
    if entry.status != EntryStatus.RATED or entry.rating_public_id is None:
        return None
    ratings = visible_ratings(AnonymousUser()).select_related(
        "decision", "framework", "submission__version", "submission__leader"
    )
    rating = ratings.filter(public_id=entry.rating_public_id).first()
    if rating is None:
        return None
    explanation, leader = rating_explanation(rating), rating.submission.leader
    return RatingPart(
        rating=rating,
        confidence_reason=_weakest(explanation),
        strengths=without_name(leader, rating.decision.strengths),
        improvements=without_name(leader, rating.decision.improvements),
        report=without_name(leader, rating.decision.report),
        conditions=list(rating.decision.conditions.all()),
        headings=_by_heading(rating, explanation),
    )


def history(entry: CatalogueEntry) -> list[Past]:
    """Every decision on this subject that is part of the public record, newest first; one query."""
    groups: dict[int, list[Rating]] = defaultdict(list)
    for rating in (
        _ratings_of(entry)
        .select_related("framework", "submission__version")
        .defer("framework__document", "inputs")
    ):
        groups[rating.submission_id].append(rating)
    return [
        Past(ratings[0], version.number if (version := ratings[0].submission.version) else None, len(ratings))
        for ratings in groups.values()
    ]


def _ratings_of(entry: CatalogueEntry) -> QuerySet[Rating]:
    subject = {
        EntryKind.PROGRAMME: Q(submission__version__programme=entry.programme_id),
        EntryKind.SLE: Q(submission__leader=entry.leader_id),
        EntryKind.PROVIDER: Q(submission__subject_kind="provider", submission__provider=entry.provider_id),
    }[EntryKind(entry.kind)]
    return visible_ratings(AnonymousUser()).filter(subject)


def _weakest(explanation: Explanation) -> str:
    """The part of confidence that holds it back most, as a sentence."""
    if not explanation.confidence_parts:
        return ""
    lowest = min(explanation.confidence_parts, key=lambda part: float(part.display))
    because = lowest.sentence.partition(". ")[2].rstrip(".")
    return f"held back most by {lowest.code} ({because[:1].lower()}{because[1:]})"


def _by_heading(rating: Rating, explanation: Explanation) -> list[HeadingShown]:
    criteria = {
        row.code: row
        for row in Criterion.objects.filter(framework=rating.framework).select_related("heading")
    }
    items, withheld = _evidence(rating)
    scores = rating.results.get("headings", {})
    shown = [
        (
            criteria[step.code].heading,
            CriterionShown(
                code=step.code,
                title=step.title,
                question=criteria[step.code].question,
                essential=step.essential,
                value=step.consensus if isinstance(step.consensus, int | float) else None,
                words=_words(rating.framework.scale, step.consensus),
                seen=_seen(rating.framework.scale, criteria[step.code].descriptors, step.consensus),
                items=items[step.code],
                withheld=withheld[step.code],
            ),
        )
        for step in explanation.criteria
    ]
    return [
        HeadingShown(heading.title, scores.get(heading.code), [criterion for _, criterion in group])
        for heading, group in groupby(shown, key=lambda pair: pair[0])
    ]


def _evidence(rating: Rating) -> tuple[dict[str, list[Item]], dict[str, int]]:
    """Public items and the number of the others, by criterion code."""
    shown: dict[str, list[Item]] = defaultdict(list)
    withheld: dict[str, int] = defaultdict(int)
    live = rating.submission.evidence.filter(withdrawn_at=None).prefetch_related("criteria")
    for evidence in live:
        for criterion in evidence.criteria.all():
            if evidence.is_for_everyone:
                shown[criterion.code].append(_item(evidence))
            else:
                withheld[criterion.code] += 1
    return shown, withheld


def _item(evidence: Evidence) -> Item:
    return Item(
        title=without_name(evidence.submission.leader, evidence.title),
        kind=evidence.get_kind_display(),
        checked=evidence.get_check_result_display(),
        independent=evidence.independent,
        expires_on=evidence.expires_on,
        expired=evidence.expires_on is not None and evidence.expires_on < today(),
        public_id=evidence.public_id,
        url=evidence.url,
        text=without_name(evidence.submission.leader, evidence.text),
        is_file=evidence.kind == EvidenceKind.FILE,
    )


def _words(scale: dict[str, str], consensus: float | str | None) -> str:
    """The scale's word for a consensus; a half lies between two of them."""
    if consensus == "not_applicable":
        return "Not applicable"
    if not isinstance(consensus, int | float):
        return ""
    below = int(consensus)
    if consensus == below:
        return scale[str(below)]
    return f"Between {scale[str(below)].lower()} and {scale[str(below + 1)].lower()}"


def _seen(
    scale: dict[str, str], descriptors: dict[str, str], consensus: float | str | None
) -> list[tuple[str, str]]:
    if not isinstance(consensus, int | float):
        return []
    below = int(consensus)
    levels = [below] if consensus == below else [below, below + 1]
    return [(scale[str(level)], descriptors.get(str(level), "")) for level in levels]
