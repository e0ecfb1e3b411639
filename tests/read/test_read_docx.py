"""Word documents: merges, nested tables, tracked changes, headings, automatic numbers, text boxes, damage."""

from __future__ import annotations

import pytest

from ingestion.errors import UnreadableFileError
from ingestion.read import read
from ingestion.records import Document, Table
from tests.read.checks import assert_spans, only_table, texts
from tests.read.render import paragraph, word, word_table, zipped


def read_word(body: str, **parts: str) -> Document:
    document = read(word(body, **parts), "a.docx")
    assert_spans(document)
    return document


def test_a_cell_merged_downwards_stands_in_every_place_that_it_covers() -> None:
    grid = [["区域", "任务"], ["甲区", "治河"], ["甲区", "修路"], ["乙区", "植树"]]
    table = only_table(read_word(word_table(grid, [(2, 1, 3, 1)])))
    assert texts(table) == grid
    assert [row[0].origin for row in table.rows] == [(1, 1), (2, 1), (2, 1), (4, 1)]
    assert table.locator(table.rows[2][0]) == "table 1/row 2/cell 1"


def test_a_merged_text_stands_once_in_the_text() -> None:
    document = read_word(word_table([["甲区", "a"], ["甲区", "b"]], [(1, 1, 2, 1)]))
    assert document.text == "甲区\ta\n\tb"


def test_a_cell_merged_across() -> None:
    grid = [["年度表", "年度表", "年度表"], ["序号", "任务", "进展"]]
    table = only_table(read_word(word_table(grid, [(1, 1, 1, 3)])))
    assert texts(table) == grid
    assert {cell.origin for cell in table.rows[0]} == {(1, 1)}


