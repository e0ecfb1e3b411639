"""Tables in the many ways that offices lay them out."""

from __future__ import annotations

from datetime import date

import pytest

from ingestion.errors import UnknownLayoutError
from ingestion.read import read
from ingestion.segment import segment
from ingestion.segment.columns import measure_of, role_of
from tests.read import render
from tests.segment.layouts import checked, numbered, of_rows, of_text, said, statements

HEADER = ["序号", "区域", "主要任务", "目标要求", "完成情况"]


def test_columns_are_known_by_their_words_in_any_order() -> None:
    found = of_rows(
        [
            ["推进情况", "任务名称", "序号", "属地", "年度目标"],
            ["已治理3公里", "治理甲河", "1", "东城区", "治理5公里"],
            ["未开工", "治理乙河", "2", "西城区", "治理6公里"],
        ]
    )
    assert [(item.item_no, item.region) for item in found.items] == [("1", "东城区"), ("2", "西城区")]
    assert said(found.items[0]) == {"task": ["治理甲河"], "requirement": ["治理5公里"], "progress": ["已治理3公里"]}
    assert found.issued_by_city


@pytest.mark.parametrize(
    "word", ["区域", "地区", "责任单位", "属地", "县（市、区）", "县(市、区)", "各县市区", "行政区划", "责任属地"]
)
def test_words_for_the_region(word: str) -> None:
    found = of_rows([["任务", word, "完成情况"], ["治河", "甲县", "完成"], ["修路", "乙县", "滞后"]])
    assert [item.region for item in found.items] == ["甲县", "乙县"]


@pytest.mark.parametrize(
    "word", ["工作内容及要求", "目标要求", "任务要求", "年度目标", "目标任务", "工作目标", "2023年度目标", "考核要求"]
)
def test_words_for_the_requirement(word: str) -> None:
    found = of_rows([["区域", "主要任务", word, "完成情况"], ["甲县", "治河", "5公里", "完成"]])
    assert said(found.items[0])["requirement"] == ["5公里"]


@pytest.mark.parametrize(
    "word",
    [
        "工作进展情况",
        "完成情况",
        "进展情况",
        "推进情况",
        "截至9月底完成情况",
        "落实情况",
        "实际进度",
        "目前进展",
        "1-9月进展情况",
    ],
)
def test_words_for_the_progress(word: str) -> None:
    found = of_rows([["区域", "指标名称", "目标", word], ["甲县", "治河", "5公里", "完成"]])
    assert said(found.items[0])["progress"] == ["完成"]


@pytest.mark.parametrize(
    "word", ["主要任务", "指标名称", "任务名称", "工作任务", "重点工作", "考核指标", "项目名称", "民生实事"]
)
def test_words_for_the_task(word: str) -> None:
    found = of_rows([["区域", word, "目标要求", "完成情况"], ["甲县", "治河", "5公里", "完成"]])
    assert said(found.items[0])["task"] == ["治河"]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("序号", "seq"),
        ("各县（市、区）", "region"),
        ("市级牵头单位", "lead_unit"),
        ("是否达到序时进度", "status"),
        ("未完成原因", "problem"),
        ("下步工作计划", "plan"),
        ("备注", "remark"),
        ("自评得分", "points"),
        ("联系电话", "contact"),
        ("整改时限", "deadline"),
        ("计量单位", "kind"),
        ("主要建设内容及规模", "content"),
        ("整改措施", "requirement"),
        ("2023年度工作任务", "requirement"),
        ("2023年完成情况", "progress"),
        ("工程形象进度", "progress"),
        ("反馈问题", "task"),
        ("民生实事项目", "task"),
        ("2023年实绩", None),
        ("总投资", None),
        ("治理甲河", None),
    ],
)
def test_the_role_of_a_header(header: str, kind: str | None) -> None:
    assert role_of(header) == kind


@pytest.mark.parametrize(
    ("header", "measure"),
    [
        ("城镇新增就业目标（人）", ("target", "城镇新增就业")),
        ("城镇新增就业实际（人）", ("actual", "城镇新增就业")),
        ("登记失业率控制目标（%，低于）", ("target", "登记失业率")),
        ("登记失业率实际（%）", ("actual", "登记失业率")),
        ("登记失业率", ("actual", "登记失业率")),
        ("优良天数比例", ("actual", "优良天数比例")),
        ("PM2.5浓度", ("actual", "PM2.5浓度")),
        ("完成比例（%）", ("percent", "")),
        ("占年度计划", ("percent", "")),
        ("资金执行率", ("percent", "资金")),
        ("1—8月完成投资", ("actual", "")),
        ("年度计划投资（亿元）", ("target", "")),
        ("同比增长（%）", ("change", "")),
        ("未完成数", ("remaining", "")),
        ("上年同期", ("baseline", "")),
        ("排名", None),
    ],
)
def test_the_measure_of_a_header(header: str, measure: tuple[str, str] | None) -> None:
    assert measure_of(header) == measure


