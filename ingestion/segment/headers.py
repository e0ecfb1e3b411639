"""Where a table's header stands, and how many rows it has: found by the words in it, never by its place.

A header has one row, or up to three: joined cells above (水环境 | 大气环境), things below them (管网 | 排口), measures
in the last (目标 | 完成).  In plain text the joined cells leave blanks behind them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ingestion.records import Cell, Table
from ingestion.segment.columns import (
    Column,
    Header,
    bare_header,
    hinted_role,
    is_figure,
    measure_of,
    on_one_line,
    role_of,
)
from ingestion.segment.folding import squeeze
from ingestion.segment.place import is_named_place, looks_like_place
from ingestion.segment.settling import settled
from ingestion.segment.vocabulary import pattern

_MOST_ROWS_ABOVE: Final = 10
_MOST_HEADER_ROWS: Final = 3
_LONGEST_HEADER: Final = 40
_LEAST_ROLES_INSIDE: Final = 3
_LEAST_MATRIX_COLUMNS: Final = 3
#: A table of which no column asks or answers anything (a telephone list) has no header that we know.
_SPEAKING: Final = frozenset(
    {"task", "content", "requirement", "progress", "status", "problem", "plan", "measure", "place"}
)


def find_header(table: Table) -> Header | None:
    """The header of a table, not always its first row; None where no row reads like one."""
    for number, row in enumerate(table.rows[:_MOST_ROWS_ABOVE], 1):
        is_matrix = _heads_matrix(table, number)
        if is_matrix or _is_header_row(row) or _is_upper_row(table, number):
            return _header(table, number, is_matrix=is_matrix)
    return None


def header_inside(table: Table, number: int, above: Header) -> Header | None:
    """The header of a second table below the first in one grid: a row of role names unlike those above."""
    row = table.rows[number - 1]
    known = {role for cell in _own(row) if (role := role_of(cell.text))}
    if len(known) < _LEAST_ROLES_INSIDE or not _is_header_row(row):
        return None
    if [squeeze(c.text) for c in row] == [squeeze(c.text) for c in table.rows[above.last_row - 1]]:
        return None
    return _header(table, number)


def _header(table: Table, number: int, *, is_matrix: bool = False) -> Header | None:
    last = _last_row(table, number)
    width = len(table.rows[0])
    columns = tuple(c for col in range(1, width + 1) if (c := _column(table, number, last, col)).header)
    columns = settled(table, last, columns, is_matrix=is_matrix)
    return Header(number, last, columns) if columns else None


def _is_header_row(row: Sequence[Cell]) -> bool:
    texts = [bare_header(cell.text) for cell in _own(row)]
    if len(texts) < 2 or any(len(t) > _LONGEST_HEADER or is_figure(t) for t in texts):
        return False
    places = sum(is_named_place(t) for t in texts)
    roles = [role_of(t) or ("measure" if measure_of(t) else None) for t in texts if not is_named_place(t)]
    known = [role for role in roles if role]
    if places >= 2 and known:
        sums = sum(bool(pattern("totals").fullmatch(squeeze(t))) and not measure_of(t) for t in texts)
        return len(known) + places + sums == len(texts)
    return len(known) >= 2 and 2 * len(known) >= len(texts) and bool(_SPEAKING & set(known))


def _heads_matrix(table: Table, number: int) -> bool:
    """True for 区域 | 管网建设 | 排口整治 above rows of places: each other column is a task of its own."""
    row = table.rows[number - 1]
    own = _own(row)
    if len(own) < _LEAST_MATRIX_COLUMNS or len(own) != len(row) or number == len(table.rows):
        return False
    if any(len(squeeze(c.text)) > _LONGEST_HEADER or is_figure(c.text) or is_named_place(c.text) for c in own):
        return False
    roles = [role_of(cell.text) for cell in own]
    if not {"region", "lead_unit"} & set(roles[:2]) or {"task", "content", "requirement", "progress"} & set(roles):
        return False
    named = roles.index("region" if "region" in roles else "lead_unit")
    below = [text for below in table.rows[number:] if squeeze(text := below[named].text)]
    places = sum(looks_like_place(text) for text in below)
    return 2 * places > len(below) and sum(role is None for role in roles) >= 2


def _is_upper_row(table: Table, number: int) -> bool:
    """True for joined headers that name things (管网建设 | 排口整治) above a row that names their measures."""
    texts = [bare_header(cell.text) for cell in _own(table.rows[number - 1])]
    is_plain = len(texts) >= 2 and not any(len(t) > _LONGEST_HEADER or is_figure(t) for t in texts)
    last = _last_row(table, number) if is_plain and any(role_of(t) for t in texts) else number
    if last == number:
        return False
    return all(measure_of(c.text) or role_of(c.text) or is_named_place(c.text) for c in _own(table.rows[last - 1]))


def _last_row(table: Table, number: int) -> int:
    """The number of the header's last row; `number` is its first."""
    if _is_plain_header_of_three(table, number):
        return number + 2
    last = number
    while last - number < _MOST_HEADER_ROWS - 1 and _goes_on(table, number, last):
        last += 1
    return last


