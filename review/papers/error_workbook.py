"""The error workbook (核对意见表): a unit's own rows with what was found in them, to be mended and sent back."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from publishing.office import sheets
from publishing.office.package import settle
from publishing.office.words import clean, day_name, period_name, place
from review.papers.words import SEVERITIES, Finding, explained, quoted

REMARKS: Final = "核对意见"
HELP: Final = "说明"
OTHERS: Final = "其他内容"
_REMARK_WIDTH: Final = 46.0
_OTHER_HEADER: Final = ("序号", "任务（事项）", "位置", "原文", REMARKS)
_OTHER_WIDTHS: Final = (7.0, 24.0, 20.0, 50.0, _REMARK_WIDTH)
_HELP_WIDTHS: Final = (24.0, 90.0)
_REQUEST: Final = "请核对并说明以哪一处为准；需要更正的，直接改在本行相应单元格"
_REQUEST_OTHERS: Final = "请核对并说明以哪一处为准；需要更正的，报送更正后的全文"


@dataclass(frozen=True, slots=True)
class CellFinding:
    """A finding in a row; `column` is the cell in question, from 1, None where it concerns the row as a whole."""

    finding: Finding
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row as the document had it; `number` is its place in the document's table, from 1."""

    number: int
    cells: tuple[str, ...]
    findings: tuple[CellFinding, ...]


