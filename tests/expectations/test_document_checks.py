"""Raw checks that look across a document, its sentences and what is owed: each finds its case and nothing near it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from expectations.reading import fund_levels, sub_items

from .conftest import expected, fact, item, requirement, submission
from .test_reading import text


def received(submission_id: str, day: int, **changes):
    more = {"reporting_unit": "开平市", "region_code": "440783", "issued_by_city": False, "family": "assessment_table"}
    at = {"received_at": datetime(2023, 10, day, 1, tzinfo=UTC)}
    return submission(submission_id, **(at | more | changes))


def test_what_is_owed_is_late_or_missing_by_the_day_of_the_last_receipt(judge) -> None:
    owed = [
        expected("on_time"),
        expected("late", reporting_unit="台山市", region_code="440781"),
        expected("missing", reporting_unit="鹤山市", region_code="440784"),
        expected("refused", reporting_unit="恩平市", region_code="440785"),
        expected("not_owed_yet", reporting_unit="蓬江区", region_code="440703", due_date=date(2023, 10, 9)),
        expected("other_form", reporting_unit="开平市", region_code="440783", family="narrative"),
    ]
    rows = [
        received("s1", 5),
        received("s2", 8, reporting_unit="台山市", region_code="440781"),
        received("s3", 9, reporting_unit="恩平市", region_code="440785", status="rejected"),
        received("city", 4, reporting_unit="鹤山市", region_code="440784", issued_by_city=True),
    ]
    found = judge("submission_missing", "submission_late", submissions=rows, expected=owed)
    assert [(f["check_id"], f["record_key"], f["severity"]) for f in found] == [
        ("submission_late", "late", "info"),
        ("submission_missing", "missing", "warning"),
        ("submission_missing", "other_form", "warning"),
        ("submission_missing", "refused", "warning"),
    ]
    late, missing, _, refused = found
    assert (late["submission_id"], late["arithmetic"]) == ("s2", "2023-10-08 − 2023-10-05 = 3天")
    assert (missing["region_code"], missing["period"]) == ("440784", "2023-09")
    for words in ("鹤山市", "2023-09", "2023-10-05", "2023-10-09"):
        assert words in missing["message_zh"] and words in missing["message_en"]
    assert "s3.txt" in refused["message_zh"]


def test_the_first_readable_report_counts_and_the_day_ends_in_shanghai(judge) -> None:
    rows = [
        received("s1", 5, received_at=datetime(2023, 10, 5, 15, 59, tzinfo=UTC), superseded_by="s2"),
        received("s2", 9, revision=1),
    ]
    assert judge("submission_missing", "submission_late", submissions=rows, expected=[expected()]) == []
    rows[0]["received_at"] = datetime(2023, 10, 5, 16, tzinfo=UTC)
    (found,) = judge("submission_missing", "submission_late", submissions=rows, expected=[expected()])
    assert (found["check_id"], found["observed"]) == ("submission_late", "2023-10-06")


LEVELS = "2023年9月底前，2023年省级以上环保专项资金执行率不低于60%，市级环保专项资金执行率不低于75%。"


@pytest.mark.parametrize(
    ("progress", "missing"),
    [
        ("2023年市级环保专项资金执行率80.36%。", ["省级以上"]),
        ("2022年执行率100%；2023年省级以上资金执行率2.35%。", ["市级"]),
        ("2023年度环保专项资金执行率24.12%。", ["省级以上、市级"]),
        ("2023年省级以上执行率2.35%，市级执行率0%。", []),
        ("2023年度执行率24.12%（中央资金10.36%、省级资金12.81%、江门市级资金74.29%）。", []),
        ("2023年度各级资金执行率均为100%。", []),
        ("2022年度执行率70.05%。", []),  # nothing of that year: silence is another check's
        ("2023年项目正在推进。", []),
    ],
)
def test_levels_of_funds_asked_and_not_reported(progress, missing) -> None:
    assert [row["missing"] for row in fund_levels.read(text(progress, LEVELS))] == missing


def test_one_level_asked_is_no_list() -> None:
    assert list(fund_levels.read(text("2023年执行率50%。", "2023年市级资金执行率不低于75%。"))) == []


@pytest.mark.parametrize(
    ("asked", "progress", "numbers"),
    [
        ("（1）甲。\n（2）乙。", "（1）完成。\n（2）推进。\n（3）另完成丙。", ["(3)"]),
        ("（1）甲。\n（2）乙。", "（1）完成。\n（2）推进。", []),
        ("（1）甲。\n（2）乙。", "（1）完成，见附件(3)。", []),
        ("2020年12月底前完成。", "（1）按进度推进。\n（2）按进度推进。", []),  # numbered for its own sake
        ("（1）甲。\n（2）乙。", "（1）完成。\n（2）推进：\n（1）一期。\n（2）二期。\n（3）三期。", []),
        ("按照方案第\n（3）条执行。", "（4）完成。", []),
    ],
)
def test_numbered_passages_that_answer_no_requirement(asked, progress, numbers) -> None:
    assert [row["number"] for row in sub_items.read(text(progress, asked))] == numbers


def test_readings_become_findings(judge) -> None:
    items = [
        item("i1", requirement_text=LEVELS, progress_text="2023年市级环保专项资金执行率80.36%。"),
        item("i2", requirement_text="（1）甲。\n（2）乙。", progress_text="（1）完成。\n（3）另完成丙。"),
    ]
    found = judge("fund_level_not_reported", "sub_item_without_requirement", items=items)
    assert [(f["check_id"], f["record_key"], f["observed"], f["severity"]) for f in found] == [
        ("fund_level_not_reported", "i1", "缺省级以上", "warning"),
        ("sub_item_without_requirement", "i2", "(3)", "warning"),
    ]


def unpaired(*told, target_unit: str = "个", **changes):
    asked = [
        requirement("r1", target_value="24", target_unit=target_unit, requirement_no=1),
        requirement("r2", target_value="5", target_unit=target_unit, requirement_no=2),
    ]
    more = {"actual_value": "8", "unit": "个", "requirement_no": None, "count_role": "done"}
    return [*asked, *told, fact("p1", **(more | changes))]


def answer(number: int):
    return fact(f"a{number}", actual_value="3", unit="个", requirement_no=number)


def test_a_figure_that_answers_no_requirement(judge_cases) -> None:
    cases = [
        (unpaired(), True),
        (unpaired(answer(1)), True),
        (unpaired(answer(1), answer(2)), False),  # both are answered: the figure is something beside them
        (unpaired(unit="次"), False),
        (unpaired(answers="1,2"), False),
        (unpaired(requirement_no=1), False),
        (unpaired(is_plan=True), False),
        (unpaired(count_role="total"), False),
    ]
    wrong = ["figure_without_requirement"]
    assert judge_cases(("figure_without_requirement",), [facts for facts, _ in cases]) == [wrong * w for _, w in cases]


def states(whole: str, *counts: str, status: str = "on_schedule", **changes):
    """A whole in one sentence, its parts by state in the next."""
    more = {"kind": "indicator", "unit": "个", "locator": "paragraph 2"} | changes
    facts = [fact("w", actual_value=whole, char_start=0, **more)]
    for number, count in enumerate(counts):
        more_ = {"status": status, "status_phrase": f"状态{number}", "quote": "各状态"} | more
        facts.append(fact(f"p{number}", actual_value=count, char_start=40, **more_))
    return facts


def test_counts_by_state_add_up_to_their_whole(judge_cases) -> None:
    cases = [
        (states("45", "24", "9", "11"), True),
        (states("44", "24", "9", "11"), False),
        (states("40", "24", "9", "11"), True),
        (states("90", "24", "9", "11"), False),  # some are listed
        (states("45", "33", "11"), False),  # two states are no list
        (states("45", "24", "9", "11", status=None), False),
        (states("45", "24", "9", "11", is_approximate=True), False),
    ]
    wrong = ["states_leave_remainder"]
    assert judge_cases(("states_leave_remainder",), [facts for facts, _ in cases]) == [wrong * w for _, w in cases]


def test_the_remainder_is_told(judge) -> None:
    (found,) = judge("states_leave_remainder", facts=states("45", "24", "9", "11"))
    assert found["message_zh"] == "各状态合计44个，总数45个，有1个未说明状态"
    assert found["arithmetic"].endswith("= 44 ≠ 45")


def sentence(fact_id: str, quote: str, **changes):
    return fact(fact_id, kind="indicator", quote=quote, **changes)


def judged(judge, check_id: str, *quotes: str) -> list[int]:
    """The numbers of the sentences that a check finds fault with."""
    found = judge(check_id, facts=[sentence(f"p{i}", quote) for i, quote in enumerate(quotes)])
    return sorted(int(f["record_key"][1:]) for f in found)


def test_points_against_the_prorated_plan(judge) -> None:
    """September's end: 75.0 by months, 74.8 by days."""
    wrong = ["投资完成年度计划85.5%，超序时进度20.5个百分点。", "完成年度計劃70%，落後序時進度10個百分點。"]
    right = [
        "投资完成年度计划85.5%，超序时进度10.5个百分点。",
        "完成年度计划70%，低于序时进度5个百分点。",
        "完成年度计划85.5%，高于序时进度10.7个百分点。",  # by days
        "投资完成85.5%，超序时进度20.5个百分点。",  # of an unknown plan
        "完成年度计划85.5%，超序时进度。",
        "截至8月底，完成年度计划85.5%，超序时进度18.8个百分点。",  # 66.7 at the end of August
    ]
    assert judged(judge, "variance_against_plan", *wrong, *right) == [0, 1]


