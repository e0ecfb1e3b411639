"""A gate judges the periods that it is asked about and keeps the rest; the parts make the whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations import runner
from expectations.catalogue import Check, catalogue
from expectations.errors import CheckFailedToRunError
from expectations.runner import GateResult, run_gate
from registry.export import arrow_schema
from registry.models import CrosswalkEntry

from .conftest import Row, fact, item, submission
from .test_mart_checks import progress, write_build

MONTHS = ("2023-07", "2023-08", "2023-09")
CHOSEN = ("share_within_bounds", "name_doubtful", "original_altered", "correction_unmatched", "duplicate_submission")


def chosen(*names: str) -> list[Check]:
    return [c for c in catalogue() if c.id in names]


def of_month(month: str, share: str = "150") -> dict[str, list[Row]]:
    sent = submission(f"s{month}", period=month)
    own = {"submission_id": sent["submission_id"], "key": f"i{month}"}
    return {
        "submissions": [sent],
        "items": [item(task="管网建设与检测", **own) | {"item_key": f"i{month}"}],
        "facts": [fact(f"p{month}", percent=share, percent_kind="share", **own)],
    }


def together(*months: dict[str, list[Row]]) -> dict[str, list[Row]]:
    return {name: [row for month in months for row in month[name]] for name in ("submissions", "items", "facts")}


@pytest.fixture
def doubtful(make_lake: Callable[..., Path]) -> Callable[..., Path]:
    """A lake of the given months, in which one name of a task is doubtful."""

    def make(*months: dict[str, list[Row]], **more: Any) -> Path:
        lake = make_lake(**together(*months), **more)
        path = lake / "registry" / "crosswalk.parquet"
        schema = arrow_schema(CrosswalkEntry.__table__)
        entry = dict.fromkeys(schema.names) | {
            "entry_id": "e1", "kind": "task", "context": "", "wording": "管网建设与检测", "durable_id": "T2",
            "label": "", "other_wording": "管网建设", "other_id": "T1", "matched_by": "doubtful", "score": 80,
            "created_at": months[0]["submissions"][0]["received_at"],
        }  # fmt: skip
        pq.write_table(pa.concat_tables([pq.read_table(path), pa.Table.from_pylist([entry], schema=schema)]), path)
        return lake

    return make


def raw(lake: Path, periods: Sequence[str] | None, out: Path, *names: str) -> GateResult:
    return run_gate("raw", lake, None, out, checks=chosen(*(names or CHOSEN)), periods=periods)


def told(out: Path) -> list[tuple[str, str, str | None]]:
    return [(f.check_id, f.record_key, f.period) for f in runner.read_findings(out)]


def test_months_one_by_one_write_what_everything_at_once_writes(doubtful, tmp_path: Path) -> None:
    parts, whole = tmp_path / "parts.parquet", tmp_path / "whole.parquet"
    months = [of_month(month) for month in MONTHS]
    for n, month in enumerate(MONTHS):
        result = raw(doubtful(*months[: n + 1]), [month] if n else None, parts)
        assert result.periods == (frozenset({month}) if n else None)
    raw(doubtful(*months), None, whole)
    assert [key for _, key, _ in told(whole)] == ["e1", *(f"p{month}" for month in MONTHS)]
    assert parts.read_bytes() == whole.read_bytes()


def test_only_the_submissions_of_the_periods_are_opened(doubtful, tmp_path: Path) -> None:
    out = tmp_path / "raw.parquet"
    lake = doubtful(*(of_month(month) for month in MONTHS))
    raw(lake, None, out)
    before = told(out)
    for file in lake.glob("*/period=2023-07/s*.parquet"):
        file.unlink()  # whoever looks for it fails the gate
    raw(lake, ["2023-09"], out)
    assert told(out) == before


def test_what_is_mended_in_a_judged_period_goes_and_the_rest_stays(doubtful, tmp_path: Path) -> None:
    out = tmp_path / "raw.parquet"
    raw(doubtful(*(of_month(month) for month in MONTHS)), None, out)
    mended = [of_month("2023-07"), of_month("2023-08", share="50"), of_month("2023-09", share="50")]
    raw(doubtful(*mended), ["2023-08"], out)
    assert [key for check, key, _ in told(out) if check == "share_within_bounds"] == ["p2023-07", "p2023-09"]


def test_a_name_that_its_first_month_uses_no_longer_is_looked_for_in_all_months(doubtful, tmp_path: Path) -> None:
    out = tmp_path / "raw.parquet"
    months = [of_month(month) for month in MONTHS]
    raw(doubtful(*months), None, out)
    months[0]["items"] = []
    result = raw(doubtful(*months), ["2023-07"], out)
    assert result.periods is None
    assert ("name_doubtful", "e1", "2023-08") in told(out)


def test_a_name_found_again_later_keeps_its_first_place(doubtful, tmp_path: Path) -> None:
    out = tmp_path / "raw.parquet"
    lake = doubtful(*(of_month(month) for month in MONTHS))
    raw(lake, None, out)
    raw(lake, ["2023-09"], out)
    assert [period for check, _, period in told(out) if check == "name_doubtful"] == ["2023-07"]


def test_an_original_that_was_altered_is_looked_at_again_in_every_refresh(doubtful, tmp_path: Path) -> None:
    out = tmp_path / "raw.parquet"
    months = [of_month(month) for month in MONTHS]
    lake = doubtful(*months)
    (sha256,) = {row["sha256"] for row in months[0]["submissions"]}
    original = lake / "originals" / sha256[:2] / sha256
    content = original.read_bytes()
    original.write_bytes(b"other")
    raw(lake, None, out)
    assert ("original_altered", "s2023-07", "2023-07") in told(out)
    original.write_bytes(content)
    result = raw(lake, ["2023-09"], out)
    assert result.periods == {"2023-07", "2023-09"}
    assert "original_altered" not in {check for check, *_ in told(out)}


def test_a_finding_on_a_fact_that_is_read_no_longer_has_its_submissions_period(doubtful, tmp_path: Path) -> None:
    out = tmp_path / "raw.parquet"
    correction = {
        "correction_id": "c1", "submission_id": "s2023-08", "fact_id": "gone", "item_key": "i", "state": "unmatched",
        "column_name": "unit", "decided_by": "王五", "reason": "x", "channel": "desk",
        "decided_at": submission()["received_at"],
    }  # fmt: skip
    lake = doubtful(*(of_month(month) for month in MONTHS), corrections=[correction])
    raw(lake, None, out)
    raw(lake, ["2023-09"], out)
    assert ("correction_unmatched", "gone", "2023-08") in told(out)


def test_a_gate_that_has_judged_nothing_yet_judges_everything(doubtful, tmp_path: Path) -> None:
    result = raw(doubtful(*(of_month(month) for month in MONTHS)), ["2023-09"], tmp_path / "raw.parquet")
    assert (result.periods, len(told(tmp_path / "raw.parquet"))) == (None, 4)


def test_the_counts_and_blockers_are_those_of_the_whole_file(doubtful, tmp_path: Path) -> None:
    out = tmp_path / "raw.parquet"
    lake = doubtful(*(of_month(month) for month in MONTHS))
    assert raw(lake, None, out).counts == raw(lake, ["2023-09"], out).counts == {"error": 3, "warning": 1}


def test_a_finding_of_a_check_that_is_no_more_is_forgotten(doubtful, tmp_path: Path) -> None:
    out = tmp_path / "raw.parquet"
    lake = doubtful(*(of_month(month) for month in MONTHS))
    raw(lake, None, out)
    raw(lake, ["2023-09"], out, "name_doubtful")
    assert {check for check, *_ in told(out)} == {"name_doubtful"}


def test_a_report_that_is_owed_is_judged_in_every_refresh(doubtful, tmp_path: Path) -> None:
    """Nothing of July was loaded, and July's missing report is told with what has come since."""
    out = tmp_path / "raw.parquet"
    lake = doubtful(*(of_month(month) for month in MONTHS))
    path = lake / "registry" / "expected_submissions.parquet"
    schema = pq.read_schema(path)
    owed = dict.fromkeys(schema.names) | {
        "expected_id": "e", "reporting_unit": "恩平市", "region_code": "440785", "period": "2023-07",
        "family": "lag_table", "due_date": date(2023, 8, 5), "origin": "register",
    }  # fmt: skip
    pq.write_table(pa.Table.from_pylist([owed], schema=schema), path)
    for periods in (None, ["2023-09"]):
        result = raw(lake, periods, out, "submission_missing")
        assert told(out) == [("submission_missing", "e", "2023-07")]
        assert result.whole == {"submission_missing"}


