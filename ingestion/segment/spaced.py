"""Tables in plain text whose columns stand apart by blanks: lines of as many words, below a line of column names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from ingestion.records import Cell, Paragraph, Table
from ingestion.segment.columns import is_figure, measure_of, role_of

_GAP: Final = re.compile(r"[ \t]{2,}|[ \t]*\u3000+[ \t\u3000]*|\t")
_LEAST_COLUMNS: Final = 3
_LEAST_ROWS: Final = 3
_LONGEST_LINE: Final = 200

Words = list[tuple[str, int]]


def with_spaced_tables(blocks: Sequence[Paragraph | Table]) -> Iterator[Paragraph | Table]:
    """The blocks, with each run of lines that make a table as that table; its index goes on from the others'."""
    index = max((block.index for block in blocks if isinstance(block, Table)), default=0)
    for width, group in groupby(blocks, key=_width):
        run = list(group)
        rows = [_words(block) for block in run if isinstance(block, Paragraph)] if width else []
        if len(rows) >= _LEAST_ROWS and _names_columns(rows[0]) and any(is_figure(t) for r in rows[1:] for t, _ in r):
            index += 1
            yield _table(rows, index)
        else:
            yield from run


def _width(block: Paragraph | Table) -> int:
    """How many words a line has that stand apart; 0 for everything that is no line of a table."""
    if isinstance(block, Table) or len(block.text) > _LONGEST_LINE:
        return 0
    count = len(_words(block))
    return count if count >= _LEAST_COLUMNS else 0


def _words(paragraph: Paragraph) -> Words:
    found: Words = []
    begin = 0
    for gap in [*_GAP.finditer(paragraph.text), None]:
        end = gap.start() if gap else len(paragraph.text)
        if text := paragraph.text[begin:end].strip():
            found.append((text, paragraph.char_start + paragraph.text.index(text, begin)))
        begin = gap.end() if gap else end
    return found


def _names_columns(row: Words) -> bool:
    known = sum(bool(role_of(text) or measure_of(text)) for text, _ in row)
    return 2 * known >= len(row) and not any(is_figure(text) for text, _ in row)


def _table(rows: Sequence[Words], index: int) -> Table:
    grid = (
        tuple(Cell(r, c, text, start, (r, c)) for c, (text, start) in enumerate(row, 1))
        for r, row in enumerate(rows, 1)
    )  # fmt: skip
    return Table(index, tuple(grid))