def test_columns_left_out_before_a_row() -> None:
    body = (
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc>"
        '</w:tr><w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>'
        "<w:tc><w:p><w:r><w:t>c</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    assert texts(only_table(read_word(body))) == [["a", "b"], ["", "c"]]


def test_tracked_changes_read_as_accepted() -> None:
    body = (
        "<w:p><w:r><w:t>完成</w:t></w:r><w:del><w:r><w:delText>3</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>5</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom>"
        "<w:r><w:t>个</w:t></w:r></w:p>"
    )
    assert read_word(body).text == "完成5个"


def test_a_row_deleted_by_a_tracked_change_is_gone() -> None:
    kept = word_table([["a", "b"], ["c", "d"]])
    deleted = kept.replace("<w:tr><w:tc>", "<w:tr><w:trPr><w:del/></w:trPr><w:tc>", 1)
    assert deleted != kept
    assert texts(only_table(read_word(deleted))) == [["c", "d"]]


def test_hidden_text_and_field_codes_are_not_read() -> None:
    body = (
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>暗</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:hyperlink><w:r><w:t>明</w:t></w:r></w:hyperlink>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>白</w:t></w:r></w:p>'
    )
    assert [p.text for p in read_word(body).paragraphs] == ["明白"]


def test_heading_levels_from_styles_that_inherit_and_from_the_paragraph() -> None:
    styles = (
        '<w:style w:styleId="h1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
        '<w:style w:styleId="own"><w:name w:val="own"/><w:basedOn w:val="h1"/></w:style>'
        '<w:style w:styleId="t"><w:name w:val="Title"/></w:style>'
    )
    body = (
        paragraph("总题", '<w:pStyle w:val="t"/>')
        + paragraph("一、大气", '<w:pStyle w:val="own"/>')
        + paragraph("（一）概况", '<w:outlineLvl w:val="1"/>')
        + paragraph("正文", '<w:outlineLvl w:val="9"/>')
    )
    assert [p.level for p in read_word(body, styles=styles).paragraphs] == [1, 1, 2, 0]


NUMBERING = (
    '<w:abstractNum w:abstractNumId="7">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="（%2）"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl>'
    '</w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num>'
)


def listed(text: str, level: int) -> str:
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="3"/></w:numPr>')


def test_automatic_numbers_are_written_before_their_paragraphs() -> None:
    body = "".join(listed(t, n) for t, n in [("大气", 0), ("锅炉", 1), ("汽车", 1), ("细目", 2), ("水", 0), ("河", 1)])
    shown = [p.text for p in read_word(body, numbering=NUMBERING).paragraphs]
    assert shown == ["一、大气", "（1）锅炉", "（2）汽车", "细目", "二、水", "（1）河"]


def test_a_column_of_automatic_numbers_is_not_empty() -> None:
    rows = "".join(f"<w:tr><w:tc>{listed('', 0)}</w:tc><w:tc>{paragraph(t)}</w:tc></w:tr>" for t in ("甲", "乙"))
    table = only_table(read_word(f"<w:tbl>{rows}</w:tbl>", numbering=NUMBERING))
    assert texts(table) == [["一、", "甲"], ["二、", "乙"]]


def test_a_frame_around_text_and_tables_is_read_through() -> None:
    inner = word_table([["a", "b"], ["c", "d"]])
    document = read_word(f"<w:tbl><w:tr><w:tc>{paragraph('题')}{inner}{paragraph('')}</w:tc></w:tr></w:tbl>")
    assert [p.text for p in document.paragraphs] == ["题"]
    assert texts(only_table(document)) == [["a", "b"], ["c", "d"]]


def test_a_table_inside_a_cell_becomes_its_lines() -> None:
    inner = word_table([["站点", "浓度"], ["甲站", "16"]])
    outer = (
        f"<w:tbl><w:tr><w:tc>{paragraph('任务')}</w:tc><w:tc>{paragraph('进展')}</w:tc></w:tr>"
        f"<w:tr><w:tc>{paragraph('治气')}</w:tc><w:tc>{paragraph('如下')}{inner}{paragraph('')}</w:tc></w:tr></w:tbl>"
    )
    assert texts(only_table(read_word(outer)))[1] == ["治气", "如下\n站点 浓度\n甲站 16"]


def test_a_text_box_is_read_once() -> None:
    box = f"<w:txbxContent>{paragraph('框内标题')}</w:txbxContent>"
    body = (
        f"<w:p><w:r><AlternateContent><Choice>{box}</Choice><Fallback>{box}</Fallback></AlternateContent></w:r></w:p>"
    )
    assert read_word(body).text == "框内标题"


def test_content_controls_are_read_through() -> None:
    body = f"<w:sdt><w:sdtContent>{paragraph('甲')}<w:sdt><w:sdtContent>{word_table([['a', 'b'], ['c', 'd']])}"
    document = read_word(body + "</w:sdtContent></w:sdt></w:sdtContent></w:sdt>")
    assert [type(b).__name__ for b in document.blocks] == ["Paragraph", "Table"]


def test_strict_documents_differ_only_in_their_namespace() -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    xml = f'<w:document xmlns:w="{strict}"><w:body>{paragraph("甲")}</w:body></w:document>'
    assert read(zipped({"word/document.xml": xml.encode()}), "a.docx").text == "甲"


def test_a_large_table_is_read_in_time_that_grows_with_it() -> None:
    grid = [["序号", "任务", "进展"], *([str(n), f"任务{n}", "完成"] for n in range(3000))]
    assert len(only_table(read_word(word_table(grid))).rows) == 3001


def test_entities_and_document_types_are_refused() -> None:
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><w:document xmlns:w="w"><w:body><w:p><w:r><w:t>&b;</w:t>'
    )
    data = zipped({"word/document.xml": f"{bomb}</w:r></w:p></w:body></w:document>".encode()})
    with pytest.raises(UnreadableFileError, match="文档类型"):
        read(data, "a.docx")


def test_nothing_but_a_broken_part_is_unreadable() -> None:
    with pytest.raises(UnreadableFileError, match=r"word/document\.xml"):
        read(zipped({"word/document.xml": b"<w:document"}), "a.docx")
    with pytest.raises(UnreadableFileError):
        read(zipped({"word/document.xml": b"<document/>"}), "a.docx")


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_a_truncated_document_is_unreadable(keep: float) -> None:
    data = word(paragraph("甲" * 500))
    with pytest.raises(UnreadableFileError, match=r"a\.docx"):
        read(data[: int(len(data) * keep)], "a.docx")


def test_tables_and_paragraphs_keep_their_order_and_numbers() -> None:
    table = word_table([["a", "b"], ["c", "d"]])
    document = read_word(paragraph("一") + table + paragraph("二") + table)
    assert [(b.index, isinstance(b, Table)) for b in document.blocks] == [(1, False), (1, True), (2, False), (2, True)]