def test_traditional_headers_are_understood_and_quoted_as_written() -> None:
    found = of_rows([["序號", "區域", "主要任務", "目標要求", "完成情況"], ["1", "甲縣", "治河", "5公里", "完成"]])
    item = found.items[0]
    assert (item.item_no, item.region) == ("1", "甲縣")
    assert [part.header for part in item.parts] == ["主要任務", "目標要求", "完成情況"]


def test_a_region_is_carried_down_and_never_invented() -> None:
    found = of_rows(
        [HEADER, ["1", "", "a", "b", "c"], ["2", "甲 县\n", "d", "e", "f"], ["3", "", "g", "h", "i"]], "任务表"
    )
    assert [item.region for item in found.items] == [None, "甲县", "甲县"]


def test_a_task_merged_over_several_regions() -> None:
    rows = [["主要任务", "区域", "目标", "进展"], ["管网", "甲县", "10公里", "3公里"], ["", "乙县", "20公里", "滞后"]]
    found = of_rows([*rows, ["排口", "甲县", "5个", ""]])
    assert [said(item)["task"] for item in found.items] == [["管网"], ["管网"], ["排口"]]
    assert [item.region for item in found.items] == ["甲县", "乙县", "甲县"]
    assert "progress" not in said(found.items[2])


def test_an_outer_task_goes_on_while_the_inner_one_changes() -> None:
    rows = [
        ["一级指标", "二级指标", "目标要求", "完成情况"],
        ["大气", "锅炉", "5台", "2台"],
        ["", "汽车", "9辆", "1辆"],
    ]
    assert [said(item)["task"] for item in of_rows(rows).items] == [["大气", "锅炉"], ["大气", "汽车"]]


def test_the_header_is_not_always_the_first_row() -> None:
    grid = [
        ["2023年乙市任务台账（1-8月）", "", ""],
        ["填报单位：丙县", "", "单位：万元"],
        ["任务", "目标", "完成情况"],
        ["治河", "5", "3"],
    ]
    found = checked(segment(read(render.sheet(grid, [(1, 1, 1, 3)]), "a.xlsx")))
    assert found.title == "2023年乙市任务台账（1-8月）"
    assert (found.publisher, found.as_of_date) == ("丙县", date(2023, 8, 31))
    assert [item.parts[0].locator for item in found.items] == ["table 1/row 4/cell 1"]


def test_rows_that_name_a_group_are_headings() -> None:
    found = of_rows(
        [
            HEADER,
            ["一", "", "大气污染防治", "", ""],
            ["1", "甲县", "锅炉", "5台", "2台"],
            ["二、水污染防治", "", "", "", ""],
            ["2", "甲县", "管网", "5公里", "2公里"],
        ]
    )
    assert [item.parts[0].heading for item in found.items] == [("大气污染防治",), ("二、水污染防治",)]


def test_rows_that_name_a_region_are_the_region_below() -> None:
    rows = [["序号", "主要任务", "目标要求", "完成情况"], ["蓬江区（1项）", "", "", ""], ["1", "锅炉", "5台", "2台"]]
    found = of_rows([*rows, ["（二）江海区", "", "", ""], ["2", "管网", "5公里", "2公里"]])
    assert [item.region for item in found.items] == ["蓬江区", "江海区"]


def test_a_header_printed_again_is_no_row() -> None:
    found = of_rows([HEADER, ["1", "甲县", "a", "b", "c"], HEADER, ["2", "乙县", "d", "e", "f"]])
    assert [item.item_no for item in found.items] == ["1", "2"]


def test_a_table_cut_by_a_page_goes_on_without_its_header() -> None:
    first = [HEADER, ["1", "甲县", "a", "b", "c"]]
    second = [["", "", "", "", "再续一句。"], ["2", "", "d", "e", "f"]]
    data = render.word(render.word_table(first) + render.paragraph("") + render.word_table(second))
    found = checked(segment(read(data, "a.docx")))
    assert [(item.item_no, item.region) for item in found.items] == [("1", "甲县"), ("2", "甲县")]
    assert said(found.items[0])["progress"] == ["c", "再续一句。"]
    assert said(found.items[-1])["progress"] == ["f"]


def test_a_header_repeated_on_the_next_page_carries_the_region_over() -> None:
    first, second = [HEADER, ["1", "甲县", "a", "b", "c"]], [HEADER, ["2", "", "d", "e", "f"]]
    pages = render.word_table(first) + render.paragraph("") + render.word_table(second)
    found = checked(segment(read(render.word(pages), "a.docx")))
    assert [item.region for item in found.items] == ["甲县", "甲县"]
    apart = render.word_table(first) + render.paragraph("附表二如下。") + render.word_table(second)
    found = checked(segment(read(render.word(apart), "a.docx")))
    assert [item.region for item in found.items if item.item_no] == ["甲县", None]


