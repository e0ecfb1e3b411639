"""From the published warehouse to the districts' desks and back: what was filled in lands on the same requirements."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from publishing.template.sheet import FORM_TITLE
from tests.template.clerk import HEADER_ROW, column_of
from tests.xushi.conftest import Rows, refreshed, rows_of
from xushi.cli import app

CURRENT = """
    select r.requirement_id, r.requirement_text, r.target_value, r.target_unit, r.deadline_date, r.indicator_type,
        r.sub_item, r.scope_no, r.ladder_id, t.task_id, g.name
    from dim_requirement as r
    inner join dim_task as t on r.task_key = t.task_key
    inner join dim_region as g on r.region_key = g.region_key
    where r.is_current
"""


def xushi(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [*map(str, arguments)])
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def issued(samples_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbooks of October, issued after the samples of July to September."""
    out = tmp_path_factory.mktemp("issued")
    code, told = xushi("template", "--period", "2023-10", "--home", samples_home, "--out", out)
    assert (code, told.count("\n")) == (0, 8), told
    assert "[7/7]" in told
    return out


def test_every_unit_gets_its_requirements_with_the_last_figures(issued: Path, samples: Rows) -> None:
    counts = {row["name"]: 0 for row in samples(CURRENT)}
    for row in samples(CURRENT):
        counts[row["name"]] += 1
    for name, count in counts.items():
        sheet = openpyxl.load_workbook(issued / f"2023-10 {name} 填报表.xlsx")[FORM_TITLE]
        marks = [sheet.cell(r, column_of("mark")).value for r in range(HEADER_ROW + 1, sheet.max_row + 1)]
        assert sum(mark is not None for mark in marks) == count
        last = [sheet.cell(r, column_of("last")).value for r in range(HEADER_ROW + 1, HEADER_ROW + 1 + count)]
        assert all(str(text).startswith("9月：") for text in last)


def write(path: Path, into: Path) -> dict[str, Decimal]:
    """Fill in every figure cell that takes a number: 1, 2, 3 …; the requirement's mark and the figure of each."""
    book = openpyxl.load_workbook(path)
    sheet = book[FORM_TITLE]
    said: dict[str, Decimal] = {}
    for number in range(HEADER_ROW + 1, sheet.max_row + 1):
        cell = sheet.cell(number, column_of("figure"))
        if sheet.cell(number, column_of("mark")).value and cell.value is None:
            value = Decimal(len(said) + 2) + Decimal("0.5")
            cell.value = value
            sheet.cell(number, column_of("status")).value = "落后序时进度"
            said[str(sheet.cell(number, column_of("requirement")).value)] = value
    book.save(into / path.name)
    return said


def test_what_districts_fill_in_lands_on_the_same_requirements(
    issued: Path, copied: Path, samples: Rows, tmp_path: Path
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    said = {name: write(issued / f"2023-10 {name} 填报表.xlsx", inbox) for name in ("蓬江区", "鹤山市")}
    outcome = refreshed(copied, inbox)
    assert outcome.error is None
    rows = rows_of(copied)
    assert by_id(rows(CURRENT)) == by_id(samples(CURRENT)), "no requirement was added, changed or lost"
    for name, figures in said.items():
        landed = rows(f"""
            select r.sub_item, r.requirement_text, r.indicator_text, p.actual_value, p.reported_status, p.is_rebaselined
            from fct_task_progress as p
            inner join dim_requirement as r on p.requirement_key = r.requirement_key
            inner join dim_region as g on p.region_key = g.region_key
            inner join bridge_progress_evidence as e
                on e.progress_key = p.progress_key and e.role = 'actual' and e.rule_id = 'workbook.figure'
            where p.is_current and p.period = '2023-10' and g.name = '{name}'
        """)
        assert sorted(row["actual_value"] for row in landed) == sorted(figures.values())
        for row in landed:
            shown = next(t for t, v in figures.items() if v == row["actual_value"])
            assert row["requirement_text"] in shown
            assert (row["sub_item"] or "") in shown
            assert row["indicator_text"] in shown or "【" not in shown
            assert (row["reported_status"], row["is_rebaselined"]) == ("behind_schedule", False)


def by_id(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["requirement_id"]: row for row in rows}


def test_what_is_filled_in_is_never_overwritten_unasked(issued: Path, samples_home: Path, tmp_path: Path) -> None:
    name = "2023-10 蓬江区 填报表.xlsx"
    one = ("template", "--period", "2023-10", "--region", "蓬江区", "--home", samples_home, "--out", tmp_path)
    assert xushi(*one)[0] == 0
    assert xushi(*one)[0] == 0, "an untouched one may be issued again"
    write(issued / name, tmp_path)
    before = (tmp_path / name).read_bytes()
    code, told = xushi(*one)
    assert code == 3
    assert "--force" in told
    assert (tmp_path / name).read_bytes() == before
    assert xushi(*one, "--force")[0] == 0
    assert (tmp_path / name).read_bytes() != before


def test_a_unit_of_which_nothing_is_published_gets_an_empty_form(samples_home: Path, tmp_path: Path) -> None:
    code, told = xushi(
        "template", "--period", "2023-10", "--region", "江门市", "--home", samples_home, "--out", tmp_path
    )
    assert (code, "空表" in told) == (0, True)
    sheet = openpyxl.load_workbook(tmp_path / "2023-10 江门市 填报表.xlsx")[FORM_TITLE]
    assert not sheet.cell(HEADER_ROW + 1, column_of("task")).protection.locked


def test_in_a_new_home_the_message_says_what_to_do(tmp_path: Path) -> None:
    code, told = xushi("template", "--period", "2023-10", "--home", tmp_path / "new")
    assert code == 1
    assert "--region" in told
    assert not (tmp_path / "new").exists()
    code, told = xushi("template", "--period", "2023-10", "--region", "鼓楼", "--home", tmp_path / "new")
    assert code == 1, "which of several districts of that name is meant cannot be known"
    assert xushi("template", "--period", "2023年10月", "--home", tmp_path)[0] == 1
    assert xushi("template", "--home", tmp_path)[0] == 1


def test_a_filled_workbook_can_be_checked_before_it_is_sent(issued: Path, tmp_path: Path) -> None:
    name = "2023-10 蓬江区 填报表.xlsx"
    write(issued / name, tmp_path)
    assert xushi("template", "--check", tmp_path / name)[0] == 0
    book = openpyxl.load_workbook(tmp_path / name)
    book[FORM_TITLE].cell(HEADER_ROW + 1, column_of("figure")).value = "见附件"
    book.save(tmp_path / name)
    code, told = xushi("template", "--check", tmp_path / name)
    assert code == 3
    assert "填报表!H6" in told and "见附件" in told
