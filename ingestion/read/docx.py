"""Word documents: the zip's XML read directly, each element once (python-docx walks a table's cells quadratically).

Tracked changes are read as accepted, automatic numbers are written before their paragraphs.  Notes, headers, footers
and hidden text stand behind the body, in no block; comments are not read.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from ingestion.errors import UnreadableFileError
from ingestion.read.archive import Archive, attribute, child, children, local, member_names, value, whole
from ingestion.read.layout import DocumentBuilder, Placed, strip
from ingestion.read.numbering import Numbering
from ingestion.read.parts import ReadParts
from ingestion.read.wordtables import cells_of
from ingestion.read.wordtext import Words, hidden_styles, is_mark_deleted, is_placeholder, words
from ingestion.records import RemarkKind

FORMAT: Final = "docx"
EXTENSIONS: Final = (".docx", ".docm", ".dotx")
PRIORITY: Final = 10
IS_TEXT: Final = False

#: The body's part; some programs number it.
_MAIN: Final = re.compile(r"word/document\d{0,2}\.xml")
_WRAPPERS: Final = frozenset(
    {"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "AlternateContent", "Choice"}
)
_MAX_DEPTH: Final = 60
_MOST_HIDDEN: Final = 20  # pieces of hidden text that are told one by one

#: Parts beside the body, by the name of their member, and what they are.
_ASIDE_PARTS: Final[tuple[tuple[str, RemarkKind], ...]] = (
    (r"footnotes\d*\.xml", "note"),
    (r"endnotes\d*\.xml", "note"),
    (r"header\d*\.xml", "running_head"),
    (r"footer\d*\.xml", "running_head"),
)


@dataclass(frozen=True, slots=True)
class _Style:
    """What a paragraph style says: heading level (0 for body text) and its list."""

    level: int
    number: str | None
    number_level: int


def sniff(data: bytes) -> bool:
    """True for an archive that holds a Word document."""
    return _main(member_names(data)) is not None


def parse(data: bytes, name: str) -> ReadParts:
    """Read the document's body into paragraphs, headings and tables, then what stands beside it."""
    archive = Archive(data, name)
    main = _main(archive.names) or ""
    body = child(archive.xml(main), "body")
    if body is None:
        raise UnreadableFileError(name, "文档没有正文部件 (no document body)")
    builder = DocumentBuilder(name)
    reader = _Reader(archive, posixpath.dirname(main), builder, name)
    reader.look_at(body)
    reader.blocks(body)
    if not builder.blocks and any(member.startswith("word/media/") for member in archive.names):
        raise UnreadableFileError(name, "文档中只有图片，没有文字，请报送文字版 (pictures only, no text)")
    reader.close()
    return builder.parts()


def _main(members: frozenset[str]) -> str | None:
    return min((member for member in members if _MAIN.fullmatch(member)), default=None)


