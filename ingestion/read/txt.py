"""Plain text: prose, tables whose cells came out of a document one a line, tab-separated and Markdown tables.

`Document.text` is the decoded text itself, so spans are offsets in the file as decoded (line ends kept as they are).

In a cell dump each cell is a line that begins with a tab; lines without one continue the cell; a row ends with an
empty line, which a cell may hold too.  So the number of columns is sought under which every row begins after an
empty line.  An empty cell stays empty: nothing in plain text tells a merged cell from an empty one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ingestion.read.celldump import CellDump
from ingestion.read.decoding import decode
from ingestion.read.layout import BLANK, strip
from ingestion.read.lines import Line, lines_of
from ingestion.read.parts import ReadParts
from ingestion.read.separated import separated_row
from ingestion.read.sitemarks import is_site_mark
from ingestion.records import Cell, Paragraph, Remark, Table

FORMAT: Final = "txt"
EXTENSIONS: Final = (".txt", ".text", ".md", ".markdown")
PRIORITY: Final = 90  # any text is plain text, so every other kind is asked first
IS_TEXT: Final = True

_HEADING: Final = re.compile(r"(#{1,6})\s+")
_BOLD: Final = re.compile(r"(?:\*\*|__)([^*_]+)(?:\*\*|__)")
_RULE: Final = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*")


def sniff(data: bytes) -> bool:
    """Text is what has no other mark; bytes that are no text are refused by `parse`."""
    return b"\0" not in data[:4096] or data[:2] in (b"\xff\xfe", b"\xfe\xff")


def parse(data: bytes, name: str) -> ReadParts:
    """Read decoded text into paragraphs and tables, in the order of the file."""
    text = decode(data, name)
    lines = lines_of(text)
    blocks = _Blocks(lines)
    position = 0
    while position < len(lines):
        position = (
            blocks.pipe_table(lines, position)
            or blocks.tab_table(lines, position)
            or blocks.dump(position)
            or blocks.line(lines, position)
        )
    return ReadParts(text, tuple(blocks.found), tuple(blocks.remarks))


class _Blocks:
    """The blocks found so far; each method takes the lines from a position and returns the next one, 0 if not its."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._cell_dump = CellDump(lines)
        self.found: list[Paragraph | Table] = []
        self.remarks: list[Remark] = []
        self._bars_end = 0
        self._paragraphs = 0
        self._tables = 0

    def line(self, lines: Sequence[Line], position: int) -> int:
        """A line of prose is a paragraph."""
        self._paragraph(lines[position])
        return position + 1

    def pipe_table(self, lines: Sequence[Line], position: int) -> int:
        """A Markdown table: lines that begin with a bar, the second one of dashes or all of them closed by a bar."""
        if position < self._bars_end:
            return 0
        end = position
        while end < len(lines) and strip(lines[end].text).startswith("|"):
            end += 1
        self._bars_end = end  # lines that make no table here make none from the next of them on
        if end - position < 2:
            return 0
        texts = [strip(line.text) for line in lines[position:end]]
        is_ruled = bool(_RULE.fullmatch(texts[1]))
        if not is_ruled and any(not text.endswith("|") or text.count("|") < 3 for text in texts):
            return 0
        rows = [list(_bar_cells(line)) for line in lines[position:end] if not _RULE.fullmatch(strip(line.text))]
        if rows:
            self._table(rows)
        return end

    def dump(self, position: int) -> int:
        """Cells one a line, each behind a tab."""
        rows, end = self._cell_dump.table_at(position)
        if not rows:
            return 0
        self._table([[(cell.text, cell.start) for cell in row] for row in rows])
        return end

    def tab_table(self, lines: Sequence[Line], position: int) -> int:
        """Rows of tab-separated cells, two or more of one width; a quoted cell may hold line ends."""
        if "\t" not in strip(lines[position].text):
            return 0
        rows: list[list[tuple[str, int]]] = []
        end = position
        while end < len(lines):
            row, after = separated_row(lines, end)
            if len(row) < 2 or (rows and len(row) != len(rows[0])):
                break
            rows.append([_trimmed(text, start) for text, start in row])
            end = after
        if len(rows) < 2:
            return 0
        self._table(rows)
        return end

    def _paragraph(self, line: Line) -> None:
        text, start = _trimmed(line.text, line.start)
        heading = _HEADING.match(text)
        level = len(heading[1]) if heading else 0
        if heading:
            start, text = start + heading.end(), text[heading.end() :]
        if is_site_mark(text):
            self.remarks.append(Remark("site_mark", text, start, "site mark"))
        elif text:
            self._paragraphs += 1
            self.found.append(Paragraph(self._paragraphs, text, start, level))

    def _table(self, rows: Sequence[Sequence[tuple[str, int]]]) -> None:
        """Pad the rows to one width; a padded cell is empty and stands at its row's end."""
        self._tables += 1
        width = max(len(row) for row in rows)
        grid = []
        for r, row in enumerate(rows, 1):
            end = row[-1][1] + len(row[-1][0])
            padded = [*row, *[("", end)] * (width - len(row))]
            grid.append(tuple(Cell(r, c, text, start, (r, c)) for c, (text, start) in enumerate(padded, 1)))
        self.found.append(Table(self._tables, tuple(grid)))


def _bar_cells(line: Line) -> Iterator[tuple[str, int]]:
    """The cells between the bars of a Markdown row; a bar behind a backslash is text."""
    body = line.text.rstrip(BLANK)
    bars = [m.start() for m in re.finditer(r"(?<!\\)\|", body)]
    ends = bars[1:] if bars[-1] == len(body) - 1 and len(bars) > 1 else [*bars[1:], len(body)]
    for left, right in zip(bars, ends, strict=False):
        yield _trimmed(body[left + 1 : right], line.start + left + 1)


def _trimmed(text: str, start: int) -> tuple[str, int]:
    """The text without blanks and marks of bold type around it, and its offset."""
    stripped = strip(text)
    bold = _BOLD.fullmatch(stripped)
    stripped = bold[1] if bold else stripped
    return stripped, start + (text.index(stripped) if stripped else 0)
