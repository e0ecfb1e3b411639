"""The mart gate on a hand-written build database: verdicts are judged there, where due and met are known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from expectations.catalogue import catalogue
from expectations.errors import MissingTableError
from expectations.runner import run_gate

Row = dict[str, Any]

PROGRESS = {
    "progress_key": "varchar",
    "submission_id": "varchar",
    "item_key": "varchar",
    "requirement_no": "integer",
    "publication_status": "varchar",
    "requirement_id": "varchar",
    "requirement_key": "varchar",
    "task_key": "varchar",
    "region_key": "varchar",
    "region_code": "varchar",
    "period_key": "varchar",
    "period": "varchar",
    "document_key": "varchar",
    "reported_status": "varchar",
    "reported_status_phrase": "varchar",
    "item_status": "varchar",
    "item_status_phrase": "varchar",
    "determined_status": "varchar",
    "target_value": "decimal(24, 6)",
    "actual_value": "decimal(24, 6)",
    "actual_class": "varchar",
    "stage": "varchar",
    "unit": "varchar",
    "campaign_year": "integer",
    "additive_value": "decimal(24, 6)",
    "canonical_unit": "varchar",
    "movement_value": "decimal(24, 6)",
    "movement_months": "integer",
    "is_stale": "boolean",
    "is_count_falling": "boolean",
    "is_rebaselined": "boolean",
    "is_corrected": "boolean",
    "reported_completion_pct": "decimal(18, 6)",
    "computed_completion_pct": "decimal(18, 6)",
    "planned_pct_prorated": "decimal(18, 6)",
    "is_due": "boolean",
    "days_overdue": "integer",
    "pace_class": "varchar",
    "computed_status": "varchar",
    "is_overdue": "boolean",
    "is_status_contradicted": "boolean",
    "is_stated_zero": "boolean",
    "is_shared_figure": "boolean",
    "progress_text": "varchar",
    "source_quote": "varchar",
    "source_locator": "varchar",
    "known_from": "timestamp",
    "is_current": "boolean",
}
REQUIREMENT = {
    "requirement_key": "varchar",
    "requirement_text": "varchar",
    "sub_item": "varchar",
    "target_unit": "varchar",
    "target_class": "varchar",
    "target_comparator": "varchar",
    "canonical_target_value": "decimal(24, 6)",
    "indicator_type": "varchar",
    "judged_deadline_date": "date",
}
OTHERS = """
create schema marts;
create table marts.dim_region as select 'g' || i as region_key, '区' || i as name from range(10) r(i);
create table marts.dim_task as select 't1' as task_key, '一企一策' as task_name;
create table marts.dim_period as select 'o1' as period_key;
create table marts.dim_document as select 'd1' as document_key, 'sha' as sha256;
create table marts.fct_correction (
    correction_id varchar, requirement_id varchar, period varchar, channel varchar, state varchar, decided_at timestamp,
    column_name varchar, column_name_zh varchar, expected_value varchar, corrected_value varchar, caller varchar,
    called_at timestamp
);
"""


def asked(key: str, text: str = "要求", **changes: Any) -> Row:
    """A requirement of 30家 by the end of June; q0 to q9 are there without being given."""
    row: Row = dict.fromkeys(REQUIREMENT)
    row |= {
        "requirement_key": key,
        "requirement_text": text,
        "target_unit": "家",
        "target_comparator": ">=",
        "canonical_target_value": "30",
        "indicator_type": "rate" if key == "q9" else "cumulative",
        "judged_deadline_date": date(2020, 6, 30),
    }
    return row | changes


def progress(key: str, **changes: Any) -> Row:
    row: Row = dict.fromkeys(PROGRESS)
    row |= {
        "progress_key": key,
        "submission_id": "s1",
        "item_key": f"i-{key}",
        "requirement_no": 1,
        "publication_status": "published",
        "requirement_id": f"id-{key}",
        "requirement_key": "q1",
        "task_key": "t1",
        "region_key": "g1",
        "region_code": "440703",
        "period_key": "o1",
        "period": "2020-06",
        "document_key": "d1",
        "target_value": "30",
        "actual_value": "16",
        "unit": "家",
        "is_due": False,
        "is_overdue": False,
        "is_status_contradicted": False,
        "computed_status": "not_due",
        "source_quote": f"原文{key}",
        "source_locator": "table 1/row 2/cell 6",
        "is_current": True,
    }
    return row | changes


Judge = Callable[..., list[Row]]


def write_build(path: Path, rows: list[Row], requirements: list[Row] = ()) -> Path:
    path.unlink(missing_ok=True)
    given = {row["requirement_key"] for row in requirements}
    requirements = [*requirements, *(asked(f"q{i}") for i in range(10) if f"q{i}" not in given)]
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema audit")
        connection.execute(OTHERS)
        _insert(connection, "audit_task_progress", PROGRESS, rows)
        _insert(connection, "audit_requirement", REQUIREMENT, requirements)
    return path


def _insert(connection: duckdb.DuckDBPyConnection, table: str, kinds: dict[str, str], rows: list[Row]) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in kinds.items())
    connection.execute(f"create table audit.{table} ({columns})")
    for row in rows:
        marks = ", ".join("?" for _ in kinds)
        connection.execute(f"insert into audit.{table} values ({marks})", [row[c] for c in kinds])


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    def run(rows: list[Row], *check_ids: str, requirements: list[Row] = ()) -> list[Row]:
        build = write_build(tmp_path / "warehouse.duckdb", rows, requirements)
        out = tmp_path / "mart.parquet"
        chosen = [c for c in catalogue() if not check_ids or c.id in check_ids]
        run_gate("mart", tmp_path / "lake", build, out, checks=chosen)
        found: list[Row] = pq.read_table(out).to_pylist()
        # the gate has let go of the build database: the next stage of the same process may write it
        duckdb.connect(str(build)).close()
        return found

    return run


def test_right_records_stay_silent_under_all_checks(judge: Judge) -> None:
    rows = [
        progress("a", reported_status="completed", computed_status="completed", is_due=True, actual_value="30"),
        progress("b", reported_status="on_schedule", pace_class="near_pace"),
        progress("c", determined_status="behind_schedule", computed_status="unmet", is_due=True),
        progress("d", is_due=True, is_overdue=True, days_overdue=3, reported_status="behind_schedule"),
        progress("e", computed_completion_pct="102.5"),
        progress("f", computed_completion_pct=None),
    ]
    assert judge(rows) == []


def test_two_current_records_of_one_requirement_block_both(judge: Judge) -> None:
    same = {"requirement_id": "one"}
    rows = [
        progress("a", **same),
        progress("b", **same),
        progress("old", is_current=False, **same),
        progress("other", region_key="g2", **same),
        progress("single"),
    ]
    found = judge(rows, "duplicate_current_record")
    assert [(f["record_key"], f["severity"]) for f in found] == [("a", "blocker"), ("b", "blocker")]
    assert found[0]["item_key"] == "i-a"
    assert found[0]["document_sha256"] == "sha"
    assert found[0]["source_quote"] == "原文a"
    assert (found[0]["region_code"], found[0]["period"]) == ("440703", "2020-06")


def test_a_better_judgement_than_the_figure_allows_is_an_error(judge: Judge) -> None:
    wrong = {"reported_status": "completed", "reported_status_phrase": "按进度完成", "is_status_contradicted": True}
    rows = [
        progress("a", is_due=True, **wrong),
        progress("b", is_current=False, **wrong),
        progress("c", is_due=True, progress_text="剩余2项跨年度问题已完成年度任务", **wrong),
        progress("d", is_due=True, source_quote="16家已完成", **(wrong | {"reported_status_phrase": "已完成"})),
    ]
    found, wordless = judge([*rows, progress("e", is_status_contradicted=True)], "status_better_than_figures")
    assert (found["record_key"], wordless["record_key"]) == ("a", "e")
    assert "30家" in found["message_zh"] and "16家" in found["message_zh"] and "按进度完成" in found["message_zh"]
    assert found["arithmetic"] == "16家 对 30家"


def test_behind_though_met_is_a_warning(judge: Judge) -> None:
    rows = [
        progress("a", reported_status="behind_schedule", computed_status="completed", actual_value="30"),
        progress("b", reported_status="behind_schedule", computed_status="met_so_far", actual_value="30"),
        # 40 % is stated beside a figure of 400 %: percent_against_counts says so
        progress(
            "c",
            reported_status="behind_schedule",
            computed_status="completed",
            reported_completion_pct="40",
            computed_completion_pct="400",
        ),
    ]
    (found,) = judge(rows, "behind_though_met")
    assert (found["record_key"], found["severity"]) == ("a", "warning")


def test_a_pace_note_is_one_a_task_and_period_and_never_of_those_who_admit_it(judge: Judge) -> None:
    slow = {"pace_class": "behind_pace", "computed_completion_pct": "13.1", "planned_pct_prorated": "50"}
    rows = [
        progress("a", region_key="g1", **slow),
        progress("b", region_key="g2", **(slow | {"computed_completion_pct": "2.3"})),
        progress("c", region_key="g3", reported_status="behind_schedule", **slow),
        progress("d", region_key="g4", is_due=True, **slow),
    ]
    (found,) = judge(rows, "behind_prorated_plan")
    assert (found["record_table"], found["record_key"], found["severity"]) == ("dim_task", "t1|o1", "warning")
    assert found["message_zh"] == "序时提示：一企一策，2个区域低于序时进度"
    assert (found["observed"], found["expected"]) == ("2.3%至13.1%", "序时50%")
    assert "区1 16 ÷ 30 = 13.1%" in found["arithmetic"] and "区3" not in found["arithmetic"]
    assert (found["submission_id"], found["period"]) == ("s1", "2020-06")


def test_a_rate_is_information_before_its_deadline_and_an_error_at_it(judge: Judge) -> None:
    silent = {"requirement_key": "q9", "actual_value": None, "target_value": "100", "unit": None}
    rows = [
        progress("a", **silent),
        progress("b", region_key="g2", **silent),
        progress("c", is_due=True, computed_status="insufficient_data", **silent),
        progress("d", **(silent | {"actual_value": "51"})),
    ]
    found = judge(rows, "rate_not_yet_reported", "rate_due_not_reported")
    assert [(f["check_id"], f["record_key"], f["severity"]) for f in found] == [
        ("rate_due_not_reported", "c", "error"),
        ("rate_not_yet_reported", "t1|o1|rate", "info"),
    ]


def test_faults_of_the_models_are_errors(judge: Judge) -> None:
    rows = [
        progress("a", region_key="nowhere", task_key=None),
        progress("b", is_overdue=True, days_overdue=0, is_due=True),
        progress("c", computed_completion_pct="-8.3"),
    ]
    found = judge(rows, "record_without_dimension", "overdue_before_due", "completion_not_negative")
    assert [(f["check_id"], f["record_key"]) for f in found] == [
        ("completion_not_negative", "c"),
        ("overdue_before_due", "b"),
        ("record_without_dimension", "a"),
    ]
    assert found[2]["message_zh"] == "记录缺少任务、区域"


def test_a_build_database_without_the_judged_tables_fails_loudly(tmp_path: Path) -> None:
    out = tmp_path / "mart.parquet"
    with pytest.raises(MissingTableError, match="build database"):
        run_gate("mart", tmp_path, tmp_path / "absent.duckdb", out)
    empty = tmp_path / "empty.duckdb"
    with duckdb.connect(str(empty)) as connection:
        connection.execute("create schema marts")
    with pytest.raises(MissingTableError, match="audit_task_progress"):
        run_gate("mart", tmp_path, empty, out)
    assert not out.exists()


def test_the_gate_never_writes_the_build_database(judge: Judge, tmp_path: Path) -> None:
    judge([progress("a")])
    build = tmp_path / "warehouse.duckdb"
    before = build.read_bytes()
    run_gate("mart", tmp_path / "lake", build, tmp_path / "mart.parquet")
    assert build.read_bytes() == before
