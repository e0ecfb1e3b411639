"""One refresh over a home in which everything that can be made again is damaged at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from publishing.versions import current, current_number, folder_of, point_to, verify
from registry import runs, submissions
from tests.conftest import ROOT, copy_of_home
from tests.operations.damage import flip, tear
from xushi import integrity, recovery, run
from xushi.home import Home
from xushi.stages import registry_of


@pytest.fixture
def home(samples_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv(integrity.BACKUP_DIR, raising=False)
    return Home(copy_of_home(samples_home, tmp_path / "home"))


def test_a_refresh_over_damaged_files_publishes_the_same_content_and_says_what_it_mended(home: Home) -> None:
    before = current(home.published)
    assert before is not None
    engine = registry_of(home)
    newest = max(runs.live(engine), key=lambda r: str(r.lake_file))
    flip(home.lake / str(newest.lake_file))
    original = submissions.get(engine, newest.submission_id).sha256
    engine.dispose()
    flip(home.originals / original[:2] / original)  # it lies in the inbox still
    flip(home.published_database.resolve(), 0.7)
    tear(home.build_database)
    outcome = run.refresh(home, ROOT / "samples" / "inbox", None, through_airflow=False, say=lambda _: None)
    assert outcome.error is None
    assert outcome.summary is not None
    after = verify(home.published, current_number(home.published) or 0)
    assert after.content_digest == before.content_digest
    assert after.version == before.version + 1, "a damaged version is never given out again under its number"
    told = "\n".join(outcome.summary["mended"])
    for what in (str(newest.lake_file), "构建库", f"第 {before.version} 版已损坏", "收到的同一文件放回"):
        assert what in told
    assert outcome.summary["damaged"] == []
    assert "已修复" in (home.reports / outcome.summary["run_id"] / "summary.md").read_text("utf-8")


def test_readers_get_the_newest_whole_version_while_a_damaged_one_is_away(home: Home) -> None:
    held = current(home.published)
    assert held is not None
    second = folder_of(home.published, held.version + 1)
    shutil.copytree(folder_of(home.published, held.version), second)
    manifest = second / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_text(
        manifest.read_text("utf-8").replace(f'"version": {held.version}', f'"version": {held.version + 1}')
    )
    point_to(home.published, held.version + 1)
    assert recovery.heal_published(home) == []
    tear(manifest)
    (line,) = recovery.heal_published(home)
    assert f"第 {held.version + 1} 版已损坏" in line and "\n" not in line
    assert current_number(home.published) == held.version
    assert recovery.heal_published(home) == []
    home.published_database.unlink()  # the pointer itself
    assert f"已指向第 {held.version} 版" in recovery.heal_published(home)[0]
    assert current_number(home.published) == held.version


def test_a_build_database_is_set_aside_only_when_it_is_damaged(home: Home) -> None:
    assert recovery.set_aside_build(home) is None
    whole = home.build_database.read_bytes()
    for place in (0.0001, 0.4, 0.8):
        home.build_database.write_bytes(whole)
        flip(home.build_database, place)
        assert recovery.is_damaged(home.build_database) or place > 0.1  # a byte of a free block harms nobody
    home.build_database.write_bytes(b"no database at all")
    line = recovery.set_aside_build(home)
    assert line is not None and "重建" in line
    assert not home.build_database.exists()
