"""A workbook with one sheet: merged title, header repeated on every printed page, merged region, A4 landscape."""

from __future__ import annotations

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from samples.layout import Sheet, lay_out
from samples.model import Filing
from samples.writers.package import settle

_SHEET_CHARACTERS = 125  # characters of width that fill a landscape page
_LINE_HEIGHT = 16.0  # points
_LINE = Side(style="thin", color="000000")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)


def write(filing: Filing) -> bytes:
    """The workbook's bytes."""
    sheet = lay_out(filing)
    workbook = Workbook()
    page = workbook.active
    assert isinstance(page, Worksheet)  # noqa: S101 — a new workbook has one worksheet; openpyxl's type says less
    page.title = f"{int(filing.period[-2:])}月"
    top = _head(page, sheet)
    _body(page, sheet, top)
    _page_setup(page, top)
    workbook.properties.creator = filing.reporting_unit
    written = io.BytesIO()
    workbook.save(written)
    return settle(written.getvalue(), filing.received_at)


def _head(page: Worksheet, sheet: Sheet) -> int:
    """Title, subtitle and header; the number of the header's row."""
    lines = [(sheet.title, Font(name="方正小标宋简体", size=18), "center", 36)]
    if sheet.subtitle:
        lines.append((sheet.subtitle, Font(name="楷体_GB2312", size=11), "left", 22))
    for row, (text, font, horizontal, height) in enumerate(lines, 1):
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(sheet.columns))
        cell = page.cell(row, 1, text)
        cell.font, cell.alignment = font, Alignment(horizontal=horizontal, vertical="center")
        page.row_dimensions[row].height = height
    top = len(lines) + 1
    for col, column in enumerate(sheet.columns, 1):
        cell = page.cell(top, col, column.header)
        cell.font, cell.border = Font(name="黑体", size=11), _BORDER
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        page.column_dimensions[get_column_letter(col)].width = _width(column.width)
    page.row_dimensions[top].height = 24
    return top


def _body(page: Worksheet, sheet: Sheet, top: int) -> None:
    for r, texts in enumerate(sheet.rows, top + 1):
        for c, (column, text) in enumerate(zip(sheet.columns, texts, strict=True), 1):
            value = "\n".join(text)
            cell = page.cell(r, c, int(value) if column.role == "number" else value or None)
            cell.font, cell.border = Font(name="宋体", size=10), _BORDER
            horizontal = "center" if column.width < 15 else "left"
            cell.alignment = Alignment(horizontal=horizontal, vertical="center", wrap_text=True)
        page.row_dimensions[r].height = _LINE_HEIGHT * max(
            _lines(text, column.width) for column, text in zip(sheet.columns, texts, strict=True)
        )
    for col in sheet.merged_columns:
        page.merge_cells(start_row=top + 1, end_row=top + len(sheet.rows), start_column=col + 1, end_column=col + 1)


def _page_setup(page: Worksheet, top: int) -> None:
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9  # A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = f"{top}:{top}"
    page.print_options.horizontalCentered = True
    page.freeze_panes = f"A{top + 1}"


def _width(share: int) -> float:
    return _SHEET_CHARACTERS * share / 100


def _lines(paragraphs: tuple[str, ...], share: int) -> int:
    """Printed lines of a cell, one of them left free: a Chinese character of the body is 1.8 wide."""
    per_line = max(1, int(_width(share) / 1.8))
    return 1 + sum(-(-len(text) // per_line) for text in paragraphs)