def test_points_written_as_a_percentage_in_a_sentence(judge) -> None:
    right = ["优良率65.3%，上年同期61.5%，同比上升6.2%。", "优良率65.3%，上年同期61.5%，同比上升3.8个百分点。"]
    assert judged(judge, "percent_for_points", "优良率65.3%，上年同期61.5%，同比上升3.8%。", *right) == [0]


def test_parts_in_brackets_add_up(judge) -> None:
    wrong = ["优化及新开61条（调整52条、新开8条）。", "审批54件（报告书18件，报告表46件）。"]
    right = [
        "优化及新开61条（调整52条、新开9条）。",
        "信访47件（重复20件，不属实1件）。",  # some are listed
        "发稿116篇（其中国家级4篇、省级23篇、市级84篇）。",
        "工程3个（一期2万吨、二期1万吨）。",
        "投资61万元（调整52万元、新开8.9万元等）。",
        "管网61条（共52公里、8座泵站）。",
        "在建300个（截至8月）。",
        "优良35天（去年40天、前年41天）。",
        "完成3个镇（甲镇5个、乙镇6个）。",
    ]
    assert judged(judge, "bracket_parts_against_whole", *wrong, *right) == [0, 1]


def table(total: str, *districts: str, own: str | None = None, **changes):
    """A row of the city and one of each district; `own` is what the city holds itself."""
    codes = {"440700": total} | {f"4407{i:02}": value for i, value in enumerate(districts, 3)}
    codes |= {"440700-OWN": own} if own else {}
    more = {"indicator": "城镇新增就业", "unit": "人", "locator": "table 1/row 2/cell 2"}
    return [
        fact(f"p{code}", key=f"i{code}", region_code=code, actual_value=value, **(more | changes))
        for code, value in codes.items()
    ]


