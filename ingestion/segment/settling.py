"""Roles of columns settled by the cells below the header and by what the other columns are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ingestion.records import Table
from ingestion.segment.columns import Column, bare_header, is_figure, measure_of
from ingestion.segment.folding import squeeze
from ingestion.segment.joint import parties
from ingestion.segment.period import year_of
from ingestion.segment.place import looks_like_place, office_place
from ingestion.segment.vocabulary import pattern, words

_AGENCY: Final = re.compile(
    r".*(?:局|办|委|厅|处|科|中心|公司|集团|部|队|站|院|政府|管委会|指挥部|各.*单位)(?:\(.*\))?"
)
_TICK: Final = re.compile(r"[√✓✔☑■●○Vv]")
#: Roles that a header gives by a hint alone, or not at all.
_OPEN_ROLES: Final = frozenset({"unknown", "content", "remark"})
#: Words of a header that assesses; without them a column of 已完成 and 滞后 is headed by its task.
_ASSESSES: Final = re.compile(r"[评判核考督查]|意见|结论|结果|等次|状态|预警|是否|定性|进度|进展|情况|快慢|灯")
_LEAST_TICK_COLUMNS: Final = 2
_OF_PERIOD: Final = re.compile(
    r"(?:20\d\d年度?)?(?:\d{1,2}(?:-\d{1,2})?月份?|[本当上]月|上半年|前?[一二三四]季度)[一-龥]{0,3}"
)
_LONG_TASK: Final = 12
_SENTENCE: Final = re.compile(r"[。;,]|\d")


def settled(table: Table, last: int, columns: tuple[Column, ...], *, is_matrix: bool = False) -> tuple[Column, ...]:
    """The columns below a header's last row; in a matrix every unnamed column is a task with its answers."""
    columns = tuple(_by_values(table, last, c, columns) for c in columns)
    has_task = any(c.role == "task" for c in columns)
    columns = tuple(_as_status(table, last, c) if has_task or _ASSESSES.search(c.header) else c for c in columns)
    if any(c.role == "measure" and c.base for c in columns):
        columns = tuple(_as_figures(table, last, c) for c in columns)
    roles = {c.role for c in columns}
    if "place" in roles and sum(c.role == "place" for c in columns) < 2:
        columns = tuple(replace(c, role="content") if c.role == "place" else c for c in columns)
    elif "place" in roles:
        columns = tuple(_as_whole(c) for c in columns)
    if is_matrix:
        return tuple(_as_task(c) if c.role in ("", "unknown") else c for c in columns)
    columns = _with_ticks(table, last, _with_baselines(columns))
    if "task" not in roles:
        columns = _named(table, last, columns)
    if "requirement" not in {c.role for c in columns} and not any(c.kind == "target" for c in columns):
        columns = _renamed(columns, "content", "requirement")
    return _asking(table, last, columns)


