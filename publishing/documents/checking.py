"""What the checking edition says beside an item: three verdicts, the reason with its arithmetic, the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from publishing.documents.judging import NOT_REPORTED, UNDER_REVIEW
from publishing.documents.records import Evidence, Item, Line
from publishing.office.grid import Link
from publishing.office.words import place, shortened

#: The header of the notes' column: words that our reader takes for no column of a task table, so that no note is a fact.
HEADER = "核对记录"
#: Where the dashboard shows what stands behind a figure.
EVIDENCE_PAGE = "dashboard/index.html"
_ROLES = {"target": "目标", "deadline": "期限", "actual": "完成数", "status": "状态", "stage": "阶段"}
_QUOTE = 60
_NONE = "无"


def notes(item: Item, names: Mapping[str, str], dashboard: str) -> list[str | Link]:
    """The lines of the notes' cell; those that need no attention (not lagging, verdicts agree) are short."""
    found: list[str | Link] = []
    for line in item.lines:
        found += _of_line(line, names, dashboard)
    return found


def verdicts(line: Line, names: Mapping[str, str]) -> str:
    """The three verdicts in one line."""
    if line.publication == "not_reported":
        return f"{NOT_REPORTED}；市局认定：{_name(line.determined, names)}"
    held = f"{UNDER_REVIEW}；" if line.publication == "under_review" else ""
    own = f"“{line.reported_phrase}”" if line.reported_phrase else _name(line.reported, names)
    told = f"{held}区县自评：{own}；系统测算：{_name(line.computed, names)}；市局认定：{_name(line.determined, names)}"
    return told + (f"（{line.determined_by}）" if line.determined and line.determined_by else "")


def where(evidence: Evidence) -> str:
    """An evidence in words: its role, the file, the cell, the quote."""
    role = _ROLES.get(evidence.role, evidence.role)
    return f"{role}：{evidence.file_name}{place(evidence.locator)}“{shortened(evidence.quote, _QUOTE)}”"


def _of_line(line: Line, names: Mapping[str, str], dashboard: str) -> Iterator[str | Link]:
    lag = "【列入滞后】" if line.is_lagging else ""
    yield f"{_number(line)}{lag}{verdicts(line, names)}"
    if line.reason:
        yield f"测算：{line.reason}"
    if line.footnote:
        yield f"说明：{line.footnote}"
    if line.is_lagging or line.is_contradicted:
        yield from dict.fromkeys(where(e) for e in line.evidence if e.role in ("actual", "status", "stage"))
    yield Link("查看出处", dashboard, f"/evidence/{line.key}")


def _number(line: Line) -> str:
    sub = (line.sub_item or "").replace("(", "（").replace(")", "）")
    return f"{sub}{line.scope}：" if line.scope else sub


def _name(status: str | None, names: Mapping[str, str]) -> str:
    return names.get(status, status) if status else _NONE
