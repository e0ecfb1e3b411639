"""From documents to marts: a joint task counts once, an unknown name is nobody's, a name has the code of its time."""

from __future__ import annotations

from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from expectations.runner import run_gate
from tests.dbt.conftest import Warehouse
from tests.expectations.landed import land
from tests.read import render
from xushi import transform as models
from xushi.home import Home

HEADER = ("序号", "区域", "主要任务", "目标要求", "完成情况")
CITY = "江门市2023年重点任务进展情况表（1-9月）"
TABLES = {
    "江门市_2023-09.txt": (
        CITY,
        ("1", "蓬江区（配合）、江海区（牵头）", "治理甲河", "12月底前治理甲河5公里",
         "共治理3公里，其中蓬江区治理1公里"),
        ("2", "蓬江区、鼓楼区", "建设乙厂", "12月底前建成乙厂2座", "已建成1座"),
        ("3", "台山市、开平市", "新建管网", "12月底前，台山市新建3公里，开平市新建2公里",
         "台山市新建1公里，开平市新建2公里"),
        ("4", "新会区", "清理丙塘", "12月底前清理6个", "已清理4个"),
    ),
    "三明市_2019-12.txt": (
        "三明市2019年重点任务进展情况表（1-12月）",
        ("1", "沙县", "治理丁河", "年底前治理丁河5公里", "治理5公里"),
        ("2", "三元区、沙县", "建设戊厂", "年底前建成戊厂1座", "建成1座"),
    ),
    "三明市_2023-09.txt": (
        "三明市2023年重点任务进展情况表（1-9月）",
        ("1", "沙县", "治理丁河", "12月底前治理丁河5公里", "治理3公里"),
        ("2", "三元区、沙县", "建设戊厂", "12月底前建成戊厂1座", "建成1座"),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def joint(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Three tables, read by the real stages, judged by the raw gate, built and published."""
    root = tmp_path_factory.mktemp("joint")
    (root / "inbox").mkdir()
    for name, (title, *rows) in TABLES.items():
        (root / "inbox" / name).write_bytes(render.txt([HEADER, *rows], title))
    home = land(root / "inbox", Home(root / "home"))
    run_gate("raw", home.lake, None, home.lake / "checks" / "raw.parquet")
    outcome = models.transform(home)
    models.release(home)
    return Warehouse(home, {}, outcome)


def regions(warehouse: Warehouse, task: str, year: int = 2023) -> list[tuple[str, str, str]]:
    """(requirement, region, role) of a task, the lead first."""
    rows = warehouse.rows(
        """
        select q.requirement_text, r.region_code, b.role
        from marts.bridge_requirement_region as b
        inner join marts.dim_requirement as q using (requirement_key)
        inner join marts.dim_task as t using (task_key)
        inner join marts.dim_region as r on r.region_key = b.region_key
        where t.task_name = ? and q.campaign_year = ?
        order by q.requirement_text, b.role desc, r.region_code
        """,
        task, year,
    )  # fmt: skip
    return [tuple(row.values()) for row in rows]


def test_a_joint_task_has_a_lead_and_who_joins_in(joint: Warehouse) -> None:
    told = regions(joint, "治理甲河")
    assert [(code, role) for _, code, role in told] == [("440704", "lead"), ("440703", "joint")]
    assert [(code, role) for _, code, role in regions(joint, "清理丙塘")] == [("440705", "lead")]


def test_it_is_one_row_with_the_whole_figure_under_the_lead(joint: Warehouse) -> None:
    row = joint.one("治理甲河")
    assert (row["region_name"], row["actual_value"], row["target_value"]) == ("江海区", Decimal(3), Decimal(5))


def test_the_scorecard_counts_it_once(joint: Warehouse) -> None:
    rows = joint.rows(
        "select region_name, requirement_count, task_count from marts.mart_region_scorecard"
        " where period = '2023-09' and region_code like '4407%' and requirement_count > 0 order by region_code"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("江海区", 1, 1), ("新会区", 1, 1), ("台山市", 1, 1), ("开平市", 1, 1),
    ]  # fmt: skip


def test_where_one_of_two_names_is_not_known_the_task_is_nobodys(joint: Warehouse) -> None:
    assert [(code, role) for _, code, role in regions(joint, "建设乙厂")] == [("UNKNOWN", "lead")]
    assert joint.one("建设乙厂")["region_name"] == "未知地区"
    found = pq.read_table(joint.home.lake / "checks" / "raw.parquet").to_pylist()
    unresolved = [(r["observed"], r["severity"]) for r in found if r["check_id"] == "region_unresolved"]
    assert unresolved == [("蓬江区、鼓楼区", "blocker")]


def test_a_task_with_a_figure_for_each_region_is_a_row_for_each(joint: Warehouse) -> None:
    rows = [
        (r["region_name"], r["target_value"], r["actual_value"], r["deadline_date"].isoformat())
        for r in joint.progress("新建管网")
    ]
    assert sorted(rows) == [
        ("台山市", Decimal(3), Decimal(1), "2023-12-31"), ("开平市", Decimal(2), Decimal(2), "2023-12-31"),
    ]  # fmt: skip
    assert {(code, role) for _, code, role in regions(joint, "新建管网")} == {("440781", "lead"), ("440783", "lead")}


@pytest.mark.parametrize(("year", "county", "district"), [(2019, "350427", "350403"), (2023, "350405", "350404")])
def test_one_wording_has_in_two_times_two_codes(joint: Warehouse, year: int, county: str, district: str) -> None:
    assert [(code, role) for _, code, role in regions(joint, "治理丁河", year)] == [(county, "lead")]
    shared = [(code, role) for _, code, role in regions(joint, "建设戊厂", year)]
    assert shared == [(district, "lead"), (county, "joint")]
    (row,) = joint.progress("治理丁河", "2019-12" if year == 2019 else "2023-09")
    assert row["region_name"] == ("沙县" if year == 2019 else "沙县区")
