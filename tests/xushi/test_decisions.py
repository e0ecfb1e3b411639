"""Stewards' decisions, from the command to the published warehouse: both clocks, the gate, and a build from nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from publishing.digest import file_content_digest
from publishing.snapshot import current
from tests.xushi.conftest import SAMPLES, Rows, refreshed, rows_of
from xushi.cli import app
from xushi.home import Home

pytestmark = pytest.mark.xdist_group("decisions")

SITES = "水源地24个环境问题全部整治销号"
CASES = "江海区办理磋商的损害赔偿案件不少于1宗"

Xushi = Callable[..., Any]


def row_of(rows: Rows, words: str, period: str = "2023-09", *, is_current: bool = True) -> dict[str, Any]:
    (row,) = rows(
        "select p.* from fct_task_progress as p inner join dim_requirement as q using (requirement_key)"
        f" where q.requirement_text like '%{words}%' and p.period = '{period}' and p.is_current = {is_current}"
    )
    return row


@pytest.fixture(scope="module")
def decided(samples_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples, with 21 of 24 sites corrected to 12, and a task cancelled since August: refreshed once."""
    home = tmp_path_factory.mktemp("decided") / "home"
    shutil.copytree(samples_home, home, symlinks=True)
    rows = rows_of(home)
    key = row_of(rows, SITES)["progress_key"]
    said = xushi(
        home, "correct", key, "actual_value", "--from", "21", "--to", "12", "--reason", "现场核查", "--by", "王五"
    )
    assert "21个" in said.output
    requirement = row_of(rows, CASES)["requirement_id"]
    xushi(
        home,
        "change",
        requirement,
        "cancelled",
        "--on",
        "2023-08-15",
        "--approval",
        "江环函〔2023〕12号",
        "--by",
        "李四",
    )
    judged = row_of(rows, SITES, "2023-08")["progress_key"]
    xushi(home, "determine", judged, "behind_schedule", "--reason", "抽查不实", "--by", "赵六")
    assert refreshed(home, SAMPLES).error is None
    return home


def xushi(home: Path, *words: str, status: int = 0) -> Any:
    result = CliRunner().invoke(app, [*words, "--home", str(home)])
    assert result.exit_code == status, result.output
    return result


def test_both_clocks_show_a_correction(decided: Path) -> None:
    rows = rows_of(decided)
    before, after = row_of(rows, SITES, is_current=False), row_of(rows, SITES)
    assert (before["actual_value"], after["actual_value"]) == (21, 12)
    assert before["known_to"] == after["known_from"]
    assert (before["is_corrected"], after["is_corrected"]) == (False, True)
    assert after["computed_completion_pct"] == Decimal(50)
    assert (after["computed_status"], after["is_behind_schedule"]) == ("behind_pace", True)
    assert after["footnote_zh"].startswith("完成数由21更正为12（王五，")
    assert "现场核查" in after["footnote_zh"]
    assert after["document_key"] == before["document_key"], "the original and its cell stay the source"
    assert after["source_quote"] == before["source_quote"]


def test_a_correction_below_the_month_before_is_a_falling_count(decided: Path) -> None:
    after = row_of(rows_of(decided), SITES)
    assert after["is_count_falling"]
    assert (after["movement_value"], after["movement_months"]) == (-1, 1)


def test_the_gate_judges_what_was_corrected(decided: Path) -> None:
    found = rows_of(decided)(
        "select arithmetic from fct_check_result where check_id = 'percent_against_counts' and period = '2023-09'"
        " and source_quote like '24个问题中%'"
    )
    assert len(found) == 1, "12 of 24 is not the 87.5 % that the words still say"


def test_what_is_cancelled_is_not_due_and_says_why(decided: Path) -> None:
    rows = rows_of(decided)
    july, september = row_of(rows, CASES, "2023-07"), row_of(rows, CASES)
    assert (july["change_state"], july["is_lagging"]) == ("normal", True)
    assert (september["change_state"], september["computed_status"]) == ("cancelled", "cancelled")
    assert not (september["is_due"] or september["is_lagging"] or september["is_caught_up"])
    assert september["footnote_zh"] == "经江环函〔2023〕12号批准，自2023年8月15日起取消，不计入到期数。"
    assert row_of(rows, CASES, is_current=False)["is_lagging"], "what was known before stays known"
    (asked,) = rows(f"select change_state from dim_requirement where requirement_id = '{september['requirement_id']}'")
    assert asked["change_state"] == "cancelled"


