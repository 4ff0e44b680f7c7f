"""The annual page as a workbook: the same cells as the page, hence the same counts hidden."""

from __future__ import annotations

import io

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from portal.base.templatetags.portal_tags import NBSP, short_date

from .spreadsheets import neutralised
from .yearly import Report, Table, Value

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TITLE = Font(bold=True, size=14)
HEADING = Font(bold=True)
WRAPPED = Alignment(wrap_text=True, vertical="top")


def workbook_of(report: Report) -> tuple[bytes, int]:
    """Return the XLSX of ``report`` and the number of its lines of figures."""
    book = Workbook()
    book.properties.title = f"Bilan {report.year}"
    book.properties.creator = ""
    summary = book.active
    summary.title = "Synthèse"
    _summary(summary, report)
    for table in report.tables:
        _table(book.create_sheet(table.title), report, table)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue(), len(report.figures) + sum(len(table.rows) for table in report.tables)


def _summary(sheet, report: Report) -> None:
    sheet.append([f"Bilan {report.year} du réseau DLA"])
    sheet["A1"].font = TITLE
    if report.frozen_at:
        state = f"Chiffres arrêtés le {short_date(report.frozen_at)}."
    else:
        state = f"Chiffres provisoires, au {short_date(timezone.localdate())}."
    sheet.append([state])
    for sentence in report.sentences:
        sheet.append([sentence])
    sheet.append([])
    _headings(sheet, ["", str(report.year), str(report.year - 1), "Comment c’est compté"])
    for figure in report.figures:
        sheet.append(
            [
                figure.label,
                _cell(figure.value),
                _cell(figure.before),
                figure.note,
            ]
        )
        for cell in (sheet.cell(sheet.max_row, 2), sheet.cell(sheet.max_row, 3)):
            if isinstance(cell.value, float) and figure.name.endswith("_rate"):
                cell.number_format = "0\u00a0%"
    _widths(sheet, [42, 16, 16, 70])


def _table(sheet, report: Report, table: Table) -> None:
    headings = [table.heading]
    for place, column in enumerate(table.columns):
        headings.append(f"{column} {report.year}")
        if _has_before(table, place):
            headings.append(f"{column} {report.year - 1}")
    _headings(sheet, headings)
    for row in table.rows:
        line = [neutralised(row.label)]
        for cell in row.cells:
            line += [_cell(value) for value in (cell.now, cell.before) if value is not None]
        sheet.append(line)
    if table.note:
        sheet.append([])
        sheet.append([table.note])
    sheet.freeze_panes = "B2"
    _widths(sheet, [48, *[16] * (len(headings) - 1)])


def _has_before(table: Table, place: int) -> bool:
    return any(row.cells[place].before is not None for row in table.rows)


def _headings(sheet, columns: list[str]) -> None:
    sheet.append(columns)
    for cell in sheet[sheet.max_row]:
        cell.font, cell.alignment = HEADING, WRAPPED


def _cell(value: Value):
    """A number where it may be one, so that a sum is possible; else the words of the page."""
    if value.number is not None and not value.is_hidden:
        return value.number
    return value.text.replace(NBSP, " ")


def _widths(sheet, widths: list[int]) -> None:
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
