"""A paper in the layout of GB/T 9704 official documents: A4, a type area of 156 × 225 mm, 22 lines of 28 characters."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from docx import Document as new_document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from publishing.office.grid import Column, Content, Link, add_rows, new_table
from publishing.office.looks import (
    ANNEX,
    BODY,
    CAPTION,
    CELL,
    CELL_CENTRED,
    CELL_HEAD,
    CELL_NOTE,
    DRAFT,
    HEADING,
    MARK,
    NOTE,
    NUMBER,
    PICTURE,
    RECIPIENT,
    SIGNATURE,
    SIZE,
    SUBHEADING,
    TITLE,
    Look,
    set_styles,
)
from publishing.office.package import settle
from publishing.office.page import HEIGHT_MM, WIDTH_MM, say_above, set_page
from publishing.office.words import clean
from publishing.office.xml import W_R, W_VAL, child, element, fill, points

__all__ = [
    "ANNEX", "BODY", "CAPTION", "CELL", "CELL_CENTRED", "CELL_HEAD", "CELL_NOTE", "HEADING", "NOTE", "RECIPIENT",
    "SUBHEADING", "TITLE", "Column", "Content", "Link", "Look", "Paper", "width_in_characters",
]  # fmt: skip

#: What of the library's template is of use.
_TEMPLATE_ONLY: Final = ("/thumbnail", "/customXml", "/stylesWithEffects")
_STYLES: Final = ("Normal", "DefaultParagraphFont", "TableNormal", "NoList")
_RED: Final = str(MARK.colour)


class Paper:
    """A document that is written from top to bottom; `day` is the day that its properties name."""

    def __init__(self, *, title: str, author: str, day: date, is_landscape: bool = False) -> None:
        self._document = new_document()
        self._day = day
        self._targets: dict[str, str] = {}
        self.width_mm = HEIGHT_MM if is_landscape else WIDTH_MM
        _drop_template_parts(self._document)
        set_styles(self._document)
        set_page(self._document, self._document.sections[0], is_landscape=is_landscape)
        properties = self._document.core_properties
        properties.title = clean(title)[:255]
        properties.author = properties.last_modified_by = clean(author)[:255]
        properties.comments, properties.keywords, properties.revision = "", "", 1

    def say(self, look: Look, text: str, *, starts_page: bool = False, keep: bool = False) -> Any:
        """A paragraph; a line break of the text is one of the paragraph.  Returns its element.

        `keep` holds it on the page of what follows.
        """
        paragraph = self._document.element.body._insert_p(OxmlElement("w:p"))
        fill(paragraph, look.id, clean(text))
        if keep:
            child(paragraph, "w:pPr").append(OxmlElement("w:keepNext"))
        if starts_page:
            child(paragraph, "w:pPr").append(OxmlElement("w:pageBreakBefore"))
        return paragraph

    def blank(self, lines: int = 1) -> None:
        """Empty lines, on the page of what follows."""
        for _ in range(lines):
            self.say(RECIPIENT, "", keep=True)

    def letterhead(self, unit: str, number: str, signatory: str | None = None) -> None:
        """The issuing unit in red, as wide as the line allows, and the number above a red rule; two lines follow.

        With a signatory (签发人) the number stands one character from the left edge and he one from the right.
        """
        mark = self.say(MARK, unit)
        size = min(MARK.size, points(WIDTH_MM) / max(1.0, width_in_characters(unit)))
        for run in mark.iter(W_R):
            child(child(run, "w:rPr", first=True), "w:sz").set(W_VAL, str(int(size * 2)))
        self.blank()
        line = self.say(NUMBER, number if signatory is None else f"　{number}\t签发人：{signatory}")
        _rule_below(line)
        if signatory is not None:
            _spread(line)
        self.blank()

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[Content]]) -> None:
        """A ruled table as wide as the type area, its header on each page; a line of a cell is a paragraph."""
        table = self._document.element.body._insert_tbl(new_table(columns, self.width_mm))
        add_rows(table, columns, tuple(rows), self._relate)
        self.say(CELL, "")  # a document must not end with a table

    def notes(self, texts: Sequence[str]) -> None:
        """Remarks below a table, 注1, 注2 …, each a row of an unruled one: they belong to it and are no text."""
        columns = (Column("", 14, NOTE), Column("", self.width_mm - 14, NOTE))
        table = self._document.element.body._insert_tbl(
            new_table(columns, self.width_mm, has_header=False, is_ruled=False)
        )
        add_rows(table, columns, [(f"注{count}", text) for count, text in enumerate(texts, 1)], None)
        self.say(CELL, "")

    def annexes(self, titles: Sequence[str]) -> None:
        """附件：1.… below the text, a single one without its number (GB/T 9704, 7.3.4).

        A title that goes on stands under its first character.
        """
        for count, title in enumerate(titles, 1):
            lead = "附件：" if count == 1 else ""
            number = f"{count}." if len(titles) > 1 else ""
            paragraph = self.say(BODY, f"{lead}{number}{clean(title)}", keep=True)
            place = 6 if number else 5
            child(paragraph, "w:pPr").append(_hanging(left=place, hanging=len(lead) + (1 if number else 0)))

    def picture(self, content: bytes, *, width_mm: float, described: str) -> None:
        """A PNG in the middle of the line; `described` is what a reader hears who does not see it."""
        paragraph = self._document.add_paragraph(style=PICTURE.name)
        paragraph.add_run().add_picture(io.BytesIO(content), width=Mm(width_mm))
        for properties in paragraph._p.iter(qn("wp:docPr")):
            properties.set("descr", clean(described))
            properties.set("title", clean(described)[:60])

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
        say_above(self._document.sections[0], DRAFT.id, clean(text))

    def content(self) -> bytes:
        """The document's bytes, the same for the same words."""
        written = io.BytesIO()
        self._document.save(written)
        return settle(written.getvalue(), self._day)

    def _relate(self, target: str) -> str:
        if target not in self._targets:
            relation = self._document.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
            self._targets[target] = relation
        return self._targets[target]


