"""The receipt: what was received and read, what was found by severity, what is withheld until when."""

from __future__ import annotations

import time
from datetime import date, datetime
from pathlib import Path

import pytest

from review.papers import receipt as receipts
from tests.review.paper_samples import (
    HARMLESS,
    HOSTILE,
    converted,
    east_asian_font,
    finding,
    members,
    opened,
    pages,
    receipt,
    said,
)


def test_it_says_what_was_received_and_read() -> None:
    (table,) = opened(receipts.write(receipt())).tables
    told = {row.cells[0].text: row.cells[1].text for row in table.rows[1:]}
    assert told == {
        "报送单位": "蓬江区人民政府",
        "报送期": "2023年9月",
        "文件名": "蓬江区2023年9月重点任务进展情况.docx",
        "文件校验码（SHA-256前16位）": "0123456789abcdef",
        "接收时间": "2023年10月9日00:30（北京时间）",
        "报送渠道": "公文系统",
        "报送次数": "首次报送",
        "读取结果": "任务24项，数据180条，未能读取2处",
    }


def test_it_is_laid_out_and_signed_like_a_letter() -> None:
    document = opened(receipts.write(receipt()))
    assert [round(m.mm) for m in (document.sections[0].top_margin, document.sections[0].left_margin)] == [37, 28]
    assert east_asian_font(document.styles["公文正文"]) == "仿宋_GB2312"
    texts = said(document)
    assert texts[0] == "2023年9月重点任务进展材料\n接收回执"
    assert texts[-2:] == ["江门市生态环境局", "2023年10月9日"]
    assert "于2023年10月27日前报送更正材料" in texts[-3]


def test_findings_are_listed_by_severity_the_gravest_first_and_not_all_of_them() -> None:
    found = (
        *(finding(severity="warning", message=f"提示{n}") for n in range(receipts.LISTED + 3)),
        finding(severity="blocker", message="区划未能识别", arithmetic=None),
        finding(severity="odd"),
    )
    texts = said(opened(receipts.write(receipt(findings=found))))
    heads = [t for t in texts if t.startswith("（") and t.endswith("处）")]
    assert heads == ["（一）暂缓发布（1处）", "（二）需要核实（13处）", "（三）其他（1处）"]
    assert "1. 受污染耕地安全利用，第1表第3行第5格：区划未能识别" in texts
    assert "另有3处，逐项见核对意见表。" in texts
    assert sum("提示" in t for t in texts) == receipts.LISTED


def test_a_submission_without_a_fault_needs_nothing() -> None:
    clean = receipt(findings=(), withheld=(), revision=2, channel=None, period=None)
    document = opened(receipts.write(clean))
    texts = said(document)
    assert {"未发现不一致的内容。", "无。", "本次报送无需更正。联系人：李四。"} <= set(texts)
    told = {row.cells[0].text: row.cells[1].text for row in document.tables[0].rows}
    assert (told["报送次数"], told["报送渠道"], told["报送期"]) == ("第2次补报", "未登记", "未能识别")


def test_what_is_withheld_is_named_and_is_no_zero() -> None:
    texts = said(opened(receipts.write(receipt(withheld=("甲", "乙"), correction_due=None))))
    assert "1. 甲" in texts and "2. 乙" in texts
    assert any("数据待核" in t and "不作为零" in t for t in texts)
    assert any("尽快报送更正材料" in t for t in texts)


def test_it_is_dated_by_the_day_in_china_whatever_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    first = receipts.write(receipt())
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    assert receipts.write(receipt()) == first
    assert b"2023-10-09T00:00:00Z" in members(first)["docProps/core.xml"]
    assert opened(first).core_properties.created.date() == date(2023, 10, 9)
    with pytest.raises(ValueError, match="时区"):
        receipts.write(receipt(received_at=datetime(2023, 10, 8)))  # noqa: DTZ001


def test_hostile_text_is_replaced() -> None:
    given = receipt(unit=HOSTILE, file_name=HOSTILE, channel=HOSTILE, withheld=(HOSTILE,), contact=HOSTILE)
    document = opened(receipts.write(given))
    assert f"{HARMLESS}：" in said(document)
    assert document.tables[0].rows[3].cells[1].text == HARMLESS


def test_two_thousand_findings_are_counted_in_seconds(tmp_path: Path) -> None:
    started = time.perf_counter()
    content = receipts.write(receipt(findings=tuple(finding() for _ in range(2000))))
    assert time.perf_counter() - started < 10
    found = pages(converted(content, "回执.docx", "pdf", tmp_path))
    assert len(found) <= 5
    assert "另有1990处" in "".join(found).replace(" ", "").replace("\n", "")
