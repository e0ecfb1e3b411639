"""What a cell accepts, said in Chinese before and after somebody types."""

from __future__ import annotations

from datetime import date
from typing import Final

from openpyxl.worksheet.datavalidation import DataValidation

from ingestion.workbook import STATUSES, WATER_CLASSES, IssuedRow

#: Day 0 of a spreadsheet's dates.
_EPOCH: Final = date(1899, 12, 30)
_WORDS: Final = {
    "progress": ("进展情况", "写已经做到的结果，例如：已建成管网12公里，累计43公里。"),
    "problem": ("存在问题", "写卡在哪里；没有写“无”。"),
    "plan": ("下一步计划", "写下一步怎么做、什么时候做完；不计入完成数。"),
}


def validations(period_end: date) -> dict[str, DataValidation]:
    """The validations of a sheet: of figures by what the row asks for, of the other columns by their id."""
    first = date(period_end.year, 1, 1)
    return {
        "number": _decimal(
            "本期完成数", f"填{first.month}月1日至截至日期的累计数；没有数据留空，确为零填0。", "请填不小于0的数字。"
        ),
        "percent": _share("本期完成数", "填达到的百分数，例如 93.5；没有数据留空。", is_strict=True),
        "class": _choice("本期完成数", WATER_CLASSES, "请从列表选择水质类别。"),
        "rate": _share("完成率（%）", "填完成数占目标数的百分比，例如 85。", is_strict=False),
        "status": _choice("进度状态", tuple(STATUSES.values()), "请从列表选择进度状态。"),
        "date": _day(first, period_end),
        **{name: _prompt(title, text) for name, (title, text) in _WORDS.items()},
    }


def kind_of(column: str, row: IssuedRow) -> str | None:
    """Which validation a cell of a row takes; None for one that is not asked for."""
    if column == "figure":
        return None if row.figure_kind == "none" else row.figure_kind
    if column == "rate":
        return "rate" if row.takes_rate else None
    return column


def _decimal(title: str, prompt: str, error: str) -> DataValidation:
    rule = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
    return _said(rule, title, prompt, f"{error}有文字说明请写在“进展情况”。")


def _share(title: str, prompt: str, *, is_strict: bool) -> DataValidation:
    """Shares end at 100; a completion may exceed it, which is asked about and not refused."""
    rule = DataValidation(type="decimal", operator="between", formula1="0", formula2="100", allow_blank=True)
    if not is_strict:
        rule.errorStyle = "warning"
    more = "请填 0 到 100 的数字。" if is_strict else "一般在 0 到 100 之间；确实超过 100 的，选“是”继续。"
    return _said(rule, title, prompt, more)


def _choice(title: str, choices: tuple[str, ...], error: str) -> DataValidation:
    rule = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
    return _said(rule, title, "请从下拉列表选择。", error)


def _day(first: date, last: date) -> DataValidation:
    rule = DataValidation(
        type="date", operator="between", formula1=_serial(first), formula2=_serial(last), allow_blank=True
    )
    span = f"{first:%Y-%m-%d} 至 {last:%Y-%m-%d}"
    return _said(rule, "完成日期", f"全部完成的才填，例如 {last:%Y-%m-%d}。", f"请填 {span} 之间的日期。")


def _serial(day: date) -> str:
    return str((day - _EPOCH).days)


def _prompt(title: str, text: str) -> DataValidation:
    rule = DataValidation(type="custom", formula1="TRUE", allow_blank=True)
    return _said(rule, title, text, "请填文字。")


def _said(rule: DataValidation, title: str, prompt: str, error: str) -> DataValidation:
    rule.promptTitle, rule.prompt, rule.showInputMessage = title, prompt, True
    rule.errorTitle, rule.error, rule.showErrorMessage = f"{title}有误", error, True
    return rule
