"""The trail of one submission in words: who did what, when and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from lpdqa.audit.models import Entry
from reviews.models import Appeal, Submission


@dataclass(frozen=True)
class TrailLine:
    """One entry of the trail."""

    at: dt.datetime
    who: str
    what: str
    change: str
    why: str


def trail_of(submission: Submission) -> list[TrailLine]:
    """Everything done to the submission and its parts, newest first; a constant number of queries."""
    parts = {
        "reviews.submission": [submission.pk],
        "reviews.appeal": Appeal.objects.filter(decision__submission=submission).values("pk"),
    }
    for name in (
        "assessments",
        "decisions",
        "findings",
        "evidence_requests",
        "evidence",
        "fact_comments",
        "override_requests",
    ):
        manager = getattr(submission, name)
        parts[manager.model._meta.label_lower] = manager.values("pk")
    of_parts = Q()
    for target_type, pks in parts.items():
        of_parts |= Q(target_type=target_type, target_id__in=pks)
    return [
        TrailLine(
            at=entry.at,
            who=entry.actor.name if entry.actor else "The register itself",
            what=entry.action.replace(".", ": ").replace("_", " ").capitalize(),
            change=f"{entry.from_state} → {entry.to_state}" if entry.to_state else "",
            why=entry.reason,
        )
        for entry in Entry.objects.filter(of_parts).select_related("actor").order_by("-id")
    ]
