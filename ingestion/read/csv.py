"""Separated values as spreadsheets save them: one table, its rows and columns numbered as the spreadsheet does.

The separator is the one under which the most rows have one width: comma, semicolon or tab.  The full-width comma is
text.  A quoted cell may hold separators and line ends.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

from ingestion.errors import UnreadableFileError
from ingestion.read.decoding import decode
from ingestion.read.layout import DocumentBuilder, Placed
from ingestion.read.parts import ReadParts

FORMAT: Final = "csv"
EXTENSIONS: Final = (".csv", ".tsv")
PRIORITY: Final = 80
IS_TEXT: Final = True

_SEPARATORS: Final = (",", ";", "\t")
_SNIFFED_ROWS: Final = 200
#: Characters of a cell: four times what a spreadsheet's cell holds.
_LONGEST_CELL: Final = 131_072
#: The line with which a spreadsheet program states the separator itself.
_STATED: Final = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)


def sniff(data: bytes) -> bool:  # noqa: ARG001 - the readers' common signature
    """Never: rows of values cannot be told from prose with commas; the name says it."""
    return False


def parse(data: bytes, name: str) -> ReadParts:
    """Read all rows into one table; empty rows are rows, as the spreadsheet numbers them."""
    csv.field_size_limit(_LONGEST_CELL)  # of the whole process, and other libraries lift it when they are loaded
    text = decode(data, name)
    stated = _STATED.match(text)
    if stated:
        text = text[stated.end() :]
    rows = list(_rows(text, stated[1] if stated else _separator(text), name))
    builder = DocumentBuilder(name)
    builder.table(
        Placed(r, c, _line_ends(cell)) for r, row in enumerate(rows, 1) for c, cell in enumerate(row, 1) if cell
    )
    return builder.parts()


def _rows(text: str, separator: str, name: str) -> Iterator[list[str]]:
    """The rows; raises UnreadableFileError where a quoted cell has no end or is too long."""
    # a line that no text holds is put last: if it does not come back alone, a quotation mark was never closed
    end = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    reader = csv.reader(io.StringIO(f"{text.rstrip()}\n{end}", newline=""), delimiter=separator)
    begun = 1
    try:
        for row in reader:
            if row == [end]:
                return
            if end in "".join(row[-1:]):
                break
            begun = reader.line_num + 1
            yield row
    except csv.Error as error:
        raise UnreadableFileError(
            name, f"第 {begun} 行的单元格超过上限 {_LONGEST_CELL} 字或引号没有闭合 (cell too long or unclosed)"
        ) from error
    raise UnreadableFileError(name, f"第 {begun} 行的引号没有闭合 (quotation mark never closed, line {begun})")


def _separator(text: str) -> str:
    """The separator under which the most of the first rows have one width, then the one that gives more columns."""
    return max(_SEPARATORS, key=lambda separator: _fit(text, separator))


def _fit(text: str, separator: str) -> tuple[int, int]:
    """How many rows have the most common width above one, and that width."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    widths: Counter[int] = Counter()
    try:
        widths.update(len(row) for row in islice(reader, _SNIFFED_ROWS) if len(row) > 1)
    except csv.Error:  # the same rows are read again, with their error told
        return (0, 0)
    return max(((count, width) for width, count in widths.items()), default=(0, 0))


def _line_ends(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n")


__all__ = ["EXTENSIONS", "FORMAT", "IS_TEXT", "PRIORITY", "parse", "sniff"]
