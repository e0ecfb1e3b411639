"""The registers that lie in an inbox beside the files: submissions.csv and expected_submissions.csv.

A line that is not valid gives one problem that names the line, what was found and what is valid; the other lines
go on.  What a line does not say (an empty cell) is found in the file's name, then in its text.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Final, Literal, TypeVar, get_args
from zoneinfo import ZoneInfo

from ingestion.errors import IngestionError
from ingestion.placement import period_end
from ingestion.records import Family
from ingestion.regions import UNKNOWN, is_known, resolve_unit

SUBMISSIONS: Final = "submissions.csv"
EXPECTED: Final = "expected_submissions.csv"

#: A time without an offset is the office's own.
OFFICE_ZONE: Final = ZoneInfo("Asia/Shanghai")

Replaces = Literal["all", "rows"]
Row = TypeVar("Row")

_PERIOD: Final = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])")
_REVISION: Final = re.compile(r"\d{1,4}")
_LONGEST: Final = 200
_YES_OR_NO: Final = {"yes": True, "是": True, "no": False, "否": False}
_YEARS: Final = range(1990, 2200)  # of a receipt


class RegisterLineError(IngestionError):
    """A line of a register that is not valid; `line` counts from 1, the header."""

    reason = "invalid_register_line"

    def __init__(self, file_name: str, line: int, message: str) -> None:
        self.line = line
        super().__init__(file_name, f"第 {line} 行：{message} (line {line})")


@dataclass(frozen=True, slots=True)
class Declaration:
    """What submissions.csv says of one file; None where it says nothing."""

    reporting_unit: str | None = None
    period: str | None = None
    received_at: datetime | None = None
    revision: int | None = None
    replaces: Replaces | None = None
    channel: str | None = None
    is_stamped: bool | None = None
    handler: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ExpectedRow:
    """One line of expected_submissions.csv: a report that a unit owes."""

    reporting_unit: str
    region_code: str
    period: str
    family: Family
    due_date: date


@dataclass(slots=True)
class Declared:
    """A register as read.  `broken` holds the files of invalid lines that could still be told."""

    rows: dict[Path, Declaration] = field(default_factory=dict)
    broken: dict[Path, RegisterLineError] = field(default_factory=dict)
    problems: list[IngestionError] = field(default_factory=list)


def read_declarations(register: Path) -> Declared:
    """The files (paths below the register's folder, names in NFC) and what the register says of them."""
    declared = Declared()
    for line, cells in _lines(register, ("file",), declared.problems):
        try:
            path = register.parent / _file(cells, line, register.name)
        except RegisterLineError as error:
            declared.problems.append(error)
            continue
        try:
            if path in declared.rows or path in declared.broken:
                raise _invalid(register.name, line, "file", cells["file"], "每个文件只写一行 (one line per file)")
            declared.rows[path] = _declaration(cells, line, register.name)
        except RegisterLineError as error:
            declared.problems.append(error)
            declared.rows.pop(path, None)
            declared.broken[path] = error
    return declared


def read_expected(register: Path) -> tuple[list[ExpectedRow], list[IngestionError]]:
    """The reports that are due, and the lines that are not valid."""
    rows: list[ExpectedRow] = []
    problems: list[IngestionError] = []
    for line, cells in _lines(register, ("reporting_unit", "period", "family", "due_date"), problems):
        try:
            rows.append(_expected(cells, line, register.name))
        except RegisterLineError as error:
            problems.append(error)
    return rows, problems


def _lines(
    register: Path, required: tuple[str, ...], problems: list[IngestionError]
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Line number and cells of each line that is not blank; a register without its header gives one problem."""
    try:
        text = _decoded(register.read_bytes())
    except (OSError, UnicodeDecodeError) as error:
        problems.append(IngestionError(register.name, f"无法读取，应为 UTF-8 或 GB18030 的 CSV (unreadable): {error}"))
        return
    reader = csv.reader(io.StringIO(text, newline=""))
    header: list[str] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = [cell.strip() for cell in cells]
                missing = [name for name in required if name not in header]
                if missing:
                    found = "、".join(header)[:_LONGEST]
                    problems.append(
                        _invalid(register.name, reader.line_num, "表头", found, f"须有 {', '.join(missing)} 列")
                    )
                    return
            elif len(cells) > len(header):
                problems.append(
                    _invalid(register.name, reader.line_num, "列数", str(len(cells)), f"{len(header)} 列 (columns)")
                )
            else:
                row = dict.fromkeys(header, "") | dict(zip(header, (c.strip() for c in cells), strict=False))
                yield reader.line_num, row
    except csv.Error as error:
        problems.append(RegisterLineError(register.name, reader.line_num, f"不是有效的 CSV：{error}"))


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")  # what spreadsheet programs save as CSV on Chinese systems


def _invalid(register: str, line: int, column: str, found: str, valid: str) -> RegisterLineError:
    return RegisterLineError(register, line, f"{column} 为 {found!r}，应为 {valid}")


def has_controls(text: str) -> bool:
    """True where a text holds signs that show nothing: line ends, tabs, marks of direction."""
    return any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in text)


def _file(cells: Mapping[str, str], line: int, register: str) -> PurePosixPath:
    """The named file, below the register's folder: never above it, never elsewhere."""
    name = cells["file"]
    path = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/"))
    is_below = bool(path.parts) and not path.is_absolute() and ".." not in path.parts and ":" not in path.parts[0]
    if has_controls(name) or not is_below:
        valid = "收件箱内的文件名，不含 .. 和控制字符 (a file below the inbox)"
        raise _invalid(register, line, "file", name[:_LONGEST], valid)
    return path


def _declaration(cells: Mapping[str, str], line: int, register: str) -> Declaration:
    def cell(column: str, valid: str, parse: Callable[[str], Row]) -> Row | None:
        return _cell(cells, column, line, register, valid, parse)

    return Declaration(
        reporting_unit=cell("reporting_unit", "单位名称 (a name)", _name),
        period=cell("period", "年-月，如 2023-09 (YYYY-MM)", _period),
        received_at=cell("received_at", "日期或时间，如 2023-10-05T16:48:00+08:00 (ISO 8601)", _instant),
        revision=cell("revision", "0、1、2 … (a whole number)", _revision),
        replaces=cell("replaces", "all 或 rows", _replaces),
        channel=cell("channel", "渠道名称 (a name)", _name),
        is_stamped=cell("stamped", "yes 或 no（是、否） (yes or no)", _yes),
        handler=cell("handler", "经办人姓名 (a name)", _name),
        note=cell("note", f"一行说明，不超过 {_LONGEST} 字 (one line)", _name),
    )


def _expected(cells: Mapping[str, str], line: int, register: str) -> ExpectedRow:
    def cell(column: str, valid: str, parse: Callable[[str], Row]) -> Row:
        found = _cell(cells, column, line, register, valid, parse)
        if found is None:
            raise _invalid(register, line, column, "", valid)
        return found

    unit = cell("reporting_unit", "单位名称 (a name)", _name)
    code = _cell(cells, "region_code", line, register, "GB/T 2260 代码，如 440703", _region_code)
    period = cell("period", "年-月，如 2023-09 (YYYY-MM)", _period)
    return ExpectedRow(
        reporting_unit=unit,
        region_code=code or resolve_unit(unit, as_of=period_end(period)) or UNKNOWN,
        period=period,
        family=cell("family", "、".join(get_args(Family)), _family),
        due_date=cell("due_date", "日期，如 2023-10-05 (YYYY-MM-DD)", date.fromisoformat),
    )


def _cell(
    cells: Mapping[str, str], column: str, line: int, register: str, valid: str, parse: Callable[[str], Row]
) -> Row | None:
    """A cell's value, None for an empty cell; a ValueError of the parser becomes the line's problem."""
    text = cells.get(column, "")
    if not text:
        return None
    try:
        return parse(text)
    except ValueError:
        raise _invalid(register, line, column, text[:_LONGEST], valid) from None


def _name(text: str) -> str:
    if has_controls(text) or len(text) > _LONGEST:
        raise ValueError(text)
    return text


def _period(text: str) -> str:
    if not (text.isascii() and _PERIOD.fullmatch(text)):
        raise ValueError(text)
    return text


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.year not in _YEARS:
        raise ValueError(text)
    return found if found.tzinfo else found.replace(tzinfo=OFFICE_ZONE)


def _revision(text: str) -> int:
    if not (text.isascii() and _REVISION.fullmatch(text)):
        raise ValueError(text)
    return int(text)


def _replaces(text: str) -> Replaces:
    if text not in ("all", "rows"):
        raise ValueError(text)
    return "all" if text == "all" else "rows"


def _yes(text: str) -> bool:
    found = _YES_OR_NO.get(text.lower())
    if found is None:
        raise ValueError(text)
    return found


def _region_code(text: str) -> str:
    if not is_known(text):
        raise ValueError(text)
    return text


def _family(text: str) -> Family:
    found: Family | None = next((family for family in get_args(Family) if family == text), None)
    if found is None:
        raise ValueError(text)
    return found
