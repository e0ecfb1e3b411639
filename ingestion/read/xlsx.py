"""Spreadsheets: one table a sheet, its rows and columns as the program numbers them; cells as people see them.

Merged ranges are one cell.  Hidden rows and columns are read and told, since a filter left on hides what still
counts.  A hidden sheet (last month's copy) stands in no block and is told; one that only holds the lists for choices
is none of the content.  A formula without a stored result reads as its text and is told.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from ingestion.errors import UnreadableFileError
from ingestion.read.archive import Archive, attribute, child, children, local, member_names, value, whole
from ingestion.read.cellformats import BUILT_IN, shown
from ingestion.read.layout import DocumentBuilder, Placed, strip
from ingestion.read.parts import ReadParts
from ingestion.read.raised import raised
from ingestion.read.sheetviews import add_hidden_sheet, choice_sources, drawn_text, hidden_columns, sheets_named
from ingestion.workbook import HIDDEN_SHEET

FORMAT: Final = "xlsx"
EXTENSIONS: Final = (".xlsx", ".xlsm", ".xltx")
PRIORITY: Final = 20
IS_TEXT: Final = False

_BOOK: Final = "xl/workbook.xml"
_PLACE: Final = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_TRUE: Final = frozenset({"1", "true", "on"})
_DRAWING: Final = re.compile(r"xl/drawings/drawing\d+\.xml")
_MAX_CELLS: Final = 5_000_000


def sniff(data: bytes) -> bool:
    """True for an archive that holds a spreadsheet."""
    return _BOOK in member_names(data)


def parse(data: bytes, name: str) -> ReadParts:
    """Read every visible sheet into a table titled with the sheet's name."""
    archive = Archive(data, name)
    book = archive.xml(_BOOK)
    parts = _Parts(archive, book, name)
    builder = DocumentBuilder(name)
    sheets = list(_sheets(archive, book))
    is_own = any(s.is_hidden and s.title == HIDDEN_SHEET for s in sheets)
    choices: set[str] = set()
    for sheet in (s for s in sheets if not s.is_hidden):
        root = archive.xml(sheet.member)
        choices |= choice_sources(root)
        parts.add_table(root, sheet.title, builder, are_columns_told=not is_own)
    for sheet in (s for s in sheets if s.is_hidden):
        cells = parts.cells(archive.xml(sheet.member)).cells
        add_hidden_sheet(builder, cells, sheet.title, is_choices=_is_named(book, choices, sheet.title))
    for number, member in enumerate(sorted(m for m in archive.names if _DRAWING.fullmatch(m)), 1):
        builder.aside("unread_object", drawn_text(archive.xml(member)), f"drawing {number}")
    return builder.parts()


def _is_named(book: etree._Element, choices: set[str], title: str) -> bool:
    """True where lists for choices are taken from a sheet, or go by a name that stands for a range of it."""
    names = children(child(book, "definedNames"), "definedName")
    return title in choices or any(
        attribute(n, "name") in choices and title in sheets_named(n.text or "") for n in names
    )


@dataclass(frozen=True, slots=True)
class _Sheet:
    title: str
    member: str
    is_hidden: bool


def _sheets(archive: Archive, book: etree._Element) -> Iterator[_Sheet]:
    """The worksheets in the order of their tabs; charts and dialogs are none."""
    targets = {
        attribute(r, "Id"): posixpath.normpath(posixpath.join("/xl", attribute(r, "Target") or "")).lstrip("/")
        for r in archive.xml("xl/_rels/workbook.xml.rels")
        if (attribute(r, "Type") or "").endswith("/worksheet")
    }
    for sheet in children(child(book, "sheets"), "sheet"):
        # the sheet's own id is `sheetId`; the one with the namespace names the relation
        relation = next((str(v) for k, v in sheet.attrib.items() if str(k).endswith("}id")), None)
        if relation in targets:
            is_hidden = (attribute(sheet, "state") or "visible") != "visible"
            yield _Sheet(attribute(sheet, "name") or "", targets[relation], is_hidden)


@dataclass(frozen=True, slots=True)
class _Cells:
    """What a sheet holds: its cells, the numbers of its hidden rows, the places of formulas without a result."""

    cells: list[Placed]
    hidden_rows: list[int]
    formulas: list[tuple[int, int]]


