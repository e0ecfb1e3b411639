"""Titles, site headers, periods and regions as the heads of documents write them."""

from __future__ import annotations

from datetime import date

import pytest

from ingestion.segment.period import Period, cutoffs_of, period_of
from ingestion.segment.place import frequent_place, leading_place, looks_like_place
from ingestion.segment.title import HeadLine, fields_of, read_head
from tests.read import render
from tests.segment.layouts import of_text

BODY = "一、大气。完成5家。\n二、水。完成6家。\n"


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("2023年任务表（1-9月）", (1, 1), (9, 30)),
        ("2023年任务表（1—6月）", (1, 1), (6, 30)),
        ("2023年1－8月进展", (1, 1), (8, 31)),
        ("2023年1月至11月进展", (1, 1), (11, 30)),
        ("2023年一至三月进展", (1, 1), (3, 31)),
        ("2023年上半年总结暨下半年打算", (1, 1), (6, 30)),
        ("2023年下半年进展", (7, 1), (12, 31)),
        ("2023年前三季度进展", (1, 1), (9, 30)),
        ("2023年前三季度民生實事進展", (1, 1), (9, 30)),
        ("2023年一季度进展", (1, 1), (3, 31)),
        ("2023年第三季度进展", (7, 1), (9, 30)),
        ("2023年度工作总结", (1, 1), (12, 31)),
        ("二〇二三年度工作总结", (1, 1), (12, 31)),
        ("截至2023年9月底任务进展", (1, 1), (9, 30)),
        ("截止2023年9月15日任务进展", (1, 1), (9, 15)),
        ("任务进展表（截至2023年10月）", (1, 1), (10, 31)),
        ("2023年9月份进展", (1, 1), (9, 30)),
        ("2023年2月进展", (1, 1), (2, 28)),
        ("2023年前8个月进展", (1, 1), (8, 31)),
        ("周报（7月8日—14日，2023年）", (7, 8), (7, 14)),
        ("2023年7月29日至8月4日周报", (7, 29), (8, 4)),
        ("２０２３年１—９月进展", (1, 1), (9, 30)),
    ],
)
def test_the_period_that_words_name(words: str, start: tuple[int, int], end: tuple[int, int]) -> None:
    found = period_of(words)
    assert found is not None
    assert (found.start, found.as_of, found.year) == (date(2023, *start), date(2023, *end), 2023)


@pytest.mark.parametrize("words", ["任务进展表", "1-9月进展", "第13号文", "10—35蒸吨锅炉改造"])
def test_words_that_name_no_period(words: str) -> None:
    assert period_of(words) is None


def test_a_year_alone_names_no_end() -> None:
    assert period_of("2023年任务表") == Period(date(2023, 1, 1), date(2023, 12, 31), 2023, "year")
    found = period_of("2023年度任务表")
    assert found is not None and found.strength == "review"


def test_a_phrase_without_its_year_takes_the_one_that_is_known() -> None:
    assert period_of("1-9月进展", 2021) == Period(date(2021, 1, 1), date(2021, 9, 30), 2021)


def test_cut_off_days_of_a_text() -> None:
    assert cutoffs_of("截至9月底完成3个。截至2022年12月31日，截止10月15日。", 2023) == [
        date(2023, 9, 30),
        date(2022, 12, 31),
        date(2023, 10, 15),
    ]
    assert cutoffs_of("截至9月底。", None) == []