SLOW = {"computed_completion_pct": "-1"}
BACK = replace(
    next(c for c in catalogue() if c.id == "overdue_before_due"),
    id="fell",
    query="select 'audit_task_progress' as record_table, j.progress_key as record_key, 'x' as message_zh,"
    " 'x' as message_en from judged j join audit_task_progress e on e.requirement_id = j.requirement_id"
    " and e.period < j.period and e.actual_value > j.actual_value",
)


def of_requirement(*values: str) -> list[Row]:
    return [
        progress(f"k{n}", period=MONTHS[n], requirement_id="one", region_key=f"g{n}", actual_value=value, **SLOW)
        for n, value in enumerate(values)
    ]


def test_a_mart_check_looks_back_and_judges_its_own_months(tmp_path: Path) -> None:
    parts, whole, build = tmp_path / "parts.parquet", tmp_path / "whole.parquet", tmp_path / "w.duckdb"
    checks = [BACK, *chosen("completion_not_negative", "behind_though_met", "rate_due_not_reported")]
    rows = of_requirement("16", "20", "12")
    for n, month in enumerate(MONTHS):
        write_build(build, rows[: n + 1])
        run_gate("mart", tmp_path, build, parts, checks=checks, periods=[month] if n else None)
    run_gate("mart", tmp_path, build, whole, checks=checks)
    assert ("fell", "k2", "2023-09") in told(whole)
    assert len(told(whole)) == 4
    assert parts.read_bytes() == whole.read_bytes()


