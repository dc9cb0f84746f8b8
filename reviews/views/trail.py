"""The trail of everything: searched, read entry by entry, and taken away as a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from lpdqa.audit.chain import head
from lpdqa.audit.models import Entry, Seal
from lpdqa.audit.services import act
from lpdqa.clock import today
from lpdqa.web.access import requires
from lpdqa.web.csv_files import csv_stream
from providers.views.shared import the_user
from reviews.forms.trail import TrailFilterForm
from reviews.queries.trail import EXPORTED, address_of, changes, exported, line
from reviews.queries.trail import trail as trail_rows

RUN = "accounts.run_register"
PAGE = 50
# PostgreSQL's bigint; a number beyond it names no entry.
_LAST = 2**63 - 1


@requires(RUN)
@require_GET
def trail(request: HttpRequest) -> HttpResponse:
    """What everybody did, newest first; page after page by the number of the last entry, so any depth is as quick."""
    form = TrailFilterForm(request.GET)
    entries = trail_rows(the_user(request), form.cleaned_data if form.is_valid() else {})
    before = request.GET.get("before", "")
    if before.isdecimal() and int(before) <= _LAST:
        entries = entries.filter(pk__lt=int(before))
    found = list(entries[: PAGE + 1])
    kept = {name: value for name, value in request.GET.items() if name != "before" and value}
    return render(
        request,
        "reviews/board/trail_all.html",
        {
            "form": form,
            "lines": [line(entry) for entry in found[:PAGE]],
            "older": urlencode({**kept, "before": found[PAGE - 1].pk}) if len(found) > PAGE else "",
            "newest": urlencode(kept) if before else "",
            "is_newest": not before,
            "filters": urlencode(kept),
            "head": head(),
        },
    )


def entry_or_404(request: HttpRequest, pk: int) -> Entry:
    if pk > _LAST:
        raise Http404
    # Of what this person may not read, nothing is said, not even that it is there.
    return get_object_or_404(trail_rows(the_user(request), {}), pk=pk)


@requires(RUN, get=entry_or_404)
@require_GET
def entry(request: HttpRequest, entry: Entry) -> HttpResponse:
    """One act: who, what, when, why, and what it changed row by row, from and to."""
    return render(
        request,
        "reviews/board/trail_entry.html",
        {
            "entry": entry,
            "line": line(entry),
            "changes": changes(entry, the_user(request)),
            "address": address_of(entry),
            "seal": Seal.objects.filter(entry_id=entry.pk).first(),
            "detail": json.dumps(entry.detail, ensure_ascii=False) if entry.detail else "",
        },
    )


@requires(RUN)
@require_GET
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """What the page shows under the same filters, all of it, as CSV or JSON Lines; the export is in the trail too."""
    if form not in ("csv", "jsonl"):
        raise Http404
    filters = TrailFilterForm(request.GET)
    if not filters.is_valid():
        raise Http404
    user = the_user(request)
    with act(
        "trail.export", by=user, detail={"filters": sorted(k for k, v in filters.cleaned_data.items() if v)}
    ):
        rows = exported(trail_rows(user, filters.cleaned_data))
    name = f"trail-{today().isoformat()}"
    if form == "csv":
        return csv_stream(name, EXPORTED, (list(map(_text, row)) for row in rows))
    answer = StreamingHttpResponse(_json_lines(rows), content_type="application/x-ndjson")
    answer["Content-Disposition"] = f'attachment; filename="{name}.jsonl"'
    return answer


def _text(value: Any) -> Any:
    """Further keys as JSON, in a table."""
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder) if value else ""
    return value


def _json_lines(rows: Iterator[list[Any]]) -> Iterator[str]:
    for row in rows:
        yield (
            json.dumps(dict(zip(EXPORTED, row, strict=True)), ensure_ascii=False, cls=DjangoJSONEncoder)
            + "\n"
        )
