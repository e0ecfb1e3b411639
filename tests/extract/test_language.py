"""What sentences of this field come to, as whole facts: each class of language in our own words, near-misses beside."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.extract.filings import answered, asked, brief, of_rows, row, told

Wanted = dict[str, Any]

TOLD: dict[str, tuple[str, list[Wanted]]] = {
    "a level and its change": (
        "臭氧浓度为142微克/立方米，同比下降3.4%。",
        [{"actual_value": 142, "yoy_change": Decimal("-3.4")}],
    ),
    "no change is a change of nothing": ("国考断面优良率为92%，同比持平。", [{"actual_value": 92, "yoy_change": 0}]),
    "a later subject takes its own change": (
        "登记失业率3.1%；消费价格指数同比持平，涨幅较上年同期收窄2.6个百分点。",
        [{"actual_value": Decimal("3.1"), "yoy_change": None}],
    ),
    "the relative change is the change": (
        "完成技改投资86亿元，较去年同期增加12亿元，同比增长16.2%。",
        [{"actual_value": 86, "yoy_change": Decimal("16.2")}],
    ),
    "changes in a row with a printed minus": (
        "甲指标为41微克/立方米，乙指标为70微克/立方米，较去年同期分别上升-6.5%、4.2%。",
        [{"actual_value": 41, "yoy_change": Decimal("-6.5")}, {"actual_value": 70, "yoy_change": Decimal("4.2")}],
    ),
    "plain words of more": ("达标率比去年同期高1.3个百分点。", [{"yoy_change": Decimal("1.3")}]),
    "the end of the year before is no deadline": (
        "普及率为91%，较上年末提高4个百分点。",
        [{"actual_value": 91, "yoy_change": 4, "deadline": None}],
    ),
    "a rate of a goal joins its count": (
        "水费征收42万元，实现全年目标数的106.4%。",
        [{"actual_value": 42, "percent": Decimal("106.4"), "target_value": None}],
    ),
    "a budget is a plan": (
        "收入完成2462万元，完成年初预算数6099万元的40.4%，比上年减收107万元，下降4.2%。",
        [{"actual_value": 2462, "target_value": 6099, "percent": Decimal("40.4"), "yoy_change": Decimal("-4.2")}],
    ),
    "a share with a subject of its own": (
        "新增充电桩800个，公交车新能源占比81.5%。",
        [{"actual_value": 800, "percent": None}, {"percent": Decimal("81.5"), "percent_kind": "share"}],
    ),
    "the rate goes to what was done": (
        "新增托位320个，千人口托位数达到4.1个，完成率160%。",
        [{"actual_value": 320, "percent": 160}, {"actual_value": Decimal("4.1"), "percent": None}],
    ),
    "projects are the base of their money": (
        "86个重点项目完成投资152亿元。",
        [{"actual_value": 152, "base_value": 86, "unit": "亿元"}],
    ),
    "a task and its answer": (
        "新增泊位1500个，目前完成960个。",
        [{"target_value": 1500, "count_role": "total"}, {"actual_value": 960, "base_value": 1500}],
    ),
    "two results": (
        "清洁取暖改造开工2622户，完工2515户。",
        [{"actual_value": 2622, "target_value": None}, {"actual_value": 2515}],
    ),
    "what is to be done": (
        "今年任务是治理黑臭水体35条，实际治理28条。",
        [{"target_value": 35, "actual_value": 28}],
    ),
    "a task named in quotation marks": (
        "“培训技术工人2万人”项目，已培训1.6万人。",
        [{"target_value": 2, "actual_value": Decimal("1.6")}],
    ),
    "done tasks are results": ("全区已完成改厕任务4092座。", [{"actual_value": 4092, "target_value": None}]),
    "a forecast is not done": (
        "这5项预计10月底前全部完成。",
        [{"actual_value": 5, "count_role": "remaining", "status": None}],
    ),
    "a denied verb leaves a remainder": (
        "11项指标中，有6项没有完成季度目标任务。",
        [{"actual_value": 6, "count_role": "remaining", "status": "behind_schedule"}],
    ),
    "a list under a judgement": (
        "超额完成任务的有2项：驿站建成8个；新增车位120个。",
        [{"actual_value": 8, "status": "completed"}, {"actual_value": 120, "status": "completed"}],
    ),
    "each count has its own judgement": (
        "9项进展较快，3项进度偏慢。",
        [{"actual_value": 9, "status": "on_schedule"}, {"actual_value": 3, "status": "behind_schedule"}],
    ),
    "ahead of time is no measure": (
        "完成投资12亿元，为年度投资计划的80.9%，超过时间进度5.9个百分点。",
        [{"actual_value": 12, "status": "on_schedule"}],
    ),
    "a judgement stops at the semicolon": (
        "优良率85%；细颗粒物年均浓度降至38微克/立方米，超额完成约束性目标。",
        [{"actual_value": 85, "status": None}, {"actual_value": 38, "status": "completed"}],
    ),
    "places share a measure": (
        "湘潭市、衡阳市、邵阳市开工率分别为35%、39%、43%。",
        [{"region": "湘潭市", "actual_value": 35}, {"region": "邵阳市", "actual_value": 43}],
    ),
    "each place of a list": (
        "其中，荆州区17个、沙市区12个。",
        [{"region": "荆州区", "actual_value": 17}, {"region": "沙市区", "actual_value": 12}],
    ),
    "accused places": (
        "进度较慢的县区为舒城县、金寨县。",
        [{"region": "舒城县", "status": "behind_schedule"}, {"region": "金寨县", "status": "behind_schedule"}],
    ),
    "verbs are no places": ("共建成镇区污水处理厂46个。", [{"actual_value": 46, "region": "某市"}]),
    "next year's targets": (
        "2024年，新增管网150公里，6月底前完成排查。",
        [{"target_value": 150, "is_plan": True, "actual_value": None}, {"deadline": date(2024, 6, 30)}],
    ),
    "a bracket leaves the quantity": (
        "污泥产生量8.8万吨（含水率80%）。",
        [{"actual_value": Decimal("8.8"), "unit": "万吨"}, {"actual_value": 80}],
    ),
    "units before and per second": (
        "均值为每立方米35微克，排水能力达到12立方米/秒。",
        [{"actual_value": 35, "unit": "微克/立方米"}, {"actual_value": 12, "unit": "立方米/秒"}],
    ),
    "a passed mark": ("财政总收入突破500亿元，达560亿元。", [{"actual_value": 560}]),
    "a goal that was handed down": ("处置率达到省下达90%的目标。", [{"target_value": 90}]),
    "sections of a class": (
        "全市12个断面中，11个断面水质达到Ⅲ类，占91.7%。",
        [{"target_value": 12}, {"actual_value": 11, "percent": Decimal("91.7")}],
    ),
}


@pytest.mark.parametrize(("text", "wanted"), TOLD.values(), ids=TOLD.keys())
def test_a_sentence_is_told_as_facts(text: str, wanted: list[Wanted]) -> None:
    facts = told(text)
    for one in wanted:
        assert any(all(getattr(f, k) == v for k, v in one.items()) for f in facts), [brief(f) for f in facts]


ASKED: dict[str, tuple[str, str, list[Wanted]]] = {
    "a soft pointer takes the target of the task": (
        "改造老旧锅炉25台",
        "11月底前全部改造到位",
        [{"target_value": 25, "deadline": date(2023, 11, 30)}],
    ),
    "the nearer date": ("年内完成12个村治理", "12月10日前完成", [{"target_value": 12, "deadline": date(2023, 12, 10)}]),
    "the habit of years is no date": (
        "河道清淤",
        "往年年底水位较低，10月底前完成清淤12公里",
        [{"target_value": 12, "deadline": date(2023, 10, 31)}],
    ),
    "the start of a count is a milestone": (
        "自然村治理",
        "68个自然村6月底前全部开工，12月底前完工",
        [
            {"requirement_kind": "milestone", "deadline": date(2023, 6, 30)},
            {"target_value": 68, "deadline": date(2023, 12, 31)},
        ],
    ),
    "standing compliance": ("内河管护", "液位全年不超过警戒线", [{"indicator_type": "standing_compliance"}]),
    "the year before a colon": (
        "资金执行",
        "2023年度专项资金：9月底前，支出率达到60%",
        [{"scope": "2023", "target_value": 60}],
    ),
    "low names inside a name": ("淘汰旧车", "淘汰国三及以下排放标准货车7万辆以上", [{"target_comparator": ">="}]),
}


@pytest.mark.parametrize(("task", "requirement", "wanted"), ASKED.values(), ids=ASKED.keys())
def test_a_row_asks(task: str, requirement: str, wanted: list[Wanted]) -> None:
    facts = asked(row(requirement, "正在实施。", task))
    for one in wanted:
        assert any(all(getattr(f, k) == v for k, v in one.items()) for f in facts), [brief(f) for f in facts]


def test_nothing_begun_of_a_count_is_a_stated_zero() -> None:
    (found,) = [f for f in answered(row("启动磋商案件2宗", "尚未启动磋商案件。", "损害赔偿")) if f.is_stated_zero]
    assert found.actual_value is None


def test_a_ratio_is_answered_by_a_ratio_alone() -> None:
    facts = row("比值≤1.05", "甲站综合指数为1.24，乙站综合指数为1.05，两者比值为1.18。", "扬尘治理")
    assert [f.actual_value for f in answered(facts) if f.requirement_no == 1 and f.actual_value] == [Decimal("1.18")]


def test_columns_of_dates_and_of_units_in_charge() -> None:
    columns = ["序号", "区域", "工作任务", "目标要求", "完成时限", "牵头单位", "完成情况"]
    values = ["1", "甲区", "锅炉改造", "改造锅炉25台", "2023年10月底", "市能源局", "已改造18台。"]
    (found,) = asked(of_rows([columns, values]).facts)
    assert (found.target_value, found.deadline, found.lead_unit) == (25, date(2023, 10, 31), "市能源局")
