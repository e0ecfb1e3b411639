"""The place of a finding in its original: the right cell, merged cells drawn once, the quote marked in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import IngestionError
from ingestion.read import read
from ingestion.records import Document
from review.evidence import Original, excerpt, place_zh, read_original

HTML = """<h1>进展情况</h1><table>
<tr><th rowspan=2>区域</th><th colspan=2>九月</th></tr><tr><th>要求</th><th>进展</th></tr>
<tr><td rowspan=3>蓬江区</td><td>完成10个</td><td>完成整治 4个</td></tr>
<tr><td>完成20个</td><td>完成6个</td></tr>
<tr><td>完成30个</td><td>完成9个</td></tr>
<tr><td>江海区</td><td>完成5个</td><td>完成5个</td></tr>
</table><p>以上。</p>"""


@pytest.fixture(scope="module")
def document() -> Document:
    return read(f"<html><body>{HTML}</body></html>".encode(), "九月.html")


def texts(row: tuple) -> list[str]:
    return ["".join(text for text, _ in cell.pieces) for cell in row]


def test_the_cell_stands_under_its_headers_with_its_merged_neighbours(document: Document) -> None:
    shown = excerpt(document, "table 1/row 5/cell 3", "完成9个", around=1)
    assert shown is not None
    assert [texts(row) for row in shown.headers] == [["区域", "九月"], ["要求", "进展"]]
    assert (shown.headers[0][0].row_span, shown.headers[0][1].col_span) == (2, 2)
    assert [texts(row) for row in shown.rows] == [
        ["蓬江区", "完成20个", "完成6个"],
        ["完成30个", "完成9个"],
        ["江海区", "完成5个", "完成5个"],
    ]
    assert shown.rows[0][0].row_span == 2, "a merged cell reaches only as far as rows are shown"
    assert (shown.skipped, shown.left) == (1, 0)
    (place,) = [cell for row in shown.rows for cell in row if cell.is_place]
    assert place.pieces == (("完成9个", True),)


def test_a_quote_is_found_whatever_its_white_space(document: Document) -> None:
    shown = excerpt(document, "table 1/row 3/cell 3", "完成整治4个")
    assert shown is not None
    assert ("完成整治 4个", True) not in shown.rows[0][2].pieces, "the quote is not split where it was not written"
    shown = excerpt(document, "table 1/row 3/cell 3", "完成整治  4个")
    assert shown is not None
    assert shown.rows[0][2].pieces == (("完成整治 4个", True),)


def test_a_paragraph_stands_among_its_neighbours(document: Document) -> None:
    shown = excerpt(document, "paragraph 2", "上")
    assert shown is not None
    assert [(place, pieces) for pieces, place in shown.paragraphs] == [
        (False, (("进展情况", False),)),
        (True, (("以", False), ("上", True), ("。", False))),
    ]


@pytest.mark.parametrize(
    "locator", [None, "", "nowhere", "table 9/row 1/cell 1", "table 1/row 99/cell 1", "paragraph 99"]
)
def test_a_place_that_is_not_there_shows_nothing(document: Document, locator: str | None) -> None:
    assert excerpt(document, locator, "完成") is None


@given(st.integers(1, 6), st.integers(1, 3), st.text(max_size=20), st.integers(0, 9))
def test_no_place_and_no_quote_breaks_the_drawing(row: int, col: int, quote: str, around: int) -> None:
    document = read(f"<html><body>{HTML}</body></html>".encode(), "九月.html")
    shown = excerpt(document, f"table 1/row {row}/cell {col}", quote, around=around)
    assert shown is not None
    widths = {1: 3, 2: 3}
    for drawn in (shown.headers, shown.rows):
        covered = sum(cell.row_span * cell.col_span for line in drawn for cell in line)
        assert covered == len(drawn) * widths[1], "the drawn cells fill their rows exactly"


def test_places_in_words() -> None:
    assert place_zh("table 1/row 3/cell 5") == "第1表第3行第5格"
    assert place_zh("paragraph 12") == "第12段"
    assert place_zh(None) == ""


def test_an_original_that_is_gone_says_so(tmp_path: Path) -> None:
    with pytest.raises(IngestionError, match="无法打开"):
        read_original(Original(tmp_path / "gone", "九月.docx"))
