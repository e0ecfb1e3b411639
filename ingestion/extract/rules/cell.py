"""Bare figures of table cells, read by their column's header; the cells module reads them, this names the rule."""

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
        version=2,
        order=95,
        description_zh="表格单元格里的单独数字，按列名读：城镇新增就业实际（人）",
        description_en="A bare figure of a table cell, read by its column's header",
        find=_none,
    ),
)
