"""A real Chromium opens the pages from disk: every route, both languages, no request outside, no hostile text run.

With XUSHI_SCREENSHOTS=docs/images the pictures that the documentation shows are taken anew.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.publishing.dashboard.conftest import Open, go, read_data, rows_of
from tests.review.conftest import SHOTS

pytestmark = pytest.mark.xdist_group("in_a_browser")

ROUTES = (
    "overview", "overview?period=2023-07", "matrix", "list", "list?only=lagging", "list?only=absent&period=2023-08",
    "curves", "streaks", "contradictions", "filings", "withheld?period=2023-07", "search?q=VOCs", "analysis", "nowhere",
)  # fmt: skip


def key_of(home: Path, **wanted: Any) -> str:
    """The key of a record of September that has these values."""
    rows = rows_of(read_data(home / "published" / "dashboard", "440700/2023-09")["rows"])
    return next(str(row["progress_key"]) for row in rows if all(row[name] == value for name, value in wanted.items()))


@pytest.mark.parametrize(("language", "width"), [("zh", 1280), ("en", 1280), ("zh", 390)])
def test_every_route_is_accessible_and_fits(sample_pages: Path, open_page: Open, language: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(sample_pages, f"?lang={language}", width, bypass_csp=True)  # the judge itself is put into the page
    for route in (*ROUTES, f"evidence/{key_of(sample_pages, is_overdue=True)}"):
        go(page, f"{route}{'&' if '?' in route else '?'}lang={language}")
        found = Axe().run(page, options={"preload": False}).response["violations"]
        assert [
            f"{v['id']} {v['nodes'][0]['html'][:90]}" for v in found if v["impact"] in ("serious", "critical")
        ] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, route
        assert page.locator("html").get_attribute("lang") == {"zh": "zh-CN", "en": "en"}[language]


def test_every_figure_of_the_first_page_leads_to_its_rows_and_they_to_the_evidence(
    sample_pages: Path, open_page: Open
) -> None:
    page = open_page(sample_pages)
    for name in ("考核要求", "已到期", "滞后", "其中逾期"):
        tile = page.locator(".figures a").filter(has=page.get_by_text(name, exact=True))
        said = int(tile.locator("strong").inner_text())
        tile.click()
        page.wait_for_selector("main .filters")
        assert f"共{said}项" in page.locator("main [role=status]").inner_text()
        assert page.locator("main tbody tr").count() == said
        go(page, "overview")
    go(page, f"evidence/{key_of(sample_pages, actual_value=74.29)}")
    text = page.locator("main").inner_text()
    assert "差0.71个百分点" in text, "the reason with its arithmetic"
    assert "第1表第2行第5格" in text
    assert "台山市2023年9月环境保护重点任务进展.html" in text
    assert "尚未认定" in text
    assert "2023年7月" in page.locator("main section").last.inner_text()


def test_an_address_with_a_key_alone_finds_its_period(sample_pages: Path, open_page: Open) -> None:
    rows = rows_of(read_data(sample_pages / "published" / "dashboard", "440700/2023-07")["rows"])
    page = open_page(sample_pages, f"evidence/{rows[0]['progress_key']}")
    assert page.locator("select[name=period]").input_value() == "2023-07"
    assert rows[0]["requirement_text"] in page.locator("h1").inner_text()
    go(page, "evidence/00000000000000000000000000000000")
    assert page.locator("h1").inner_text() == "没有这条记录"


def test_absence_is_said_and_never_drawn_as_zero(sample_pages: Path, open_page: Open) -> None:
    page = open_page(sample_pages, "overview?period=2023-07")
    assert "恩平市本期未报送，其数字空缺，不作为零" in page.locator(".headline").inner_text()
    assert "恩平市 未报送" in page.locator(".two .chart").first.get_attribute("aria-label")
    assert page.locator(".matrix .cell.not_reported").count() == 7
    assert "不作为行政区划界线依据" in page.locator("figcaption").inner_text()


def test_the_pages_are_worked_by_keyboard(sample_pages: Path, open_page: Open) -> None:
    page = open_page(sample_pages)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.figures') !== null")
    page.keyboard.press("Enter")
    page.wait_for_selector("main .filters")
    assert page.evaluate("document.activeElement.id") == "main", "a reader is told of the new page"
    page.select_option("select[name=list-only]", "overdue")
    page.wait_for_function("location.hash.includes('overdue')")
    page.go_back()
    page.wait_for_function("!location.hash.includes('overdue')")


def test_periods_and_languages_change_in_place(sample_pages: Path, open_page: Open) -> None:
    page = open_page(sample_pages, "matrix")
    page.select_option("select[name=period]", "2023-08")
    page.wait_for_selector("h1:has-text('2023年8月')")
    page.click("text=English")
    page.wait_for_selector("h1:has-text('Tasks by region (2023-08)')")
    assert "overdue" in page.locator(".matrix").inner_text()


def test_search_finds_what_districts_wrote(sample_pages: Path, open_page: Open) -> None:
    page = open_page(sample_pages, "search")
    page.fill("[name=q]", "ｖｏｃｓ 鹤山")
    page.keyboard.press("Enter")
    page.wait_for_selector(".hit")
    assert {text[:3] for text in page.locator(".hit h2").all_inner_texts()} == {"鹤山市"}
    assert page.locator(".hit mark").first.inner_text() in ("VOCs", "鹤山")


def test_hostile_texts_are_shown_as_they_are_and_nothing_of_them_runs(hostile_pages: Path, open_page: Open) -> None:
    page = open_page(hostile_pages)
    for route in (*ROUTES, "search?q=onerror", f"evidence/{key_of(hostile_pages, is_overdue=True)}"):
        go(page, route)
        assert page.evaluate("[window.taken, document.querySelectorAll('main img, main script').length]") == [None, 0]
        assert page.title() != "1"
    assert '<img src=x onerror="' in page.locator("main").inner_text()
    assert "\u202e" not in page.locator("main").inner_text(), "no text turns the order of the others"


def test_the_policy_of_the_page_holds_from_disk_too(sample_pages: Path, open_page: Open) -> None:
    page = open_page(sample_pages, allows="Content Security Policy")
    refused = page.evaluate(
        """() => new Promise((done) => {
          addEventListener("securitypolicyviolation", (event) => done(event.effectiveDirective));
          const script = document.createElement("script");
          script.textContent = "window.taken = 1";
          document.body.append(script);
        })"""
    )
    assert refused.startswith("script-src")
    assert page.evaluate("window.taken") is None


def test_a_page_whose_data_were_replaced_says_so(sample_pages: Path, open_page: Open) -> None:
    page = open_page(sample_pages)
    page.evaluate("XUSHI.put('440700/2023-08', 'another build', {})")
    assert "数据已更新" in page.evaluate("getComputedStyle(document.body, '::before').content")


def test_a_sheet_of_paper_has_map_matrix_and_the_whole_list(
    sample_pages: Path, open_page: Open, tmp_path: Path
) -> None:
    page = open_page(sample_pages)
    lagging = int(page.locator(".figures strong").nth(2).inner_text())
    page.emulate_media(media="print")
    assert page.locator("header.top").is_hidden()
    assert page.locator("table.cards tbody tr:visible").count() == lagging
    paper = tmp_path / "overview.pdf"
    page.pdf(path=str(paper), prefer_css_page_size=True, print_background=True)
    assert b"/MediaBox [0 0 595" in paper.read_bytes() or b"/MediaBox [0 0 594" in paper.read_bytes(), "A4 upright"
    if SHOTS and shutil.which("pdftoppm"):
        subprocess.run(
            [
                "pdftoppm",
                "-r",
                "80",
                "-png",
                "-f",
                "1",
                "-l",
                "1",
                "-singlefile",
                str(paper),
                f"{SHOTS}/dashboard-print",
            ],
            check=True,
        )


@pytest.mark.skipif(not SHOTS, reason="pictures are taken on request (XUSHI_SCREENSHOTS)")
@pytest.mark.parametrize(("name", "width", "height"), [("desktop", 1280, 1500), ("phone", 390, 1500)])
def test_pictures(sample_pages: Path, open_page: Open, name: str, width: int, height: int) -> None:
    page = open_page(sample_pages, "", width)
    page.set_viewport_size({"width": width, "height": height})
    path = Path(SHOTS or os.curdir) / f"dashboard-{name}.png"
    page.screenshot(path=str(path))
    assert path.stat().st_size < 400 * 1024