def test_a_total_row_is_the_sum_of_its_districts(judge) -> None:
    def found(facts) -> list[str]:
        return [f["record_key"] for f in judge("total_against_districts", facts=facts)]

    assert found(table("5368", "1444", "709", "3205")) == ["p440700"]
    assert found(table("5000", "1444", "709", "3205")) == ["p440700"]  # the parts exceed the whole
    assert found(table("5358", "1444", "709", "3205")) == []
    assert found(table("5358", "1444", "709", "3205", own="577")) == []  # outside the whole
    assert found(table("5935", "1444", "709", "3205", own="577")) == []  # inside it
    assert found(table("9000", "1444", "709", "3205")) == []  # some districts are listed
    assert found(table("5368", "1444", "709", "3205", unit="%")) == []
    assert found(table("5368", "1444", "3914")) == []  # two districts are no city
    assert found(table("5368", "1444", "709", "3205", locator="paragraph 3")) == []


def points(*sums: str):
    codes = [f"4407{i:02}" for i in range(1, len(sums) + 1)]
    return [
        requirement(f"{code}{part}", key=f"i{code}", region_code=code, points=value, points_group=group)
        for code, total in zip(codes, sums, strict=True)
        # a content of two requirements has its points once
        for part, value, group in (("a", "5", "one"), ("b", "5", "one"), ("c", str(int(total) - 5), "two"))
    ]


