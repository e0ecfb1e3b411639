"""Old workbooks (xls, et): merges, sheets, formats as people see them, damage."""

from __future__ import annotations

import datetime as dt
import io

import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.errors import IngestionError, UnreadableFileError
from ingestion.read import read
from ingestion.records import Document
from tests.read.checks import assert_spans, only_table, texts, told
from tests.read.render import old_sheet
from tests.read.test_read_properties import merged_grids


def saved(book: xlwt.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read_book(data: bytes, name: str = "a.xls") -> Document:
    document = read(data, name)
    assert_spans(document)
    assert document.format == "xls"
    return document


@given(case=merged_grids())
@settings(max_examples=40, deadline=None)
def test_a_grid_with_merged_cells_reads_back(case: tuple[list[list[str]], list[tuple[int, int, int, int]]]) -> None:
    grid, merged = case
    table = only_table(read_book(old_sheet(grid, merged)))
    assert texts(table) == grid
    for top, left, bottom, _ in merged:
        assert {table.rows[r - 1][left - 1].origin for r in range(top, bottom + 1)} == {(top, left)}


@pytest.mark.parametrize("name", ["a.xls", "a.et", "a.xlsx", "a.doc", "a"])
def test_content_decides_not_the_name(name: str) -> None:
    assert texts(only_table(read_book(old_sheet([["甲", "乙"]]), name))) == [["甲", "乙"]]


def test_numbers_dates_and_percentages_read_as_people_see_them() -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("进展")
    formats = ["0.00%", "0%", 'yyyy"年"m"月"d"日"', '#,##0.00"万元"', "General", "General", "@"]
    stored = [0.0271, 0.853, dt.date(2023, 9, 30), 1234.5, 0.1 + 0.2, 7, "0.5"]
    for col, (value, shown) in enumerate(zip(stored, formats, strict=True)):
        page.write(0, col, value, xlwt.easyxf(num_format_str=shown))
    page.write(0, 7, True)
    assert texts(only_table(read_book(saved(book)))) == [
        ["2.71%", "85%", "2023年9月30日", "1,234.50万元", "0.3", "7", "0.5", "TRUE"]
    ]


def test_dates_of_books_that_count_from_1904() -> None:
    book = xlwt.Workbook()
    book.dates_1904 = True
    book.add_sheet("甲").write(0, 0, 43737, xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    assert texts(only_table(read_book(saved(book)))) == [["2023-09-30"]]


def test_each_visible_sheet_is_a_table_and_a_hidden_one_is_set_aside() -> None:
    book = xlwt.Workbook()
    book.add_sheet("甲区").write(3, 2, "值")
    hidden = book.add_sheet("选项")
    hidden.write(0, 0, "上月完成36家")
    hidden.visibility = 1
    book.add_sheet("乙区").write(0, 0, "一\n二")
    document = read_book(saved(book))
    first, second = document.tables
    assert (first.title, second.title) == ("甲区", "乙区")
    assert first.locator(first.rows[3][2]) == "table 1/row 4/cell 3"
    assert texts(second) == [["一\n二"]]
    assert told(document, "hidden_sheet") == [("上月完成36家", "sheet 选项")]


def test_rows_and_columns_that_a_filter_hides_still_count_and_are_told() -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("甲")
    page.write(0, 0, "a")
    page.write(1, 0, "b")
    page.row(1).hidden = True
    page.write(0, 1, "c")
    page.col(1).hidden = True
    document = read_book(saved(book))
    assert texts(only_table(document)) == [["a", "c"], ["b", ""]]
    assert told(document, "hidden_row") == [("b", "table 1/row 2")]
    assert told(document, "hidden_column") == [("c", "table 1/row 1/cell 2")]


def test_a_book_without_text_is_unreadable() -> None:
    book = xlwt.Workbook()
    book.add_sheet("甲")
    with pytest.raises(UnreadableFileError, match="没有任何文字"):
        read(saved(book), "a.xls")


def test_text_under_an_old_workbooks_name_is_not_what_it_promises() -> None:
    with pytest.raises(UnreadableFileError, match=r"内容不是 \.et 应有的格式"):
        read("甲\t乙\n".encode(), "a.et")


WHOLE = old_sheet([["区域", "任务"], ["甲区", "治河"], ["甲区", "修路"]], [(2, 1, 3, 1)])


@pytest.mark.parametrize("keep", [520, 1024, 2048, 4096])
def test_a_truncated_book_is_unreadable(keep: int) -> None:
    assert keep < len(WHOLE)
    with pytest.raises(IngestionError, match=r"^a\.xls: [^\n]*$"):
        read(WHOLE[:keep], "a.xls")


@given(flips=st.lists(st.integers(0, len(WHOLE) - 1), min_size=1, max_size=6), mask=st.integers(1, 255))
@settings(max_examples=300, deadline=None)
def test_damaged_books_give_a_document_or_one_clear_line(flips: list[int], mask: int) -> None:
    data = bytearray(WHOLE)
    for place in flips:
        data[place] ^= mask
    try:
        assert_spans(read(bytes(data), "a.xls"))
    except IngestionError as error:
        assert "\n" not in str(error)