@pytest.mark.parametrize(
    ("title", "place"),
    [
        ("关于XX市2023年度污染防治攻坚战工作开展情况的报告", "XX市"),
        ("关于某某县2023年工作情况的汇报", "某某县"),
        ("2020年江门市各市（区）重点考核任务完成情况表", "江门市"),
        ("江门市蓬江区2023年任务进展表", "蓬江区"),
        ("广东省江门市2023年任务进展表", "江门市"),
        ("靖江市政府", "靖江市"),
        ("江门市生态环境局", "江门市"),
        ("連雲港市2025年民生實事前三季度進展", "連雲港市"),
        ("（2021年3月4日）南昌市政府工作报告", "南昌市"),
        ("内蒙古自治区2022年工作总结", "内蒙古自治区"),
        ("大理白族自治州2022年工作总结", "大理白族自治州"),
        ("沛县2022年工作总结", "沛县"),
        ("上半年绍兴市重点项目进展", "绍兴市"),
        ("滨江高新区2023年重点任务进展", "滨江高新区"),
        ("2023年深入打好污染防治攻坚战工作任务进度滞后情况表（1-9月）", None),
        ("省政府2023年度十大主要任务完成情况", None),
        ("全市2023年重点任务完成情况", None),
        ("我市前八月重点项目建设", None),
        ("各县区2023年任务完成情况", None),
        ("加强城市管理工作总结", None),
        ("办公室", None),
    ],
)
def test_the_place_that_a_title_begins_with(title: str, place: str | None) -> None:
    assert leading_place(title) == place


def test_a_place_named_later_in_a_title_but_not_in_a_quoted_law() -> None:
    assert of_text(f"2023年深入打好攻坚战江门市任务进展情况表\n{BODY}").region == "江门市"
    assert of_text(f"《广东省大气污染防治条例》2023年落实情况报告\n{BODY}").region is None


def test_the_place_that_a_text_names_most() -> None:
    text = "江门市级资金到位。江门市下达资金。台山市完成3个。台山市滞后。台山市未动工。"
    assert frequent_place(text) in ("江门市", "台山市")
    assert frequent_place(text, excluded=["台山市"]) == "江门市"
    assert frequent_place("江门市一次") is None


def test_places_and_other_words() -> None:
    assert all(looks_like_place(name) for name in ("蓬江区", "蓬江", "XX县", "市本级", "全市", "东侨开发区", "石花镇"))
    assert not any(looks_like_place(name) for name in ("市住建局", "完成3个", "锅炉改造", ""))


def test_fields_of_a_site_s_header_in_both_forms() -> None:
    assert dict(fields_of("发布单位 | 靖江市政府 | 发文日期 | 2023-08-10")) == {
        "publisher": "靖江市政府",
        "date": "2023-08-10",
    }
    assert dict(fields_of("名 稱:某事項完成情況 | 文件編號: 蘇環〔2024〕1號|")) == {
        "title": "某事項完成情況",
        "document_number": "蘇環〔2024〕1號",
    }
    assert dict(fields_of("全市完成5个项目 | 其他")) == {}


def test_a_site_s_header_gives_publisher_number_and_title() -> None:
    found = of_text(
        "索引号:01 | 发布机构:丰县生态环境局 | 发布日期:2023-10-08 |\n"
        f"名称:2023年三季度工作进展 | 文号:丰环〔2023〕5号 |\n2023年三季度工作进展\n{BODY}"
    )
    assert (found.publisher, found.document_number) == ("丰县生态环境局", "丰环〔2023〕5号")
    assert (found.title, found.region, found.as_of_date) == ("2023年三季度工作进展", "丰县", date(2023, 9, 30))


def test_a_site_s_header_as_a_table() -> None:
    page = (
        "<table><tr><td>索引号</td><td>01</td><td>发布机构</td><td>丰县政府</td></tr><tr><td>文号</td><td>丰政〔2023〕1号"
        "</td><td>发布日期</td><td>2023-07-08</td></tr></table><h1>2023年上半年工作总结</h1><p>完成5家。</p>"
    )
    from ingestion.read import read
    from ingestion.segment import segment

    found = segment(read(f"<html><body>{page}</body></html>".encode(), "a.html"))
    assert (found.publisher, found.document_number, found.region) == ("丰县政府", "丰政〔2023〕1号", "丰县")
    assert [item.parts[0].text for item in found.items] == ["完成5家。"]


