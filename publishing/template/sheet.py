"""The workbook's three sheets: the one to fill in, the help, and the hidden one by which it is known again."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ingestion.segment.period import month_end
from ingestion.workbook import BY_ID, COLUMNS, HELP_TITLE, HIDDEN_SHEET, IssuedRow, Ticket, hidden_lines
from publishing.template import style
from publishing.template.validation import kind_of, validations

FORM_TITLE: Final = "填报表"
_SPARE_ROWS: Final = 2
_EMPTY_ROWS: Final = 15
_ENTRIES: Final = tuple(column.id for column in COLUMNS if column.kind == "entry")
_LAST_PRINTED: Final = get_column_letter(len(COLUMNS) - 1)
_HEADER_ROW: Final = 5
_HELP_WIDTHS: Final = (16, 50, 40, 34)


def render(ticket: Ticket, rows: Sequence[IssuedRow], language: str = "zh") -> bytes:
    """The workbook's bytes; `language` is that of the help (zh or en)."""
    workbook = Workbook()
    form = workbook.active
    assert isinstance(form, Worksheet)  # noqa: S101 — a new workbook has one worksheet; openpyxl's type says less
    form.title = FORM_TITLE
    _form(form, ticket, rows)
    _help(workbook.create_sheet(HELP_TITLE), language, _last_day(ticket))
    _hidden(workbook.create_sheet(HIDDEN_SHEET), hidden_lines(ticket, rows))
    day = _last_day(ticket)
    workbook.properties.title = _title(ticket)
    workbook.properties.creator = "序时"
    workbook.properties.created = workbook.properties.modified = datetime(day.year, day.month, day.day)  # noqa: DTZ001
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def _last_day(ticket: Ticket) -> date:
    return month_end(int(ticket.period[:4]), int(ticket.period[5:]))


def _title(ticket: Ticket) -> str:
    return f"{ticket.unit}{ticket.period[:4]}年{int(ticket.period[5:])}月重点任务进展填报表"


def _form(sheet: Worksheet, ticket: Ticket, rows: Sequence[IssuedRow]) -> None:
    _head(sheet, ticket, len(rows))
    for col, column in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(col)].width = style.WIDTHS[column.id]
        cell = _cell(sheet, _HEADER_ROW, col)
        style.put(cell, column.header)
        style.header(cell, is_entry=column.kind == "entry")
    sheet.row_dimensions[_HEADER_ROW].height = 30
    rules = validations(_last_day(ticket))
    for number, row in enumerate(rows, _HEADER_ROW + 1):
        _issued_row(sheet, number, row, rules)
    first_spare = _HEADER_ROW + 1 + len(rows)
    last = first_spare + (_SPARE_ROWS if rows else _EMPTY_ROWS) - 1
    for number in range(first_spare, last + 1):
        _spare_row(sheet, number, rules)
    for rule in rules.values():
        if rule.sqref:
            sheet.add_data_validation(rule)
    sheet.column_dimensions[get_column_letter(len(COLUMNS))].hidden = True
    sheet.freeze_panes = f"D{_HEADER_ROW + 1}"
    sheet.sheet_view.zoomScale = 90
    style.page(sheet, header_row=_HEADER_ROW, area=f"A1:{_LAST_PRINTED}{last}")
    style.protect(sheet)


def _head(sheet: Worksheet, ticket: Ticket, count: int) -> None:
    asked = f"目标要求：{count}条" if count else "尚无已发布的任务，请在下面的空行填写"
    lines = (
        _title(ticket),
        f"填报单位：{ticket.unit}　　截至日期：{_last_day(ticket):%Y-%m-%d}　　{asked}",
        "填报人：　　　　　　　　联系电话：　　　　　　　　　　审核人：　　　　　　　　填报日期：",
        f"只填黄色单元格；没有数据请留空，确为零请填 0；详见“{HELP_TITLE}”。白色单元格为下发内容，请勿改动。",
    )
    for number, (text, height) in enumerate(zip(lines, (30, 18, 20, 16), strict=True), 1):
        sheet.merge_cells(f"A{number}:{_LAST_PRINTED}{number}")
        cell = _cell(sheet, number, 1)
        style.put(cell, text)
        sheet.row_dimensions[number].height = height
        if number == 1:
            style.title(cell)
        else:
            style.line(cell, is_hint=number == 4, is_open=number == 3)


