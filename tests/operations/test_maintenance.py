"""The nightly care: each step has its turn, may be repeated, and loses nothing that anybody needs."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingestion.intact import look
from ingestion.lake import SCHEMAS, file_sha256
from registry import runs, submissions
from registry.runs import Landed
from tests.conftest import copy_of_home
from tests.operations.damage import flip
from xushi import backup, compaction, integrity, maintenance, retention
from xushi.home import Home
from xushi.stages import registry_of

AT = datetime(2026, 1, 5, 18, 30, tzinfo=UTC)


@pytest.fixture
def home(samples_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    for name in [name for name in os.environ if name.startswith(("XUSHI_", "AIRFLOW"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv(integrity.BACKUP_DIR, str(tmp_path / "backups"))
    return Home(copy_of_home(samples_home, tmp_path / "home"))


def test_a_night_backs_up_compares_mends_and_reports(home: Home, tmp_path: Path) -> None:
    engine = registry_of(home)
    facts = home.lake / str(max(str(run.lake_file) for run in runs.live(engine) if run.fact_count))
    digest = file_sha256(facts)
    look(engine, home.lake, at=AT)
    engine.dispose()
    flip(facts)
    told = maintenance.maintain(home, at=AT)
    assert list(told["steps"]) == list(maintenance.STEPS)
    assert file_sha256(facts) == digest
    assert len(told["mended"]) == 1 and facts.name in told["mended"][0]
    assert told["open"] == [], "mended before it was backed up"
    again = maintenance.maintain(home, at=AT + timedelta(days=1))
    assert (again["open"], again["mended"]) == ([], [])
    pages = [(home.reports / "maintenance" / f"2026-01-0{day}.md").read_text("utf-8") for day in (6, 7)]
    assert "## 已修复" in pages[0]
    assert "全部完好" in pages[1] and "##" not in pages[1]
    assert len(backup.backups(tmp_path / "backups")) == 2


def test_what_fails_keeps_no_other_from_its_turn(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(integrity.BACKUP_DIR, str(home.root / "inside"))
    monkeypatch.setenv(retention.LOG_DAYS, "many")
    told = maintenance.maintain(home, at=AT)
    assert ["互相包含" in told["open"][0], retention.LOG_DAYS in told["open"][1]] == [True, True]
    assert "全部完好" in told["steps"]["compare"]["line"]


def test_every_original_has_its_turn_within_sixteen_nights() -> None:
    assert {maintenance.part_of(AT + timedelta(days=n)) for n in range(16)} == set("0123456789abcdef")


def test_old_files_go_and_data_stay(home: Home) -> None:
    old = {
        home.root / "logs" / "airflow" / "dag" / "task.log",
        home.reports / "old-run" / "stages" / "discover.json",
        home.lake / "facts" / "period=2023-09" / ".abc.part",
        home.published / "damaged" / "000001-x" / "warehouse.duckdb",
    }
    for path in old:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    for path in [*old, home.reports / "old-run", home.published / "damaged" / "000001-x"]:
        os.utime(path, (0, 0))
    fresh = home.lake / "facts" / "period=2023-09" / ".young.part"
    fresh.touch()
    now = datetime.now(UTC)
    kept = {p for p in home.root.rglob("*") if p.is_file()} - old
    removed = retention.tidy(home, now)
    assert sum(removed.counts.values()) == 4
    assert not any(path.exists() for path in old)
    assert {p for p in home.root.rglob("*") if p.is_file()} == kept
    assert not (home.root / "logs" / "airflow" / "dag").exists()
    assert retention.tidy(home, now).counts == {}


def test_what_a_killed_trial_and_a_killed_site_left_goes_and_nothing_that_it_points_to(home: Home) -> None:
    left = [home.root / ".trial-killed", home.reports / ".data_docs-killed"]
    for folder in left:
        folder.mkdir(parents=True)
        (folder / "originals").symlink_to(home.originals)
        os.utime(folder, (0, 0))
    (home.root / ".trial-going-on").mkdir()
    originals = sorted(home.originals.iterdir())
    retention.tidy(home, datetime.now(UTC))
    assert not any(folder.exists() for folder in left)
    assert (home.root / ".trial-going-on").exists()
    assert originals
    assert sorted(home.originals.iterdir()) == originals


def test_the_files_that_models_scan_follow_the_submissions_not_the_versions_of_the_rules(home: Home) -> None:
    engine = registry_of(home)
    live = [run for run in runs.live(engine) if run.lake_file]
    before = compaction.retire_runs(engine, home.lake).scanned
    for version in ("y1", "y2", "y3"):  # each lands every submission again, as new rules do
        for run in live:
            other = str(run.lake_file).replace(run.extractor_version, version)
            for kind in SCHEMAS:
                source = home.lake / str(run.lake_file).replace("facts/", f"{kind}/", 1)
                target = home.lake / other.replace("facts/", f"{kind}/", 1)
                target.write_bytes(source.read_bytes())
            landed = Landed(
                submission_id=run.submission_id, extractor_version=version, item_count=run.item_count,
                fact_count=run.fact_count, rejection_count=run.rejection_count, lake_file=other,
                lake_sha256=str(run.lake_sha256),
            )  # fmt: skip
            later = datetime.now(UTC) + timedelta(days=int(version[1]))
            runs.succeed(engine, landed, started_at=later, finished_at=later)
    done = compaction.retire_runs(engine, home.lake)
    assert done.runs == 3 * len(live)
    assert done.scanned == before
    moved = list((home.lake / "retired" / "facts").rglob("*.parquet"))
    assert {file_sha256(path) for path in moved} == {run.lake_sha256 for run in live}, "unchanged, so still provable"
    assert look(engine, home.lake, at=AT).damages == []
    assert compaction.retire_runs(engine, home.lake).runs == 0
    assert submissions.find(engine)
    engine.dispose()


@pytest.mark.soak
def test_airflows_old_records_go_and_new_ones_stay(home: Home) -> None:
    assert "无须清理" in maintenance.clean_airflow(home, AT)["line"]
    home.airflow.mkdir()
    database = home.airflow / "airflow.db"
    environment = {
        **os.environ, "AIRFLOW_HOME": str(home.airflow), "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{database}",
    }  # fmt: skip
    subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], env=environment, check=True, capture_output=True)
    with closing(sqlite3.connect(database)) as connection:
        for day in ("2020-01-01", "2026-01-04"):
            connection.execute(
                "insert into log (dttm, event, owner) values (?, 'test', 'x')", [f"{day} 00:00:00.000000"]
            )
        connection.commit()
    answer = maintenance.clean_airflow(home, AT)
    assert "已清理" in answer["line"], answer
    with closing(sqlite3.connect(database)) as connection:
        left = [row[0][:10] for row in connection.execute("select dttm from log where event = 'test'")]
    assert left == ["2026-01-04"]


def test_a_proposed_reading_is_not_retired(home: Home) -> None:
    engine = registry_of(home)
    run = next(run for run in runs.live(engine) if run.lake_file)
    other = str(run.lake_file).replace(run.extractor_version, "y9")
    for kind in SCHEMAS:
        source = home.lake / str(run.lake_file).replace("facts/", f"{kind}/", 1)
        (home.lake / other.replace("facts/", f"{kind}/", 1)).write_bytes(source.read_bytes())
    landed = Landed(
        submission_id=run.submission_id, extractor_version="y9", item_count=run.item_count, fact_count=run.fact_count,
        rejection_count=run.rejection_count, lake_file=other, lake_sha256=str(run.lake_sha256),
    )  # fmt: skip
    later = datetime.now(UTC) + timedelta(days=1)
    runs.propose(engine, landed, started_at=later, finished_at=later)
    assert compaction.retire_runs(engine, home.lake).runs == 0
    assert (home.lake / other).exists()
    engine.dispose()
