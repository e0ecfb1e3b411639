"""How every reader builds its document: blocks in reading order over one growing text.

Blocks are joined by a line feed, the cells of a row by a tab; a merged cell's text stands once, at its upper left
place, and every grid place that it covers points there.  (The txt reader does not use this: its text is the file's.)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingestion.errors import UnreadableFileError
from ingestion.records import Cell, Paragraph, Table

#: Places of one table's grid; a spreadsheet of a month's tasks has thousands, a crafted file millions.
MAX_GRID_PLACES = 2_000_000

#: What a document's writer did not mean as text: spaces of every width, byte order marks, zero width marks.
BLANK = (
    " \t\r\n\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell as its format gives it: 1-based upper left place, extent in rows and columns, text."""

    row: int
    col: int
    text: str
    row_span: int = 1
    col_span: int = 1


def strip(text: str) -> str:
    """The text without blanks at its ends, those of Chinese typography included."""
    return text.strip(BLANK)


class DocumentBuilder:
    """Collects paragraphs and tables and the one text that they stand in."""

    def __init__(self, file_name: str) -> None:
        self._file_name = file_name
        self._pieces: list[str] = []
        self._length = 0
        self._paragraphs = 0
        self._tables = 0
        self.blocks: list[Paragraph | Table] = []

    @property
    def text(self) -> str:
        """The document's text so far."""
        return "".join(self._pieces)

    def paragraph(self, text: str, level: int = 0) -> None:
        """Add a paragraph; blank ones leave no block."""
        text = strip(text)
        if not text:
            return
        self._separate("\n")
        self._paragraphs += 1
        self.blocks.append(Paragraph(self._paragraphs, text, self._append(text), level))

    def table(self, cells: Iterable[Placed], title: str | None = None) -> None:
        """Add a table from its placed cells; places that no cell covers become empty cells of their own.

        Empty rows and columns at the end are cut. A cell that overlaps an earlier one is cut to its free places.
        """
        owners, texts = _owners(list(cells), self._file_name)
        if not owners:
            return
        height, width = max(r for r, _ in owners), max(c for _, c in owners)
        self._tables += 1
        self._separate("\n")
        self.blocks.append(Table(self._tables, tuple(self._rows(owners, texts, height, width)), title))

    def _rows(
        self, owners: dict[tuple[int, int], tuple[int, int]], texts: dict[tuple[int, int], str], height: int, width: int
    ) -> Iterator[tuple[Cell, ...]]:
        starts: dict[tuple[int, int], int] = {}
        for row in range(1, height + 1):
            if row > 1:
                self._append("\n")
            line: list[Cell] = []
            for col in range(1, width + 1):
                if col > 1:
                    self._append("\t")
                place = (row, col)
                origin = owners.get(place, place)
                text = texts.get(origin, "")
                if origin == place:
                    starts[place] = self._append(text)
                line.append(Cell(row, col, text, starts[origin], origin))
            yield tuple(line)

    def _separate(self, separator: str) -> None:
        if self._length:
            self._append(separator)

    def _append(self, text: str) -> int:
        start = self._length
        self._pieces.append(text)
        self._length += len(text)
        return start


def _owners(
    cells: Sequence[Placed], file_name: str
) -> tuple[dict[tuple[int, int], tuple[int, int]], dict[tuple[int, int], str]]:
    """Which cell stands in each covered place, and the text of each; rows and columns end at the last text."""
    written = [c for c in cells if strip(c.text)]
    height = max((c.row for c in written), default=0)
    width = max((c.col for c in written), default=0)
    if height * width > MAX_GRID_PLACES:
        raise UnreadableFileError(
            file_name, f"表格过大：{height} 行 × {width} 列，上限 {MAX_GRID_PLACES} 格 (table too large)"
        )
    owners: dict[tuple[int, int], tuple[int, int]] = {}
    texts: dict[tuple[int, int], str] = {}
    for cell in cells:
        place = (cell.row, cell.col)
        if place in owners or cell.row > height or cell.col > width:
            continue
        texts[place] = strip(cell.text)
        rows = range(cell.row, min(cell.row + cell.row_span - 1, height) + 1)
        cols = range(cell.col, min(cell.col + cell.col_span - 1, width) + 1)
        for r in rows:
            for c in cols:
                owners.setdefault((r, c), place)
    return owners, texts
