"""The letter: its layout by GB/T 9704, its words, and the same bytes for the same letter."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml import etree

from review.papers import notice
from tests.review.paper_samples import (
    DAY,
    HARMLESS,
    HOSTILE,
    converted,
    east_asian_font,
    finding,
    letter,
    members,
    opened,
    pages,
    said,
)


def test_the_type_area_is_156_by_225_millimetres() -> None:
    (section,) = opened(notice.write(letter())).sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(m.mm) for m in margins] == [37, 35, 28, 26]
    area = section.page_width - section.left_margin - section.right_margin
    assert abs(area - Mm(156)) < Mm(0.1)
    assert abs(section.page_height - section.top_margin - section.bottom_margin - Mm(225)) < Mm(0.1)


@pytest.mark.parametrize(
    ("style", "font", "size"),
    [
        ("公文标题", "方正小标宋简体", 22),
        ("发文机关标志", "方正小标宋简体", 36),
        ("公文正文", "仿宋_GB2312", 16),
        ("主送机关", "仿宋_GB2312", 16),
        ("发文字号", "仿宋_GB2312", 16),
        ("落款", "仿宋_GB2312", 16),
        ("一级标题", "黑体", 16),
        ("二级标题", "楷体_GB2312", 16),
        ("页码", "宋体", 14),
        ("Normal", "仿宋_GB2312", 16),
    ],
)
def test_the_fonts_are_named_for_east_asian_text_too(style: str, font: str, size: float) -> None:
    found = opened(notice.write(letter())).styles[style]
    assert (east_asian_font(found), found.font.name, found.font.size) == (font, font, Pt(size))


def test_lines_are_28_to_29_points_apart_and_begin_two_characters_in() -> None:
    document = opened(notice.write(letter()))
    body = document.styles["公文正文"].paragraph_format
    assert Pt(28) <= body.line_spacing <= Pt(29)
    assert body.first_line_indent == Pt(32)
    assert document.styles["公文正文"].element.pPr.ind.get(qn("w:firstLineChars")) == "200"
    assert document.styles["公文标题"].paragraph_format.alignment == WD_ALIGN_PARAGRAPH.CENTER


def test_no_font_of_a_theme_wins_over_the_named_ones() -> None:
    parts = members(notice.write(letter()))
    assert b"Theme=" not in parts["word/styles.xml"]
    assert b"Theme=" not in parts["word/document.xml"]


#: The order that the schema of the format demands, of what the papers use.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl pBdr snapToGrid spacing ind jc".split(),
    "rPr": "rFonts b i color spacing kern sz szCs lang".split(),
    "trPr": ["cantSplit", "tblHeader"],
    "tblPr": "tblStyle tblW jc tblInd tblBorders tblLayout tblCellMar".split(),
    "tcPr": ["tcW", "vAlign"],
}


def test_properties_stand_in_the_order_of_the_format() -> None:
    parts = members(notice.write(letter(12, number=None)))
    for name in ("word/document.xml", "word/styles.xml", *(n for n in parts if "footer" in n or "header" in n)):
        for element in etree.fromstring(parts[name]).iter():
            local = etree.QName(element).localname
            if local in ORDER:
                children = [etree.QName(child).localname for child in element]
                assert children == sorted(children, key=ORDER[local].index), (name, local)


def test_the_page_number_is_a_field_between_dashes_outside_on_both_pages() -> None:
    document = opened(notice.write(letter()))
    section = document.sections[0]
    assert document.settings.odd_and_even_pages_header_footer
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        (paragraph,) = footer.paragraphs
        (field,) = paragraph._p.findall(qn("w:fldSimple"))
        assert field.get(qn("w:instr")).strip() == "PAGE"
        assert "".join(t.text for t in paragraph._p.iter(qn("w:t"))) == "— 1 —"
        assert paragraph._p.pPr.jc.get(qn("w:val")) == side


def test_a_reminder_says_who_what_and_by_when() -> None:
    document = opened(notice.write(letter()))
    texts = said(document)
    assert texts[:4] == [
        "江门市生态环境局",
        "江环函〔2023〕12号",
        "江门市生态环境局\n关于2023年9月重点任务进展材料\n核对情况的提醒函",
        "蓬江区人民政府：",
    ]
    whole = "\n".join(texts)
    assert "于2023年10月27日前" in whole
    assert "不认定哪一处有误" in whole
    assert texts[-3:] == ["江门市生态环境局", "2023年10月20日", "（联系人：李四，电话：0750-1234567）"]
    recipient, signed = (next(p for p in document.paragraphs if p.text == t) for t in (texts[3], "2023年10月20日"))
    assert recipient.style.paragraph_format.first_line_indent is None
    assert signed.style.paragraph_format.alignment == WD_ALIGN_PARAGRAPH.RIGHT
    assert document.core_properties.title == "江门市生态环境局关于2023年9月重点任务进展材料核对情况的提醒函"


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [
        ("reminder", "提醒函", "一并自查"),
        ("supervision", "督办单", "申请销号"),
        ("interview", "约谈通知书", "约谈的时间、地点另行通知"),
    ],
)
def test_each_kind_has_its_name_and_asks_its_own(kind, name: str, words: str) -> None:
    texts = "\n".join(said(opened(notice.write(letter(kind=kind, previous="提醒函（江环函〔2023〕1号）")))))
    assert f"核对情况的{name}" in texts
    assert words in texts
    assert "此前我局已就有关事项发出提醒函（江环函〔2023〕1号）。" in texts
    assert "于2023年10月27日前" in texts
    assert "{" not in texts


def test_an_interview_says_when_and_where() -> None:
    texts = "\n".join(said(opened(notice.write(letter(kind="interview", meeting="11月6日上午9时，三楼会议室")))))
    assert "约谈时间、地点：11月6日上午9时，三楼会议室。" in texts


def test_a_finding_is_quoted_with_its_place_its_arithmetic_and_both_readings() -> None:
    document = opened(notice.write(letter()))
    (table,) = document.tables
    assert [c.text for c in table.rows[0].cells] == ["序号", "任务（事项）", "原文及位置", "问题", "要求"]
    number, task, words, problem, request = (c.text for c in table.rows[1].cells)
    assert (number, task, request) == ("1", "任务1", "核对面积和占比")
    assert words == "“完成285亩，占1.05万亩的2.11%。”\n见第1表第3行第5格"
    assert problem.split("\n") == [
        "占比所报为2.11%，按所报数值应为2.71%",
        "算式：285 ÷ 10500 × 100 = 2.71",
        "如所依据的内容无误，此处应为“2.71%”；如此处“2.11%”无误，则所依据的内容需更正。",
    ]
    assert "均在《蓬江区2023年9月重点任务进展情况.docx》" in "\n".join(said(document))
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_findings_of_several_files_name_the_file_of_each() -> None:
    two = (finding(), finding(file_name="乙.xlsx", locator="paragraph 12"))
    document = opened(notice.write(letter(findings=two)))
    assert "均在" not in "\n".join(said(document))
    assert document.tables[0].rows[2].cells[2].text.endswith("\n见《乙.xlsx》第12段")


def test_a_finding_that_says_little_leaves_no_hole() -> None:
    bare = finding(task=None, quote=None, file_name=None, locator=None, arithmetic=None, expected=None, request=None)
    cells = [c.text for c in opened(notice.write(letter(findings=(bare,)))).tables[0].rows[1].cells]
    assert cells[1:4] == ["—", "—", "占比所报为2.11%，按所报数值应为2.71%"]
    assert cells[4]


def test_many_findings_are_an_annex_on_a_page_of_its_own() -> None:
    document = opened(notice.write(letter(notice.IN_TEXT + 1)))
    texts = said(document)
    assert "附件：核对发现问题清单" in texts
    assert texts.index("2023年10月20日") < texts.index("附件") < texts.index("核对发现问题清单")
    (mark,) = (p for p in document.paragraphs if p.text == "附件")
    assert mark._p.pPr.find(qn("w:pageBreakBefore")) is not None
    assert len(document.tables[0].rows) == notice.IN_TEXT + 2
    few = said(opened(notice.write(letter(notice.IN_TEXT))))
    assert "附件" not in few


def test_a_draft_shows_on_each_page_that_it_is_none_of_a_letter() -> None:
    document = opened(notice.write(letter(number=None)))
    section = document.sections[0]
    assert section.header.paragraphs[0].text == section.even_page_header.paragraphs[0].text == notice.DRAFT_MARK
    assert {"（发文字号待编）", "2023年　月　日"} <= set(said(document))
    assert opened(notice.write(letter())).sections[0].header.paragraphs[0].text == ""


def test_the_same_letter_is_the_same_bytes_whenever_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    first = notice.write(letter(3))
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    assert notice.write(letter(3)) == first
    assert b"2023-10-20T00:00:00Z" in members(first)["docProps/core.xml"]
    properties = opened(first).core_properties
    assert (properties.created.date(), properties.modified.date()) == (DAY, DAY)
    assert (properties.author, properties.comments) == ("江门市生态环境局", "")


def test_what_xml_does_not_take_or_what_turns_text_is_replaced() -> None:
    hostile = finding(task=HOSTILE, message=HOSTILE, quote=HOSTILE, file_name=HOSTILE, request=HOSTILE)
    document = opened(
        notice.write(letter(findings=(hostile,), recipient=HOSTILE, agency=HOSTILE, contact=HOSTILE, number=HOSTILE))
    )
    assert f"{HARMLESS}：" in said(document)
    assert document.tables[0].rows[1].cells[1].text == HARMLESS


def test_a_long_quotation_is_shortened_and_a_long_word_is_no_matter() -> None:
    long = finding(quote="长" * 5000, message="x" * 5000, request="甲\r\n乙\t丙")
    cells = [c.text for c in opened(notice.write(letter(findings=(long,)))).tables[0].rows[1].cells]
    assert cells[2].startswith("“" + "长" * 300 + "……”")
    assert "x" * 5000 in cells[3]
    assert cells[4] == "甲\n乙\t丙"


def test_a_letter_about_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="至少载明一项"):
        notice.write(letter(0))


def test_two_thousand_findings_are_written_in_seconds() -> None:
    started = time.perf_counter()
    content = notice.write(letter(2000))
    assert time.perf_counter() - started < 10
    assert content.count(b"<w:tr>") == 2001


def test_a_bureau_officer_sees_a_letter_of_few_pages(tmp_path: Path) -> None:
    found = pages(converted(notice.write(letter(12)), "提醒函.docx", "pdf", tmp_path))
    assert 3 <= len(found) <= 7
    assert "江环函〔2023〕12号" in found[0].replace(" ", "")
    for number, text in enumerate(found, 1):
        assert f"—{number}—" in text.replace(" ", "")
    annex = next(n for n, text in enumerate(found) if text.strip().startswith("附件"))
    for text in found[annex:]:
        assert "原文及位置" in text, "the header stands on each page"
    signed = next(text for text in found if "2023年10月20日" in text.replace(" ", ""))
    assert "申请销号" in signed or "一并自查" in signed.replace(" ", ""), "the signature never stands alone"
