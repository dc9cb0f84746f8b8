"""Bringing in many rows at once: the whole file is checked, and then applied as a whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import IO, Any

import structlog
from celery import current_app
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction

from lpdqa.accounts.models import User
from lpdqa.audit.services import act
from lpdqa.clock import now, today
from lpdqa.rows import lock
from lpdqa.uploads import kept_name
from lpdqa.workflow import WorkflowError
from programmes.importing.columns import form_for, found_row
from programmes.importing.files import read
from programmes.models import Programme
from programmes.models.bulk_import import BulkImport, ImportKind, ImportState
from programmes.services.cohorts import add_cohort, update_cohort
from programmes.services.prices import set_price
from programmes.services.programmes import create_programme, update_version
from providers.models import Provider
from providers.services.leaders import create_leader, update_leader

log = structlog.get_logger("programmes.imports")

KEPT_FOR = timedelta(days=30)
MOST_PROBLEMS = 500
Problem = dict[str, Any]
"""`row` in the file, `column`, and `text`: what is wrong and what to do."""


def check_file(*, provider: Provider, by: User, kind: str, upload: File[bytes] | IO[bytes]) -> BulkImport:
    """Read a file and check every row; nothing of it is applied yet.

    Raises:
        ValidationError: field `upload`, where the file as a whole can't be read.
    """
    name = str(getattr(upload, "name", "") or "file")
    try:
        rows = read(upload, name, kind)
    except ValidationError as error:
        raise ValidationError({"upload": error.messages}) from error
    problems: list[Problem] = []
    for number, cells in rows:
        problems += _problems_of(kind, provider, number, cells)
        if len(problems) > MOST_PROBLEMS:
            break
    with act("import.check", by=by, target=provider, detail={"kind": kind, "rows": len(rows)}):
        return BulkImport.objects.create(
            provider=provider,
            by=by,
            kind=ImportKind(kind),
            state=ImportState.REFUSED if problems else ImportState.CHECKED,
            file_name=kept_name(name),
            rows=rows,
            problems=problems[:MOST_PROBLEMS],
            total=len(rows),
        )


def _problems_of(kind: str, provider: Provider, number: int, cells: Mapping[str, str]) -> list[Problem]:
    form = form_for(kind, cells)
    if not form.is_valid():
        return [
            {"row": number, "column": name, "text": text}
            for name in form.errors
            for text in (form[name].error_texts if name in form.fields else form.errors[name])  # type: ignore[attr-defined]
        ]
    try:
        found_row(kind, provider, form.cleaned_data)
        if kind == ImportKind.COHORTS:
            _programme_of(provider, form.cleaned_data)
    except ValidationError as refusal:
        return _problems(number, refusal)
    return []


def _problems(number: int, refusal: ValidationError | WorkflowError) -> list[Problem]:
    if isinstance(refusal, WorkflowError):
        return [{"row": number, "column": "", "text": str(refusal)}]
    if hasattr(refusal, "error_dict"):
        return [
            {"row": number, "column": "" if name == "__all__" else name, "text": text}
            for name, texts in refusal.message_dict.items()
            for text in texts
        ]
    return [{"row": number, "column": "", "text": text} for text in refusal.messages]


def start(*, bulk: BulkImport, by: User) -> BulkImport:
    """Apply a checked file, by a background job.

    Raises:
        WorkflowError: it has errors, or was applied already.
    """
    with act("import.start", by=by, target=bulk.provider, detail={"import": bulk.pk}):
        lock(bulk)
        if bulk.state != ImportState.CHECKED:
            raise WorkflowError(f"This file can’t be applied: {bulk.get_state_display().lower()}.")
        bulk.state, bulk.started_at = ImportState.RUNNING, now()
        bulk.save()
        transaction.on_commit(lambda: _ask_for(bulk.pk))
    return bulk


def _ask_for(pk: int) -> None:
    # The sweep finds it where the queue is away.
    try:
        current_app.send_task("programmes.tasks.apply_import", args=[pk], retry=False)
    except Exception:
        log.exception("job_not_queued", job="apply_import")


def apply(*, pk: int) -> bool:
    """Write every row of a started import in one transaction; the first refusal undoes all. True if applied."""
    refused: list[Problem] = []
    try:
        with transaction.atomic():
            bulk = BulkImport.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
            if bulk is None or bulk.state != ImportState.RUNNING:
                return False
            for done, (number, cells) in enumerate(bulk.rows, start=1):
                try:
                    _write(bulk, cells)
                except (ValidationError, WorkflowError) as refusal:
                    refused = _problems(number, refusal)
                    raise
                if done % 5 == 0:
                    cache.set(_progress_key(pk), done, timeout=3600)
            bulk.state, bulk.done, bulk.ended_at = ImportState.APPLIED, len(bulk.rows), now()
            bulk.save()
        return True
    except (ValidationError, WorkflowError):
        BulkImport.objects.filter(pk=pk).update(
            state=ImportState.FAILED, problems=refused, ended_at=now(), done=0
        )
        return False
    finally:
        cache.delete(_progress_key(pk))


def apply_waiting() -> int:
    """Apply imports whose job was lost; by the clock. Returns how many."""
    waiting = BulkImport.objects.filter(
        state=ImportState.RUNNING, started_at__lt=now() - timedelta(minutes=2)
    )
    return sum(apply(pk=pk) for pk in waiting.order_by("pk").values_list("pk", flat=True)[:5])


def progress_of(bulk: BulkImport) -> int:
    """How many rows are written so far."""
    if bulk.state != ImportState.RUNNING:
        return bulk.done
    return int(cache.get(_progress_key(bulk.pk)) or 0)


def _progress_key(pk: int) -> str:
    return f"import:{pk}:done"


def forget_old() -> int:
    """Delete files that were brought in a month ago; what they wrote stays. Returns how many."""
    return BulkImport.objects.filter(created_at__lt=now() - KEPT_FOR).delete()[0]


# --- One row ------------------------------------------------------------------------------------------------


def _write(bulk: BulkImport, cells: Mapping[str, str]) -> None:
    form = form_for(bulk.kind, cells)
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    # A column that is not in the file is left as it is.
    data = {name: value for name, value in form.cleaned_data.items() if name in cells}
    row = found_row(bulk.kind, bulk.provider, form.cleaned_data)
    _WRITERS[ImportKind(bulk.kind)](bulk, row, data)


def _write_programme(bulk: BulkImport, row: Programme | None, data: dict[str, Any]) -> None:
    price = {name.removeprefix("price_"): data.pop(name) for name in list(data) if name.startswith("price_")}
    kind, course, _ = data.pop("kind"), data.pop("npq_course", None), data.pop("programme", None)
    if row is None:
        title = data.pop("title")
        version = create_programme(
            provider=bulk.provider, by=bulk.by, kind=kind, title=title, npq_course=course, **data
        )
        programme = version.programme
    else:
        programme = row
        if row.kind != kind:
            raise ValidationError({"kind": "The kind of a programme stays. Add a new one instead."})
        newest = row.versions.order_by("-number")[0]
        if any(getattr(newest, name) != value for name, value in data.items()):
            update_version(version=newest, by=bulk.by, **data)
    if price.get("per_participant") is None and price.get("per_school") is None:
        return
    given = {name: value for name, value in price.items() if name != "valid_from"}
    present = programme.prices.filter(valid_from__lte=today()).order_by("-valid_from").first()
    if present and all(getattr(present, name) == value for name, value in given.items()):
        return
    on = price.get("valid_from") or today()
    set_price(programme=programme, by=bulk.by, valid_from=max(on, today()) if present else on, **given)


def _programme_of(provider: Provider, data: Mapping[str, Any]) -> Programme:
    programme = Programme.objects.filter(provider=provider, slug=data["programme"]).first()
    if programme is None:
        raise ValidationError({"programme": "No programme of yours has this address."})
    return programme


def _write_cohort(bulk: BulkImport, row: Any, data: dict[str, Any]) -> None:
    programme = _programme_of(bulk.provider, data)
    data = {name: value for name, value in data.items() if name not in ("programme", "cohort")}
    if row is None:
        add_cohort(programme=programme, by=bulk.by, **data)
    elif row.programme_id != programme.pk:
        raise ValidationError({"programme": "This run belongs to another programme."})
    else:
        update_cohort(cohort=row, by=bulk.by, **data)


def _write_leader(bulk: BulkImport, row: Any, data: dict[str, Any]) -> None:
    data.pop("leader", None)
    if row is None:
        create_leader(designator=bulk.provider, by=bulk.by, **data)
    else:
        update_leader(leader=row, by=bulk.by, **data)


_WRITERS: dict[ImportKind, Callable[[BulkImport, Any, dict[str, Any]], None]] = {
    ImportKind.PROGRAMMES: _write_programme,
    ImportKind.COHORTS: _write_cohort,
    ImportKind.LEADERS: _write_leader,
}
