"""Separated values: the separator, quoted cells, encodings, damage."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.errors import UnreadableFileError
from ingestion.read import read
from ingestion.records import Document
from tests.read.checks import assert_spans, only_table, texts
from tests.read.render import values
from tests.read.test_read_properties import grids

GRID = [["序号", "任务", "进展"], ["1", "治河，修岸；护堤", "（1）完成3个\n（2）未动工"], ["2", "植“树”", '称"好"']]


def read_values(data: bytes, name: str = "a.csv") -> Document:
    document = read(data, name)
    assert_spans(document)
    assert document.format == "csv"
    return document


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_each_separator_in_each_encoding(separator: str, encoding: str) -> None:
    assert texts(only_table(read_values(values(GRID, separator, encoding)))) == GRID


@given(grid=grids(), separator=st.sampled_from([",", ";", "\t"]))
@settings(max_examples=80, deadline=None)
def test_a_grid_reads_back(grid: list[list[str]], separator: str) -> None:
    assert texts(only_table(read_values(values(grid, separator)))) == grid


def test_the_full_width_comma_is_text() -> None:
    assert texts(only_table(read_values("任务，进展\n治河，完成\n".encode()))) == [["任务，进展"], ["治河，完成"]]


def test_a_separator_inside_cells_does_not_win_over_the_one_between_them() -> None:
    data = "任务;进展\n治河,修岸;完成1,200米\n植树;完成3,400株\n".encode()
    assert texts(only_table(read_values(data))) == [
        ["任务", "进展"],
        ["治河,修岸", "完成1,200米"],
        ["植树", "完成3,400株"],
    ]


def test_the_separator_that_a_program_states_is_taken() -> None:
    assert texts(only_table(read_values(b"sep=;\r\na;b,c,d\r\n1;2,3,4\r\n"))) == [
        ["a", "b,c,d"],
        ["1", "2,3,4"],
    ]


def test_rows_keep_the_spreadsheets_numbers_and_one_width() -> None:
    table = only_table(read_values("年度表\n\n任务,进展\n治河,完成\n,\n,\n".encode()))
    assert texts(table) == [["年度表", ""], ["", ""], ["任务", "进展"], ["治河", "完成"]]
    assert table.locator(table.rows[3][1]) == "table 1/row 4/cell 2"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ('任务,进展\n治河,"完成\n植树,未完成\n', "第 2 行的引号没有闭合"),
        ("任务,进展\n治河," + "完" * 200_000, "第 2 行的单元格超过上限 131072 字"),
        (",,\n,,\n", "没有任何文字"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(data: str, said: str) -> None:
    with pytest.raises(UnreadableFileError, match=said) as raised:
        read(data.encode(), "a.csv")
    assert str(raised.value).startswith("a.csv: ")
    assert "\n" not in str(raised.value)


@given(data=st.text(alphabet=',;\t"\n\r 甲1', max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_arrangement_of_marks_gives_a_table_or_one_line(data: str) -> None:
    try:
        read_values(data.encode())
    except UnreadableFileError as error:
        assert "\n" not in str(error)


def test_a_private_sign_in_the_text_ends_nothing() -> None:
    assert texts(only_table(read_values("\ue000\n甲,乙\n丙,丁\n".encode()))) == [
        ["\ue000", ""],
        ["甲", "乙"],
        ["丙", "丁"],
    ]