def test_points_are_counted_once_and_add_up_alike(judge) -> None:
    (found,) = judge("points_uneven", facts=points("15", "15", "15", "14"))
    assert (found["expected"], found["observed"], found["severity"]) == ("15分", "14分", "info")
    assert found["arithmetic"] == "5 + 9 = 14"
    assert judge("points_uneven", facts=points("15", "15", "15", "15")) == []
    assert judge("points_uneven", facts=points("15", "15", "14", "13")) == []  # no usual sum
    assert judge("points_uneven", facts=points("15", "15", "14")) == []


def rung(fact_id: str, month: int, target: str, quote: str):
    more = {"indicator": "锅炉", "target_unit": "台", "deadline": date(2023, month, 28), "quote": quote}
    return requirement(fact_id, target_value=target, **more)


def test_a_cumulated_ladder_of_counts_rises_too(judge) -> None:
    falling = [rung("r1", 6, "15", "累计完成15台"), rung("r2", 12, "4", "累计完成4台")]
    (found,) = judge("ladder_not_rising", facts=falling)
    assert found["record_key"] == "r2" and "15台" in found["message_zh"]
    rising = [rung("r1", 6, "4", "累计完成4台"), rung("r2", 12, "15", "累计完成15台")]
    instalments = [rung("r1", 6, "15", "完成15台"), rung("r2", 12, "4", "完成4台")]
    for facts in (rising, instalments):
        assert judge("ladder_not_rising", facts=facts) == []


def test_a_figure_that_its_percentage_contradicts_is_not_told_twice(judge) -> None:
    facts = table("5368", "1444", "709", "3205")
    facts[0] |= {
        "percent": "121.8",
        "percent_kind": "completion",
        "target_value": "4400",
        "canonical_target_value": "4400",
    }
    facts = [
        fact(f.pop("fact_id"), **{k: v for k, v in f.items() if k != "fact"}, kind=f["fact"]) for f in map(dict, facts)
    ]
    found = judge("total_against_districts", "percent_against_counts", facts=facts)
    assert [f["check_id"] for f in found] == ["percent_against_counts"]


def beds(share: str, quote: str, whole: str | None = "5375", **changes):
    """4191张 with a share, beside the whole of the sentence."""
    more = {"kind": "indicator", "unit": "张", "quote": quote}
    part = {"actual_value": "4191", "percent": share, "percent_kind": "share"} | changes
    told = [fact("p1", **(more | part))]
    return [*told, fact("w", actual_value=whole, **more)] if whole else told


