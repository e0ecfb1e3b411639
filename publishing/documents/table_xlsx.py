"""A table as xlsx: texts that stay texts, the header on each page, the cells of a region as one."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from openpyxl import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from publishing.documents.edition import Edition
from publishing.documents.tables import Table
from publishing.office import sheets
from publishing.office.grid import Content, Link
from publishing.office.looks import CELL_CENTRED, CELL_LARGE_CENTRED
from publishing.office.package import settle
from publishing.office.words import clean, day_name

_SHEET: Final = "情况表"
_REMARKS: Final = "注"
_HEADER_ROW: Final = 2
#: Widths of a sheet's column for a millimetre of the printed one.
_PER_MM: Final = 0.56


def write(table: Table, edition: Edition, mark: str) -> bytes:
    """The bytes of the workbook; `mark` stands above every printed page, remarks on a sheet of their own."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(_SHEET)
    widths = [column.width_mm * _PER_MM for column in table.columns]
    sheets.set_widths(sheet, widths)
    sheets.banner(sheet, 1, len(table.columns), table.title, is_title=True)
    sheets.set_height(sheet, 1, [(sum(widths) * 0.6, table.title)], 30)
    for col, column in enumerate(table.columns, 1):
        sheets.ruled(sheets.put(sheet, _HEADER_ROW, col, column.header), "header", is_bold=True, is_centred=True)
    for number, row in enumerate(table.rows, _HEADER_ROW + 1):
        _write_row(sheet, number, row, table, widths)
    _merge(sheet, table)
    sheets.set_page(sheet, header_rows=(_HEADER_ROW, _HEADER_ROW), columns=len(table.columns))
    sheet.oddHeader.right.text = mark.replace("&", "&&")
    if table.remarks:
        _write_remarks(book.create_sheet(_REMARKS), table.remarks)
    book.properties.title = clean(table.title)[:255]
    book.properties.creator = clean(f"{edition.agency} {day_name(edition.day)}")[:255]
    book.properties.created = datetime(edition.day.year, edition.day.month, edition.day.day)  # noqa: DTZ001
    written = io.BytesIO()
    book.save(written)
    return settle(written.getvalue(), edition.day)


def _write_row(sheet: Worksheet, number: int, row: Sequence[Content], table: Table, widths: Sequence[float]) -> None:
    texts = [_text(content) for content in row]
    for col, (content, column) in enumerate(zip(row, table.columns, strict=True), 1):
        cell = sheets.put(sheet, number, col, texts[col - 1])
        sheets.ruled(cell, is_centred=column.look in (CELL_CENTRED, CELL_LARGE_CENTRED))
        link = _link(content)
        if link:
            cell.hyperlink = Hyperlink(ref=cell.coordinate, target=link.target, location=link.anchor, tooltip=link.text)
            cell.value, cell.data_type = cell.value or "", "s"
    sheets.set_height(sheet, number, zip(widths, texts, strict=True))


def _text(content: Content) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(line if isinstance(line, str) else line.before.rstrip() for line in content)


def _link(content: Content) -> Link | None:
    """A cell leads to one place: that of its first link."""
    if isinstance(content, str):
        return None
    return next((line for line in content if isinstance(line, Link)), None)


def _merge(sheet: Worksheet, table: Table) -> None:
    first = _HEADER_ROW + 1
    for col, column in enumerate(table.columns, 1):
        begin = 0
        for number in range(1, len(table.rows) + 1):
            ends = number == len(table.rows) or table.rows[number][col - 1] != table.rows[begin][col - 1]
            if column.is_merged and ends:
                if number - begin > 1:
                    sheet.merge_cells(
                        start_row=first + begin, end_row=first + number - 1, start_column=col, end_column=col
                    )
                begin = number


def _write_remarks(sheet: Worksheet, remarks: Sequence[str]) -> None:
    sheets.set_widths(sheet, [120])
    for number, text in enumerate(remarks, 1):
        sheets.put(sheet, number, 1, f"注{number}：{text}")
