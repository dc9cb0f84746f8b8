"""Reading an import file into rows of cells, and writing the same shape: CSV and XLSX, with nothing in either that a
spreadsheet would run.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any

import openpyxl
import xlsxwriter
from django.core.exceptions import ValidationError
from django.core.files.base import File

from lpdqa.uploads import TYPES, check, is_formula, kept_name
from programmes.importing.columns import Column, columns

MOST_ROWS = 1000
MOST_BYTES = 5 * 1024 * 1024
Rows = list[tuple[int, dict[str, str]]]
"""The number of the row in the file (the header is row 1) and its cells by column."""


def read(upload: File[bytes] | IO[bytes], name: str, kind: str) -> Rows:
    """The rows of a file, empty ones left out.

    Raises:
        ValidationError: for a file we don't take, an unknown or missing column, too many rows, or none.
    """
    content = upload.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValidationError("The file is larger than 5 MB. Split it.")
    if not content:
        raise ValidationError("The file is empty.")
    suffix = Path(kept_name(name)).suffix.lower()
    if suffix not in (".csv", ".xlsx"):
        raise ValidationError("Give a CSV or XLSX file, as the template is.")
    with tempfile.NamedTemporaryFile(suffix=suffix) as kept:
        kept.write(content)
        kept.flush()
        # A quotation mark shields what the export wrote, so text cells are looked at one by one below.
        if TYPES[suffix] != "text/csv":
            check(Path(kept.name), name)
        table = _csv(content) if suffix == ".csv" else _xlsx(kept.name)
        return _rows(table, columns(kind))


def _csv(content: bytes) -> Iterable[list[str]]:
    if b"\0" in content:
        raise ValidationError("This is not a CSV file. Save it again as “CSV UTF-8”.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            yield [_unshielded(cell) for cell in row]
    except csv.Error as error:
        raise ValidationError(f"The file can’t be read as CSV: {error}.") from error


def _xlsx(path: str) -> Iterable[list[str]]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=False)
        sheet = book.worksheets[0]
        for row in sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=200):
            if any(cell.data_type == "f" for cell in row):
                number = next(cell.row for cell in row if cell.data_type == "f")
                raise ValidationError(f"Row {number} has a formula. Paste the values instead.")
            yield [_text(cell.value) for cell in row]
    except ValidationError:
        raise
    except Exception as error:  # openpyxl raises what its parts raise: KeyError, ValueError, BadZipFile …
        raise ValidationError("The file can’t be read as XLSX. Save it again.") from error


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _rows(table: Iterable[list[str]], known: Sequence[Column]) -> Rows:
    rows = iter(table)
    header = [_tidy(cell) for cell in next(rows, [])]
    names = {text.casefold(): column.name for column in known for text in (column.label, column.name)}
    places: dict[int, str] = {}
    unknown = []
    for place, title in enumerate(header):
        if not title:
            continue
        if name := names.get(title.casefold()):
            if name in places.values():
                raise ValidationError(f"The column “{title}” is there twice.")
            places[place] = name
        else:
            unknown.append(title[:60])
    if unknown:
        raise ValidationError(f"These columns are not in the template: {', '.join(unknown[:10])}.")
    missing = [column.name for column in known if column.required and column.name not in places.values()]
    if missing:
        raise ValidationError(f"These columns are missing: {', '.join(missing)}. Start from the template.")
    found: Rows = []
    for number, row in enumerate(rows, start=2):
        cells = {name: _tidy(row[place]) if place < len(row) else "" for place, name in places.items()}
        if any(cells.values()):
            found.append((number, cells))
        if len(found) > MOST_ROWS:
            raise ValidationError(f"There are more than {MOST_ROWS:,} rows. Split the file.")
    if not found:
        raise ValidationError("There is no row under the header.")
    return found


def _tidy(cell: str) -> str:
    return cell.replace("\x00", "").replace("\r\n", "\n").strip()


def shielded(cell: str) -> str:
    """A cell for CSV that no spreadsheet works out: what looks like a formula gets a quotation mark in front."""
    return f"'{cell}" if is_formula(cell) or cell.startswith(("'", "\t", "\r")) else cell


def _unshielded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and (is_formula(cell[1:]) or cell[1:2] in "'\t\r") else cell


def to_csv(kind: str, rows: Iterable[dict[str, str]]) -> bytes:
    """A CSV file with the columns of the template."""
    names = [column.name for column in columns(kind)]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(names)
    for row in rows:
        writer.writerow([shielded(row.get(name, "")) for name in names])
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(kind: str, rows: Iterable[dict[str, str]]) -> bytes:
    """The same as XLSX, with a second sheet that says what each column takes. Every cell is text."""
    known, out = columns(kind), io.BytesIO()
    with xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    ) as book:
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet("Rows")
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(known):
            sheet.write_string(0, place, column.name, bold)
        sheet.set_column(0, len(known) - 1, 24)
        for number, row in enumerate(rows, start=1):
            for place, column in enumerate(known):
                if cell := row.get(column.name, ""):
                    sheet.write_string(number, place, cell[:32_767])
        about = book.add_worksheet("Columns")
        for place, title in enumerate(("Column", "What it asks", "Needed", "What it takes")):
            about.write_string(0, place, title, bold)
        for number, column in enumerate(known, start=1):
            needed = "yes" if column.required else ""
            for place, text in enumerate((column.name, column.label, needed, column.takes)):
                about.write_string(number, place, text, wrap)
        about.set_column(0, 0, 24)
        about.set_column(1, 1, 50)
        about.set_column(3, 3, 90)
    return out.getvalue()
