"""Unit and period from a file's name and from the text; who the sender is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingestion.placement import Placement, from_name, from_text, period_in, place_name, sender_of
from tests.ingestion.house import read_json, said, segment_json

HASH = "0123456789abcdef" * 4


def document(*items: dict, **about):
    return segment_json(read_json(said(*items, **about), "x.json"), None, None)


@pytest.mark.parametrize(
    ("name", "unit", "period", "is_resubmission"),
    [
        ("蓬江区_2023-09.docx", "蓬江区", "2023-09", False),
        ("江海区 2023年9月 补报.xlsx", "江海区", "2023-09", True),
        ("江海区考核任务完成情况表（2023年1-7月）.xlsx", "江海区", "2023-07", False),
        ("鹤山市-2023年7月-进度.txt", "鹤山市", "2023-07", False),
        ("江门市蓬江区2023年三季度.docx", "江门市蓬江区", "2023-09", False),
        ("江门市生态环境局蓬江分局2023年9月.docx", "江门市生态环境局蓬江分局", "2023-09", False),
        ("鼓楼区2023年上半年.docx", "鼓楼区", "2023-06", False),
        ("2023年上半年江苏省.docx", "江苏省", "2023-06", False),
        ("20231008蓬江区2023年9月（更正）.docx", "蓬江区", "2023-09", True),
        ("蓬江區2023.9.docx", "蓬江區", "2023-09", False),
        ("蓬江区_202309.docx", "蓬江区", "2023-09", False),
        ("靖江市2023年度总结.docx", "靖江市", None, False),
        ("新会区7月份情况.docx", "新会区", None, False),
        ("蓬江区2023-09-30.docx", "蓬江区", None, False),
        ("20230930.docx", None, None, False),
        ("2023年任务清单.docx", None, None, False),
        ("XX市2023-09.txt", None, "2023-09", False),
        ("000_ee2f89f96e461663.txt", None, None, False),
        ("进度表.docx", None, None, False),
        (".docx", None, None, False),
    ],
)
def test_what_a_name_says(name: str, unit: str | None, period: str | None, is_resubmission: bool) -> None:
    assert from_name(name) == Placement(unit, period, is_resubmission)


@pytest.mark.parametrize("text", ["2023-13", "2023-00", "1923-09", "12023-09", "2023", "九月", "202313"])
def test_what_is_no_period(text: str) -> None:
    assert period_in(text) is None


def test_the_text_says_its_region_and_the_month_of_its_date() -> None:
    assert from_text(document(region="靖江市", as_of="2023-06-30")) == Placement("靖江市", "2023-06")
    assert from_text(document(publisher="靖江市政府")).reporting_unit == "靖江市政府"
    assert (
        from_text(document({"region": "蓬江区", "task": "t"}, {"region": "蓬江区", "task": "u"})).reporting_unit
        == "蓬江区"
    )
    assert from_text(document(as_of=None)).period is None


def test_the_stated_unit_wins_and_gives_the_context() -> None:
    sender = sender_of("江海区", document(region="靖江市"), HASH)
    assert (sender.reporting_unit, sender.region_code, sender.context, sender.key) == (
        "江海区",
        "440704",
        "440704",
        "440704",
    )


@pytest.mark.parametrize("unit", ["蓬江区", "蓬江區", "江门市蓬江区", "广东省江门市蓬江区"])
def test_one_sender_has_one_key_however_it_is_written(unit: str) -> None:
    assert sender_of(unit, document(), HASH).key == "440703"


def test_two_organs_of_one_place_are_two_senders() -> None:
    keys = {sender_of(unit, document(), HASH).key for unit in ("蓬江区", "蓬江区住建局", "蓬江区生态环境局")}
    assert len(keys) == 3


def test_an_ambiguous_name_is_placed_by_its_document() -> None:
    table = document({"region": "玄武区", "task": "t"}, {"region": "江宁区", "task": "u"})
    assert sender_of("鼓楼区", table, HASH).region_code == "320106"
    assert sender_of("鼓楼区", document(region="福州市"), HASH).region_code == "350102"
    assert sender_of("鼓楼区", document(region="XX市"), HASH).region_code == "UNKNOWN"


def test_an_organ_without_a_place_leaves_it_to_the_document() -> None:
    sender = sender_of("市生态环境局", document(region="江门市"), HASH)
    assert (sender.reporting_unit, sender.region_code) == ("市生态环境局", "440700")


def test_a_table_of_districts_speaks_for_their_city() -> None:
    table = document({"region": "蓬江区", "task": "t"}, {"region": "鹤山市", "task": "u"})
    sender = sender_of(None, table, HASH)
    assert (sender.reporting_unit, sender.region_code, sender.key) == ("江门市", "440700", "440700")


def test_a_masked_sender_is_unknown_and_shares_its_scope_with_nobody() -> None:
    masked = document({"task": "t"}, region="XX市")
    first, second = sender_of(None, masked, HASH), sender_of(None, masked, HASH[::-1])
    assert (first.region_code, first.context, first.reporting_unit) == ("UNKNOWN", "", "XX市")
    assert first.key != second.key
    assert sender_of("XX市", masked, HASH).key != sender_of("XX市", masked, HASH[::-1]).key


def test_a_stated_unit_that_is_no_division_keeps_its_name() -> None:
    sender = sender_of("珠西园区", document(region="江门市"), HASH)
    assert (sender.reporting_unit, sender.region_code, sender.context) == ("珠西园区", "440700", "440700")
    assert sender.key != "440700"


def test_the_place_of_a_unit_for_documents_that_name_none() -> None:
    assert place_name("江门市生态环境局蓬江分局", "440703") == "蓬江区"
    assert place_name("鼓楼区", "UNKNOWN") == "鼓楼区"
    assert place_name("辦公室", None) is None
    assert place_name(None, None) is None


def test_a_document_without_region_names_is_unknown() -> None:
    nameless = replace(document({"task": "t"}), region=None)
    assert sender_of(None, nameless, HASH).region_code == "UNKNOWN"
