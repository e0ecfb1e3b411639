"""A Word document: A4 landscape, title, table with header repeated on every page, merged region, Chinese fonts."""

from __future__ import annotations

import io

from docx import Document as new_document
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from samples.layout import CellText, Sheet, lay_out
from samples.model import Filing
from samples.writers.package import settle

_PAGE_WIDTH, _PAGE_HEIGHT, _MARGIN = Cm(29.7), Cm(21), Cm(2)
_TITLE = ("方正小标宋简体", 20)
_SUBTITLE = ("楷体_GB2312", 12)
_HEADER = ("黑体", 11)
_BODY = ("仿宋_GB2312", 10.5)
#: What of the library's template is of use; its 160 other styles would be nine tenths of the file.
_TEMPLATE_ONLY = ("/thumbnail", "/customXml", "/stylesWithEffects")
_STYLES = ("Normal", "DefaultParagraphFont", "TableNormal", "NoList", "TableGrid")


def write(filing: Filing) -> bytes:
    """The document's bytes."""
    sheet = lay_out(filing)
    document = new_document()
    _page_setup(document)
    _say(document.add_paragraph(), sheet.title, _TITLE, WD_ALIGN_PARAGRAPH.CENTER)
    if sheet.subtitle:
        _say(document.add_paragraph(), sheet.subtitle, _SUBTITLE, WD_ALIGN_PARAGRAPH.LEFT)
    _table(document, sheet)
    properties = document.core_properties
    properties.author = properties.last_modified_by = filing.reporting_unit
    properties.title, properties.comments = sheet.title, ""
    _drop_template_parts(document)
    written = io.BytesIO()
    document.save(written)
    return settle(written.getvalue(), filing.received_at)


def _page_setup(document: Document) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = _PAGE_WIDTH, _PAGE_HEIGHT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN


def _table(document: Document, sheet: Sheet) -> None:
    table = document.add_table(rows=1 + len(sheet.rows), cols=len(sheet.columns), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    rows = list(table.rows)
    _mark(rows[0], "w:tblHeader")
    for cell, column in zip(rows[0].cells, sheet.columns, strict=True):
        _fill(cell, (column.header,), _HEADER, WD_ALIGN_PARAGRAPH.CENTER)
    for row, texts in zip(rows[1:], sheet.rows, strict=True):
        _mark(row, "w:cantSplit")
        for cell, column, text in zip(row.cells, sheet.columns, texts, strict=True):
            align = WD_ALIGN_PARAGRAPH.CENTER if column.width < 15 else WD_ALIGN_PARAGRAPH.LEFT
            _fill(cell, text, _BODY, align)
    _set_widths(table, sheet)
    _pad(table)
    for col in sheet.merged_columns:
        _merge_down([row.cells[col] for row in rows[1:]])


def _set_widths(table: Table, sheet: Sheet) -> None:
    usable = _PAGE_WIDTH - 2 * _MARGIN
    for col, column in enumerate(sheet.columns):
        width = usable * column.width // 100
        table.columns[col].width = width
        for cell in table.columns[col].cells:
            cell.width = width


def _merge_down(cells: list[_Cell]) -> None:
    """Mark the cells as one merged down; the text stands in the first, the others keep an empty paragraph."""
    for number, cell in enumerate(cells):
        merge = OxmlElement("w:vMerge")
        if number == 0:
            merge.set(qn("w:val"), "restart")
        cell._tc.get_or_add_tcPr().get_or_add_tcW().addnext(merge)


def _pad(table: Table) -> None:
    """Room above and below the text of every cell, in twentieths of a point."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("w:top", "w:bottom"):
        margin = OxmlElement(side)
        margin.set(qn("w:w"), "60")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    layout = table._tbl.tblPr.find(qn("w:tblLayout"))
    (layout if layout is not None else table._tbl.tblPr[-1]).addnext(margins)


def _mark(row: _Row, tag: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(tag))


def _fill(cell: _Cell, paragraphs: CellText, font: tuple[str, float], align: WD_ALIGN_PARAGRAPH) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for number, text in enumerate(paragraphs):
        _say(cell.paragraphs[0] if number == 0 else cell.add_paragraph(), text, font, align)


def _say(paragraph: Paragraph, text: str, font: tuple[str, float], align: WD_ALIGN_PARAGRAPH) -> None:
    name, size = font
    paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(text)
    run.font.name, run.font.size = name, Pt(size)
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _drop_template_parts(document: Document) -> None:
    for rels in (document.part.package.rels, document.part.rels):
        for rel_id in [i for i, rel in rels.items() if rel.reltype.endswith(_TEMPLATE_ONLY)]:
            del rels[rel_id]
    styles = document.styles.element
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:styleId")) not in _STYLES:
            styles.remove(style)
