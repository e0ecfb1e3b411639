"""History under new rules: read beside what is live, compared, decided; killed, twice at once, overtaken."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from publishing.digest import ABOUT_RUNS, CLOCKS_AND_RUN_IDS
from publishing.snapshot import current
from registry import replays, runs
from registry.audit import Person
from registry.replays import ReplayError
from tests.conftest import copy_of_home
from tests.xushi import newer_rules
from tests.xushi.conftest import SAMPLES, refreshed, rows_of
from xushi import refresh as stages
from xushi import replay
from xushi.home import PROJECT_ROOT, Home
from xushi.summary_text import render

AT = datetime(2023, 11, 1, tzinfo=UTC)
BY = Person("王五", "publisher")
#: Incidents, findings and runs tell their history, which a home that never had the old rules does not have.
HISTORY = {"fct_incident", "fct_check_result", "mart_incidents", *ABOUT_RUNS}


@pytest.fixture
def newer() -> Iterator[str]:
    with newer_rules.in_force() as version:
        yield version


def start(home: Path) -> dict[str, Any]:
    done = replay.run(Home.find(home), period=None, by="李四", say=lambda _: None)
    assert done is not None
    return done


def digest(home: Path) -> str:
    manifest = current(Home.find(home).published)
    assert manifest is not None
    return manifest.content_digest


def lake(home: Path) -> dict[str, bytes]:
    return {str(p.relative_to(home)): p.read_bytes() for p in sorted((home / "lake" / "facts").rglob("*.parquet"))}


def live_versions(home: Path) -> set[str]:
    return {run.extractor_version for run in runs.live(stages.registry_of(Home.find(home)))}


def with_another(inbox: Path) -> Path:
    """The samples, and a report that arrives late."""
    shutil.copytree(SAMPLES, inbox)
    (source,) = SAMPLES.glob("鹤山市-2023年7月*.txt")
    text = source.read_text(encoding="utf-8").replace("鹤山", "恩平").replace("1", "2")
    (inbox / "恩平市-2023年7月-污染防治重点工作进度.txt").write_text(text, encoding="utf-8")
    register = inbox / "submissions.csv"
    line = "恩平市-2023年7月-污染防治重点工作进度.txt,恩平市,2023-07,2023-10-20T09:00:00+08:00,0,all,电子邮件\n"
    register.write_text(register.read_text(encoding="utf-8") + line, encoding="utf-8")
    return inbox


@pytest.mark.timeout(900)
def test_a_declined_replay_changes_nothing_and_the_summary_says_what_stands(
    samples_home: Path, tmp_path: Path, newer: str
) -> None:
    home = copy_of_home(samples_home, tmp_path / "home")
    place, before, old = Home.find(home), lake(home), live_versions(home)
    done = start(home)
    assert done["totals"]["by_class"]["value"] > 5
    assert before.items() <= lake(home).items(), "what lay in the lake lies there unchanged"
    replay.decline(place, done["replay_id"], by=BY, reason="百分比不应取整", at=AT)
    outcome = refreshed(home, SAMPLES)
    assert outcome.error is None
    assert digest(home) == digest(samples_home)
    assert live_versions(home) == old
    assert newer not in old
    assert outcome.summary is not None
    assert "历史数据仍按旧规则：20 份报送" in render(outcome.summary)
    assert "上次重读未被接受" in render(outcome.summary)


@pytest.mark.timeout(900)
def test_accepted_history_is_what_a_home_has_that_never_knew_the_old_rules(
    samples_home: Path, tmp_path: Path, newer: str
) -> None:
    """Proposed, overtaken by an arrival, and accepted."""
    home, inbox = copy_of_home(samples_home, tmp_path / "home"), with_another(tmp_path / "inbox")
    place, old = Home.find(home), live_versions(home)
    done = start(home)
    plan = stages.discover(str(home), str(inbox), None, "arrival")
    assert plan["pending"] == 1, "an arrival is read as ever, and history is not"
    for batch in plan["batches"]:
        stages.extract(plan, batch)
    assert live_versions(home) == {newer, *old}
    replay.accept(place, done["replay_id"], by=BY, reason="已核对差异", at=AT)
    assert live_versions(home) == {newer}
    assert refreshed(home, inbox).error is None
    assert replay.run(place, period=None, by="李四", say=lambda _: None) is None, "nothing is older any more"

    fresh = tmp_path / "fresh"
    assert refreshed(fresh, inbox).error is None
    assert contents(home) == contents(fresh)
    assert digest(home) != digest(samples_home)


def contents(home: Path) -> dict[str, list[str]]:
    """Every row of every published table but those that tell the history of findings and runs, without clocks."""
    rows = rows_of(home)
    tables = [r["table_name"] for r in rows("select table_name from duckdb_tables() where schema_name = 'marts'")]
    return {
        table: sorted(
            str({k: v for k, v in row.items() if k not in CLOCKS_AND_RUN_IDS}) for row in rows(f"from marts.{table}")
        )
        for table in tables
        if table not in HISTORY
    }


DIE_AFTER_ONE = """
import os, signal, sys
from tests.xushi import newer_rules
from xushi import replay
from xushi.home import Home
replay.BATCH_SIZE = 4
read, done = replay.read, []
def dying(plan, batch):
    if done: os.kill(os.getpid(), signal.SIGKILL)
    done.append(read(plan, batch))
    return done[0]
