"""submissions.csv and expected_submissions.csv: a wrong line is one clear problem, the others go on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ingestion.declarations import Declaration, Declared, read_declarations, read_expected

HEADER = "file,reporting_unit,period,received_at,revision,replaces,channel"
GOOD = "好.docx,蓬江区,2023-09,2023-10-05T16:48:00+08:00,1,rows,电子邮件"
CHINA = timezone(timedelta(hours=8))


def declare(folder: Path, *lines: str, header: str = HEADER, encoding: str = "utf-8") -> Declared:
    register = folder / "submissions.csv"
    register.write_bytes("\r\n".join([header, *lines]).encode(encoding))
    return read_declarations(register)


def test_a_line_says_everything(tmp_path: Path) -> None:
    declared = declare(tmp_path, GOOD)
    assert declared.problems == []
    received = datetime(2023, 10, 5, 16, 48, tzinfo=CHINA)
    assert declared.rows == {
        tmp_path / "好.docx": Declaration("蓬江区", "2023-09", received, 1, "rows", "电子邮件")
    }  # fmt: skip


def test_an_empty_cell_says_nothing(tmp_path: Path) -> None:
    assert declare(tmp_path, "a.docx,,,,,,", "", ",,,").rows == {tmp_path / "a.docx": Declaration()}


def test_columns_may_be_few_and_in_any_order(tmp_path: Path) -> None:
    assert declare(tmp_path, "2023-09,a.docx", header="period,file").rows == {
        tmp_path / "a.docx": Declaration(period="2023-09")
    }


@pytest.mark.parametrize(("written", "meant"), [("yes", True), ("是", True), ("No", False), ("否", False), ("", None)])
def test_a_line_says_how_a_file_was_taken_in(tmp_path: Path, written: str, meant: bool | None) -> None:
    found = declare(tmp_path, f"a.pdf,{written},陈工,原件在档案柜", header="file,stamped,handler,note")
    assert found.problems == []
    assert found.rows[tmp_path / "a.pdf"] == Declaration(is_stamped=meant, handler="陈工", note="原件在档案柜")


def test_a_seal_is_there_or_not(tmp_path: Path) -> None:
    (problem,) = declare(tmp_path, "a.pdf,大概", header="file,stamped").problems
    assert str(problem) == "submissions.csv: 第 2 行：stamped 为 '大概'，应为 yes 或 no（是、否） (yes or no) (line 2)"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_spreadsheet_programs_save_in_their_own_encodings(tmp_path: Path, encoding: str) -> None:
    assert list(declare(tmp_path, GOOD, encoding=encoding).rows) == [tmp_path / "好.docx"]


@pytest.mark.parametrize(
    ("given", "instant"),
    [("2023-10-05", datetime(2023, 10, 4, 16, tzinfo=UTC)),
     ("2023-10-05 09:30", datetime(2023, 10, 5, 1, 30, tzinfo=UTC)),
     ("2023-10-05T09:30:00Z", datetime(2023, 10, 5, 9, 30, tzinfo=UTC))],
)  # fmt: skip
def test_a_time_without_offset_is_the_office_s(tmp_path: Path, given: str, instant: datetime) -> None:
    assert declare(tmp_path, f"a.docx,,,{given},,,").rows[tmp_path / "a.docx"].received_at == instant


@pytest.mark.parametrize(
    ("line", "column", "found"),
    [("a.docx,,2023-13,,,,", "period", "2023-13"), ("a.docx,,2023年9月,,,,", "period", "2023年9月"),
     ("a.docx,,２０２３-09,,,,", "period", "２０２３-09"), ("a.docx,,,昨天,,,", "received_at", "昨天"),
     ("a.docx,,0000-05,,,,", "period", "0000-05"),
     ("a.docx,,,0001-01-01,,,", "received_at", "0001"), ("a.docx,,,9999-12-31T23:59:59Z,,,", "received_at", "9999"),
     ("a.docx,,,,-1,,", "revision", "-1"), ("a.docx,,,,第二次,,", "revision", "第二次"),
     ("a.docx,,,,,some,", "replaces", "some"), ("a.docx,蓬\x07江,,,,,", "reporting_unit", "\\x07")],
)  # fmt: skip
def test_a_wrong_cell_names_line_found_and_valid(tmp_path: Path, line: str, column: str, found: str) -> None:
    declared = declare(tmp_path, GOOD, line, "z.docx,江海区,,,,,")
    (problem,) = declared.problems
    assert "第 3 行" in str(problem)
    assert column in str(problem)
    assert found in str(problem)
    assert "应为" in str(problem)
    assert "\n" not in str(problem)
    assert set(declared.rows) == {tmp_path / "好.docx", tmp_path / "z.docx"}
    assert set(declared.broken) == {tmp_path / "a.docx"}


@pytest.mark.parametrize(
    "name",
    ["../a.docx", "x/../../a.docx", "/etc/passwd", "..\\a.docx", "C:\\a.docx", "a\x00.docx", "a\x1b[2J.docx",
     "a\u202edocx", "", "../"],
)  # fmt: skip
def test_a_name_that_leads_out_of_the_inbox_is_refused(tmp_path: Path, name: str) -> None:
    declared = declare(tmp_path, f'"{name}",蓬江区,2023-09,,,,', GOOD)
    assert list(declared.rows) == [tmp_path / "好.docx"]
    (problem,) = declared.problems
    assert "file 为" in str(problem)
    assert str(problem).isprintable()


def test_two_lines_for_one_file_are_one_problem_and_no_declaration(tmp_path: Path) -> None:
    declared = declare(tmp_path, GOOD, GOOD)
    assert declared.rows == {}
    assert len(declared.problems) == 1
    assert list(declared.broken) == [tmp_path / "好.docx"]


@pytest.mark.parametrize("header", ["文件,期次", "", "reporting_unit"])
def test_a_register_without_its_header_is_one_problem(tmp_path: Path, header: str) -> None:
    declared = declare(tmp_path, "a.docx,2023-09", "b.docx,2023-09", header=header)
    assert declared.rows == {}
    assert len(declared.problems) == 1


def test_a_register_that_is_no_text_is_one_problem(tmp_path: Path) -> None:
    register = tmp_path / "submissions.csv"
    register.write_bytes(b"PK\x03\x04\xff\xff\x00\x80")
    assert len(read_declarations(register).problems) == 1


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200) | st.binary(max_size=200))
@example(".")
def test_nothing_in_a_register_stops_the_reading(tmp_path: Path, content: str | bytes) -> None:
    register = tmp_path / "submissions.csv"
    body = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    register.write_bytes(b"file,period\n" + body)
    declared = read_declarations(register)
    assert all(path.is_relative_to(tmp_path) and ".." not in path.parts for path in declared.rows)
    assert all("\n" not in str(problem) for problem in declared.problems)


def test_expectations_are_read_and_placed(tmp_path: Path) -> None:
    register = tmp_path / "expected_submissions.csv"
    register.write_text(
        "reporting_unit,region_code,period,family,due_date\n"
        "蓬江区,,2023-09,lag_table,2023-10-05\n"
        "某园区,,2023-09,lag_table,2023-10-05\n"
        "江海区,440704,2023-09,weekly,2023-10-05\n"
        "江海区,999999,2023-09,lag_table,2023-10-05\n"
        "江海区,440704,2023-09,lag_table,\n",
        encoding="utf-8",
    )
    rows, problems = read_expected(register)
    assert [(r.reporting_unit, r.region_code, r.due_date) for r in rows] == [
        ("蓬江区", "440703", date(2023, 10, 5)), ("某园区", "UNKNOWN", date(2023, 10, 5)),
    ]  # fmt: skip
    assert [p.line for p in problems] == [4, 5, 6]
    assert "lag_table" in str(problems[0])
