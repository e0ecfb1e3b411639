"""`xushi edition` before it opens anything: a day that has not come ends no term and dates no answer."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Self

import pytest
from typer.testing import CliRunner

from xushi.cli import app
from xushi.commands import edition_common

SILENCE = ("silence", "2023-09", "--by", "王五")
ANSWER = ("answer", "2023-09", "--region", "江海区", "--by", "王五", "--answered-by", "李股长")


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> Self:
            return cls(2023, 10, 12, 9)

    monkeypatch.setattr(edition_common, "datetime", Clock)


@pytest.mark.parametrize("words", [SILENCE, ANSWER], ids=["silence", "answer"])
@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2023-10-13", "日期 2023-10-13 晚于今天 2023-10-12"),
        ("9999-12-31", "晚于今天"),
        ("2023-10-12", "没有文件 '2023-09'"),
        ("2023-10-11", "没有文件 '2023-09'"),
        (None, "没有文件 '2023-09'"),
    ],
)
def test_a_day_after_today_is_refused(words: tuple[str, ...], day: str | None, told: str, tmp_path: Path) -> None:
    given = () if day is None else ("--day", day)
    refused = CliRunner().invoke(app, ["edition", *words, *given, "--home", str(tmp_path)])
    assert refused.exit_code == 1
    assert told in refused.stderr