def _issued_row(sheet: Worksheet, number: int, row: IssuedRow, rules: dict[str, Any]) -> None:
    shown = row.shown() | {"mark": row.mark}
    style.row_height(sheet, number, ((style.WIDTHS[name], text) for name, text in row.shown().items()))
    for col, column in enumerate(COLUMNS, 1):
        cell = _cell(sheet, number, col)
        rule = kind_of(column.id, row) if column.kind == "entry" else None
        is_closed = column.kind == "entry" and rule is None
        if is_closed or shown.get(column.id):
            style.put(cell, "—" if is_closed else shown[column.id])
        style.body(cell, is_centred=column.id in style.CENTRED, is_open=rule is not None, is_closed=is_closed)
        if rule is not None:
            rules[rule].add(cell.coordinate)
        if column.id == "date":
            cell.number_format = "yyyy-mm-dd"


def _spare_row(sheet: Worksheet, number: int, rules: dict[str, Any]) -> None:
    """An empty row for a task that was not issued."""
    style.row_height(sheet, number, ())
    for col, column in enumerate(COLUMNS, 1):
        cell = _cell(sheet, number, col)
        is_open = column.kind != "mark" and column.id != "last"
        style.body(cell, is_centred=column.id in style.CENTRED, is_open=is_open)
        if column.id in _ENTRIES:
            rules["number" if column.id == "figure" else column.id].add(cell.coordinate)
        if column.id in ("date", "deadline"):
            cell.number_format = "yyyy-mm-dd"


@cache
def _words() -> dict[str, Any]:
    text = files("publishing.template").joinpath("help.yml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def _help(sheet: Worksheet, language: str, day: date) -> None:
    words = _words()[language]
    for col, width in enumerate(_HELP_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(col)].width = width
    sheet.merge_cells("A1:D1")
    style.put(_cell(sheet, 1, 1), words["title"])
    style.title(_cell(sheet, 1, 1))
    sheet.row_dimensions[1].height = 30
    number = 2
    for text in words["lead"]:
        sheet.merge_cells(f"A{number}:D{number}")
        style.put(_cell(sheet, number, 1), f"{number - 1}. {text}")
        style.line(_cell(sheet, number, 1))
        style.row_height(sheet, number, [(sum(_HELP_WIDTHS), text)])
        number += 1
    table = [words["head"], *([BY_ID[name].header, *cells] for name, cells in words["columns"].items())]
    for texts in table:
        style.row_height(sheet, number, zip(_HELP_WIDTHS, texts, strict=True))
        for col, text in enumerate(texts, 1):
            cell = _cell(sheet, number, col)
            style.put(cell, text.replace("{day}", f"{day:%Y-%m-%d}"))
            if texts is table[0]:
                style.header(cell, is_entry=False)
            else:
                style.body(cell, is_centred=col == 1)
        number += 1
    style.page(sheet, header_row=None, area=f"A1:D{number - 1}", fits_one_page=True)
    style.protect(sheet)


def _cell(sheet: Worksheet, row: int, col: int) -> Cell:
    cell = sheet.cell(row, col)
    assert isinstance(cell, Cell)  # noqa: S101 — only the first cell of a merged range is ever asked for
    return cell


def _hidden(sheet: Worksheet, lines: Sequence[str]) -> None:
    """One line a cell; a longer one than a cell holds cannot be issued."""
    for number, text in enumerate(lines, 1):
        style.put(_cell(sheet, number, 1), text)
    sheet.sheet_state = "veryHidden"
    style.protect(sheet)