def test_a_row_cut_by_a_page_goes_on_with_the_one_above() -> None:
    found = of_rows(
        [
            HEADER,
            ["1", "甲县", "a", "b", "按进度推进。"],
            ["", "", "", "", "另已完成2个。"],
            ["2", "甲县", "d", "e", "f"],
        ]
    )
    assert [said(item)["progress"] for item in found.items] == [["按进度推进。", "另已完成2个。"], ["f"]]


def test_responsible_units_deadlines_problems_and_plans_keep_their_headers() -> None:
    header = ["任务", "牵头单位", "目标", "完成时限", "进展情况", "存在问题", "下一步计划", "备注"]
    row = ["治河", "市水利局", "5公里", "2023年12月底", "3公里", "资金不足", "加快施工", "无"]
    item = of_rows([header, row]).items[0]
    assert [(p.role, p.header, p.section, p.text) for p in item.parts] == [
        ("task", "任务", "result", "治河"),
        ("content", "牵头单位", "result", "市水利局"),
        ("requirement", "目标", "result", "5公里"),
        ("requirement", "完成时限", "result", "2023年12月底"),
        ("progress", "进展情况", "result", "3公里"),
        ("progress", "存在问题", "problem", "资金不足"),
        ("progress", "下一步计划", "plan", "加快施工"),
        ("progress", "备注", "result", "无"),
    ]


def test_notes_are_statements_and_signatures_are_nothing() -> None:
    rows = [
        HEADER,
        ["1", "甲县", "a", "b", "c"],
        ["注：数据截至9月底。", "", "", "", ""],
        ["填表人：王某", "", "联系电话：1", "", ""],
    ]
    found = of_rows(rows)
    assert statements(found) == ["注：数据截至9月底。"]
    assert not found.unplaced


def test_a_row_that_says_nothing_is_unplaced() -> None:
    found = of_rows([HEADER, ["1", "甲县", "a", "b", "c"], ["2", "乙县", "", "", ""]])
    assert len(found.items) == 1
    assert [part.text for part in found.unplaced] == ["2", "乙县"]


def test_measures_under_joined_headers_in_plain_text() -> None:
    found = of_rows(
        [
            ["地区", "管网建设", "", "", "排口整治", ""],
            ["", "目标（公里）", "完成（公里）", "完成率", "目标", "完成"],
            ["甲县", "10", "3", "30%", "5", "5"],
        ]
    )
    assert [said(item) for item in found.items] == [
        {"task": ["管网建设"], "requirement": ["10"], "progress": ["3", "30%"]},
        {"task": ["排口整治"], "requirement": ["5"], "progress": ["5"]},
    ]
    assert [part.header for part in found.items[0].of("progress")] == ["管网建设 / 完成（公里）", "管网建设 / 完成率"]


def test_measures_under_joined_headers_in_a_document() -> None:
    grid = [
        ["地区", "管网建设", "管网建设", "排口整治", "排口整治"],
        ["地区", "目标（公里）", "完成（公里）", "目标", "完成"],
        ["甲县", "10", "3", "5", "5"],
    ]
    data = render.word(render.word_table(grid, [(1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 1, 5)]))
    found = checked(segment(read(data, "a.docx")))
    assert [said(item)["task"] for item in found.items] == [["管网建设"], ["排口整治"]]
    assert [item.region for item in found.items] == ["甲县", "甲县"]


def test_figures_of_one_task_stay_in_its_item() -> None:
    item = of_rows(
        [["指标名称", "计量单位", "目标值", "实际值", "完成率"], ["PM2.5浓度", "微克/立方米", "31", "29.5", "105%"]]
    ).items[0]
    assert [(p.role, p.text, p.header) for p in item.parts] == [
        ("task", "PM2.5浓度", "指标名称"),
        ("requirement", "31", "目标值（微克/立方米）"),
        ("progress", "29.5", "实际值（微克/立方米）"),
        ("progress", "105%", "完成率"),
    ]


def test_the_unit_above_a_table_belongs_to_its_figures() -> None:
    rows = "项目\t计划投资\t完成投资\t占年度计划\n续建\t10\t4\t40%\n新建\t5\t1\t20%\n"
    found = of_text(f"甲市2023年1-8月投资情况\n单位：亿元\n{rows}")
    assert [p.header for p in found.items[0].parts[1:]] == ["计划投资（亿元）", "完成投资（亿元）", "占年度计划"]


