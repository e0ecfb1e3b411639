"""Every finding says what is wrong, where, and one step that mends it; a whole installation has no error."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from registry import run_history
from tests.conftest import copy_of_home
from tests.operations.damage import flip
from xushi import doctor, integrity
from xushi.backup import back_up
from xushi.cli import app
from xushi.doctor import Finding
from xushi.home import Home
from xushi.stages import registry_of

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def module_home(samples_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = Home(copy_of_home(samples_home, tmp_path_factory.mktemp("doctor") / "home"))
    registry_of(home).dispose()
    return home.root


@pytest.fixture
def home(module_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    for name in [name for name in os.environ if name.startswith("XUSHI_")]:
        monkeypatch.delenv(name)
    return Home(copy_of_home(module_home, tmp_path / "home"))


def found(home: Home, check: str, now: datetime | None = None) -> list[Finding]:
    return [one for one in doctor.examine(home, now=now or datetime.now(UTC)).findings if one.check == check]


def test_a_whole_installation_has_nothing_that_is_broken(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    before = sorted(path.relative_to(home.root) for path in home.root.rglob("*") if "sqlite-" not in path.name)
    diagnosis = doctor.examine(home, now=datetime.now(UTC))
    assert [one for one in diagnosis.findings if one.severity == "error"] == []
    assert diagnosis.exit_status == 1, "no backup folder is set"
    assert len(diagnosis.checks) >= 20
    assert sorted(p.relative_to(home.root) for p in home.root.rglob("*") if "sqlite-" not in p.name) == before
    for one in diagnosis.findings:
        assert one.what and one.where and one.mend
        assert "\n" not in str(one)


def harm_snapshot(home: Home) -> None:
    flip(home.published_database.resolve())


def harm_pointer(home: Home) -> None:
    home.published_database.unlink()


def harm_registry(home: Home) -> None:
    (home.root / "registry.sqlite").write_bytes(b"no database")


def empty_registry(home: Home) -> None:
    (home.root / "registry.sqlite").unlink()


def forget_runs(home: Home) -> None:
    with closing(sqlite3.connect(home.root / "registry.sqlite")) as connection:
        connection.execute("delete from refresh_runs")
        connection.commit()


def leave_a_run(home: Home) -> None:
    engine = registry_of(home)
    run_history.start_run(
        engine, "killed", at=NOW, requested_period=None, runner=f"process|{socket.gethostname()}|999999|1"
    )
    engine.dispose()


def leave_a_half(home: Home) -> None:
    half = home.lake / "facts" / "period=2023-09" / ".x.part"
    half.touch()
    os.utime(half, (0, 0))


def harm_airflow(home: Home) -> None:
    home.airflow.mkdir(exist_ok=True)
    (home.airflow / "airflow.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)


def damaged_original(home: Home) -> None:
    (home.root / "integrity.json").write_text(json.dumps({"originals": {"originals/ab/cd": "原件 x：未能修复"}}))


@pytest.mark.parametrize(
    ("harm", "check", "severity", "mend"),
    [
        (harm_snapshot, "published", "error", "xushi check --mend"),
        (harm_pointer, "published", "error", "xushi check --mend"),
        (harm_registry, "registry", "error", "xushi restore"),
        (empty_registry, "registry", "error", "xushi restore"),
        (forget_runs, "registry", "error", "xushi restore"),
        (leave_a_run, "runs", "warning", "xushi refresh"),
        (leave_a_half, "leftovers", "warning", "xushi maintenance"),
        (harm_airflow, "airflow_database", "error", "make up"),
        (damaged_original, "originals", "error", "收件箱"),
    ],
)
def test_what_is_wrong_is_found_with_the_step_that_mends_it(
    home: Home, harm: Callable[[Home], None], check: str, severity: str, mend: str
) -> None:
    harm(home)
    (one,) = found(home, check)
    assert (one.severity, mend in one.mend) == (severity, True), one


@pytest.mark.parametrize(
    ("name", "value", "check", "severity"),
    [
        ("XUSHI_REFRESH_SCHEDULE", "61 * * *", "schedules", "error"),
        ("XUSHI_KEEP_VERSIONS", "none", "settings", "error"),
        ("XUSHI_KEEP_BACKUPS", "0", "settings", "error"),
        ("XUSHI_KEEP_LOG_DAYS", "-1", "settings", "error"),
        ("XUSHI_BAKCUP_DIR", "/x", "settings", "warning"),
        ("XUSHI_NOTIFY_URLS", "nonsense", "notifications", "warning"),
        ("XUSHI_INBOX", "/no/such/inbox", "inbox", "error"),
        ("XUSHI_SERVING_URL", "postgresql://u:hidden@127.0.0.1:1/d", "serving", "error"),
        ("XUSHI_REGISTRY_URL", "postgresql://u:hidden@127.0.0.1:1/d", "registry", "error"),
    ],
)
def test_a_setting_that_cannot_be_is_named(
    home: Home, monkeypatch: pytest.MonkeyPatch, name: str, value: str, check: str, severity: str
) -> None:
    monkeypatch.setenv(name, value)
    told = found(home, check)
    assert [one.severity for one in told] == [severity]
    assert "hidden" not in str(told[0])


def test_backups_grow_old(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "backups"
    monkeypatch.setenv(integrity.BACKUP_DIR, str(folder))
    assert [one.severity for one in found(home, "backups")] == ["warning"]
    back_up(home, folder, at=NOW)
    assert {one.severity for one in found(home, "backups", NOW + timedelta(hours=1))} <= {"info"}
    assert "warning" in {one.severity for one in found(home, "backups", NOW + timedelta(days=3))}
    assert "error" in {one.severity for one in found(home, "backups", NOW + timedelta(days=9))}
    flip(next(folder.glob("backups/*/manifest.json")))
    assert "error" in {one.severity for one in found(home, "backups", NOW)}


def test_a_clock_that_was_set_back_is_told(home: Home) -> None:
    (one,) = found(home, "clock", NOW - timedelta(days=400))
    assert one.severity == "error"
    assert found(home, "clock") == []


def test_the_command_speaks_to_people_and_to_machines(home: Home) -> None:
    run = CliRunner()
    told = run.invoke(app, ["doctor", "--home", str(home.root)])
    assert told.exit_code == 1
    assert "→" in told.stdout and "已检查" in told.stdout
    machine = json.loads(run.invoke(app, ["doctor", "--json", "--home", str(home.root)]).stdout)
    assert {"check", "severity", "what", "where", "mend"} == set(machine["findings"][0])
    shutil.rmtree(home.root)
    absent = run.invoke(app, ["doctor", "--home", str(home.root)])
    assert absent.exit_code == 1 and not home.root.exists(), "a doctor makes no home"
