"""Workbooks of Excel before 2007 and of WPS (et): one table a sheet, cells as people see them.

xlrd is asked for the number formats and merged ranges too: without the format a completion of 85% is a bare 0.85.
Hidden sheets stand in no block, hidden rows and columns are read and told, as in `ingestion.read.xlsx`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import xlrd
from xlrd.book import Book
from xlrd.sheet import Sheet

from ingestion.errors import UnreadableFileError
from ingestion.read import ole
from ingestion.read.cellformats import BUILT_IN, shown
from ingestion.read.layout import DocumentBuilder, Placed, strip
from ingestion.read.parts import ReadParts
from ingestion.read.sheetviews import add_hidden_sheet
from ingestion.workbook import HIDDEN_SHEET

FORMAT: Final = "xls"
EXTENSIONS: Final = (".xls", ".et", ".xlt", ".ett")
PRIORITY: Final = 25
IS_TEXT: Final = False


def sniff(data: bytes) -> bool:
    """True for the old container with a workbook in it."""
    return ole.content(data) == "workbook"


def parse(data: bytes, name: str) -> ReadParts:
    """Read every visible sheet into a table titled with the sheet's name."""
    book = _opened(data, name)
    builder = DocumentBuilder(name)
    is_own = any(s.visibility and s.name == HIDDEN_SHEET for s in book.sheets())
    for sheet in (s for s in book.sheets() if not s.visibility):
        table = builder.table(_cells(book, sheet), title=sheet.name)
        if table is not None:
            rows = (n + 1 for n, row in sorted(sheet.rowinfo_map.items()) if row.hidden or row.height == 0)
            columns = (n + 1 for n, column in sorted(sheet.colinfo_map.items()) if column.hidden or column.width == 0)
            builder.hidden(table, rows=rows, columns=() if is_own else columns)
    for sheet in (s for s in book.sheets() if s.visibility):
        add_hidden_sheet(builder, list(_cells(book, sheet)), sheet.name)
    return builder.parts()


def _opened(data: bytes, name: str) -> Book:
    try:
        with Path(os.devnull).open("w") as nowhere:  # xlrd writes its doubts to a stream
            return xlrd.open_workbook(file_contents=data, formatting_info=True, ragged_rows=True, logfile=nowhere)
    except MemoryError:
        raise
    except Exception as error:
        if "encrypted" in str(error):
            raise UnreadableFileError(name, "文件有密码保护，请去除密码后重新报送 (password-protected)") from error
        raise UnreadableFileError(
            name, "xls/et 工作簿损坏或不完整，请重新导出后报送 (broken or truncated workbook)"
        ) from error


def _cells(book: Book, sheet: Sheet) -> Iterator[Placed]:
    """The cells that hold something, merged ones with their extent."""
    spans = {(top, left): (bottom - top, right - left) for top, bottom, left, right in sheet.merged_cells}
    for row in range(sheet.nrows):
        for col in range(sheet.row_len(row)):
            text = _text(book, sheet, row, col)
            if strip(text):
                yield Placed(row + 1, col + 1, text, *spans.get((row, col), (1, 1)))


def _text(book: Book, sheet: Sheet, row: int, col: int) -> str:
    kind, stored = sheet.cell_type(row, col), sheet.cell_value(row, col)
    if kind == xlrd.XL_CELL_TEXT:
        return str(stored).replace("\r\n", "\n").replace("\r", "\n")
    if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        return shown(repr(stored), _format(book, sheet.cell_xf_index(row, col)), is_1904=book.datemode == 1)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if stored else "FALSE"
    if kind == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(stored, "#N/A"))
    return ""


def _format(book: Book, style: int) -> str:
    """The number format of a cell style; the numbered ones as a Chinese program shows them."""
    key = book.xf_list[style].format_key if style < len(book.xf_list) else 0
    own = book.format_map.get(key)
    return BUILT_IN.get(key) or (str(own.format_str) if own else "General")


__all__ = ["EXTENSIONS", "FORMAT", "IS_TEXT", "PRIORITY", "parse", "sniff"]
