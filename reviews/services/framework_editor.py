"""Work on a draft of a framework version: started from any version, edited piece by piece, never lost.

Two people may edit at once. Whoever saves says what the piece looked like when they opened it (`seen`); if it looks
otherwise now, nothing is saved and `ChangedMeanwhile` tells what it holds and whose work that is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from lpdqa.accounts.models import User
from lpdqa.audit.models import Entry
from lpdqa.audit.services import act
from lpdqa.rows import lock
from lpdqa.workflow import WorkflowError
from reviews.framework_document import crosswalk as walks
from reviews.framework_document import parts
from reviews.framework_document.shape import shape_faults
from reviews.models import FrameworkVersion
from reviews.services.frameworks import content_hash, put_document


class ChangedMeanwhile(Exception):
    """Somebody else changed it since it was opened. `values` are those of now, None if it is gone."""

    def __init__(self, values: dict[str, Any] | None, by: str, at: dt.datetime | None) -> None:
        super().__init__("Somebody else changed this meanwhile.")
        self.values, self.by, self.at = values, by, at


def start_draft(*, base: FrameworkVersion, version: str, by: User) -> FrameworkVersion:
    """A new draft with the content of `base`, whatever its state. ValidationError if the number is taken."""
    return _new_draft({**base.document, "version": version}, by, base)


def import_draft(
    *, document: dict[str, Any], by: User, base: FrameworkVersion | None = None
) -> FrameworkVersion:
    """A new draft from a document, which may be incomplete.

    ValidationError with a line for each fault of its shape, or if there is such a version already.
    """
    faults = shape_faults(document)
    if faults:
        raise ValidationError(faults)
    return _new_draft(document, by, base)


def _new_draft(document: dict[str, Any], by: User, base: FrameworkVersion | None) -> FrameworkVersion:
    with transaction.atomic():
        _refuse_taken(document["code"], document["version"])
        framework = FrameworkVersion(code=document["code"], based_on=base)
        with act("framework.start", by=by) as doing:
            put_document(framework, document)
            doing.target = framework
            doing.detail = {"sha256": framework.content_hash, "based_on": base.pk if base else None}
    return framework


def replace_document(
    *, framework: FrameworkVersion, document: dict[str, Any], seen: str, by: User
) -> FrameworkVersion:
    """Put another document in place of a draft's. `seen` is the hash of the one that the person knows.

    ValidationError for faults of shape and for a document of another framework or version; ChangedMeanwhile.
    """
    faults = shape_faults(document)
    if not faults and (document["code"], document["version"]) != (framework.code, framework.version):
        faults = [
            f"This file is for {document['code']} {document['version']}, not for {framework}. Change the file, or "
            "start a draft of its own from it."
        ]
    if faults:
        raise ValidationError(faults)
    with _editing(framework, by, {"part": "everything"}):
        if framework.content_hash != seen:
            raise _changed(framework, None)
        put_document(framework, document)
    return framework


def save_part(
    *,
    framework: FrameworkVersion,
    kind: str,
    code: str = "",
    values: Mapping[str, Any],
    seen: Mapping[str, Any],
    by: User,
) -> FrameworkVersion:
    """Save one piece of a draft (see `framework_document.parts`); `seen` are its values when it was opened.

    Raises ChangedMeanwhile, and ValidationError by field for a code or version number that is taken.
    """
    with _editing(framework, by, {"part": f"{kind} {code}".strip()}):
        try:
            now = parts.read_part(framework.document, kind, code)
        except KeyError:
            raise _changed(framework, None) from None
        if not _alike(now, seen):
            raise _changed(framework, now)
        new_code = values.get("code", code)
        if kind in parts.LISTS and new_code != code:
            _refuse_taken_code(framework, kind, new_code)
        if kind == "about" and values.get("version", framework.version) != framework.version:
            _refuse_taken(framework.code, values["version"])
        document = parts.write_part(framework.document, kind, code, values)
        if content_hash(document) == framework.content_hash:
            return framework
        if kind == "criterion" and framework.based_on_id:
            framework.crosswalk = walks.renamed(framework.crosswalk, code, new_code)
        if kind == "criterion" and new_code != code:
            framework.comments.filter(criterion=code).update(criterion=new_code)
        put_document(framework, document)
    return framework


def add_part(
    *, framework: FrameworkVersion, kind: str, values: Mapping[str, Any], by: User
) -> FrameworkVersion:
    """Add a heading or criterion. ValidationError by field for a code that is taken."""
    with _editing(framework, by, {"part": f"{kind} {values['code']}", "added": True}):
        _refuse_taken_code(framework, kind, values["code"])
        put_document(framework, parts.add_part(framework.document, kind, values))
    return framework


def remove_part(*, framework: FrameworkVersion, kind: str, code: str, by: User) -> FrameworkVersion:
    """Remove a criterion, or a heading that has none. Nothing happens if it is gone already."""
    with _editing(framework, by, {"part": f"{kind} {code}", "removed": True}):
        if kind == "heading" and any(row["heading"] == code for row in framework.document["criteria"]):
            raise ValidationError(
                "This heading still has criteria. Remove them, or put them under another one."
            )
        try:
            put_document(framework, parts.remove_part(framework.document, kind, code))
        except KeyError:
            return framework
        framework.crosswalk.pop(code, None)
        framework.save(update_fields=["crosswalk"])
    return framework


def move_part(*, framework: FrameworkVersion, kind: str, code: str, up: bool, by: User) -> FrameworkVersion:
    """Move a heading, or a criterion within its heading, one place. KeyError for an unknown code."""
    with _editing(framework, by, {"part": f"{kind} {code}", "moved": "up" if up else "down"}):
        put_document(framework, parts.move_part(framework.document, kind, code, up=up))
    return framework


def save_crosswalk(
    *, framework: FrameworkVersion, crosswalk: Mapping[str, list[str]], by: User
) -> FrameworkVersion:
    """Say for criteria of a draft from which criteria of the version it is based on they come.

    ValidationError, by the criterion's code, for codes that are in neither version.
    """
    with _editing(framework, by, {"part": "crosswalk"}):
        base = framework.based_on
        if base is None:
            raise ValidationError(
                "This draft wasn't started from another version, so there is nothing to compare."
            )
        codes = {row["code"] for row in framework.document["criteria"]}
        known = {row["code"] for row in base.document["criteria"]}
        faults = {
            code: f"{base} has no criterion {', '.join(sorted(set(came_from) - known))}."
            for code, came_from in crosswalk.items()
            if set(came_from) - known
        }
        if faults:
            raise ValidationError(faults)
        framework.crosswalk = {
            code: list(came_from)
            for code, came_from in crosswalk.items()
            if code in codes and list(came_from) != ([code] if code in known else [])
        }
        framework.save(update_fields=["crosswalk", "updated_at"])
    return framework


def delete_draft(*, framework: FrameworkVersion, by: User) -> None:
    """Throw a draft away. WorkflowError if it is none, or if somebody commented on it."""
    with _editing(framework, by, {"deleted": True}):
        if framework.comments.exists():
            raise WorkflowError("People commented on this draft, so it is kept with what they said.")
        FrameworkVersion.objects.filter(pk=framework.pk).delete()


@contextmanager
def _editing(framework: FrameworkVersion, by: User, detail: dict[str, Any]) -> Iterator[None]:
    """The draft, locked and as it is now; one entry in the trail with the hash of what came out."""
    with transaction.atomic():
        lock(framework)
        if framework.state != "draft":
            state = framework.get_state_display().lower()
            raise WorkflowError(f"{framework} can't be edited: it is no draft any more ({state}).")
        before = (framework.content_hash, dict(framework.crosswalk))
        with act("framework.edit", by=by, target=framework, detail=detail) as doing:
            yield
            doing.detail = {**detail, "sha256": framework.content_hash}
            if framework.publish_on and before[0] != framework.content_hash and "deleted" not in detail:
                # What was looked at is what is published: a changed draft needs its day given again.
                framework.publish_on = None
                framework.save(update_fields=["publish_on"])
                doing.detail["publish_on"] = None
            if before == (framework.content_hash, framework.crosswalk) and "deleted" not in detail:
                doing.detail["unchanged"] = True


def _changed(framework: FrameworkVersion, values: dict[str, Any] | None) -> ChangedMeanwhile:
    last = (
        Entry.objects.filter(target_type="reviews.frameworkversion", target_id=framework.pk)
        .select_related("actor")
        .first()
    )
    return ChangedMeanwhile(values, str(last.actor) if last and last.actor else "", last.at if last else None)


def _alike(now: Mapping[str, Any], seen: Mapping[str, Any]) -> bool:
    return all(name in seen and parts.same(value, seen[name]) for name, value in now.items())


def _refuse_taken(code: str, version: str) -> None:
    if FrameworkVersion.objects.filter(code=code, version=version).exists():
        raise ValidationError(
            {"version": f"There is a version {version} of {code} already. Choose another number."}
        )


def _refuse_taken_code(framework: FrameworkVersion, kind: str, code: str) -> None:
    if any(row["code"] == code for row in framework.document[parts.LISTS[kind]]):
        raise ValidationError({"code": f"There is a {kind} {code} already. Give each its own code."})
