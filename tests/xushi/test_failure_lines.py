"""A full disk and a server that is away: one line, which calls neither of them damage."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from registry import health
from xushi import stages
from xushi.home import Home
from xushi.transform import _in_the_lake

FULL = OperationalError("insert", {}, sqlite3.OperationalError("database or disk is full"))
AWAY = OperationalError("select", {}, psycopg.OperationalError("connection refused\n\tIs the server running?"))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FULL, "磁盘空间不足"),
        (OSError(28, "No space left on device", "/a/b"), "磁盘空间不足"),
        (AWAY, "数据库服务器没有应答"),
        (ValueError("first\nsecond"), "first"),
        (ValueError(), "ValueError"),
    ],
)
def test_an_error_is_one_line(error: Exception, words: str) -> None:
    line = stages.line_of(error)
    assert line.startswith(words)
    assert "\n" not in line and "sqlalche.me" not in line


@pytest.mark.parametrize(("free", "words"), [(4096, "空间不足，只剩 4 KiB"), (1 << 30, "已损坏")])
def test_a_registry_on_a_full_disk_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, words: str
) -> None:
    file = tmp_path / "registry.sqlite"
    file.write_bytes(b"no database at all" * 300)
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    assert words in str(health.examine(f"sqlite:///{file}", thorough=False))


def test_what_cannot_be_recorded_does_not_hide_what_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise AWAY

    monkeypatch.setattr(stages.run_history, "resume_run", lambda *_: False)
    monkeypatch.setattr(stages.run_history, "finish_run", away)
    with (
        pytest.raises(stages.StageError, match=r"^raw_gate: the gate said no$"),
        stages.recorded(Home(tmp_path / "home"), "r1", "raw_gate"),
    ):
        raise ValueError("the gate said no")
    assert "未能记入登记库" in (tmp_path / "home" / "logs" / "xushi.jsonl").read_text("utf-8")


def test_a_path_with_a_quote_stays_a_path() -> None:
    assert _in_the_lake(Home(Path("/o'brien")), "read_parquet('the-lake-of-a-home/facts/*/*.parquet')") == (
        "read_parquet('/o''brien/lake/facts/*/*.parquet')"
    )
