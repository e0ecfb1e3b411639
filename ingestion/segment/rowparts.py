"""Text parts of a row's cells, each with the header and the unit that its figure needs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ingestion.records import Cell, Role, Section, Table, TextPart
from ingestion.segment.carrying import Carried
from ingestion.segment.columns import Column, Header
from ingestion.segment.folding import fold, squeeze
from ingestion.segment.measures import ROLE_OF_KIND, MeasureGroup, header_with_unit
from ingestion.segment.parts import cell_parts
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
#: Columns whose cells are not cut at sub-items.
WHOLE: Final = ("task", "lead_unit", "points")
#: What stands in a cell that says nothing.
DASH: Final = re.compile(r"[-/—]*")
_UNIT_BEHIND: Final = re.compile(r"\((?:单位:)?([^()]{1,8})\)\s*$")


@dataclass(slots=True)
class RowParts:
    """Makes the parts of a table's rows below a header; `carried` knows the headings and the unit above."""

    table: Table
    header: Header
    carried: Carried

    def header_as_task(self, cell: Cell, column: Column) -> TextPart:
        """A header's cell as the task of a column below it."""
        heading = self.carried.heading
        return TextPart(
            "task", cell.text, cell.char_start, self.table.locator(cell), heading=heading, header=column.header
        )

    def header_as_answer(self, column: Column) -> TextPart:
        """What a column's header says of a row whose cell only ticks it or names who it is said of."""
        cell, heading = column.cell, self.carried.heading
        return TextPart("progress", cell.text, cell.char_start, self.table.locator(cell), heading=heading)

    def thing(self, group: MeasureGroup) -> TextPart:
        """The measured thing's name in the header as a task part."""
        named = next((c for c in group.columns if c.base), None)
        column = named or next((c for c in group.columns if c.kind == "actual"), group.columns[0])
        cell = column.base_cell or column.cell
        # a figure that stands alone (资金执行率) is named by its whole header
        is_part = column.base and len(group.columns) > 1
        begin = cell.text.find(column.base) if is_part else -1
        text = column.base if begin >= 0 else cell.text
        start = cell.char_start + max(begin, 0)
        locator = self.table.locator(cell)
        return TextPart("task", text, start, locator, None, "result", self.carried.heading, column.header)

    def figures(self, row: Sequence[Cell], columns: Sequence[Column], *, split: bool = False) -> list[TextPart]:
        """The figures of measures, or of places, each with its column's header and unit."""
        parts: list[TextPart] = []
        for column in columns:
            cell = row[column.col - 1]
            if not DASH.fullmatch(squeeze(cell.text)):
                role = ROLE_OF_KIND[column.kind or "actual"]
                parts.extend(self._cell_parts(row, column, cell, role, split=split))
        return parts

    def texts(self, cells: Sequence[Cell], columns: Sequence[Column]) -> list[TextPart]:
        """The parts of the given columns, in the columns' order."""
        parts: list[TextPart] = []
        for column in columns:
            cell = cells[column.col - 1]
            if column.role == "tick":
                parts.extend([self.header_as_answer(column)] if squeeze(cell.text) else [])
            elif squeeze(cell.text):
                role, section = ROLE_OF[column.role]
                split = column.role not in WHOLE
                parts.extend(self._cell_parts(cells, column, cell, role, section=section, split=split))
        return parts

    def _cell_parts(
        self, row: Sequence[Cell], column: Column, cell: Cell, role: Role, *, section: Section = "result", split: bool
    ) -> tuple[TextPart, ...]:
        unit = self._unit_of(row)
        header = header_with_unit(column, cell, unit)
        heading = self.carried.heading
        return cell_parts(self.table, cell, role, header=header, section=section, heading=heading, split=split)

    def _unit_of(self, row: Sequence[Cell]) -> str:
        """The unit of a row's figures: that of a unit column, of the task's name, or of the line above the table."""
        own = next((row[c.col - 1].text.strip() for c in self.header.of("kind")), "")
        named = (_unit_behind(row[c.col - 1].text) for c in self.header.of("task"))
        return own or next(filter(None, named), "") or self.carried.unit


def _unit_behind(task: str) -> str:
    """The unit in brackets behind a task's name: 污水管网（公里）."""
    found = _UNIT_BEHIND.search(fold(task))
    return found[1] if found and pattern("units").fullmatch(found[1]) else ""
