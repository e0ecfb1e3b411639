"""The reminders of a day: the states agree with the marts, a message goes once, a lost one goes again."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from registry import reminders as kept
from tests.xushi.conftest import Rows
from xushi import reminders
from xushi.cli import app
from xushi.home import Home
from xushi.stages import registry_of

DAY = date(2023, 10, 6)


@pytest.fixture
def robot(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A real HTTP server in the place of a chat robot; `status` is what it answers."""
    told: dict[str, Any] = {"status": 200, "bodies": []}

    class Robot(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told["bodies"].append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(told["status"])
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Robot)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("XUSHI_NOTIFY_URLS", f"json://127.0.0.1:{server.server_port}/hook")
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


def test_received_late_and_missing_are_those_of_the_marts(copied: Path, samples: Rows) -> None:
    engine = registry_of(Home.find(copied))
    found = kept.standings(engine, date(2023, 12, 1), soon=3)
    counted = samples("select sum(expected_report_count) e, sum(received_report_count) r, sum(on_time_report_count) o"
                      " from mart_submission_status")[0]  # fmt: skip
    states = [one.state for one in found]
    assert len(states) == counted["e"]
    assert states.count("on_time") == counted["o"]
    assert states.count("on_time") + states.count("received_late") == counted["r"]
    assert states.count("late") == 2
    missing = {
        (r["reporting_unit"], r["period"]) for r in samples("from mart_submission_status where status = 'missing'")
    }
    assert {(one.reporting_unit, one.period) for one in found if one.state == "late"} == missing


def test_on_every_day_a_state_only_goes_forward(copied: Path) -> None:
    engine = registry_of(Home.find(copied))
    order = ("due", "due_soon", "late", "on_time", "received_late")
    last: dict[str, int] = {}
    for number in range(75):
        for one in kept.standings(engine, date(2023, 8, 1) + timedelta(days=number), soon=3):
            assert last.get(one.expected_id, 0) <= order.index(one.state)
            last[one.expected_id] = order.index(one.state)


def test_each_unit_is_reminded_once_of_each_state(copied: Path, robot: dict[str, Any]) -> None:
    home = Home.find(copied)
    first = reminders.remind(home, date(2023, 10, 3))
    assert {one["state"] for one in first["sent"]} == {"late", "due_soon"}
    (message,) = robot["bodies"]
    assert "恩平市 2023-07" in message["message"]
    assert reminders.remind(home, date(2023, 10, 3))["sent"] == []
    again = reminders.remind(home, date(2023, 10, 6))
    assert all(one["state"] == "late" and one["period"] == "2023-09" for one in again["sent"])
    assert len(robot["bodies"]) == 1 + bool(again["sent"])
    report = json.loads((home.reports / "reminders" / "2023-10-03.json").read_text(encoding="utf-8"))
    assert report["counts"]["late"] == first["counts"]["late"]
    text = (home.reports / "reminders" / "2023-10-06.md").read_text(encoding="utf-8")
    assert "## 报送率与及时率" in text
    assert "| 2023-07 | 恩平市 | 1 | 0 | 0 | 0% | 0% |" in text


def test_a_message_that_nobody_took_goes_again_and_a_backfill_sends_nothing(
    copied: Path, robot: dict[str, Any]
) -> None:
    home = Home.find(copied)
    assert reminders.remind(home, DAY, send=False)["sent"] == []
    assert robot["bodies"] == []
    robot["status"] = 500
    lost = reminders.remind(home, DAY)
    assert lost["sent"] == []
    assert lost["problems"]
    robot["status"] = 200
    assert reminders.remind(home, DAY)["sent"]
    assert reminders.remind(home, DAY)["sent"] == []


def test_a_run_that_was_killed_while_sending_is_told_and_not_repeated(copied: Path) -> None:
    home = Home.find(copied)
    engine = registry_of(home)
    late = [one for one in kept.standings(engine, DAY, soon=3) if one.state == "late"]
    kept.claim(engine, late, DAY, at=datetime(2023, 10, 6, tzinfo=UTC))
    report = reminders.remind(home, DAY)
    assert {(one["reporting_unit"], one["due_state"]) for one in report["unsure"]} == {
        (o.reporting_unit, "late") for o in late
    }
    assert "是否送达不明" in (home.reports / "reminders" / f"{DAY}.md").read_text(encoding="utf-8")


def test_the_command_loads_a_calendar_and_names_what_is_wrong_in_it(tmp_path: Path) -> None:
    rows = tmp_path / "obligations.csv"
    rows.write_text(
        "reporting_unit,family,first_period,due_day,rolls\n蓬江区,workbook,2023-07,5,是\n江海区,workbook,2023-07,32,\n",
        encoding="utf-8",
    )
    home = ["--home", str(tmp_path / "home")]
    run = CliRunner().invoke(app, ["reminders", "calendar", "--load", str(rows), "--by", "王", *home])
    assert run.exit_code == 3, run.output
    assert "已登记报送日历 1 行" in run.output
    assert "第 3 行：due_day 为 '32'，应为 0 到 31" in run.output
    listed = CliRunner().invoke(app, ["reminders", "calendar", *home])
    assert "蓬江区  workbook  2023-07起  次月 5 日，遇节假日顺延" in listed.output
    shown = CliRunner().invoke(app, ["reminders", "--as-of", "2023-09-04", "--json", *home])
    report = json.loads(shown.output)
    assert [(r["period"], r["state"]) for r in report["standings"]] == [("2023-07", "late"), ("2023-08", "due_soon")]
    assert CliRunner().invoke(app, ["reminders", *home]).exit_code == 1
    assert "无法识别" in CliRunner().invoke(app, ["reminders", "--as-of", "昨天", *home]).output


@pytest.mark.parametrize("given", ["-1", "三", "1.5"])
def test_a_setting_that_is_no_number_of_days_is_one_line(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("XUSHI_REMINDER_DAYS", given)
    with pytest.raises(reminders.ReminderError, match="应为 0、1、2"):
        reminders.soon_days()
