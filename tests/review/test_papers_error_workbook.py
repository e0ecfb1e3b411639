"""The error workbook: a unit's own rows come back as they were, nothing in it is ever evaluated."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from ingestion.extract import extract
from ingestion.read import read
from ingestion.segment import segment
from publishing.office import sheets
from publishing.office.words import clean
from review.papers import error_workbook
from review.papers.error_workbook import HELP, OTHERS, REMARKS, CellFinding, ErrorTable, Row
from review.papers.rows import placed
from tests.review.paper_samples import DAY, HARMLESS, HOSTILE, converted, finding, members, row, workbook

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "inbox"

INJECTIONS = [
    "=1+1", "=cmd|'/c calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "＝1+1", "＋1",
    "－5%", "＠a", '=HYPERLINK("http://example.com","看")', "\ufeff=1", "\u3000=1",
]  # fmt: skip


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def first_sheet(content: bytes) -> Any:
    return opened(content).worksheets[0]


def test_the_rows_are_the_districts_own_with_a_column_more() -> None:
    book = opened(error_workbook.write(workbook(row(3), row(7))))
    assert book.sheetnames == ["第1表", HELP]
    sheet = book["第1表"]
    assert sheet["A1"].value == "蓬江区2023年重点任务进展情况表（1-9月）"
    assert [c.value for c in sheet[2]] == ["序号", "区域", "主要任务", "工作内容及要求", "工作进展情况", REMARKS]
    assert [c.value for c in sheet[3]][:5] == ["1", "蓬江区", "耕地", "12月底前完成。", "完成285亩，占2.11%。"]
    assert sheet.max_row == 4


def test_a_remark_says_where_what_why_and_what_to_do() -> None:
    sheet = first_sheet(error_workbook.write(workbook()))
    assert sheet["F3"].value.split("\n") == [
        "（原表第3行）",
        "1. 【需要更正】第5格“工作进展情况”：占比所报为2.11%，按所报数值应为2.71%",
        "算式：285 ÷ 10500 × 100 = 2.71",
        "如所依据的内容无误，此处应为“2.71%”；如此处“2.11%”无误，则所依据的内容需更正。",
        "处理：核对面积和占比",
    ]


def test_only_the_cells_in_question_are_marked() -> None:
    two = Row(3, ("1", "蓬江区", "耕地", "要求", "进展"), (CellFinding(finding(), 4), CellFinding(finding(), None)))
    sheet = first_sheet(error_workbook.write(workbook(two)))
    filled = [c.fill.fgColor.rgb[-6:] if c.fill.fill_type else None for c in sheet[3]]
    assert filled == [None, None, None, "FFFF99", None, "FDE9D9"]
    assert "2. 【需要更正】占比" in sheet["F3"].value


@pytest.mark.parametrize("text", INJECTIONS)
def test_what_begins_like_a_formula_is_a_text_that_says_so(text: str) -> None:
    cells = (text, "正常", "5", "", text)
    content = error_workbook.write(workbook(row(3, *cells, message=text, quote=text), title=text, unit=text))
    book = opened(content)
    for sheet in book.worksheets:
        for line in sheet.iter_rows():
            for cell in line:
                assert cell.data_type == "s" or cell.value is None
    sheet = book["第1表"]
    assert sheet["A3"].value == clean(text)
    assert sheet["A3"].quotePrefix and sheet["E3"].quotePrefix
    assert not sheet["B3"].quotePrefix
    assert b"<f>" not in b"".join(members(content).values())


@given(st.text(max_size=60))
def test_a_text_comes_back_as_it_was_written(text: str) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    cell = sheets.put(sheet, 1, 1, text)
    written = io.BytesIO()
    book.save(written)
    again = read(written.getvalue(), "甲.xlsx") if clean(text).strip() else None
    assert cell.data_type == "s" or not text
    if again is not None:
        assert next(again.tables).rows[0][0].text.split() == clean(text).split()


def test_figures_stay_as_the_district_wrote_them() -> None:
    cells = ("007", "1.10", "2.11%", "2023-09-30", "1e5")
    sheet = first_sheet(error_workbook.write(workbook(row(3, *cells))))
    assert [(c.value, c.data_type) for c in sheet[3]][:5] == [(text, "s") for text in cells]


def test_hostile_characters_are_replaced_and_escapes_stay_text() -> None:
    cells = (HOSTILE, "_x0041_", "行一\r\n行二", "", "e")
    content = error_workbook.write(workbook(row(3, *cells, message=HOSTILE), file_name=HOSTILE, agency=HOSTILE))
    sheet = first_sheet(content)
    assert sheet["A3"].value == HARMLESS
    assert sheet["C3"].value == "行一\n行二"
    again = [[c.text for c in line] for line in next(read(content, "甲.xlsx").tables).rows]
    assert again[2][1] == "_x0041_"


@pytest.mark.parametrize("unit", ["长", "_x0041_", "😀"])
def test_a_longer_text_than_a_cell_holds_is_cut_and_says_so(unit: str) -> None:
    content = error_workbook.write(workbook(row(3, unit * 40_000, "b", "c", "d", "e")))
    text = first_sheet(content)["A3"].value
    assert text.endswith("（原文过长，以下从略）")
    assert "\ufffd" not in text, "no half of a character"
    assert text.count(unit) > 2_000
    assert len(text.encode("utf-16-le")) // 2 <= sheets.LONGEST_TEXT
    assert first_sheet(content).row_dimensions[3].height <= 409


def test_it_prints_on_a4_landscape_with_its_header_in_sight() -> None:
    sheet = first_sheet(error_workbook.write(workbook()))
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$2:$2", "A3")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert all(cell.alignment.wrap_text for cell in sheet[3])
    assert all(sheet.column_dimensions[letter].width >= 7 for letter in "ABCDEF")


def test_a_header_of_two_rows_stays_two_and_names_the_column_by_the_lower() -> None:
    header = (("序号", "水环境", "水环境"), ("序号", "目标", "完成情况"))
    table = ErrorTable(2, header, (row(4, "1", "24个", "26个", column=3),))
    sheet = opened(error_workbook.write(workbook(tables=(table,))))["第2表"]
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$2:$3", "A4")
    assert [c.value for c in sheet[3]] == ["序号", "目标", "完成情况", REMARKS]
    assert "第3格“完成情况”：" in sheet["D4"].value


def test_the_second_sheet_explains_and_counts() -> None:
    book = opened(error_workbook.write(workbook(row(3), row(4), others=(finding(locator="paragraph 2"),))))
    assert book.sheetnames == ["第1表", OTHERS, HELP]
    told = {line[0]: line[1] for line in book[HELP].iter_rows(min_row=2, values_only=True)}
    assert told["意见数"] == "3处（第1表2处，表格以外1处）"
    assert (told["期限"], told["报给谁"]) == ("2023年10月27日前", "江门市生态环境局，并附加盖公章的书面说明")
    assert OTHERS in told["表格以外的"]
    assert told["来源文件"] == "蓬江区2023年9月重点任务进展情况.docx"
    other = [c.value for c in book[OTHERS][3]]
    assert other[:4] == ["1", "受污染耕地安全利用", "第2段", "“完成285亩，占1.05万亩的2.11%。”"]


def test_the_same_content_is_the_same_bytes_whenever_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    first = error_workbook.write(workbook(row(3), others=(finding(),)))
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    assert error_workbook.write(workbook(row(3), others=(finding(),))) == first
    assert members(first)["docProps/core.xml"].count(b"2023-10-20T00:00:00Z") == 2
    properties = opened(first).properties
    assert (properties.created.date(), properties.modified.date(), properties.creator) == (DAY, DAY, "江门市生态环境局")


def test_a_workbook_about_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="至少有一项"):
        error_workbook.write(workbook(tables=()))


def test_two_thousand_findings_are_written_in_seconds() -> None:
    started = time.perf_counter()
    content = error_workbook.write(workbook(*(row(n) for n in range(2, 2002))))
    assert time.perf_counter() - started < 10
    assert first_sheet(content).max_row == 2002


def docx_like() -> bytes:
    """A district's workbook: a title, a header, a region cell that covers three rows, a line below."""
    book = Workbook()
    sheet = book.worksheets[0]
    for line in (
        ["蓬江区2023年重点任务进展情况表（1-9月）"],
        ["序号", "区域", "主要任务", "工作内容及要求", "工作进展情况"],
        ["1", "蓬江区", "耕地", "12月底前完成400亩。", "完成285亩，占1.05万亩的2.11%。"],
        ["2", None, "管网", "12月底前建成50公里。", "建成43公里。"],
        ["3", None, "排污口", "12月底前整治24个。", "26个排污口已整治21个。"],
    ):
        sheet.append(line)
    sheet.merge_cells("B3:B5")
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_findings_are_laid_over_the_rows_of_the_document_as_read() -> None:
    document = read(docx_like(), "甲.xlsx")
    last = finding(locator="table 1/row 5/cell 5")
    first, earlier = finding(locator="table 1/row 3/cell 5"), finding(locator="table 1/row 3/cell 4")
    strays = [
        finding(locator=locator) for locator in ("paragraph 1", "table 9/row 1/cell 1", "table 1/row 2/cell 1", None)
    ]
    found = placed(document, [last, strays[0], first, *strays[1:], earlier])
    (table,) = found.tables
    assert found.others == tuple(strays)
    assert (table.index, table.header) == (1, (("序号", "区域", "主要任务", "工作内容及要求", "工作进展情况"),))
    assert [r.number for r in table.rows] == [3, 5]
    assert [f.column for f in table.rows[0].findings] == [4, 5]
    assert table.rows[1].cells == ("3", "蓬江区", "排污口", "12月底前整治24个。", "26个排污口已整治21个。")


