"""Word documents: what stands beside the text, how WPS and old programs write, what tracked changes take away."""

from __future__ import annotations

import io

import docx
import pytest

from ingestion.errors import UnreadableFileError
from ingestion.read import read
from ingestion.records import Document
from tests.read.checks import assert_spans, only_table, texts, told
from tests.read.render import WORD, paragraph, word, word_table, zipped


def read_word(body: str, **parts: str) -> Document:
    document = read(word(body, **parts), "a.docx")
    assert_spans(document)
    return document


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def note(kind: str, text: str) -> str:
    return (
        f'<w:{kind} w:type="separator" w:id="-1">{paragraph("线")}</w:{kind}>'
        f'<w:{kind} w:id="1">{paragraph(text)}</w:{kind}>'
    )


def test_notes_stand_behind_the_text_in_no_block_and_their_marks_in_no_figure() -> None:
    cell = '<w:p><w:r><w:t>已完成16</w:t></w:r><w:r><w:footnoteReference w:id="1"/></w:r><w:r><w:t>家</w:t></w:r></w:p>'
    table = word_table([["任务", "进展"], ["整治", "@"]]).replace(paragraph("@"), cell)
    document = read_word(table, footnotes=note("footnote", "含2022年结转3家"), endnotes=note("endnote", "口径见附件4"))
    assert texts(only_table(document))[1] == ["整治", "已完成16家"]
    assert told(document, "note") == [("含2022年结转3家", "footnote 1"), ("口径见附件4", "endnote 1")]
    assert document.said.strip() == "任务\t进展\n整治\t已完成16家"


@pytest.mark.parametrize(
    ("before", "raised", "after", "shown"),
    [
        ("已完成16", "1", "家", "已完成16家"),
        ("已完成16", "[2]", "家", "已完成16家"),
        ("已达标", "①", "。", "已达标。"),
        ("占地3公顷、2000m", "2", "。", "占地3公顷、2000m2。"),
        ("约3×10", "4", "吨", "约3×10⁴吨"),
        ("共", "上升", "。", "共上升。"),
    ],
)
def test_raised_signs_are_note_marks_or_powers(before: str, raised: str, after: str, shown: str) -> None:
    raised_run = run(raised, '<w:vertAlign w:val="superscript"/>')
    assert read_word(f"<w:p>{run(before)}{raised_run}{run(after)}</w:p>").text == shown


def test_a_mark_that_the_author_chose_for_a_note_is_not_text() -> None:
    marked = '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="1"/><w:t>7</w:t></w:r>'
    assert read_word(f"<w:p>{run('已完成16')}{marked}{run('家')}</w:p>").text == "已完成16家"


def test_running_heads_stand_in_no_block() -> None:
    files = {
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{paragraph("正文")}</w:body></w:document>',
        "word/header1.xml": f'<w:hdr xmlns:w="{WORD}">{paragraph("内部资料 2023年第9期")}</w:hdr>',
        "word/footer2.xml": f'<w:ftr xmlns:w="{WORD}">{paragraph("第3页")}</w:ftr>',
    }
    document = read(zipped({name: text.encode() for name, text in files.items()}), "a.docx")
    assert_spans(document)
    assert [p.text for p in document.paragraphs] == ["正文"]
    assert told(document, "running_head") == [("内部资料 2023年第9期", "header 1"), ("第3页", "footer 1")]


def test_hidden_text_is_set_aside_and_a_style_may_hide() -> None:
    styles = '<w:style w:type="character" w:styleId="s"><w:rPr><w:vanish/></w:rPr></w:style>'
    body = "<w:p>" + run("明") + run("底稿12家", "<w:vanish/>") + run("旧稿", '<w:rStyle w:val="s"/>') + "</w:p>"
    document = read_word(body, styles=styles)
    assert [p.text for p in document.paragraphs] == ["明"]
    assert told(document, "hidden_text") == [("底稿12家旧稿", "hidden text 1")]


def test_a_hidden_row_is_read_and_told() -> None:
    body = (
        word_table([["任务", "进展"], ["治河", "完成3家"]])
        .replace("<w:tr>", "<w:tr><w:trPr><w:hidden/></w:trPr>")
        .replace("<w:tr><w:trPr><w:hidden/></w:trPr>", "<w:tr>", 1)
    )
    document = read_word(body)
    assert texts(only_table(document))[1] == ["治河", "完成3家"]
    assert told(document, "hidden_row") == [("治河\t完成3家", "table 1/row 2")]


def test_a_deleted_paragraph_end_joins_what_it_parted() -> None:
    mark = "<w:rPr><w:del/></w:rPr>"
    body = paragraph("已完成3", mark) + paragraph("家。") + paragraph("", mark) + paragraph("下段。")
    assert [p.text for p in read_word(body).paragraphs] == ["已完成3家。", "下段。"]


def test_a_moved_row_and_wrapped_rows_and_cells_are_read() -> None:
    first, second = (f"<w:tc>{paragraph(text)}</w:tc>" for text in "ab")
    row = f"<w:tr><w:sdt><w:sdtContent>{first}</w:sdtContent></w:sdt>{second}</w:tr>"
    body = f"<w:tbl>{row}<w:sdt><w:sdtContent>{row}</w:sdtContent></w:sdt><w:ins>{row}</w:ins></w:tbl>"
    assert texts(only_table(read_word(body))) == [["a", "b"]] * 3


