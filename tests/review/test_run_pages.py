"""The history of the refresh at the desk: who sees it, what it lists, the page and the log of a run."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI

from registry import run_history
from tests.review.conftest import Browser, LogIn, shoot

AT = datetime(2023, 10, 6, 1, 30, tzinfo=UTC)
HOSTILE = "publish: <script>alert(1)</script> 磁盘已满"


@pytest.fixture
def failed(app: FastAPI) -> str:
    """A run that failed, beside the one that built the home."""
    engine = app.state.desk.engine
    run_history.start_run(engine, "broken", at=AT, requested_period="2023-09")
    summary = {"error": HOSTILE, "stage": "publish", "seconds": {"transform": 60.0, "publish": 1.5}}
    run_history.finish_run(engine, "broken", at=AT, status="failed", summary=summary)
    return "broken"


def first_run(app: FastAPI) -> str:
    return str(run_history.find(app.state.desk.engine, status="published")[0].run_id)


def test_the_runs_are_listed_and_filtered(as_role: Callable[[str], Browser], app: FastAPI, failed: str) -> None:
    viewer = as_role("viewer")
    every = viewer.get("/runs").text
    assert f"/runs/{first_run(app)}" in every and f"/runs/{failed}" in every
    assert "2023-10-06 09:30" in every, "times are Shanghai's"
    assert "<script>alert" not in every
    only = viewer.get("/runs?status=failed").text
    assert f"/runs/{failed}" in only and first_run(app) not in only
    assert f"/runs/{failed}" in viewer.get("/runs?period=2023-09").text
    assert "没有符合条件" in viewer.get("/runs?period=1999-01").text
    assert viewer.get("/runs?status=nonsense").status_code == 200


def test_the_page_of_a_run_is_the_one_beside_its_summary(as_role: Callable[[str], Browser], app: FastAPI) -> None:
    run = first_run(app)
    answer = as_role("viewer").get(f"/runs/{run}")
    written = (app.state.desk.home.reports / run / "summary.html").read_text("utf-8")

    def without_links(html: str) -> str:
        return re.sub(r'(?s)<h2>查看.*?</ul>|<span class="status[^>]*>|<code>.*?</code>', "", html)

    assert without_links(answer.text) == without_links(written)
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_the_page_of_a_failed_run_says_where_and_why(as_role: Callable[[str], Browser], failed: str) -> None:
    page = as_role("viewer").get(f"/runs/{failed}").text
    assert "发布未完成" in page and "磁盘已满" in page and "xushi logs --run broken" in page
    assert "<script>" not in page


def test_the_log_of_a_run_is_the_stewards(as_role: Callable[[str], Browser], app: FastAPI) -> None:
    run = first_run(app)
    assert as_role("viewer").get(f"/runs/{run}/log").status_code == 403
    steward = as_role("steward")
    page = steward.get(f"/runs/{run}/log").text
    assert "江海区考核任务完成情况表（2023年1-9月）.xlsx" in page
    warnings = steward.get(f"/runs/{run}/log?level=warning").text
    assert "压缩结构损坏" in warnings and "江海区考核任务完成情况表（2023年1-9月）.xlsx" not in warnings


@pytest.mark.parametrize("path", ["/runs/none", "/runs/none/log", "/runs/..%2F..%2Fetc", "/runs/a%00b"])
def test_a_run_that_there_is_not(as_role: Callable[[str], Browser], path: str) -> None:
    assert as_role("steward").get(path).status_code == 404


def test_the_pages_in_a_browser(log_in: LogIn, app: FastAPI, failed: str, tmp_path: Any) -> None:
    """Styled under its policy, without a serious finding, in a phone's width too."""
    from axe_playwright_python.sync_playwright import Axe

    page = log_in("steward")
    for path, name in ((f"/runs/{first_run(app)}", "run"), (f"/runs/{failed}", "run-failed"), ("/runs", "runs")):
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + path)
        shoot(page, f"desk-{name}")
        serious = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
        assert [(v["id"], v["nodes"][0]["html"]) for v in serious] == []
    page.goto(page.url.rsplit("/", 1)[0] + f"/runs/{first_run(app)}")
    assert page.evaluate("getComputedStyle(document.querySelector('.status')).borderRadius") == "14px"
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
