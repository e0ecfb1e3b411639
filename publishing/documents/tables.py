"""The two tables as columns and rows, the same for docx and xlsx."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from publishing.documents import checking, judging
from publishing.documents.edition import Edition
from publishing.documents.records import Item, Report
from publishing.documents.selection import lagging, reported
from publishing.documents.wording import COMPLETION_TABLE, LAG_TABLE, SUBJECT, table_title
from publishing.office.grid import Column, Content
from publishing.office.looks import CELL, CELL_CENTRED, CELL_NOTE

LAG_COLUMNS = (
    Column("序号", 11, CELL_CENTRED),
    Column("区域", 17, CELL_CENTRED, is_merged=True),
    Column("主要任务", 50),
    Column("工作内容及要求", 76),
    Column("工作进展情况", 71),
)
COMPLETION_COLUMNS = (
    Column("序号", 11, CELL_CENTRED),
    Column("区域", 17, CELL_CENTRED, is_merged=True),
    Column("指标名称", 36),
    Column("考核内容", 46),
    Column("目标要求", 55),
    Column("完成情况", 60),
)
_NOTES = Column(checking.HEADER, 92, CELL_NOTE)


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
        (str(n), i.region, i.task, _asked(i), judging.progress(i, is_determined_only=edition.is_determined_only))
        for n, i in enumerate(items, 1)
    ]
    return _table(report, edition, items, rows, LAG_COLUMNS, table_title(report, LAG_TABLE, subject), dashboard)


def completion_table(report: Report, edition: Edition, dashboard: str, subject: str = SUBJECT) -> Table:
    """完成情况表: 序号, 区域, 指标名称, 考核内容, 目标要求, 完成情况."""
    items = reported(report)
    rows = [
        (str(n), i.region, i.task, i.content or "", i.requirement,
         judging.progress(i, is_determined_only=edition.is_determined_only))
        for n, i in enumerate(items, 1)
    ]  # fmt: skip
    title = table_title(report, COMPLETION_TABLE, subject)
    return _table(report, edition, items, rows, COMPLETION_COLUMNS, title, dashboard)


def _table(
    report: Report, edition: Edition, items: Sequence[Item], rows: Sequence[tuple[Content, ...]],
    columns: tuple[Column, ...], title: str, dashboard: str,
) -> Table:  # fmt: skip
    if edition.form == "checking":
        columns = (*columns, _NOTES)
        rows = [
            (*row, checking.notes(item, report.status_names, dashboard)) for row, item in zip(rows, items, strict=True)
        ]
    return Table(title, columns, tuple(rows), tuple(_remarks(items)))


def _asked(item: Item) -> str:
    return f"{item.content}\n{item.requirement}" if item.content else item.requirement


def _remarks(items: Sequence[Item]) -> list[str]:
    """The footnotes of the rows, each with the number of its row: what was cancelled, changed, corrected."""
    remarks = []
    for number, item in enumerate(items, 1):
        for line in item.lines:
            if line.footnote:
                sub = (line.sub_item or "").replace("(", "（").replace(")", "）")
                remarks.append(f"第{number}项{sub}{line.footnote.rstrip('。').replace('。', '，').replace('；', '，')}")
    return list(dict.fromkeys(remarks))
