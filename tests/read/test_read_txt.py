"""Plain text: prose, cell dumps, tab-separated and Markdown tables, encodings."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.errors import UnreadableFileError
from ingestion.read import read
from ingestion.records import Document, Paragraph, Table
from tests.read.checks import assert_spans, only_table, texts
from tests.read.render import txt

HEADER = ["序号", "区域", "任务", "进展"]


def read_text(text: str, name: str = "a.txt") -> Document:
    document = read(text.encode(), name)
    assert_spans(document)
    return document


def test_each_line_of_prose_is_a_paragraph_of_the_text_as_it_is() -> None:
    document = read_text("甲报告\r\n\r\n　　一、大气。\r\n二、水。\r\n")
    assert document.text == "甲报告\r\n\r\n　　一、大气。\r\n二、水。\r\n"
    assert [p.text for p in document.paragraphs] == ["甲报告", "一、大气。", "二、水。"]
    assert [p.index for p in document.paragraphs] == [1, 2, 3]


def test_a_cell_holds_lines_and_empty_lines() -> None:
    rows = [HEADER, ["1", "甲区", "治河", "滞后。\n\n截至8月底，完成3公里。"], ["2", "乙区", "修路", "完成。"]]
    assert texts(only_table(read_text(txt(rows, "标题").decode()))) == rows


def test_an_empty_line_inside_a_row_ends_no_row() -> None:
    text = "题\n\n\t序号\n\t区域\n\t任务\n\n\t1\n\t甲区\n\n\n\t治河\n\n\t2\n\t乙区\n\n\t修路\n"
    assert texts(only_table(read_text(text))) == [
        ["序号", "区域", "任务"],
        ["1", "甲区", "治河"],
        ["2", "乙区", "修路"],
    ]


def test_an_empty_cell_stays_empty_since_plain_text_cannot_tell_a_merged_one() -> None:
    table = only_table(read_text(txt([HEADER, ["1", "甲区", "a", "b"], ["2", "", "c", "d"]]).decode()))
    assert texts(table)[2] == ["2", "", "c", "d"]
    assert all(cell.is_origin for row in table.rows for cell in row)


def test_a_header_right_below_the_title_is_a_row() -> None:
    text = "题\n\t序号\n\t任务\n\n\t1\n\t治河\n"
    document = read_text(text)
    assert texts(only_table(document)) == [["序号", "任务"], ["1", "治河"]]
    assert [p.text for p in document.paragraphs] == ["题"]


def test_prose_below_a_table_is_not_its_last_cell() -> None:
    rows = [["类别", "投资"], ["续建", "4亿元"], ["新建", "1亿元"]]
    document = read_text(txt(rows, "题").decode() + "\n（二）省级项目。共17个。\n后文。")
    assert texts(only_table(document)) == rows
    assert [p.text for p in document.paragraphs] == ["题", "（二）省级项目。共17个。", "后文。"]


def test_a_last_cell_keeps_its_paragraphs_where_its_column_has_such() -> None:
    rows = [["任务", "进展"], ["甲", "滞后。\n\n完成3个。"], ["乙", "滞后。\n\n完成5个。"]]
    assert texts(only_table(read_text(txt(rows).decode()))) == rows


def test_a_note_below_a_table_is_never_its_last_cell() -> None:
    rows = [["任务", "进展"], ["甲", "滞后。\n\n完成3个。"], ["乙", "滞后。\n\n完成5个。"]]
    document = read_text(txt(rows).decode() + "\n注：数据截至8月底。")
    assert texts(only_table(document)) == rows
    assert [p.text for p in document.paragraphs] == ["注：数据截至8月底。"]


def test_two_tables_with_prose_between_them() -> None:
    first = [["类别", "个数"], ["续建", "3"], ["新建", "4"]]
    second = [["类别", "个数", "投资"], ["续建", "5", "6"]]
    text = txt(first, "（一）市级。").decode() + "\n（二）省级。共9个。\n" + txt(second).decode()
    document = read_text(text)
    assert [texts(t) for t in document.tables] == [first, second]
    assert [type(b) for b in document.blocks] == [Paragraph, Table, Paragraph, Table]


def test_two_tables_of_one_form_with_prose_between_them() -> None:
    form = [["类别", "个数"], ["续建", "3"], ["新建", "4"]]
    document = read_text(
        txt(form, "（一）市级。").decode() + "\n（二）省级。共9个。\n\n" + txt(form).decode().lstrip("\n")
    )
    assert [texts(t) for t in document.tables] == [form, form]


def test_prose_indented_by_tabs_is_prose() -> None:
    document = read_text("总结\n\t一、大气。完成5家。\n\t二、水。完成3家。\n\n\t三、土。\n")
    assert not list(document.tables)
    assert [p.text for p in document.paragraphs] == ["总结", "一、大气。完成5家。", "二、水。完成3家。", "三、土。"]


def test_a_missing_cell_is_made_up_at_the_end_of_its_row() -> None:
    text = "\t序号\n\t任务\n\t进展\n\n\t1\n\t甲\n\t完成\n\n\t2\n\t乙\n\n\t3\n\t丙\n\t完成\n"
    assert texts(only_table(read_text(text)))[2] == ["2", "乙", ""]


def test_rows_without_empty_lines_between_them_are_counted() -> None:
    rows = [HEADER, ["1", "甲区", "治河", "完成"], ["2", "", "修路", "滞后"], ["3", "", "植树", "滞后"]]
    dump = "题\n" + "\n".join("\t" + cell for row in rows for cell in row)
    assert texts(only_table(read_text(dump))) == rows


def test_tab_separated_rows() -> None:
    document = read_text("2023年表\n序号\t区域\t任务\n1\t甲区\t治河\n2\t\t修路\n备注：无")
    assert texts(only_table(document)) == [["序号", "区域", "任务"], ["1", "甲区", "治河"], ["2", "", "修路"]]
    assert [p.text for p in document.paragraphs] == ["2023年表", "备注：无"]


def test_tab_separated_rows_with_quoted_cells_over_several_lines() -> None:
    text = '任务\t进展\t备注\r\n治河\t"（1）完成""甲""段\r\n\r\n（2）未动工"\t\r\n"修路"\t"\t完成\r\n'
    document = read_text(text)
    assert texts(only_table(document)) == [
        ["任务", "进展", "备注"],
        ["治河", '（1）完成""甲""段\r\n\r\n（2）未动工', ""],
        ["修路", '"', "完成"],
    ]


def test_a_table_between_bars_without_a_rule() -> None:
    document = read_text("题\n| 任务 | 进展 |\n| 甲 | 完成 |\n")
    assert texts(only_table(document)) == [["任务", "进展"], ["甲", "完成"]]
    assert not list(read_text("题\n| 引文一\n| 引文二\n").tables)


def test_a_markdown_table_keeps_its_breaks_and_loses_its_rule_and_bold_marks() -> None:
    document = read_text("**年度表**\n\n| **序号** | 任务 |\n| --- | :--: |\n| 1 | 甲<br>乙 \\| 丙 |\n| 2 | |\n")
    assert texts(only_table(document)) == [["序号", "任务"], ["1", "甲<br>乙 \\| 丙"], ["2", ""]]
    assert [p.text for p in document.paragraphs] == ["年度表"]


def test_markdown_headings_have_levels() -> None:
    document = read_text("# 报告\n## 一、大气\n正文。\n")
    assert [(p.text, p.level) for p in document.paragraphs] == [("报告", 1), ("一、大气", 2), ("正文。", 0)]


SAMPLE = "二〇二三年工作總結：截至九月底，全市已完成整治任務的百分之八十，其餘項目按進度推進。"
SIMPLIFIED = "二〇二三年工作总结：截至九月底，全市已完成整治任务的百分之八十，其余项目按进度推进。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_simplified_text_in_each_encoding(encoding: str) -> None:
    assert read(SIMPLIFIED.encode(encoding), "a.txt").text == SIMPLIFIED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "big5hkscs"])
def test_traditional_text_in_each_encoding(encoding: str) -> None:
    text = SAMPLE.replace("〇", "零")
    assert read(text.encode(encoding), "a.txt").text == text


def test_utf8_that_was_cut_in_a_character_is_broken_not_another_encoding() -> None:
    with pytest.raises(UnreadableFileError, match="UTF-8"):
        read(SIMPLIFIED.encode()[:-1], "a.txt")


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02\x03" * 50, bytes(range(128, 256)) * 4, b" \n\n\t \n"])
def test_no_text_is_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableFileError) as raised:
        read(data, "a.txt")
    assert str(raised.value).startswith("a.txt: ")
    assert "\n" not in str(raised.value)


def test_the_seeds_have_the_grids_that_people_see(shared_dir: Path) -> None:
    shapes = {}
    for path in sorted((shared_dir / "seeds").glob("*.txt")):
        document = read(path.read_bytes(), path.name)
        assert_spans(document)
        assert document.text == path.read_text(encoding="utf-8")
        shapes[path.name[:3]] = [(len(t.rows), len(t.rows[0])) for t in document.tables]
    assert shapes == {"000": [(25, 5)], "001": [(36, 6)], "002": [], "003": [], "004": []}


def test_the_corpus_has_the_grids_that_people_see(shared_dir: Path) -> None:
    shapes = {}
    for path in sorted((shared_dir / "corpus").glob("*.txt")):
        document = read(path.read_bytes(), path.name)
        assert_spans(document)
        if tables := [(len(t.rows), len(t.rows[0])) for t in document.tables]:
            shapes[path.name[:3]] = tables
    assert shapes == {"104": [(11, 3)], "106": [(11, 3)], "203": [(9, 9)], "208": [(5, 4)]}
