"""Joint rows as facts: shares are parts of the whole, a sum that was set aside is a rejection with its reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ingestion.extract import extract, reasons
from ingestion.records import Extraction, Fact
from tests.segment.layouts import of_rows

HEADER = ["序号", "区域", "主要任务", "目标要求", "完成情况"]


def row(asked: str, told: str) -> Extraction:
    rows = [HEADER, ["1", "蓬江区、江海区", "污水管网", asked, told], ["2", "新会区", "甲河", "5公里", "3公里"]]
    return extract(of_rows(rows, "江门市2023年重点任务进展情况表（1-9月）"))


def of_kind(found: Extraction, kind: str) -> list[Fact]:
    return [fact for fact in found.facts if fact.fact == kind and fact.item_no == "1"]


def test_shares_of_a_whole_are_its_parts() -> None:
    found = row("新建5公里", "共完成5公里，其中蓬江区完成3公里，江海区完成2公里")
    (asked,) = of_kind(found, "requirement")
    assert (asked.region, asked.target_value) == ("蓬江区、江海区", Decimal(5))
    assert [(f.actual_value, f.count_role, f.scope) for f in of_kind(found, "progress")] == [
        (Decimal(5), "done", None), (Decimal(3), "part", "蓬江区"), (Decimal(2), "part", "江海区"),
    ]  # fmt: skip
    assert not [r for r in found.rejections if r.reason == "joint_figure"]


def test_a_split_row_has_a_target_a_figure_and_the_deadline_for_each_region() -> None:
    found = row("12月底前，蓬江区新建3公里，江海区新建2公里", "共完成4公里，其中蓬江区完成3公里，江海区完成1公里")
    asked, told = of_kind(found, "requirement"), of_kind(found, "progress")
    due = date(2023, 12, 31)
    assert [(f.region, f.target_value, f.deadline) for f in asked] == [
        ("蓬江区", Decimal(3), due), ("江海区", Decimal(2), due),
    ]  # fmt: skip
    assert [(f.region, f.actual_value, f.requirement_no) for f in told] == [
        ("蓬江区", Decimal(3), 1), ("江海区", Decimal(1), 1),
    ]  # fmt: skip
    assert len({f.item_key for f in asked}) == 2
    assert len({f.fact_id for f in (*asked, *told)}) == 4
    assert [(r.quote, r.reason) for r in found.rejections] == [("共完成4公里", "joint_figure")]
    assert "joint_figure" in reasons()
