"""No row, however odd, may keep a gate from judging: a month is not stopped by one absurd cell."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pyarrow as pa

from expectations.runner import run_gate
from ingestion.lake import SCHEMAS
from ingestion.records import Fact

from .conftest import fact, item, submission
from .test_mart_checks import PROGRESS, progress, write_build

FIGURES = [Decimal(n) for n in ("0", "-1", "0.000001", "4", "15", "26.6", "100", "123456789012345678", "-99999999.5")]
TEXTS = [
    "",
    "亩",
    "万亩",
    "%",
    "个百分点",
    "公里",
    "家",
    "2022 all",
    "2022 city",
    "'); drop table facts; --",
    "“環基貸”",
    "{x} :y ?",
]
DATES = [date(1, 1, 1), date(2023, 6, 30), date(9999, 12, 31)]
CHOICES = {
    "fact": ["requirement", "progress", "indicator"],
    "count_role": ["done", "closed", "stage", "started", "remaining", "part", "total", None],
    "percent_kind": ["completion", "share", "change", None],
    "target_comparator": [">=", "<=", "=", None],
    "actual_comparator": [">=", "<=", "=", None],
}
PROGRESS_TEXTS = [
    "",
    "第三季度，7月40日，99月，截至13月底",
    "1.35万亩万亩公里公里",
    "（1）（2）（",
    "\x00",
    "以及监测站和断面",
]


def any_of(kind: Any, rng: random.Random) -> Any:
    """A value of the column's type, or nothing."""
    if rng.random() < 0.3:
        return None
    if pa.types.is_decimal(kind):
        return rng.choice(FIGURES)
    if pa.types.is_date(kind):
        return rng.choice(DATES)
    if pa.types.is_boolean(kind):
        return rng.random() < 0.5
    if pa.types.is_integer(kind):
        return rng.choice([-1, 0, 1, 2, 2023, 2**31 - 1])
    return rng.choice(TEXTS)


def hostile_fact(number: int, rng: random.Random) -> dict[str, Any]:
    row = {f.name: any_of(f.type, rng) for f in SCHEMAS["facts"] if f.name != "region_context"}
    row |= {name: rng.choice(values) for name, values in CHOICES.items()}
    own = fact(f"p{number}", key=f"i{rng.randrange(8)}")
    return row | {name: own[name] for name in ("submission_id", "fact_id", "item_key", "document_sha256")}


def test_the_choices_are_those_of_the_record() -> None:
    hints = {name: set(get_args(str(value))) for name, value in Fact.__annotations__.items()}
    assert set(CHOICES) <= set(hints)


def test_the_raw_gate_judges_any_facts_and_items(make_lake) -> None:
    rng = random.Random(20230930)  # noqa: S311 (no secret)
    facts = [hostile_fact(n, rng) for n in range(4000)]
    texts = [
        f.name for f in SCHEMAS["items"] if f.name in ("task", "content", "requirement_text", "progress_text", "region")
    ]
    items = [item(f"i{n}", **{t: rng.choice([None, *TEXTS, *PROGRESS_TEXTS]) for t in texts}) for n in range(200)]
    rows = [submission("s1", as_of_date=None, campaign_year=None), submission("s2", region_code="UNKNOWN")]
    lake = make_lake(facts=facts, items=items, submissions=rows)
    result = run_gate("raw", lake, None, lake / "checks" / "raw.parquet")
    assert result.counts["error"] > 0


def test_the_mart_gate_judges_any_candidates(tmp_path: Path) -> None:
    rng = random.Random(20230930)  # noqa: S311 (no secret)
    others: dict[str, list[Any]] = {"boolean": [True, False], "integer": [0, 1, -5], "timestamp": DATES}
    kinds = {"decimal(24, 6)": FIGURES, "decimal(18, 6)": [Decimal("-1"), Decimal("50"), Decimal("99999999999")]}
    rows = []
    for number in range(2000):
        row = progress(f"k{number}")
        for name, kind in PROGRESS.items():
            if name == "progress_key" or rng.random() < 0.5:
                continue
            values = kinds.get(kind) or others.get(kind, TEXTS)
            row[name] = rng.choice([None, *values])
        row["computed_status"] = rng.choice(["completed", "unmet", "insufficient_data", None])
        row["reported_status"] = rng.choice(["behind_schedule", "completed", None])
        row["pace_class"] = rng.choice(["behind_pace", None])
        row["requirement_key"] = rng.choice(["q1", "q9", None])
        rows.append(row)
    build = write_build(tmp_path / "warehouse.duckdb", rows)
    result = run_gate("mart", tmp_path / "lake", build, tmp_path / "mart.parquet")
    assert set(result.counts) == {"blocker", "error", "warning", "info"}
