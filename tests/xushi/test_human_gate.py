"""The question before a release, and that what is decided while it stands is judged before anything is published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from publishing.query import query
from publishing.snapshot import current
from tests.conftest import copy_of_home
from tests.xushi.conftest import filed_twice
from xushi import build_state, decisions
from xushi import refresh as stages
from xushi.home import Home
from xushi.human_gate import GATE_HOURS, PUBLISH, STOP, question
from xushi.summary_text import LANGUAGES, render

pytestmark = pytest.mark.xdist_group("human_gate")

UNTIL = datetime(2023, 10, 8, 6, tzinfo=stages.SHANGHAI)
DAYS = timedelta(hours=48)


@dataclass(frozen=True)
class Open:
    check_id: str
    region_code: str | None = "440703"
    period: str | None = "2023-09"


@pytest.fixture(scope="module")
def asking(samples_home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A run that has judged a blocker and is about to ask; read its home, never write it."""
    root = tmp_path_factory.mktemp("asking")
    copy_of_home(samples_home, root / "home")
    plan = stages.discover(str(root / "home"), str(filed_twice(root / "inbox")), None, "asking")
    for batch in plan["batches"]:
        stages.extract(plan, batch)
    assert stages.has_changes(plan)
    for stage in (stages.raw_gate, stages.transform, stages.mart_gate):
        stage(plan)
    return plan


@pytest.fixture
def waiting(asking: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    """The same run in a home of its own."""
    copy_of_home(Path(asking["home"]), tmp_path / "home")
    return asking | {"home": str(tmp_path / "home")}


def correct(home: Path) -> None:
    """Correct a figure of the samples from 21 to 12."""
    found = query(
        Home(home).published_database,
        "select progress_key from fct_task_progress where is_current and actual_value = 21 and period = '2023-09'"
        " and publication_status = 'published' order by 1",
    )
    decisions.correct(
        Home(home), found.rows[0][0], "actual_value", "21", "12", reason="现场核查", by="王五", at=datetime.now(UTC)
    )


def values(home: Path) -> set[float]:
    found = query(Home(home).published_database, "select distinct actual_value from fct_task_progress where is_current")
    return {float(value) for (value,) in found.rows if value is not None}


def test_the_question_counts_by_check_and_district_and_says_what_each_answer_does() -> None:
    blockers = [
        Open("region_unresolved", "UNKNOWN"),
        *[Open("duplicate_submission")] * 2,
        Open("gone", None),
    ]
    asked = question(
        blockers, {"region_unresolved": "行政区划无法认定", "duplicate_submission": "重复"}, until=UNTIL, wait=DAYS
    )
    assert asked.subject == "发布前有4个阻断问题待处理，是否放行？"
    assert "| 重复 | 广东省江门市蓬江区 | 2023-09 | 2 |" in asked.body
    assert "| 行政区划无法认定 | 未认定区域 | 2023-09 | 1 |" in asked.body
    assert "| gone | 未认定区域 | 2023-09 | 1 |" in asked.body
    assert all(words in asked.body for words in (PUBLISH, STOP, "审核台", "2023年10月08日06:00（48小时）"))


def test_a_long_list_is_cut_and_its_rest_counted() -> None:
    blockers = [Open("x", period=f"20{year}-01") for year in range(10, 99)]
    lines = [line for line in question(blockers, {}, until=UNTIL, wait=DAYS).body.splitlines() if line.startswith("|")]
    assert len(lines) == 33
    assert lines[-1] == "| 其余 | | | 59 |"


def test_a_run_asks_only_where_it_is_told_to_and_blockers_are_open(asking: dict[str, Any], tmp_path: Path) -> None:
    assert stages.human_gate(asking, stages.WITHHOLD) == {"waits": False, "blockers": 1}
    asked = stages.human_gate(asking, stages.HUMAN, 0.5)
    assert (asked["waits"], asked["wait_seconds"], asked["blockers"]) == (True, 1800, 1)
    assert "同一文件重复作为现行报送" in asked["body"]
    assert "恩平市 | 2023-09 | 1 |" in asked["body"]
    (tmp_path / "inbox").mkdir()
    other = stages.discover(str(tmp_path / "home"), str(tmp_path / "inbox"), None, "other")
    assert not stages.human_gate(other, stages.HUMAN)["waits"]


@pytest.mark.parametrize(("given", "seconds"), [("2", 7200), (None, 172800)])
def test_the_deadline_comes_from_the_environment(
    asking: dict[str, Any], monkeypatch: pytest.MonkeyPatch, given: str | None, seconds: float
) -> None:
    monkeypatch.delenv(GATE_HOURS, raising=False)
    if given:
        monkeypatch.setenv(GATE_HOURS, given)
    assert stages.human_gate(asking, stages.HUMAN)["wait_seconds"] == seconds


@pytest.mark.parametrize("given", ["0", "-1", "两天", "nan", "inf"])
def test_a_deadline_that_is_none_is_refused_by_name(
    waiting: dict[str, Any], monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv(GATE_HOURS, given)
    with pytest.raises(stages.StageError, match=f"{given}.*XUSHI_GATE_HOURS"):
        stages.human_gate(waiting, stages.HUMAN)


def test_what_is_decided_while_a_run_waits_is_judged_and_published(waiting: dict[str, Any]) -> None:
    home = Home(Path(waiting["home"]))
    assert stages.release(waiting, waited=True)["judged_again"] is False, "nothing was decided meanwhile"
    correct(home.root)
    assert stages.release(waiting, waited=True)["judged_again"] is True
    stages.publish(waiting)
    assert 12.0 in values(home.root)


@pytest.mark.soak
def test_another_refresh_that_built_meanwhile_is_built_over_not_mixed(waiting: dict[str, Any]) -> None:
    home = Home(Path(waiting["home"]))
    stages.run_history.start_run(stages.registry_of(home), "other", at=datetime.now(UTC), requested_period=None)
    stages.transform(waiting | {"run_id": "other"})
    assert stages.release(waiting)["judged_again"] is True
    assert build_state.owned(home, "asking").run_id == "asking"
    stages.transform(waiting | {"run_id": "other"})
    stages.publish(waiting)
    assert build_state.owned(home, "asking").run_id == "asking"


def test_a_stopped_run_publishes_nothing_and_says_who_stopped_it(waiting: dict[str, Any]) -> None:
    home = Home(Path(waiting["home"]))
    before = current(home.published)
    stages.heed(waiting, {"option": STOP, "by": "李四"})
    report = stages.summary(waiting)
    assert report["status"] == "stopped"
    assert current(home.published) == before
    texts = {language: render(report, language) for language in LANGUAGES}
    assert "人工关口：李四选择“停止本次发布”" in texts["zh"]
    assert "stays published" in texts["en"]
    assert stages.has_changes(waiting), "the next refresh takes it up again"
