"""The readers of texts, with near misses: what looks like a finding and is right."""

from __future__ import annotations

from datetime import date

import pytest

from expectations.reading import ItemText, doubled_units, likeness, periods, readers, stations, targets


def text(progress: str = "", requirement: str = "", content: str = "", task: str = "", answers=None) -> ItemText:
    return ItemText.of(
        {
            "submission_id": "s",
            "item_key": "i",
            "as_of_date": date(2020, 6, 30),
            "task": task,
            "content": content,
            "requirement_text": requirement,
            "progress_text": progress,
            "answers": answers or [{"sub_item": None, "asked": None, "reported": progress}],
        }
    )


def test_every_reader_names_its_relation_and_columns() -> None:
    names = [module.RELATION for module in readers()]
    assert sorted(names) == [
        "double_targets",
        "doubled_units",
        "later_periods",
        "likenesses",
        "missing_levels",
        "missing_stations",
        "unasked_sub_items",
    ]
    assert all(module.COLUMNS for module in readers())


@pytest.mark.parametrize(
    ("progress", "found"),
    [
        ("第三季度均值为1.05。", [("figure", "第三季度", date(2020, 9, 30))]),
        ("三季度均值为1.05。", [("figure", "三季度", date(2020, 9, 30))]),
        ("１－９月完成5台。", [("figure", "1-9月", date(2020, 9, 30))]),
        ("截至7月底，完成5台。", [("figure", "截至7月", date(2020, 7, 31))]),
        ("截至7月10日，完成5台。", [("figure", "截至7月10日", date(2020, 7, 10))]),
        ("下半年完成5台。", [("figure", "下半年", date(2020, 12, 31))]),
        ("公司7月1日完成招标。", [("event", "7月1日", date(2020, 7, 1))]),
        ("7月完成招标。", [("event", "7月", date(2020, 7, 1))]),
        ("2021年1月完成招标。", [("event", "2021年1月", date(2021, 1, 1))]),
    ],
)
def test_periods_beyond_the_document(progress, found) -> None:
    assert [(r["kind"], r["named"], r["named_end"]) for r in periods.read(text(progress))] == found


@pytest.mark.parametrize(
    "progress",
    [
        "第二季度均值为1.24。",
        "截至6月底，完成5台。",
        "1-6月完成5台，5月份发现问题。",
        "6月30日通过审定。",
        "预计9月底并网。",
        "计划在7月完成招标。",
        "对照9月底前完成的要求推进。",
        "10月底前完成。",
        "2019年第三季度均值为1.05。",
        "去年12月底建成。",
        "按照要求，12月10日前完成。",
        "下一步，第三季度完成招标。",
        "13月40日",
        "每季度开展一次。",
        "第三季度数据待季末核定。",
    ],
)
def test_periods_within_plans_deadlines_and_other_years_are_silent(progress) -> None:
    assert list(periods.read(text(progress))) == []


def test_a_document_without_an_as_of_date_is_not_judged() -> None:
    undated = text("第三季度均值为1.05。")
    without = ItemText(undated.submission_id, "i", None, undated.written, undated.folded)
    assert list(periods.read(without)) == []


def test_the_quote_is_the_text_as_written() -> None:
    (row,) = periods.read(text("甲。第三季度，ＰＭ２．５為３５。乙。"))
    assert row["quote"] == "第三季度，ＰＭ２．５為３５"


@pytest.mark.parametrize("asked", ["完成1.35万亩万亩", "完成2.5公里公里", "处理3000吨/日吨/日"])
def test_doubled_units(asked) -> None:
    assert len(list(doubled_units.read(text(requirement=asked)))) == 1


@pytest.mark.parametrize("asked", ["2022年年均值", "完成1.35万亩，万亩工程", "3天天气", "个个达标", "完成5公里"])
def test_units_that_only_look_doubled(asked) -> None:
    assert list(doubled_units.read(text(requirement=asked))) == []


@pytest.mark.parametrize(
    ("content", "asked"),
    [
        ("完成19台10-35蒸吨锅炉改造", "完成15台10-35蒸吨锅炉改造，4台10-35蒸吨锅炉供热"),
        ("完成30家县级重点企业和35家新增重点企业整治", "完成30家县级重点企业整治；完成35家新增重点企业整治"),
        ("完成共计9项生态修复项目", "完成全部9项生态修复项目"),
        ("新增管网18公里，修复管网4公里", "12月底前完成"),
        ("2020年新增122个自然村", "2020年9月底前，开工建设"),
    ],
)
def test_targets_that_agree(content, asked) -> None:
    assert list(targets.read(text(requirement=asked, content=content))) == []


def test_targets_that_do_not_agree() -> None:
    (row,) = targets.read(text(requirement="9月底前，完成55条建筑陶瓷生产线改造", content="完成56条建筑陶瓷生产线改造"))
    assert (row["first_value"], row["second_value"], row["unit"]) == ("56", "55", "条")


@pytest.mark.parametrize(
    ("asked", "progress"),
    [
        ("完成12台锅炉超低排放改造", "6台已完成超低排放改造"),
        ("完成锅炉超低排放改造和清洁能源改造", "6台已完成超低排放改造"),
        ("完成61条自然村治理", "已完成20条自然村，涉及3个行政村"),
        ("用好“环保贷”“环保担”", "“环保贷”入库143个，“环保担”入库68个"),
        ("做好“回头看”", "开展“回头看”"),
        ("提升治理率", "完成727个行政村治理"),
    ],
)
def test_likenesses_that_are_no_difference(asked, progress) -> None:
    assert list(likeness.read(text(progress, asked))) == []


def test_a_sub_item_is_held_against_its_own_requirement() -> None:
    asked = "完成15台锅炉清洁能源改造。\n完成12台锅炉超低排放改造。"
    answers = [
        {"sub_item": "(1)", "asked": "完成15台锅炉清洁能源改造。", "reported": "5台已完成超低排放改造。"},
        {"sub_item": "(2)", "asked": "完成12台锅炉超低排放改造。", "reported": "6台已完成超低排放改造。"},
    ]
    (row,) = likeness.read(text("5台已完成超低排放改造。\n6台已完成超低排放改造。", asked, answers=answers))
    assert (row["sub_item"], row["asked"], row["reported"]) == ("(1)", "清洁能源改造", "超低排放改造")


@pytest.mark.parametrize("progress", ["富民南路为1.2，第十一中学为1.1", "正在推进", "两个子站均达标"])
def test_stations_that_are_all_or_none_reported(progress) -> None:
    asked = "江海区富民南路以及第十一中学两个空气质量自动监测子站指数不高于1.05"
    assert list(stations.read(text(progress, asked))) == []
