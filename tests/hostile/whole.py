"""One small whole file of each format, with the sentence whose figure must come back."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache

import docx

from tests.hostile.cases import GRID, SAID
from tests.read import render
from tests.read.pdfwriter import Sheet, pdf, table


@cache
def whole_files() -> Mapping[str, bytes]:
    """Content by extension; docx as a real program writes it, with all its parts."""
    return {
        "docx": _word(),
        "xlsx": render.sheet(GRID),
        "xls": render.old_sheet(GRID),
        "pdf": _pdf(),
        "html": render.web(GRID, above="进展情况表"),
        "csv": render.values(GRID),
        "txt": render.txt(GRID, "进展情况表"),
        "zip": render.zipped({"情况/平湖区2023年9月.txt": SAID.encode(), "情况/说明.txt": SAID.encode()}),
        "rtf": b"{\\rtf1\\ansi\\ansicpg936 " + "".join(f"\\u{ord(c)}?" for c in SAID).encode() + b"\\par}",
    }


def _word() -> bytes:
    document = docx.Document()
    document.add_paragraph("2023年9月进展情况表")
    written = document.add_table(len(GRID), len(GRID[0]))
    for row, texts in enumerate(GRID):
        for column, text in enumerate(texts):
            written.cell(row, column).text = text
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _pdf() -> bytes:
    sheet = Sheet()
    sheet.write(72, 60, "2023年9月进展情况表")
    table(sheet, GRID, 100, (60, 90, 110, 190))
    return pdf([sheet])