@pytest.mark.parametrize(
    "head",
    [
        "附件1\n\n2016年为民办实事完成情况\n",
        "《政府工作报告》附件1\n2016年为民办实事完成情况\n",
        "首页 > 政务公开 > 工作进展\n2016年为民办实事完成情况\n",
        "当前位置：首页\n2016年为民办实事完成情况\n（2016年12月）\n",
        "##paidbegin##\n2016年为民办实事完成情况\n",
    ],
)
def test_what_stands_above_a_title_is_not_the_title(head: str) -> None:
    found = of_text(head + BODY)
    assert (found.title, found.as_of_date) == ("2016年为民办实事完成情况", date(2016, 12, 31))
    assert len(found.items) == 2


def test_a_title_broken_over_two_lines() -> None:
    found = of_text(f"江门市2023年污染防治攻坚战\n工作任务进展情况\n（截至9月底）\n{BODY}")
    assert found.title == "江门市2023年污染防治攻坚战工作任务进展情况"
    assert (found.region, found.as_of_date) == ("江门市", date(2023, 9, 30))


def test_a_heading_of_the_document_s_own_form_is_its_title() -> None:
    head = read_head([HeadLine("首页"), HeadLine("甲乙丙丁", 1), HeadLine("正文。")])
    assert (head.title, head.used) == ("甲乙丙丁", 2)


def test_a_document_without_title_keeps_its_text() -> None:
    found = of_text("全市完成5个项目。完成率80%。\n")
    assert (found.title, found.as_of_date, len(found.items)) == (None, None, 2)


def test_what_the_registration_knows_stands_where_the_text_does_not_say() -> None:
    found = of_text("工作情况\n" + BODY, region="甲县", as_of=date(2022, 6, 30))
    assert (found.region, found.as_of_date, found.period_start) == ("甲县", date(2022, 6, 30), date(2022, 1, 1))
    assert {item.region for item in found.items} == {"甲县"}


def test_what_the_text_says_wins_over_the_registration() -> None:
    found = of_text("江门市2023年工作情况（1-9月）\n" + BODY, region="甲县", as_of=date(2022, 6, 30))
    assert (found.region, found.as_of_date) == ("江门市", date(2023, 9, 30))


def test_the_registration_wins_over_a_title_that_names_only_its_year() -> None:
    found = of_text("江门市2023年任务进展情况\n" + BODY, as_of=date(2023, 10, 31))
    assert found.as_of_date == date(2023, 10, 31)


def test_the_last_cut_off_day_of_the_text_ends_a_year_s_table() -> None:
    text = "江门市2023年任务进展情况\n截至8月底，完成3家。截至9月底，完成5家。截至2022年底，完成1家。\n"
    assert of_text(text).as_of_date == date(2023, 9, 30)


def test_a_yearly_report_ends_with_its_year_whatever_days_it_names() -> None:
    assert of_text("江门市2023年度工作总结\n截至11月底，完成5家。\n").as_of_date == date(2023, 12, 31)


def test_a_column_header_may_name_the_period() -> None:
    rows = [["任务", "目标", "截至8月底完成情况"], ["治河", "5公里", "3公里"], ["修路", "9公里", "1公里"]]
    assert of_text(render.txt(rows, "某市2023年任务表").decode()).as_of_date == date(2023, 8, 31)


def test_a_government_s_report_speaks_of_the_year_before_its_delivery() -> None:
    found = of_text(f"丰县政府工作报告（2021年1月8日 王某）\n{BODY}")
    assert (found.region, found.as_of_date, found.campaign_year) == ("丰县", date(2020, 12, 31), 2020)


def test_a_signature_below_the_text_is_who_published_it() -> None:
    found = of_text(f"2023年上半年工作总结\n{BODY}江门市生态环境局\n2023年7月8日\n")
    assert (found.publisher, found.region, len(found.items)) == ("江门市生态环境局", "江门市", 2)


def test_a_last_line_that_is_no_date_is_text() -> None:
    found = of_text(f"2023年上半年工作总结\n{BODY}建成江门市展览中心\n")
    assert (found.publisher, len(found.items)) == (None, 3)


def test_a_document_number_on_its_own_line() -> None:
    found = of_text(f"2023年上半年工作总结\n江环〔2023〕12号\n{BODY}")
    assert (found.document_number, len(found.items)) == ("江环〔2023〕12号", 2)
