"""Tab-separated rows as spreadsheets save them: a cell with line ends stands in quotation marks over several lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ingestion.read.lines import Line

#: A quoted cell ends at a mark that is not doubled, before a tab or the line's end.
_CLOSING: Final = re.compile(r'(?<!")(?:"")*"(?=\t|$)')
_MOST_LINES_IN_CELL: Final = 60


def separated_row(lines: Sequence[Line], position: int) -> tuple[list[tuple[str, int]], int]:
    """The cells of the row that begins at a line, each with its offset, and the number of the line after it.

    Quotation marks around a cell are not its text; doubled ones inside stay as they are written.
    """
    cells: list[tuple[str, int]] = []
    number, at, unclosed_in = position, 0, -1
    while True:
        line = lines[number]
        if line.text.startswith('"', at) and number != unclosed_in:
            found = _quoted(lines, number, at)
            if found:
                cell, number, at = found
                cells.append(cell)
                line = lines[number]
            else:
                unclosed_in = number  # what closes no quotation here closes none further on in the line
                continue
        else:
            end = line.text.find("\t", at)
            end = len(line.text) if end < 0 else end
            cells.append((line.text[at:end], line.start + at))
            at = end
        if at >= len(line.text):
            return cells, number + 1
        at += 1


def _quoted(lines: Sequence[Line], number: int, at: int) -> tuple[tuple[str, int], int, int] | None:
    """The quoted cell that begins at a place of a line, the line that it ends in and the place there; None if none."""
    pieces: list[str] = []
    begin = at + 1
    for place in range(number, min(len(lines), number + _MOST_LINES_IN_CELL)):
        line = lines[place]
        closing = _CLOSING.search(line.text, begin)
        if closing:
            pieces.append(line.text[begin : closing.end() - 1])
            return ("".join(pieces), lines[number].start + at + 1), place, closing.end()
        pieces.append(line.text[begin:] + line.end)
        begin = 0
    return None
