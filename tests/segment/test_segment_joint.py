"""Rows that several regions share: who leads, what is split, what stays one row with the whole figure."""

from __future__ import annotations

import pytest

from ingestion.records import Segmentation, TaskItem
from ingestion.segment.joint import parties, region_names
from tests.segment.layouts import of_rows, said

HEADER = ["序号", "区域", "主要任务", "目标要求", "完成情况"]
TITLE = "江门市2023年重点任务进展情况表（1-9月）"


def row(region: str, asked: str, told: str) -> Segmentation:
    """A table of one joint row and one that is none."""
    return of_rows([HEADER, ["1", region, "污水管网", asked, told], ["2", "新会区", "甲河", "5公里", "3公里"]], TITLE)


def joint(found: Segmentation) -> list[TaskItem]:
    return [item for item in found.items if item.item_no == "1"]


@pytest.mark.parametrize(
    ("cell", "lead", "others"),
    [
        ("蓬江区、江海区", "蓬江区", ["江海区"]),
        ("蓬江区，江海区", "蓬江区", ["江海区"]),
        ("蓬江区和江海区", "蓬江区", ["江海区"]),
        ("蓬江区、江海区及新会区", "蓬江区", ["江海区", "新会区"]),
        ("蓬江区以及江海区", "蓬江区", ["江海区"]),
        ("蓬江区/江海区", "蓬江区", ["江海区"]),
        ("蓬江、江海", "蓬江", ["江海"]),
        ("蓬江區、江海區", "蓬江區", ["江海區"]),
        ("蓬江区（牵头）、江海区", "蓬江区", ["江海区"]),
        ("蓬江区、江海区（牵头）", "江海区", ["蓬江区"]),
        ("蓬江区（配合）、江海区", "江海区", ["蓬江区"]),
        ("蓬江区（牵头单位）江海区（配合单位）", "蓬江区", ["江海区"]),
        ("牵头：蓬江区 配合：江海区、新会区", "蓬江区", ["江海区", "新会区"]),
        ("配合：江海区、新会区 牵头：蓬江区", "蓬江区", ["江海区", "新会区"]),
        ("牵头单位：蓬江区\n配合单位：江海区", "蓬江区", ["江海区"]),
        ("蓬江区（配合：江海区、新会区）", "蓬江区", ["江海区", "新会区"]),
        ("由蓬江区牵头，江海区、新会区配合", "蓬江区", ["江海区", "新会区"]),
        ("蓬江区\n江海区\n新会区", "蓬江区", ["江海区", "新会区"]),
        ("蓬江区政府、江海区政府", "蓬江区", ["江海区"]),
        ("高新区（江海区）、蓬江区", "高新区（江海区）", ["蓬江区"]),
        ("和平区、南开区", "和平区", ["南开区"]),
        ("河西区和和平区", "河西区", ["和平区"]),
    ],
)
def test_a_cell_names_a_lead_and_who_joins_in(cell: str, lead: str, others: list[str]) -> None:
    first, *rest = parties(cell)
    assert (first.name, first.role) == (lead, "lead")
    assert [(party.name, party.role) for party in rest] == [(name, "joint") for name in others]


@pytest.mark.parametrize(
    "cell",
    ["", None, "蓬江区", "和平区", "全市", "各县（市、区）", "市、县（区）", "蓬江区（含高新区、滨江新区）",
     "市水利局、蓬江区", "蓬江区、江海区等", "蓬江区、蓬江区", "高新区（江海区）", "蓬江区、江海区完成3公里"],
)  # fmt: skip
def test_other_cells_name_no_parties(cell: str | None) -> None:
    assert parties(cell) == ()


def test_a_cell_of_one_region_names_that() -> None:
    assert (region_names("蓬江区"), region_names(" "), region_names(None)) == (("蓬江区",), (), ())


@pytest.mark.parametrize(
    ("cell", "region"),
    [
        ("蓬江区 江海区", "蓬江区、江海区"),
        ("江门市 蓬江区", "江门市蓬江区"),
        ("蓬江区、江\n海区", "蓬江区、江海区"),
        ("蓬江区、江海区\n新会区", "蓬江区、江海区、新会区"),
        ("蓬江区、江海区（3项）", "蓬江区、江海区"),
        ("蓬江区、江海区政府", "蓬江区、江海区政府"),
    ],
)
def test_no_name_of_a_cell_drops_out(cell: str, region: str) -> None:
    assert [item.region for item in joint(row(cell, "完成整治", "已开工"))] == [region]


