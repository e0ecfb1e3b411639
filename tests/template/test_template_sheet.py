"""What the clerk opens: protected where it was issued, guided where it is filled in, an A4 page when printed."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ingestion.workbook import COLUMNS, HELP_TITLE, HIDDEN_SHEET, STATUSES
from publishing.template.sheet import FORM_TITLE, render
from tests.template.clerk import HEADER_ROW, ROWS, TICKET, column_of, count

FIRST = HEADER_ROW + 1


@pytest.fixture(scope="module")
def book() -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(render(TICKET, ROWS)))


@pytest.fixture(scope="module")
def form(book: openpyxl.Workbook) -> Worksheet:
    sheet = book[FORM_TITLE]
    assert isinstance(sheet, Worksheet)
    return sheet


def rule_of(form: Worksheet, row: int, column: str) -> DataValidation | None:
    place = form.cell(row, column_of(column)).coordinate
    return next((rule for rule in form.data_validations.dataValidation if place in rule.sqref), None)


def test_the_sheets_and_the_header(book: openpyxl.Workbook, form: Worksheet) -> None:
    assert [(s.title, s.sheet_state) for s in book] == [
        (FORM_TITLE, "visible"),
        (HELP_TITLE, "visible"),
        (HIDDEN_SHEET, "veryHidden"),
    ]
    assert form["A1"].value == "蓬江区2023年10月重点任务进展填报表"
    assert [cell.value for cell in form[HEADER_ROW]] == [column.header for column in COLUMNS]
    assert form.freeze_panes == f"D{FIRST}"
    assert form.column_dimensions["O"].hidden


def test_only_what_is_asked_for_is_open(form: Worksheet) -> None:
    assert form.protection.sheet
    assert not form.protection.password
    open_cells = {
        column.id for column in COLUMNS if not form.cell(FIRST, column_of(column.id)).protection.locked
    }  # fmt: skip
    assert open_cells == {"figure", "rate", "status", "date", "progress", "problem", "plan"}
    milestone = FIRST + 4
    for name in ("figure", "rate"):
        cell = form.cell(milestone, column_of(name))
        assert (cell.value, cell.protection.locked) == ("—", True)
    assert form.cell(FIRST + 2, column_of("rate")).value == "—", "a rate has no completion rate"


def test_what_a_cell_accepts_is_said_in_chinese(form: Worksheet) -> None:
    number, percent, water = (rule_of(form, FIRST + n, "figure") for n in (0, 2, 3))
    assert number and percent and water
    assert (number.type, number.operator, number.formula1) == ("decimal", "greaterThanOrEqual", "0")
    assert (percent.type, percent.formula1, percent.formula2) == ("decimal", "0", "100")
    assert water.formula1 == '"Ⅰ类,Ⅱ类,Ⅲ类,Ⅳ类,Ⅴ类,劣Ⅴ类"'
    status, day = rule_of(form, FIRST, "status"), rule_of(form, FIRST, "date")
    assert status and day
    assert status.formula1 == f'"{",".join(STATUSES.values())}"'
    days = [(date(2023, 1, 1) - date(1899, 12, 30)).days, (date(2023, 10, 31) - date(1899, 12, 30)).days]
    assert (day.type, day.formula1, day.formula2) == ("date", *map(str, days))
    for rule in form.data_validations.dataValidation:
        assert rule.showInputMessage
        assert any("\u4e00" <= c <= "\u9fff" for c in f"{rule.prompt}")
        assert any("\u4e00" <= c <= "\u9fff" for c in f"{rule.error}")
        assert len(rule.promptTitle) <= 32 and len(rule.prompt) <= 255 and len(rule.error) <= 255  # the format's limits


def test_words_stay_words() -> None:
    odd = replace(ROWS[0], task="=1+1", requirement="-5\x00", last="#N/A")
    sheet = openpyxl.load_workbook(io.BytesIO(render(TICKET, [odd])))[FORM_TITLE]
    for name, text in (("task", "=1+1"), ("requirement", "-5"), ("last", "#N/A")):
        cell = sheet.cell(FIRST, column_of(name))
        assert (cell.value, cell.data_type) == (text, "s")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_help_tells_of_every_column_to_fill_in(language: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(render(TICKET, ROWS, language)))[HELP_TITLE]
    told = {row[0].value for row in sheet.iter_rows()}
    assert {column.header for column in COLUMNS if column.kind == "entry"} <= told
    assert str(sheet["A1"].value).startswith(HELP_TITLE)


def test_it_prints_on_a4_pages_with_the_header_on_each(tmp_path: Path) -> None:
    if shutil.which("soffice") is None or shutil.which("pdfinfo") is None:
        pytest.skip("needs LibreOffice and poppler-utils")
    rows = [
        count(f"{n:x}", n, 1, "24", task="城镇污水管网建设与检测", requirement="修复管网。" * 12) for n in range(1, 41)
    ]
    source = tmp_path / "表.xlsx"
    source.write_bytes(render(TICKET, rows))
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
         "--outdir", str(tmp_path), str(source)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    pdf = str(tmp_path / "表.pdf")
    told = subprocess.run(["pdfinfo", pdf], check=True, capture_output=True, text=True).stdout
    pages = int(told.split("Pages:")[1].split()[0])
    assert "841.89 x 595.276" in told or "A4" in told
    texts = [
        subprocess.run(["pdftotext", "-f", str(n), "-l", str(n), "-layout", pdf, "-"], check=True, capture_output=True,
                       text=True).stdout
        for n in range(1, pages + 1)
    ]  # fmt: skip
    assert 3 <= pages <= 8
    for text in texts[:-1]:
        assert "本期完成数" in text and "下一步计划" in text
        assert "城镇污水" in text, "no page is empty"
    assert HELP_TITLE in texts[-1]