def width_in_characters(text: str) -> float:
    """The width of a line in Chinese characters; a Latin letter or a digit is half of one."""
    return sum(0.5 if c.isascii() else 1.0 for c in text)


def _drop_template_parts(document: Any) -> None:
    for rels in (document.part.package.rels, document.part.rels):
        for rel_id in [i for i, rel in rels.items() if rel.reltype.endswith(_TEMPLATE_ONLY)]:
            del rels[rel_id]
    styles = document.styles.element
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:styleId")) not in _STYLES:
            styles.remove(style)


def _indent_right(paragraph: Any, distance: float) -> None:
    child(paragraph, "w:pPr").append(element("w:ind", {"w:right": str(round(distance * 20))}))


def _hanging(*, left: int, hanging: int) -> Any:
    """An indent in characters, the first line less."""
    distances = {"left": left, "hanging": hanging}
    sizes = {f"w:{side}": str(int(count * SIZE * 20)) for side, count in distances.items()}
    return element("w:ind", sizes | {f"w:{side}Chars": str(count * 100) for side, count in distances.items()})


def _rule_below(paragraph: Any) -> None:
    borders = child(child(paragraph, "w:pPr"), "w:pBdr")
    borders.append(element("w:bottom", {"w:val": "single", "w:sz": "12", "w:space": "8", "w:color": _RED}))


def _spread(paragraph: Any) -> None:
    """The text before a tab at the left edge, the one behind it at the right, each a character inside."""
    properties = child(paragraph, "w:pPr")
    at = str(round((points(WIDTH_MM) - SIZE) * 20))
    child(properties, "w:tabs").append(element("w:tab", {"w:val": "right", "w:pos": at}))
    properties.append(element("w:jc", {"w:val": "left"}))
