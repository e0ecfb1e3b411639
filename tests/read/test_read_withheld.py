"""What a reader has doubts of becomes rejections, never facts in silence; its numerals are counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ingestion.extract import extract, reasons
from ingestion.read import read
from ingestion.records import Document, Extraction, Remark, RemarkKind
from ingestion.segment import segment
from tests.read.render import paragraph, sheet, word

GRID = [
    ["序号", "区域", "目标要求", "工作进展情况"],
    ["1", "甲区", "年底前完成整治36家。", "已完成整治24家。"],
    ["2", "甲区", "年底前治理河道9公里。", "已治理河道6公里。"],
]


def extracted(document: Document) -> Extraction:
    return extract(segment(document, region="甲市", as_of=date(2023, 9, 30)))


def remarked(document: Document, kind: RemarkKind, text: str) -> Document:
    """The document with a remark over a stretch of its text."""
    return replace(document, remarks=(Remark(kind, text, document.text.index(text), "table 1/row 2/cell 4"),))


@pytest.mark.parametrize("kind", ["ocr_doubt", "formula_without_value"])
def test_a_figure_under_doubt_gives_a_rejection_and_the_others_stay(kind: RemarkKind) -> None:
    sure = read(sheet(GRID), "a.xlsx")
    doubted = remarked(sure, kind, "已完成整治24家。")
    before, after = extracted(sure), extracted(doubted)
    assert {f.actual_value for f in before.facts if f.actual_value} == {Decimal(24), Decimal(6)}
    assert {f.actual_value for f in after.facts if f.actual_value} == {Decimal(6)}
    (rejection,) = (r for r in after.rejections if r.reason == kind)
    assert rejection.quote == doubted.text[rejection.char_start : rejection.char_end] == "已完成整治24家。"
    assert before.coverage is not None and after.coverage is not None
    assert after.coverage.rejected == before.coverage.rejected + 1
    assert after.coverage.in_fact == before.coverage.in_fact - 1


def test_a_hidden_row_gives_its_facts_and_a_line_for_a_person() -> None:
    sure = read(sheet(GRID), "a.xlsx")
    found = extracted(remarked(sure, "hidden_row", "已完成整治24家。"))
    assert [f.actual_value for f in found.facts] == [f.actual_value for f in extracted(sure).facts]
    assert [r.reason for r in found.rejections if r.reason == "hidden_row"] == ["hidden_row"]


def test_notes_are_named_and_hidden_text_is_rejected() -> None:
    note = f'<w:footnote w:id="1">{paragraph("含2022年结转3家")}</w:footnote>'
    hidden = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>底稿：12家，5家</w:t></w:r></w:p>"
    found = extracted(read(word(paragraph("截至9月底，已完成整治24家。") + hidden, footnotes=note), "a.docx"))
    assert found.coverage is not None
    assert (found.coverage.named_non_measure, found.coverage.rejected) == (2, 2)
    assert [(r.reason, r.quote) for r in found.rejections] == [("hidden_text", "底稿：12家，5家")]


def test_dates_in_what_is_set_aside_do_not_move_the_document_s_own() -> None:
    note = f'<w:footnote w:id="1">{paragraph("上期截至2023年11月30日")}</w:footnote>'
    body = paragraph("已完成整治24家。")
    plain, noted = read(word(body), "a.docx"), read(word(body, footnotes=note), "a.docx")
    assert "11月30日" in noted.text
    assert segment(noted, region="甲市").as_of_date == segment(plain, region="甲市").as_of_date


@pytest.mark.parametrize(
    "kind",
    "hidden_text hidden_sheet hidden_row hidden_column unread_page unread_object "
    "formula_without_value ocr_doubt".split(),
)
def test_every_remark_that_is_told_has_its_wording(kind: str) -> None:
    assert set(reasons()[kind]) == {"zh", "en"}