class _Reader:
    """Reads the elements of one document; holds its styles, the state of its lists, and what it sets aside."""

    def __init__(self, archive: Archive, folder: str, builder: DocumentBuilder, file_name: str) -> None:
        styles = archive.optional_xml(f"{folder}/styles.xml")
        self._archive = archive
        self._folder = folder
        self._builder = builder
        self._file_name = file_name
        self._styles = _styles(styles)
        self._hidden_styles = hidden_styles(styles)
        self._numbering = Numbering(archive.optional_xml(f"{folder}/numbering.xml"))
        self._hidden: list[str] = []
        self._objects = 0
        self._has_boxes = self._has_changes = True

    def look_at(self, part: etree._Element) -> None:
        """Ask a part once for what is rare, so that its paragraphs need not be asked each."""
        self._has_boxes = next(part.iter("{*}txbxContent"), None) is not None
        self._has_changes = next(part.iter("{*}del", "{*}moveFrom"), None) is not None

    def blocks(self, parent: etree._Element) -> None:
        """Add every paragraph and table below an element, in reading order."""
        for block in self._blocks(parent):
            if local(block[0]) == "tbl":
                self._table(block[0])
                continue
            for line in self._label(block).splitlines() or [""]:
                self._builder.paragraph(line, self._level(child(block[-1], "pPr")))
            for box in self._boxes(block):
                self.blocks(box)

    def close(self) -> None:
        """Add what stands beside the body: notes, running heads, hidden text, embedded objects."""
        for pattern, kind in _ASIDE_PARTS:
            found = re.compile(f"{re.escape(self._folder)}/{pattern}")
            for member in sorted(m for m in self._archive.names if found.fullmatch(m)):
                self._aside_part(member, kind)
        hidden = self._hidden if len(self._hidden) <= _MOST_HIDDEN else ["\n".join(self._hidden)]
        for number, text in enumerate(hidden, 1):
            self._builder.aside("hidden_text", text, f"hidden text {number}")
        for number in range(1, self._objects + 1):
            self._builder.unread("unread_object", f"object {number}")

    def _aside_part(self, member: str, kind: RemarkKind) -> None:
        stem = re.sub(r"s?\d*\.xml$", "", posixpath.basename(member))
        root = self._archive.xml(member)
        self.look_at(root)
        texts = [self._cell_text(element) for element in _asides(root)]
        for number, text in enumerate((text for text in texts if text), 1):
            self._builder.aside(kind, text, f"{stem} {number}")

    def _table(self, element: etree._Element) -> None:
        cells, covered = cells_of(element)
        if len(cells) == 1 and not covered:
            self.blocks(cells[0].element)  # a frame around text
            return
        table = self._builder.table(
            Placed(c.row, c.col, self._cell_text(c.element), c.row_span, c.col_span) for c in cells
        )
        if table is not None:
            self._builder.hidden(table, rows=sorted({c.row for c in cells if c.is_hidden}))
        self._hidden.extend(text for tc in covered if (text := self._cell_text(tc)))

    def _cell_text(self, cell: etree._Element) -> str:
        """The lines of a cell; a table in it becomes a line a row."""
        lines: list[str] = []
        for block in self._blocks(cell):
            if local(block[0]) == "tbl":
                lines.extend(self._nested_rows(block[0]))
                continue
            lines.append(self._label(block))
            lines.extend(self._cell_text(box) for box in self._boxes(block))
        return strip("\n".join(lines))

    def _nested_rows(self, table: etree._Element) -> Iterator[str]:
        rows: dict[int, list[str]] = {}
        for cell in cells_of(table)[0]:
            rows.setdefault(cell.row, []).append(self._cell_text(cell.element))
        yield from (strip(" ".join(texts)) for texts in rows.values())

    def _boxes(self, block: Sequence[etree._Element]) -> Iterator[etree._Element]:
        if self._has_boxes:
            for paragraph in block:
                yield from _text_boxes(paragraph)

    def _label(self, block: Sequence[etree._Element]) -> str:
        """The text of a paragraph behind its automatic number."""
        said = self._words(block)
        properties = child(block[-1], "pPr")
        if properties is None or strip(said.shown):
            return self._number(properties) + said.shown if properties is not None else said.shown
        # Word counts an empty numbered paragraph only in a table's column of numbers, where it is the content
        is_content = _is_in_cell(block[-1]) and not is_mark_deleted(block[-1]) and not said.hidden
        return self._number(properties) if is_content else ""

    def _words(self, block: Sequence[etree._Element]) -> Words:
        said = words(block, self._hidden_styles)
        if strip(said.hidden):
            self._hidden.append(said.hidden)
        self._objects += said.objects
        return said

    def _number(self, properties: etree._Element) -> str:
        style = self._style(properties)
        listed = child(properties, "numPr")
        if listed is None and style is None:
            return ""
        number = value(listed, "numId") or (style.number if style else None)
        level = style.number_level if style and listed is None else whole(value(listed, "ilvl"))
        return self._numbering.label(number, level) if number else ""

    def _level(self, properties: etree._Element | None) -> int:
        outline = value(properties, "outlineLvl")
        if outline is not None:
            return _heading_level(outline)
        style = self._style(properties)
        return style.level if style else 0

    def _style(self, properties: etree._Element | None) -> _Style | None:
        return self._styles.get(value(properties, "pStyle") or "")

    def _blocks(self, parent: etree._Element) -> Iterator[tuple[etree._Element, ...]]:
        """The tables of a body or a cell, and its paragraphs: several where tracked changes took their ends away."""
        waiting: list[etree._Element] = []
        for element in _block_elements(parent, self._file_name):
            if local(element) == "p":
                waiting.append(element)
                if self._has_changes and is_mark_deleted(element):
                    continue
            if waiting:
                yield tuple(waiting)
                waiting = []
            if local(element) == "tbl":
                yield (element,)
        if waiting:
            yield tuple(waiting)


def _block_elements(parent: etree._Element, file_name: str, depth: int = 0) -> Iterator[etree._Element]:
    """The paragraphs and tables of a body or a cell, through the wrappers that Word puts around them."""
    if depth > _MAX_DEPTH:
        raise UnreadableFileError(file_name, f"嵌套超过 {_MAX_DEPTH} 层 (nested too deeply)")
    for element in parent:
        name = local(element)
        if name in ("p", "tbl"):
            yield element
        elif name in _WRAPPERS and not (name == "sdt" and is_placeholder(element)):
            yield from _block_elements(element, file_name, depth + 1)


def _asides(root: etree._Element) -> Iterator[etree._Element]:
    """The notes of a part of notes without its separators, or the one text of a header or footer."""
    notes = [e for e in root if local(e) in ("footnote", "endnote")]
    if not notes:
        yield root
    yield from (e for e in notes if (attribute(e, "type") or "normal") == "normal")


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
