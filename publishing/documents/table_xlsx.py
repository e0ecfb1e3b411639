"""A table as xlsx: texts that stay texts, the header on each page, the cells of a region as one."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from publishing.documents.checking import LAGS
from publishing.documents.edition import Edition
from publishing.documents.tables import Table
from publishing.office import sheets
from publishing.office.grid import LINK_COLOUR, Column, Content, Link
from publishing.office.looks import CELL_CENTRED, CELL_LARGE_CENTRED
from publishing.office.package import settle
from publishing.office.words import clean, day_name

_SHEET: Final = "情况表"
_REMARKS: Final = "注"
_SOURCE: Final = "出处"
_HEADER_ROW: Final = 2
#: Widths of a sheet's column for a millimetre of the printed one.
_PER_MM: Final = 0.56


def write(table: Table, edition: Edition, mark: str) -> bytes:
    """The bytes of the workbook; `mark` stands above every printed page, remarks on a sheet of their own.

    A cell of a sheet leads to one place only, and what wraps loses its lines when it is a link: links have a column.
    """
    table = _with_links_apart(table)
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
    sheet.oddFooter.left.text = f"{edition.agency}　{day_name(edition.day)}".replace("&", "&&")
    if table.remarks:
        _write_remarks(book.create_sheet(_REMARKS), table.remarks)
    book.properties.title = clean(table.title)[:255]
    book.properties.creator = clean(f"{edition.agency} {day_name(edition.day)}")[:255]
    book.properties.created = datetime(edition.day.year, edition.day.month, edition.day.day)  # noqa: DTZ001
    written = io.BytesIO()
    book.save(written)
    return settle(written.getvalue(), edition.day)


def _with_links_apart(table: Table) -> Table:
    """The table with one column more, 出处, where its rows have links: to the first requirement that lags."""
    links = [_link(row) for row in table.rows]
    if not any(links):
        return table
    rows = tuple((*map(_text, row), [link] if link else "") for row, link in zip(table.rows, links, strict=True))
    return replace(table, columns=(*table.columns, Column(_SOURCE, 15, CELL_CENTRED)), rows=rows)


def _write_row(sheet: Worksheet, number: int, row: Sequence[Content], table: Table, widths: Sequence[float]) -> None:
    for col, (content, column) in enumerate(zip(row, table.columns, strict=True), 1):
        link = None if isinstance(content, str) else _link([content])
        cell = sheets.put(sheet, number, col, link.text if link else _text(content))
        sheets.ruled(cell, is_centred=column.look in (CELL_CENTRED, CELL_LARGE_CENTRED))
        if link:
            cell.hyperlink = Hyperlink(ref=cell.coordinate, target=link.target, location=link.anchor)
            cell.font = Font(name="宋体", size=10, color=LINK_COLOUR, underline="single")
    sheets.set_height(sheet, number, zip(widths, map(_text, row), strict=True))


def _text(content: Content) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(line if isinstance(line, str) else line.before.rstrip() for line in content)


def _link(row: Sequence[Content]) -> Link | None:
    links = [line for content in row if not isinstance(content, str) for line in content if isinstance(line, Link)]
    return next((link for link in links if LAGS in link.before), links[0] if links else None)


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
    sheets.set_widths(sheet, [8, 112])
    for number, text in enumerate(remarks, 1):
        sheets.put(sheet, number, 1, f"注{number}")
        sheets.put(sheet, number, 2, text).alignment = Alignment(vertical="top", wrap_text=True)
    sheets.set_page(sheet, header_rows=None, columns=2)