@pytest.mark.parametrize(
    ("asked", "told", "own"),
    [
        # a target each
        ("蓬江区新建3公里，江海区新建2公里", "蓬江区完成3公里，江海区完成1公里",
         [(["新建3公里"], ["完成3公里"]), (["新建2公里"], ["完成1公里"])]),
        ("蓬江区：新建3公里\n江海区：新建2公里", "蓬江区：完成3公里\n江海区：完成1公里\n下一步加快推进",
         [(["新建3公里"], ["完成3公里"]), (["新建2公里"], ["完成1公里"])]),
        ("（1）蓬江区新建3公里。\n（2）江海区新建2公里。", "（1）蓬江区完成3公里。\n（2）江海区尚未开工。",
         [(["新建3公里"], ["完成3公里"]), (["新建2公里"], ["尚未开工"])]),
        # a deadline and a judgement for all of them
        ("12月底前，蓬江区新建3公里，江海区新建2公里", "进度滞后，共完成4公里，其中蓬江区完成3公里，江海区完成1公里",
         [(["新建3公里", "12月底前"], ["完成3公里", "进度滞后"]),
          (["新建2公里", "12月底前"], ["完成1公里", "进度滞后"])]),
        # what holds for each of them
        ("收集率达到90%", "蓬江区收集率91%；江海区收集率85%。",
         [(["收集率达到90%"], ["收集率91%"]), (["收集率达到90%"], ["收集率85%"])]),
        ("各完成5家", "蓬江完成5家、江海完成4家", [(["各完成5家"], ["完成5家"]), (["各完成5家"], ["完成4家"])]),
        ("12月10日前完成整治", "其中，蓬江区整治5家，江海区整治4家。",
         [(["12月10日前完成整治"], ["整治5家"]), (["12月10日前完成整治"], ["整治4家"])]),
    ],
)  # fmt: skip
def test_a_row_is_split_where_each_region_has_its_own_figure(
    asked: str, told: str, own: list[tuple[list[str], list[str]]]
) -> None:
    found = row("蓬江区、江海区", asked, told)
    items = joint(found)
    assert [item.region for item in items] == ["蓬江区", "江海区"]
    assert [(said(i)["requirement"], said(i)["progress"]) for i in items] == own
    assert {part.locator for i in items for part in i.of("progress")} == {"table 1/row 2/cell 5"}
    assert all(part.place is None for i in items for part in i.parts)


def test_a_sum_beside_the_shares_of_a_split_row_is_set_aside() -> None:
    found = row(
        "蓬江区、江海区", "12月底前新建5公里，其中蓬江区3公里，江海区2公里", "共完成4公里，其中蓬江区3公里，江海区1公里"
    )
    assert [said(item)["requirement"] for item in joint(found)] == [["3公里", "12月底前"], ["2公里", "12月底前"]]
    assert [part.text for part in found.set_aside] == ["新建5公里", "共完成4公里"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("新建5公里", "蓬江区完成3公里，江海区完成2公里"),  # what they owe together is no target of each
        ("新建5公里", "完成3公里"),
        ("蓬江区新建3公里，江海区新建2公里", "完成4公里"),
        ("蓬江区新建3公里，江海区新建2公里", "蓬江区完成3公里，江海区正在施工"),
        ("完成整治", "蓬江区、江海区均完成5家"),
        ("完成整治", "已完成沙仔尾泵站1座"),
        ("达到90%", "蓬江区91%"),
    ],
)
def test_a_row_stays_whole_where_a_region_has_no_figure_of_its_own(asked: str, told: str) -> None:
    found = row("蓬江区、江海区", asked, told)
    (item,) = joint(found)
    assert item.region == "蓬江区、江海区"
    assert (said(item)["requirement"], said(item)["progress"]) == ([asked], [told])
    assert found.set_aside == ()


def test_shares_beside_the_whole_are_told_apart_from_it() -> None:
    found = row("蓬江区、江海区", "新建5公里，其中蓬江区3公里，江海区2公里", "共完成4公里，其中蓬江区完成3公里")
    (item,) = joint(found)
    assert [(p.text, p.place) for p in item.of("progress")] == [("共完成4公里", None), ("完成3公里", "蓬江区")]
    assert said(item)["requirement"] == ["新建5公里"]
    assert [part.text for part in found.set_aside] == ["3公里", "2公里"]


def test_a_table_of_joint_rows_covers_several_regions() -> None:
    found = of_rows([HEADER, ["1", "蓬江区、江海区", "污水管网", "5公里", "完成3公里"]], TITLE)
    assert found.issued_by_city


@pytest.mark.parametrize("heading", ["二、蓬江区、江海区", "（二）蓬江区、江海区：", "蓬江区（牵头）、江海区（配合）"])
def test_a_heading_of_several_regions_is_theirs_for_the_rows_below(heading: str) -> None:
    rows = [["任务", "目标", "进展"], ["新会区", "", ""], ["甲河", "5公里", "完成1公里"], [heading, "", ""]]
    found = of_rows([*rows, ["乙河", "5公里", "完成3公里"]], TITLE)
    first, second = found.items
    assert first.region == "新会区"
    assert [party.name for party in parties(second.region)] == ["蓬江区", "江海区"]
