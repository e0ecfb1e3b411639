"""Spreadsheets: merges, sheets, formats as people see them."""

from __future__ import annotations

import datetime as dt
import logging

import pytest
from openpyxl import Workbook

from ingestion.errors import UnreadableFileError
from ingestion.read import read
from ingestion.read.cellformats import shown
from tests.read.checks import assert_spans, only_table, texts
from tests.read.render import saved, sheet, zipped


def test_merged_cells_and_places() -> None:
    grid = [["年度表", "年度表", "年度表"], ["区域", "任务", "进展"], ["甲区", "治河", "1"], ["甲区", "修路", "2"]]
    document = read(sheet(grid, [(1, 1, 1, 3), (3, 1, 4, 1)]), "a.xlsx")
    assert_spans(document)
    table = only_table(document)
    assert texts(table) == grid
    assert table.title == "进展"
    assert table.rows[3][0].origin == (3, 1)


def test_rows_and_columns_are_numbered_as_the_program_does() -> None:
    book = Workbook()
    assert book.active is not None
    book.active["C4"] = "值"
    table = only_table(read(saved(book), "a.xlsx"))
    assert table.locator(table.rows[3][2]) == "table 1/row 4/cell 3"


def test_numbers_dates_and_percentages_read_as_people_see_them() -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append([0.0271, dt.date(2023, 9, 30), 1234.5, True, 0.1 + 0.2, dt.datetime(2023, 9, 30, 8, 5)])  # noqa: DTZ001
    page["A1"].number_format = "0.00%"
    page["B1"].number_format = 'yyyy"年"m"月"d"日"'
    page["C1"].number_format = '#,##0.00"万元"'
    assert texts(only_table(read(saved(book), "a.xlsx"))) == [
        ["2.71%", "2023年9月30日", "1,234.50万元", "TRUE", "0.3", "2023-09-30 8:05:00"]
    ]


@pytest.mark.parametrize(
    ("number_format", "raw", "text"),
    [
        ("General", "0.30000000000000004", "0.3"),
        ("General", "45.5", "45.5"),
        ("General", "1E-3", "0.001"),
        ("0%", "1.025", "103%"),
        ("0.0%", "0.99995", "100.0%"),
        ("#,##0", "-1234567", "-1,234,567"),
        ("0.00_ ;[Red]-0.00 ", "-3.255", "-3.26"),
        ("0.0;(0.0)", "-3.25", "(3.3)"),
        ('"约"0"个"', "3", "约3个"),
        ("0.##", "2", "2"),
        ("00", "7", "07"),
        ("0,", "12345", "12"),
        ("@", "12", "12"),
        ("yyyy/m/d", "45199", "2023/9/30"),
        ("yyyy-mm-dd hh:mm", "45199.3368055556", "2023-09-30 08:05"),
        ('m"月"', "45199", "9月"),
        ("[$-804]yyyy年m月;@", "45199", "2023年9月"),
        ("h:mm AM/PM", "0.75", "6:00 PM"),
        ("mmm-yy", "45199", "Sep-23"),
        ("# ?/?", "0.5", "0.5"),
        ("0.00E+00", "12345", "12345"),
        ("0.0", "#N/A", "#N/A"),
        ("yyyy/m/d", "-5", "-5"),
    ],
)
def test_a_number_in_its_format(number_format: str, raw: str, text: str) -> None:
    assert shown(raw, number_format) == text


def test_dates_of_books_that_count_from_1904() -> None:
    assert shown("43737", "yyyy/m/d", is_1904=True) == "2023/9/30"


def test_each_visible_sheet_is_a_table_and_a_hidden_one_is_noted(caplog: pytest.LogCaptureFixture) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.title = "甲区"
    book.active.append(["a", "b"])
    hidden = book.create_sheet("选项")
    hidden.append(["x"])
    hidden.sheet_state = "hidden"
    book.create_sheet("乙区").append(["c", "d"])
    with caplog.at_level(logging.WARNING):
        document = read(saved(book), "a.xlsx")
    assert [(t.title, texts(t)) for t in document.tables] == [("甲区", [["a", "b"]]), ("乙区", [["c", "d"]])]
    assert "选项" in caplog.text


def test_rows_that_a_filter_hides_still_count() -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["a"])
    book.active.append(["b"])
    book.active.row_dimensions[2].hidden = True
    assert texts(only_table(read(saved(book), "a.xlsx"))) == [["a"], ["b"]]


def test_a_formula_without_its_result_is_seen_as_its_text() -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append([1, "=A1/2"])
    assert texts(only_table(read(saved(book), "a.xlsx"))) == [["1", "=A1/2"]]


def test_a_book_without_text_is_unreadable() -> None:
    with pytest.raises(UnreadableFileError, match="没有任何文字"):
        read(saved(Workbook()), "a.xlsx")


def test_a_book_without_its_parts_is_unreadable() -> None:
    with pytest.raises(UnreadableFileError, match="缺少部件"):
        read(zipped({"xl/workbook.xml": b"<workbook/>"}), "a.xlsx")


def test_a_sheet_with_a_cell_at_the_end_of_the_world_is_refused() -> None:
    book = Workbook()
    assert book.active is not None
    book.active["XFD1048576"] = "值"
    with pytest.raises(UnreadableFileError, match="表格过大"):
        read(saved(book), "a.xlsx")
