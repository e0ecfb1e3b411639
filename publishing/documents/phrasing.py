"""A requirement in the words of a bulletin: figures, what is missing, days overdue, 序时 words; no index, no ratio."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Final

from publishing.documents.records import Item, Line
from publishing.office.words import day_name, shortened

NONE: Final = "—"
_COMPARED: Final = MappingProxyType({">=": "不低于", "<=": "不高于"})
_STAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "not_started": "尚未开展",
        "preparing": "前期工作",
        "started": "开工",
        "main_works": "主体完成",
        "commissioning": "安装调试",
        "trial_operation": "通水投运",
        "accepted": "通过验收",
        "completed": "完成",
    }
)
#: Levels of funds, as the scope of a requirement ends.
_LEVELS: Final = MappingProxyType({" province_up": "省级以上", " city": "市级", " all": "各级"})
_HUNDREDTH: Final = Decimal("0.01")
_LONGEST_NAME: Final = 30


def number(value: Decimal) -> str:
    """A figure without trailing zeros: 88.56, 100."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded(value: Decimal) -> str:
    """A computed figure, to two places."""
    return number(value.quantize(_HUNDREDTH, ROUND_HALF_UP))


def sub_item(line: Line) -> str:
    """The number of a sub-item as documents write it: （2）; '' for a whole item."""
    digits = re.search(r"\d+", line.sub_item or "")
    return f"（{digits[0]}）" if digits else ""


def level(line: Line) -> str:
    """The level of a fund: 省级以上, 市级, 各级; '' where the requirement has none."""
    return next((words for code, words in _LEVELS.items() if (line.scope or "").endswith(code)), "")


def target(line: Line) -> str:
    """What was asked: 不低于60%, 0.475万亩, Ⅳ类, 开工; — where neither figure nor stage is."""
    if line.target_class:
        return _water(line.target_class)
    if line.target is None:
        return _STAGES.get(line.target_stage or "", NONE)
    return f"{_COMPARED.get(line.comparator or '', '')}{number(line.target)}{line.target_unit or ''}"


def actual(line: Line) -> str:
    """What was reached, in the unit that was reported, or the stage; — where nothing was, or where it is withheld."""
    if line.actual_class:
        return _water(line.actual_class)
    if line.actual is not None:
        return f"{number(line.actual)}{line.unit or ''}"
    return _STAGES.get(line.stage or "", NONE)


def short(line: Line) -> str:
    """What is missing: 差9家, 差88.56个百分点 of what is due, 低于序时75个百分点 of what is not; 高于目标5.13%."""
    if line.comparator == "<=" and line.target_gap_pct is not None and line.target_gap_pct > 0:
        return f"高于目标{rounded(line.target_gap_pct)}%"
    if line.gap_pp is None or line.gap_pp >= 0:
        return NONE
    if not line.is_due:
        return f"低于序时{rounded(-line.gap_pp)}个百分点"
    counted = line.target is not None and line.actual is not None and line.unit == line.target_unit
    if counted and line.unit != "%" and line.target is not None and line.actual is not None:
        return f"差{number(line.target - line.actual)}{line.unit or ''}"
    return f"差{rounded(-line.gap_pp)}个百分点"


def overdue(line: Line) -> str:
    """92天, 已到期 on the day itself, 未到期 before it; — where there is no day."""
    if line.is_due:
        return f"{line.days_overdue}天" if line.days_overdue else "已到期"
    return "未到期" if line.deadline else NONE


def deadline(line: Line, year: int) -> str:
    """The deadline as a day, without the year where it is the document's; 全年开展; — where there is none."""
    if line.kind == "recurring":
        return "全年开展"
    if line.deadline is None:
        return NONE
    return month_day(line.deadline) if line.deadline.year == year else day_name(line.deadline)


def named(item: Item, line: Line) -> str:
    """An item and its requirement, short enough for a list; of funds the rate that is asked for tells more."""
    if line.kind == "fund_execution" and line.indicator:
        return shortened(line.indicator, _LONGEST_NAME)
    return f"{shortened(item.task.rstrip('。；;'), _LONGEST_NAME)}{sub_item(line)}"


def month_day(day: date) -> str:
    """10月31日."""
    return f"{day.month}月{day.day}日"


def listed(names: Iterable[str]) -> str:
    """Names in a row, each once."""
    return "、".join(dict.fromkeys(names))


def _water(name: str) -> str:
    return name if name.endswith("类") else f"{name}类"