def test_what_is_sent_back_reads_as_what_was_sent() -> None:
    document = read(docx_like(), "甲.xlsx")
    found = placed(document, [finding(locator="table 1/row 5/cell 5")])
    again = read(error_workbook.write(workbook(tables=found.tables)), "核对意见.xlsx")
    table = next(again.tables)
    assert [c.text for c in table.rows[1]][:-1] == list(found.tables[0].header[0])
    assert [c.text for c in table.rows[2]][:-1] == list(found.tables[0].rows[0].cells)


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*2023年9月*.docx")), ids=lambda path: path.stem)
def test_a_workbook_that_is_sent_back_gives_the_facts_of_its_rows_and_no_others(path: Path) -> None:
    document = read(path.read_bytes(), path.name)
    (table,) = document.tables
    rows = range(2, len(table.rows) + 1)
    everything = [finding(locator=f"table 1/row {n}/cell 2") for n in rows]
    found = placed(document, everything)
    sent = segment(document)
    again = segment(read(error_workbook.write(workbook(title=sent.title, tables=found.tables)), "核对意见.xlsx"))
    assert (again.family, again.as_of_date, again.region) == (sent.family, sent.as_of_date, sent.region)
    assert [(f.quote, f.actual_value, f.deadline) for f in extract(again).facts] == [
        (f.quote, f.actual_value, f.deadline) for f in extract(sent).facts
    ]


def test_libreoffice_evaluates_nothing(tmp_path: Path) -> None:
    content = error_workbook.write(
        workbook(*(row(n, text, "b", "c", "d", "e") for n, text in enumerate(INJECTIONS, 3)))
    )
    path = converted(
        content, "核对意见.xlsx", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false", tmp_path
    )
    lines = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    assert [line[0].strip() for line in lines[2:]] == [clean(text).strip() for text in INJECTIONS]
