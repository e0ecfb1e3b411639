"""The committed inbox is what the truth renders to, byte for byte, and its register says what the truth says."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from samples.generate import INBOX, load_samples, write_inbox
from samples.model import Samples

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = sorted(path.name for path in INBOX.iterdir())


@pytest.fixture(scope="module")
def samples() -> Samples:
    return load_samples()


@pytest.fixture(scope="module")
def regenerated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Written by another process with another clock zone and hash seed: neither may show in a byte."""
    folder = tmp_path_factory.mktemp("inbox")
    environment = {**os.environ, "TZ": "America/New_York", "PYTHONHASHSEED": "7", "LC_ALL": "C"}
    subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "samples.generate", "--out", str(folder)],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
    )
    return folder


def rows(name: str) -> list[dict[str, str]]:
    with (INBOX / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_inbox_holds_what_the_generator_writes_and_nothing_else(regenerated: Path) -> None:
    assert sorted(path.name for path in regenerated.iterdir()) == COMMITTED


@pytest.mark.parametrize("name", COMMITTED)
def test_a_committed_file_has_the_bytes_that_the_truth_renders_to(name: str, regenerated: Path) -> None:
    assert (INBOX / name).read_bytes() == (regenerated / name).read_bytes()


def test_seven_districts_over_three_months_with_one_missing_and_one_resubmission(samples: Samples) -> None:
    expected = {(e.reporting_unit, e.period) for e in samples.expectations}
    filed = Counter((f.reporting_unit, f.period) for f in samples.filings)
    assert len(expected) == 21
    assert len({unit for unit, _ in expected}) == 7
    assert expected - set(filed) == {("恩平市", "2023-07")}
    assert [place for place, count in filed.items() if count > 1] == [("开平市", "2023-09")]


def test_one_filing_is_late_beside_the_resubmission(samples: Samples) -> None:
    due = {(e.reporting_unit, e.period): e.due_date for e in samples.expectations}
    late = {
        (f.reporting_unit, f.period, f.revision)
        for f in samples.filings
        if f.received_at.date() > due[f.reporting_unit, f.period]
    }
    assert late == {("台山市", "2023-08", 0), ("开平市", "2023-09", 1)}


def test_the_register_names_every_file_once_with_its_place(samples: Samples) -> None:
    register = {row["file"]: row for row in rows("submissions.csv")}
    files = {name for name in COMMITTED if not name.endswith(".csv")}
    assert set(register) == files == {f.file for f in samples.filings}
    for filing in samples.filings:
        row = register[filing.file]
        assert (row["reporting_unit"], row["period"]) == (filing.reporting_unit, filing.period)
        assert row["received_at"].endswith("+08:00")
    revisions = {name: row["revision"] for name, row in register.items() if row["revision"] != "0"}
    assert revisions == {"开平市2023年9月攻坚任务进展情况表（补报）.docx": "1"}


def test_due_dates_are_the_fifth_of_the_following_month() -> None:
    assert {(row["period"], row["due_date"]) for row in rows("expected_submissions.csv")} == {
        ("2023-07", "2023-08-05"),
        ("2023-08", "2023-09-05"),
        ("2023-09", "2023-10-05"),
    }


def test_every_format_is_filed_and_one_page_is_gbk(samples: Samples) -> None:
    assert {f.format for f in samples.filings} == {"docx", "xlsx", "html", "txt"}
    page = next(f for f in samples.filings if f.encoding == "gbk")
    data = (INBOX / page.file).read_bytes()
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")
    assert "charset=gbk" in data.decode("gbk")


def test_one_file_is_broken(samples: Samples) -> None:
    broken = [f for f in samples.filings if f.truncate_to]
    assert [(f.reporting_unit, f.period) for f in broken] == [("新会区", "2023-08")]
    assert (INBOX / broken[0].file).stat().st_size == broken[0].truncate_to


def test_writing_again_over_an_inbox_changes_nothing(samples: Samples, tmp_path: Path) -> None:
    write_inbox(samples, tmp_path)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    write_inbox(samples, tmp_path)
    assert first == {path.name: path.read_bytes() for path in tmp_path.iterdir()}