def _asking(table: Table, last: int, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """大类 | 工作任务 | 进展: where nothing else asks, a task written in sentences does, and 大类 only groups it.

    Such a column stands twice in the header, as the task and as what is asked.
    """
    tasks = [c for c in columns if c.role == "task"]
    if not tasks or any(c.role in ("requirement", "content") or c.kind == "target" for c in columns):
        return columns
    cells = [squeeze(text) for text in _filled(table, last, tasks[-1])]
    sentences = sum(len(text) >= _LONG_TASK and bool(_SENTENCE.search(text)) for text in cells)
    if 2 * sentences <= len(cells):
        return columns
    grouped = [replace(c, role="content") if c in tasks[:-1] else c for c in columns]
    at = grouped.index(tasks[-1]) + 1
    return (*grouped[:at], replace(tasks[-1], role="requirement"), *grouped[at:])


def _named(table: Table, last: int, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """A column of words becomes the task: content, else what was asked, else the first whose header says nothing."""
    first = next((n for n, c in enumerate(columns) if c.role in ("progress", "status", "measure")), len(columns))
    text = [c.role for c in columns[:first] if not _holds_figures(table, last, c)]
    answers = {"requirement", "progress", "status", "measure"} & {c.role for c in columns}
    if "unknown" in text and "content" not in text and answers - {"requirement"}:
        return _renamed(columns, "unknown" if "requirement" not in text or len(answers) > 1 else "requirement", "task")
    return _renamed(columns, next((r for r in ("content", "requirement") if r in text), None), "task")


def _renamed(columns: tuple[Column, ...], old: str | None, new: str) -> tuple[Column, ...]:
    """The first column of the old role gets the new one."""
    first = next((c.col for c in columns if old and c.role == old), None)
    return tuple(replace(c, role=new) if c.col == first else c for c in columns)


def _as_whole(column: Column) -> Column:
    """合计 beside columns of places is the column of them all."""
    is_sum = column.role in ("unknown", "measure", "content") and pattern("totals").fullmatch(squeeze(column.header))
    return replace(column, role="place", kind=None, base=column.header, base_cell=column.cell) if is_sum else column


def _as_status(table: Table, last: int, column: Column) -> Column:
    """A column of judgements (提前完成, 进度偏慢), whatever its header calls it: never the name of a task."""
    is_open = column.role in _OPEN_ROLES
    filled = [squeeze(text) for text in _filled(table, last, column)] if is_open else []
    is_status = len(filled) >= (1 if column.role == "unknown" else 2) and all(
        pattern("judgement").fullmatch(text) for text in filled
    )
    return replace(column, role="status") if is_status else column


def _as_figures(table: Table, last: int, column: Column) -> Column:
    """年度计划 | 完成 beside figures of another thing (项目数): figures that belong together, apart from that thing."""
    measured = measure_of(column.cell.text) if column.role in ("requirement", "progress") else None
    if measured is None or measured[1] or not _holds_figures(table, last, column):
        return column
    return replace(column, role="measure", kind=measured[0], base="", base_cell=None)


def _as_task(column: Column) -> Column:
    return replace(column, role="measure", kind="actual", base=column.cell.text.strip(), base_cell=column.cell)


def _by_values(table: Table, last: int, column: Column, columns: tuple[Column, ...]) -> Column:
    """The column's role where its cells say what its header leaves open."""
    filled = list(_filled(table, last, column))
    has_region = any(c.role == "region" for c in columns)
    if column.role in ("lead_unit", "kind", "task") and not has_region and filled:
        places = sum(looks_like_place(text) or bool(office_place(text) or parties(text)) for text in filled)
        has_other = sum(c.role == "task" for c in columns) > 1
        is_unit_or_only_label = column.role != "task" or "单位" in column.header or has_other
        if 2 * places > len(filled) and is_unit_or_only_label:
            return replace(column, role="region")
    if column.role == "task" and _holds_figures(table, last, column) and not _is_code(filled):
        is_target = bool(words("measures", "target").fullmatch(bare_header(column.cell.text)))
        return replace(column, role="measure", kind="target", base="") if is_target else _as_task(column)
    if column.role == "measure" and filled and not any(is_figure(text) for text in filled):
        return replace(column, role="requirement" if column.kind == "target" else "progress", kind=None, base="")
    if column.role == "kind" and any(_AGENCY.fullmatch(squeeze(text)) for text in filled):
        return replace(column, role="lead_unit")
    if column.role in ("", "content") and _holds_figures(table, last, column) and column.col > 1:
        has_target = any(c.role == "requirement" or (c.kind == "target" and not c.base) for c in columns)
        if has_target and _OF_PERIOD.fullmatch(bare_header(column.cell.text)):
            return replace(column, role="measure", kind="actual", base="")  # 9月救助 beside 年度计划
        return _as_task(column)
    return replace(column, role="unknown") if column.role == "" else column


def _is_code(texts: list[str]) -> bool:
    """True for numbers that count the rows (1, 2, 3): names of a kind, not figures."""
    return [squeeze(text) for text in texts] == [str(n) for n in range(1, len(texts) + 1)]


def _with_baselines(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """2022年实绩 | 2023年目标 | 9月实绩: of figures that were reached, those of an earlier year are the baseline."""
    years = [year for c in columns if c.role != "content" and (year := year_of(c.header))]
    latest = max(years, default=0)
    reached = [c for c in columns if c.kind == "actual" and not c.base]
    if len(reached) < 2:
        return columns
    earlier = {c.col for c in reached if (year_of(c.header) or latest) < latest}
    return tuple(replace(c, kind="baseline") if c.col in earlier else c for c in columns)


def _with_ticks(table: Table, last: int, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """完成 | 推进 | 滞后 above ticks: the header of the ticked column is what the row says."""
    ticked = {
        c.col
        for c in columns
        if c.role not in ("seq", "region", "task") and (cells := list(_filled(table, last, c)))
        and all(_TICK.fullmatch(squeeze(text)) for text in cells)
    }  # fmt: skip
    if len(ticked) < _LEAST_TICK_COLUMNS:
        return columns
    return tuple(replace(c, role="tick") if c.col in ticked else c for c in columns)


def _holds_figures(table: Table, last: int, column: Column) -> bool:
    """True for a column with nothing but figures below its header."""
    filled = list(_filled(table, last, column))
    return bool(filled) and all(is_figure(text) for text in filled)


def _filled(table: Table, last: int, column: Column) -> Iterator[str]:
    """The texts below the header, without rows of notes merged over the table."""
    for row in table.rows[last:]:
        cell = row[column.col - 1]
        is_spread = len(row) > 1 and len({c.origin for c in row}) == 1
        if squeeze(cell.text) and not is_spread and not pattern("ditto").fullmatch(squeeze(cell.text)):
            yield cell.text
