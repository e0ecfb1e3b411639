"""What clerks and their programs do to a workbook: none of it loses a figure, and what changes the task is told."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from ingestion.errors import MisaddressedWorkbookError, UnknownLayoutError, UnreadableFileError
from ingestion.extract import extract, reasons
from ingestion.read import read
from ingestion.segment.workbook import has_entries
from ingestion.workbook import HIDDEN_SHEET, hidden_lines
from ingestion.workbook.form import digest
from publishing.template import problems_of
from publishing.template.sheet import FORM_TITLE, render
from tests.template.clerk import (
    HEADER_ROW,
    ROWS,
    TICKET,
    came_back,
    column_of,
    figures,
    filled,
    laid_out,
    put,
    refused,
    stated,
)

CELLS = {(1, "figure"): 12, (2, "figure"): 4.5, (3, "figure"): 48.3, (4, "figure"): "Ⅱ类", (5, "status"): "已完成"}
FIGURES = {(1, 1): 12, (1, 2): 4.5, (2, 1): 48.3, (3, 1): None}
FIRST, SPARE = HEADER_ROW + 1, HEADER_ROW + 1 + len(ROWS)


def hide(sheet: Worksheet) -> None:
    for name in ("target", "unit", "last"):
        sheet.column_dimensions[openpyxl.utils.get_column_letter(column_of(name))].hidden = True
    sheet.row_dimensions[FIRST + 1].hidden = True


def rename(sheet: Worksheet) -> None:
    sheet.title = "10月报送"


def move_columns(sheet: Worksheet) -> None:
    """The last written column is put before the first one."""
    sheet.protection.sheet = False
    sheet.insert_cols(1)
    for row in range(HEADER_ROW, SPARE):
        old = sheet.cell(row, column_of("figure") + 1)
        sheet.cell(row, 1).value, old.value = old.value, None


def insert_rows(sheet: Worksheet) -> None:
    sheet.unmerge_cells("A1:N1")
    sheet.insert_rows(1, 2)
    sheet["A1"] = "附件2"


def touch_blanks(sheet: Worksheet) -> None:
    cell = sheet.cell(FIRST, column_of("task"))
    cell.value = f" {cell.value}\n"


@pytest.mark.parametrize("edit", [hide, rename, move_columns, insert_rows, touch_blanks], ids=lambda e: e.__name__)
def test_a_harmless_change_changes_nothing(edit: Callable[[Worksheet], None]) -> None:
    extraction = came_back(filled(CELLS, edit=edit))
    assert [r for r in refused(extraction) if r[0].startswith("workbook")] == []
    assert {k: v and float(v) for k, v in figures(extraction).items()} == FIGURES


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes, str], bytes]:
    """A function that opens a workbook in LibreOffice and saves it in another format."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("needs LibreOffice: apt-get install libreoffice-calc")
    folder = tmp_path_factory.mktemp("office")

    def save(content: bytes, kind: str) -> bytes:
        source = folder / "in" / "表.xlsx"
        source.parent.mkdir(exist_ok=True)
        source.write_bytes(content)
        subprocess.run(
            [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", kind,
             "--outdir", str(folder / kind), str(source)],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        return (folder / kind / f"表.{kind}").read_bytes()

    return save


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_a_workbook_that_another_program_saved_says_the_same(office: Callable[[bytes, str], bytes], kind: str) -> None:
    odd = (*ROWS[:4], type(ROWS[4])(key="R0000000000e1", item=5, requirement_no=1, requirement="“一”_x0041_\n二\t=1"))
    cells = CELLS | {(1, "rate"): 0.5, (1, "progress"): "第一段。\n第二段。", (5, "date"): date(2023, 9, 28)}

    def percent(sheet: Worksheet) -> None:
        sheet.cell(FIRST, column_of("rate")).number_format = "0%"

    content = filled(cells, rows=odd, edit=percent)
    before = came_back(content)
    after = came_back(office(content, kind), f"2023-10 蓬江区 填报表.{kind}")
    assert [(f.rule_id, f.quote, f.actual_value, f.percent, f.as_of_date) for f in stated(before)] == [
        (f.rule_id, f.quote, f.actual_value, f.percent, f.as_of_date) for f in stated(after)
    ]
    assert refused(before) == refused(after)
    assert [r for r in refused(after) if r[0].startswith("workbook")] == []
    assert len(stated(after)) == 6
    assert next(f.percent for f in stated(after)) == 50


def test_rows_that_were_deleted_or_copied_are_told() -> None:
    def edit(sheet: Worksheet) -> None:
        copy = [cell.value for cell in sheet[FIRST]]
        sheet.delete_rows(FIRST + 1)
        for col, value in enumerate(copy, 1):
            sheet.cell(SPARE - 1, col).value = value
        put(sheet, SPARE - 1, "figure", 15)

    extraction = came_back(filled(CELLS, edit=edit))
    assert refused(extraction) == [
        ("workbook_row_repeated", "15", f"table 1/row {SPARE - 1}/cell 8"),
        ("workbook_row_removed", ROWS[1].requirement, f"sheet {HIDDEN_SHEET}"),
    ]
    assert figures(extraction)[1, 1] == 12
    assert [f.requirement_no for f in extraction.facts if f.fact == "requirement" and f.item_seq == 1] == [1, 2]


def test_a_row_whose_mark_was_lost_is_known_by_what_was_prefilled() -> None:
    extraction = came_back(filled(CELLS, edit=lambda sheet: put(sheet, FIRST, "mark", None)))
    assert figures(extraction)[1, 1] == 12
    assert refused(extraction) == []


@pytest.mark.parametrize(
    ("column", "value"), [("target", "20"), ("deadline", "2024-06-30"), ("unit", "家"), ("task", None)]
)
def test_what_was_issued_stands_and_its_change_is_told(column: str, value: str | None) -> None:
    extraction = came_back(filled(CELLS | {(1, column): value}))
    assert refused(extraction) == [
        ("workbook_issued_cell_changed", value or "", f"table 1/row {FIRST}/cell {column_of(column)}")
    ]
    first = next(f for f in extraction.facts if f.fact == "requirement")
    assert (first.target_value, first.deadline, first.target_unit, first.task) == (
        24,
        date(2023, 12, 31),
        "个",
        "任务1",
    )


def test_a_row_that_was_added_is_read_like_any_table() -> None:
    def edit(sheet: Worksheet) -> None:
        put(sheet, SPARE, "task", "扬尘整治")
        put(sheet, SPARE, "requirement", "2023年12月底前完成30处工地扬尘整治。")
        put(sheet, SPARE, "progress", "已完成22处。")
        put(sheet, SPARE + 1, "no", "填表人：某某　电话：88001234")

    extraction = came_back(filled(CELLS, edit=edit))
    added = [f for f in extraction.facts if f.task == "扬尘整治"]
    assert [(f.fact, f.target_value, f.actual_value, f.deadline) for f in added] == [
        ("requirement", 30, None, date(2023, 12, 31)),
        ("progress", None, 22, None),
    ]
    assert refused(extraction) == []


def test_an_empty_form_takes_a_district_s_own_rows() -> None:
    def edit(sheet: Worksheet) -> None:
        put(sheet, FIRST, "task", "管网建设")
        put(sheet, FIRST, "requirement", "2023年12月底前新建管网18公里。")
        put(sheet, FIRST, "unit", "公里")
        put(sheet, FIRST, "figure", 12)

    extraction = came_back(filled(rows=(), edit=edit))
    assert [(f.fact, f.target_value, f.actual_value, f.unit) for f in extraction.facts] == [
        ("requirement", 18, None, None),
        ("progress", None, 12, "公里"),
    ]
    with pytest.raises(UnknownLayoutError, match="空白"):
        laid_out(render(TICKET, ()))


def test_a_row_of_one_s_own_is_read_cell_by_cell_like_an_issued_one() -> None:
    def edit(sheet: Worksheet) -> None:
        own = {"task": "管网建设", "requirement": "新建污水管网", "deadline": date(2023, 11, 30), "target": 18}
        own |= {"unit": "公里", "figure": 12, "rate": 66.7, "status": "落后序时进度"}
        for name, value in own.items():
            put(sheet, SPARE, name, value)
        for name, value in {"task": "水质提升", "target": "≥85%", "deadline": "11月底前", "figure": "0.8"}.items():
            put(sheet, SPARE + 1, name, value)

    extraction = came_back(filled(CELLS, edit=edit))
    own = [f for f in extraction.facts if f.task in ("管网建设", "水质提升")]
    asked = [f for f in own if f.fact == "requirement"]
    assert [(f.target_value, f.target_unit, f.target_comparator, f.deadline) for f in asked] == [
        (18, "公里", "=", date(2023, 11, 30)),
        (85, "%", ">=", date(2023, 11, 30)),
    ]
    said = [(f.requirement_no, f.actual_value, f.unit, f.status) for f in own if f.fact == "progress"]
    assert said == [(1, 12, "公里", None), (1, None, None, "behind_schedule")]
    assert refused(extraction) == [("workbook_ambiguous_percent", "0.8", f"table 1/row {SPARE + 1}/cell 8")]


def test_wrong_cells_are_told_with_their_address_and_the_rest_is_read() -> None:
    content = filled({(1, "figure"): "约莫一半", (2, "figure"): 4.5, (3, "figure"): 0.6, (5, "status"): "还行"})
    told = {p.address: (p.found, p.message_zh) for p in problems_of(content, "表.xlsx")}
    assert told == {
        "填报表!H6": ("约莫一半", reasons()["workbook_not_a_number"]["zh"]),
        "填报表!H8": ("0.6", reasons()["workbook_ambiguous_percent"]["zh"]),
        "填报表!J10": ("还行", reasons()["workbook_not_a_status"]["zh"]),
    }
    assert {k: float(v or 0) for k, v in figures(came_back(content)).items()} == {(1, 2): 4.5}


def test_words_beside_a_figure_are_kept_and_never_counted_again() -> None:
    extraction = came_back(
        filled({(1, "figure"): 12, (1, "progress"): "已完成整治10个。", (1, "plan"): "11月底前再完成5个。"})
    )
    words = [f for f in extraction.facts if not f.rule_id.startswith("workbook.")]
    assert [(f.fact, f.requirement_no, f.is_plan, f.section) for f in words] == [
        ("indicator", 1, False, "result"),
        ("progress", 1, True, "plan"),
    ]
    assert words[0].actual_value == 10
    alone = came_back(filled({(1, "progress"): "已完成整治10个。", (1, "problem"): "征地未完成。"}))
    assert [(f.actual_value, f.section) for f in alone.facts if f.fact == "progress" and f.actual_value] == [
        (10, "result")
    ]


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"as_of": date(2023, 9, 30)}, "2023-10 下发"),
        ({"region": "江海区"}, "下发给蓬江区"),
        ({"region": "台山市"}, "台山市"),
    ],
)
def test_a_workbook_of_another_month_or_place_is_refused(known: dict[str, Any], told: str) -> None:
    with pytest.raises(MisaddressedWorkbookError, match=told):
        laid_out(filled(CELLS), **known)


