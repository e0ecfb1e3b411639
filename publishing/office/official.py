"""A paper in the layout of GB/T 9704 official documents: A4, a type area of 156 × 225 mm, 22 lines of 28 characters.

The looks are paragraph styles of the document, so that an officer who edits it keeps them.  The fonts are named, not
embedded: a machine without them shows its own.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from docx import Document as new_document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from lxml import etree

from publishing.office.package import settle
from publishing.office.words import clean

SONG_TITLE, FANGSONG, HEI, KAI, SONG = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
SIZE: Final = 16.0  # 三号
LINE: Final = 28.95  # 22 lines in 225 mm
WIDTH_MM: Final = 156
#: Twentieths of a point between characters: 28 of 16 points are 158 mm, two more than the line has.
_SQUEEZE: Final = -5

_MARGINS_MM: Final = MappingProxyType({"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26})
_FOOTER_MM: Final = 23  # the page number stands 7 mm below the type area
#: A row of up to so many characters is never broken over pages.
_WHOLE_ROW: Final = 800
_RED: Final = RGBColor(0xE6, 0x00, 0x12)
_LEFT, _CENTRE, _RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
_JUSTIFIED: Final = WD_ALIGN_PARAGRAPH.JUSTIFY

#: What of the library's template is of use.
_TEMPLATE_ONLY: Final = ("/thumbnail", "/customXml", "/stylesWithEffects")
_STYLES: Final = ("Normal", "DefaultParagraphFont", "TableNormal", "NoList")
_W_P, _W_R, _W_T, _W_BR = qn("w:p"), qn("w:r"), qn("w:t"), qn("w:br")
_W_PPR, _W_PSTYLE, _W_VAL = qn("w:pPr"), qn("w:pStyle"), qn("w:val")
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True, slots=True)
class Look:
    """A paragraph style: `line` is an exact spacing in points (None: single), `first_line` in characters."""

    id: str
    name: str
    font: str = FANGSONG
    size: float = SIZE
    align: WD_ALIGN_PARAGRAPH = _JUSTIFIED
    line: float | None = LINE
    first_line: int = 0
    colour: RGBColor | None = None
    keep_with_next: bool = False


MARK: Final = Look("OfficialMark", "发文机关标志", SONG_TITLE, 36, _CENTRE, None, colour=_RED)
DRAFT: Final = Look("OfficialDraft", "草稿标记", HEI, 12, _RIGHT, None)
NUMBER: Final = Look("OfficialNumber", "发文字号", align=_CENTRE)
TITLE: Final = Look("OfficialTitle", "公文标题", SONG_TITLE, 22, _CENTRE, 34, keep_with_next=True)
RECIPIENT: Final = Look("OfficialRecipient", "主送机关", keep_with_next=True)
BODY: Final = Look("OfficialBody", "公文正文", first_line=2)
HEADING: Final = Look("OfficialHeading", "一级标题", HEI, first_line=2, keep_with_next=True)
SUBHEADING: Final = Look("OfficialSubheading", "二级标题", KAI, first_line=2, keep_with_next=True)
SIGNATURE: Final = Look("OfficialSignature", "落款", align=_RIGHT, keep_with_next=True)
ANNEX: Final = Look("OfficialAnnex", "附件标识", HEI, keep_with_next=True)
CELL: Final = Look("OfficialCell", "表内文字", size=10.5, align=_LEFT, line=15)
CELL_CENTRED: Final = Look("OfficialCellCentred", "表内居中", size=10.5, align=_CENTRE, line=15)
CELL_HEAD: Final = Look("OfficialCellHead", "表头", HEI, 10.5, _CENTRE, 15)
PAGE_NUMBER: Final = Look("OfficialPageNumber", "页码", SONG, 14, _RIGHT, None)
LOOKS: Final = (
    MARK, DRAFT, NUMBER, TITLE, RECIPIENT, BODY, HEADING, SUBHEADING, SIGNATURE, ANNEX, CELL, CELL_CENTRED, CELL_HEAD,
    PAGE_NUMBER,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its header, its share of the width in millimetres, and how its cells look."""

    header: str
    width_mm: float
    look: Look = CELL


