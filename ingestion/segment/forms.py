"""Forms: a table of two columns, names on the left and values on the right, one task after the other.

The names are those of column headers (任务名称, 目标要求, 完成情况 …), so a form is a table read by rows; a name that
comes again begins the next item.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ingestion.records import Cell, Table, TextPart
from ingestion.segment.carrying import region_name
from ingestion.segment.columns import bare_header, measure_of, role_of
from ingestion.segment.drafts import Draft
from ingestion.segment.folding import squeeze
from ingestion.segment.measures import ROLE_OF_KIND
from ingestion.segment.parts import cell_parts
from ingestion.segment.rowparts import ROLE_OF, WHOLE
from ingestion.segment.vocabulary import names, words

_LEAST_ROWS: Final = 2
_LEAST_SHARE: Final = 0.6
_ASKS: Final = frozenset({"task", "content", "requirement"})
_ANSWERS: Final = frozenset({"progress", "status"})


def is_form(table: Table) -> bool:
    """True where names stand left of their values in most rows, and tell at least what was asked and what was done.

    A header row names everything in it, a form's row only every second cell.
    """
    rows = [pairs for row in table.rows if (pairs := list(_fields_of(row)))]
    named = [pairs for pairs in rows if all(_is_name(name) and not _is_name(value) for name, value in pairs)]
    if len(rows) < _LEAST_ROWS or len(named) < _LEAST_SHARE * len(rows) or rows[0] not in named:
        return False
    roles = {role for pairs in named for name, _ in pairs if (role := role_of(name.text))}
    return bool(roles & _ASKS and roles & _ANSWERS)


def read_form(table: Table) -> tuple[tuple[Draft, ...], tuple[TextPart, ...]]:
    """The items of a form in reading order, and the values whose names say nothing that we know."""
    items: list[Draft] = []
    parts: list[TextPart] = []
    unplaced: list[TextPart] = []
    seen: set[str] = set()
    region = number = None
    for name, value in _fields(table):
        role = role_of(name.text) or _measured(name.text)
        header = squeeze(name.text)
        if header in seen and parts:
            items.append(Draft(number, region, tuple(parts)))
            parts, seen = [], set()
        seen.add(header)
        if role == "region":
            region = region_name(value.text) or None
        elif role == "seq":
            number = value.text.strip() or None
        elif role in ROLE_OF:
            part_role, section = ROLE_OF[role]
            split = role not in WHOLE
            parts.extend(cell_parts(table, value, part_role, header=name.text.strip(), section=section, split=split))
        elif not _is_name(name) and squeeze(value.text):
            place, title = table.locator(value), name.text.strip()
            unplaced.append(TextPart("statement", value.text, value.char_start, place, header=title))
    if parts:
        items.append(Draft(number, region, tuple(parts)))
    return tuple(items), tuple(unplaced)


def _measured(name: str) -> str | None:
    """The role of a name that speaks of a measure (完成率, 年度任务数)."""
    found = measure_of(name)
    return ROLE_OF_KIND[found[0]] if found else None


def _fields(table: Table) -> Iterator[tuple[Cell, Cell]]:
    """Names and values side by side; a row may hold two pairs."""
    for row in table.rows:
        yield from _fields_of(row)


def _fields_of(row: Sequence[Cell]) -> Iterator[tuple[Cell, Cell]]:
    cells = [cell for cell in row if cell.is_origin]
    for left, right in zip(cells[::2], cells[1::2], strict=False):
        if squeeze(left.text):
            yield left, right


def _is_name(cell: Cell) -> bool:
    text = bare_header(cell.text)
    is_field = any(words("metadata", name).fullmatch(text) for name in names("metadata"))
    return bool(role_of(cell.text)) or is_field
