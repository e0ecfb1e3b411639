"""The place of a finding in the original: the table around its cell, or the paragraphs around its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from ingestion.records import Cell, Document, Table
from ingestion.workers import Workers

#: Rows, or paragraphs, that are shown before and after the place.
AROUND: Final = 3
#: Rows of a header: the first, and a second one where merged cells span both.
_MOST_HEADER_ROWS: Final = 2
#: Originals that are kept in memory as read; a month's table has some hundred kilobytes.
_KEPT: Final = 32

_CELL: Final = re.compile(r"table (\d+)/row (\d+)/cell (\d+)")
_PARAGRAPH: Final = re.compile(r"paragraph (\d+)")

#: A stretch of text, and whether it is the finding's quote.
Pieces = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Original:
    """A kept file: where it lies, and how it was called when it came."""

    path: Path
    file_name: str

    @property
    def size_bytes(self) -> int:
        """Its size on the disk; 0 where it is gone."""
        return self.path.stat().st_size if self.path.is_file() else 0


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell as the page draws it; `is_place` marks the finding's own."""

    pieces: Pieces
    row_span: int
    col_span: int
    is_place: bool


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What a page shows of an original.

    `headers` and `rows` are a table's, `paragraphs` a text's; `skipped` counts the rows between header and rows.
    """

    title: str
    place: str
    headers: tuple[tuple[ShownCell, ...], ...] = ()
    rows: tuple[tuple[ShownCell, ...], ...] = ()
    paragraphs: tuple[tuple[Pieces, bool], ...] = ()
    skipped: int = 0
    left: int = 0


def excerpt(document: Document, locator: str | None, quote: str | None, *, around: int = AROUND) -> Excerpt | None:
    """The surroundings of a locator (`table 1/row 3/cell 5`, `paragraph 12`); None where it leads nowhere."""
    cell = _CELL.search(locator or "")
    if cell:
        number, row, col = map(int, cell.groups())
        table = next((t for t in document.tables if t.index == number), None)
        return _of_table(table, (row, col), quote or "", around) if table and row <= len(table.rows) else None
    paragraph = _PARAGRAPH.search(locator or "")
    return _of_text(document, int(paragraph.group(1)), quote or "", around) if paragraph else None


def place_zh(locator: str | None) -> str:
    """A locator in words: 第1表第3行第5格."""
    cell, paragraph = _CELL.search(locator or ""), _PARAGRAPH.search(locator or "")
    if cell:
        return "第{}表第{}行第{}格".format(*cell.groups())
    return f"第{paragraph.group(1)}段" if paragraph else ""


@lru_cache(maxsize=_KEPT)
def read_original(original: Original) -> Document:
    """The document of a kept file, read in a process of its own within its limits.  Raises IngestionError."""
    with Workers() as workers:
        return workers.one(_document, original).get()


def _document(original: Original) -> Document:
    from ingestion.errors import UnreadableFileError
    from ingestion.read import read

    try:
        content = original.path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(original.file_name, f"原件无法打开 (cannot be opened): {error.strerror}") from error
    return read(content, original.file_name)


def _of_table(table: Table, place: tuple[int, int], quote: str, around: int) -> Excerpt:
    heads = _header_rows(table)
    first, last = max(heads + 1, place[0] - around), min(len(table.rows), place[0] + around)
    last = max([last, *(cell.row for row in table.rows[first - 1 :] for cell in row if cell.origin == place)])
    return Excerpt(
        title=table.title or f"表{table.index}",
        place=place_zh(f"table {table.index}/row {place[0]}/cell {place[1]}"),
        headers=tuple(_drawn(table, 1, heads, place, quote)),
        rows=tuple(_drawn(table, first, last, place, quote)),
        skipped=first - heads - 1,
        left=len(table.rows) - last,
    )


def _header_rows(table: Table) -> int:
    """1, or 2 where a cell of the first row spans into the second."""
    if len(table.rows) < _MOST_HEADER_ROWS:
        return len(table.rows)
    return _MOST_HEADER_ROWS if any(cell.origin[0] == 1 for cell in table.rows[1]) else 1


def _drawn(table: Table, first: int, last: int, place: tuple[int, int], quote: str) -> Iterator[tuple[ShownCell, ...]]:
    """Rows `first` to `last` (1-based) with merged cells drawn once, as far as they reach into these rows."""
    shown = table.rows[first - 1 : last]
    drawn: set[tuple[int, int]] = set()
    for row in shown:
        cells = []
        for cell in row:
            if cell.origin not in drawn:
                drawn.add(cell.origin)
                cells.append(_cell(cell, shown, place, quote))
        yield tuple(cells)


def _cell(cell: Cell, shown: Sequence[Sequence[Cell]], place: tuple[int, int], quote: str) -> ShownCell:
    covered = [other for row in shown for other in row if other.origin == cell.origin]
    is_place = cell.origin == place
    return ShownCell(
        pieces=_pieces(cell.text, quote if is_place else ""),
        row_span=len({other.row for other in covered}),
        col_span=len({other.col for other in covered}),
        is_place=is_place,
    )


def _of_text(document: Document, number: int, quote: str, around: int) -> Excerpt | None:
    near = [p for p in document.paragraphs if abs(p.index - number) <= around]
    if not any(p.index == number for p in near):
        return None
    return Excerpt(
        title="",
        place=place_zh(f"paragraph {number}"),
        paragraphs=tuple((_pieces(p.text, quote if p.index == number else ""), p.index == number) for p in near),
        skipped=near[0].index - 1,
        left=sum(1 for p in document.paragraphs if p.index > near[-1].index),
    )


def _pieces(text: str, quote: str) -> Pieces:
    """The text cut at the quote, which may be told with other white space than the cell has."""
    words = [re.escape(word) for word in quote.split()]
    found = re.search(r"\s*".join(words), text) if words else None
    if found is None:
        return ((text, False),)
    cut = ((text[: found.start()], False), (found.group(), True), (text[found.end() :], False))
    return tuple(piece for piece in cut if piece[0])
