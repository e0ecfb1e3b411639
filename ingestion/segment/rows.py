"""Rows of a table as task items: regions and tasks carried down over blank cells, cells split at their sub-items.

What an item holds (role, header):
- task: the cells of the task columns, whole; a table without such a column takes what it measures, else the title
- content: 考核内容 and the like; points; the responsible unit (header 责任单位 …); a baseline (header 上年同期 …)
- requirement: 目标要求, 年度目标 …; a deadline column (header 完成时限 …); a target figure (header with its unit)
- progress: 完成情况, 工作进展情况 …; status columns; actual, percent and change figures (header with their unit);
  problems and next steps carry section "problem" and "plan"

Where figure columns measure several things (城镇新增就业目标 | 实际 | 完成比例 | 失业人员再就业目标 …) each row gives
one item per thing: its task parts are the row's task cells and the thing's name in the header, its requirement and
progress parts are the figures, each with its column's header (two header rows joined by " / ", the unit of a unit
column or of 单位：… above the table added in brackets).  A text such as 已完成 beside them makes an item of its own.

Where columns are places (任务 | 蓬江区 | 江海区 …) each row gives one item per place, its cells as progress (as
requirement under a header 目标).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from ingestion.records import Cell, Role, Section, Table, TextPart
from ingestion.segment.columns import Column, Header, header_inside, is_figure
from ingestion.segment.drafts import Draft
from ingestion.segment.folding import squeeze
from ingestion.segment.headings import numbered
from ingestion.segment.measures import ROLE_OF_KIND, MeasureGroup, header_with_unit, measure_groups
from ingestion.segment.parts import cell_parts
from ingestion.segment.place import looks_like_place
from ingestion.segment.vocabulary import pattern

#: Role and section of the parts that a column's cells give, by the column's role.
ROLE_OF: Final[dict[str, tuple[Role, Section]]] = {
    "task": ("task", "result"),
    "content": ("content", "result"),
    "points": ("content", "result"),
    "lead_unit": ("content", "result"),
    "requirement": ("requirement", "result"),
    "deadline": ("requirement", "result"),
    "progress": ("progress", "result"),
    "status": ("progress", "result"),
    "remark": ("progress", "result"),
    "problem": ("progress", "problem"),
    "plan": ("progress", "plan"),
}
_CONTEXT: Final = ("task", "content", "points", "lead_unit")
_ANSWERS: Final = ("requirement", "deadline", "progress", "status", "remark", "problem", "plan")
_CARRIED: Final = ("task", "content", "points", "lead_unit", "requirement", "deadline")
#: Columns whose cells are not cut at sub-items.
WHOLE: Final = ("task", "lead_unit", "points")
_DASH: Final = re.compile(r"[-/—]*")
_GROUP_NUMBER: Final = re.compile(r"\(?[一二三四五六七八九十]+[)、.]?")
_LONGEST_HEADING: Final = 60


@dataclass(slots=True)
class Carried:
    """What blank cells below take over: the row walk's only state.

    `caption` is the text that names the task of a table which has no task column; `unit` is that of 单位：… above it.
    """

    region: str | None = None
    item_no: str | None = None
    cells: dict[int, Cell] = field(default_factory=dict)
    heading: tuple[str, ...] = ()
    outer_heading: tuple[str, ...] = ()
    caption: TextPart | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class RowsResult:
    """Items in reading order and the cells of rows that could not be placed."""

    items: tuple[Draft, ...]
    unplaced: tuple[TextPart, ...]


def read_rows(
    table: Table, header: Header, document_region: str | None, carried: Carried, before: Sequence[Draft] = ()
) -> RowsResult:
    """The items of the rows below a header.

    Over tables that a page break cut, `carried` goes on, and `before` holds the last item above, which comes back
    first, with what the cut row adds to it.
    """
    return _RowWalk(table, header, document_region, carried, before).run()


class _RowWalk:
    """Walks the rows of one table; a second header inside it takes the first one's place."""

    def __init__(
        self, table: Table, header: Header, document_region: str | None, carried: Carried, before: Sequence[Draft]
    ) -> None:
        self._table = table
        self._header = header
        self._document_region = document_region
        self._carried = carried
        self._items = list(before)
        self._unplaced: list[TextPart] = []

    def run(self) -> RowsResult:
        for number, row in enumerate(self._table.rows, 1):
            if number <= self._header.last_row or not _texts(row):
                continue
            inner = header_inside(self._table, number, self._header) if self._header.last_row else None
            if inner:
                self._header = inner
                self._carried.cells.clear()
            elif not self._repeats_header(row):
                self._row(row)
        return RowsResult(tuple(self._items), tuple(self._unplaced))

    def _row(self, row: Sequence[Cell]) -> None:
        lone = _lone_text(row)
        if any(pattern("signatures").match(squeeze(cell.text)) for cell in _texts(row)[:1]):
            return
        if lone is not None and pattern("notes").match(squeeze(lone.text)):
            note = TextPart("statement", lone.text, lone.char_start, self._table.locator(lone))
            self._items.append(Draft(None, self._document_region, (note,)))
            return
        if heading := self._heading_of(row, lone):
            self._take_heading(heading)
        elif self._continues(row) and self._items:
            last = self._items[-1]
            self._items[-1] = replace(last, parts=(*last.parts, *self._parts(row, self._header.of(*_ANSWERS))))
        else:
            found = list(self._row_items(row))
            self._items.extend(found)
            if not found:
                self._unplaced.extend(
                    TextPart("statement", cell.text, cell.char_start, self._table.locator(cell)) for cell in _texts(row)
                )

    def _repeats_header(self, row: Sequence[Cell]) -> bool:
        """True for the header printed again on the next page."""
        written = [squeeze(cell.text) for cell in row]
        if self._header.last_row == 0:
            return all(written[c.col - 1] == squeeze(c.cell.text) for c in self._header.columns)
        rows = self._table.rows[self._header.first_row - 1 : self._header.last_row]
        return any(written == [squeeze(cell.text) for cell in above] for above in rows)

    def _heading_of(self, row: Sequence[Cell], lone: Cell | None) -> Cell | None:
        """The cell that names the group of rows below it; None for a row of its own."""
        answers = {c.col for c in self._header.of(*_ANSWERS, "measure", "place")}
        if lone is not None and len(squeeze(lone.text)) <= _LONGEST_HEADING:
            is_wide = sum(bool(squeeze(cell.text)) for cell in row) == len(row) > 1
            is_first = len(row) > 2 and lone.col == 1 and lone.col not in answers and not is_figure(lone.text)
            return lone if is_wide or is_first else None
        filled = _texts(row)
        numbered_group = len(filled) == 2 and _GROUP_NUMBER.fullmatch(squeeze(filled[0].text)) and filled[0].col == 1
        if numbered_group and answers and filled[1].col not in answers and len(row) > 2:
            return filled[1]
        return None

    def _take_heading(self, cell: Cell) -> None:
        """A heading row; a place's name is the region of the rows below it."""
        text = cell.text.strip()
        name = re.sub(r"[（(].*[）)]|^[（(]?[一二三四五六七八九十]+[）)]?[、.]?|[:：]$", "", "".join(text.split()))
        if looks_like_place(name):
            self._carried.region = name
        self._carried.heading = (*self._carried.outer_heading, text)
        self._carried.cells.clear()

    def _continues(self, row: Sequence[Cell]) -> bool:
        """A row that a page break cut from the one above: one answer in it, no number, no region, no task."""
        own = _texts(row)
        answers = {c.col for c in self._header.of("requirement", "progress", "problem", "plan", "remark")}
        others = {c.col for c in self._header.of("region", "seq", "task")}
        covered = any(not cell.is_origin and cell.col in others for cell in row)
        return bool(others) and not covered and len(own) == 1 and own[0].col in answers

    def _row_items(self, row: Sequence[Cell]) -> Iterator[Draft]:
        """One item for the row's texts, or one per measured thing or place."""
        header, carried = self._header, self._carried
        self._carry_region(row)
        number = self._number(row)
        cells = self._with_carried(row)
        context = self._parts(cells, header.of(*_CONTEXT))
        answers = self._parts(cells, header.of(*_ANSWERS))
        if not header.of("seq"):
            number, context = _number_of_task(context)
        groups = measure_groups(header)
        if len(groups) == 1 and not groups[0].is_named:
            answers.extend(self._figures(row, groups[0].columns))
            groups = []
        own = any(squeeze(row[c.col - 1].text) for c in header.of(*_ANSWERS, "measure", "task", "content"))
        places = header.of("place")
        if own and (answers or (context and not groups)) and not places:
            yield Draft(number, carried.region, (*self._named(context), *answers))
        for group in groups:
            if figures := self._figures(row, group.columns):
                yield Draft(number, carried.region, (*context, self._name_part(group), *figures))
        for place in dict.fromkeys(c.base for c in places):
            columns = tuple(c for c in places if c.base == place)
            if figures := self._figures(row, columns, split=True):
                yield Draft(number, place, (*self._named(context), *answers, *figures))

    def _named(self, context: Sequence[TextPart]) -> tuple[TextPart, ...]:
        """The context with a task: the caption's where no column gives one."""
        caption = self._carried.caption
        if caption is None or any(part.role == "task" for part in context) or self._header.of("task"):
            return tuple(context)
        return (caption, *context)

    def _name_part(self, group: MeasureGroup) -> TextPart:
        """The measured thing's name in the header as a task part."""
        named = next((c for c in group.columns if c.base), None)
        column = named or next((c for c in group.columns if c.kind == "actual"), group.columns[0])
        cell = column.base_cell or column.cell
        # a figure that stands alone (资金执行率) is named by its whole header
        is_part = column.base and len(group.columns) > 1
        begin = cell.text.find(column.base) if is_part else -1
        text = column.base if begin >= 0 else cell.text
        start = cell.char_start + max(begin, 0)
        locator = self._table.locator(cell)
        return TextPart("task", text, start, locator, None, "result", self._carried.heading, column.header)

    def _figures(self, row: Sequence[Cell], columns: Sequence[Column], *, split: bool = False) -> list[TextPart]:
        """The figures of measures, or of places, each with its column's header and unit."""
        parts: list[TextPart] = []
        for column in columns:
            cell = row[column.col - 1]
            if not _DASH.fullmatch(squeeze(cell.text)):
                role = ROLE_OF_KIND[column.kind or "actual"]
                parts.extend(self._cell_parts(row, column, cell, role, split=split))
        return parts

    def _parts(self, cells: Sequence[Cell], columns: Sequence[Column]) -> list[TextPart]:
        parts: list[TextPart] = []
        for column in columns:
            role, section = ROLE_OF[column.role]
            cell = cells[column.col - 1]
            if squeeze(cell.text):
                split = column.role not in WHOLE
                parts.extend(self._cell_parts(cells, column, cell, role, section=section, split=split))
        return parts

    def _cell_parts(
        self, row: Sequence[Cell], column: Column, cell: Cell, role: Role, *, section: Section = "result", split: bool
    ) -> tuple[TextPart, ...]:
        unit = next((row[c.col - 1].text.strip() for c in self._header.of("kind")), "") or self._carried.unit
        header = header_with_unit(column, cell, unit)
        heading = self._carried.heading
        return cell_parts(self._table, cell, role, header=header, section=section, heading=heading, split=split)

    def _carry_region(self, row: Sequence[Cell]) -> None:
        for column in self._header.of("region"):
            text = "".join(re.sub(r"<br\s*/?>", "", row[column.col - 1].text).split())
            if text:
                is_total = bool(pattern("totals").fullmatch(squeeze(text)))
                self._carried.region = (self._document_region or text) if is_total else text
                return

    def _number(self, row: Sequence[Cell]) -> str | None:
        for column in self._header.of("seq"):
            text = "".join(row[column.col - 1].text.split()).rstrip(".．、")
            self._carried.item_no = text or self._carried.item_no
            return self._carried.item_no
        return None

    def _with_carried(self, row: Sequence[Cell]) -> list[Cell]:
        """The row with blank cells of a merged task filled from above; a new task takes nothing over."""
        carried = self._carried
        tasks = self._header.of("task")
        if tasks and not squeeze(row[tasks[-1].col - 1].text):
            return [carried.cells.get(cell.col, cell) if not squeeze(cell.text) else cell for cell in row]
        # 一级指标 is merged over several 二级指标: the outer task goes on, everything else begins anew
        outer = [c.col for c in tasks[:-1] if not squeeze(row[c.col - 1].text) and c.col in carried.cells]
        kept = {col: carried.cells[col] for col in outer}
        own = {c.col: row[c.col - 1] for c in self._header.of(*_CARRIED) if squeeze(row[c.col - 1].text)}
        carried.cells = kept | own
        return [kept.get(cell.col, cell) for cell in row]


def _texts(row: Sequence[Cell]) -> list[Cell]:
    """The cells of a row that hold a text of their own."""
    return [cell for cell in row if cell.is_origin and squeeze(cell.text)]


def _lone_text(row: Sequence[Cell]) -> Cell | None:
    """The only text of a row, merged over it or alone in it; None where there are more, or one from above."""
    origins = {cell.origin for cell in row if squeeze(cell.text)}
    own = _texts(row)
    return own[0] if len(origins) == 1 and own else None


def _number_of_task(context: Sequence[TextPart]) -> tuple[str | None, list[TextPart]]:
    """In a table without a column of numbers: the number that the task begins with, and the task without it."""
    parts = list(context)
    at = next((i for i, part in enumerate(parts) if part.role == "task"), None)
    opening = numbered(parts[at].text) if at is not None else None
    if at is None or opening is None or opening.level == 6 or opening.end >= len(parts[at].text):
        return None, parts
    task = parts[at]
    parts[at] = replace(task, text=task.text[opening.end :], char_start=task.char_start + opening.end)
    return opening.number.rstrip("、.．"), parts
