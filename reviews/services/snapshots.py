"""Freezing what was submitted: assessors and the published report refer to this, whatever changes later."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from programmes.models import ProgrammeVersion
from reviews.models import Evidence, Snapshot, Submission
from reviews.queries.submissions import live_evidence

# Not content: keys, times of the register's own, what the review itself sets; and names of people, which a
# row that can never be changed must not hold.
_LEFT_OUT = frozenset(
    {
        "id", "public_id", "created_at", "updated_at", "created_by", "published_at", "listed_at",
        "claimed_at", "user", "consent_named_at", "accountable_lead", "source", "source_as_of",
    }
)  # fmt: skip


def canonical_json(content: Any) -> str:
    """JSON in the one form that is hashed: keys sorted, no white space, dates and decimals as text."""
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, cls=DjangoJSONEncoder
    )


def take_snapshot(submission: Submission) -> Snapshot:
    """Store the content and the evidence (by SHA-256) as they are now, with the hash of the whole.

    Call it in the transaction that takes the submission out of its team's hands.
    """
    if submission.version_id:
        # Somebody may be saving the version at this moment: one of the two waits, and what is frozen stays.
        submission.version = ProgrammeVersion.objects.select_for_update(no_key=True).get(
            pk=submission.version_id
        )
    content = canonical_json(_content(submission))
    return Snapshot.objects.create(
        submission=submission,
        round=submission.round,
        content=json.loads(content),
        sha256=hashlib.sha256(content.encode()).hexdigest(),
    )


def _content(submission: Submission) -> dict[str, Any]:
    return {
        "subject_kind": submission.subject_kind,
        "framework": str(submission.framework),
        "title": str(submission),
        "provider": _fields(submission.provider),
        "version": _fields(submission.version) if submission.version else None,
        "leader": _fields(submission.leader) if submission.leader else None,
        "statements": {
            statement.criterion.code: {"text": statement.text, "declared_gap": statement.declared_gap}
            for statement in submission.statements.select_related("criterion")
        },
        "evidence": [_evidence(item) for item in live_evidence(submission)],
    }


def _fields(row: models.Model) -> dict[str, Any]:
    left_out = _LEFT_OUT | ({"name"} if row._meta.model_name == "specialistleader" else set())
    return {
        field.name: field.value_from_object(row)
        for field in row._meta.concrete_fields
        if field.name not in left_out and not getattr(field, "generated", False)
    }


def _evidence(item: Evidence) -> dict[str, Any]:
    return {
        "public_id": str(item.public_id),
        "kind": item.kind,
        "title": item.title,
        "criteria": sorted(criterion.code for criterion in item.criteria.all()),
        "text": item.text,
        "url": item.url,
        "file_name": item.file_name,
        "sha256": item.file_id,
        "deployment": str(item.deployment.public_id) if item.deployment else None,
        "independent": item.independent,
        "evaluation_level": item.evaluation_level,
        "expires_on": item.expires_on,
        "confidential": item.confidential,
    }