def test_a_share_follows_from_its_part_and_its_whole(judge_cases) -> None:
    named = {"base_value": "5375", "base_unit": "张"}
    cases = [
        (beds("79.97", "床位5375张，其中护理型4191张，占比79.97%"), True),
        (beds("77.97", "床位5375张，其中护理型4191张，占比77.97%"), False),
        (beds("77.9", "床位5375张，其中护理型4191张，占比77.9%"), False),  # cut
        (beds("78", "床位5375张，其中护理型4191张，占比约78%", is_approximate=True), False),
        (beds("12.5", "床位5375张，其中护理型4191张，占全省12.5%"), False),  # of something else
        (beds("79.97", "护理型4191张，占79.97%", None, **named), True),
        (beds("77.97", "护理型4191张，占77.97%", None, **named), False),
        (beds("79.97", "护理型4191张，占比79.97%", None), False),  # of an unknown whole
        (beds("79.97", "新增5张，护理型4191张，占比79.97%", "5"), False),
        (
            [
                *beds("83.8", "占比83.8%"),
                fact("o", kind="indicator", actual_value="5000", unit="张", quote="占比83.8%"),
            ],
            False,
        ),
    ]
    wrong = ["share_against_counts"]
    assert judge_cases(("share_against_counts",), [facts for facts, _ in cases]) == [wrong * w for _, w in cases]


def left(total: str, *counts: str):
    """A whole, and counts of its sentence of which only some know it."""
    more = {"kind": "indicator", "quote": "清单内企业", "unit": "家"}
    facts = [fact("w", kind="indicator", quote="清单内企业", target_value=total, target_unit="家", count_role="total")]
    for number, count in enumerate(counts):
        value, role = count.split()
        facts.append(fact(f"p{number}", actual_value=value, count_role=role, char_start=number, **more))
    return facts


def test_what_is_left_is_left_of_the_whole_of_its_sentence(judge_cases) -> None:
    cases = [
        (left("125", "121 done", "3 remaining"), True),
        (left("125", "122 done", "3 remaining"), False),
        (left("9", "5 done", "2 stage", "3 remaining"), True),
        (left("9", "4 done", "2 stage", "3 remaining"), False),
        (left("24", "16 remaining"), False),
        (left("125", "121 done"), False),  # what is left need not be said
    ]
    wrong = ["counts_against_whole"]
    checks = ("counts_against_whole", "part_exceeds_whole")
    assert judge_cases(checks, [facts for facts, _ in cases]) == [wrong * w for _, w in cases]


def test_a_part_named_by_its_words_does_not_exceed_its_whole(judge) -> None:
    wrong = [
        "20项民生工程排名均在前列，其中23项已完成。",
        "民生实事66个具体指标中，68个已完成。",
        "发现问题隐患104个，已整改168个。",
    ]
    right = [
        "20项民生工程排名均在前列，其中13项已完成。",
        "信访47件（重复20件，不属实1件），其中重点件4件。",
        "新增3个，其中历年累计12个。",
        "检查企业60家，其中问题318个。",
        "启动案件9件，完成11件。",  # of earlier years too
        "8个县区完成任务，其中12个乡镇达标。",
        "发现问题104个，立案查处120起。",
    ]
    assert judged(judge, "part_exceeds_whole", *wrong, *right) == [0, 1, 2]


def test_a_count_of_an_unknown_state_may_be_the_one_that_is_missing(judge_cases) -> None:
    more = {"quote": "15台中9台完成，4台安装，2台签约，完成率60%", "unit": "台"}
    known = {"base_value": "15", "base_unit": "台"} | more
    listed = [
        requirement(target_value="15", target_unit="台"),
        fact("p1", actual_value="9", count_role="done", **known),
        fact("p2", actual_value="4", count_role="stage", **known),
    ]
    percent = {"percent": "60", "percent_kind": "completion", "count_role": "done"}
    cases = [
        [
            *listed,
            fact("p3", actual_value="2", **percent, **more),
        ],  # its role is guessed, the percentage is of the nine
        [*listed, fact("p3", actual_value="2", **more)],
        [*listed, fact("p3", actual_value="1", **more)],
    ]
    checks = ("counts_against_whole", "percent_against_counts")
    assert judge_cases(checks, cases) == [[], [], ["counts_against_whole"]]
