"""Real documents of other cities: what each is, and the items of its tables and lists."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingestion.read import read
from ingestion.records import Segmentation
from ingestion.segment import segment
from tests.segment.layouts import checked, said


@pytest.fixture(scope="module")
def corpus(shared_dir: Path) -> dict[str, Segmentation]:
    paths = sorted((shared_dir / "corpus").glob("*.txt"))
    assert paths
    return {path.name[:3]: checked(segment(read(path.read_bytes(), path.name))) for path in paths}


@pytest.mark.parametrize(
    ("key", "family", "items", "region", "as_of"),
    [
        ("102", "completion_list", 15, "济南市", date(2016, 12, 31)),
        ("104", "completion_list", 10, "广州市", date(2017, 12, 31)),
        ("106", "completion_list", 10, None, date(2021, 12, 31)),
        ("109", "narrative", 43, "资阳市", date(2022, 12, 31)),
        ("112", "narrative", 59, "邢台", None),
        ("117", "narrative", 9, "襄阳市", date(2018, 12, 31)),
        ("119", "narrative", 13, "四平市", date(2019, 12, 31)),
        ("121", "narrative", 24, "南昌市", date(2020, 12, 31)),
        ("122", "narrative", 15, "南宁市", date(2015, 12, 31)),
        ("203", "assessment_table", 22, "眉山市", date(2019, 12, 31)),
        ("204", "completion_list", 8, "重庆市", date(2015, 6, 30)),
        ("207", "narrative", 6, "宁德市", None),
        ("208", "completion_list", 11, "汉中市", date(2018, 8, 31)),
        ("211", "narrative", 7, "連雲港市", date(2025, 9, 30)),
        ("216", "narrative", 9, "谷城县", date(2019, 7, 14)),
    ],
)
def test_what_each_document_is(
    corpus: dict[str, Segmentation], key: str, family: str, items: int, region: str | None, as_of: date | None
) -> None:
    found = corpus[key]
    assert (found.family, len(found.items), found.region, found.as_of_date) == (family, items, region, as_of)


def test_a_weekly_bulletin_begins_with_its_week(corpus: dict[str, Segmentation]) -> None:
    assert corpus["216"].period_start == date(2019, 7, 8)


def test_the_registration_completes_a_period_without_a_year(shared_dir: Path) -> None:
    (path,) = (shared_dir / "corpus").glob("207*.txt")
    found = segment(read(path.read_bytes(), path.name), as_of=date(2021, 9, 6))
    assert (found.period_start, found.as_of_date) == (date(2021, 1, 1), date(2021, 8, 31))


def test_an_announced_list_tells_what_was_asked_from_what_was_done(corpus: dict[str, Segmentation]) -> None:
    first = corpus["102"].items[0]
    assert first.item_no == "一"
    assert [part.role for part in first.parts] == ["task", "requirement", "progress"]
    assert "49所" in said(first)["requirement"][0]
    assert "90所" in said(first)["progress"][0]


def test_a_colon_list_takes_its_totals_from_the_bracket(corpus: dict[str, Segmentation]) -> None:
    entries = corpus["204"].items[1:]
    assert [item.item_no for item in entries] == [str(n) for n in range(1, 8)]
    assert said(entries[0])["requirement"] == ["2013—2017年，共2606个村"]
    assert "requirement" not in said(entries[6])


def test_figure_columns_give_an_item_per_region_and_measure(corpus: dict[str, Segmentation]) -> None:
    rows = [item for item in corpus["203"].items if item.region == "东坡区"]
    assert [said(item)["task"] for item in rows] == [["城镇新增就业"], ["失业人员再就业"], ["登记失业率"]]
    assert [said(item)["requirement"] for item in rows] == [["8000"], ["1200"], ["4.3"]]
    assert [part.header for part in rows[0].of("progress")] == ["城镇新增就业实际（人）", "完成比例（%）"]
    assert rows[2].of("requirement")[0].header == "登记失业率控制目标（%，低于）"


def test_a_row_of_the_whole_city_is_the_city_s(corpus: dict[str, Segmentation]) -> None:
    assert [item.region for item in corpus["203"].items[:3]] == ["眉山市"] * 3


def test_a_table_inside_prose_stands_under_its_heading(corpus: dict[str, Segmentation]) -> None:
    found = corpus["208"].items
    assert [bool(item.of("statement")) for item in found] == [True, True, *[False] * 8, True]
    assert said(found[3])["task"] == ["续建", "1—8月完成投资"]
    assert [(p.text, p.header) for p in found[3].of("progress")] == [
        ("454.31亿元", "1—8月完成投资"),
        ("75%", "占年度计划"),
    ]
    assert found[3].parts[0].heading == ("市级重点项目",)


def test_markdown_cells_split_at_their_breaks(corpus: dict[str, Segmentation]) -> None:
    found = corpus["104"].items
    assert [part.sub_item for part in found[0].of("progress")] == [None, "(1)", "(2)"]
    assert found[0].of("progress")[0].text == "已完成。"
    assert not any("<br>" in part.text for item in found for part in item.parts)


def test_the_number_of_a_task_without_a_column_of_numbers(corpus: dict[str, Segmentation]) -> None:
    first = corpus["106"].items[0]
    assert first.item_no == "一"
    assert not said(first)["task"][0].startswith("一、")
    assert first.of("content")[0].header == "牵头单位"
