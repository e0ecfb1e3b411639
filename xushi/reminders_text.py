"""The words of the reminders: the day's report as Markdown, the message to people, the lines of the command."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

Names = Mapping[str, tuple[str, str]]

STATE: Final[Names] = {
    "late": ("逾期未报", "late"),
    "due_soon": ("即将到期", "due soon"),
    "due": ("未到期", "due"),
    "received_late": ("已报（迟报）", "received late"),
    "on_time": ("按时报送", "received on time"),
}
FAMILY: Final[Names] = {
    "lag_table": ("滞后情况表", "lag table"),
    "assessment_table": ("考核完成情况表", "assessment table"),
    "completion_list": ("任务完成情况", "completion list"),
    "narrative": ("工作总结", "narrative report"),
    "workbook": ("填报表", "workbook"),
}
_DETAIL: Final[Mapping[str, Mapping[str, str]]] = {
    "zh": {
        "late": "已逾期 {days_late} 天",
        "left": "还有 {working_days_left} 个工作日",
        "none_left": "到期前已无工作日",
        "received": "{received_on} 收到",
        "days": "，迟 {days_late} 天",
    },
    "en": {
        "late": "{days_late} days overdue",
        "left": "{working_days_left} working days left",
        "none_left": "no working day left",
        "received": "received {received_on}",
        "days": ", {days_late} days late",
    },
}
_LINES: Final = 40


def name(names: Names, code: str, language: str = "zh") -> str:
    """The name of a code; the code where it has none."""
    return names[code][language == "en"] if code in names else code


def detail(row: Mapping[str, Any], language: str = "zh") -> str:
    """What a person needs beside the state: days left, days late, when it came."""
    words = _DETAIL[language]
    if row["state"] == "late":
        return words["late"].format(**row)
    if row["state"] in ("due", "due_soon"):
        return words["left" if row["working_days_left"] else "none_left"].format(**row)
    return words["received"].format(**row) + (words["days"].format(**row) if row["days_late"] else "")


def message(rows: Sequence[Mapping[str, Any]], as_of: date) -> tuple[str, str]:
    """Title and text of one message about all that is new, the late first."""
    late = [row for row in rows if row["state"] == "late"]
    soon = [row for row in rows if row["state"] == "due_soon"]
    parts = [f"{len(some)} 份{zh}" for some, zh in ((late, "逾期未报"), (soon, "即将到期")) if some]
    lines = []
    for title, some in (("逾期未报", late), ("即将到期", soon)):
        if some:
            lines.append(f"{title}：")
            lines += [
                f"· {row['reporting_unit']} {row['period']} {name(FAMILY, row['family'])}，"
                f"应于 {row['due_date']} 前报送，{detail(row)}"
                for row in some[:_LINES]
            ]
            lines += [f"· 其余 {len(some) - _LINES} 份见报送提醒页"] if len(some) > _LINES else []
    return f"报送提醒（{as_of}）：{'，'.join(parts)}", "\n".join(lines)


def render(report: Mapping[str, Any]) -> str:
    """The day's report as Markdown."""
    return "\n".join(_lines(report))


def _lines(report: Mapping[str, Any]) -> Iterator[str]:
    yield f"# 报送提醒（截至 {report['as_of']}）\n"
    counts = report["counts"]
    yield "，".join(f"{zh} {counts.get(code, 0)} 份" for code, (zh, _) in STATE.items()) + "。"
    sent = report.get("sent") or []
    yield f"本次发出提醒 {len(sent)} 条；每个单位每期每种状态只提醒一次。" if sent else "本次没有新的提醒。"
    for line in report.get("problems") or ():
        yield f"- 通知未送达：{line}"
    for one in report["unsure"]:
        state = name(STATE, one["due_state"])
        yield f"- 是否送达不明（发送时中断，未再发）：{one['reporting_unit']} {one['period']} {state}，请电话确认"
    for code, (zh, _) in STATE.items():
        rows = [row for row in report["standings"] if row["state"] == code]
        if rows:
            yield f"\n## {zh}（{len(rows)} 份）\n"
            yield "| 期次 | 单位 | 材料 | 应报日期 | 情况 |"
            yield "|---|---|---|---|---|"
            for row in rows:
                cells = (
                    row["period"],
                    row["reporting_unit"],
                    name(FAMILY, row["family"]),
                    row["due_date"],
                    detail(row),
                )
                yield f"| {' | '.join(cells)} |"
    if report["rates"]:
        yield "\n## 报送率与及时率（以已发布数据为准）\n"
        yield "| 期次 | 区域 | 应报 | 已报 | 按时 | 报送率 | 及时率 |"
        yield "|---|---|---:|---:|---:|---:|---:|"
        for row in report["rates"]:
            yield (
                f"| {row['period']} | {row['region_name']} | {row['expected_report_count']} "
                f"| {row['received_report_count']} | {row['on_time_report_count']} "
                f"| {row['reporting_rate']:.0%} | {row['on_time_rate']:.0%} |"
            )