@pytest.mark.parametrize("known", [{"as_of": date(2023, 10, 31)}, {"region": "蓬江区"}, {"region": "江门市"}, {}])
def test_period_and_place_are_the_ticket_s(known: dict[str, Any]) -> None:
    found = laid_out(filled(CELLS), "新建 表格.xlsx", **known)
    assert (found.family, found.region, found.as_of_date, found.period_start) == (
        "workbook",
        "蓬江区",
        date(2023, 10, 31),
        date(2023, 1, 1),
    )


def without_line(book: openpyxl.Workbook) -> None:
    book[HIDDEN_SHEET].delete_rows(3)


def other_target(book: openpyxl.Workbook) -> None:
    cell = book[HIDDEN_SHEET]["A2"]
    cell.value = str(cell.value).replace('"target_value": "24"', '"target_value": "20"')


def signed(book: openpyxl.Workbook, lines: list[str]) -> None:
    """Lines with a digest that fits, as only somebody makes them who means to."""
    sheet = book[HIDDEN_SHEET]
    sheet.delete_rows(1, sheet.max_row)
    head = json.loads(hidden_lines(TICKET, ())[0]) | {"rows": len(lines), "digest": digest("\n".join(lines))}
    for number, text in enumerate([json.dumps(head, ensure_ascii=False), *lines], 1):
        sheet.cell(number, 1).value = text


