"""The open data: what there is, and its files."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from lpdqa.web.access import public
from providers.queries.sources import ATTRIBUTION
from reviews.queries.open_data import TABLES
from reviews.queries.open_data_columns import FEWEST
from reviews.queries.open_data_package import DICTIONARY, LICENCES, PACKAGE, published

_TYPES = {
    "csv": "text/csv; charset=utf-8; header=present",
    "jsonl": "application/x-ndjson",
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
}


@public
@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """What can be downloaded, how large and how old it is, and what each column means."""
    return render(
        request,
        "reviews/open_data.html",
        {
            "edition": published(),
            "tables": TABLES,
            "fewest": FEWEST,
            "package": PACKAGE,
            "dictionary": DICTIONARY,
            "licences": LICENCES,
            "attribution": ATTRIBUTION,
        },
    )


@public
@require_safe
def open_data_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """One file of the newest edition; 304 where the reader has it."""
    edition = published()
    file = edition.file(name) if edition else None
    if edition is None or (file is None and name not in (PACKAGE, DICTIONARY)):
        raise Http404
    made = int(edition.made_at.timestamp())
    etag = quote_etag(file.sha256 if file else f"{edition.folder.name}-{name}")
    unchanged = get_conditional_response(request, etag=etag, last_modified=made)
    if unchanged is not None and unchanged.status_code == 304:
        return unchanged
    try:
        content = (edition.folder / name).open("rb")
    except FileNotFoundError as error:  # two nights have passed since the line above
        raise Http404 from error
    answer = FileResponse(content, content_type=_TYPES[name.rpartition(".")[2]])
    answer["ETag"], answer["Last-Modified"] = etag, http_date(made)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
