"""Rows as CSV files that every spreadsheet opens."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse

# A text that begins with one of these is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_response(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """Rows as a CSV file that every spreadsheet opens: UTF-8 with its mark, no cell that is taken for a formula."""
    return HttpResponse(_csv_lines(head, rows), headers=_csv_headers(name))


def csv_stream(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """The same for many rows, sent as they are read."""
    return StreamingHttpResponse(_csv_lines(head, rows), headers=_csv_headers(name))


def _csv_headers(name: str) -> dict[str, str]:
    return {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}.csv"',
    }


def _csv_lines(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    writer = csv.writer(_Echo())
    yield "\N{BYTE ORDER MARK}".encode() + writer.writerow(head)
    for row in rows:
        yield writer.writerow([_cell(value) for value in row])


class _Echo:
    """Hands back what is written, so that a writer of files makes lines."""

    def write(self, text: str) -> bytes:
        return text.encode()


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    plain = value.replace("−", "-")
    try:
        float(plain)
    except ValueError:
        return f"'{value}" if value.startswith(_FORMULA) else value
    return plain