@dataclass(frozen=True, slots=True)
class ErrorTable:
    """A table's header, of one row or more, and those of its rows that have findings; `index` counts tables from 1."""

    index: int
    header: tuple[tuple[str, ...], ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorWorkbook:
    """What a workbook says; `title` is the document's own, `others` are findings outside its tables."""

    agency: str
    unit: str
    period: str | None
    file_name: str
    day: date
    title: str | None = None
    reply_due: date | None = None
    tables: tuple[ErrorTable, ...] = ()
    others: tuple[Finding, ...] = ()


def write(book: ErrorWorkbook) -> bytes:
    """The workbook as xlsx: the same bytes for the same content.  ValueError where there is no finding to show."""
    if not book.others and not any(table.rows for table in book.tables):
        raise ValueError("核对意见表须至少有一项意见 (an error workbook needs at least one finding)")
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for table in book.tables:
        _write_table(workbook.create_sheet(f"第{table.index}表"), book, table)
    if book.others:
        _write_others(workbook.create_sheet(OTHERS), book)
    _write_help(workbook.create_sheet(HELP), book)
    workbook.properties.title = clean(_title(book))[:255]
    workbook.properties.creator = clean(book.agency)[:255]
    workbook.properties.created = datetime(book.day.year, book.day.month, book.day.day)  # noqa: DTZ001
    written = io.BytesIO()
    workbook.save(written)
    return settle(written.getvalue(), book.day)


def _title(book: ErrorWorkbook) -> str:
    return book.title or f"{book.unit}{period_name(book.period)}重点任务进展情况表"


def _write_table(sheet: Worksheet, book: ErrorWorkbook, table: ErrorTable) -> None:
    width = max(len(cells) for cells in (*table.header, *(row.cells for row in table.rows)))
    columns = zip(*(_padded(cells, width) for cells in (*table.header, *(r.cells for r in table.rows))), strict=True)
    widths = [*(sheets.width_for(texts) for texts in columns), _REMARK_WIDTH]
    sheets.set_widths(sheet, widths)
    sheets.banner(sheet, 1, width + 1, _title(book), is_title=True)
    sheets.set_height(sheet, 1, [(sum(widths) * 0.6, _title(book))], 30)
    last = 1 + len(table.header)
    for number, cells in enumerate(table.header, 2):
        _write_header(sheet, number, [*_padded(cells, width), REMARKS], widths)
    for number, row in enumerate(table.rows, last + 1):
        _write_row(sheet, number, row, width, widths, table.header)
    sheets.set_page(sheet, header_rows=(2, last), columns=width + 1)


def _write_header(sheet: Worksheet, number: int, texts: Sequence[str], widths: Sequence[float]) -> None:
    for col, text in enumerate(texts, 1):
        is_remark = text == REMARKS and col == len(texts)
        sheets.ruled(
            sheets.put(sheet, number, col, text), "remark" if is_remark else "header", is_bold=True, is_centred=True
        )
    sheets.set_height(sheet, number, zip(widths, texts, strict=True), 24)


def _write_row(
    sheet: Worksheet, number: int, row: Row, width: int, widths: Sequence[float], header: Sequence[Sequence[str]]
) -> None:
    remark = _remark(row, header)
    questioned = {found.column for found in row.findings}
    for col, text in enumerate(_padded(row.cells, width), 1):
        fill = "questioned" if col in questioned else None
        sheets.ruled(sheets.put(sheet, number, col, text), fill, is_centred=widths[col - 1] <= sheets.NARROWEST)
    sheets.ruled(sheets.put(sheet, number, width + 1, remark), "remark")
    sheets.set_height(sheet, number, zip(widths, (*_padded(row.cells, width), remark), strict=True))


def _remark(row: Row, header: Sequence[Sequence[str]]) -> str:
    lines = [f"（原表第{row.number}行）"]
    for number, found in enumerate(row.findings, 1):
        lines += _told(found.finding, number, _column_name(found.column, header), _REQUEST)
    return "\n".join(lines)


def _told(finding: Finding, number: int, where: str, request: str) -> list[str]:
    """A finding in lines: its number, severity and place, what does not agree, and what is asked."""
    severity = SEVERITIES.get(finding.severity, "")
    head = f"{number}. " + (f"【{severity}】" if severity else "") + where
    first, *more = explained(finding) or [""]
    return [f"{head}{first}", *more, f"处理：{finding.request or request}"]


def _column_name(column: int | None, header: Sequence[Sequence[str]]) -> str:
    """The column in words, by the lowest header that names it: 第5格“工作进展情况”：."""
    if column is None:
        return ""
    names = [cells[column - 1].strip() for cells in header if column <= len(cells)]
    name = next((" ".join(name.split()) for name in reversed(names) if name), "")
    return f"第{column}格“{name}”：" if name else f"第{column}格："


def _write_others(sheet: Worksheet, book: ErrorWorkbook) -> None:
    sheets.set_widths(sheet, _OTHER_WIDTHS)
    sheets.banner(sheet, 1, len(_OTHER_HEADER), f"{_title(book)}：表格以外的内容", is_title=True)
    sheets.set_height(sheet, 1, (), 30)
    _write_header(sheet, 2, _OTHER_HEADER, _OTHER_WIDTHS)
    for number, finding in enumerate(book.others, 1):
        remark = "\n".join(_told(finding, number, "", _REQUEST_OTHERS))
        texts = (str(number), finding.task or "", place(finding.locator), quoted(finding), remark)
        for col, text in enumerate(texts, 1):
            fill = {4: "questioned", 5: "remark"}.get(col)
            sheets.ruled(sheets.put(sheet, number + 2, col, text), fill, is_centred=col == 1)
        sheets.set_height(sheet, number + 2, zip(_OTHER_WIDTHS, texts, strict=True))
    sheets.set_page(sheet, header_rows=(2, 2), columns=len(_OTHER_HEADER))


def _write_help(sheet: Worksheet, book: ErrorWorkbook) -> None:
    sheets.set_widths(sheet, _HELP_WIDTHS)
    sheets.banner(sheet, 1, 2, "填改说明", is_title=True)
    sheets.set_height(sheet, 1, (), 30)
    for number, (name, text) in enumerate(_help(book), 2):
        sheets.ruled(sheets.put(sheet, number, 1, name), "header", is_bold=True, is_centred=True)
        sheets.ruled(sheets.put(sheet, number, 2, text))
        sheets.set_height(sheet, number, [(_HELP_WIDTHS[0], name), (_HELP_WIDTHS[1], text)], 24)
    sheets.set_page(sheet, header_rows=None, columns=2)


def _help(book: ErrorWorkbook) -> Iterator[tuple[str, str]]:
    """Name and text of each line, without full stops: a cell of sentences is read as a report when it comes back."""
    yield "报送单位", book.unit
    yield "报送期", period_name(book.period) or "未能识别"
    yield "来源文件", book.file_name
    yield "意见数", f"{sum(_counts(book))}处（{_counted(book)}）"
    yield "列了什么", "只列原文中有核对意见的行，各列保持原样，没有列出的行不需要改动"
    yield "怎么看", f"黄色单元格是所涉内容，“{REMARKS}”一列写明哪里不一致、算式和处理要求，核对不认定哪一处有误"
    yield "怎么改", "直接改在原单元格，不要增减或移动其他各列，不需要改的行保持原样"
    yield "原文无误的", f"在“{REMARKS}”一列该条之后写明依据"
    if book.others:
        yield "表格以外的", f"见“{OTHERS}”表，需要更正的报送更正后的全文"
    yield "报给谁", f"{book.agency}，并附加盖公章的书面说明"
    yield "期限", f"{day_name(book.reply_due)}前" if book.reply_due else "尽快"
    yield "关于文字", "所有单元格都按文字保存，以“=”“+”“-”“@”开头的内容只作为文字显示，不会计算"


def _counts(book: ErrorWorkbook) -> Iterator[int]:
    yield len(book.others)
    for table in book.tables:
        yield sum(len(row.findings) for row in table.rows)


def _counted(book: ErrorWorkbook) -> str:
    parts = [f"第{t.index}表{sum(len(r.findings) for r in t.rows)}处" for t in book.tables]
    return "，".join([*parts, *([f"表格以外{len(book.others)}处"] if book.others else [])])


def _padded(cells: Iterable[str], width: int) -> tuple[str, ...]:
    texts = tuple(cells)
    return texts + ("",) * (width - len(texts))
