"""A clock that jumps back between two filings changes neither which of them counts nor what is published."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from registry import run_history
from registry.clock import newest, steady
from tests.faults.comparing import differences, path_free
from tests.faults.conftest import INBOX, Warm

NAME = "鹤山市-2023年7月-污染防治重点工作进度{}.txt"


def test_a_recorded_instant_is_never_before_the_newest(engine: Engine) -> None:
    at = datetime(2026, 5, 1, tzinfo=UTC)
    assert newest(engine) is None
    assert steady(engine, at) == at
    run_history.start_run(engine, "r1", at=at, requested_period=None)
    assert steady(engine, at - timedelta(days=30)) > at
    assert steady(engine, at + timedelta(days=1)) == at + timedelta(days=1)


@pytest.fixture(scope="module")
def filings(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, bool], Path]:
    """An inbox with one undated filing, then with a second one for the same unit and month that says otherwise."""
    text = next(INBOX.glob(NAME.format(""))).read_text("utf-8")

    def inbox(folder: Path, second: bool) -> Path:
        folder.mkdir(exist_ok=True)
        (folder / NAME.format("")).write_text(text, "utf-8")
        if second:
            (folder / NAME.format(" 更新")).write_text(text + "\n以上为更新后的情况。\n", "utf-8")
        return folder

    return inbox


@pytest.mark.xdist_group("faults")
def test_a_filing_after_the_jump_replaces_the_one_before(
    warm: Warm, filings: Callable[[Path, bool], Path], tmp_path: Path
) -> None:
    states = []
    for name, hours in (("steady", 0), ("back", -24 * 40)):
        home, folder = tmp_path / name, tmp_path / f"{name}-inbox"
        given: dict[str, Any] = {"home": str(home), "inbox": str(filings(folder, False))}
        warm.done("receive_and_read", **given, run_id="first")
        filings(folder, True)
        told = warm.done("at_another_hour", hours=hours, order="receive_and_read", given={**given, "run_id": "second"})
        assert any("时钟" in problem for problem in told) == (hours < 0), told
        states.append(path_free(warm.done("look", home=str(home)), home))
        shutil.rmtree(home)
    assert differences(states[1], states[0]) == []
    rows = [row for row in states[0]["registry"] if row["table"] == "submissions"]
    assert [row["file_name"] for row in rows if row["superseded_by"] is None] == [NAME.format(" 更新")]
