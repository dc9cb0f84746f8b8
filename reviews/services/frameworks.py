"""Loading, publishing and retiring framework versions; `framework_editor` has the work on a draft."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now, today
from lpdqa.workflow import WorkflowError
from reviews.framework_document.shape import shape_faults
from reviews.models import Criterion, FrameworkVersion, Heading
from reviews.queries.consultation import bars_to_publication
from reviews.rating import check_framework
from reviews.workflows import FRAMEWORK


def content_hash(document: dict[str, Any]) -> str:
    """SHA-256 of the document's canonical JSON: keys sorted, no white space."""
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def load_framework(
    *, document: dict[str, Any], by: User | None = None, publish: bool = True
) -> FrameworkVersion:
    """Put a framework document into rows, and publish it unless told otherwise.

    Loading the same content again changes nothing. A draft of the same version is replaced. Raises
    `ValidationError`, with one line for each fault, and for other content under the number of a version that is
    published or open for comments.
    """
    faults = check_framework(document) or shape_faults(document)
    if faults:
        raise ValidationError(faults)
    digest = content_hash(document)
    with transaction.atomic():
        version = (
            FrameworkVersion.objects.select_for_update()
            .filter(code=document["code"], version=document["version"])
            .first()
        )
        if version is None:
            version = FrameworkVersion(code=document["code"], version=document["version"])
        elif version.content_hash != digest and version.state in ("published", "retired"):
            raise ValidationError(
                f"{version} is published with other content and can't change. "
                "Give this one a new version number."
            )
        elif version.content_hash != digest and version.state == "consultation":
            raise ValidationError(f"{version} is open for comments. Take it back to draft before it changes.")
        if version.content_hash != digest:
            with act("framework.load", by=by, target=version, detail={"sha256": digest}) as doing:
                put_document(version, document)
                doing.target = version
        if publish and version.state in ("draft", "consultation"):
            move_framework(framework=version, name="publish", by=by)
    return version


def put_document(version: FrameworkVersion, document: dict[str, Any]) -> None:
    """Store a document in a version that may change, in the caller's transaction.

    Headings and criteria are written as rows if the document is sound; an incomplete draft has none.
    """
    version.version = document["version"]
    version.title = document["title"]
    version.purpose = document["purpose"]
    version.context = document["context"]
    version.scale = document["scale"]
    version.scheme = document["scheme"]
    version.document = document
    version.content_hash = content_hash(document)
    version.save()
    version.headings.all().delete()
    if check_framework(document):
        return
    headings = {
        row["code"]: Heading(
            framework=version, order=order, code=row["code"], title=row["title"], question=row["question"]
        )
        for order, row in enumerate(document["headings"], start=1)
    }
    Heading.objects.bulk_create(headings.values())
    Criterion.objects.bulk_create(
        Criterion(
            framework=version,
            heading=headings[row["heading"]],
            order=order,
            code=row["code"],
            title=row["title"],
            question=row["question"],
            evidence_expected=row["evidence_expected"],
            applies_to=row["applies_to"],
            essential_for=row["essential_for"],
            weight=row["weight"],
            descriptors=row["descriptors"],
        )
        for order, row in enumerate(document["criteria"], start=1)
    )


def move_framework(*, framework: FrameworkVersion, name: str, by: User | None) -> FrameworkVersion:
    """Take a step of the framework's state table: consult, redraft, publish or retire.

    Published ratings stay pinned to the version they were decided under, whatever happens to it. Raises
    `WorkflowError` for a step that the table does not have, and for publishing while something stands in its way
    (`bars_to_publication`); `ValidationError` for an incomplete draft, with a line for each fault.
    """
    with transaction.atomic():
        framework.refresh_from_db(from_queryset=FrameworkVersion.objects.select_for_update(no_key=True))
        with act(f"framework.{name}", by=by, target=framework) as doing:
            transition = FRAMEWORK.find(name, framework.state)
            if name in ("consult", "publish") and (faults := check_framework(framework.document)):
                raise ValidationError(faults)
            if name == "publish" and (bars := bars_to_publication(framework, today())):
                raise WorkflowError(" ".join(["It can’t be published yet.", *bars]))
            doing.from_state, doing.to_state = framework.state, transition.target
            framework.state = transition.target
            if name == "publish":
                framework.published_at, framework.publish_on = now(), None
            elif name == "retire":
                framework.retired_at = now()
            framework.save(update_fields=["state", "published_at", "retired_at", "publish_on", "updated_at"])
    return framework
