"""The looks of a GB/T 9704 paper, as paragraph styles that an officer who edits it keeps.

The fonts are named, not embedded: a machine without them shows its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from publishing.office.xml import child, element

SONG_TITLE, FANGSONG, HEI, KAI, SONG = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
SIZE: Final = 16.0  # 三号
LINE: Final = 28.95  # 22 lines in 225 mm
#: Twentieths of a point between characters: 28 of 16 points are 158 mm, two more than the line has.
_SQUEEZE: Final = -5
_RED: Final = RGBColor(0xE6, 0x00, 0x12)
_LEFT, _CENTRE, _RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
_JUSTIFIED: Final = WD_ALIGN_PARAGRAPH.JUSTIFY


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
CELL_LARGE: Final = Look("OfficialCellLarge", "表内大字", size=12, align=_LEFT, line=17)
CELL_LARGE_CENTRED: Final = Look("OfficialCellLargeCentred", "表内大字居中", size=12, align=_CENTRE, line=17)
CELL_LARGE_HEAD: Final = Look("OfficialCellLargeHead", "大字表头", HEI, 12, _CENTRE, 17)
CELL_NOTE: Final = Look("OfficialCellNote", "表内小字", size=9, align=_LEFT, line=12.5)
CAPTION: Final = Look("OfficialCaption", "图表标题", HEI, 12, _CENTRE, 20, keep_with_next=True)
PICTURE: Final = Look("OfficialPicture", "插图", align=_CENTRE, line=None, keep_with_next=True)
NOTE: Final = Look("OfficialNote", "表注", size=10.5, align=_LEFT, line=16)
PAGE_NUMBER: Final = Look("OfficialPageNumber", "页码", SONG, 14, _RIGHT, None)
LOOKS: Final = (
    MARK, DRAFT, NUMBER, TITLE, RECIPIENT, BODY, HEADING, SUBHEADING, SIGNATURE, ANNEX, CELL, CELL_CENTRED, CELL_HEAD,
    CELL_LARGE, CELL_LARGE_CENTRED, CELL_LARGE_HEAD, CELL_NOTE, CAPTION, PICTURE, NOTE, PAGE_NUMBER,
)  # fmt: skip


def set_styles(document: Any) -> None:
    """Give a document of python-docx the looks, and none of its template's fonts."""
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for fonts in defaults.findall(qn("w:rFonts")):
        defaults.remove(fonts)  # they name the fonts of a theme, which would win over ours
    for language in defaults.findall(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")  # lines break by the rules of the language
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
        squeeze = element("w:spacing", {"w:val": str(_SQUEEZE)})
        style.element.get_or_add_rPr().insert_element_before(squeeze, "w:sz")
    else:
        off_the_grid = element("w:snapToGrid", {"w:val": "0"})
        style.element.get_or_add_pPr().insert_element_before(off_the_grid, "w:spacing", "w:ind", "w:jc")
    if look.line is None:
        form.line_spacing_rule = WD_LINE_SPACING.SINGLE
    else:
        form.line_spacing = Pt(look.line)
    if look.first_line:
        form.first_line_indent = Pt(look.first_line * look.size)
        child(style.element.pPr, "w:ind").set(qn("w:firstLineChars"), str(look.first_line * 100))


def _set_fonts(style: Any, name: str, size: float) -> None:
    style.font.name, style.font.size = name, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:eastAsia", "w:cs"):
        fonts.set(qn(kind), name)
