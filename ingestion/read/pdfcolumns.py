"""Tables without rules: lines whose pieces stand below each other in at least three columns.

A run of lines is a table while its columns stay apart: no sign of any line stands in the room between two of them.
Prose has no such room, so nothing of it is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from ingestion.read.layout import Placed
from ingestion.read.pdflines import Sign, TextLine, unwrapped
from ingestion.read.pdftables import Grid

#: Room between two columns, in sign heights.
_ROOM: Final = 1.2
#: Lines further apart than this, in sign heights, are not of one table.
_FARTHEST: Final = 4.0
_LEAST_COLUMNS: Final = 3
_LEAST_FULL_LINES: Final = 3
#: Rows stand apart where the widest distance between lines is so much more than the least.
_ROWS_APART: Final = 1.25

Span = tuple[float, float]


def unruled_tables(lines: Sequence[TextLine]) -> tuple[list[TextLine], list[tuple[float, Grid]]]:
    """The lines that are prose, and the tables among them with their upper edges."""
    prose: list[TextLine] = []
    tables: list[tuple[float, Grid]] = []
    position = 0
    while position < len(lines):
        end, columns = _run(lines, position)
        if end > position:
            run = lines[position:end]
            tables.append((run[0].top, _grid(run, columns)))
            position = end
        else:
            prose.append(lines[position])
            position += 1
    return prose, tables


def _run(lines: Sequence[TextLine], first: int) -> tuple[int, list[Span]]:
    """The end of the table that begins at a line, and its columns; the line itself where none does."""
    pieces = [_pieces(lines[first])]
    columns = _merged([], pieces[0])
    if len(columns) < _LEAST_COLUMNS:
        return first, []
    end = first + 1
    while end < len(lines) and lines[end].top - lines[end - 1].top <= _FARTHEST * lines[end].size:
        found = _pieces(lines[end])
        wider = _merged(columns, found)
        if len(wider) < len(columns):
            break
        columns = wider
        pieces.append(found)
        end += 1
    full = sum(len(found) >= _LEAST_COLUMNS for found in pieces)
    return (end, columns) if full >= _LEAST_FULL_LINES else (first, [])


def _pieces(line: TextLine) -> list[list[Sign]]:
    """The signs of a line between wide gaps."""
    found: list[list[Sign]] = []
    for sign in (s for s in line.signs if not s.text.isspace()):
        if found and sign.x0 - found[-1][-1].x1 <= _ROOM * line.size:
            found[-1].append(sign)
        else:
            found.append([sign])
    return found


def _merged(columns: Sequence[Span], pieces: Sequence[Sequence[Sign]]) -> list[Span]:
    """The columns with the pieces of another line: what overlaps is one."""
    spans = sorted([*columns, *((piece[0].x0, piece[-1].x1) for piece in pieces)])
    merged: list[Span] = []
    for left, right in spans:
        if merged and left <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], right))
        else:
            merged.append((left, right))
    return merged


def _grid(lines: Sequence[TextLine], columns: Sequence[Span]) -> Grid:
    cells = []
    rows = list(_rows(lines, columns))
    for number, row in enumerate(rows, 1):
        for col, (left, right) in enumerate(columns, 1):
            inside = [
                TextLine(tuple(signs))
                for line in row
                if (signs := [s for s in line.signs if left <= (s.x0 + s.x1) / 2 <= right and not s.text.isspace()])
            ]
            is_doubtful = any(line.is_doubtful for line in inside)
            cells.append(Placed(number, col, unwrapped(inside, right), is_doubtful=is_doubtful))
    return Grid(tuple(cells), len(rows), tuple(left for left, _ in columns))


def _rows(lines: Sequence[TextLine], columns: Sequence[Span]) -> Iterator[list[TextLine]]:
    """Lines of one row together: by the distance between rows where it is wider, else by what was wrapped."""
    steps = [below.top - line.top for line, below in pairwise(lines)]
    apart = _least_between_rows(steps)
    row: list[TextLine] = []
    for place, line in enumerate(lines):
        if row and (steps[place - 1] > apart if apart else not _goes_on(row[-1], line, columns)):
            yield row
            row = []
        row.append(line)
    yield row


def _least_between_rows(steps: Sequence[float]) -> float:
    """The distance (points) that parts rows: where the distances of lines jump most; 0 where they are about equal."""
    jumps = [(wide / max(narrow, 1.0), (narrow + wide) / 2) for narrow, wide in pairwise(sorted(steps))]
    most, middle = max(jumps, default=(0.0, 0.0))
    return middle if most > _ROWS_APART else 0.0


def _goes_on(above: TextLine, line: TextLine, columns: Sequence[Span]) -> bool:
    """True where every piece of a line goes on with a full one above it; the first column's begins a row."""
    if line.x0 <= columns[0][1]:
        return False
    ends = {_column(piece, columns): piece[-1].x1 for piece in _pieces(above)}
    return all(
        (col := _column(piece, columns)) in ends and ends[col] + line.size > columns[col][1] for piece in _pieces(line)
    )


def _column(piece: Sequence[Sign], columns: Sequence[Span]) -> int:
    """The number (from 0) of the column that a piece stands in."""
    return next(n for n, (left, right) in enumerate(columns) if left <= piece[0].x0 <= right)


__all__ = ["unruled_tables"]
