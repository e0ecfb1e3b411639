"""How every reader builds its document: blocks in reading order over one growing text.

Blocks are joined by a line feed, the cells of a row by a tab; a merged cell's text stands once, at its upper left
place, and every grid place that it covers points there.  (The txt reader does not use this: its text is the file's.)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ingestion.errors import UnreadableFileError
from ingestion.read.parts import ReadParts
from ingestion.records import Cell, Paragraph, Remark, RemarkKind, Table

#: Places of one table's grid; a spreadsheet of a month's tasks has thousands, a crafted file millions.
MAX_GRID_PLACES = 2_000_000

#: What a document's writer did not mean as text: spaces of every width, byte order marks, zero width marks.
BLANK = (
    " \t\r\n\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell as its format gives it: 1-based upper left place, extent in rows and columns, text.

    `is_doubtful` where it was read from a picture without enough certainty.
    """

    row: int
    col: int
    text: str
    row_span: int = 1
    col_span: int = 1
    is_doubtful: bool = False


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
        self.remarks: list[Remark] = []

    @property
    def text(self) -> str:
        """The document's text so far."""
        return "".join(self._pieces)

    def parts(self, ocr_confidence: Decimal | None = None) -> ReadParts:
        """What the reader hands back."""
        return ReadParts(self.text, tuple(self.blocks), tuple(self.remarks), ocr_confidence)

    def paragraph(self, text: str, level: int = 0) -> Paragraph | None:
        """Add a paragraph; blank ones leave no block."""
        text = strip(text)
        if not text:
            return None
        self._separate("\n")
        self._paragraphs += 1
        paragraph = Paragraph(self._paragraphs, text, self._append(text), level)
        self.blocks.append(paragraph)
        return paragraph

    def table(self, cells: Iterable[Placed], title: str | None = None) -> Table | None:
        """Add a table from its placed cells; places that no cell covers become empty cells of their own.

        Empty rows and columns at the end are cut. A cell that overlaps an earlier one is cut to its free places; what
        stands in a place that a merged cell covers is hidden text.
        """
        owners, texts, covered = _owners(list(cells), self._file_name)
        if not owners:
            return None
        height, width = max(r for r, _ in owners), max(c for _, c in owners)
        self._tables += 1
        self._separate("\n")
        table = Table(self._tables, tuple(self._rows(owners, texts, height, width)), title)
        self.blocks.append(table)
        for cell in covered:
            self.aside("hidden_text", cell.text, f"table {table.index}/row {cell.row}/cell {cell.col}")
        return table

    def aside(self, kind: RemarkKind, text: str, locator: str) -> None:
        """Add text that stands in no block, with a remark that says what it is."""
        text = strip(text)
        if text:
            self._separate("\n")
            self.remarks.append(Remark(kind, text, self._append(text), locator))

    def remark(self, kind: RemarkKind, cell_or_paragraph: Cell | Paragraph, locator: str) -> None:
        """Say something of a cell or a paragraph that was added."""
        self.remarks.append(Remark(kind, cell_or_paragraph.text, cell_or_paragraph.char_start, locator))

    def hidden(self, table: Table, rows: Iterable[int] = (), columns: Iterable[int] = ()) -> None:
        """Say which rows and columns (1-based) of a table that was added are hidden; those without text are passed.

        Rows that follow each other are told together, with the first one's text.
        """
        for run in _runs(
            n for n in rows if n <= len(table.rows) and any(c.is_origin and c.text for c in _row(table, n))
        ):
            cells = _row(table, run[0])
            text = "\t".join(cell.text if cell.is_origin else "" for cell in cells).rstrip("\t")
            start = next(cell for cell in cells if cell.is_origin and cell.text)
            text = text[text.index(start.text) :]
            name = f"row {run[0]}" if run[0] == run[1] else f"rows {run[0]}-{run[1]}"
            self.remarks.append(Remark("hidden_row", text, start.char_start, f"table {table.index}/{name}"))
        for number in (n for n in columns if n <= len(table.rows[0])):
            column = (row[number - 1] for row in table.rows)
            cell = next((c for c in column if c.is_origin and c.text), None)
            if cell:
                self.remark("hidden_column", cell, table.locator(cell))

    def unread(self, kind: RemarkKind, locator: str) -> None:
        """Say that something at this place was not read."""
        self.remarks.append(Remark(kind, "", self._length, locator))

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


def _row(table: Table, number: int) -> tuple[Cell, ...]:
    return table.rows[number - 1]


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """First and last of the numbers that follow each other."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _owners(
    cells: Sequence[Placed], file_name: str
) -> tuple[dict[tuple[int, int], tuple[int, int]], dict[tuple[int, int], str], list[Placed]]:
    """Which cell stands in each covered place, the text of each, and the cells that others cover.

    Rows and columns end at the last text.
    """
    written = [c for c in cells if strip(c.text)]
    height = max((c.row for c in written), default=0)
    width = max((c.col for c in written), default=0)
    if height * width > MAX_GRID_PLACES:
        raise UnreadableFileError(
            file_name, f"表格过大：{height} 行 × {width} 列，上限 {MAX_GRID_PLACES} 格 (table too large)"
        )
    owners: dict[tuple[int, int], tuple[int, int]] = {}
    texts: dict[tuple[int, int], str] = {}
    covered: list[Placed] = []
    places = 0
    for cell in cells:
        place = (cell.row, cell.col)
        if cell.row > height or cell.col > width:
            continue
        if place in owners:
            covered.append(cell)
            continue
        texts[place] = strip(cell.text)
        rows = range(cell.row, min(cell.row + cell.row_span - 1, height) + 1)
        cols = range(cell.col, min(cell.col + cell.col_span - 1, width) + 1)
        places += len(rows) * len(cols)
        if places > 2 * MAX_GRID_PLACES:
            raise UnreadableFileError(file_name, "表格的合并单元格互相重叠，无法还原 (merged cells overlap each other)")
        for r in rows:
            for c in cols:
                owners.setdefault((r, c), place)
    return owners, texts, covered
