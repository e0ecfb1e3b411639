"""The five real documents: their items, regions, dates and families, and the same items from any format."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from ingestion.read import read
from ingestion.records import Segmentation, TextPart
from ingestion.segment import segment
from tests.read import render
from tests.read.checks import only_table, texts
from tests.segment.layouts import checked

DISTRICTS = {"蓬江区": 2, "江海区": 4, "新会区": 1, "台山市": 5, "开平市": 4, "鹤山市": 2, "恩平市": 6}


@pytest.fixture(scope="module")
def seeds(shared_dir: Path) -> dict[str, Segmentation]:
    paths = sorted((shared_dir / "seeds").glob("*.txt"))
    return {path.name[:3]: checked(segment(read(path.read_bytes(), path.name))) for path in paths}


def parts(found: Segmentation) -> list[TextPart]:
    return [part for item in found.items for part in item.parts]


@pytest.mark.parametrize(
    ("seed", "family", "items", "region", "start", "as_of", "by_city"),
    [
        ("000", "lag_table", 24, "江门市", date(2023, 1, 1), date(2023, 9, 30), True),
        ("001", "assessment_table", 35, "江门市", date(2020, 1, 1), date(2020, 6, 30), True),
        ("002", "completion_list", 10, "江蘇省", date(2023, 1, 1), date(2023, 12, 31), False),
        ("003", "narrative", 128, "XX市", date(2023, 1, 1), date(2023, 12, 31), False),
        ("004", "narrative", 93, "靖江市", date(2023, 1, 1), date(2023, 6, 30), False),
    ],
)
def test_what_each_document_is(
    seeds: dict[str, Segmentation],
    seed: str,
    family: str,
    items: int,
    region: str,
    start: date,
    as_of: date,
    by_city: bool,
) -> None:
    found = seeds[seed]
    assert (found.family, len(found.items), found.region) == (family, items, region)
    assert (found.period_start, found.as_of_date, found.campaign_year) == (start, as_of, as_of.year)
    assert found.issued_by_city is by_city
    assert not found.unplaced


def test_the_lag_table_by_district(seeds: dict[str, Segmentation]) -> None:
    found = seeds["000"]
    assert Counter(item.region for item in found.items) == DISTRICTS
    assert [item.item_no for item in found.items] == [str(n) for n in range(1, 25)]
    assert found.title is not None and found.title.endswith("（1-9月）")


def test_every_row_of_the_lag_table_asks_and_answers(seeds: dict[str, Segmentation]) -> None:
    for item in seeds["000"].items:
        assert len(item.of("task")) == 1
        assert item.of("requirement")
        assert [part.sub_item for part in item.of("progress")] == [None]
        assert item.parts[0].locator == f"table 1/row {item.seq + 1}/cell 3"


def test_numbered_requirements_of_the_lag_table(seeds: dict[str, Segmentation]) -> None:
    counts = [[part.sub_item for part in item.of("requirement")] for item in seeds["000"].items]
    funds = ["(1)", "(2)", "(3)", "(4)"]
    assert [n + 1 for n, numbers in enumerate(counts) if numbers == funds] == [1, 4, 7, 8, 15, 18]
    assert [n + 1 for n, numbers in enumerate(counts) if numbers == ["(1)", "(2)"]] == [13, 14, 17, 19]
    assert counts[19] == ["(1)", "(2)", "(3)"]


def test_the_assessment_table_has_five_rows_a_district(seeds: dict[str, Segmentation]) -> None:
    found = seeds["001"]
    assert Counter(item.region for item in found.items) == dict.fromkeys(DISTRICTS, 5)
    assert {part.header for part in parts(found) if part.role == "content"} == {"考核内容"}
    assert all(item.of("content") and item.of("requirement") and item.of("progress") for item in found.items)


def test_a_row_status_before_steps_and_before_sub_items(seeds: dict[str, Segmentation]) -> None:
    by_number = {item.item_no: [part.sub_item for part in item.of("progress")] for item in seeds["001"].items}
    assert by_number["4"] == [None, "1", "2", "3"]
    assert by_number["23"] == [None, "(1)", "(2)"]
    assert by_number["12"] == ["(1)", "(2)", "(3)"]
    assert by_number["24"] == ["(1)", "(2)"]


def test_a_paragraph_without_number_goes_on_with_its_sub_item(seeds: dict[str, Segmentation]) -> None:
    requirements = seeds["001"].items[10].of("requirement")
    assert [part.sub_item for part in requirements] == ["(1)", "(2)"]
    assert "12月底前" in requirements[0].text


def test_the_list_has_task_requirement_and_progress(seeds: dict[str, Segmentation]) -> None:
    for number, item in enumerate(seeds["002"].items, 1):
        assert item.item_no == str(number)
        assert [part.role for part in item.parts] == ["task", "requirement", "progress"]
        assert [part.header for part in item.parts] == [None, "工作任務", "完成情況"]
    assert seeds["002"].publisher == "辦公室"


def test_sections_of_the_yearly_report(seeds: dict[str, Segmentation]) -> None:
    found = parts(seeds["003"])
    assert {part.role for part in found} == {"statement"}
    assert Counter(part.section for part in found) == {"result": 87, "plan": 27, "problem": 14}
    assert {part.heading[0] for part in found if part.section == "plan"} == {"2024年工作计划"}


def test_a_stray_marker_is_no_statement_and_moves_no_span(seeds: dict[str, Segmentation]) -> None:
    found = parts(seeds["003"])
    marked = [part for part in found if "##" in part.text]
    assert len(marked) == 1
    assert marked[0].text.startswith("撤销")


def test_sections_and_publisher_of_the_half_year_report(seeds: dict[str, Segmentation]) -> None:
    found = seeds["004"]
    assert (found.publisher, found.document_number) == ("靖江市政府", None)
    assert Counter(part.section for part in parts(found)) == {"result": 62, "plan": 23, "problem": 8}
    targets = [part for part in parts(found) if part.text.startswith("2023年全市主要环境质量目标")]
    assert [(part.role, part.section, part.heading) for part in targets] == [
        ("statement", "result", ("环境质量指标完成情况",))
    ]


def test_a_point_without_a_stop_before_it_is_a_statement_of_its_own(seeds: dict[str, Segmentation]) -> None:
    paths = [part.heading[-1] for part in parts(seeds["004"]) if part.heading]
    assert "持续开展生物多样性调查" in paths
    assert not any("二是" in part.text for part in parts(seeds["004"]))


@pytest.mark.parametrize("format_name", ["docx", "xlsx", "html"])
@pytest.mark.parametrize("seed", ["000", "001"])
def test_a_table_says_the_same_in_every_format(seeds: dict[str, Segmentation], seed: str, format_name: str) -> None:
    original = seeds[seed]
    grid = texts(only_table(original.document))
    merged = region_runs(grid)
    title = original.title or ""
    data = {
        "docx": lambda: render.word(render.paragraph(title) + render.word_table(grid, merged)),
        "xlsx": lambda: render.sheet(
            [[title, *[""] * (len(grid[0]) - 1)], *grid], [(t + 1, c, b + 1, d) for t, c, b, d in merged]
        ),
        "html": lambda: render.web(grid, merged, above=title),
    }[format_name]()
    found = checked(segment(read(data, f"a.{format_name}")))
    assert (found.family, found.as_of_date, found.region) == (original.family, original.as_of_date, original.region)
    assert [outline(item.parts) for item in found.items] == [outline(item.parts) for item in original.items]
    assert [item.region for item in found.items] == [item.region for item in original.items]


def region_runs(grid: list[list[str]]) -> list[render.Rectangle]:
    """The runs of a district's name and the blanks below it, as merged cells."""
    runs: list[render.Rectangle] = []
    top = 2
    for row in range(3, len(grid) + 2):
        if row == len(grid) + 1 or grid[row - 1][1]:
            if row - 1 > top:
                runs.append((top, 2, row - 1, 2))
            top = row
    return runs


def outline(found: tuple[TextPart, ...]) -> list[tuple[str, str | None, str]]:
    """Role, number and words of parts, blanks aside."""
    return [(part.role, part.sub_item, "".join(part.text.split())) for part in found]
