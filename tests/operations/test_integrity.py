"""Files that were flipped, cut or taken away are found before they are read, mended where they can be, and named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from ingestion.lake import file_sha256
from registry import runs, submissions
from tests.conftest import copy_of_home
from tests.operations.damage import flip, tear
from xushi import inspection, integrity
from xushi.cli import app
from xushi.home import Home
from xushi.stages import amend_and_resolve, registry_of

AT = datetime(2023, 10, 20, tzinfo=UTC)


@dataclass(frozen=True)
class Kept:
    home: Home
    engine: Engine

    def settle(self) -> integrity.Settled:
        """What a refresh does before it reads."""
        return integrity.settle(
            self.home, self.engine, lambda: amend_and_resolve(self.engine, self.home.lake, at=AT), at=AT
        )

    def file(self, kind: str) -> Path:
        """A file of the newest month's first live run."""
        newest = max(str(run.lake_file) for run in runs.live(self.engine) if run.fact_count)
        month = newest.rpartition("/")[0]
        first = min(str(r.lake_file) for r in runs.live(self.engine) if str(r.lake_file).startswith(month))
        return self.home.lake / first.replace("facts/", f"{kind}/", 1)

    def original(self) -> Path:
        newest = max(submissions.find(self.engine), key=lambda s: (s.period or "", s.submission_id))
        return self.home.originals / newest.sha256[:2] / newest.sha256


@pytest.fixture
def kept(samples_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    monkeypatch.delenv(integrity.BACKUP_DIR, raising=False)
    home = Home(copy_of_home(samples_home, tmp_path / "home"))
    engine = registry_of(home)
    yield Kept(home, engine)
    engine.dispose()


def test_a_whole_home_is_left_as_it_is(kept: Kept) -> None:
    before = {
        path: path.stat().st_mtime_ns for path in kept.home.lake.rglob("*.parquet") if "registry" not in path.parts
    }
    settled = kept.settle()
    assert settled.files > 30
    assert settled.outcomes == ()
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert not (kept.home.lake / "retired").exists()


@pytest.mark.parametrize("damage", [flip, tear, Path.unlink], ids=["flipped", "cut", "gone"])
def test_damaged_files_of_the_lake_are_made_again_with_the_same_bytes(
    kept: Kept, damage: Callable[[Path], None]
) -> None:
    kept.settle()
    how = dict.fromkeys(("facts", "items", "item_regions", "rejections", "coverage"), "original")
    how["identities"] = "derived"
    before = {kind: kept.file(kind).read_bytes() for kind in how}
    for kind in before:
        damage(kept.file(kind))
    outcomes = kept.settle().outcomes
    assert {o.damage.kind: o.how for o in outcomes} == how
    for one in outcomes:
        assert kept.file(one.damage.kind).relative_to(kept.home.lake).as_posix() in str(one)
    assert {kind: kept.file(kind).read_bytes() for kind in before} == before
    assert kept.settle().outcomes == ()


def test_a_byte_that_no_checksum_of_parquet_covers_is_found_wherever_it_lies(kept: Kept) -> None:
    kept.settle()
    path = kept.file("facts")
    whole = path.read_bytes()
    for place in (0.0, 0.02, 0.3, 0.6, 0.9, 0.9999):
        flip(path, place)
        assert [o.how for o in kept.settle().outcomes] == ["original"], place
        assert path.read_bytes() == whole


def test_an_altered_original_is_named_and_its_facts_stay(kept: Kept) -> None:
    kept.settle()
    facts = file_sha256(kept.file("facts"))
    original = kept.original()
    flip(original)
    (outcome,) = kept.settle().outcomes
    assert outcome.is_open
    line = str(outcome)
    submission = submissions.of_bytes(kept.engine, original.name)[0]
    assert "\n" not in line
    for told in (original.name, submission.file_name, str(submission.reporting_unit), "收件箱"):
        assert told in line
    assert file_sha256(kept.file("facts")) == facts
    (again,) = kept.settle().outcomes  # told as long as it is so
    assert str(again) == line


def test_an_original_comes_back_from_a_backup_and_with_it_what_was_read_of_it(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.settle()
    original = kept.original()
    store = tmp_path / "backups" / "objects" / original.name[:2]
    store.mkdir(parents=True)
    (store / original.name).write_bytes(original.read_bytes())
    flip(original)
    assert [o.is_open for o in kept.settle().outcomes] == [True]
    monkeypatch.setenv(integrity.BACKUP_DIR, str(tmp_path / "backups"))
    assert [o.how for o in kept.settle().outcomes] == ["copy"]
    assert file_sha256(original) == original.name
    assert integrity.open_originals(kept.home) == {}
    flip(store / original.name)  # a backup that is damaged itself mends nothing
    flip(original)
    assert [o.is_open for o in kept.settle().outcomes] == [True]


def test_a_file_without_its_original_is_told_and_nothing_else_suffers(kept: Kept) -> None:
    kept.settle()
    path = kept.file("facts")
    run = next(r for r in runs.live(kept.engine) if kept.home.lake / str(r.lake_file) == path)
    sha256 = submissions.get(kept.engine, run.submission_id).sha256
    (kept.home.originals / sha256[:2] / sha256).unlink()
    flip(path)
    outcomes = kept.settle().outcomes if path.exists() else ()
    assert {o.damage.kind for o in outcomes if o.is_open} == {"original", "facts"}


def test_a_broken_file_that_nobody_names_is_set_aside(kept: Kept) -> None:
    stray = kept.file("facts").with_name("stray.parquet")
    stray.write_bytes(b"PAR1 and no more")
    (outcome,) = kept.settle().outcomes
    assert (outcome.how, stray.exists()) == ("aside", False)
    assert list((kept.home.lake / "retired" / "damaged").rglob("stray.parquet.*"))


def test_the_schema_files_and_the_findings_are_written_again(kept: Kept) -> None:
    schema = kept.home.lake / "facts" / "period=0000-00" / "empty.parquet"
    findings = kept.home.lake / "checks" / "raw.parquet"
    for path in (schema, findings):
        path.write_bytes(b"PAR1")
    kept.settle()
    for path in (schema, findings):
        assert path.read_bytes().endswith(b"PAR1") and path.stat().st_size > 100


def test_check_names_what_is_wrong_and_mends_it_when_asked(kept: Kept) -> None:
    run = CliRunner()
    whole = run.invoke(app, ["check", "--home", str(kept.home.root)])
    assert (whole.exit_code, whole.stdout.count("\n")) == (0, 1)
    assert "全部完好" in whole.stdout
    flip(kept.home.published_database.resolve())
    flip(kept.home.build_database, 0.3)
    flip(kept.file("items"))
    found = run.invoke(app, ["check", "--home", str(kept.home.root)])
    assert found.exit_code == 1
    lines = [line for line in found.stdout.splitlines() if line.startswith("✗")]
    assert len(lines) == 3
    assert kept.file("items").relative_to(kept.home.lake).as_posix() in lines[0]
    mended = run.invoke(app, ["check", "--mend", "--home", str(kept.home.root)])
    assert mended.exit_code == 3, mended.stdout
    assert run.invoke(app, ["check", "--home", str(kept.home.root)]).exit_code == 0


def test_a_report_has_a_line_a_finding_and_counts_what_was_compared(kept: Kept) -> None:
    flip(kept.original())
    report = inspection.inspect(kept.home, mend=True, at=AT)
    assert len(report.open) == 1 and report.size_bytes > 1_000_000
    assert list(report.lines())[-1].endswith("to be seen to, and mended")
