"""Stewards' decisions laid over landed facts: where they fit, from their moment on, never over the original."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.amend import (
    CORRECTABLE,
    CorrectionError,
    MismatchError,
    amend_landed,
    corrected,
    fact_as_it_stands,
    text_of,
    value_of,
)
from ingestion.lake import SCHEMAS
from registry import changes, corrections, runs
from registry.changes import Change
from registry.corrections import Decision
from tests.ingestion.house import SEEN, House, extract_json, said

LATER = SEEN + timedelta(days=3)
SEED = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds" / "correctable_columns.csv"


def fact(**given: Any) -> dict[str, Any]:
    return dict.fromkeys(SCHEMAS["facts"].names) | {"is_stated_zero": False} | given


POND = fact(
    actual_value=Decimal(9800), unit="亩", canonical_value=Decimal(9800), canonical_unit="亩", percent=Decimal(40)
)


def test_a_value_is_replaced_and_what_follows_from_it_too() -> None:
    changed = corrected(POND, "unit", "亩", "万亩")
    assert (changed["canonical_value"], changed["canonical_unit"]) == (Decimal(98_000_000), "亩")
    changed = corrected(POND, "actual_value", "9800.00", "9810")
    assert (changed["actual_value"], changed["canonical_value"], changed["percent"]) == (9810, 9810, Decimal(40))
    assert POND["actual_value"] == 9800


def test_a_rate_is_the_figure_and_the_percentage() -> None:
    rate = fact(actual_value=Decimal("74.29"), unit="%", percent=Decimal("74.29"))
    assert corrected(rate, "actual_value", "74.29", "75")["percent"] == 75


def test_a_stated_zero_that_is_corrected_is_a_figure() -> None:
    changed = corrected(fact(unit="宗", is_stated_zero=True), "actual_value", None, "2")
    assert (changed["actual_value"], changed["is_stated_zero"]) == (2, False)


def test_a_target_has_its_canonical_value() -> None:
    target = fact(target_value=Decimal("1.05"), target_unit="万亩", canonical_target_value=Decimal(10500))
    assert corrected(target, "target_value", "1.05", "1.35")["canonical_target_value"] == 13500


def test_what_the_document_does_not_say_is_not_corrected() -> None:
    with pytest.raises(MismatchError) as told:
        corrected(POND, "actual_value", "9700", "9810")
    assert told.value.found == "9800"


@pytest.mark.parametrize(
    ("column", "text", "told"),
    [("actual_value", "约9800", "no number"), ("actual_value", "NaN", "no number"), ("deadline", "12月10日", "no date"),
     ("status", "已完成", "none of completed"), ("stage", "done", "none of"), ("quote", "x", "cannot be corrected")],
)  # fmt: skip
def test_a_value_of_no_use_is_refused_with_what_is_valid(column: str, text: str, told: str) -> None:
    with pytest.raises(CorrectionError, match=told):
        value_of(column, text)


@given(
    st.decimals(min_value=0, max_value=10**9, places=4),
    st.decimals(min_value=0, max_value=10**9, places=4),
    st.sampled_from(["亩", "万亩", "公里", "家", "%"]),
)
def test_a_correction_and_its_reverse_give_the_fact_again(was: Decimal, is_now: Decimal, unit: str) -> None:
    from ingestion.extract.units import in_canonical

    value, canonical_unit = in_canonical(was, unit)
    before = fact(actual_value=was, unit=unit, canonical_value=value, canonical_unit=canonical_unit)
    there = corrected(before, "actual_value", text_of(was), text_of(is_now))
    assert there["actual_value"] == is_now
    assert corrected(there, "actual_value", text_of(is_now), text_of(was)) == before


@given(st.one_of(st.decimals(allow_nan=False, allow_infinity=False, places=6), st.dates()))
def test_what_is_written_is_read_back(value: Decimal | date) -> None:
    column = "deadline" if isinstance(value, date) else "actual_value"
    assert value_of(column, text_of(value)) == value


def test_every_correctable_column_has_its_name_for_people() -> None:
    with SEED.open(encoding="utf-8") as lines:
        assert [row["column_name"] for row in csv.DictReader(lines)] == list(CORRECTABLE)


@pytest.fixture
def landed(house: House) -> House:
    """One filing of 蓬江区 with two items."""
    first = {"region": "蓬江区", "task": "推进养殖尾水治理", "progress": "285"}
    second = {"region": "蓬江区", "task": "推进农村污水治理", "progress": "16"}
    house.put("蓬江区_2023-09.json", said(first, second))
    house.run()
    return house


def decide(house: House, value: str = "295", expected: str = "285", at: datetime = LATER, item: int = 1) -> str:
    (run,) = [r for r in runs.live(house.engine) if "2023-09" in (r.lake_file or "")][-1:]
    (row,) = [r for r in pq.read_table(house.lake / str(run.lake_file)).to_pylist() if r["item_seq"] == item]
    return corrections.record(
        house.engine,
        Decision(
            submission_id=run.submission_id, item_key=row["item_key"], fact_id=row["fact_id"],
            column_name="actual_value", expected_value=expected, corrected_value=value, reason="核对台账",
            decided_by="王五", decided_at=at,
        ),
    )  # fmt: skip


def amended(house: House) -> list[dict[str, Any]]:
    amend_landed(house.engine, house.lake)
    files = [a.lake_file for a in corrections.amendments(house.engine)]
    return [row for name in files for row in pq.read_table(house.lake / name).to_pylist()]


def states(house: House) -> list[str]:
    return [c.state for c in corrections.every(house.engine)]


def test_nothing_decided_makes_no_amendment(landed: House) -> None:
    assert amend_landed(landed.engine, landed.lake).amendments == 0


def test_a_correction_makes_a_word_of_its_own_and_leaves_the_original(landed: House) -> None:
    before = {p: p.read_bytes() for p in (landed.lake / "facts").rglob("*.parquet")}
    decide(landed)
    (row,) = amended(landed)
    assert (row["actual_value"], row["canonical_value"], row["quote"]) == (295, 295, "285")
    (amendment,) = corrections.amendments(landed.engine)
    assert amendment.known_from == LATER
    assert row["submission_id"] == amendment.amendment_id != amendment.submission_id
    assert {p: p.read_bytes() for p in before} == before
    assert states(landed) == ["applied"]


def test_the_same_decisions_again_write_nothing(landed: House) -> None:
    decide(landed)
    amended(landed)
    files = {p: p.stat().st_mtime_ns for p in landed.lake.rglob("*.parquet")}
    amended(landed)
    assert {p: p.stat().st_mtime_ns for p in landed.lake.rglob("*.parquet")} == files


def test_corrections_follow_each_other_in_their_order(landed: House) -> None:
    decide(landed)
    decide(landed, "300", expected="295", at=LATER + timedelta(days=1))
    assert [row["actual_value"] for row in amended(landed)] == [295, 300]


def test_what_does_not_fit_any_more_is_told_and_changes_nothing(landed: House) -> None:
    decide(landed, expected="284")
    assert [row["actual_value"] for row in amended(landed)] == [285]
    (kept,) = corrections.every(landed.engine)
    assert (kept.state, kept.found_value) == ("unmatched", "285")


def test_a_correction_that_is_withdrawn_was_known_for_a_while(landed: House) -> None:
    key = decide(landed)
    corrections.withdraw(landed.engine, key, by="王五", at=LATER + timedelta(days=2))
    assert [row["actual_value"] for row in amended(landed)] == [295, 285]
    assert states(landed) == ["withdrawn"]


def test_only_the_item_that_is_corrected_is_said_again(landed: House) -> None:
    decide(landed, "17", expected="16", item=2)
    assert [(row["item_seq"], row["actual_value"]) for row in amended(landed)] == [(2, 17)]


def test_a_correction_ends_where_the_unit_files_again(landed: House) -> None:
    decide(landed)
    landed.register("蓬江区_2023-09补报.json,蓬江区,2023-09,2023-10-20,1,all,")
    landed.put("蓬江区_2023-09补报.json", said({"region": "蓬江区", "task": "推进养殖尾水治理", "progress": "310"}))
    landed.run()
    assert [row["actual_value"] for row in amended(landed)] == [295], "it was known until then"
    assert states(landed) == ["expired"]


def test_a_correction_of_what_was_replaced_before_is_none(landed: House) -> None:
    decide(landed, at=datetime(2023, 11, 1, tzinfo=UTC))
    landed.register("蓬江区_2023-09补报.json,蓬江区,2023-09,2023-10-20,1,all,")
    landed.put("蓬江区_2023-09补报.json", said({"region": "蓬江区", "task": "推进养殖尾水治理", "progress": "310"}))
    landed.run()
    assert amended(landed) == []
    assert states(landed) == ["expired"]


def test_new_rules_are_followed_by_new_amendments(landed: House) -> None:
    decide(landed)
    amended(landed)
    landed.with_version("v2")
    landed.process(again=True)
    (row,) = amended(landed)
    assert row["actual_value"] == 295
    assert ".v2" in corrections.amendments(landed.engine)[0].lake_file


def test_new_rules_that_read_another_value_are_told(landed: House) -> None:
    decide(landed)

    def misread(segmentation: Any) -> Any:
        from dataclasses import replace

        found = extract_json(segmentation)
        return replace(found, facts=tuple(replace(f, actual_value=f.actual_value + 1) for f in found.facts))

    landed.with_version("v2", extract=misread)
    landed.process(again=True)
    amended(landed)
    (kept,) = corrections.every(landed.engine)
    assert (kept.state, kept.found_value) == ("unmatched", "286")


def test_a_fact_as_it_stands_is_the_corrected_one(landed: House) -> None:
    decide(landed)
    (row,) = amended(landed)
    (amendment,) = corrections.amendments(landed.engine)
    found = fact_as_it_stands(landed.engine, landed.lake, amendment.submission_id, row["fact_id"])
    assert found["actual_value"] == 295
    with pytest.raises(LookupError):
        fact_as_it_stands(landed.engine, landed.lake, amendment.submission_id, "nothing")
    with pytest.raises(LookupError):
        fact_as_it_stands(landed.engine, landed.lake, "nobody", row["fact_id"])


def test_a_change_is_known_of_the_words_that_stood_when_it_was_recorded(landed: House) -> None:
    (run,) = runs.live(landed.engine)
    file = landed.lake / str(run.lake_file).replace("facts/", "identities/", 1)
    (asked, _) = sorted(pq.read_table(file).to_pylist(), key=lambda r: r["item_key"])

    def record(event_date: date, recorded_at: datetime, event: changes.Event = "cancel_applied") -> None:
        changes.record(
            landed.engine,
            Change(requirement_id=asked["requirement_id"], event=event, event_date=event_date, recorded_by="李四",
                   recorded_at=recorded_at),
        )  # fmt: skip

    record(date(2023, 10, 2), LATER)
    assert amended(landed) == [], "the words are of September"
    record(date(2023, 9, 2), SEEN - timedelta(days=5))
    assert amended(landed) == [], "it was known before the words came"
    record(date(2023, 9, 3), LATER, "refused")
    (row,) = amended(landed)
    assert (row["item_key"], row["actual_value"]) == (asked["item_key"], 285)
