"""The two tables: their columns and order, what an edition may say, what is withheld, and the same bytes each time."""

from __future__ import annotations

import io
import time
import zipfile

import pytest
from docx import Document as open_docx
from docx.oxml.ns import qn
from openpyxl import load_workbook

from publishing.documents import report, selection, undetermined, write
from publishing.documents.errors import NothingToReportError
from publishing.documents.writing import left_out
from publishing.query import Ask
from tests.publishing.documents.conftest import PERIOD
from tests.publishing.documents.papers import above, edition, rows_of, text_of, written

pytestmark = pytest.mark.xdist_group("documents_tables")
ORDER = ["蓬江区", "江海区", "新会区", "台山市", "开平市", "鹤山市", "恩平市"]
LAG_HEADER = ["序号", "区域", "主要任务", "工作内容及要求", "工作进展情况"]
COMPLETION_HEADER = ["序号", "区域", "指标名称", "考核内容", "目标要求", "完成情况"]


def regions(rows: list[list[str]]) -> list[str]:
    return [row[1] for row in rows[1:] if row[1]]


def test_columns_and_districts_stand_as_in_the_citys_own_tables(samples: Ask) -> None:
    lag = rows_of(written(samples, PERIOD, edition(), "lag_table")["docx"].content)
    completion = rows_of(written(samples, PERIOD, edition(), "completion_table")["docx"].content)
    assert (lag[0], completion[0]) == (LAG_HEADER, COMPLETION_HEADER)
    assert regions(lag) == regions(completion) == ORDER
    assert [row[0] for row in completion[1:]] == [str(n) for n in range(1, 40)]


def test_a_bureau_may_set_another_order(samples: Ask) -> None:
    rows = rows_of(written(samples, PERIOD, edition(), "lag_table", order=("恩平市", "台山市"))["docx"].content)
    assert regions(rows) == ["恩平市", "台山市", *(name for name in ORDER if name not in ("恩平市", "台山市"))]


def test_a_lagging_item_is_printed_whole_and_what_does_not_lag_is_not(samples: Ask) -> None:
    text = text_of(written(samples, PERIOD, edition(), "lag_table")["docx"].content)
    assert "常态化抓好项目入库储备" in text
    assert "廉钩水" not in text


def test_the_header_is_repeated_and_the_cells_of_a_district_are_one(samples: Ask) -> None:
    documents = written(samples, PERIOD, edition(), "lag_table")
    table = open_docx(io.BytesIO(documents["docx"].content)).tables[0]._tbl
    first, *others = table.iter(qn("w:tr"))
    assert first.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
    merges = [m.get(qn("w:val")) for row in others for m in row.iter(qn("w:vMerge"))]
    assert set(merges) == {"restart", "continue"}
    assert merges.count("restart") == len(ORDER)
    sheet = load_workbook(io.BytesIO(documents["xlsx"].content)).worksheets[0]
    assert sheet.print_title_rows == "$2:$2"
    assert sheet.page_setup.orientation == "landscape"
    assert sum(str(m).startswith("B") for m in sheet.merged_cells.ranges) == len(ORDER)


def test_only_what_is_determined_is_printed_of_what_is_signed(samples: Ask, judged: Ask) -> None:
    assert written(samples, PERIOD, edition(stage="review"), "lag_table") == {}
    assert len(undetermined(samples, PERIOD)) == 38
    told = left_out(samples, PERIOD, edition(stage="review"))
    assert len(told) == 1
    assert "38 条" in told[0]
    read = report.read(judged, PERIOD)
    listed = selection.lagging(read, edition(stage="issued"))
    assert all(any(line.determined == "behind_schedule" for line in item.lines) for item in listed)
    waiting = {c.progress_key for c in undetermined(judged, PERIOD)}
    assert waiting
    assert not waiting & {line.key for line in read.lines if line.determined}
    printed = rows_of(written(judged, PERIOD, edition(stage="issued"), "lag_table")["docx"].content)
    assert len(printed) - 1 == len(listed)


def test_the_bureaus_word_stands_in_the_place_of_the_districts(judged: Ask) -> None:
    signed = text_of(written(judged, PERIOD, edition(stage="issued"), "completion_table")["docx"].content)
    draft = text_of(written(judged, PERIOD, edition(), "completion_table")["docx"].content)
    assert "（2）按进度推进。35家新增重点企业" in draft
    assert "（2）未按进度完成。35家新增重点企业" in signed
    assert "（2）按进度推进。35家新增重点企业" not in signed
    # 镇级饮用水水源地 called itself 按进度推进, and the bureau said nothing of it: its facts stand alone
    assert "按进度推进。24个问题中，截至9月底已整治21个" in draft
    assert "\n24个问题中，截至9月底已整治21个" in signed


def test_what_is_withheld_keeps_its_row_and_its_last_verdict(judged: Ask) -> None:
    rows = rows_of(written(judged, PERIOD, edition(stage="issued"), "lag_table")["docx"].content)
    (withheld,) = [row for row in rows if "杰洲" in row[2]]
    assert withheld[4] == "数据待核，本期数字暂不列出。\n最近一次认定：未按进度完成。"
    admitted = [c for c in undetermined(judged, PERIOD) if c.publication == "under_review"]
    drafted = rows_of(written(judged, PERIOD, edition(), "lag_table")["docx"].content)
    assert admitted
    for candidate in admitted:
        assert [row for row in drafted if row[2].startswith(candidate.task.rstrip("。")) and "数据待核" in row[4]]


