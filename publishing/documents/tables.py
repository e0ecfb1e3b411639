"""The two tables as columns and rows, the same for docx and xlsx."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from publishing.documents import checking, judging, phrasing
from publishing.documents.edition import Edition
from publishing.documents.records import Item, Report
from publishing.documents.selection import lagging, reported
from publishing.documents.wording import COMPLETION_TABLE, LAG_TABLE, SUBJECT, table_title
from publishing.office.grid import Column, Content
from publishing.office.looks import CELL_CENTRED, CELL_LARGE, CELL_LARGE_CENTRED, CELL_NOTE

_POINTS: Final = re.compile(r"[（(][\d.]+分[)）][；;。]?\s*$")

LAG_COLUMNS = (
    Column("序号", 12, CELL_LARGE_CENTRED),
    Column("区域", 19, CELL_LARGE_CENTRED, is_merged=True),
    Column("主要任务", 48, CELL_LARGE),
    Column("工作内容及要求", 75, CELL_LARGE),
    Column("工作进展情况", 71, CELL_LARGE),
)
COMPLETION_COLUMNS = (
    Column("序号", 11, CELL_CENTRED),
    Column("区域", 17, CELL_CENTRED, is_merged=True),
    Column("指标名称", 36),
    Column("考核内容", 46),
    Column("目标要求", 55),
    Column("完成情况", 60),
)
#: With the notes beside them the columns are narrower, and their type smaller.
LAG_CHECKED = (
    Column("序号", 9, CELL_CENTRED),
    Column("区域", 14, CELL_CENTRED, is_merged=True),
    Column("主要任务", 32),
    Column("工作内容及要求", 50),
    Column("工作进展情况", 46),
    Column(checking.HEADER, 74, CELL_NOTE),
)
COMPLETION_CHECKED = (
    Column("序号", 9, CELL_CENTRED),
    Column("区域", 14, CELL_CENTRED, is_merged=True),
    Column("指标名称", 26),
    Column("考核内容", 30),
    Column("目标要求", 40),
    Column("完成情况", 42),
    Column(checking.HEADER, 64, CELL_NOTE),
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table to be laid out: title, columns, rows of as many cells, remarks below."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Content, ...], ...]
    remarks: tuple[str, ...]


def lag_table(report: Report, edition: Edition, dashboard: str, subject: str = SUBJECT) -> Table:
    """进度滞后情况表: 序号, 区域, 主要任务, 工作内容及要求, 工作进展情况."""
    items = lagging(report, edition)
    rows = [
        (str(n), i.region, _whole_task(i), _dense(i.requirement), _progress(i, edition)) for n, i in enumerate(items, 1)
    ]
    columns = LAG_CHECKED if edition.form == "checking" else LAG_COLUMNS
    return _table(report, edition, items, rows, columns, table_title(report, LAG_TABLE, subject), dashboard)


def completion_table(report: Report, edition: Edition, dashboard: str, subject: str = SUBJECT) -> Table:
    """完成情况表: 序号, 区域, 指标名称, 考核内容, 目标要求, 完成情况."""
    items = reported(report)
    rows = [
        (str(n), i.region, i.task, _content(i), _dense(i.requirement),
         _progress(i, edition))
        for n, i in enumerate(items, 1)
    ]  # fmt: skip
    title = table_title(report, COMPLETION_TABLE, subject)
    columns = COMPLETION_CHECKED if edition.form == "checking" else COMPLETION_COLUMNS
    return _table(report, edition, items, rows, columns, title, dashboard)


def _table(
    report: Report, edition: Edition, items: Sequence[Item], rows: Sequence[tuple[Content, ...]],
    columns: tuple[Column, ...], title: str, dashboard: str,
) -> Table:  # fmt: skip
    if edition.form == "checking":
        rows = [
            (*row, checking.notes(item, report.status_names, dashboard)) for row, item in zip(rows, items, strict=True)
        ]
    return Table(title, columns, tuple(rows), tuple(_remarks(items)))


def _whole_task(item: Item) -> str:
    """The task and what is assessed of it: a lag table has no column for it, and the bureau's own says it there.

    Behind a colon, and without its points, our reader still pairs it with the requirement and its deadline.
    """
    if not item.content:
        return item.task
    content = "\n".join(_POINTS.sub("", line) for line in _content(item).split("\n"))
    return f"{item.task.rstrip('。；; ')}：{content}"


def _content(item: Item) -> str:
    """What is assessed; several contents with points of their own get back the numbers that the warehouse drops."""
    lines = _dense(item.content or "").split("\n")
    if len(lines) > 1 and all(_POINTS.search(line) for line in lines):
        return "\n".join(f"（{n}）{line}" for n, line in enumerate(lines, 1))
    return "\n".join(lines)


def _progress(item: Item, edition: Edition) -> str:
    return _dense(judging.progress(item, is_determined_only=edition.is_determined_only))


def _dense(text: str) -> str:
    """A text without its empty lines."""
    return "\n".join(line for line in text.split("\n") if line.strip())


def _remarks(items: Sequence[Item]) -> list[str]:
    """The footnotes of the rows, each with the number of its row: what was cancelled, changed, corrected."""
    remarks = []
    for number, item in enumerate(items, 1):
        for line in item.lines:
            if line.footnote:
                # of sentences our reader would make statements
                words = line.footnote.rstrip("。").replace("。", "，").replace("；", "，")
                remarks.append(f"第{number}项{phrasing.sub_item(line)}{words}")
    return list(dict.fromkeys(remarks))
