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
    text, start, number = lines[position].text, lines[position].start, position
    while True:
        if text.startswith('"') and (found := _quoted(lines, number, text, start)):
            cell, number, text, start = found
            cells.append(cell)
        else:
            piece, _, _ = text.partition("\t")
            cells.append((piece, start))
            text, start = text[len(piece) :], start + len(piece)
        if not text:
            return cells, number + 1
        text, start = text[1:], start + 1


def _quoted(lines: Sequence[Line], number: int, text: str, start: int) -> tuple[tuple[str, int], int, str, int] | None:
    """A quoted cell, the number of the line it ends in, and what follows it there with its offset; None if unclosed."""
    pieces: list[str] = []
    rest, rest_start = text[1:], start + 1
    for at in range(number, min(len(lines), number + _MOST_LINES_IN_CELL)):
        if at > number:
            rest, rest_start = lines[at].text, lines[at].start
        closing = _CLOSING.search(rest)
        if closing:
            pieces.append(rest[: closing.end() - 1])
            return ("".join(pieces), start + 1), at, rest[closing.end() :], rest_start + closing.end()
        pieces.append(rest + lines[at].end)
    return None