def test_a_table_of_regions_alone_is_named_by_its_title() -> None:
    rows = "地区\t目标（公里）\t完成（公里）\t完成率\n甲县\t10\t4\t40%\n乙县\t5\t1\t20%\n"
    found = of_text(f"某市2023年1-8月农村公路建设进展情况\n{rows}")
    assert [said(item)["task"] for item in found.items] == [["农村公路建设"]] * 2


def test_columns_of_places_give_an_item_a_place() -> None:
    found = of_rows(
        [["序号", "任务", "目标", "雁峰区", "石鼓区", "珠晖区"], ["1", "管网", "各5公里", "3公里", "滞后", "—"]],
        "衡阳市2023年任务进展（1-9月）",
    )
    assert [(item.item_no, item.region, said(item)["progress"]) for item in found.items] == [
        ("1", "雁峰区", ["3公里"]),
        ("1", "石鼓区", ["滞后"]),
    ]
    assert said(found.items[0])["requirement"] == ["各5公里"]
    assert found.issued_by_city


def test_sheets_named_after_places() -> None:
    grid = [["序号", "任务", "目标", "完成情况"], ["1", "治河", "5公里", "3公里"]]
    found = checked(segment(read(render.sheet(grid, title="蓬江区"), "a.xlsx")))
    assert [item.region for item in found.items] == ["蓬江区"]


def test_two_tables_in_one_grid() -> None:
    blank = ["", "", ""]
    grid = [
        ["任务", "目标", "完成情况"],
        ["治河", "5公里", "3公里"],
        blank,
        ["指标名称", "责任单位", "推进情况"],
        ["空气", "甲县", "达标"],
    ]
    found = checked(segment(read(render.sheet(grid), "a.xlsx")))
    assert [said(item)["task"] for item in found.items] == [["治河"], ["空气"]]
    assert "requirement" not in said(found.items[1])


def test_a_form_is_a_table_read_by_rows() -> None:
    rows = "任务名称\t管网建设\n责任单位\t市住建局\n目标要求\t（1）完成5公里\n完成情况\t完成3公里\n"
    found = of_text(f"某市2023年任务进展单（1-9月）\n{rows}")
    assert said(found.items[0]) == {
        "task": ["管网建设"],
        "content": ["市住建局"],
        "requirement": ["完成5公里"],
        "progress": ["完成3公里"],
    }


def test_a_frame_s_sentences_are_statements_and_its_short_cells_unplaced() -> None:
    data = render.word(render.word_table([["甲", "全市完成5个项目。治理3条河。"], ["乙", "丙"]]))
    found = checked(segment(read(data, "a.docx")))
    assert statements(found) == ["全市完成5个项目。", "治理3条河。"]
    assert [part.text for part in found.unplaced] == ["甲", "乙", "丙"]


def test_prose_around_a_table_gives_statements_in_reading_order() -> None:
    table = render.txt([HEADER, ["1", "甲县", "a", "b", "c"], ["2", "甲县", "d", "e", "f"]]).decode()
    found = of_text(f"某市2023年通报（1-9月）\n全市完成5个。\n{table}\n注：另有说明。\n")
    assert [item.parts[0].role for item in found.items] == ["statement", "task", "task", "statement"]


def test_sub_items_of_each_cell() -> None:
    row = [
        "1",
        "甲县",
        "治河",
        "（1）6月底前完成3公里；\n\n（2）年底前完成5公里。\n其中甲段2公里。",
        "未按进度完成。\n1、甲段已完工。\n2.乙段未动工。",
    ]
    item = of_rows([HEADER, row]).items[0]
    assert numbered(item, "requirement") == [
        ("(1)", "6月底前完成3公里；"),
        ("(2)", "年底前完成5公里。\n其中甲段2公里。"),
    ]
    assert numbered(item, "progress") == [(None, "未按进度完成。"), ("1", "甲段已完工。"), ("2", "乙段未动工。")]


@pytest.mark.parametrize(
    ("title", "header", "third", "family"),
    [
        ("某市2023年进度滞后情况表（1-9月）", HEADER, "治河", "lag_table"),
        ("某市2023年重点考核任务完成情况表", HEADER, "治河", "assessment_table"),
        ("某市2023年民生实事完成情况", ["序号", "实事", "责任单位", "进展", "备注"], "治河", "completion_list"),
        ("某市2023年投资统计", ["地区", "计划数", "完成数", "完成率", "同比增长"], "3", "assessment_table"),
    ],
)
def test_the_family_of_a_table(title: str, header: list[str], third: str, family: str) -> None:
    assert of_rows([header, ["1", "2", third, "4", "5"]], title).family == family


def test_a_document_that_holds_nothing_to_place_has_no_known_layout() -> None:
    with pytest.raises(UnknownLayoutError) as raised:
        of_text("一、")
    assert raised.value.reason == "unknown_layout"
