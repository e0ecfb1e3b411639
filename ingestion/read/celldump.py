"""Tables whose cells were written one a line behind a tab, rows apart by an empty line.

What makes it hard: a cell may hold empty lines itself, may end with some, and prose after a table looks like more
lines of its last cell.  The grid is found from the whole: the number of columns is one under which each row begins
after an empty line; where none fits, the run holds several tables and is cut where prose stands between them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ingestion.read.layout import BLANK, strip
from ingestion.read.lines import Line

#: What begins a paragraph of its own below a table.
_AFTER_TABLE: Final = re.compile(r"[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|(附)?[注註]\d*[：:]|[備备][注註][：:]|附[件表]|表\d|第.{1,3}[章部节節]")


@dataclass(frozen=True, slots=True)
class DumpCell:
    """One cell: its text with inner line ends, its offset, its lines, and whether an empty line stands before it."""

    text: str
    start: int
    after_blank: bool
    first_line: int  # the number of its line among all lines
    tail_line: int  # the first line after an empty line inside the cell; 0 where it has none


Rows = list[list[DumpCell]]


def tables_of(lines: Sequence[Line], position: int) -> tuple[list[Rows], int]:
    """The tables that begin at a line with a tab, and the number of the first line after them.

    Several tables come back only when nothing but empty lines stands between them.  No table: ([], position).
    """
    cells = _cells(lines, position)
    for end in _ends(cells):
        rows = _grid(cells[:end])
        if rows:
            closed, after = _close(rows, lines)
            return [closed], after if end == len(cells) or after < cells[end].first_line else cells[end].first_line
    return [], position


def _cells(lines: Sequence[Line], position: int) -> list[DumpCell]:
    """Every cell from a position on; the lines below the last tab line belong to the last cell, for now."""
    starts = [i for i in range(position, len(lines)) if lines[i].text.startswith("\t")]
    ends = [*starts[1:], len(lines)]
    return [_cell(lines, first, last) for first, last in zip(starts, ends, strict=True)]


def _cell(lines: Sequence[Line], first: int, end: int) -> DumpCell:
    """The cell of the lines first to end; empty lines at its ends are not its text."""
    filled = [i for i in range(first, end) if strip(lines[i].text)]
    after_blank = first > 0 and lines[first - 1].is_blank
    if not filled:
        return DumpCell("", lines[first].start + 1, after_blank, first, 0)
    tail = next((b for a, b in zip(filled, filled[1:], strict=False) if b > a + 1), 0)
    text, start = _slice(lines, filled[0], filled[-1])
    return DumpCell(text, start, after_blank, first, tail)


def _slice(lines: Sequence[Line], first: int, last: int) -> tuple[str, int]:
    """The text from one line to another as it stands in the file, without blanks at its ends, and its offset."""
    pieces = []
    for i in range(first, last + 1):
        pieces.append(lines[i].text)
        if i < last:
            pieces.append(lines[i].end)
    text = "".join(pieces)
    left = len(text) - len(text.lstrip(BLANK))
    return strip(text), lines[first].start + left


def _ends(cells: Sequence[DumpCell]) -> list[int]:
    """Where a table may end: at the last cell, else before a cell that follows prose, the longest run first."""
    inner = [i + 1 for i, cell in enumerate(cells[:-1]) if cell.tail_line]
    return [len(cells), *reversed(inner)]


def _grid(cells: Sequence[DumpCell]) -> Rows | None:
    """The rows under the number of columns that fits; None where the cells form no table."""
    groups = _groups(cells)
    if len(groups) < 2:
        return None
    for width in _widths(groups):
        rows = [list(cells[i : i + width]) for i in range(0, len(cells), width)]
        if len(cells) % width == 0 and all(row[0].after_blank for row in rows[1:]) and not _repeats_header(rows):
            return rows
    return _ragged(groups)


def _groups(cells: Sequence[DumpCell]) -> Rows:
    """The cells cut at every empty line before a tab: rows, or pieces of rows with empty lines in them."""
    groups: Rows = []
    for cell in cells:
        if cell.after_blank or not groups:
            groups.append([])
        groups[-1].append(cell)
    return groups


def _widths(groups: Rows) -> list[int]:
    """Candidate numbers of columns: the header's first, then the sizes of the other groups by how often they occur."""
    counted = Counter(len(group) for group in groups)
    sizes = [len(groups[0]), *(size for size, _ in counted.most_common())]
    return [size for size in dict.fromkeys(sizes) if size >= 2]


def _repeats_header(rows: Rows) -> bool:
    """True where the first row stands again below prose: two tables under one form."""
    header = [cell.text for cell in rows[0]]
    return any(
        [cell.text for cell in row] == header and above[-1].tail_line
        for above, row in zip(rows, rows[1:], strict=False)
    )


def _ragged(groups: Rows) -> Rows | None:
    """Rows of a table with missing cells: groups are joined up to the commonest width; None if that is no table."""
    widths = _widths(groups)
    if not widths:
        return None
    width = widths[0] if len(groups[0]) >= 2 else Counter(len(g) for g in groups).most_common(1)[0][0]
    rows: Rows = []
    for group in groups:
        if rows and len(rows[-1]) + len(group) <= width:
            rows[-1].extend(group)
        else:
            rows.append(list(group))
    fitting = sum(len(row) == width for row in rows)
    return rows if width >= 2 and fitting >= 2 and fitting >= 0.6 * len(rows) else None


def _close(rows: Rows, lines: Sequence[Line]) -> tuple[Rows, int]:
    """Give back the lines below the table that its last cell took, and the number of the first of them.

    A paragraph after an empty line stays in the last cell only where another cell of its column has one too.
    """
    last = rows[-1][-1]
    end = _end_of(last, lines)
    if not last.tail_line:
        return rows, end
    column = [row[-1] for row in rows[:-1] if len(row) == len(rows[-1])]
    cut = next((i for i in range(last.tail_line, end) if _AFTER_TABLE.match(strip(lines[i].text))), 0)
    if not any(cell.tail_line for cell in column):
        cut = last.tail_line
    if not cut:
        return rows, end
    return [*rows[:-1], [*rows[-1][:-1], _cell(lines, last.first_line, cut)]], cut


def _end_of(cell: DumpCell, lines: Sequence[Line]) -> int:
    """The number of the line after the cell's last one."""
    end = cell.start + len(cell.text)
    return next((i for i in range(cell.first_line + 1, len(lines)) if lines[i].start > end), len(lines))
