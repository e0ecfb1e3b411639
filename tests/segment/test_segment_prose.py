"""Narratives and lists of tasks in prose."""

from __future__ import annotations

import pytest

from ingestion.segment.sentences import sentences_of
from tests.segment.layouts import of_text, said, statements


def cut(text: str) -> list[str]:
    found = list(sentences_of(text, 10))
    assert all(text[s.start - 10 : s.start - 10 + len(s.text)] == s.text for s in found)
    return [s.text for s in found]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("完成3个。完成5个；未动工。", ["完成3个。", "完成5个；", "未动工。"]),
        ("PM2.5为31.3微克/立方米,完成.", ["PM2.5为31.3微克/立方米,完成."]),
        ("印发《甲；乙。丙》和“丁。戊”（己；庚）。", ["印发《甲；乙。丙》和“丁。戊”（己；庚）。"]),
        ("甲（乙。丙；丁。", ["甲（乙。", "丙；", "丁。"]),
        ("甲）乙。丙。", ["甲）乙。", "丙。"]),
        ("一行\n二行\r\n三行", ["一行", "二行", "三行"]),
        ("创建3个(甲、乙)二是开展调查。", ["创建3个(甲、乙)", "二是开展调查。"]),
        ("##paidbegin##", []),
        ("水##paidbegin##源地3个。##paidend##", ["水##paidbegin##源地3个。"]),
        ("　　甲。　乙。", ["甲。", "乙。"]),
        ("。；", []),
    ],
)
def test_sentences(text: str, pieces: list[str]) -> None:
    assert cut(text) == pieces


REPORT = """丰县2023年上半年工作总结暨下半年打算
今年以来，全县完成5件大事。
一、主要工作完成情况
（一）坚持问题导向，狠抓整改。一是强化认识。召开会议3次；培训20人。二是已完成整改5个。三是压实责任
1.治河。完成3公里。
（2）修路。完成9公里。
二、存在的问题和不足
（一）资金不足。缺口3万元。
三、下半年工作打算
建成学校2所。
"""


def test_statements_with_their_headings_and_sections() -> None:
    found = of_text(REPORT)
    assert found.family == "narrative"
    rows = [("/".join(p.heading), p.section, p.text) for item in found.items for p in item.parts]
    assert rows == [
        ("", "result", "今年以来，全县完成5件大事。"),
        ("主要工作完成情况/坚持问题导向，狠抓整改/强化认识", "result", "召开会议3次；"),
        ("主要工作完成情况/坚持问题导向，狠抓整改/强化认识", "result", "培训20人。"),
        ("主要工作完成情况/坚持问题导向，狠抓整改", "result", "已完成整改5个。"),
        ("主要工作完成情况/坚持问题导向，狠抓整改/治河", "result", "完成3公里。"),
        ("主要工作完成情况/坚持问题导向，狠抓整改/治河/修路", "result", "完成9公里。"),
        ("存在的问题和不足/资金不足", "problem", "缺口3万元。"),
        ("下半年工作打算", "plan", "建成学校2所。"),
    ]


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("二、存在的问题及原因", "problem"),
        ("三、存在的主要问题和瓶颈", "problem"),
        ("三、主要问题", "problem"),
        ("二、问题与不足", "problem"),
        ("三、面临的困难和挑战", "problem"),
        ("二、困难和问题", "problem"),
        ("四、下一步工作打算", "plan"),
        ("三、2024年工作计划", "plan"),
        ("三、下半年工作安排", "plan"),
        ("四、下步工作思路", "plan"),
        ("四、工作建议", "plan"),
        ("一、2023年工作总结", "result"),
        ("一、2023年主要目标完成情况", "result"),
        ("一、突出生态环境问题整改情况", "result"),
        ("（三）坚持问题导向，狠抓整改落实", "result"),
        ("二、突出问题整治", "result"),
    ],
)
def test_the_section_that_a_heading_opens(heading: str, section: str) -> None:
    found = of_text(f"丰县2023年工作总结\n{heading}\n建成学校2所。\n")
    assert [part.section for item in found.items for part in item.parts] == [section]


def test_a_plan_may_open_inside_a_paragraph() -> None:
    found = of_text("丰县2023年工作总结\n建成学校2所。下一步，建成5所。年底前验收。\n完成9公里。\n")
    assert [p.section for i in found.items for p in i.parts] == ["result", "plan", "plan", "result"]


def test_a_label_opens_a_section_for_its_paragraph() -> None:
    found = of_text("丰县2023年工作总结\n存在问题：资金缺口3万元。\n下一步：年底前完成。\n完成9公里。\n")
    assert [p.section for i in found.items for p in i.parts] == ["problem", "plan", "result"]


def test_an_unnumbered_section_heading_holds_over_numbered_points() -> None:
    found = of_text("丰县2023年工作总结\n存在问题\n1.资金不足。缺口3万元。\n2.人手不足。缺5人。\n")
    assert {p.section for i in found.items for p in i.parts} == {"problem"}


def test_an_entry_that_reads_like_a_heading_is_a_statement_too() -> None:
    found = of_text(
        "丰县2022年民生实事\n1.2022年省级民生实事完成情况：\n（1）新增托位160个。\n（2）市体育馆免费开放。\n"
    )
    assert statements(found) == ["新增托位160个。", "市体育馆免费开放。"]
    assert {p.heading[0] for i in found.items for p in i.parts} == {"2022年省级民生实事完成情况"}


