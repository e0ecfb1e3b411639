"""Ruled tables of a PDF: the grid from its cells' borders, and tables that go on over a page's end."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final

from ingestion.read.layout import Placed
from ingestion.read.pdflines import Sign, lines_of_signs, unwrapped

Box = tuple[float, float, float, float]  # left, top, right, bottom in points from the page's upper left corner
Area = tuple[int, int, int, int]  # top, left, bottom, right among the borders, from 0

#: Borders nearer than this are one, in points.
_SAME: Final = 3.0
_MOST_PADDING: Final = 6.0
_MOST_HEADER_ROWS: Final = 3
_NUMBER: Final = re.compile(r"[（(]?[\d一二三四五六七八九十]{1,4}[）)]?[、.．]?")


@dataclass(frozen=True, slots=True)
class Grid:
    """A table on one page or joined over several: its cells, its size, and where its columns begin in points."""

    cells: tuple[Placed, ...]
    height: int
    columns: tuple[float, ...]

    def row(self, number: int) -> dict[int, Placed]:
        """The cells that begin in a row, by their column."""
        return {c.col: c for c in self.cells if c.row == number}

    def texts(self, number: int) -> tuple[tuple[int, str], ...]:
        """Columns and texts of a row, for comparing."""
        return tuple(sorted((c.col, "".join(c.text.split())) for c in self.row(number).values() if c.text))


def grid(boxes: Iterable[Box], signs: Sequence[Sign]) -> Grid:
    """The grid of a table's cells, with the signs that stand in each.

    Places that no border closes (a merged cell cut by the page's end) are one cell down each column.
    """
    boxes = sorted(boxes, key=lambda b: (b[1], b[0]))
    lefts, tops = _edges([x for b in boxes for x in (b[0], b[2])]), _edges([y for b in boxes for y in (b[1], b[3])])
    areas = {(_at(tops, b[1]), _at(lefts, b[0]), _at(tops, b[3]), _at(lefts, b[2])) for b in boxes}
    areas = {(top, left, bottom, right) for top, left, bottom, right in areas if bottom > top and right > left}
    areas |= set(_unclosed(areas, len(tops) - 1, len(lefts) - 1))
    owners = {(r, c): area for area in sorted(areas, reverse=True) for r, c in _places(area)}
    inside: dict[Area, list[Sign]] = {area: [] for area in areas}
    for sign in signs:
        # a sign that stands beside all borders belongs to the outermost cell: none is lost
        row = min(max(bisect_right(tops, (sign.top + sign.bottom) / 2) - 1, 0), len(tops) - 2)
        col = min(max(bisect_right(lefts, (sign.x0 + sign.x1) / 2) - 1, 0), len(lefts) - 2)
        inside[owners[(row, col)]].append(sign)
    cells = [
        Placed(
            area[0] + 1,
            area[1] + 1,
            _text(inside[area], lefts[area[1]], lefts[area[3]]),
            *_extent(area),
            is_doubtful=any(sign.is_doubtful for sign in inside[area]),
        )
        for area in sorted(areas)
    ]
    return Grid(tuple(cells), len(tops) - 1, tuple(lefts))


def joined(upper: Grid, lower: Grid) -> Grid | None:
    """One grid of a table and what goes on with it on the next page; None where the columns differ."""
    if len(upper.columns) != len(lower.columns) or any(
        abs(a - b) > _SAME for a, b in zip(upper.columns, lower.columns, strict=True)
    ):
        return None
    most = min(_MOST_HEADER_ROWS, upper.height, lower.height)
    repeated = len(list(takewhile(lambda n: upper.texts(n) == lower.texts(n) != (), range(1, most + 1))))
    rest = [replace(c, row=c.row - repeated) for c in lower.cells if c.row > repeated]
    height = lower.height - repeated
    cells = list(upper.cells)
    if height and _is_broken_row(upper, [c for c in rest if c.row == 1]):
        cells = _continued(cells, upper.height, [c for c in rest if c.row == 1])
        rest = [replace(c, row=c.row - 1) for c in rest if c.row > 1]
        height -= 1
    for cell in [c for c in rest if c.row == 1 and not c.text]:
        above = next((c for c in cells if c.col == cell.col and c.row + c.row_span - 1 == upper.height), None)
        if above is not None and above.row_span > 1 and above.col_span == cell.col_span:
            cells[cells.index(above)] = replace(above, row_span=above.row_span + cell.row_span)
            rest.remove(cell)
    cells += [replace(c, row=c.row + upper.height) for c in rest]
    return Grid(tuple(cells), upper.height + height, upper.columns)


def _is_broken_row(upper: Grid, first: Sequence[Placed]) -> bool:
    """True where a page's end cut a row: the first cell is empty, and every text goes on with one above it."""
    last = upper.row(upper.height)
    texts = {c.col: c.text for c in first if c.text}
    if not texts or 1 in texts or any(c.row_span > 1 for c in first if c.text):
        return False
    above = {col: last[col].text if col in last else "" for col in texts}
    has_number = any(_NUMBER.fullmatch(text) for text in texts.values())
    return len(texts) < len(first) and all(above.values()) and not has_number


def _continued(cells: Sequence[Placed], row: int, more: Sequence[Placed]) -> list[Placed]:
    """The cells with the texts of a cut row's second part behind those of its first."""
    added = {c.col: c for c in more if c.text}

    def appended(cell: Placed) -> Placed:
        rest = added[cell.col]
        return replace(cell, text=_appended(cell.text, rest.text), is_doubtful=cell.is_doubtful or rest.is_doubtful)

    return [appended(c) if c.row == row and c.col in added else c for c in cells]


def _appended(text: str, more: str) -> str:
    return text + ("\n" if text[-1:] in "。；;：:" else "") + more


def _text(signs: Sequence[Sign], left: float, right: float) -> str:
    """The text of a cell between its borders, its wrapped lines joined."""
    lines = lines_of_signs(signs)
    padding = min((line.x0 - left for line in lines), default=0.0)
    return unwrapped(lines, right - min(max(padding, 0.0), _MOST_PADDING))


def _unclosed(areas: set[Area], height: int, width: int) -> Iterator[Area]:
    """Places that no border closes, each run of them down a column as one."""
    covered = {place for area in areas for place in _places(area)}
    for col in range(width):
        row = 0
        while row < height:
            end = row
            while end < height and (end, col) not in covered:
                end += 1
            if end > row:
                yield (row, col, end, col + 1)
            row = end + 1


def _places(area: Area) -> Iterator[tuple[int, int]]:
    top, left, bottom, right = area
    return ((r, c) for r in range(top, bottom) for c in range(left, right))


def _extent(area: Area) -> tuple[int, int]:
    """Rows and columns of an area."""
    return area[2] - area[0], area[3] - area[1]


def _edges(places: Iterable[float]) -> list[float]:
    """Distinct borders in order."""
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _SAME:
            found.append(place)
    return found


def _at(edges: Sequence[float], place: float) -> int:
    return min(range(len(edges)), key=lambda i: abs(edges[i] - place))