def test_the_bureaus_verdict_stands_beside_the_other_two(decided: Path) -> None:
    rows = rows_of(decided)
    before, after = row_of(rows, SITES, "2023-08", is_current=False), row_of(rows, SITES, "2023-08")
    assert (before["determined_status"], before["is_lagging"]) == (None, False)
    assert (after["determined_status"], after["determined_by"], after["determination_reason"]) == (
        "behind_schedule", "赵六", "抽查不实",
    )  # fmt: skip
    assert after["is_lagging"]
    assert (after["reported_status"], after["computed_status"]) == (
        before["reported_status"],
        before["computed_status"],
    )
    assert row_of(rows, SITES)["determined_status"] is None, "a verdict is about its own month"
    (verdict,) = rows("select status, decided_by from fct_determination")
    assert verdict == {"status": "behind_schedule", "decided_by": "赵六"}


def test_every_decision_is_published_with_its_author(decided: Path) -> None:
    rows = rows_of(decided)
    (correction,) = rows("select * from fct_correction")
    assert (correction["column_name_zh"], correction["expected_value"], correction["corrected_value"]) == (
        "完成数", "21", "12",
    )  # fmt: skip
    assert (correction["state"], correction["reason"], correction["decided_by"]) == ("applied", "现场核查", "王五")
    (change,) = rows("select * from fct_requirement_change")
    assert (change["event"], change["approval_no"]) == ("cancelled", "江环函〔2023〕12号")


def test_a_build_from_nothing_says_the_same(decided: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(decided, home, symlinks=True)
    shutil.rmtree(home / "build")
    assert refreshed(home, SAMPLES).error is None
    for schema in ("audit", "marts"):
        assert file_content_digest(Home(home).build_database, schema) == file_content_digest(
            Home(decided).build_database, schema
        )


def test_a_decision_that_is_taken_back_is_history(decided: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(decided, home, symlinks=True)
    (correction,) = rows_of(home)("select correction_id from fct_correction")
    xushi(home, "withdraw", correction["correction_id"], "--by", "王五")
    assert refreshed(home, SAMPLES).error is None
    values = rows_of(home)(
        "select p.actual_value, p.is_corrected from fct_task_progress as p inner join dim_requirement as q"
        f" using (requirement_key) where q.requirement_text like '%{SITES}%' and p.period = '2023-09'"
        " order by p.known_from"
    )
    assert [(v["actual_value"], v["is_corrected"]) for v in values] == [(21, False), (12, True), (21, False)]


def test_a_decision_that_does_not_fit_is_refused_at_once(decided: Path) -> None:
    manifest = current(Home(decided).published)
    key = row_of(rows_of(decided), SITES)["progress_key"]
    old = row_of(rows_of(decided), SITES, is_current=False)["progress_key"]
    refused = {
        ("correct", key, "actual_value", "--from", "21", "--to", "9", "--reason", "x", "--by", "y"): "12",
        ("correct", key, "quote", "--from", "21", "--to", "9", "--reason", "x", "--by", "y"): "cannot be corrected",
        ("correct", key, "actual_value", "--from", "12", "--to", "很多", "--reason", "x", "--by", "y"): "no number",
        ("correct", key, "actual_value", "--from", "12", "--to", "9", "--reason", " ", "--by", "y"): "reason",
        ("correct", old, "actual_value", "--from", "21", "--to", "9", "--reason", "x", "--by", "y"): "不是现行",
        ("correct", "nothing", "actual_value", "--reason", "x", "--by", "y"): "没有进展记录",
        ("withdraw", "nothing", "--by", "y"): "没有有效的更正",
        ("change", "R0", "cancelled", "--on", "2023-08-15", "--approval", "x", "--by", "y"): "没有编号",
    }
    for words, told in refused.items():
        assert told in xushi(decided, *words, status=1).output
    assert current(Home(decided).published) == manifest
