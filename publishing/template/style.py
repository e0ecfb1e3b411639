"""How the workbook looks: fonts that every Chinese office has, colours by who writes in a cell, an A4 page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import ceil
from types import MappingProxyType
from typing import Final

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

#: Widths in characters; together they fill a landscape A4 page at about 80 %.
WIDTHS: Final = MappingProxyType(
    {
        "no": 5, "task": 16, "requirement": 28, "deadline": 11.5, "target": 8, "unit": 7, "last": 14, "figure": 9.5,
        "rate": 8.5, "status": 12, "date": 11.5, "progress": 26, "problem": 15, "plan": 15, "mark": 24,
    }
)  # fmt: skip
CENTRED: Final = frozenset({"no", "deadline", "target", "unit", "figure", "rate", "status", "date"})

_THIN: Final = Side(style="thin", color="808080")
_BORDER: Final = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_TITLE: Final = Font(name="黑体", size=16, bold=True)
_LINE: Final = Font(name="宋体", size=10)
_HINT: Final = Font(name="宋体", size=9, color="7F6000")
_HEADER: Final = Font(name="黑体", size=10)
_BODY: Final = Font(name="宋体", size=10)
_ENTRY: Final = PatternFill("solid", fgColor="FFF8DC")
_ENTRY_HEADER: Final = PatternFill("solid", fgColor="FFE699")
_ISSUED_HEADER: Final = PatternFill("solid", fgColor="DDEBF7")
_CLOSED: Final = PatternFill("solid", fgColor="EDEDED")
_OPEN: Final = Protection(locked=False)
_AMBIGUOUS: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_A4: Final = 9
_LINE_HEIGHT: Final = 14.0  # points
_LEAST_LINES: Final = 2
#: Widths of a column that one Chinese character of the body takes, with some to spare for other fonts.
_CHARACTER: Final = 2.1


class _GrowingRow(RowDimension):
    """A row with a height to begin with, which programs raise when somebody writes more into it."""

    @property
    def customHeight(self) -> bool:
        return False


def row_height(sheet: Worksheet, number: int, widths_and_texts: Iterable[tuple[float, str]]) -> None:
    """Make a row high enough for its texts, each with the width of its column."""
    lines = max((_lines(text, width) for width, text in widths_and_texts), default=0)
    height = _LINE_HEIGHT * max(_LEAST_LINES, lines) + 8
    sheet.row_dimensions[number] = _GrowingRow(sheet, index=number, ht=height)


def _lines(text: str, width: float) -> int:
    """Printed lines of a text; a Latin letter is half as wide as a Chinese character."""
    room = max(1.0, width / _CHARACTER)
    return sum(max(1, ceil(sum(0.55 if c.isascii() else 1 for c in part) / room)) for part in text.split("\n"))


def put(cell: Cell, text: str) -> None:
    """Write words as words: never a formula, a number or an escape of the file format."""
    cell.value = _AMBIGUOUS.sub("_x005F_", _NOT_IN_XML.sub("", text))
    cell.data_type = "s"


def title(cell: Cell) -> None:
    """The line above everything."""
    cell.font, cell.alignment = _TITLE, Alignment(horizontal="center", vertical="center")


def line(cell: Cell, *, is_hint: bool = False, is_open: bool = False) -> None:
    """A line between title and header."""
    cell.font, cell.alignment = _HINT if is_hint else _LINE, Alignment(vertical="center", wrap_text=True)
    if is_open:
        cell.fill, cell.protection = _ENTRY, _OPEN


def header(cell: Cell, *, is_entry: bool) -> None:
    """A column's header."""
    cell.font, cell.border = _HEADER, _BORDER
    cell.fill = _ENTRY_HEADER if is_entry else _ISSUED_HEADER
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def body(cell: Cell, *, is_centred: bool, is_open: bool = False, is_closed: bool = False) -> None:
    """A cell of a row: issued, to be filled in (`is_open`) or not asked for (`is_closed`)."""
    cell.font, cell.border = _BODY, _BORDER
    cell.alignment = Alignment(horizontal="center" if is_centred else "left", vertical="center", wrap_text=True)
    if is_open:
        cell.fill, cell.protection = _ENTRY, _OPEN
    elif is_closed:
        cell.fill = _CLOSED


def page(sheet: Worksheet, *, header_row: int | None, area: str, fits_one_page: bool = False) -> None:
    """A4 landscape, as wide as the page, the header on each page, page numbers below."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 1 if fits_one_page else 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_area = area
    if header_row:
        sheet.print_title_rows = f"{header_row}:{header_row}"
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.header, margins.footer = 0.5, 0.6, 0.3, 0.3
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(center=_HeaderFooterPart(text="第 &P 页，共 &N 页"))


def protect(sheet: Worksheet) -> None:
    """Against slips, not against people: no password; widths and heights stay free."""
    protection = sheet.protection
    protection.sheet = True
    protection.formatColumns = protection.formatRows = protection.formatCells = False
    protection.insertRows = protection.sort = protection.autoFilter = False
