"""The page of a paper: A4 with the type area of GB/T 9704, upright or turned, its number below, words above."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm

from publishing.office.looks import LINE, PAGE_NUMBER
from publishing.office.xml import add_run, child, element, fill

WIDTH_MM: Final = 156
HEIGHT_MM: Final = 225


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page in millimetres; the number stands 7 mm below the type area."""

    width: int
    height: int
    margins: MappingProxyType[str, int]
    header: int
    footer: int


_UPRIGHT: Final = _Sheet(
    210, 297,
    MappingProxyType({"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}), 20, 23,
)  # fmt: skip
#: The same sheet, turned: what is its top is bound on the left of the upright one.
_TURNED: Final = _Sheet(
    297, 210,
    MappingProxyType({"top_margin": 28, "bottom_margin": 26, "left_margin": 35, "right_margin": 37}), 15, 14,
)  # fmt: skip


def set_page(document: Any, section: Any, *, is_landscape: bool = False) -> None:
    """Give a section its size, its margins, its grid of lines and its page numbers."""
    sheet = _TURNED if is_landscape else _UPRIGHT
    section.orientation = WD_ORIENT.LANDSCAPE if is_landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(sheet.width), Mm(sheet.height)
    for name, millimetres in sheet.margins.items():
        setattr(section, name, Mm(millimetres))
    section.footer_distance, section.header_distance = Mm(sheet.footer), Mm(sheet.header)
    document.settings.odd_and_even_pages_header_footer = True
    _number_pages(section.footer, is_odd=True)
    _number_pages(section.even_page_footer, is_odd=False)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is not None:
        section._sectPr.remove(grid)
    section._sectPr.append(element("w:docGrid", {"w:type": "lines", "w:linePitch": str(round(LINE * 20))}))


def say_above(section: Any, style: str, text: str) -> None:
    """Words above the type area of every page of a section."""
    for header in (section.header, section.even_page_header):
        header.is_linked_to_previous = False
        fill(header.paragraphs[0]._p, style, text)


def _number_pages(footer: Any, *, is_odd: bool) -> None:
    """— 1 —: on odd pages one character from the right edge, on even pages one from the left."""
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]._p
    fill(paragraph, PAGE_NUMBER.id, "— ")
    properties = child(paragraph, "w:pPr")
    side = "right" if is_odd else "left"
    properties.append(element("w:ind", {f"w:{side}Chars": "100", f"w:{side}": str(int(PAGE_NUMBER.size * 20))}))
    properties.append(element("w:jc", {"w:val": side}))
    field = element("w:fldSimple", {"w:instr": " PAGE "})
    add_run(field, "1")
    paragraph.append(field)
    add_run(paragraph, " —")
