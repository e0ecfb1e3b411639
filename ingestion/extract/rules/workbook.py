"""Cells of the workbook that the system issues; the entries module reads them, this names the rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ingestion.extract.marks import Mark, Marks
from ingestion.extract.registry import Calendar, Rule


def _none(_text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    yield from ()


def _rule(name: str, description_zh: str, description_en: str) -> Rule:
    return Rule(
        id=f"workbook.{name}",
        version=1,
        order=96,
        description_zh=description_zh,
        description_en=description_en,
        find=_none,
    )


RULES: Final = (
    _rule("requirement", "填报表中下发的目标要求", "A requirement as issued with the workbook"),
    _rule("figure", "填报表中本期完成数一格", "The figure cell of a workbook's row"),
    _rule("rate", "填报表中完成率一格", "The rate cell of a workbook's row"),
    _rule("zero", "填报表中填 0 或“暂无”的一格", "A zero stated in a workbook's cell"),
    _rule("status", "填报表中进度状态一格", "The status cell of a workbook's row"),
    _rule("date", "填报表中完成日期一格", "The day of completion in a workbook's row"),
)
