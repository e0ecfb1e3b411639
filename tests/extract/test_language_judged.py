"""Who is judged, and what is only planned: accused places, assessment tables, dates to come, in our own words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.extract.filings import answered, brief, of_rows, of_text, told

Wanted = dict[str, Any]
BEHIND, GOOD, DONE = "behind_schedule", "on_schedule", "completed"

TOLD: dict[str, tuple[str, list[Wanted]]] = {
    "early words judge their count": (
        "民生事项中提前交工3件，任务超额2件。",
        [{"actual_value": 3, "status": DONE}, {"actual_value": 2, "status": DONE}],
    ),
    "in step with the calendar": ("与时间进度同步的事项有8件。", [{"actual_value": 8, "status": GOOD}]),
    "slower by an adverb": ("完成投资21亿元，占年计划46%，稍慢于时间要求。", [{"actual_value": 21, "status": BEHIND}]),
    "how far ahead is no measure": (
        "完成投资21亿元，占年度计划的54%，快过时间进度4个百分点。",
        [{"actual_value": 21, "percent": 54, "status": GOOD}],
    ),
    "not begun by plan is a result": (
        "未按计划开工项目9项。",
        [{"actual_value": 9, "target_value": None, "status": BEHIND}],
    ),
    "short of a goal": (
        "垃圾回收率37%，距全年40%的目标还差3个百分点。",
        [{"actual_value": 37, "target_value": 40, "status": BEHIND}],
    ),
    "a line not held": (
        "颗粒物均值31微克/立方米，同比反弹2微克/立方米，未能守住30微克/立方米的控制线。",
        [{"actual_value": 31, "target_value": 30, "yoy_change": 2, "status": BEHIND}],
    ),
    "a demand is no state": ("全县改造泵站7座，要求12月底前全部完工。", [{"actual_value": 7, "status": None}]),
    "due and answered": (
        "8月底前修补路面1700米，现修补1600米。",
        [{"target_value": 1700, "actual_value": 1600, "deadline": date(2023, 8, 31)}],
    ),
    "what is planned, and what is done of it now": (
        "计划年底前拆除烟囱17座，现拆除15座。",
        [{"target_value": 17, "actual_value": 15, "is_plan": False}],
    ),
    "parts of a plan are planned": (
        "计划投资900万元，其中：中央500万元，农户自筹400万元。",
        [{"target_value": 500, "actual_value": None}, {"target_value": 400, "actual_value": None}],
    ),
    "parts of what was spent are spent": (
        "计划投资900万元，其中：已到位中央资金500万元。",
        [{"actual_value": 500}],
    ),
    "a dated result within a plan": (
        "今年计划投入2亿元，6月末到账8000万元。",
        [{"target_value": 2}, {"actual_value": 8000, "is_plan": False}],
    ),
    "slow towns": (
        "推进偏缓的乡镇是柳河镇、双塘乡。",
        [{"region": "柳河镇", "status": BEHIND}, {"region": "双塘乡", "status": BEHIND}],
    ),
    "one town that has not done it": (
        "未完成改厕任务的乡镇为柳河镇。",
        [{"region": "柳河镇", "status": BEHIND}],
    ),
    "the worst is named, not judged": (
        "回收率最高的为南屏区（41%），最低的为北湾县（29%）。",
        [{"region": "北湾县", "actual_value": 29, "status": None, "indicator": "回收率"}],
    ),
    "a place holds over the semicolon": (
        "其中，北湾县已完成管网14公里；完成排口整治18个。",
        [{"region": "北湾县", "actual_value": 14}, {"region": "北湾县", "actual_value": 18}],
    ),
    "the inner city is no county": ("在城区新增泊位200个。", [{"region": "某市", "actual_value": 200}]),
    "the place of a superlative has the measure behind it": (
        "进展最慢的区县为白塔县，加装率仅21%，全市平均加装率为46%。",
        [{"region": "白塔县", "actual_value": 21}, {"region": "某市", "actual_value": 46}],
    ),
    "another thing done there": (
        "其中，北湾县整治40条，占其任务的95%；新装路灯26盏。",
        [{"region": "北湾县", "actual_value": 26}],
    ),
    "plans make no place": ("明年，拟更新街区6片。", [{"region": "某市", "target_value": 6, "is_plan": True}]),
    "the same goal said twice": (
        "计划投用泊位300个，实际投用210个，离300个的目标尚缺90个。",
        [{"target_value": 300, "actual_value": 210, "status": BEHIND}],
    ),
    "not kept within": (
        "噪声均值54分贝，没能控制在53分贝的上限以内。",
        [{"actual_value": 54, "target_value": 53, "status": BEHIND}],
    ),
    "two rates beside a count": (
        "6个片区昼间达标率为92.9%，夜间达标率为75%。",
        [{"actual_value": Decimal("92.9")}, {"actual_value": 75}],
    ),
}


@pytest.mark.parametrize(("text", "wanted"), TOLD.values(), ids=TOLD.keys())
def test_a_sentence_is_told_as_facts(text: str, wanted: list[Wanted]) -> None:
    facts = told(text)
    for one in wanted:
        assert any(all(getattr(f, k) == v for k, v in one.items()) for f in facts), [brief(f) for f in facts]


def test_a_date_to_come_ends_at_the_semicolon() -> None:
    text = "其余4所力争12月底前交付；新增学位105个，为目标任务的105%。年底前铺设管道88公里。"
    facts = of_text(text, "某市", date(2023, 11, 30)).facts
    assert [(f.percent, f.target_value) for f in facts if f.actual_value == 105] == [(105, None)]
    assert [(f.actual_value, f.deadline) for f in facts if f.target_value == 88] == [(None, date(2023, 12, 31))]


def test_a_numeral_in_a_county_is_no_figure() -> None:
    assert not [f for f in told("会议约谈了三台县和平武县，三台有待加快。") if f.actual_value is not None]
    assert [f for f in told("新购消杀设备三台。") if f.actual_value == 3]


HEADER = ["乡镇", "全年任务（村）", "8月末累计（村）", "8月新增（村）", "督导意见"]
ASSESSED = [HEADER, ["柳河镇", "40", "33", "5", "超进度"], ["双塘乡", "64", "31", "2", "落后较多"]]


def test_an_assessment_judges_every_figure_of_its_row() -> None:
    facts = answered(of_rows(ASSESSED, "某县农村污水治理考核表（2023年8月）").facts)
    assert {(f.region, f.status) for f in facts} == {("柳河镇", GOOD), ("双塘乡", BEHIND)}
    assert not [f for f in facts if "落后" in (f.task or "")]


def test_a_month_beside_the_sum_has_its_own_period() -> None:
    facts = answered(of_text(_as_text(ASSESSED), "某县", date(2023, 8, 31)).facts)
    starts = {(f.actual_value, f.period_start) for f in facts if f.region == "柳河镇" and f.actual_value}
    assert starts == {(Decimal(33), date(2023, 1, 1)), (Decimal(5), date(2023, 8, 1))}


def test_figures_of_a_period_belong_to_the_tables_own_name() -> None:
    header = ["区县", "年度计划（户）", "9月救助（户）", "1-9月累计（户）", "考评结论"]
    rows = [header, ["和平区", "900", "96", "720", "优于时序"], ["汾河县", "600", "21", "318", "明显落后"]]
    facts = of_rows(rows, "某市2023年9月份困难群众救助工作考评表").facts
    assert {f.task for f in facts} == {"困难群众救助"}
    assert {(f.region, f.status) for f in answered(facts)} == {("和平区", GOOD), ("汾河县", BEHIND)}


def test_yes_and_no_under_a_header_that_asks() -> None:
    rows = [["工作任务", "年度目标", "完成情况", "是否达序时"], ["修路", "60公里", "已修21公里", "否"]]
    assert {f.status for f in answered(of_rows(rows).facts)} == {BEHIND}


def test_a_column_of_states_headed_by_its_task_keeps_its_name() -> None:
    rows = [["县区", "锅炉改造", "管网目标（公里）", "管网完成（公里）"], ["甲县", "已完成", "20", "15"]]
    rows += [["乙县", "滞后", "30", "12"]]
    found = {(f.region, f.task, f.status) for f in answered(of_rows(rows).facts) if f.status}
    assert found == {("甲县", "锅炉改造", DONE), ("乙县", "锅炉改造", BEHIND)}


def _as_text(rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "某县农村污水治理考核表\n\n" + "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])
