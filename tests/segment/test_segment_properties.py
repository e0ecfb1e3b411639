"""Properties of whole documents: nothing is lost, spans stand, and only IngestionErrors come out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.errors import IngestionError
from ingestion.read import read
from ingestion.segment import segment
from tests.read import render
from tests.segment.layouts import checked, of_text, said

REGIONS = ["蓬江区", "江海区", "新会区", "台山市"]
TEXT = st.text(alphabet="治河修路管网公里完成滞后", min_size=2, max_size=12)


@st.composite
def filings(draw: st.DrawFn) -> list[tuple[str, str, list[str], str, list[str]]]:
    """Items: region, task, requirements, status, progress per requirement."""
    items = []
    for region in draw(st.lists(st.sampled_from(REGIONS), min_size=1, max_size=4, unique=True)):
        for _ in range(draw(st.integers(1, 3))):
            count = draw(st.integers(1, 3))
            asked = [draw(TEXT) for _ in range(count)]
            items.append(
                (
                    region,
                    draw(TEXT),
                    asked,
                    draw(st.sampled_from(["滞后。", "按进度推进。"])),
                    [draw(TEXT) for _ in asked],
                )
            )
    return items


def cell(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else "\n".join(f"（{n}）{text}" for n, text in enumerate(texts, 1))


COLUMNS = ["序号", "区域", "主要任务", "目标要求", "完成情况"]


@pytest.mark.parametrize("format_name", ["txt", "md", "docx", "xlsx", "html"])
@given(items=filings(), order=st.permutations(range(5)))
@settings(max_examples=25, deadline=None)
def test_what_a_district_files_comes_back_from_every_format(
    format_name: str, items: list[tuple[str, str, list[str], str, list[str]]], order: list[int]
) -> None:
    grid, merged = table_of(items, order)
    data = {
        "txt": lambda: render.txt(grid, TITLE),
        "md": lambda: render.pipes(grid, TITLE),
        "docx": lambda: render.word(render.paragraph(TITLE) + render.word_table(grid, merged)),
        "xlsx": lambda: render.sheet([[TITLE, "", "", "", ""], *grid], [(t + 1, c, b + 1, d) for t, c, b, d in merged]),
        "html": lambda: render.web(grid, merged, above=TITLE),
    }[format_name]()
    found = checked(segment(read(data, f"a.{format_name}")))
    assert found.issued_by_city is (len({item[0] for item in items}) > 1)
    assert [item.region for item in found.items] == [item[0] for item in items]
    for read_item, (_, task, asked, status, done) in zip(found.items, items, strict=True):
        assert said(read_item)["task"] == [task]
        assert said(read_item)["requirement"] == asked
        joined = "\n".join(said(read_item)["progress"])
        assert joined.startswith(status)
        assert all(text in joined for text in done)


TITLE = "江门市2023年重点任务进展情况表（1-9月）"


def table_of(
    items: list[tuple[str, str, list[str], str, list[str]]], order: list[int]
) -> tuple[list[list[str]], list[render.Rectangle]]:
    """The items as a grid with the columns in an order, a region's name only in its first row, its cells merged."""
    rows = []
    for number, (region, task, asked, status, done) in enumerate(items, 1):
        rows.append([str(number), region, task, cell(asked), status + "\n" + cell(done)])
    merged = []
    region_column = order.index(1) + 1
    top = 0
    for number in range(1, len(rows) + 1):
        if number == len(rows) or rows[number][1] != rows[top][1]:
            if number - top > 1:
                merged.append((top + 2, region_column, number + 1, region_column))
            top = number
    for number in range(len(rows) - 1, 0, -1):
        if rows[number][1] == rows[number - 1][1]:
            rows[number][1] = ""
    return [[row[i] for i in order] for row in [COLUMNS, *rows]], merged


@given(st.lists(TEXT, min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_every_sentence_of_a_narrative_is_a_statement(sentences: list[str]) -> None:
    body = "".join(f"{text}{n}个。" for n, text in enumerate(sentences))
    found = of_text(f"江门市2023年度工作总结\n{body}\n")
    assert "".join(part.text for item in found.items for part in item.parts) == body


MARKS = st.text(alphabet="一二三、（）1.甲完成情况：任务目标\n\t|。；《》“序号区域", max_size=200)


@given(MARKS)
@settings(max_examples=300, deadline=None)
def test_any_arrangement_of_words_and_marks_is_laid_out_or_refused(text: str) -> None:
    try:
        checked(segment(read(text.encode(), "a.txt")))
    except IngestionError as error:
        assert "\n" not in str(error)
