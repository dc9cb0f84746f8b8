"""A comparison as a spreadsheet."""

from __future__ import annotations

import io

import xlsxwriter

from lpdqa.clock import today
from lpdqa.web.formats import long_date
from programmes.queries.compare import Comparison, Numbers

_FORMATS = {"money": "£#,##0.00", "score": "0.00", "number": "#,##0.##"}


def workbook(comparison: Comparison, numbers: Numbers, address: str) -> bytes:
    """One sheet, prepared to print on one landscape page: a row for each line, a column for each thing.

    Figures are numbers; where there is none the cell says why. Text is never read as a formula or a link.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("Comparison")
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    reason = book.add_format({"text_wrap": True, "valign": "top", "italic": True, "font_color": "#4b5860"})
    head = book.add_format({"bold": True, "bg_color": "#f2f5f7"})
    units = {
        unit: book.add_format({"num_format": code, "align": "left", "valign": "top"})
        for unit, code in _FORMATS.items()
    }

    sheet.write_string(0, 0, f"Comparison of {long_date(today())}", bold)
    sheet.write_string(1, 0, f"For {numbers.participants} participants and {numbers.days} days. {address}")
    sheet.write_string(3, 0, "", bold)
    sheet.write_string(3, 1, "Differs", bold)
    for column, subject in enumerate(comparison.subjects, start=2):
        entry = subject.entry
        label = " (example, made up)" if entry.is_example else ""
        by = "" if entry.provider_name == entry.title else f"\n{entry.provider_name}"
        sheet.write_string(3, column, f"{entry.title}{label}{by}", bold)
    line = 4
    for group in comparison.groups:
        for column in range(2 + len(comparison.subjects)):
            sheet.write_string(line, column, group.title if column == 0 else "", head)
        line += 1
        for row in group.rows:
            sheet.write_string(line, 0, row.label, bold)
            sheet.write_string(line, 1, "differs" if row.differs else "", plain)
            for column, cell in enumerate(row.cells, start=2):
                if cell.amount is not None:
                    sheet.write_number(line, column, float(cell.amount), units[cell.unit])
                else:
                    sheet.write_string(line, column, cell.text, reason if cell.missing else plain)
            line += 1
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 9)
    sheet.set_column(2, 1 + max(len(comparison.subjects), 1), 36)
    sheet.freeze_panes(4, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)
    book.close()
    return stream.getvalue()