class Paper:
    """A document that is written from top to bottom; `day` is the day that its properties name."""

    def __init__(self, *, title: str, author: str, day: date) -> None:
        self._document = new_document()
        self._day = day
        _drop_template_parts(self._document)
        _set_styles(self._document)
        _set_page(self._document)
        properties = self._document.core_properties
        properties.title = clean(title)[:255]
        properties.author = properties.last_modified_by = clean(author)[:255]
        properties.comments, properties.keywords, properties.revision = "", "", 1

    def say(self, look: Look, text: str, *, starts_page: bool = False, keep: bool = False) -> Any:
        """A paragraph; a line break of the text is one of the paragraph.  Returns its element.

        `keep` holds it on the page of what follows.
        """
        paragraph = self._document.element.body._insert_p(OxmlElement("w:p"))
        _fill(paragraph, look, clean(text))
        if keep:
            _child(paragraph, "w:pPr").append(OxmlElement("w:keepNext"))
        if starts_page:
            _child(paragraph, "w:pPr").append(OxmlElement("w:pageBreakBefore"))
        return paragraph

    def blank(self, lines: int = 1) -> None:
        """Empty lines, on the page of what follows."""
        for _ in range(lines):
            self.say(RECIPIENT, "", keep=True)

    def letterhead(self, unit: str, number: str) -> None:
        """The issuing unit in red, as wide as the line allows, and the number above a red rule; two lines follow."""
        mark = self.say(MARK, unit)
        size = min(MARK.size, _points(WIDTH_MM) / max(1.0, width_in_characters(unit)))
        for run in mark.iter(_W_R):
            _child(_child(run, "w:rPr", first=True), "w:sz").set(_W_VAL, str(int(size * 2)))
        self.blank()
        _rule_below(self.say(NUMBER, number))
        self.blank()

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
        """A ruled table as wide as the type area, its header on each page; a line of a cell is a paragraph."""
        table = self._document.element.body._insert_tbl(_new_table(columns))
        _add_row(table, [(CELL_HEAD, column.header) for column in columns], is_header=True)
        for row in rows:
            _add_row(table, [(column.look, clean(text)) for column, text in zip(columns, row, strict=True)])
        self.say(CELL, "")  # a document must not end with a table

    def signed(self, unit: str, day: str) -> None:
        """The unit centred above the day, which ends four characters before the right edge (GB/T 9704, 7.3.5.1)."""
        wide, narrow = width_in_characters(unit) * SIZE, width_in_characters(day) * SIZE
        of_unit, of_day = 4 * SIZE + (narrow - wide) / 2, 4 * SIZE
        if of_unit < 2 * SIZE:
            of_unit, of_day = 2 * SIZE, 2 * SIZE + (wide - narrow) / 2
        _indent_right(self.say(SIGNATURE, unit), of_unit)
        _indent_right(self.say(SIGNATURE, day), of_day)

    def mark_draft(self, text: str) -> None:
        """Words above the type area of every page."""
        section = self._document.sections[0]
        for header in (section.header, section.even_page_header):
            header.is_linked_to_previous = False
            _fill(header.paragraphs[0]._p, DRAFT, clean(text))

    def content(self) -> bytes:
        """The document's bytes, the same for the same words."""
        written = io.BytesIO()
        self._document.save(written)
        return settle(written.getvalue(), self._day)


def width_in_characters(text: str) -> float:
    """The width of a line in Chinese characters; a Latin letter or a digit is half of one."""
    return sum(0.5 if c.isascii() else 1.0 for c in text)


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for name, millimetres in _MARGINS_MM.items():
        setattr(section, name, Mm(millimetres))
    section.footer_distance, section.header_distance = Mm(_FOOTER_MM), Mm(20)
    document.settings.odd_and_even_pages_header_footer = True
    _number_pages(section.footer, is_odd=True)
    _number_pages(section.even_page_footer, is_odd=False)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is not None:
        section._sectPr.remove(grid)
    section._sectPr.append(_element("w:docGrid", {"w:type": "lines", "w:linePitch": str(round(LINE * 20))}))


def _number_pages(footer: Any, *, is_odd: bool) -> None:
    """— 1 —: on odd pages one character from the right edge, on even pages one from the left."""
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]._p
    _fill(paragraph, PAGE_NUMBER, "— ")
    properties = _child(paragraph, "w:pPr")
    side = "right" if is_odd else "left"
    properties.append(_element("w:ind", {f"w:{side}Chars": "100", f"w:{side}": str(int(PAGE_NUMBER.size * 20))}))
    properties.append(_element("w:jc", {"w:val": side}))
    field = _element("w:fldSimple", {"w:instr": " PAGE "})
    _add_run(field, "1")
    paragraph.append(field)
    _add_run(paragraph, " —")


def _set_styles(document: Any) -> None:
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for fonts in defaults.findall(qn("w:rFonts")):
        defaults.remove(fonts)  # they name the fonts of a theme, which would win over ours
    _set_fonts(document.styles["Normal"], FANGSONG, SIZE)
    for look in LOOKS:
        _add_style(document, look)


