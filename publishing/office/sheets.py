"""Worksheets whose texts stay texts, with the looks of a table that prints on A4 landscape."""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import ceil
from typing import Final

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from publishing.office.words import clean
from publishing.template import style

LONGEST_TEXT: Final = 32767
_CUT: Final = "……（原文过长，以下从略）"
#: What an office program would take for the beginning of a formula, full-width signs included, behind blanks too.
_LIKE_A_FORMULA: Final = re.compile(r"[\s\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")
#: `_x0041_` is how the file format writes a character that is not written as itself.
_AMBIGUOUS: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_HALF_ESCAPE: Final = re.compile(r"_(?:x[0-9A-F]{0,4})?$")

_THIN: Final = Side(style="thin", color="808080")
_BORDER: Final = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_FILLS: Final = {
    "header": PatternFill("solid", fgColor="DDEBF7"),
    "questioned": PatternFill("solid", fgColor="FFFF99"),
    "remark": PatternFill("solid", fgColor="FDE9D9"),
}
_HEIGHT_OF_LINE: Final = 14.0
_HIGHEST_ROW: Final = 409.0
#: Widths of a column that one Chinese character of the body takes, with some to spare for other fonts.
_CHARACTER: Final = 2.1
NARROWEST: Final = 7.0
_WIDEST: Final = 32.0


def put(sheet: Worksheet, row: int, col: int, text: str) -> Cell:
    """Write a text as a text; returns its cell.

    It is never evaluated: its type is text, and where it begins like a formula the cell says so itself (quotePrefix),
    so that it stays a text when somebody edits it.  A longer one than a cell holds is cut, and says so.
    """
    cell = sheet.cell(row, col)
    assert isinstance(cell, Cell)  # noqa: S101 — only the first cell of a merged range is ever asked for
    if not text:
        return cell
    cell.value = _fitting(_AMBIGUOUS.sub("_x005F_", clean(text)))
    cell.data_type = "s"
    cell.quotePrefix = bool(_LIKE_A_FORMULA.match(text))
    return cell


def ruled(cell: Cell, fill: str | None = None, *, is_bold: bool = False, is_centred: bool = False) -> None:
    """A cell of a table, in one of the fills `header`, `questioned`, `remark` or in none."""
    cell.font = Font(name="黑体" if is_bold else "宋体", size=10)
    cell.border = _BORDER
    cell.alignment = Alignment(horizontal="center" if is_centred else "left", vertical="center", wrap_text=True)
    if fill is not None:
        cell.fill = _FILLS[fill]


def banner(sheet: Worksheet, row: int, columns: int, text: str, *, is_title: bool = False) -> None:
    """A line over the whole width of a table."""
    cell = put(sheet, row, 1, text)
    if is_title:
        style.title(cell)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    else:
        style.line(cell)
    if columns > 1:
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=columns)


def set_widths(sheet: Worksheet, widths: Iterable[float]) -> None:
    """The widths of the columns, from the first on."""
    for col, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(col)].width = width


def width_for(texts: Iterable[str]) -> float:
    """A column wide enough for its texts, within limits: longer ones wrap."""
    longest = max((_characters(line) for text in texts for line in text.split("\n")), default=0)
    return max(NARROWEST, min(_WIDEST, longest * _CHARACTER + 1.5))


def set_height(sheet: Worksheet, row: int, widths_and_texts: Iterable[tuple[float, str]], least: float = 18) -> None:
    """Make a row high enough for its wrapped texts, up to what a sheet allows."""
    lines = max((_lines(clean(text), width) for width, text in widths_and_texts), default=1)
    sheet.row_dimensions[row].height = min(_HIGHEST_ROW, max(least, lines * _HEIGHT_OF_LINE + 4))


def set_page(sheet: Worksheet, *, header_rows: tuple[int, int] | None, columns: int) -> None:
    """A4 landscape, as wide as the page; the header rows on each page and always in sight."""
    style.page(sheet, header_row=None, area=f"A1:{get_column_letter(columns)}{sheet.max_row}")
    if header_rows is not None:
        sheet.print_title_rows = "{}:{}".format(*header_rows)
        sheet.freeze_panes = f"A{header_rows[1] + 1}"


def _fitting(text: str) -> str:
    """A written text as long as a cell holds, counted as office programs count; none of its signs is halved."""
    units = text.encode("utf-16-le")
    if len(units) // 2 <= LONGEST_TEXT:
        return text
    kept = units[: 2 * (LONGEST_TEXT - len(_CUT))].decode("utf-16-le", "ignore")
    return _HALF_ESCAPE.sub("", kept) + _CUT


def _lines(text: str, width: float) -> int:
    room = max(1.0, width / _CHARACTER)
    return sum(max(1, ceil(_characters(line) / room)) for line in text.split("\n"))


def _characters(text: str) -> float:
    """The width of a text in Chinese characters; a Latin letter is about half of one."""
    return sum(0.55 if c.isascii() else 1.0 for c in text)