def hostile_number(book: openpyxl.Workbook) -> None:
    line = hidden_lines(TICKET, ROWS[:1])[1]
    signed(book, [line.replace('"target_value": "24"', '"target_value": "1e999999999"')])


def hostile_depth(book: openpyxl.Workbook) -> None:
    signed(book, ['{"xushi_row": ' + "[" * 15_000 + "]" * 15_000 + "}"])


def hostile_type(book: openpyxl.Workbook) -> None:
    line = hidden_lines(TICKET, ROWS[:1])[1]
    signed(book, [line.replace('"item": 1', '"item": "1"')])


@pytest.mark.parametrize("damage", [without_line, other_target, hostile_number, hostile_depth, hostile_type])
def test_a_hidden_list_that_was_changed_is_refused(damage: Callable[[openpyxl.Workbook], None]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(filled(CELLS)))
    damage(book)
    written = io.BytesIO()
    book.save(written)
    with pytest.raises(UnreadableFileError, match="下发"):
        laid_out(written.getvalue())


def test_without_the_hidden_sheet_it_is_a_table_like_any_other() -> None:
    book = openpyxl.load_workbook(io.BytesIO(filled(CELLS)))
    del book[HIDDEN_SHEET]
    written = io.BytesIO()
    book.save(written)
    found = laid_out(written.getvalue(), region="蓬江区", as_of=date(2023, 10, 31))
    assert found.form is None
    assert any(f.fact == "requirement" for f in extract(found).facts)