def test_a_mart_table_without_periods_is_judged_whole_every_time(tmp_path: Path) -> None:
    out, build = tmp_path / "mart.parquet", write_build(tmp_path / "w.duckdb", of_requirement("1"))
    check = replace(BACK, id="of_region", table="dim_region", query=(
        "select 'dim_region' as record_table, region_key as record_key, '2020-01' as period, 'x' as message_zh,"
        " 'x' as message_en from judged where region_key = 'g1'"
    ))  # fmt: skip
    for _ in range(2):
        result = run_gate("mart", tmp_path, build, out, checks=[check], periods=["2023-09"])
        assert told(out) == [("of_region", "g1", "2020-01")]
    assert result.whole == {"of_region"}


def test_a_check_that_speaks_of_another_period_stops_the_gate(tmp_path: Path) -> None:
    out, build = tmp_path / "mart.parquet", write_build(tmp_path / "w.duckdb", of_requirement("16", "20"))
    stray = replace(BACK, query=BACK.query.replace("j.progress_key", "e.progress_key").replace(">", "<>").replace(
        "e.period <>", "e.period <"
    ))  # fmt: skip
    run_gate("mart", tmp_path, build, out, checks=[stray])
    with pytest.raises(CheckFailedToRunError, match="fell: speaks of 2023-07"):
        run_gate("mart", tmp_path, build, out, checks=[stray], periods=["2023-08"])
