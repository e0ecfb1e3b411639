"""Plain text as it comes out of an office document: a cell a line behind a tab, rows apart by an empty line."""

from __future__ import annotations

from samples.layout import CellText, lay_out
from samples.model import Filing


def write(filing: Filing) -> bytes:
    """Title, header and rows; a cell's paragraphs are apart by an empty line, a merged cell's rest is an empty cell."""
    sheet = lay_out(filing)
    head = [line for line in (sheet.title, sheet.subtitle) if line]
    rows = [tuple((column.header,) for column in sheet.columns), *sheet.rows]
    text = "\n".join([*head, "", *("\n".join([*map(_cell, row), ""]) for row in rows)])
    return text.encode(filing.encoding)


def _cell(cell: CellText) -> str:
    return "\t" + "\n\n".join(cell)