replay.read = dying
with newer_rules.in_force():
    replay.run(Home.find(sys.argv[1]), period=None, by="t", say=print)
"""
START = """
import sys
from tests.xushi import newer_rules
from xushi import replay
from xushi.home import Home
with newer_rules.in_force():
    print(replay.run(Home.find(sys.argv[1]), period=None, by="t", say=lambda _: None)["replay_id"])
"""


def program(text: str, home: Path, **given: Any) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT_ROOT)}
    command = [sys.executable, "-c", text, str(home)]
    return subprocess.Popen(command, cwd=PROJECT_ROOT, env=environment, text=True, **given)


def test_a_killed_replay_goes_on_and_two_at_once_are_one(samples_home: Path, tmp_path: Path, newer: str) -> None:
    home = copy_of_home(samples_home, tmp_path / "home")
    engine = stages.registry_of(Home.find(home))
    assert program(DIE_AFTER_ONE, home).wait(timeout=300) == -signal.SIGKILL
    (left,) = replays.every(engine)
    assert left.state == "reading"
    with pytest.raises(ReplayError, match="尚未读完"):
        replay.accept(Home.find(home), left.replay_id, by=BY, reason="…", at=AT)
    read = {pair.submission.submission_id for pair in replays.pairs(engine, newer) if pair.new}
    times = {key: runs.get(engine, runs.run_id(key, newer)).finished_at for key in read}  # type: ignore[union-attr]
    assert 0 < len(read) < 20

    both = [program(START, home, stdout=subprocess.PIPE) for _ in range(2)]
    assert {process.communicate(timeout=300)[0].strip() for process in both} == {left.replay_id}
    (whole,) = replays.every(engine)
    assert whole.state == "proposed"
    after = {key: runs.get(engine, runs.run_id(key, newer)).finished_at for key in read}  # type: ignore[union-attr]
    assert after == times, "what was read before the kill is not read again"

    undisturbed = copy_of_home(samples_home, tmp_path / "undisturbed")
    start(undisturbed)
    assert replay.report_of(Home.find(home), "R0001") == replay.report_of(Home.find(undisturbed), "R0001")
    assert replays.every(stages.registry_of(Home.find(undisturbed)))[0].digest == whole.digest


def test_what_was_compared_must_still_be_what_is_live(copied: Path, newer: str) -> None:
    place = Home.find(copied)
    engine = stages.registry_of(place)
    done = start(copied)
    chosen = replays.chosen(engine, done["replay_id"])
    before = live_versions(copied)

    damaged = place.lake / str(chosen[-1].new.lake_file)  # type: ignore[union-attr]
    kept = damaged.read_bytes()
    damaged.write_bytes(b"damaged")
    with pytest.raises(ReplayError, match="缺失或已损坏"):
        replay.accept(place, done["replay_id"], by=BY, reason="…", at=AT)
    damaged.write_bytes(kept)

    one = chosen[-1]
    runs.succeed(engine, _landed(one.new), started_at=AT, finished_at=AT)
    with pytest.raises(ReplayError, match="已与比对时不同") as refused:
        replay.accept(place, done["replay_id"], by=BY, reason="…", at=AT)
    assert "\n" not in str(refused.value)
    assert one.submission.file_name in str(refused.value)
    assert live_versions(copied) == {*before, newer}, "all of them or none"
    again = start(copied)
    assert again["totals"]["submissions"] == done["totals"]["submissions"] - 1
    for by, reason in ((Person(" ", "publisher"), "理由"), (BY, " ")):
        with pytest.raises(ReplayError, match="经办人和理由"):
            replay.accept(place, again["replay_id"], by=by, reason=reason, at=AT)
    replay.accept(place, again["replay_id"], by=BY, reason="已核对", at=AT)
    with pytest.raises(ReplayError, match="已由 王五 决定接受"):
        replay.decline(place, again["replay_id"], by=BY, reason="反悔", at=AT)
    with pytest.raises(ReplayError, match="没有编号为 R9999"):
        replay.accept(place, "R9999", by=BY, reason="…", at=AT)


def _landed(run: Any) -> runs.Landed:
    return runs.Landed(**{name: getattr(run, name) for name in runs.Landed.__dataclass_fields__})
