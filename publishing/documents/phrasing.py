"""A requirement in the words of a bulletin: figures, points short, days overdue, 序时 words; no index, no ratio."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

from publishing.documents.records import Item, Line
from publishing.office.words import day_name, shortened

_COMPARED: Final = {">=": "不低于", "<=": "不高于"}
NONE: Final = "—"


def number(value: Decimal) -> str:
    """A figure without trailing zeros: 88.56, 100."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def target(line: Line) -> str:
    """What was asked: 不低于60%, 0.475万亩, Ⅳ类; — where no figure is."""
    if line.target_class:
        return f"{line.target_class}类" if not line.target_class.endswith("类") else line.target_class
    if line.target is None:
        return NONE
    return f"{_COMPARED.get(line.comparator or '', '')}{number(line.target)}{line.target_unit or ''}"


def actual(line: Line) -> str:
    """What was reached, in the unit that was reported; — where nothing was, or where it is withheld."""
    if line.actual_class:
        return f"{line.actual_class}类" if not line.actual_class.endswith("类") else line.actual_class
    return NONE if line.actual is None else f"{number(line.actual)}{line.unit or ''}"


def short(line: Line) -> str:
    """How much is missing: 差88.56个百分点 of what is due, 低于序时75个百分点 of what is not."""
    if line.gap_pp is None or line.gap_pp >= 0:
        return NONE
    points = f"{number(-line.gap_pp)}个百分点"
    return f"差{points}" if line.is_due else f"低于序时{points}"


def overdue(line: Line) -> str:
    """逾期92天, 已到期 on the day itself, 未到期 before it."""
    if not line.is_due:
        return "未到期"
    return f"{line.days_overdue}天" if line.days_overdue else "已到期"


def deadline(line: Line) -> str:
    """The deadline as a day; — where the requirement names none."""
    return day_name(line.deadline) if line.deadline else NONE


def named(item: Item, line: Line, length: int = 28) -> str:
    """An item and its requirement, short enough for a list: “荷塘镇污水处理厂三期”（2）."""
    sub = (line.sub_item or "").replace("(", "（").replace(")", "）")
    return f"“{shortened(item.task.rstrip('。'), length)}”{sub}"


def month_day(day: date) -> str:
    """10月31日."""
    return f"{day.month}月{day.day}日"


def listed(names: Iterable[str]) -> str:
    """Names in a row, each once."""
    return "、".join(dict.fromkeys(names))
