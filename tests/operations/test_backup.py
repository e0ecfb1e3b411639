"""A backup holds what nothing makes again; a home restored from it is the same, in either database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from ingestion.lake import file_sha256
from publishing.versions import current
from registry import copying, publications
from registry.engine import reading
from registry.models import Submission
from tests.conftest import ROOT, copy_of_home
from tests.operations.damage import flip
from xushi import backup, inspection, integrity
from xushi.backup import BackupError, back_up
from xushi.cli import app
from xushi.home import Home
from xushi.restore import restore
from xushi.stages import registry_of

AT = datetime(2023, 10, 20, 1, 2, 3, tzinfo=UTC)


@pytest.fixture
def home(samples_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    for name in (integrity.BACKUP_DIR, backup.KEEP):
        monkeypatch.delenv(name, raising=False)
    return Home(copy_of_home(samples_home, tmp_path / "home"))


def digests(home: Home) -> dict[str, str]:
    """Every file that a backup must bring back, by its content."""
    kept = [
        home.originals,
        home.lake / "facts",
        home.lake / "items",
        home.lake / "identities",
        home.published / "versions",
    ]
    files = [path for folder in kept for path in folder.rglob("*") if path.is_file() and path.name != "empty.parquet"]
    return {path.relative_to(home.root).as_posix(): file_sha256(path) for path in files}


def test_a_restored_home_has_the_same_files_registry_and_published_content(home: Home, tmp_path: Path) -> None:
    (home.root / "inbox").mkdir()
    (home.root / "inbox" / "等待登记.txt").write_text("还没有登记的材料", "utf-8")
    report = back_up(home, tmp_path / "backups", at=AT)
    assert report.damaged == [] and report.new_files > 100
    again = Home(tmp_path / "again")
    done = restore(tmp_path / "backups", again, backup_id=None, replace=False, at=AT)
    assert done.moved_to is None
    assert digests(again) == digests(home)
    assert (again.root / "inbox" / "等待登记.txt").read_text("utf-8") == "还没有登记的材料"
    assert current(again.published) == current(home.published)
    for place, folder in ((home, "a"), (again, "b")):
        engine = registry_of(place)
        copying.copy_out(engine, tmp_path / folder)
        engine.dispose()
    assert {p.name: file_sha256(p) for p in (tmp_path / "a").iterdir()} == {
        p.name: file_sha256(p) for p in (tmp_path / "b").iterdir()
    }
    assert not inspection.inspect(again, mend=False, at=AT).open
    assert not list(again.root.glob(".*"))


@pytest.mark.postgres
def test_a_home_on_sqlite_goes_on_in_postgresql_and_back(
    home: Home, tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(home, tmp_path / "backups", at=AT)
    moved = Home(tmp_path / "moved")
    monkeypatch.setenv("XUSHI_REGISTRY_URL", postgres_url)
    restore(tmp_path / "backups", moved, backup_id=None, replace=False, at=AT)
    assert not (moved.root / "registry.sqlite").exists()
    assert not inspection.inspect(moved, mend=False, at=AT).open
    with pytest.raises(copying.CopyError, match="已有数据"):
        restore(tmp_path / "backups", Home(tmp_path / "third"), backup_id=None, replace=False, at=AT)
    assert not (tmp_path / "third").exists()
    back_up(moved, tmp_path / "backups", at=AT + timedelta(days=1))
    monkeypatch.delenv("XUSHI_REGISTRY_URL")
    back = Home(tmp_path / "back")
    restore(tmp_path / "backups", back, backup_id=None, replace=False, at=AT)
    assert digests(back) == digests(home)
    engines = [registry_of(place) for place in (home, back)]
    rows = []
    for engine in engines:
        with reading(engine) as session:
            rows.append(session.execute(select(*Submission.__table__.columns).order_by("submission_id")).all())
        engine.dispose()
    assert rows[0] == rows[1]
    newest = current(back.published)
    assert newest is not None
    engine = registry_of(back)
    assert publications.next_version(engine) == newest.version + 1
    engine.dispose()


def test_a_second_backup_costs_only_what_is_new_and_old_ones_go(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    first = back_up(home, folder, at=AT)
    second = back_up(home, folder, at=AT + timedelta(hours=1))
    assert (second.new_files, second.new_bytes) == (0, 0)
    (home.root / "maps").mkdir()
    (home.root / "maps" / "440700.geojson").write_text("{}", "utf-8")
    third = back_up(home, folder, at=AT + timedelta(hours=2), keep=2)
    assert third.new_files == 1
    assert third.removed == (first.manifest.backup_id,)
    assert backup.backups(folder) == (second.manifest.backup_id, third.manifest.backup_id)
    (home.root / "maps" / "440700.geojson").unlink()
    only = back_up(home, folder, at=AT + timedelta(hours=3), keep=1)
    named = {one.sha256 for one in only.manifest.files}
    assert {path.name for path in (folder / "objects").glob("*/*")} == named, "what no backup names is gone"
    assert not backup.check(folder, only.manifest)


def test_a_damaged_backup_is_named_and_writes_nothing(home: Home, tmp_path: Path) -> None:
    folder, target = tmp_path / "backups", Home(tmp_path / "again")
    older = back_up(home, folder, at=AT).manifest
    (home.root / "maps").mkdir()
    (home.root / "maps" / "新.geojson").write_text("{}", "utf-8")
    newer = back_up(home, folder, at=AT + timedelta(hours=1)).manifest
    only_newer = ({one.sha256 for one in newer.files} - {one.sha256 for one in older.files}).pop()
    flip(backup.object_of(folder, only_newer))
    with pytest.raises(BackupError) as told:
        restore(folder, target, backup_id=None, replace=False, at=AT)
    assert only_newer in str(told.value) and older.backup_id in str(told.value) and "\n" not in str(told.value)
    assert not target.root.exists() and not list(tmp_path.glob(".again*"))
    restore(folder, target, backup_id=older.backup_id, replace=False, at=AT)
    flip(folder / "backups" / older.backup_id / "manifest.json")
    with pytest.raises(BackupError, match="清单"):
        restore(folder, Home(tmp_path / "third"), backup_id=older.backup_id, replace=False, at=AT)


def test_a_file_that_is_damaged_in_the_home_is_taken_from_an_earlier_backup_or_named(
    home: Home, tmp_path: Path
) -> None:
    original = next(path for path in home.originals.rglob("*") if path.is_file())
    held = original.read_bytes()
    flip(original)
    report = back_up(home, tmp_path / "first", at=AT)
    assert len(report.damaged) == 1 and original.name in report.damaged[0]
    assert (
        len(restore(tmp_path / "first", Home(tmp_path / "a"), backup_id=None, replace=False, at=AT).manifest.damaged)
        == 1
    )
    original.chmod(0o644)
    original.write_bytes(held)
    assert back_up(home, tmp_path / "second", at=AT).damaged == []
    flip(original)
    assert back_up(home, tmp_path / "second", at=AT + timedelta(hours=1)).damaged == []
    restore(tmp_path / "second", Home(tmp_path / "b"), backup_id=None, replace=False, at=AT)
    assert file_sha256(tmp_path / "b" / original.relative_to(home.root)) == original.name


def test_where_a_backup_may_lie(home: Home, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "photo.jpg").touch()
    for folder, told in (
        (home.root / "backups", "互相包含"),
        (tmp_path, "互相包含"),
        (home.root, "互相包含"),
        (tmp_path / "other", "别的文件"),
    ):
        with pytest.raises(BackupError, match=told):
            back_up(home, folder, at=AT)
    assert sorted(path.name for path in (tmp_path / "other").iterdir()) == ["photo.jpg"]


def test_a_home_that_is_not_empty_is_moved_aside_only_when_asked(home: Home, tmp_path: Path) -> None:
    back_up(home, tmp_path / "backups", at=AT)
    before = digests(home)
    with pytest.raises(BackupError, match="--replace"):
        restore(tmp_path / "backups", home, backup_id=None, replace=False, at=AT)
    (home.root / "registry.sqlite").write_bytes(b"no database")
    done = restore(tmp_path / "backups", home, backup_id=None, replace=True, at=AT)
    assert done.moved_to is not None and (done.moved_to / "registry.sqlite").read_bytes() == b"no database"
    assert digests(home) == before


@pytest.mark.parametrize("pause", [0.0, 0.6])
def test_a_killed_backup_is_no_backup_and_the_next_one_is_whole(home: Home, tmp_path: Path, pause: float) -> None:
    folder = tmp_path / "backups"
    child = subprocess.Popen(
        [sys.executable, "-m", "xushi.cli", "backup", str(folder), "--home", str(home.root)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while not list((folder / "objects").glob("*/*")) and child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(pause)
        child.send_signal(signal.SIGKILL)
    finally:
        child.wait()
    for backup_id in backup.backups(folder):
        assert not backup.check(folder, backup.read(folder, backup_id))
    # a kill leaves half files where it strikes; these lie where each kind is written, wherever it struck
    (folder / "objects" / ".part-killed").write_bytes(b"half")
    (folder / "backups" / ".part-killed").mkdir()
    report = back_up(home, folder, at=AT)
    assert not backup.check(folder, report.manifest)
    assert not list((folder / "backups").glob(".*")) and not list((folder / "objects").glob(".*"))


def test_the_commands_say_what_was_done(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = CliRunner()
    told = run.invoke(app, ["backup", "--home", str(home.root)])
    assert (told.exit_code, integrity.BACKUP_DIR in told.stderr) == (1, True)
    monkeypatch.setenv(integrity.BACKUP_DIR, str(tmp_path / "backups"))
    monkeypatch.setenv("XUSHI_SERVING_URL", "postgresql://u:topsecret@h/d")
    made = run.invoke(app, ["backup", "--home", str(home.root)])
    assert made.exit_code == 0, made.stderr
    assert "已写入并核对" in made.stdout
    (backup_id,) = backup.backups(tmp_path / "backups")
    assert "topsecret" not in (tmp_path / "backups" / "backups" / backup_id / "manifest.json").read_text("utf-8")
    assert run.invoke(app, ["backup", "--check"]).exit_code == 0
    restored = run.invoke(app, ["restore", str(tmp_path / "backups"), "--home", str(tmp_path / "new")])
    assert restored.exit_code == 0, restored.stderr
    assert "均与备份一致" in restored.stdout
    flip(next((tmp_path / "backups" / "objects").glob("*/*")))
    assert run.invoke(app, ["backup", "--check"]).exit_code == 1
    refused = run.invoke(app, ["restore", str(tmp_path / "nowhere"), "--home", str(tmp_path / "newer")])
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
