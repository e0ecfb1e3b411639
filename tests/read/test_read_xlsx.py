"""Spreadsheets: merges, sheets, formats as people see them."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from ingestion.errors import UnreadableFileError
from ingestion.read import read
from ingestion.read.cellformats import shown
from tests.read.checks import assert_spans, only_table, texts, told
from tests.read.render import saved, sheet, zipped


def test_merged_cells_and_places() -> None:
    grid = [["年度表", "年度表", "年度表"], ["区域", "任务", "进展"], ["甲区", "治河", "1"], ["甲区", "修路", "2"]]
    document = read(sheet(grid, [(1, 1, 1, 3), (3, 1, 4, 1)]), "a.xlsx")
    assert_spans(document)
    table = only_table(document)
    assert texts(table) == grid
    assert table.title == "进展"
    assert table.rows[3][0].origin == (3, 1)


def test_rows_and_columns_are_numbered_as_the_program_does() -> None:
    book = Workbook()
    assert book.active is not None
    book.active["C4"] = "值"
    table = only_table(read(saved(book), "a.xlsx"))
    assert table.locator(table.rows[3][2]) == "table 1/row 4/cell 3"


def test_numbers_dates_and_percentages_read_as_people_see_them() -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append([0.0271, dt.date(2023, 9, 30), 1234.5, True, 0.1 + 0.2, dt.datetime(2023, 9, 30, 8, 5)])  # noqa: DTZ001
    page["A1"].number_format = "0.00%"
    page["B1"].number_format = 'yyyy"年"m"月"d"日"'
    page["C1"].number_format = '#,##0.00"万元"'
    assert texts(only_table(read(saved(book), "a.xlsx"))) == [
        ["2.71%", "2023年9月30日", "1,234.50万元", "TRUE", "0.3", "2023-09-30 8:05:00"]
    ]


@pytest.mark.parametrize(
    ("number_format", "raw", "text"),
    [
        ("General", "0.30000000000000004", "0.3"),
        ("General", "45.5", "45.5"),
        ("General", "1E-3", "0.001"),
        ("0%", "1.025", "103%"),
        ("0.0%", "0.99995", "100.0%"),
        ("#,##0", "-1234567", "-1,234,567"),
        ("0.00_ ;[Red]-0.00 ", "-3.255", "-3.26"),
        ("0.0;(0.0)", "-3.25", "(3.3)"),
        ('"约"0"个"', "3", "约3个"),
        ("0.##", "2", "2"),
        ("00", "7", "07"),
        ("0,", "12345", "12"),
        ("@", "12", "12"),
        ("yyyy/m/d", "45199", "2023/9/30"),
        ("yyyy-mm-dd hh:mm", "45199.3368055556", "2023-09-30 08:05"),
        ('m"月"', "45199", "9月"),
        ("[$-804]yyyy年m月;@", "45199", "2023年9月"),
        ("h:mm AM/PM", "0.75", "6:00 PM"),
        ("mmm-yy", "45199", "Sep-23"),
        ("# ?/?", "0.5", "0.5"),
        ("0.00E+00", "12345", "12345"),
        ("0.0", "#N/A", "#N/A"),
        ("yyyy/m/d", "-5", "-5"),
    ],
)
def test_a_number_in_its_format(number_format: str, raw: str, text: str) -> None:
    assert shown(raw, number_format) == text


def test_dates_of_books_that_count_from_1904() -> None:
    assert shown("43737", "yyyy/m/d", is_1904=True) == "2023/9/30"


def test_each_visible_sheet_is_a_table_and_a_hidden_one_is_set_aside() -> None:
    book = Workbook()
    assert book.active is not None
    book.active.title = "甲区"
    book.active.append(["a", "b"])
    hidden = book.create_sheet("上月")
    hidden.append(["已完成", 36])
    hidden.sheet_state = "veryHidden"
    book.create_sheet("乙区").append(["c", "d"])
    document = read(saved(book), "a.xlsx")
    assert_spans(document)
    assert [(t.title, texts(t)) for t in document.tables] == [("甲区", [["a", "b"]]), ("乙区", [["c", "d"]])]
    assert told(document, "hidden_sheet") == [("已完成\t36", "sheet 上月")]


@pytest.mark.parametrize("by_name", [True, False])
def test_a_hidden_sheet_that_only_offers_choices_is_no_content(by_name: bool) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["进度"])
    book.create_sheet("选 项").append(["已完成"])
    book["选 项"].sheet_state = "hidden"
    source = "'选 项'!$A$1:$A$3"
    if by_name:
        book.defined_names["进度列表"] = DefinedName("进度列表", attr_text=source)
    rule = DataValidation(type="list", formula1="进度列表" if by_name else source)
    rule.add("A2")
    page.add_data_validation(rule)
    document = read(saved(book), "a.xlsx")
    assert (document.text, document.remarks) == ("进度", ())


def test_hidden_rows_and_columns_still_count_and_are_told() -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in (
        ["任务", "底数", "进展"],
        ["治河", None, "完成3家"],
        ["修路", 5, "完成5家"],
        [None, None, None],
        ["植树", 1, "未完"],
    ):
        page.append(row)
    page.row_dimensions[3].hidden = page.row_dimensions[4].hidden = True
    page.column_dimensions["B"].hidden = True
    document = read(saved(book), "a.xlsx")
    assert_spans(document)
    assert texts(only_table(document))[2] == ["修路", "5", "完成5家"]
    assert told(document, "hidden_row") == [("修路\t5\t完成5家", "table 1/row 3")]
    assert told(document, "hidden_column") == [("底数", "table 1/row 1/cell 2")]


def test_hidden_rows_that_follow_each_other_are_told_together() -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    for n in range(1, 7):
        page.append([f"任务{n}", n])
    for n in (2, 3, 4, 6):
        page.row_dimensions[n].hidden = True
    document = read(saved(book), "a.xlsx")
    assert_spans(document)
    assert told(document, "hidden_row") == [("任务2\t2", "table 1/rows 2-4"), ("任务6\t6", "table 1/row 6")]


def test_what_a_merged_range_covers_is_hidden_text() -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["甲区", "a"])
    page.append(["乙区", "b"])
    page.merged_cells.add("A1:A2")  # merging through the sheet would empty the covered cell
    document = read(saved(book), "a.xlsx")
    assert_spans(document)
    assert texts(only_table(document)) == [["甲区", "a"], ["甲区", "b"]]
    assert told(document, "hidden_text") == [("乙区", "table 1/row 2/cell 1")]


def test_a_formula_without_its_result_is_seen_as_its_text_and_told() -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append([1, "=A1/2"])
    document = read(saved(book), "a.xlsx")
    assert texts(only_table(document)) == [["1", "=A1/2"]]
    assert told(document, "formula_without_value") == [("=A1/2", "table 1/row 1/cell 2")]


def raw_book(cells: str, namespace: str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main") -> bytes:
    """A workbook of one sheet by its XML, as programs other than openpyxl write it."""
    relations = "http://purl.oclc.org/ooxml/officeDocument/relationships"
    files = {
        "xl/workbook.xml": f'<workbook xmlns="{namespace}" xmlns:r="{relations}"><sheets>'
        '<sheet name="甲" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="r"><Relationship Id="rId1" Target="worksheets/a.xml" '
        f'Type="{relations}/worksheet"/></Relationships>',
        "xl/worksheets/a.xml": f'<worksheet xmlns="{namespace}"><sheetData>{cells}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{namespace}"><si><r><t>完成</t></r><r><t>3家</t></r>'
        "<rPh><t>wc</t></rPh></si></sst>",
    }
    return zipped({name: text.encode() for name, text in files.items()})


def test_formulas_with_results_errors_strings_and_dates_as_strict_programs_write_them() -> None:
    cells = (
        '<row><c><f>SUM(A1:A9)</f><v>24</v></c><c t="str"><f>A1&amp;"项"</f><v>24项</v></c>'
        '<c t="str"><f>""</f><v></v></c>'
        '<c t="e"><f>Z1</f><v>#REF!</v></c><c t="d"><v>2023-09-30T00:00:00</v></c><c t="s"><v>0</v></c>'
        '<c t="inlineStr"><is><r><t>滞</t></r><r><t>后</t></r></is></c><c><f t="shared" si="0"/></c></row>'
    )
    document = read(raw_book(cells, "http://purl.oclc.org/ooxml/spreadsheetml/main"), "a.xlsx")
    assert_spans(document)
    assert texts(only_table(document)) == [["24", "24项", "", "#REF!", "2023-09-30", "完成3家", "滞后", "=…"]]
    assert told(document, "formula_without_value") == [("=…", "table 1/row 1/cell 8")]


def test_numbers_kept_as_text_read_as_they_stand() -> None:
    grid = [["完成数", "比例"], ["0012", "85.0%"], ["１２", "1,234"]]
    assert texts(only_table(read(sheet(grid), "a.xlsx"))) == grid


def test_text_drawn_over_a_sheet_is_told() -> None:
    drawn = "<d xmlns:a='a'><a:p><a:r><a:t>截至9月</a:t></a:r><a:r><a:t>30日</a:t></a:r></a:p></d>"
    files = {"xl/drawings/drawing1.xml": drawn.encode()}
    with zipfile.ZipFile(io.BytesIO(sheet([["甲"]]))) as book:
        files |= {name: book.read(name) for name in book.namelist()}
    assert told(read(zipped(files), "a.xlsx"), "unread_object") == [("截至9月30日", "drawing 1")]


def test_a_book_without_text_is_unreadable() -> None:
    with pytest.raises(UnreadableFileError, match="没有任何文字"):
        read(saved(Workbook()), "a.xlsx")


def test_a_book_without_its_parts_is_unreadable() -> None:
    with pytest.raises(UnreadableFileError, match="缺少部件"):
        read(zipped({"xl/workbook.xml": b"<workbook/>"}), "a.xlsx")


def test_a_sheet_with_a_cell_at_the_end_of_the_world_is_refused() -> None:
    book = Workbook()
    assert book.active is not None
    book.active["XFD1048576"] = "值"
    with pytest.raises(UnreadableFileError, match="表格过大"):
        read(saved(book), "a.xlsx")
