"""What the pages say of absence, of change, of levels that hold so far, and of lists of exceptions: in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.publishing.dashboard.conftest import Open, go, read_data, rows_of

pytestmark = pytest.mark.xdist_group("in_a_browser")

HEARD = {"requirement_count": 5, "published_count": 5, "not_reported_count": 0, "under_review_count": 0}
SILENT = {**HEARD, "published_count": 0, "not_reported_count": 5}
MIXED = {**HEARD, "published_count": 0, "not_reported_count": 3, "under_review_count": 2}
PARTLY = {**HEARD, "published_count": 3, "not_reported_count": 2}
EMPTY = dict.fromkeys(HEARD, 0)


def tile(page: Any, name: str) -> str:
    """The small print under a figure."""
    found = page.locator(".figures a").filter(has=page.get_by_text(name, exact=True))
    return str(found.locator("small").inner_text()).strip()


def test_a_region_that_was_not_heard_is_never_told_to_have_no_lag(uneven_pages: Path, open_page: Open) -> None:
    page = open_page(uneven_pages, "overview?period=2023-09")
    told = page.locator(".two .chart").first.get_attribute("aria-label")
    assert "江海区 数据待核；" in told
    assert "蓬江区 未见滞后（2项未报或待核）" in told
    assert "无滞后" not in told
    colours = page.evaluate(
        "Object.fromEntries(alive[0][0].getOption().series[0].data.map((d) => [d.name, d.itemStyle.areaColor]))"
    )
    (area,) = read_data(uneven_pages / "published" / "dashboard", "index")["areas"]
    keys = {region["name"]: region["key"] for region in area["regions"]}
    assert (colours[keys["江海区"]], colours[keys["蓬江区"]]) == ("#ffffff", "#e9eef2")
    assert "江海区本期数据待核，其数字空缺，不作为零" in page.locator(".headline").inner_text()
    assert page.locator(".legend .absent").inner_text() == "未报或待核"
    row = page.locator(".two table tbody tr").filter(has_text="江海区")
    assert row.locator("td").nth(2).inner_text() == "—", "no nought of what nobody knows"
    go(page, "streaks?period=2023-09")
    assert "江海区" in page.locator("section").first.locator("tbody tr").last.inner_text()


@pytest.mark.parametrize(
    ("score", "lagging", "words"),
    [
        (HEARD, 0, "无滞后"), (HEARD, 2, "滞后2项"), (PARTLY, 0, "未见滞后（2项未报或待核）"), (PARTLY, 1, "滞后1项"),
        (SILENT, 0, "未报送"), (SILENT, 3, "未报送，原滞后3项"), (EMPTY, 0, "本期无数据"),
        (MIXED, 0, "数据待核"), (MIXED, 1, "数据待核，原滞后1项"),
    ],
)  # fmt: skip
def test_the_words_of_the_map(
    sample_pages: Path, open_page: Open, score: dict[str, int], lagging: int, words: str
) -> None:
    page = open_page(sample_pages)
    assert page.evaluate("mapWords", {**score, "lagging_count": lagging}) == words


def test_that_nothing_lags_is_said_only_where_everything_was_heard(sample_pages: Path, open_page: Open) -> None:
    page = open_page(sample_pages)
    assert page.evaluate("noLagWords", HEARD) == "本期没有滞后的要求。"
    assert page.evaluate("noLagWords", MIXED) == "本期未见滞后的要求（5项未报或待核）。"


def test_a_change_compares_who_was_heard_in_both_months(sample_pages: Path, open_page: Open) -> None:
    page = open_page(sample_pages, "overview?period=2023-09")
    assert tile(page, "滞后") == "比2023年8月 +9（同报6个区域）", "新会区 was silent in August"
    assert tile(page, "未报送") == "比2023年8月 −14", "who is silent is known of everybody"
    go(page, "overview?period=2023-08")
    assert tile(page, "滞后") == "比2023年7月 +3（同报5个区域）"
    go(page, "overview?period=2023-07")
    assert tile(page, "滞后") == ""


def test_a_change_that_nobody_was_heard_in_twice_or_that_a_list_of_exceptions_has_is_not_told(
    sample_pages: Path, open_page: Open
) -> None:
    page = open_page(sample_pages)
    ask = """([then, family]) => heardChange({
        totals: { period: "2023-09" }, before: { period: "2023-08", requirement_count: 5 }, rows: [{ family }],
        scores: [{ region_key: "a", requirement_count: 5, published_count: 5, lagging_count: 4 }],
    }, [{ region_key: "a", period: "2023-08", requirement_count: 5, published_count: then, lagging_count: 1 }],
      "lagging_count")"""
    assert page.evaluate(ask, [5, "narrative"]) == "比2023年8月 +3"
    assert page.evaluate(ask, [0, "narrative"]) is None
    assert page.evaluate(ask, [5, "lag_table"]) is None


def test_a_level_that_holds_so_far_is_not_completed(sample_pages: Path, open_page: Open) -> None:
    rows = rows_of(read_data(sample_pages / "published" / "dashboard", "440700/2023-09")["rows"])
    held = [row for row in rows if row["computed_status"] == "met_so_far" and not row["is_lagging"]]
    page = open_page(sample_pages, "list?period=2023-09&only=met_so_far")
    assert page.locator("main tbody tr").count() == len(held) > 0
    assert set(page.locator("main tbody .state").all_inner_texts()) == {"◐目前达标"}
    assert page.evaluate("CONCERN.slice(-3)") == ["open", "met_so_far", "met"]
    cell = {"cell_status": "met_so_far", "requirement_count": 2}
    place = [cell, {"task_key": "t", "task_name": "任务"}, {"key": "r", "name": "区"}]
    assert page.evaluate("(given) => matrixCell(...given).textContent", place) == "◐目前达标2项"


def test_what_the_city_determined_completed_is_completed_on_every_page(uneven_pages: Path, open_page: Open) -> None:
    page = open_page(uneven_pages, "list?period=2023-09&only=met")
    rows = rows_of(read_data(uneven_pages / "published" / "dashboard", "440700/2023-09")["rows"])
    (determined,) = [row for row in rows if row["determined_status"] == "completed"]
    assert determined["computed_status"] == "not_due"
    assert page.locator(f"main tbody a[href*='{determined['progress_key']}']").count() == 1
    differing = page.evaluate(
        """async () => {
          const [lists, year] = await Promise.all([XUSHI.load("440700/2023-09"), XUSHI.load("440700/2023")]);
          const points = byKey(year.points, "progress_key");
          return objects(lists.rows).filter((row) => stateOf(row) !== stateOf(points.get(row.progress_key))).length;
        }"""
    )
    assert differing == 0, "curves and streaks show the list's states"


def test_one_list_of_exceptions_is_enough_that_nobody_is_ranked(sample_pages: Path, open_page: Open) -> None:
    page = open_page(sample_pages)
    ask = """(families) => lagWords({
        totals: { lagging_count: 6, overdue_count: 0 }, rows: families.map((family) => ({ family })),
        scores: [3, 2, 1].map((n) => ({ region_name: `区${n}`, lagging_count: n })),
    })"""
    assert page.evaluate(ask, ["narrative", "narrative"]) == "滞后6项，其中逾期0项；最多的是区3（3项）。"
    assert page.evaluate(ask, ["narrative", "lag_table"]) == "滞后6项，其中逾期0项。"
    every = """(families) => isExceptionList({ rows: families.map((family) => ({ family })) }, "every")"""
    assert page.evaluate(every, ["narrative", "lag_table"]) is False, "a note on the whole period needs all of it"
    assert page.evaluate(every, ["lag_table", None]) is True


def test_a_cell_says_how_many_of_its_requirements_its_word_is_about(sample_pages: Path, open_page: Open) -> None:
    page = open_page(sample_pages)
    counts = {"requirement_count": 3, "not_reported_count": 1, "under_review_count": 2, "pace_note_count": 1}
    said = {
        state: page.evaluate("cellWords", {**counts, "cell_status": state})
        for state in ("not_reported", "under_review", "pace_note", "open", "met")
    }
    assert said == {
        "not_reported": "1/3项", "under_review": "2/3项", "pace_note": "1/3项", "open": "3项", "met": "3项",
    }  # fmt: skip


def test_a_share_of_an_investment_is_not_drawn_as_completion(sample_pages: Path, open_page: Open) -> None:
    page = open_page(sample_pages)
    ask = """(type) => doneOf({ publication_status: "published", computed_completion_pct: null, unit: "%",
        actual_value: 62, reported_completion_pct: 80 }, { indicator_type: type })"""
    assert page.evaluate(ask, "reference") is None
    assert page.evaluate(ask, "fund_execution") == 62


def test_the_back_test_says_what_it_compares(sample_pages: Path, open_page: Open) -> None:
    page = open_page(sample_pages, "analysis")
    text = page.locator("main section").last.inner_text()
    assert "市局同期认定滞后的有多少" in text
    assert "到期" not in text, "the verdict is of the same date, before anything is due"
