"""Bringing in a file, watching it being applied, and taking the same shape out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lpdqa.web.access import requires
from lpdqa.web.refusals import carried_out, words
from lpdqa.workflow import WorkflowError
from programmes.importing.columns import columns
from programmes.importing.export import rows_of
from programmes.importing.files import MOST_ROWS, to_csv, to_xlsx
from programmes.models.bulk_import import BulkImport, ImportKind
from programmes.services.imports import MOST_PROBLEMS, check_file, progress_of, start
from providers.models import Provider
from providers.views.shared import manage_page, provider_or_404, the_user

_TYPES = {
    "csv": ("text/csv; charset=utf-8", to_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", to_xlsx),
}


_NAMED = 10
"""So many new rows are listed by name before a file is applied."""


class ImportForm(forms.Form):
    kind = forms.ChoiceField(
        label="What is in the file?",
        choices=ImportKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say what is in the file."},
    )
    upload = forms.FileField(
        label="The file",
        help_text=f"CSV or XLSX, up to {MOST_ROWS:,} rows",
        error_messages={
            "required": "Choose a file.",
            "empty": "The file is empty. Choose one with rows in it.",
        },
    )


@requires("providers.edit_provider", get=provider_or_404)
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest, provider: Provider) -> HttpResponse:
    """Templates, exports, a form for a file, and the files of the last month."""
    made: list[BulkImport] = []
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and carried_out(
        form, lambda **data: made.append(check_file(provider=provider, by=the_user(request), **data))
    ):
        return redirect("import_detail", made[0].public_id)
    return manage_page(
        request,
        "programmes/manage/imports/index.html",
        provider,
        form=form,
        kinds=[(kind, columns(kind)) for kind in ImportKind],
        earlier=list(provider.imports.select_related("by").defer("rows", "problems")[:20]),
    )


def provider_with_kind(request: HttpRequest, slug: str, **rest: Any) -> Provider:
    provider = provider_or_404(request, slug)
    provider.wanted = rest  # type: ignore[attr-defined]
    return provider


@requires("providers.view_team", get=provider_with_kind)
@require_safe
def export(request: HttpRequest, provider: Provider) -> HttpResponse:
    """The provider's rows, or with `?template` only the header, in the shape the import takes."""
    wanted = provider.wanted  # type: ignore[attr-defined]
    kind, suffix = wanted["kind"], wanted["suffix"]
    if kind not in ImportKind.values or suffix not in _TYPES:
        raise Http404
    content_type, write = _TYPES[suffix]
    empty = "template" in request.GET
    response = HttpResponse(write(kind, [] if empty else rows_of(kind, provider)), content_type=content_type)
    name = f"{kind}-template.{suffix}" if empty else f"{kind}.{suffix}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def import_or_404(request: HttpRequest, public_id: Any, **_: Any) -> BulkImport:
    return get_object_or_404(BulkImport.objects.select_related("provider", "by"), public_id=public_id)


@requires("providers.edit_provider", get=import_or_404)
@require_safe
@never_cache
def detail(request: HttpRequest, bulk: BulkImport) -> HttpResponse:
    """What the check found, row by row; then the button that applies it, and how far it is."""
    known = columns(bulk.kind)
    labels = {column.name: column.label for column in known}
    rows = dict(bulk.rows)
    new = [cells for cells in rows.values() if not _names_one(bulk, cells)]
    return manage_page(
        request,
        "programmes/manage/imports/detail.html",
        bulk.provider,
        bulk=bulk,
        done=progress_of(bulk),
        problems=[
            {
                **problem,
                "label": labels.get(problem["column"], ""),
                "cell": rows.get(problem["row"], {}).get(problem["column"], ""),
            }
            for problem in bulk.problems
        ],
        most_problems=MOST_PROBLEMS,
        known=known,
        new=len(new),
        present=len(rows) - len(new),
        names=[_name(bulk, cells) for cells in new[:_NAMED]],
        more=len(new[_NAMED:]),
    )


def _name(bulk: BulkImport, cells: dict[str, str]) -> str:
    """What a new row is called where all of them are listed."""
    if bulk.kind == ImportKind.COHORTS:
        return f"{cells.get('programme', '')}, {cells.get('starts_on', '')}"
    return cells.get("title", "") or cells.get("name", "")


def _names_one(bulk: BulkImport, cells: dict[str, str]) -> bool:
    name = {ImportKind.PROGRAMMES: "programme", ImportKind.COHORTS: "cohort"}.get(
        ImportKind(bulk.kind), "leader"
    )
    return bool(cells.get(name))


@requires("providers.edit_provider", get=import_or_404)
@require_POST
def apply(request: HttpRequest, bulk: BulkImport) -> HttpResponse:
    """Start the job that applies a checked file."""
    try:
        start(bulk=bulk, by=the_user(request))
    except WorkflowError as refusal:
        messages.error(request, words(refusal))
    return redirect("import_detail", bulk.public_id)


@requires("providers.edit_provider", get=import_or_404)
@require_safe
@never_cache
def progress(request: HttpRequest, bulk: BulkImport) -> HttpResponse:
    """How far it is, for the script of the page."""
    return JsonResponse(
        {
            "running": bulk.state == "running",
            "done": progress_of(bulk),
            "total": bulk.total,
            "note": "",
            "added": 0,
        }
    )
