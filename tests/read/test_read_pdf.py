"""PDF: grids, wrapped lines, tables over pages, running heads, scans, limits, damage."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.errors import IngestionError, UnreadableFileError
from ingestion.read import pdf as reader
from ingestion.read import pdfstreams, read, scan
from ingestion.records import Document
from tests.read.checks import assert_spans, only_table, texts, told
from tests.read.pdfwriter import HEIGHT, MARGIN, SIZE, WIDTH, Sheet, pdf, table
from tests.read.test_read_properties import merged_grids

WIDE = (150.0, 150.0, 150.0)


def read_pages(*pages: Sheet) -> Document:
    document = read(pdf(pages), "a.pdf")
    assert_spans(document)
    assert document.format == "pdf"
    return document


def prose(*lines: tuple[float, float, str]) -> Sheet:
    page = Sheet()
    for left, top, text in lines:
        page.write(left, top, text)
    return page


def refusal(data: bytes) -> str:
    with pytest.raises(IngestionError) as raised:
        read(data, "a.pdf")
    assert str(raised.value).startswith("a.pdf: ")
    assert "\n" not in str(raised.value)
    return raised.value.message


@given(case=merged_grids())
@settings(max_examples=30, deadline=None)
def test_a_grid_with_merged_cells_reads_back(case: tuple[list[list[str]], list[tuple[int, int, int, int]]]) -> None:
    grid, merged = case
    page = Sheet(width=1600.0)
    # so wide that no line fills its cell: every line end is one that was meant
    table(page, grid, MARGIN, [280.0] * len(grid[0]), merged)
    found = only_table(read_pages(page))
    assert texts(found) == grid
    for top, left, bottom, _ in merged:
        assert {found.rows[r - 1][left - 1].origin for r in range(top, bottom + 1)} == {(top, left)}


def test_lines_that_fill_their_cell_are_one_and_others_are_not() -> None:
    page = Sheet()
    grid = [["任务", "进展"], ["治河", "（1）截至九月底已完成三公\n里，完成率75%。\n（2）未动工"]]
    table(page, grid, MARGIN, (60.0, 140.0))
    assert texts(only_table(read_pages(page)))[1][1] == "（1）截至九月底已完成三公里，完成率75%。\n（2）未动工"


def test_a_word_or_figure_that_had_no_room_shows_a_wrapped_line() -> None:
    page = Sheet()
    table(page, [["任务", "进展"], ["治河", "完成投资总额\n12345.67万元"]], MARGIN, (60.0, 100.0))
    assert texts(only_table(read_pages(page)))[1][1] == "完成投资总额12345.67万元"


def test_a_new_number_after_a_full_sentence_begins_a_line_however_full_the_last_was() -> None:
    page = Sheet()
    table(page, [["任务", "进展"], ["治河", "1、完成三公里。\n2、未动工"]], MARGIN, (60.0, 90.0))
    assert texts(only_table(read_pages(page)))[1][1] == "1、完成三公里。\n2、未动工"


def test_prose_and_tables_in_reading_order_with_wrapped_paragraphs_joined() -> None:
    full = "截至九月底全市重点任务总体按进度推进有关情况报告如下各区均已报送材料并经核对无误属实情"
    page = prose((200, 80, "年度工作总结"), (MARGIN + 2 * SIZE, 110, full), (MARGIN, 125, "其中三区已完成。"))
    page.write(MARGIN + 2 * SIZE, 140, "下一步继续推进。")
    end = table(page, [["任务", "进展"], ["治河", "完成"]], 170, (60.0, 128.0))
    page.write(MARGIN, end + 20, "备注：无")
    page.write(MARGIN, end + 40, "第二条备注，到行末为止写满了才算换行，否则就是新的一段，")
    document = read_pages(page)
    assert [getattr(b, "text", "表") for b in document.blocks] == [
        "年度工作总结", full + "其中三区已完成。", "下一步继续推进。", "表", "备注：无",
        "第二条备注，到行末为止写满了才算换行，否则就是新的一段，",
    ]  # fmt: skip


HEADER = ["序号", "任务", "进展"]


def paged(number: int, rows: list[list[str]], top: float = 90.0) -> Sheet:
    page = Sheet()
    page.write(250, 30, "某市重点任务")
    page.write(290, HEIGHT - 40, f"- {number} -")
    table(page, rows, top, WIDE)
    return page


def test_a_table_over_pages_is_one_with_its_header_once_and_no_page_furniture() -> None:
    document = read_pages(
        paged(1, [HEADER, ["1", "治河", "完成"]]),
        paged(2, [HEADER, ["2", "修路", "滞后"], ["3", "植树", "完成"]]),
        paged(3, [["4", "清淤", "完成"]]),
    )
    assert texts(only_table(document)) == [
        HEADER, ["1", "治河", "完成"], ["2", "修路", "滞后"], ["3", "植树", "完成"], ["4", "清淤", "完成"],
    ]  # fmt: skip
    assert not list(document.paragraphs)


def test_a_row_that_a_page_s_end_cut_is_one_row() -> None:
    document = read_pages(
        paged(1, [HEADER, ["1", "治河", "完成三"]]), paged(2, [HEADER, ["", "", "公里。"], ["2", "修路", "滞后"]])
    )
    assert texts(only_table(document)) == [HEADER, ["1", "治河", "完成三公里。"], ["2", "修路", "滞后"]]


def test_a_merged_cell_goes_on_over_a_page_s_end() -> None:
    first, second = Sheet(), Sheet()
    table(first, [["区", "号", "任务"], ["甲", "1", "a"], ["", "2", "b"]], 90, WIDE, [(2, 1, 3, 1)])
    table(second, [["区", "号", "任务"], ["", "3", "c"], ["乙", "4", "d"]], 90, WIDE)
    found = only_table(read_pages(first, second))
    assert [row[0].text for row in found.rows] == ["区", "甲", "甲", "甲", "乙"]


def test_tables_with_other_columns_or_with_prose_between_are_apart() -> None:
    second = Sheet()
    table(second, [["a", "b"], ["c", "d"]], 90, (100.0, 100.0))
    third = prose((MARGIN, 200, "附表"))
    table(third, [["e", "f"], ["g", "h"]], 230, (100.0, 100.0))
    document = read_pages(paged(1, [HEADER, ["1", "x", "y"]]), second, third)
    assert [len(t.rows) for t in document.tables] == [2, 2, 2]


def test_a_merged_cell_without_a_lower_border_keeps_its_text() -> None:
    page = Sheet()
    table(page, [["区", "任务"], ["", "a"], ["", "b"]], 90, (60.0, 100.0))
    page.rectangles = [r for r in page.rectangles if not (r[0] == MARGIN and r[1] > 90)]
    page.write(MARGIN + 4, 130, "甲区")
    found = only_table(read_pages(page))
    assert [row[0].text for row in found.rows] == ["区", "甲区", "甲区"]


def test_a_figure_at_the_foot_that_belongs_to_the_text_is_no_page_number() -> None:
    page = prose(*[(MARGIN, HEIGHT - 74 + 13 * n, text) for n, text in enumerate(["完成数", "36", "未完成数", "12"])])
    assert [p.text for p in read_pages(page).paragraphs] == ["完成数", "36", "未完成数", "12"]


def test_radicals_read_as_the_characters_that_they_look_like() -> None:
    assert read_pages(prose((MARGIN, 100, "⼯⻓⽔工"))).text == "工长水工"


def test_a_frame_around_prose_is_no_table() -> None:
    page = prose((100, 100, "框内文字"))
    page.rectangles.append((90, 90, 300, 130))
    assert [p.text for p in read_pages(page).paragraphs] == ["框内文字"]


def test_a_scan_is_refused_and_a_single_scanned_page_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "is_installed", lambda: False)
    assert "字迹为图像" in refusal(pdf([Sheet(picture=True)]))
    document = read_pages(prose((MARGIN, 100, "正文")), Sheet(picture=True))
    assert (document.text, document.format) == ("正文", "pdf")
    assert told(document, "unread_page") == [("", "page 2")]


def test_an_empty_page_is_no_scan() -> None:
    assert "没有任何文字" in refusal(pdf([Sheet()]))


def test_running_heads_stand_in_no_block_and_page_numbers_nowhere() -> None:
    document = read_pages(paged(1, [HEADER, ["1", "治河", "完成"]]), paged(2, [HEADER, ["2", "修路", "滞后"]]))
    assert told(document, "running_head") == [("某市重点任务", "running head")]
    assert "- 1 -" not in document.text


def test_a_password_is_named() -> None:
    assert "密码" in refusal(pdf([prose((MARGIN, 100, "正文"))], encrypted=True))


def test_limits_name_what_was_found_and_what_is_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [prose((MARGIN, 100, "正文")), prose((MARGIN, 100, "正文"))]
    monkeypatch.setattr(reader, "MAX_PAGES", 1)
    assert "2 页，上限 1 页" in refusal(pdf(pages))
    monkeypatch.setattr(reader, "MAX_PAGES", 5)
    monkeypatch.setattr(reader, "MAX_SIGNS_ON_A_PAGE", 1)
    assert "第 1 页有 2 字，上限 1" in refusal(pdf(pages))
    monkeypatch.setattr(reader, "MAX_SIGNS_ON_A_PAGE", 100)
    monkeypatch.setattr(reader, "MAX_SECONDS", -1)
    assert "超过 -1 秒上限" in refusal(pdf(pages))


def test_a_stream_that_unpacks_beyond_the_limit_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = prose((MARGIN, 100, "正文")).content()
    packed = pdf([Sheet()], packed=content + b" " * 40_000_000)
    assert len(packed) < 100_000
    assert read(packed, "a.pdf").text == "正文"
    monkeypatch.setattr(pdfstreams, "MAX_UNPACKED_BYTES", 30_000_000)
    assert "超过上限 30000000 字节" in refusal(packed)


def test_streams_within_the_limit_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = zlib.compress(b"x" * 1000)
    monkeypatch.setattr(pdfstreams, "MAX_UNPACKED_BYTES", 1999)
    pdfstreams.refuse_bombs(b"stream\n" + packed + b"endstream", "a.pdf")
    pdfstreams.refuse_bombs(b"stream\nxdamaged" + packed, "a.pdf")
    with pytest.raises(UnreadableFileError):
        pdfstreams.refuse_bombs((b"stream\n" + packed + b"endstream") * 2, "a.pdf")


def test_lines_that_the_margin_s_punctuation_hangs_over_do_not_widen_it() -> None:
    full = "截至九月底全市重点任务总体按进度推进有关情况报告如下各区均已报送材料并经核对无误属实情"
    page = prose((MARGIN + 10, 80, full + "，"), (MARGIN, 95, full + "况"), (MARGIN, 110, "下段"))
    assert [p.text for p in read_pages(page).paragraphs] == [full + "，" + full + "况" + "下段"]


def test_a_page_that_is_a_drawing_reads_as_prose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_MOST_RULES", 3)
    page = Sheet()
    table(page, [["甲", "乙"], ["丙", "丁"]], 100, (60.0, 60.0))
    assert not list(read_pages(page).tables)


def test_nothing_is_lost_at_the_page_s_edge() -> None:
    page = prose((1, 1, "左上"), (WIDTH - 21, HEIGHT - 12, "右下"))
    assert [p.text for p in read_pages(page).paragraphs] == ["左上", "右下"]


_PAGE = prose((MARGIN, 80, "题"))
table(_PAGE, [["a", "b"], ["c", "d"]], 100, (60.0, 60.0))
WHOLE = pdf([_PAGE])


@given(cut=st.floats(0.05, 1), flips=st.lists(st.floats(0, 0.999), max_size=5), mask=st.integers(1, 255))
@settings(max_examples=150, deadline=None)
def test_cut_and_damaged_files_give_a_document_or_one_clear_line(cut: float, flips: list[float], mask: int) -> None:
    data = bytearray(WHOLE[: int(len(WHOLE) * cut)])
    for place in flips:
        data[int(place * len(data))] ^= mask
    try:
        assert_spans(read(bytes(data), "a.pdf"))
    except IngestionError as error:
        assert "\n" not in str(error)


def columns_of(rows: list[list[str]], top: float, step: float, lefts: tuple[float, ...]) -> Sheet:
    """A page of texts in columns without rules; a line end in a text begins another line below it."""
    page = Sheet()
    for row in rows:
        for left, text in zip(lefts, row, strict=True):
            for n, line in enumerate(text.split("\n")):
                page.write(left, top + 13 * n, line)
        top += step
    return page


def test_a_table_without_rules_is_found_by_its_columns() -> None:
    rows = [["序号", "任务", "进展"], ["1", "整治河道", "完成"], ["2", "修路", "滞后"], ["", "植树", "完成"]]
    page = columns_of(rows, 150, 16, (72, 130, 300))
    page.write(72, 100, "表一如下，数据截至九月底")
    page.write(72, 250, "备注：无")
    document = read_pages(page)
    assert texts(only_table(document)) == rows
    assert [getattr(b, "text", "表") for b in document.blocks] == ["表一如下，数据截至九月底", "表", "备注：无"]


def test_rows_of_several_lines_are_told_by_the_room_between_them() -> None:
    rows = [
        ["序号", "任务", "进展"],
        ["1", "治理河道三公\n里", "已完成"],
        ["2", "修路", "滞后，\n未动工"],
        ["3", "植树", "完成"],
    ]
    found = texts(only_table(read_pages(columns_of(rows, 150, 36, (72, 130, 300)))))
    assert found[1:3] == [["1", "治理河道三公里", "已完成"], ["2", "修路", "滞后，未动工"]]


def test_prose_with_gaps_and_two_columns_are_no_table() -> None:
    page = columns_of([["甲市", "报告"], ["乙市", "报告"], ["丙市", "报告"]], 150, 16, (72, 300))
    page.write(72, 300, "填报单位：某局      日期：九月      联系人：某")
    assert not list(read_pages(page).tables)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [("已完成16", "家", "已完成16家"), ("约3×10", "吨", "约3×10¹吨"), ("面积9m", "。", "面积9m1。")],
)
def test_small_raised_signs_are_marks_of_notes(before: str, after: str, shown: str) -> None:
    page = prose((MARGIN, 100, before))
    page.write(MARGIN + SIZE * len(before), 98, "1", SIZE * 0.6)
    page.write(MARGIN + SIZE * (len(before) + 0.7), 100, after)
    assert read_pages(page).text == shown
