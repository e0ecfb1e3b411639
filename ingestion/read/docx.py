"""Word documents: the zip's XML read directly, each element once (python-docx walks a table's cells quadratically).

Tracked changes are read as accepted, hidden text is left out, automatic numbers are written before their paragraphs.
Headers, footers, foot notes and comments are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from lxml import etree

from ingestion.errors import UnreadableFileError
from ingestion.read.archive import Archive, attribute, child, children, local, member_names, value, whole
from ingestion.read.layout import DocumentBuilder, Placed, strip
from ingestion.read.numbering import Numbering
from ingestion.read.parts import ReadParts

FORMAT: Final = "docx"
EXTENSIONS: Final = (".docx", ".docm", ".dotx")
PRIORITY: Final = 10
IS_TEXT: Final = False

_MAIN: Final = "word/document.xml"
_DELETED: Final = frozenset({"del", "moveFrom"})
_PASSED: Final = frozenset({"Fallback", "instrText", "delText", "pPr", "rPr", "txbxContent"})
_BREAKS: Final = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-", "softHyphen": ""}
_OFF: Final = frozenset({"0", "false", "off", "none"})
_MAX_DEPTH: Final = 60
_MAX_COLUMNS: Final = 1000


@dataclass(frozen=True, slots=True)
class _Style:
    """What a paragraph style says: heading level (0 for body text) and its list."""

    level: int
    number: str | None
    number_level: int


def sniff(data: bytes) -> bool:
    """True for an archive that holds a Word document."""
    return _MAIN in member_names(data)


def parse(data: bytes, name: str) -> ReadParts:
    """Read the document's body into paragraphs, headings and tables."""
    archive = Archive(data, name)
    body = child(archive.xml(_MAIN), "body")
    if body is None:
        raise UnreadableFileError(name, "文档没有正文部件 (no document body)")
    reader = _Reader(
        _styles(archive.optional_xml("word/styles.xml")), Numbering(archive.optional_xml("word/numbering.xml")), name
    )
    builder = DocumentBuilder(name)
    reader.blocks(body, builder)
    return ReadParts(builder.text, tuple(builder.blocks))


class _Reader:
    """Reads the elements of one document; holds its styles and the state of its lists."""

    def __init__(self, styles: dict[str, _Style], numbering: Numbering, file_name: str) -> None:
        self._styles = styles
        self._numbering = numbering
        self._file_name = file_name

    def blocks(self, parent: etree._Element, builder: DocumentBuilder) -> None:
        """Add every paragraph and table below an element, in reading order."""
        for element in _block_elements(parent, self._file_name):
            if local(element) == "p":
                for line in self._label(element).splitlines() or [""]:
                    builder.paragraph(line, self._level(element))
                for box in _text_boxes(element):
                    self.blocks(box, builder)
            else:
                self._table(element, builder)

    def _table(self, element: etree._Element, builder: DocumentBuilder) -> None:
        cells = list(_cells(element))
        if len(cells) == 1 and cells[0].element is not None:
            self.blocks(cells[0].element, builder)  # a frame around text
            return
        builder.table(
            Placed(c.row, c.col, self._cell_text(c.element), c.row_span, c.col_span)
            for c in cells
            if c.element is not None
        )

    def _cell_text(self, cell: etree._Element | None) -> str:
        """The lines of a cell; a table in it becomes a line a row."""
        if cell is None:
            return ""
        lines = []
        for element in _block_elements(cell, self._file_name):
            if local(element) == "p":
                lines.append(self._label(element))
                lines.extend(self._cell_text(box) for box in _text_boxes(element))
            else:
                lines.extend(self._nested_rows(element))
        return strip("\n".join(lines))

    def _nested_rows(self, table: etree._Element) -> Iterator[str]:
        rows: dict[int, list[str]] = {}
        for cell in _cells(table):
            rows.setdefault(cell.row, []).append(self._cell_text(cell.element))
        yield from (strip(" ".join(texts)) for texts in rows.values())

    def _label(self, paragraph: etree._Element) -> str:
        """The paragraph's text behind its automatic number."""
        text = "".join(_run_texts(paragraph))
        if not strip(text):
            # Word counts an empty numbered paragraph only in a table's column of numbers, where it is the content
            return self._number(paragraph) if _is_in_cell(paragraph) else ""
        return self._number(paragraph) + text

    def _number(self, paragraph: etree._Element) -> str:
        style = self._style(paragraph)
        listed = child(child(paragraph, "pPr"), "numPr")
        number = value(listed, "numId") or (style.number if style else None)
        level = style.number_level if style and listed is None else whole(value(listed, "ilvl"))
        return self._numbering.label(number, level) if number else ""

    def _level(self, paragraph: etree._Element) -> int:
        outline = value(child(paragraph, "pPr"), "outlineLvl")
        if outline is not None:
            return _heading_level(outline)
        style = self._style(paragraph)
        return style.level if style else 0

    def _style(self, paragraph: etree._Element) -> _Style | None:
        return self._styles.get(value(child(paragraph, "pPr"), "pStyle") or "")


