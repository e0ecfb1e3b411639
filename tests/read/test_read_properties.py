"""Properties: what is written in a format reads back; nothing but an IngestionError ever comes out of bad bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.errors import IngestionError
from ingestion.read import read
from ingestion.read.decoding import decode
from ingestion.read.layout import strip
from tests.read import render
from tests.read.checks import assert_spans, only_table, texts

WORDS = st.text(alphabet="甲乙丙丁戊完成治理12345％（）、。 abc", min_size=1, max_size=12).map(strip)
LINE = WORDS.filter(bool)
CELL = st.lists(LINE, min_size=1, max_size=3).map("\n".join)


@st.composite
def grids(draw: st.DrawFn, cell: st.SearchStrategy[str] = CELL) -> list[list[str]]:
    width, height = draw(st.integers(2, 5)), draw(st.integers(2, 6))
    return [[draw(cell) for _ in range(width)] for _ in range(height)]


@st.composite
def merged_grids(draw: st.DrawFn) -> tuple[list[list[str]], list[render.Rectangle]]:
    """A grid whose first column is merged downwards in runs, each run's places with its first text."""
    grid = draw(grids())
    merged: list[render.Rectangle] = []
    row = 1
    while row <= len(grid):
        last = min(row + draw(st.integers(0, 2)), len(grid))
        if last > row:
            merged.append((row, 1, last, 1))
            for r in range(row, last):
                grid[r][0] = grid[row - 1][0]
        row = last + 1
    return grid, merged


def in_word(grid: render.Grid, merged: list[render.Rectangle]) -> bytes:
    return render.word(render.word_table(grid, merged))


@pytest.mark.parametrize(
    ("write", "name"),
    [(in_word, "a.docx"), (render.sheet, "a.xlsx"), (render.web, "a.html")],
)
@given(case=merged_grids())
@settings(max_examples=40, deadline=None)
def test_a_grid_with_merged_cells_reads_back(
    write: Callable[[render.Grid, list[render.Rectangle]], bytes],
    name: str,
    case: tuple[list[list[str]], list[render.Rectangle]],
) -> None:
    grid, merged = case
    document = read(write(grid, merged), name)
    assert_spans(document)
    table = only_table(document)
    collapse = (lambda t: "\n".join(" ".join(x.split()) for x in t.split("\n"))) if name == "a.html" else (lambda t: t)
    assert texts(table) == [[collapse(cell) for cell in row] for row in grid]
    for top, left, bottom, _ in merged:
        assert {table.rows[r - 1][left - 1].origin for r in range(top, bottom + 1)} == {(top, left)}


@given(grid=grids(st.lists(LINE, min_size=1, max_size=2).map("\n".join)))
@settings(max_examples=150, deadline=None)
def test_a_cell_dump_reads_back(grid: list[list[str]]) -> None:
    document = read(render.txt(grid, "题目"), "a.txt")
    assert_spans(document)
    assert texts(only_table(document)) == grid


@given(grid=grids(LINE), with_blank_paragraphs=st.integers(1, 3))
@settings(max_examples=100, deadline=None)
def test_a_cell_dump_with_empty_lines_in_its_cells_reads_back(
    grid: list[list[str]], with_blank_paragraphs: int
) -> None:
    long = [grid[0], *([*row[:-1], "滞后" + "\n" * (with_blank_paragraphs + 1) + row[-1]] for row in grid[1:])]
    assert texts(only_table(read(render.txt(long, "题目"), "a.txt"))) == long


@given(grid=grids(LINE))
@settings(max_examples=80, deadline=None)
def test_a_markdown_table_reads_back(grid: list[list[str]]) -> None:
    document = read(render.pipes(grid, "题目"), "a.md")
    assert_spans(document)
    assert texts(only_table(document)) == grid


CHINESE = "截至九月底全市已完成整治任务按进度推进其余项目年底前治理率达到生态环境工作"


@given(
    text=st.text(alphabet=CHINESE, min_size=8, max_size=80), encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"])
)
@settings(max_examples=150, deadline=None)
def test_text_decodes_in_each_encoding(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "a.txt") == text


@given(
    text=st.text(
        alphabet="截至九月底全市已完成整治任務按進度推進其餘項目年底前治理率達到生態環境工作", min_size=12, max_size=80
    )
)
@settings(max_examples=150, deadline=None)
def test_traditional_text_decodes_in_big5(text: str) -> None:
    assert decode(text.encode("big5"), "a.txt") == text


NAMES = st.sampled_from(["a.txt", "a.docx", "a.xlsx", "a.html", "a.bin", "a"])


def survives(data: bytes, name: str) -> None:
    try:
        assert_spans(read(data, name))
    except IngestionError as error:
        assert "\n" not in str(error)


@given(data=st.binary(max_size=400), name=NAMES)
@settings(max_examples=300, deadline=None)
def test_random_bytes_give_a_document_or_one_clear_line(data: bytes, name: str) -> None:
    survives(data, name)


@given(data=st.text(alphabet="\t\n\r |-<>甲。（）1、*#", max_size=200), name=st.sampled_from(["a.txt", "a.html"]))
@settings(max_examples=400, deadline=None)
def test_any_arrangement_of_marks_is_read(data: str, name: str) -> None:
    survives(data.encode(), name)


WHOLE = {
    "a.docx": render.word(render.paragraph("题") + render.word_table([["a", "b"], ["c", "d"]], [(1, 1, 2, 1)])),
    "a.xlsx": render.sheet([["a", "b"], ["c", "d"]], [(1, 1, 2, 1)]),
    "a.html": render.web([["a", "b"], ["c", "d"]], [(1, 1, 2, 1)], above="题"),
}


@given(name=st.sampled_from(sorted(WHOLE)), cut=st.floats(0, 1), flips=st.lists(st.floats(0, 0.999), max_size=5))
@settings(max_examples=200, deadline=None)
def test_cut_and_damaged_files_give_a_document_or_one_clear_line(name: str, cut: float, flips: list[float]) -> None:
    data = bytearray(WHOLE[name][: int(len(WHOLE[name]) * cut) or 1])
    for place in flips:
        data[int(place * len(data))] ^= 0x55
    survives(bytes(data), name)


@given(
    name=st.sampled_from(["a.docx", "a.xlsx"]),
    member=st.floats(0, 0.999),
    begin=st.floats(0, 1),
    length=st.integers(0, 60),
    put=st.sampled_from([b"", b"-1", b"99999999999", b"<w:tbl>", b"<w:tr/>", b'w:val="x"', b"</w:p>"]),
)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_parts_give_a_document_or_one_clear_line(
    name: str, member: float, begin: float, length: int, put: bytes
) -> None:
    with zipfile.ZipFile(io.BytesIO(WHOLE[name])) as archive:
        files = {n: archive.read(n) for n in archive.namelist()}
    chosen = sorted(files)[int(member * len(files))]
    start = int(begin * len(files[chosen]))
    files[chosen] = files[chosen][:start] + put + files[chosen][start + length :]
    survives(render.zipped(files), name)
