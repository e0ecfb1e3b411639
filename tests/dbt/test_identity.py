"""Ids that the resolve stage gave reach the marts, and a task's former names stand beside the one that holds."""

from __future__ import annotations

from datetime import date

import pytest

from ingestion.lake import SCHEMAS, table_of
from tests.dbt.conftest import Warehouse
from tests.dbt.lake_builder import VERSION, LakeBuilder, at, item, progress, requirement
from xushi import transform as models
from xushi.home import Home

MONTHS = {"2023-07": "雨污分流", "2023-08": "雨污分流", "2023-09": "老城雨污分流改造"}
TASK = "Tonetask00001"


def asked(target: int) -> dict[str, object]:
    return requirement(
        1, f"完成{target}公里", sub_item=f"({target})", indicator="管网", indicator_type="cumulative",
        target_value=target, target_unit="公里", target_comparator="=", deadline="2023-12-31",
    )  # fmt: skip


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Three months of one task; in September its name, its target and its number change."""
    b = LakeBuilder()
    done = progress(1, "5公里", actual_value=5, unit="公里")
    for number, (period, name) in enumerate(MONTHS.items()):
        sent = b.submission(
            "蓬江区", period, received_at=at(f"2023-{number + 8:02d}-05"), as_of=date(2023, number + 7, 28),
            items=[item("蓬江区", name, asked(20 if period == "2023-09" else 30), done)],
        )  # fmt: skip
        run_id = f"{sent}.{VERSION}"
        (stated,) = [f for f in b.kinds["facts", period, run_id].to_pylist() if f["fact"] == "requirement"]
        named = {key: stated[key] for key in ("item_key", "fact_id")} | {"task_id": TASK, "requirement_id": "Rone"}
        b.kinds["identities", period, run_id] = table_of([named], SCHEMAS["identities"], submission_id=sent)
    home = Home(tmp_path_factory.mktemp("renamed"))
    b.write(home.lake)
    outcome = models.transform(home)
    models.release(home)
    return Warehouse(home, {}, outcome)


def test_a_renamed_task_is_one_task_with_two_names(renamed: Warehouse) -> None:
    rows = renamed.rows(
        "select task_id, task_name, valid_from, valid_to, is_current from marts.dim_task order by valid_from"
    )
    assert [tuple(row.values()) for row in rows] == [
        (TASK, "雨污分流", date(2023, 1, 1), date(2023, 9, 1), False),
        (TASK, "老城雨污分流改造", date(2023, 9, 1), None, True),
    ]


def test_facts_carry_the_name_that_holds(renamed: Warehouse) -> None:
    rows = renamed.rows("select t.task_name from marts.fct_task_progress join marts.dim_task as t using (task_key)")
    assert [row["task_name"] for row in rows] == ["老城雨污分流改造"] * 3


def test_a_requirement_keeps_its_id_when_number_and_target_move(renamed: Warehouse) -> None:
    rows = renamed.rows("select requirement_id, target_value from marts.dim_requirement order by valid_from")
    assert [(row["requirement_id"], row["target_value"]) for row in rows] == [("Rone", 30), ("Rone", 20)]
    flagged = renamed.rows("select period from marts.fct_task_progress where is_rebaselined")
    assert [row["period"] for row in flagged] == ["2023-09"]