def _goes_on(table: Table, first: int, last: int) -> bool:
    """True where the row below still belongs to the header: it names what stands under joined header cells."""
    if last >= len(table.rows):
        return False
    above, below = table.rows[last - 1], table.rows[last]
    if not _names_only(below):
        return False
    if any(first <= cell.origin[0] <= last for cell in below):
        return True
    # where merged cells were written out, what is named once for two rows stands in both of them
    repeated = {c.col for c in _own(below) if squeeze(c.text) == squeeze(above[c.col - 1].text)}
    if repeated and len(repeated) < len(_own(below)):
        return all(role_of(c.text) or measure_of(c.text) or is_named_place(c.text) for c in _own(below))
    under = {c.col for c in _own(below)}
    joined = {c.col for c in above if c.origin[1] != c.col} | {c.origin[1] for c in above if c.origin[1] != c.col}
    if joined:
        return under <= joined
    # in plain text the joined cells are blank ones, and only what stands below them has a name in the second row
    blank = {c.col for c in above if not squeeze(c.text)}
    return last == first and bool(blank) and blank <= under and len(under) < len(below)


def _is_plain_header_of_three(table: Table, number: int) -> bool:
    """True for three rows of plain text whose last one names a measure in every column that the first leaves open."""
    rows = table.rows[number - 1 : number + 2]
    if len(rows) < _MOST_HEADER_ROWS or any(not cell.is_origin for row in rows for cell in row):
        return False
    if any(not _names_only(row) for row in rows):
        return False
    top, middle, low = ({c.col for c in _own(row)} for row in rows)
    alone = top - middle - low
    every = {cell.col for cell in rows[0]}
    return bool(alone) and low == every - alone and middle < low and min(alone) == min(every)


def _names_only(row: Sequence[Cell]) -> bool:
    own = _own(row)
    return bool(own) and not any(is_figure(c.text) or len(squeeze(c.text)) > _LONGEST_HEADER // 2 for c in own)


def _own(row: Sequence[Cell]) -> list[Cell]:
    """The cells with a text of their own."""
    return [cell for cell in row if cell.is_origin and squeeze(cell.text)]


def _path(table: Table, first: int, last: int, col: int) -> list[Cell]:
    """The header's cells above a column, the uppermost first, each once; joined cells of plain text filled in."""
    cells = [table.rows[number - 1][col - 1] for number in range(first, last + 1)]
    lowest = max((i for i, cell in enumerate(cells) if squeeze(cell.text)), default=-1)
    path: list[Cell] = []
    for i, cell in enumerate(cells[: lowest + 1]):
        named = cell if squeeze(cell.text) else _left_of(table.rows[first - 1 + i], col)
        if squeeze(named.text) and squeeze(named.text) not in [squeeze(c.text) for c in path]:
            path.append(named)
    return path


def _column(table: Table, first: int, last: int, col: int) -> Column:
    path = _path(table, first, last, col) or [table.rows[first - 1][col - 1]]
    header = " / ".join(on_one_line(cell.text) for cell in path)
    column = Column(col, "", header, path[-1])
    if place := next((cell for cell in path if is_named_place(cell.text)), None):
        return _place_column(column, place, [cell for cell in path if cell is not place])
    measured = measure_of(path[-1].text) if len(path) > 1 else None
    if measured and not measured[1]:
        # 完成情况 above 完成率 says what the figure is, not what is measured
        base = next((cell for cell in reversed(path[:-1]) if not role_of(cell.text)), None)
        name = on_one_line(base.text) if base else ""
        return replace(column, role="measure", kind=measured[0], base=name, base_cell=base)
    return _by_words(column, path[:-1])


def _place_column(column: Column, place: Cell, others: Sequence[Cell]) -> Column:
    """A place's column; what else its header names is the measure's kind or the thing measured."""
    kind = next((measured[0] for cell in others if (measured := measure_of(cell.text))), None)
    thing = next((c for c in others if not measure_of(c.text) and not role_of(c.text)), None)
    return replace(column, role="place", kind=kind, base=on_one_line(place.text), base_cell=place, thing=thing)


def _by_words(column: Column, above: Sequence[Cell]) -> Column:
    """The role that the column's own words give, else those of the joined cells above, else a hint."""
    own = column.cell.text
    roles = (role for cell in (column.cell, *reversed(above)) if (role := role_of(cell.text)))
    if role := next(roles, None):
        return replace(column, role=role)
    if measured := measure_of(own):
        return _with_base(column, *measured)
    return replace(column, role=hinted_role(own))


def _left_of(row: Sequence[Cell], col: int) -> Cell:
    """The nearest cell with text to the left: in plain text a joined header cell leaves blanks behind it."""
    return next((c for c in reversed(row[: col - 1]) if squeeze(c.text)), row[col - 1])


def _with_base(column: Column, kind: str, base: str) -> Column:
    """The measure's column with its name as written in the header cell."""
    text = column.cell.text
    end = next((n for n in range(len(text) + 1) if squeeze(text[:n]) == base), len(text))
    return replace(column, role="measure", kind=kind, base=text[:end].strip(), base_cell=column.cell)
