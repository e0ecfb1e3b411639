"""What cannot wait is kept in Chinese with what is to be done, whether or not anybody listens on a channel."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from xushi import alerts
from xushi.home import Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("XUSHI_HOME", str(tmp_path))
    for name in ("XUSHI_NOTIFY_URLS", "XUSHI_NOTIFY_FILE", "XUSHI_DEADLINE_HOURS"):
        monkeypatch.delenv(name, raising=False)
    return Home(tmp_path)


def kept(home: Home) -> list[dict[str, Any]]:
    return [json.loads(line) for line in home.alerts.read_text("utf-8").splitlines()]


def test_a_missed_deadline_says_which_run_since_when_and_what_to_do(home: Home) -> None:
    run = {"dag_id": "monthly_refresh", "dag_run_id": "scheduled__1", "start_date": "2023-10-05T22:00:00Z"}
    asyncio.run(alerts.deadline_missed({"dag_run": run}))
    (line,) = kept(home)
    assert (line["kind"], line["title"]) == ("deadline_missed", "月度刷新 monthly_refresh 逾时未结束")
    assert "scheduled__1 自 2023-10-06 06:00 起，24 小时内未结束" in line["body"]
    assert "人工关口" in line["body"]


def test_a_failed_run_says_why_and_how_to_go_on(home: Home) -> None:
    alerts.run_failed({"dag_run": SimpleNamespace(dag_id="late_submissions", run_id="r1"), "reason": "task_failure"})
    (line,) = [one for one in kept(home) if one["kind"] == "run_failed"]
    assert "补报迟报刷新" in line["title"]
    assert "task_failure" in line["body"]
    assert "清除（Clear）" in line["body"]


def test_what_is_kept_bears_no_secret_and_a_disk_that_is_full_ends_nothing(home: Home) -> None:
    alerts.tell(home, "gate_waiting", "问题", "见 postgresql://xushi:geheim@host/registry")
    assert "geheim" not in home.alerts.read_text("utf-8")
    home.alerts.unlink()
    home.alerts.mkdir()
    alerts.tell(home, "gate_waiting", "问题", "仍在运行")
