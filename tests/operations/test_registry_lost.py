"""A registry that is corrupt, emptied or old is refused with one line, and brought back from what there is."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from publishing.versions import current
from registry import copying, health, salvage
from registry.models import Base
from tests.conftest import ROOT, copy_of_home
from xushi import integrity, run
from xushi.backup import back_up
from xushi.cli import app
from xushi.home import Home
from xushi.inspection import inspect
from xushi.registry_guard import guard
from xushi.restore import restore
from xushi.stages import registry_of

AT = datetime(2023, 10, 20, tzinfo=UTC)


@pytest.fixture
def home(samples_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv(integrity.BACKUP_DIR, raising=False)
    made = Home(copy_of_home(samples_home, tmp_path / "home"))
    registry_of(made).dispose()
    with closing(sqlite3.connect(made.root / "registry.sqlite")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return made


def rows(home: Home, folder: Path) -> dict[str, int]:
    engine = registry_of(home)
    copied = copying.copy_out(engine, folder)
    engine.dispose()
    return dict(copied.rows)


def emptied(path: Path) -> None:
    path.unlink()


def headless(path: Path) -> None:
    """The first page, with the mark of the format and the schema, is gone."""
    content = bytearray(path.read_bytes())
    content[:4096] = b"\0" * 4096
    path.write_bytes(content)


def holed(path: Path) -> None:
    """A stretch in the middle is overwritten."""
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 8192] = b"\xa5" * 8192
    path.write_bytes(content)


def refreshed(home: Home) -> run.Outcome:
    return run.refresh(home, ROOT / "samples" / "inbox", None, through_airflow=False, say=lambda _: None)


@pytest.mark.parametrize("harm", [emptied, headless, holed])
def test_a_refresh_is_refused_with_one_line_and_changes_nothing(home: Home, harm: Callable[[Path], None]) -> None:
    before = current(home.published)
    harm(home.root / "registry.sqlite")
    outcome = refreshed(home)
    assert outcome.error is not None
    assert "\n" not in outcome.error
    assert "xushi restore" in outcome.error and "xushi salvage" in outcome.error
    assert current(home.published) == before
    shown = CliRunner().invoke(app, ["refresh", "--inbox", str(ROOT / "samples" / "inbox"), "--home", str(home.root)])
    assert (shown.exit_code, len(shown.stderr.strip().splitlines())) == (1, 1)


def test_an_older_registry_does_not_know_what_was_published(home: Home, tmp_path: Path) -> None:
    with closing(sqlite3.connect(home.root / "registry.sqlite")) as connection:
        connection.execute("DELETE FROM publications")
        connection.execute("DELETE FROM refresh_runs")
        connection.commit()
    outcome = refreshed(home)
    assert outcome.error is not None and "已发布到第 1 版" in outcome.error


def test_a_damaged_file_is_told_by_every_check(home: Home) -> None:
    path = home.root / "registry.sqlite"
    assert health.examine(f"sqlite:///{path}") is None
    assert health.examine(f"sqlite:///{path.with_name('absent.sqlite')}") is None
    headless(path)
    line = health.examine(f"sqlite:///{path}")
    assert line is not None and str(path) in line and "\n" not in line
    with pytest.raises(health.DamagedRegistryError, match="已损坏"):
        registry_of(home)
    (found,) = inspect(home, mend=False, at=AT).open
    assert found == line
    assert health.examine("postgresql://nobody:hidden@127.0.0.1:1/none") is not None
    assert "hidden" not in str(health.examine("postgresql://nobody:hidden@127.0.0.1:1/none"))


@pytest.mark.parametrize("harm", [emptied, headless, holed])
def test_a_restore_brings_everything_back(home: Home, tmp_path: Path, harm: Callable[[Path], None]) -> None:
    before = rows(home, tmp_path / "before")
    back_up(home, tmp_path / "backups", at=AT)
    harm(home.root / "registry.sqlite")
    restore(tmp_path / "backups", home, backup_id=None, replace=True, at=AT)
    assert rows(home, tmp_path / "after") == before
    assert not inspect(home, mend=False, at=AT).open


@pytest.mark.parametrize("harm", [emptied, headless, holed])
def test_a_salvage_finds_what_the_lake_and_the_file_hold(
    home: Home, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    before = rows(home, tmp_path / "before")
    harm(home.root / "registry.sqlite")
    told = CliRunner().invoke(app, ["salvage", "--home", str(home.root)])
    assert told.exit_code == 3, told.output
    assert "desk_users" in told.stderr
    after = rows(home, tmp_path / "after")
    for name in ("submissions", "extraction_runs", "crosswalk", "expected_submissions", "incidents", "publications"):
        assert after[name] == before[name], name
    report = inspect(home, mend=True, at=AT)
    assert report.open == []
    assert health.examine(home.registry_url) is None
    guard(home).dispose()  # the next refresh is let through


def test_a_salvage_with_nothing_to_build_from_says_so_and_leaves_the_file(home: Home) -> None:
    shutil.rmtree(home.lake / "registry")
    headless(home.root / "registry.sqlite")
    before = (home.root / "registry.sqlite").read_bytes()
    told = CliRunner().invoke(app, ["salvage", "--home", str(home.root)])
    assert (told.exit_code, told.stderr.count("\n")) == (1, 1)
    assert (home.root / "registry.sqlite").read_bytes() == before


def test_of_a_holed_file_the_rows_outside_the_hole_are_read(home: Home) -> None:
    whole = {name: len(found) for name, found in salvage.of_file(home.root / "registry.sqlite").items()}
    assert whole["submissions"] == 21
    assert set(whole) <= set(Base.metadata.tables)
    holed(home.root / "registry.sqlite")
    torn = {name: len(found) for name, found in salvage.of_file(home.root / "registry.sqlite").items()}
    assert 0.3 * sum(whole.values()) < sum(torn.values()) <= sum(whole.values())