def test_what_was_not_filed_is_listed_as_it_was_asked_before(samples: Ask) -> None:
    rows = rows_of(written(samples, "2023-08", edition(), "completion_table")["docx"].content)
    start = next(n for n, row in enumerate(rows) if row[1] == "新会区")
    unfiled = rows[start : start + 5]
    assert [row[5] for row in unfiled] == ["未报送。"] * 5
    filed = rows_of(written(samples, "2023-07", edition(), "completion_table")["docx"].content)
    begin = next(n for n, row in enumerate(filed) if row[1] == "新会区")
    assert [row[2:5] for row in unfiled] == [row[2:5] for row in filed[begin : begin + 5]]
    assert not any(cell == "0" for row in unfiled for cell in row)


def test_the_checking_edition_says_version_verdicts_arithmetic_and_source(samples: Ask) -> None:
    document = written(samples, PERIOD, edition("checking"), "lag_table", version="000007")["docx"]
    assert {"征求意见稿　　核对版　　数据版本 000007"} == above(document.content)
    rows = rows_of(document.content)
    assert rows[0] == [*LAG_HEADER, "核对记录"]
    notes = next(row[5] for row in rows if "一企一策" in row[3] and "35家" in row[3])
    assert "（2）｜【滞后】自评：“按进度推进”｜测算：已到期未完成｜认定：—　出处" in notes
    assert "差25.71个百分点，逾期30天" in notes
    assert "蓬江区2023年9月重点任务进展情况.docx第1表第4行第4格“35家新增重点企业中" in notes


def test_links_lead_to_the_evidence_of_each_requirement(samples: Ask) -> None:
    documents = written(samples, PERIOD, edition("checking"), "lag_table", dashboard="../dashboard/index.html")
    word = open_docx(io.BytesIO(documents["docx"].content))
    targets = {rel.target_ref for rel in word.part.rels.values() if rel.is_external}
    anchors = {link.get(qn("w:anchor")) for link in word.element.body.iter(qn("w:hyperlink"))}
    assert targets == {"../dashboard/index.html"}
    listed = selection.lagging(report.read(samples, PERIOD), edition())
    assert anchors == {f"/evidence/{line.key}" for item in listed for line in item.lines}
    sheet = load_workbook(io.BytesIO(documents["xlsx"].content)).worksheets[0]
    assert [sheet.cell(2, col).value for col in (6, 7)] == ["核对记录", "出处"]
    linked = [row[6].hyperlink for row in sheet.iter_rows(min_row=3) if row[6].hyperlink]
    assert {link.target for link in linked} == {"../dashboard/index.html"}
    assert {link.location for link in linked} <= anchors
    assert len(linked) == len(listed)


def test_drafts_are_marked_on_each_page_and_bear_no_number(samples: Ask, judged: Ask) -> None:
    for document in write(samples, PERIOD, edition(reply_due=edition().day)):
        if document.file_name.endswith("docx"):
            assert above(document.content) == {"征求意见稿　　请于2023年10月20日前反馈"}
        else:
            book = load_workbook(io.BytesIO(document.content))
            assert "征求意见稿" in book.worksheets[0].oddHeader.right.text
    issued = written(judged, PERIOD, edition(stage="issued"), "lag_table")
    assert above(issued["docx"].content) == {"江环函〔2023〕12号　　签发人：李四"}
    assert "征求意见稿" not in text_of(issued["docx"].content)


def test_a_lag_table_of_the_city_makes_no_completion_table(seeds: Ask) -> None:
    kinds = {d.kind for d in write(seeds, PERIOD, edition(stage="issued"))}
    assert kinds == {"lag_table", "bulletin", "district_sheet"}
    assert ["lists exceptions only" in told for told in left_out(seeds, PERIOD, edition(stage="issued"))] == [True]


def test_a_table_of_the_city_lends_its_title_and_its_order(seeds: Ask) -> None:
    document = written(seeds, PERIOD, edition(stage="issued"), "lag_table")["docx"]
    assert text_of(document.content).startswith("2023年深入打好污染防治攻坚战工作任务进度滞后情况表（1-9月）")
    assert regions(rows_of(document.content)) == ORDER


@pytest.mark.parametrize("period", ["2022-01", "2023年9月", "2023-13"])
def test_a_period_without_anything_is_one_clear_error(samples: Ask, period: str) -> None:
    with pytest.raises(NothingToReportError) as found:
        write(samples, period, edition())
    assert "\n" not in str(found.value)
    assert period in str(found.value)
    assert "2023-09" in str(found.value)


def test_a_city_that_is_not_there_is_named_with_those_that_are(samples: Ask) -> None:
    with pytest.raises(NothingToReportError, match="江门市"):
        write(samples, PERIOD, edition(), city="广州市")


def test_the_bytes_are_the_same_whatever_the_clock(samples: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    first = write(samples, PERIOD, edition("checking"))
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(2_000_000_000))
    second = write(samples, PERIOD, edition("checking"))
    assert [(d.file_name, d.content) for d in first] == [(d.file_name, d.content) for d in second]


def test_nothing_is_evaluated_as_a_formula(samples: Ask) -> None:
    for document in write(samples, PERIOD, edition("checking"), kinds=("lag_table", "completion_table")):
        if document.file_name.endswith("xlsx"):
            with zipfile.ZipFile(io.BytesIO(document.content)) as package:
                sheets = [package.read(n) for n in package.namelist() if n.startswith("xl/worksheets/sheet")]
            assert sheets
            assert not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)
