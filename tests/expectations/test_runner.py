"""The gate never fails in silence: a broken check, a missing table and a lost row are errors."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from expectations import runner
from expectations.catalogue import CATALOGUE_COLUMNS, catalogue
from expectations.errors import CheckFailedToRunError, GateError, MissingTableError
from expectations.runner import Finding, read_findings, run_gate
from ingestion.lake import CHECK_RESULT_SCHEMA

from .conftest import fact, submission

CHECK = next(c for c in catalogue() if c.id == "deadline_before_campaign")
WRONG = [fact("p1", percent="150", percent_kind="share"), fact("p2", percent="-1", percent_kind="share")]


def test_all_raw_checks_run_on_an_empty_lake_and_find_nothing(make_lake) -> None:
    lake = make_lake(submissions=[submission(status="rejected", period=None)])
    out = lake / "checks" / "raw.parquet"
    result = run_gate("raw", lake, None, out)
    assert (result.counts, result.blockers) == ({}, ())
    assert result.judged == tuple(sorted(c.id for c in catalogue() if c.stage == "raw"))
    assert pq.read_schema(out) == CHECK_RESULT_SCHEMA
    assert read_findings(out) == ()


def test_findings_and_catalogue_reach_the_lake(make_lake) -> None:
    lake = make_lake(facts=WRONG)
    out = lake / "checks" / "raw.parquet"
    result = run_gate("raw", lake, None, out)
    assert result.counts == {"error": 2}
    assert read_findings(out) == (
        Finding("share_within_bounds", "facts", "p1", "error", "2023-09"),
        Finding("share_within_bounds", "facts", "p2", "error", "2023-09"),
    )
    listed = pq.read_table(lake / "registry" / "checks.parquet")
    assert tuple(listed.column_names) == CATALOGUE_COLUMNS
    assert sorted(listed["check_id"].to_pylist()) == sorted(c.id for c in catalogue())


def test_the_same_facts_give_the_same_bytes(make_lake) -> None:
    lake = make_lake(facts=WRONG)
    out = lake / "checks" / "raw.parquet"
    run_gate("raw", lake, None, out)
    first = out.read_bytes()
    run_gate("raw", lake, None, out)
    assert out.read_bytes() == first


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("select nothing from judged", "nothing"),
        ("select 'facts' as record_table, fact_id as record_key, 'x' as message_zh from judged", "message_en"),
        ("select fact_id as record_key, 'x' as message_zh, 'x' as message_en, 1 as invented from judged", "invented"),
    ],
)
def test_a_check_that_cannot_judge_stops_the_gate_and_is_named(make_lake, query, told) -> None:
    lake = make_lake(facts=WRONG)
    out = lake / "checks" / "new.parquet"
    broken = replace(CHECK, id="broken", query=query)
    with pytest.raises(CheckFailedToRunError, match=f"broken.*{told}"):
        run_gate("raw", lake, None, out, checks=[broken, CHECK])
    assert not out.exists()


def test_a_suite_on_a_missing_table_stops_the_gate(make_lake) -> None:
    lake = make_lake()
    with pytest.raises(MissingTableError, match="no_such_table"):
        run_gate("raw", lake, None, lake / "x.parquet", checks=[replace(CHECK, table="no_such_table")])


def test_a_missing_registry_table_or_lake_file_stops_the_gate(make_lake) -> None:
    lake = make_lake(facts=WRONG)
    (lake / "items" / "period=2023-09" / "s1.x1.parquet").unlink()
    with pytest.raises(MissingTableError, match=r"items/period=2023-09/s1\.x1\.parquet"):
        run_gate("raw", lake, None, lake / "x.parquet")
    (lake / "registry" / "crosswalk.parquet").unlink()
    with pytest.raises(MissingTableError, match=r"registry/crosswalk\.parquet"):
        run_gate("raw", lake, None, lake / "x.parquet")


def test_no_check_to_run_is_no_pass(make_lake) -> None:
    lake = make_lake()
    with pytest.raises(GateError, match="no check"):
        run_gate("raw", lake, None, lake / "x.parquet", checks=[])


def test_rows_that_great_expectations_counted_and_nobody_read_are_an_error(make_lake, monkeypatch) -> None:
    lake = make_lake(facts=WRONG)
    monkeypatch.setattr(runner, "_ALL", 1)
    with pytest.raises(CheckFailedToRunError, match="2 rows fail, 1 keys were read"):
        run_gate("raw", lake, None, lake / "x.parquet")


def test_great_expectations_is_imported_only_inside_the_gate() -> None:
    loaded = "import sys, expectations.runner, publishing.snapshot; sys.exit('great_expectations' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0


def test_a_gate_is_quiet(make_lake, tmp_path) -> None:
    lake = make_lake(facts=WRONG)
    code = f"""
import logging; logging.basicConfig(level=logging.INFO)
from pathlib import Path
from expectations.runner import run_gate
run_gate("raw", Path({str(lake)!r}), None, Path({str(tmp_path / "o.parquet")!r}))
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout + done.stderr == ""