def _block_elements(parent: etree._Element, file_name: str, depth: int = 0) -> Iterator[etree._Element]:
    """The paragraphs and tables of a body or a cell, through the wrappers that Word puts around them."""
    if depth > _MAX_DEPTH:
        raise UnreadableFileError(file_name, f"嵌套超过 {_MAX_DEPTH} 层 (nested too deeply)")
    for element in parent:
        name = local(element)
        if name in ("p", "tbl"):
            yield element
        elif name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "AlternateContent", "Choice"):
            yield from _block_elements(element, file_name, depth + 1)


def _run_texts(parent: etree._Element) -> Iterator[str]:
    """The pieces of a paragraph's text, tracked changes accepted; an explicit stack, as fields nest freely."""
    stack = [iter(parent)]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
            continue
        name = local(element)
        if name == "t":
            yield element.text or ""
        elif name in _BREAKS:
            yield _BREAKS[name]
        elif name not in _DELETED and name not in _PASSED and not (name == "r" and _is_hidden(element)):
            stack.append(iter(element))


def _is_hidden(run: etree._Element) -> bool:
    vanish = child(child(run, "rPr"), "vanish")
    return vanish is not None and attribute(vanish, "val") not in _OFF


def _text_boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Text boxes anchored in a paragraph, each once (its copy for old programs is a fallback)."""
    for box in paragraph.iter():
        if local(box) == "txbxContent" and not any(
            local(a) in ("Fallback", "txbxContent") for a in box.iterancestors()
        ):
            yield box


def _is_in_cell(paragraph: etree._Element) -> bool:
    parent = paragraph.getparent()
    return parent is not None and local(parent) == "tc"


@dataclass(frozen=True, slots=True)
class _TableCell:
    row: int
    col: int
    element: etree._Element | None
    row_span: int = 1
    col_span: int = 1


def _cells(table: etree._Element) -> list[_TableCell]:
    """The cells of a table with their extents; cells merged downwards are one."""
    cells: list[_TableCell] = []
    open_at: dict[int, int] = {}  # column → place in `cells` of the cell that is being merged downwards
    for number, row in enumerate(_rows(table), 1):
        col = 1 + _count(value(child(row, "trPr"), "gridBefore"))
        still_open: dict[int, int] = {}
        for tc in _row_cells(row):
            properties = child(tc, "tcPr")
            span = max(_count(value(properties, "gridSpan")), 1)
            merge = child(properties, "vMerge")
            continues = merge is not None and (attribute(merge, "val") or "continue") == "continue"
            if continues and col in open_at:
                at = open_at[col]
                cells[at] = replace(cells[at], row_span=number - cells[at].row + 1)
                still_open[col] = at
            else:
                if merge is not None:
                    still_open[col] = len(cells)
                cells.append(_TableCell(number, col, tc, 1, span))
            col += span
        open_at = still_open
    return cells


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    """The rows of a table without those deleted by a tracked change."""
    for element in table:
        name = local(element)
        if name == "tr":
            if child(child(element, "trPr"), "del") is None:
                yield element
        elif name in ("sdt", "sdtContent", "customXml", "ins"):
            yield from _rows(element)


def _row_cells(row: etree._Element) -> Iterator[etree._Element]:
    for element in row:
        name = local(element)
        if name == "tc":
            if child(child(element, "tcPr"), "cellDel") is None:
                yield element
        elif name in ("sdt", "sdtContent", "customXml", "ins"):
            yield from _row_cells(element)


def _count(text: str | None) -> int:
    """A number of columns, cut to what a table can have."""
    return min(whole(text), _MAX_COLUMNS)


def _heading_level(outline: str) -> int:
    """Heading level 1-9 of an outline level 0-8; 9 is body text."""
    level = whole(outline, 9)
    return level + 1 if level < 9 else 0


def _styles(root: etree._Element | None) -> dict[str, _Style]:
    """Paragraph styles by id, each with what it inherits."""
    elements = {attribute(s, "styleId") or "": s for s in children(root, "style")}
    return {identifier: _style(elements, identifier) for identifier in elements}


def _style(elements: dict[str, etree._Element], identifier: str) -> _Style:
    level, number, number_level = 0, None, 0
    seen: set[str] = set()
    while identifier in elements and identifier not in seen:
        seen.add(identifier)
        element = elements[identifier]
        properties = child(element, "pPr")
        outline = value(properties, "outlineLvl")
        if not level and outline is not None:
            level = _heading_level(outline)
        if not level and (value(element, "name") or "").lower() in ("title", "标题"):
            level = 1
        listed = child(properties, "numPr")
        if number is None and listed is not None:
            number, number_level = value(listed, "numId"), whole(value(listed, "ilvl"))
        identifier = value(element, "basedOn") or ""
    return _Style(level, number, number_level)


__all__ = ["EXTENSIONS", "FORMAT", "IS_TEXT", "PRIORITY", "parse", "sniff"]
