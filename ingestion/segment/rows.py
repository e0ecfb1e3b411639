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
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Final

from ingestion.records import Cell, Table, TextPart
from ingestion.segment.carrying import Carried, region_name, region_of_total, total_of
from ingestion.segment.columns import Header, is_figure
from ingestion.segment.drafts import Draft
from ingestion.segment.folding import squeeze
from ingestion.segment.headers import header_inside
from ingestion.segment.headings import numbered
from ingestion.segment.joint import parties
from ingestion.segment.measures import measure_groups, wholes
from ingestion.segment.place import looks_like_place, places_listed
from ingestion.segment.rowparts import DASH, RowParts
from ingestion.segment.sentences import sentences_of
from ingestion.segment.vocabulary import pattern

_CONTEXT: Final = ("task", "content", "points", "lead_unit")
_ANSWERS: Final = ("requirement", "deadline", "progress", "status", "remark", "problem", "plan", "tick")
_GROUP_NUMBER: Final = re.compile(r"\(?[一二三四五六七八九十]+[)、.]?")
_HEADING_EDGES: Final = re.compile(r"^[（(]?[一二三四五六七八九十]+[）)]?[、.]?|[:：]$")
_LONGEST_HEADING: Final = 60


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
        self._make = RowParts(table, header, carried)
        self._items = list(before)
        self._unplaced: list[TextPart] = []

    def run(self) -> RowsResult:
        rows = self._table.rows
        for number, (row, below) in enumerate(zip_longest(rows, rows[1:]), 1):
            if number <= self._header.last_row or not _texts(row):
                continue
            inner = header_inside(self._table, number, self._header) if self._header.last_row else None
            if inner:
                self._header = self._make.header = inner
                self._carried.cells.clear()
            elif number > self._header.last_row and not self._repeats_header(row):
                self._row(self._carried.without_dittos(row), below)
        return RowsResult(tuple(self._items), tuple(self._unplaced))

    def _row(self, row: Sequence[Cell], below: Sequence[Cell] | None) -> None:
        lone = _lone_text(row)
        if any(pattern("signatures").match(squeeze(cell.text)) for cell in _texts(row)[:1]):
            return
        if lone is not None and pattern("notes").match(squeeze(lone.text)):
            note = TextPart("statement", lone.text, lone.char_start, self._table.locator(lone))
            self._items.append(Draft(None, self._document_region, (note,)))
            return
        if lone is not None and lone.col == 1 and "。" in lone.text:
            self._items.extend(self._sentences(lone))
            return
        if heading := self._heading_of(row, lone, below):
            self._take_heading(heading)
        elif self._continues(row) and self._items:
            last = self._items[-1]
            self._items[-1] = replace(last, parts=(*last.parts, *self._make.texts(row, self._header.of(*_ANSWERS))))
        else:
            found = list(self._row_items(row))
            self._items.extend(found)
            self._unplaced.extend(self._left_over(row) if found else map(self._as_unplaced, _texts(row)))

    def _sentences(self, cell: Cell) -> Iterator[Draft]:
        """What a row over the whole table says in sentences."""
        for sentence in sentences_of(cell.text, cell.char_start):
            part = TextPart("statement", sentence.text, sentence.start, self._table.locator(cell))
            yield Draft(None, self._document_region, (part,))

    def _left_over(self, row: Sequence[Cell]) -> Iterator[TextPart]:
        """The cells of columns whose header says nothing that we know, and 滞后地区 with more than places in it."""
        for column in self._header.of("unknown", "laggards"):
            cell = row[column.col - 1]
            if column.role == "laggards" and places_listed(cell.text):
                continue
            if cell.origin[0] == cell.row and squeeze(cell.text) and not DASH.fullmatch(squeeze(cell.text)):
                yield self._as_unplaced(cell, column.header)

    def _as_unplaced(self, cell: Cell, header: str | None = None) -> TextPart:
        return TextPart("statement", cell.text, cell.char_start, self._table.locator(cell), header=header)

    def _repeats_header(self, row: Sequence[Cell]) -> bool:
        """True for the header printed again on the next page."""
        written = [squeeze(cell.text) for cell in row]
        if self._header.last_row == 0:
            return all(written[c.col - 1] == squeeze(c.cell.text) for c in self._header.columns)
        rows = self._table.rows[self._header.first_row - 1 : self._header.last_row]
        return any(written == [squeeze(cell.text) for cell in above] for above in rows)

    def _heading_of(self, row: Sequence[Cell], lone: Cell | None, below: Sequence[Cell] | None) -> Cell | None:
        """The cell that names the group of rows below it; None for a row of its own."""
        answers = self._answer_columns(*_ANSWERS, "measure", "place")
        if lone is not None and len(squeeze(lone.text)) <= _LONGEST_HEADING:
            is_wide = sum(bool(squeeze(cell.text)) for cell in row) == len(row) > 1
            is_first = len(row) > 2 and lone.col == 1 and lone.col not in answers and not is_figure(lone.text)
            return lone if is_wide or is_first else None
        filled = _texts(row)
        if len(filled) != 2 or filled[0].col != 1:
            return None
        number = squeeze(filled[0].text).rstrip(".、")
        # 1 above 1.1, 1.2 …
        counts = below is not None and number.isdecimal() and squeeze(below[0].text).startswith(f"{number}.")
        if (counts or _GROUP_NUMBER.fullmatch(number)) and answers and filled[1].col not in answers and len(row) > 2:
            return filled[1]
        return None

    def _answer_columns(self, *roles: str) -> set[int]:
        """The columns of the roles that are not the task's own."""
        return {c.col for c in self._header.of(*roles)} - {c.col for c in self._header.of("task")}

    def _take_heading(self, cell: Cell) -> None:
        """A heading row; a place's name, or the names of several, is the region of the rows below it."""
        text = cell.text.strip()
        written = _HEADING_EDGES.sub("", "".join(text.split()))
        name = region_name(written) if parties(region_name(written)) else re.sub(r"[（(].*[）)]", "", written)
        if looks_like_place(name) or parties(name):
            self._carried.region = name
        self._carried.heading = (*self._carried.outer_heading, text)
        self._carried.cells.clear()

    def _continues(self, row: Sequence[Cell]) -> bool:
        """A row that a page break cut from the one above: one answer in it, no number, no region, no task."""
        own = _texts(row)
        answers = self._answer_columns("requirement", "progress", "problem", "plan", "remark")
        others = {c.col for c in self._header.of("region", "seq", "task")}
        covered = any(not cell.is_origin and cell.col in others for cell in row)
        return bool(others) and not covered and len(own) == 1 and own[0].col in answers

    def _row_items(self, row: Sequence[Cell]) -> Iterator[Draft]:
        """One item for the row's texts, or one per measured thing or place."""
        header, carried = self._header, self._carried
        total = total_of(row, header)
        if total:
            region, number, cells = region_of_total(total, header, carried, self._document_region), None, list(row)
        else:
            carried.take_region(row, header)
            region, number, cells = carried.region, carried.take_number(row, header), carried.with_task(row, header)
        context = [*self._make.texts(cells, header.of(*_CONTEXT)), *self._make.figures(row, wholes(header))]
        answers = self._make.texts(cells, header.of(*_ANSWERS))
        if not header.of("seq"):
            number, context = _number_of_task(context)
        groups = measure_groups(header)
        if len(groups) == 1 and not groups[0].is_named:
            answers.extend(self._make.figures(row, groups[0].columns))
            groups = []
        # 考核意见 beside the figures of several things judges each of them
        judged = self._make.texts(cells, header.of("status")) if groups else []
        answers = [part for part in answers if part not in judged]
        own = any(squeeze(row[c.col - 1].text) for c in header.of(*_ANSWERS, "measure", "task", "content"))
        places = header.of("place")
        if own and (answers or (context and not groups)) and not places:
            yield Draft(number, region, (*self._named(context, total), *answers))
        for group in groups:
            if figures := self._make.figures(row, group.columns):
                # 年度计划 | 完成 beside 项目数 are figures of the row's task itself
                thing = () if header.of("task") and group.says_only_measures else (self._make.thing(group),)
                yield Draft(number, region, (*context, *thing, *figures, *judged))
        yield from self._place_items(row, number, context, answers)
        yield from self._laggards(row, number, context)

    def _place_items(
        self, row: Sequence[Cell], number: str | None, context: Sequence[TextPart], answers: Sequence[TextPart]
    ) -> Iterator[Draft]:
        """The items of a row whose columns are places, one per place and thing measured there."""
        columns = self._header.of("place")
        for place, thing in dict.fromkeys((c.base, c.thing) for c in columns):
            own = tuple(c for c in columns if (c.base, c.thing) == (place, thing))
            if figures := self._make.figures(row, own, split=True):
                region = self._document_region if pattern("totals").fullmatch(squeeze(place)) else place
                named = (self._make.header_as_task(thing, own[0]),) if thing else ()
                yield Draft(number, region, (*self._named(context, bool(named)), *named, *answers, *figures))

    def _laggards(self, row: Sequence[Cell], number: str | None, context: Sequence[TextPart]) -> Iterator[Draft]:
        """滞后县（市、区） with several names in its cell: for each of them what the column's header says."""
        task = [part for part in context if part.role == "task"]
        for column in self._header.of("laggards"):
            said = self._make.header_as_answer(column)
            for place in places_listed(row[column.col - 1].text):
                yield Draft(number, place, (*self._named(task), said))

    def _named(self, context: Sequence[TextPart], is_named: object = None) -> tuple[TextPart, ...]:
        """The context with a task: the caption's where no column gives one."""
        caption = self._carried.caption
        has_column = self._header.of("task") and not is_named
        if caption is None or any(part.role == "task" for part in context) or has_column:
            return tuple(context)
        return (caption, *context)


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