def test_an_invitation_to_write_is_no_text_and_what_was_written_is() -> None:
    shown = "<w:sdt><w:sdtPr>{}</w:sdtPr><w:sdtContent>" + run("{}") + "</w:sdtContent></w:sdt>"
    body = f"<w:p>{shown.format('<w:showingPlcHdr/>', '单击此处输入')}{shown.format('', '完成')}</w:p>"
    assert read_word(body).text == "完成"


def test_symbols_soft_hyphens_and_reading_aids() -> None:
    sym = '<w:r><w:sym w:font="{}" w:char="{}"/></w:r>'
    ruby = f"<w:r><w:ruby><w:rt>{run('wen')}</w:rt><w:rubyBase>{run('汶')}</w:rubyBase></w:ruby></w:r>"
    hyphenated = "85%治\u00ad理"
    body = (
        f"<w:p>{sym.format('Wingdings', 'F0FE')}{sym.format('Wingdings 2', 'F0A3')}{sym.format('Symbol', 'F0B3')}"
        f"{sym.format('Wingdings', 'F011')}{run(hyphenated)}<w:r><w:softHyphen/></w:r>{ruby}</w:p>"
    )
    assert read_word(body).text == "☑□≥□85%治理汶"


def test_fields_show_their_results_and_hyperlinks_their_words() -> None:
    body = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>=SUM(ABOVE) 999</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>24</w:t></w:r><w:r><w:fldChar/></w:r>'
        "<w:fldSimple w:instr='DATE'><w:r><w:t>项，</w:t></w:r></w:fldSimple>"
        "<w:hyperlink><w:r><w:t>见附表</w:t></w:r></w:hyperlink></w:p>"
    )
    assert read_word(body).text == "24项，见附表"


def test_comments_are_not_read() -> None:
    body = paragraph("已完成")
    comments = f'<w:comment w:id="0">{paragraph("这里是36家？")}</w:comment>'
    assert read_word(body, comments=comments).text == "已完成"


def test_cells_merged_sideways_the_old_way_are_one() -> None:
    cell = "<w:tc><w:tcPr><w:hMerge w:val='{}'/></w:tcPr>{}</w:tc>"
    first = f"<w:tr>{cell.format('restart', paragraph('年度表'))}{cell.format('continue', paragraph(''))}</w:tr>"
    second = f"<w:tr><w:tc>{paragraph('a')}</w:tc><w:tc>{paragraph('b')}</w:tc></w:tr>"
    table = only_table(read_word(f"<w:tbl>{first}{second}</w:tbl>"))
    assert texts(table) == [["年度表", "年度表"], ["a", "b"]]
    assert table.rows[0][1].origin == (1, 1)


def test_text_in_a_cell_that_a_merge_covers_is_hidden_text() -> None:
    body = word_table([["甲区", "a"], ["甲区", "b"]], [(1, 1, 2, 1)])
    covered = f"<w:vMerge/></w:tcPr>{paragraph('')}"
    document = read_word(body.replace(covered, covered.replace(paragraph(""), paragraph("乙区"))))
    assert texts(only_table(document)) == [["甲区", "a"], ["甲区", "b"]]
    assert told(document, "hidden_text") == [("乙区", "hidden text 1")]


def test_a_table_over_pages_with_a_repeated_header_in_two_parts_keeps_both() -> None:
    head, rows = ["序号", "任务", "进展"], [["1", "治河", "完成"], ["2", "修路", "滞后"]]
    first = word_table([head, rows[0]]).replace("<w:tr>", "<w:tr><w:trPr><w:tblHeader/></w:trPr>", 1)
    document = read_word(first + paragraph("") + word_table([head, rows[1]]))
    assert [texts(t) for t in document.tables] == [[head, rows[0]], [head, rows[1]]]
    assert not list(document.paragraphs)


def test_an_embedded_worksheet_is_told() -> None:
    document = read_word(f"<w:p>{run('见下表')}<w:r><w:object/></w:r></w:p>")
    assert told(document, "unread_object") == [("", "object 1")]


def test_the_body_s_part_may_have_a_number_and_a_foreign_prefix() -> None:
    body = "<x:body><x:p><x:r><x:t>甲</x:t></x:r></x:p></x:body>"
    xml = f'<x:document xmlns:x="{WORD}" xmlns:w="urn:kso">{body}</x:document>'
    assert read(zipped({"word/document2.xml": xml.encode()}), "a.docx").text == "甲"


def test_a_document_of_pictures_says_so() -> None:
    files = {
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body/></w:document>'.encode(),
        "word/media/image1.png": b"x",
    }
    with pytest.raises(UnreadableFileError, match="只有图片"):
        read(zipped(files), "a.docx")


def test_what_python_docx_writes_reads_cell_for_cell() -> None:
    written = docx.Document()
    table = written.add_table(4, 3)
    for r in range(4):
        for c in range(3):
            table.cell(r, c).text = f"{r}{c}"
    table.cell(1, 0).merge(table.cell(2, 1)).text = "合"
    stream = io.BytesIO()
    written.save(stream)
    document = read(stream.getvalue(), "a.docx")
    assert_spans(document)
    found = only_table(document)
    assert texts(found) == [["00", "01", "02"], ["合", "合", "12"], ["合", "合", "22"], ["30", "31", "32"]]
    assert found.rows[2][1].origin == (2, 1)


def test_merging_three_thousand_rows_takes_time_that_grows_with_them() -> None:
    grid = [["甲区", str(n)] for n in range(3000)]
    table = only_table(read_word(word_table(grid, [(1, 1, 3000, 1)])))
    assert table.rows[2999][0].origin == (1, 1)