def test_statements_below_a_place_are_that_place_s() -> None:
    found = of_text(
        "江门市2023年三季度通报\n一、各地进展\n（一）蓬江区\n完成管网10公里。\n（二）江海区\n未开工。\n台山市：完成2个。\n"
        "二、全市情况\n完成率60%。\n"
    )
    assert [item.region for item in found.items] == ["蓬江区", "江海区", "台山市", "江门市"]
    assert not found.issued_by_city


def test_a_labelled_list_in_paragraphs() -> None:
    found = of_text(
        "丰县2023年重点任务完成情况\n一、治水\n1.治河。\n工作任务：（1）治理5条；（2）清淤3条。\n完成情况：治理3条。\n另清淤1条。\n"
        "2.修路。\n年度目标：9公里。\n进展情况：1公里。\n下一步计划：年底前完成。\n"
    )
    assert found.family == "completion_list"
    assert [item.item_no for item in found.items] == ["1", "2"]
    assert [(p.role, p.sub_item, p.text) for p in found.items[0].parts] == [
        ("task", None, "治河。"),
        ("requirement", "(1)", "治理5条；"),
        ("requirement", "(2)", "清淤3条。"),
        ("progress", None, "治理3条。"),
        ("progress", None, "另清淤1条。"),
    ]
    assert found.items[0].parts[0].heading == ("治水",)
    assert [(p.role, p.section) for p in found.items[1].parts][-1] == ("progress", "plan")


def test_a_labelled_list_in_running_text() -> None:
    found = of_text(
        "丰县2022年重点任务完成情况\n（一）治水。年度目标：10个断面达标。完成情况：已完成8个。\n"
        "（二）治气。年度目标：PM2.5降至35。完成情况：34微克/立方米。\n"
    )
    assert [item.item_no for item in found.items] == ["（一）", "（二）"]
    assert said(found.items[0]) == {"task": ["治水。"], "requirement": ["10个断面达标。"], "progress": ["已完成8个。"]}


def test_labels_in_black_brackets() -> None:
    found = of_text(
        "丰县2023年上半年民生实事进展情况\n1.建公园\n【目标任务】新建5个公园。\n【进展情况】已建成3个。\n牵头单位：县住建局\n"
        "2.修路\n【目标任务】修路10公里。\n【进展情况】完成2公里。\n"
    )
    assert said(found.items[0]) == {
        "task": ["建公园"],
        "requirement": ["新建5个公园。"],
        "progress": ["已建成3个。"],
        "content": ["县住建局"],
    }


def test_a_list_that_labels_only_its_answers() -> None:
    entries = "".join(
        f"{n}、新建{k}所学校\n进展情况：已建成{k - 1}所。\n" for n, k in [("一", 5), ("二", 6), ("三", 7)]
    )
    found = of_text("丰县2023年重点工作进展情况\n" + entries)
    assert said(found.items[2]) == {"task": ["新建7所学校"], "progress": ["已建成6所。"]}


def test_an_announced_list() -> None:
    entries = "".join(
        f"{n}、优化{w}，新建{k}处{w}（县民政局负责）。已建成{k}处。惠及{k}万人。\n"
        for n, w, k in [("一", "公园", 5), ("二", "学校", 6), ("三", "车站", 7)]
    )
    item = of_text("丰县2023年为民办实事完成情况\n" + entries).items[1]
    assert said(item) == {
        "task": ["优化学校"],
        "requirement": ["新建6处学校（县民政局负责）。"],
        "progress": ["已建成6处。惠及6万人。"],
    }


def test_a_colon_list() -> None:
    entries = "".join(
        f"{n}.修{w}路（2021—2023年，{n}0公里）：已完成{n}公里。\n" for n, w in [(1, "甲"), (2, "乙"), (3, "丙")]
    )
    item = of_text("丰县2023年上半年重点项目进度\n" + entries).items[2]
    assert item.item_no == "3"
    assert said(item) == {"task": ["修丙路"], "requirement": ["2021—2023年，30公里"], "progress": ["已完成3公里。"]}


def test_prose_with_few_colons_stays_a_narrative() -> None:
    found = of_text(
        "丰县2023年上半年工作进展情况\n一、大气。完成5家。\n二、水。完成6家。\n1.名单：3家。\n三、土。完成7家。\n四、声。完成8家。\n"
    )
    assert found.family == "narrative"


def test_signatures_below_prose_are_no_statements() -> None:
    assert statements(of_text("丰县2023年工作总结\n完成5家。\n联系人：王某\n填表日期：2023年10月8日\n")) == [
        "完成5家。"
    ]


def test_the_scope_of_an_unnumbered_heading_ends_with_its_block() -> None:
    found = of_text(
        "丰县2023年1-8月进度\n全县完成77.2%。\n\n分层级：\n县级271个。\n市级29个。\n\n分行业比例为工业79%。\n"
    )
    assert [p.heading for i in found.items for p in i.parts] == [(), ("分层级",), ("分层级",), ()]


def test_bullets_are_no_words() -> None:
    assert statements(of_text("丰县2023年工作总结\n●完成5家。\n- 完成6家。\n★治河。完成7公里。\n")) == [
        "完成5家。",
        "完成6家。",
        "完成7公里。",
    ]
