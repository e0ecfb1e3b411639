"""A clerk's hands: rows as a bureau issues them, and the workbook as it is filled in, moved about and sent back."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from ingestion.extract import extract
from ingestion.read import read
from ingestion.records import Extraction, Fact, Segmentation
from ingestion.segment import segment
from ingestion.workbook import BY_ID, IssuedRow, Ticket
from publishing.template.sheet import FORM_TITLE, render

TICKET = Ticket(period="2023-10", unit="蓬江区", region_code="440703", campaign_year=2023, issued_from="000007")
HEADER_ROW = 5


def count(key: str, item: int, no: int, target: str, unit: str = "个", **more: Any) -> IssuedRow:
    """A requirement of a count by the end of the year."""
    values: dict[str, Any] = {
        "key": f"R{key:0>12}",
        "item": item,
        "requirement_no": no,
        "requirement": f"2023年12月底前完成{target}{unit}整治（{key}）。",
        "item_no": str(item),
        "task": f"任务{item}",
        "kind": "target",
        "indicator": f"整治{key}",
        "indicator_type": "cumulative",
        "target_value": Decimal(target),
        "target_comparator": "=",
        "target_unit": unit,
        "deadline": date(2023, 12, 31),
    }
    return IssuedRow(**(values | more))


ROWS = (
    count("a1", 1, 1, "24"),
    count("a2", 1, 2, "18", "公里", sub_item="(2)"),
    count("b1", 2, 1, "60", "%", indicator_type="fund_execution", target_comparator=">="),
    count("c1", 3, 1, "1", target_value=None, target_unit=None, target_class="Ⅲ类", indicator_type="water_class"),
    count("d1", 4, 1, "1", target_value=None, target_unit=None, kind="milestone", indicator_type="milestone",
          milestone_stage="trial_operation", requirement="2023年9月底前建成并试运行。"),
)  # fmt: skip

Edit = Callable[[Worksheet], None]


def filled(
    cells: Mapping[tuple[int, str], Any] | None = None,
    *,
    rows: Sequence[IssuedRow] = ROWS,
    ticket: Ticket = TICKET,
    edit: Edit | None = None,
) -> bytes:
    """The issued workbook with values written into (issued row from 1, column id), saved again."""
    book = openpyxl.load_workbook(io.BytesIO(render(ticket, rows)))
    sheet = book[FORM_TITLE]
    for (row, column), value in (cells or {}).items():
        put(sheet, HEADER_ROW + row, column, value)
    if edit:
        edit(sheet)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def column_of(name: str) -> int:
    """The number of a column in the sheet as issued."""
    return list(BY_ID).index(name) + 1


def put(sheet: Worksheet, row: int, column: str, value: Any) -> None:
    """Write a value as it is typed: text that looks like a formula is one."""
    sheet.cell(row, column_of(column)).value = value


def laid_out(content: bytes, name: str = "2023-10 蓬江区 填报表.xlsx", **known: Any) -> Segmentation:
    return segment(read(content, name), **known)


def came_back(content: bytes, name: str = "2023-10 蓬江区 填报表.xlsx") -> Extraction:
    """What ingestion makes of a workbook; every quote must be a slice of the text."""
    segmentation = laid_out(content, name)
    extraction = extract(segmentation)
    text = segmentation.document.text
    for found in (*extraction.facts, *extraction.rejections):
        assert text[found.char_start : found.char_end] == found.quote
    return extraction


def stated(extraction: Extraction) -> list[Fact]:
    """The facts of the structured cells."""
    return [f for f in extraction.facts if f.rule_id.startswith("workbook.") and f.fact == "progress"]


def figures(extraction: Extraction) -> dict[tuple[int, int | None], Decimal | None]:
    """The figure of each requirement: (item, number) → value."""
    return {
        (f.item_seq, f.requirement_no): f.actual_value
        for f in stated(extraction)
        if f.rule_id in ("workbook.figure", "workbook.zero")
    }


def refused(extraction: Extraction) -> list[tuple[str, str, str]]:
    """Reason, quote and locator of each rejection."""
    return [(r.reason, r.quote, r.locator) for r in extraction.rejections]
