"""The page of a run: figures as in its summary, what is to be done, durations; nothing from outside, nothing runs."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, ClassVar

import pytest

from xushi import telling
from xushi.home import Home
from xushi.summary_page import page, to_do


@pytest.fixture(scope="module")
def report(samples_home: Path) -> dict[str, Any]:
    return json.loads(next(samples_home.glob("reports/*/summary.json")).read_text("utf-8"))


def shown(report: dict[str, Any]) -> str:
    return page(report, [("总览页", "../x.html")], log_file="logs/xushi.jsonl")


class _Balanced(HTMLParser):
    """Fails on an element that is closed by another one's end."""

    VOID: ClassVar = {"meta", "br", "rect", "link"}

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


def test_the_page_shows_the_figures_of_the_summary(report: dict[str, Any]) -> None:
    html = shown(report)
    tiles = dict(re.findall(r"<dt>(\S+) <span[^>]*>[^<]*</span></dt><dd>([^<]*?)\s*(?:<|$)", html))
    findings = report["findings"]
    assert tiles["收件"] == str(report["received"])
    assert tiles["未报送"] == str(len(report["missing"]))
    assert tiles["退回"] == str(len(report["rejected"]))
    assert [tiles[name] for name in ("阻断", "错误", "警告", "提示")] == [
        str(findings.get(s, 0)) for s in ("blocker", "error", "warning", "info")
    ]
    assert tiles["发布"] == f"第 {report['version']} 版"
    assert all(one["region"] in html for one in report["missing"])
    checker = _Balanced()
    checker.feed(html)
    assert checker.open == []


def test_a_month_later_the_hour_is_that_of_the_bureau(report: dict[str, Any]) -> None:
    late = {"region": "台山市", "file_name": "迟.docx", "due_date": "2023-09-05", "received_at": "2023-09-05 18:30:00"}
    assert "2023-09-06 02:30" in shown(report | {"late": [late]})


def test_every_stage_has_its_bar_in_the_order_of_the_way(report: dict[str, Any]) -> None:
    seconds = {"publish": 2.0, "extract-2023-08-1": 1.0, "extract-2023-09-1": 2.0, "discover": 0.5, "has_changes": 0}
    html = shown(report | {"seconds": seconds})
    bars = re.findall(r'text-anchor="end">([^<]+)</text><rect class="bar" x="160" y="\d+" width="(\d+)"', html)
    assert [name for name, _ in bars] == ["收件", "读取", "发布"]
    assert int(bars[1][1]) == max(int(width) for _, width in bars)


def test_nothing_comes_from_outside_and_nothing_runs(report: dict[str, Any]) -> None:
    hostile = "<img src=x onerror=alert(1)>\"'"
    html = shown(report | {"rejected": [{"file": hostile, "detail": hostile, "reason": "x"}], "problems": [hostile]})
    assert "<img" not in html and "<script" not in html
    assert re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?(https?:|//)""", html) == []


def test_what_is_to_be_done_is_said_and_nothing_where_nothing_is(report: dict[str, Any]) -> None:
    calm = report | {"findings": {}, "missing": [], "rejected": [], "problems": [], "serving": None}
    assert to_do(calm) == []
    assert "无须办理" in telling.message(calm)
    lines = to_do(calm | {"findings": {"blocker": 2}, "serving": {"error": "拒绝连接", "version": 3}})
    assert "阻断问题 2 个" in lines[0]
    assert "xushi load" in lines[1]
    many = [{"region": f"单位{n}", "period": "2023-09"} for n in range(7)]
    assert "等 7 份" in to_do(calm | {"missing": many})[0]


def test_the_message_is_short_and_says_what_and_how_many(report: dict[str, Any]) -> None:
    text = telling.message(report)
    assert f"收件 {report['received']} 份" in text
    assert f"未报送 {len(report['missing'])} 份" in text
    assert len(text.encode()) < 1800, "what a WeCom robot takes"


def test_a_failed_run_says_which_stage_why_and_where_the_log_is() -> None:
    failed = {
        "run_id": "r1", "status": "failed", "stage": "transform", "error": "transform: dbt model x failed: <b>",
        "seconds": {"discover": 1.0, "transform": 4.0}, "started_at": "2023-10-06T01:00:00+00:00",
        "finished_at": "2023-10-06T01:02:05+00:00",
    }  # fmt: skip
    html = shown(failed)
    assert "建模未完成" in html and "dbt model x failed: &lt;b&gt;" in html
    assert "xushi logs --run r1" in html and "logs/xushi.jsonl" in html
    assert "用时 2 分 5 秒" in html and "2023-10-06 09:00" in html
    assert "（未完成）" in html


def test_links_lead_into_the_home_wherever_it_is_moved(samples_home: Path, tmp_path: Path) -> None:
    written = sorted(samples_home.glob("reports/*/summary.html"))[0]
    moved = tmp_path / "elsewhere"
    shutil.copytree(samples_home / "reports", moved / "reports")
    shutil.copytree(samples_home / "published", moved / "published", symlinks=True)
    target = moved / written.relative_to(samples_home)
    links = re.findall(r'<a href="([^"]+)"', target.read_text("utf-8"))
    assert len(links) >= 3
    assert all((target.parent / link).exists() for link in links)


def test_the_link_of_a_message_is_the_desk_where_it_has_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(Path("/srv/xushi"))
    monkeypatch.delenv(telling.DASHBOARD_URL, raising=False)
    assert telling.link_to(home, "r1") == "/srv/xushi/reports/r1/summary.html"
    monkeypatch.setenv(telling.DASHBOARD_URL, "http://10.0.0.5:8080/xushi/dashboard/index.html")
    assert telling.link_to(home, "r1") == "http://10.0.0.5:8080/xushi/runs/r1"
