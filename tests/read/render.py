"""Grids written in each format, the way its programs write them, for reading them back.

A grid is a list of rows of texts; `merged` names rectangles (top, left, bottom, right; 1-based, inclusive) whose text
stands in the upper left place.
"""

from __future__ import annotations

import csv
import html
import io
import zipfile
from collections.abc import Sequence

import xlwt
from openpyxl import Workbook

Grid = Sequence[Sequence[str]]
Rectangle = tuple[int, int, int, int]

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def txt(grid: Grid, above: str = "") -> bytes:
    """Cells one a line behind a tab, rows apart by an empty line; an empty cell stays empty."""
    rows = ["\n".join("\t" + cell for cell in row) for row in grid]
    return (above + "\n\n" + "\n\n".join(rows) + "\n").encode()


def pipes(grid: Grid, above: str = "") -> bytes:
    """A Markdown table."""
    lines = ["| " + " | ".join(c.replace("|", "\\|").replace("\n", "<br>") for c in row) + " |" for row in grid]
    lines.insert(1, "|" + " --- |" * len(grid[0]))
    return (above + "\n\n" + "\n".join(lines) + "\n").encode()


def web(grid: Grid, merged: Sequence[Rectangle] = (), above: str = "", charset: str = "utf-8") -> bytes:
    """A page with a title and a table."""
    rows = []
    for r, row in enumerate(grid, 1):
        cells = []
        for c, text in enumerate(row, 1):
            span = _span(merged, r, c)
            if span is None:
                continue
            body = "<br>".join(html.escape(line) for line in text.split("\n"))
            cells.append(f'<td rowspan="{span[0]}" colspan="{span[1]}">{body}</td>')
        rows.append(f"<tr>{''.join(cells)}</tr>")
    head = f'<meta charset="{charset}"><title>t</title>'
    title = f"<h1>{above}</h1>" if above else ""
    return f"<html><head>{head}</head><body>{title}<table>{''.join(rows)}</table></body></html>".encode(charset)


def values(grid: Grid, separator: str = ",", encoding: str = "utf-8") -> bytes:
    """Separated values; cells are quoted where they must be."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=separator).writerows(grid)
    return stream.getvalue().encode(encoding)


def sheet(grid: Grid, merged: Sequence[Rectangle] = (), title: str = "进展") -> bytes:
    """A workbook with one sheet; every cell is text."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = title
    for r, row in enumerate(grid, 1):
        for c, text in enumerate(row, 1):
            if text and _span(merged, r, c) is not None:
                page.cell(r, c, text).data_type = "s"
    for top, left, bottom, right in merged:
        page.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    return saved(book)


def old_sheet(grid: Grid, merged: Sequence[Rectangle] = (), title: str = "进展") -> bytes:
    """A workbook of Excel before 2007 with one sheet; every cell is text."""
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet(title)
    for r, row in enumerate(grid, 1):
        for c, text in enumerate(row, 1):
            span = _span(merged, r, c)
            if span == (1, 1):
                page.write(r - 1, c - 1, text)
            elif span is not None:
                page.write_merge(r - 1, r + span[0] - 2, c - 1, c + span[1] - 2, text)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def saved(book: Workbook) -> bytes:
    """A workbook's bytes."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def word(body: str, **parts: str) -> bytes:
    """A Word document of a body's XML; `styles` and `numbering` are further parts."""
    files = {
        "[Content_Types].xml": "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>",
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
    }
    files |= {f"word/{name}.xml": f'<w:{name} xmlns:w="{WORD}">{xml}</w:{name}>' for name, xml in parts.items()}
    return zipped({name: text.encode() for name, text in files.items()})


def zipped(files: dict[str, bytes], packed: bool = True) -> bytes:
    """An archive of the given members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def paragraph(text: str, properties: str = "") -> str:
    """A paragraph of Word's XML; line ends are breaks."""
    runs = "<w:br/>".join(f'<w:t xml:space="preserve">{html.escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r>{runs}</w:r></w:p>"


def word_table(grid: Grid, merged: Sequence[Rectangle] = ()) -> str:
    """A table of Word's XML."""
    rows = []
    for r, row in enumerate(grid, 1):
        cells = []
        for c, text in enumerate(row, 1):
            inside = next((m for m in merged if m[0] <= r <= m[2] and m[1] <= c <= m[3]), None)
            if inside and c > inside[1]:
                continue
            properties = ""
            if inside:
                properties = f'<w:gridSpan w:val="{inside[3] - inside[1] + 1}"/>'
                if inside[2] > inside[0]:
                    properties += '<w:vMerge w:val="restart"/>' if r == inside[0] else "<w:vMerge/>"
            shown = "" if inside and r > inside[0] else text
            lines = "".join(paragraph(line) for line in shown.split("\n"))
            cells.append(f"<w:tc><w:tcPr>{properties}</w:tcPr>{lines}</w:tc>")
        rows.append(f"<w:tr>{''.join(cells)}</w:tr>")
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def _span(merged: Sequence[Rectangle], row: int, col: int) -> tuple[int, int] | None:
    """Rows and columns of the cell that begins at a place; None for a place that another cell covers."""
    for top, left, bottom, right in merged:
        if top <= row <= bottom and left <= col <= right:
            return (bottom - top + 1, right - left + 1) if (row, col) == (top, left) else None
    return (1, 1)