class _Parts:
    """What the sheets of a book share: strings, number formats, the first day of its dates."""

    def __init__(self, archive: Archive, book: etree._Element, file_name: str) -> None:
        self._file_name = file_name
        strings = archive.optional_xml("xl/sharedStrings.xml")
        self._strings = [_rich_text(item) for item in children(strings, "si")]
        self._formats = _formats(archive.optional_xml("xl/styles.xml"))
        properties = child(book, "workbookPr")
        self._is_1904 = properties is not None and attribute(properties, "date1904") in _TRUE

    def add_table(self, sheet: etree._Element, title: str, builder: DocumentBuilder, *, are_columns_told: bool) -> None:
        """Add a visible sheet as a table, with remarks on what it hides and on formulas without results."""
        found = self.cells(sheet)
        table = builder.table(found.cells, title=title)
        if table is None:
            return
        builder.hidden(table, rows=found.hidden_rows, columns=hidden_columns(sheet) if are_columns_told else ())
        for row, col in found.formulas:
            cell = table.rows[row - 1][col - 1]
            builder.remark("formula_without_value", cell, table.locator(cell))

    def cells(self, sheet: etree._Element) -> _Cells:
        """The cells of a sheet that hold something, merged ones with their extent."""
        spans = _merged(sheet)
        found: list[Placed] = []
        hidden: list[int] = []
        formulas: list[tuple[int, int]] = []
        row_number = 0
        for row in children(child(sheet, "sheetData"), "row"):
            row_number = whole(attribute(row, "r")) or row_number + 1
            if attribute(row, "hidden") in _TRUE or attribute(row, "ht") == "0":
                hidden.append(row_number)
            col = 0
            for cell in children(row, "c"):
                place = _place(attribute(cell, "r"))
                col = place[1] if place else col + 1
                text = self._text(cell)
                if strip(text):
                    height, width = spans.get((row_number, col), (1, 1))
                    found.append(Placed(row_number, col, text, height, width))
                    if _is_uncounted(cell):
                        formulas.append((row_number, col))
                if len(found) > _MAX_CELLS:
                    raise UnreadableFileError(self._file_name, f"单元格超过上限 {_MAX_CELLS} 个 (too many cells)")
        return _Cells(found, hidden, formulas)

    def _text(self, cell: etree._Element) -> str:
        kind = attribute(cell, "t") or "n"
        if kind == "inlineStr":
            return _rich_text(child(cell, "is"))
        stored = child(cell, "v")
        raw = (stored.text or "") if stored is not None else ""
        if not raw:
            formula = child(cell, "f")
            return f"={(formula.text if formula is not None else None) or '…'}" if _is_uncounted(cell) else ""
        if kind == "s":
            index = whole(raw, -1)
            return self._strings[index] if 0 <= index < len(self._strings) else ""
        if kind == "b":
            return "TRUE" if raw in _TRUE else "FALSE"
        if kind == "d":  # strict files write dates out
            return raw.removesuffix("T00:00:00").removesuffix("T00:00:00Z").replace("T", " ")
        if kind != "n":
            return raw
        style = whole(attribute(cell, "s"))
        return shown(raw, self._formats[style] if style < len(self._formats) else "General", is_1904=self._is_1904)


def _is_uncounted(cell: etree._Element) -> bool:
    """True for a formula that was saved without its result; a result that is an empty text is one."""
    stored = child(cell, "v")
    is_empty_text = stored is not None and attribute(cell, "t") == "str"
    return child(cell, "f") is not None and not is_empty_text and not (stored is not None and stored.text)


def _formats(styles: etree._Element | None) -> list[str]:
    """The number format of each cell style, by the style's place."""
    own = {
        whole(attribute(f, "numFmtId")): attribute(f, "formatCode") or "General"
        for f in children(child(styles, "numFmts"), "numFmt")
    }
    numbers = [whole(attribute(x, "numFmtId")) for x in children(child(styles, "cellXfs"), "xf")]
    return [own.get(n) or BUILT_IN.get(n, "General") for n in numbers]


def _merged(sheet: etree._Element) -> dict[tuple[int, int], tuple[int, int]]:
    """Extent in rows and columns of each merged range, by its upper left place."""
    spans = {}
    for merged in children(child(sheet, "mergeCells"), "mergeCell"):
        first, _, last = (attribute(merged, "ref") or "").partition(":")
        start, end = _place(first), _place(last or first)
        if start and end and end[0] >= start[0] and end[1] >= start[1]:
            spans[start] = (end[0] - start[0] + 1, end[1] - start[1] + 1)
    return spans


def _place(reference: str | None) -> tuple[int, int] | None:
    """Row and column of a reference such as B12."""
    found = _PLACE.fullmatch(reference or "")
    if not found:
        return None
    col = 0
    for letter in found[1]:
        col = col * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), col


def _rich_text(element: etree._Element | None) -> str:
    """The runs of a string without the reading aids that Japanese files add."""
    pieces = []
    for part in element if element is not None else ():
        if local(part) == "t":
            pieces.append(part.text or "")
        elif local(part) == "r":
            text = "".join(t.text or "" for t in children(part, "t"))
            is_raised = value(child(part, "rPr"), "vertAlign") == "superscript"
            pieces.append(raised(text, "".join(pieces[-1:])) if is_raised else text)
    return _unescaped("".join(pieces))


def _unescaped(text: str) -> str:
    """_x000D_ and the like are characters that XML could not hold; carriage returns of them are line ends."""
    if "_x" not in text:
        return text
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text).replace("\r\n", "\n").replace("\r", "\n")


__all__ = ["EXTENSIONS", "FORMAT", "IS_TEXT", "PRIORITY", "parse", "sniff"]
