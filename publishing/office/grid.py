"""Ruled tables of a paper: a header on each page, cells merged downwards, links in cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree

from publishing.office.looks import CELL, CELL_HEAD, CELL_LARGE, CELL_LARGE_HEAD, Look
from publishing.office.words import clean
from publishing.office.xml import W_P, add_run, child, element, fill, points

#: A row of up to so many printed lines is never broken over pages.
_WHOLE_ROW: Final = 12
LINK_COLOUR: Final = "0563C1"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its header, its share of the width in millimetres, and how its cells look.

    Of an `is_merged` column, cells that say the same in rows that follow each other are one.
    """

    header: str
    width_mm: float
    look: Look = CELL
    is_merged: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A line of a cell that leads to a place, behind the plain words of `before`.

    `target` is a relative address, `anchor` what stands behind its #.
    """

    text: str
    target: str
    anchor: str = ""
    before: str = ""


#: A cell is a text (a line break begins a paragraph) or lines, of which some are links.
Content = str | Sequence[str | Link]
#: What gives a target its relationship.
Relate = Callable[[str], str]


def new_table(columns: Sequence[Column], width_mm: float, *, has_header: bool = True, is_ruled: bool = True) -> Any:
    """An empty table over a width, its columns in proportion, with its header."""
    table = OxmlElement("w:tbl")
    properties = child(table, "w:tblPr")
    total = sum(column.width_mm for column in columns)
    widths = [round(points(width_mm) * 20 * column.width_mm / total) for column in columns]
    properties.append(element("w:tblW", {"w:w": str(sum(widths)), "w:type": "dxa"}))
    properties.append(element("w:jc", {"w:val": "center"}))
    if is_ruled:
        borders = child(properties, "w:tblBorders")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
            borders.append(element(f"w:{side}", {"w:val": "single", "w:sz": "4", "w:space": "0", "w:color": "000000"}))
    properties.append(element("w:tblLayout", {"w:type": "fixed"}))
    margins = child(properties, "w:tblCellMar")
    for side, width in (("top", 40), ("left", 70), ("bottom", 40), ("right", 70)):
        margins.append(element(f"w:{side}", {"w:w": str(width), "w:type": "dxa"}))
    grid = child(table, "w:tblGrid")
    for width in widths:
        grid.append(element("w:gridCol", {"w:w": str(width)}))
    if has_header:
        _add_row(table, [(_head(columns), column.header, None) for column in columns], None, is_header=True)
    return table


def _head(columns: Sequence[Column]) -> Look:
    """Headers are as large as what stands below them."""
    return CELL_LARGE_HEAD if any(column.look is CELL_LARGE for column in columns) else CELL_HEAD


def add_rows(table: Any, columns: Sequence[Column], rows: Sequence[Sequence[Content]], relate: Relate | None) -> None:
    """Add rows; `relate` is asked for each target of a link."""
    for number, row in enumerate(rows):
        cells = [
            (column.look, content, _merge(rows, number, place) if column.is_merged else None)
            for place, (column, content) in enumerate(zip(columns, row, strict=True))
        ]
        _add_row(table, cells, relate)


def _merge(rows: Sequence[Sequence[Content]], number: int, place: int) -> str | None:
    """Whether the cell begins a merged one (restart), goes on with it (continue), or is one of its own (None)."""
    text = rows[number][place]
    if number and rows[number - 1][place] == text:
        return "continue"
    return "restart" if number + 1 < len(rows) and rows[number + 1][place] == text else None


def _add_row(
    table: Any, cells: Sequence[tuple[Look, Content, str | None]], relate: Relate | None, *, is_header: bool = False
) -> None:
    row = child(table, "w:tr", last=True)
    widths = [column.get(qn("w:w")) for column in table.find(qn("w:tblGrid"))]
    if is_header or _height(cells, widths) <= _WHOLE_ROW:
        child(row, "w:trPr").append(OxmlElement("w:cantSplit"))
    if is_header:
        child(row, "w:trPr").append(OxmlElement("w:tblHeader"))
    for (look, content, merge), width in zip(cells, widths, strict=True):
        cell = child(row, "w:tc", last=True)
        properties = child(cell, "w:tcPr")
        properties.append(element("w:tcW", {"w:w": width, "w:type": "dxa"}))
        if merge:
            properties.append(element("w:vMerge", {"w:val": merge}))
        properties.append(element("w:vAlign", {"w:val": "center"}))
        for line in [""] if merge == "continue" else _lines(content):
            _fill_line(etree.SubElement(cell, W_P), look, line, relate)


def _fill_line(paragraph: Any, look: Look, line: str | Link, relate: Relate | None) -> None:
    if isinstance(line, str):
        fill(paragraph, look.id, line)
        return
    fill(paragraph, look.id, clean(line.before))
    link = element("w:hyperlink", {"r:id": relate(line.target)} if relate else {})
    if line.anchor:
        link.set(qn("w:anchor"), line.anchor)
    run = add_run(link, clean(line.text))
    properties = child(run, "w:rPr", first=True)
    properties.append(element("w:color", {"w:val": LINK_COLOUR}))
    properties.append(element("w:u", {"w:val": "single"}))
    paragraph.append(link)


def _lines(content: Content) -> list[str | Link]:
    pieces: Sequence[str | Link] = (content,) if isinstance(content, str) else content
    lines: list[str | Link] = []
    for piece in pieces:
        if isinstance(piece, str):
            lines += clean(piece).split("\n")
        else:
            lines.append(piece)
    return lines or [""]


def _height(cells: Sequence[tuple[Look, Content, str | None]], widths: Sequence[str]) -> int:
    """The printed lines of a row's highest cell; a merged cell runs over several rows and decides nothing."""
    return max(
        (
            sum(ceil(_width(line) * look.size / (int(width) / 20 - 8)) or 1 for line in _lines(content))
            for (look, content, merge), width in zip(cells, widths, strict=True)
            if merge is None
        ),
        default=1,
    )


def _width(line: str | Link) -> float:
    text = line if isinstance(line, str) else line.before + line.text
    return sum(0.55 if c.isascii() else 1.0 for c in text)