def test_whether_somebody_has_written_into_it() -> None:
    assert not has_entries(laid_out(render(TICKET, ROWS)))
    assert has_entries(laid_out(filled({(1, "plan"): "继续推进。"})))


def test_every_numeral_is_accounted_for() -> None:
    from ingestion.extract.folding import fold
    from ingestion.extract.numerals import NUMERAL
    from ingestion.workbook import OWN_WRITING

    def edit(sheet: Worksheet) -> None:
        for name, value in {"task": "管网", "requirement": "新建18公里", "deadline": "11月底前", "figure": 12}.items():
            put(sheet, SPARE, name, value)
            put(sheet, SPARE + 1, name, value)
        put(sheet, SPARE + 1, "target", 18)
        put(sheet, SPARE, "requirement", "新建管网18公里，检测管网21公里")
        put(sheet, SPARE, "date", "不详，约15日")

    content = filled(CELLS | {(1, "progress"): "已完成10个，另有3件。", (2, "figure"): "第5"}, edit=edit)
    document = read(content, "表.xlsx")
    coverage = came_back(content).coverage
    assert coverage is not None
    own = OWN_WRITING.sub(lambda m: "x" * len(m[0]), document.text)
    assert coverage.in_fact + coverage.named_non_measure + coverage.rejected == len(NUMERAL.findall(fold(own)))
    assert coverage.rejected >= 1
    assert FORM_TITLE in {table.title for table in document.tables}
