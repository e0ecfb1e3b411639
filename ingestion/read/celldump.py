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
from itertools import pairwise
from typing import Final

from ingestion.read.layout import BLANK, strip
from ingestion.read.lines import Line

#: What begins a paragraph of its own below a table.
_AFTER_TABLE: Final = re.compile(
    r"[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|附?[注註]\d*[：:]|[備备][注註][：:]|附[件表]|表\d|第.{1,3}[章部节節]"
)


#: A figure alone, as no header cell is: 454.31亿元, 75%.
_FIGURE: Final = re.compile(r"[\d.,，]+\s*[%％]?\w{0,3}")
_LONGEST_HEADER: Final = 20

#: Tab-indented prose makes every line look like a cell; after so many tries the text is taken for prose.
_MOST_FAILURES: Final = 10
_MOST_CUTS: Final = 20
_WIDEST: Final = 20


@dataclass(frozen=True, slots=True)
class DumpCell:
    """One cell: its text with inner line ends, its offset, its lines, and whether an empty line stands before it."""

    text: str
    start: int
    after_blank: bool
    first_line: int  # the number of its line among all lines
    tail_line: int  # the first line after an empty line inside the cell; 0 where it has none


Rows = list[list[DumpCell]]


class CellDump:
    """The cells of a text, taken once; `table_at` finds the table that begins at a line."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        starts = [i for i, line in enumerate(lines) if line.text.startswith("\t")]
        self._number = {line: i for i, line in enumerate(starts)}
        # the lines below the last tab line belong to the last cell, until `_close` gives them back
        self._cells = [_cell(lines, a, b) for a, b in zip(starts, [*starts[1:], len(lines)], strict=False)]
        self._failures = 0

    def table_at(self, position: int) -> tuple[Rows | None, int]:
        """The rows of the table that begins at a line, and the number of the first line after it."""
        first = self._number.get(position)
        if first is None or self._failures > _MOST_FAILURES:
            return None, position
        cells = self._cells[first:]
        end = _second_table(cells) or len(cells)
        rows = _grid(cells[:end]) or _by_numbers(cells[:end]) or _ragged(cells[:end])
        for shorter in () if rows else _ends_at_prose(cells):
            rows = rows or _grid(cells[:shorter])
        if rows:
            return _close(rows, self._lines)
        self._failures += 1
        return None, position


def _cell(lines: Sequence[Line], first: int, end: int) -> DumpCell:
    """The cell of the lines first to end; empty lines at its ends are not its text."""
    filled = [i for i in range(first, end) if strip(lines[i].text)]
    after_blank = first > 0 and lines[first - 1].is_blank
    if not filled:
        return DumpCell("", lines[first].start + 1, after_blank, first, 0)
    tail = next((b for a, b in pairwise(filled) if b > a + 1), 0)
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


def _second_table(cells: Sequence[DumpCell]) -> int:
    """How many cells stand before a second table; 0 where there is none.

    Its mark is prose below a row whose column held none so far, then a row that looks like a header.
    """
    tails = [i for i, cell in enumerate(cells[:-1]) if cell.tail_line]
    for i in tails[:_MOST_CUTS]:
        after = next((j for j in range(i + 2, len(cells)) if cells[j].after_blank), len(cells))
        header = cells[i + 1 : after]
        if len(header) < 2 or not _is_header(header) or len(cells) - after < len(header):
            continue
        rows = _grid(cells[: i + 1])
        if rows and len(rows) >= 3 and not any(row[-1].tail_line for row in rows[:-1]):
            return i + 1
    return 0


def _ends_at_prose(cells: Sequence[DumpCell]) -> list[int]:
    """Where a table may end before the last cell: behind a cell that prose seems to follow, the longest run first."""
    inner = [i + 1 for i, cell in enumerate(cells[:-1]) if cell.tail_line]
    return inner[:_MOST_CUTS][::-1]


def _grid(cells: Sequence[DumpCell]) -> Rows | None:
    """The rows under the number of columns that fits all cells; None where none does."""
    groups = _groups(cells)
    if len(groups) < 2:
        return None
    for width in _widths(groups):
        rows = [list(cells[i : i + width]) for i in range(0, len(cells), width)]
        if len(cells) % width == 0 and all(row[0].after_blank for row in rows[1:]):
            return rows
    return None


def _by_numbers(cells: Sequence[DumpCell]) -> Rows | None:
    """The rows of a dump without empty lines between them, where the first column counts 1, 2, 3 …"""
    for width in range(2, min(len(cells) // 3, _WIDEST) + 1):
        if len(cells) % width or any(cells[n * width].text != str(n) for n in range(1, len(cells) // width)):
            continue
        return [list(cells[i : i + width]) for i in range(0, len(cells), width)]
    return None


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


def _is_header(row: Sequence[DumpCell]) -> bool:
    texts = [cell.text for cell in row]
    return all(t and len(t) <= _LONGEST_HEADER and "\n" not in t and not _FIGURE.fullmatch(t) for t in texts)


def _ragged(cells: Sequence[DumpCell]) -> Rows | None:
    """Rows of a table with missing cells: groups are joined up to the commonest width; None if that is no table."""
    groups = _groups(cells)
    widths = _widths(groups)
    if len(groups) < 2 or not widths:
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

    A paragraph after an empty line leaves the last cell where the other cells of its column have none, and always
    where it reads like a heading or a note.
    """
    last = rows[-1][-1]
    end = _end_of(last, lines)
    if not last.tail_line:
        return rows, end
    column = [row[-1] for row in rows[1:-1] if len(row) == len(rows[-1])]
    cut = next((i for i in range(last.tail_line, end) if _AFTER_TABLE.match(strip(lines[i].text))), 0)
    if column and not any(cell.tail_line for cell in column):
        cut = last.tail_line
    if not cut:
        return rows, end
    return [*rows[:-1], [*rows[-1][:-1], _cell(lines, last.first_line, cut)]], cut


def _end_of(cell: DumpCell, lines: Sequence[Line]) -> int:
    """The number of the line after the cell's last one."""
    end = cell.start + len(cell.text)
    return next((i for i in range(cell.first_line + 1, len(lines)) if lines[i].start > end), len(lines))
