"""Tables seen another way than they are written: without the title rows above, on their side, in halves.

Whatever is seen, locators name the places of the table as written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ingestion.records import Cell, Paragraph, Table
from ingestion.segment.columns import measure_of, role_of
from ingestion.segment.folding import squeeze
from ingestion.segment.place import is_named_place
from ingestion.segment.vocabulary import pattern

_MOST_ROWS_ABOVE: Final = 10
_LEAST_COLUMNS: Final = 3
_LEAST_NAMES: Final = 2
_LEAST_SHARE: Final = 0.6
_ASKS: Final = frozenset({"task", "content", "requirement"})
_ANSWERS: Final = frozenset({"progress", "status", "measure"})


@dataclass(frozen=True, slots=True)
class TableView(Table):
    """Rows and columns of a table from an offset on, as they are or turned."""

    rows_above: int = 0
    columns_left: int = 0
    is_turned: bool = False

    def locator(self, cell: Cell) -> str:
        """`table 1/row 3/cell 5`, counted in the table as written."""
        row, col = cell.origin[::-1] if self.is_turned else cell.origin
        return f"table {self.index}/row {row + self.rows_above}/cell {col + self.columns_left}"


@dataclass(frozen=True, slots=True)
class TitleRow(Paragraph):
    """A row above a table's header that holds one line, read like the paragraphs above a table."""

    place: str = ""

    def locator(self) -> str:
        """The place of its cell."""
        return self.place


def as_meant(table: Table) -> Iterator[Paragraph | Table]:
    """The lines above a table's header, then the table the way that it is to be read."""
    above = _rows_of_titles(table)
    for row in table.rows[:above]:
        cell = next(cell for cell in row if cell.is_origin and squeeze(cell.text))
        yield TitleRow(0, cell.text, cell.char_start, 0, table.locator(cell))
    body = _part(table, above, 0, len(table.rows[0])) if above else table
    if _names_stand_left(body) or _places_stand_above(body):
        yield _turned(body, above)
    else:
        yield from _halves(body, above)


def _rows_of_titles(table: Table) -> int:
    """How many of the first rows hold a single text each; 0 for a table of one column."""
    if len(table.rows[0]) == 1:
        return 0
    count = next((n for n, row in enumerate(table.rows) if len(_texts(row)) != 1), 0)
    return count if count <= _MOST_ROWS_ABOVE and len(table.rows) - count >= _LEAST_NAMES else 0


def _texts(row: Sequence[Cell]) -> set[tuple[int, int]]:
    return {cell.origin for cell in row if squeeze(cell.text)}


def _part(table: Table, above: int, start: int, width: int, header: int = 0) -> TableView:
    """The rows below `above` and `width` columns from `start`; text above the header row stays with the first part."""
    rows = []
    for row in table.rows[above:]:
        cells = row[start : start + width]
        texts = ["" if start and cell.row < header else cell.text for cell in cells]
        rows.append(tuple(_moved(cell, text, above, start) for cell, text in zip(cells, texts, strict=True)))
    return TableView(table.index, tuple(rows), table.title, above, start)


def _moved(cell: Cell, text: str, above: int, left: int) -> Cell:
    origin = (cell.origin[0] - above, cell.origin[1] - left)
    return Cell(cell.row - above, cell.col - left, text, cell.char_start, origin)


def _turned(table: Table, above: int) -> TableView:
    columns = zip(*table.rows, strict=True)
    rows = tuple(
        tuple(Cell(c.col, c.row, c.text, c.char_start, (c.origin[1], c.origin[0])) for c in column)
        for column in columns
    )  # fmt: skip
    return TableView(table.index, rows, table.title, above, is_turned=True)


def _names_stand_left(table: Table) -> bool:
    """任务名称 | 管网 | 锅炉 above 年度目标 | 20公里 | 5台: rows are named, columns are not."""
    if len(table.rows[0]) < _LEAST_COLUMNS or len(table.rows) < _LEAST_NAMES:
        return False
    left = [row[0].text for row in table.rows if squeeze(row[0].text)]
    roles = [role_of(text) or ("measure" if measure_of(text) else None) for text in left]
    known = {role for role in roles if role}
    named = sum(role is not None for role in roles)
    if not (known & _ASKS and known & _ANSWERS and named >= _LEAST_SHARE * len(left)):
        return False
    top = [cell.text for cell in table.rows[0][1:] if squeeze(cell.text)]
    return bool(top) and not any(role_of(text) or measure_of(text) for text in top)


def _places_stand_above(table: Table) -> bool:
    """县区 | 蓬江区 | 江海区 above rows named by what is counted."""
    first = table.rows[0]
    if len(first) < _LEAST_COLUMNS or role_of(first[0].text) != "region" or len(table.rows) < _LEAST_NAMES:
        return False
    others = [cell for cell in first[1:] if cell.is_origin and squeeze(cell.text)]
    places = sum(is_named_place(cell.text) for cell in others)
    sums = sum(bool(pattern("totals").fullmatch(squeeze(cell.text))) for cell in others)
    return places >= _LEAST_NAMES and places + sums == len(others) == len(first) - 1


def _halves(table: Table, above: int) -> list[Table]:
    """The parts of a table whose header is printed twice or more beside itself (县区 | 浓度 | 县区 | 浓度)."""
    for number, row in enumerate(table.rows[:_MOST_ROWS_ABOVE], 1):
        names = [squeeze(cell.text) for cell in row]
        width = next((n for n in range(2, len(names) // 2 + 1) if _repeats(names, n)), None)
        if width and all(names[:width]) and _is_named(names[:width]):
            parts = (_part(table, 0, start, width, number) for start in range(0, len(names), width))
            return [TableView(p.index, p.rows, p.title, above, p.columns_left) for p in parts]
    return [table]


def _is_named(names: Sequence[str]) -> bool:
    """True for names of which the first says whose the row is; 目标 | 完成 twice are the measures of two things."""
    known = sum(bool(role_of(name) or measure_of(name)) for name in names)
    return known >= _LEAST_NAMES and role_of(names[0]) in ("seq", "region", "task", "lead_unit")


def _repeats(names: Sequence[str], width: int) -> bool:
    block = list(names[:width])
    return len(names) % width == 0 and list(names) == block * (len(names) // width) and len(set(block)) > 1
