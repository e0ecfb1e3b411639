"""Cells that mean something only under their column's header; the cells modules read them, this names the rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ingestion.extract.marks import Mark, Marks
from ingestion.extract.registry import Calendar, Rule


def _none(_text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    yield from ()


RULES: Final = (
    Rule(
        id="cell.figure",
        version=3,
        order=95,
        description_zh="表格单元格里的单独数字，按列名读：城镇新增就业实际（人）",
        description_en="A bare figure of a table cell, read by its column's header",
        find=_none,
    ),
    Rule(
        id="cell.answer",
        version=1,
        order=96,
        description_zh="“是否”列的是与否，按列名读：是否达序时、是否按期完成",
        description_en="Yes or no, read by a header that asks for a judgement",
        find=_none,
    ),
)