def _add_style(document: Any, look: Look) -> None:
    style = document.styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
    style.element.set(qn("w:styleId"), look.id)
    style.base_style, style.quick_style = document.styles["Normal"], True
    _set_fonts(style, look.font, look.size)
    if look.colour is not None:
        style.font.color.rgb = look.colour
    form = style.paragraph_format
    form.alignment, form.keep_with_next = look.align, look.keep_with_next or None
    form.space_before = form.space_after = Pt(0)
    form.widow_control = False
    if look.size == SIZE:
        squeeze = _element("w:spacing", {"w:val": str(_SQUEEZE)})
        style.element.get_or_add_rPr().insert_element_before(squeeze, "w:sz")
    else:
        off_the_grid = _element("w:snapToGrid", {"w:val": "0"})
        style.element.get_or_add_pPr().insert_element_before(off_the_grid, "w:spacing", "w:ind", "w:jc")
    if look.line is None:
        form.line_spacing_rule = WD_LINE_SPACING.SINGLE
    else:
        form.line_spacing = Pt(look.line)
    if look.first_line:
        form.first_line_indent = Pt(look.first_line * look.size)
        _child(style.element.pPr, "w:ind").set(qn("w:firstLineChars"), str(look.first_line * 100))


def _set_fonts(style: Any, name: str, size: float) -> None:
    style.font.name, style.font.size = name, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:eastAsia", "w:cs"):
        fonts.set(qn(kind), name)


def _drop_template_parts(document: Any) -> None:
    for rels in (document.part.package.rels, document.part.rels):
        for rel_id in [i for i, rel in rels.items() if rel.reltype.endswith(_TEMPLATE_ONLY)]:
            del rels[rel_id]
    styles = document.styles.element
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:styleId")) not in _STYLES:
            styles.remove(style)


def _new_table(columns: Sequence[Column]) -> Any:
    table = OxmlElement("w:tbl")
    properties = _child(table, "w:tblPr")
    total = sum(column.width_mm for column in columns)
    widths = [round(_points(WIDTH_MM) * 20 * column.width_mm / total) for column in columns]
    properties.append(_element("w:tblW", {"w:w": str(sum(widths)), "w:type": "dxa"}))
    properties.append(_element("w:jc", {"w:val": "center"}))
    borders = _child(properties, "w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(_element(f"w:{side}", {"w:val": "single", "w:sz": "4", "w:space": "0", "w:color": "000000"}))
    properties.append(_element("w:tblLayout", {"w:type": "fixed"}))
    margins = _child(properties, "w:tblCellMar")
    for side, width in (("top", 40), ("left", 70), ("bottom", 40), ("right", 70)):
        margins.append(_element(f"w:{side}", {"w:w": str(width), "w:type": "dxa"}))
    grid = _child(table, "w:tblGrid")
    for width in widths:
        grid.append(_element("w:gridCol", {"w:w": str(width)}))
    return table


def _add_row(table: Any, cells: Sequence[tuple[Look, str]], *, is_header: bool = False) -> None:
    row = _child(table, "w:tr", last=True)
    if is_header or sum(len(text) for _, text in cells) <= _WHOLE_ROW:
        _child(row, "w:trPr").append(OxmlElement("w:cantSplit"))
    if is_header:
        _child(row, "w:trPr").append(OxmlElement("w:tblHeader"))
    widths = [column.get(qn("w:w")) for column in table.find(qn("w:tblGrid"))]
    for (look, text), width in zip(cells, widths, strict=True):
        cell = _child(row, "w:tc", last=True)
        properties = _child(cell, "w:tcPr")
        properties.append(_element("w:tcW", {"w:w": width, "w:type": "dxa"}))
        properties.append(_element("w:vAlign", {"w:val": "center"}))
        for line in text.split("\n"):
            _fill(etree.SubElement(cell, _W_P), look, line)


def _fill(paragraph: Any, look: Look, text: str) -> None:
    for child in list(paragraph):
        paragraph.remove(child)
    properties = etree.SubElement(paragraph, _W_PPR)
    etree.SubElement(properties, _W_PSTYLE).set(_W_VAL, look.id)
    if text:
        _add_run(paragraph, text)


def _add_run(parent: Any, text: str) -> None:
    run = etree.SubElement(parent, _W_R)
    for number, line in enumerate(text.split("\n")):
        if number:
            etree.SubElement(run, _W_BR)
        said = etree.SubElement(run, _W_T)
        said.text = line
        said.set(_SPACE, "preserve")


def _indent_right(paragraph: Any, points: float) -> None:
    _child(paragraph, "w:pPr").append(_element("w:ind", {"w:right": str(round(points * 20))}))


def _rule_below(paragraph: Any) -> None:
    borders = _child(_child(paragraph, "w:pPr"), "w:pBdr")
    borders.append(_element("w:bottom", {"w:val": "single", "w:sz": "12", "w:space": "8", "w:color": str(_RED)}))


def _child(parent: Any, tag: str, *, first: bool = False, last: bool = False) -> Any:
    """The child of a tag, made where there is none (`last`: always a new one), in front where it must be first."""
    found = None if last else parent.find(qn(tag))
    if found is None:
        found = OxmlElement(tag)
        parent.insert(0, found) if first else parent.append(found)
    return found


def _element(tag: str, attributes: dict[str, str]) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(name), value)
    return element


def _points(millimetres: float) -> float:
    return millimetres / 25.4 * 72
