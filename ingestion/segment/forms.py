"""Forms: a table of two columns, names on the left and values on the right, one task after the other.

The names are those of column headers (任务名称, 目标要求, 完成情况 …), so a form is a table read by rows; a name that
comes again begins the next item.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ingestion.records import Cell, Table, TextPart
from ingestion.segment.columns import role_of
from ingestion.segment.drafts import Draft
from ingestion.segment.folding import squeeze
from ingestion.segment.parts import cell_parts
from ingestion.segment.rows import ROLE_OF, WHOLE

_LEAST_NAMES: Final = 2


def is_form(table: Table) -> bool:
    """True for names on the left that tell at least a task or a requirement, and an answer."""
    roles = [role for name, _ in _fields(table) if (role := role_of(name.text))]
    asks, answers = {"task", "content", "requirement"} & set(roles), {"progress", "status"} & set(roles)
    return len(set(roles)) >= _LEAST_NAMES and bool(asks and answers)


def read_form(table: Table) -> tuple[Draft, ...]:
    """The items of a form, in reading order."""
    items: list[Draft] = []
    parts: list[TextPart] = []
    seen: set[str] = set()
    region = number = None
    for name, value in _fields(table):
        role = role_of(name.text)
        header = squeeze(name.text)
        if header in seen and parts:
            items.append(Draft(number, region, tuple(parts)))
            parts, seen = [], set()
        seen.add(header)
        if role == "region":
            region = "".join(value.text.split()) or None
        elif role == "seq":
            number = value.text.strip() or None
        elif role in ROLE_OF:
            part_role, section = ROLE_OF[role]
            split = role not in WHOLE
            parts.extend(cell_parts(table, value, part_role, header=name.text.strip(), section=section, split=split))
    if parts:
        items.append(Draft(number, region, tuple(parts)))
    return tuple(items)


def _fields(table: Table) -> Iterator[tuple[Cell, Cell]]:
    """Names and values side by side; a row may hold two pairs."""
    for row in table.rows:
        cells = [cell for cell in row if cell.origin == (cell.row, cell.col)]
        for left, right in zip(cells[::2], cells[1::2], strict=False):
            if squeeze(left.text):
                yield left, right
