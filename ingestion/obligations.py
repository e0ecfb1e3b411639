"""The calendar of obligations as a bureau writes it: obligations.csv and obligation_exceptions.csv.

A line that is not valid gives one problem that names the line, what was found and what is valid, as in the other
registers; the other lines count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar, get_args

from ingestion.declarations import (
    RegisterLineError,
    _cell,
    _family,
    _invalid,
    _lines,
    _name,
    _period,
    _region_code,
    _yes,
)
from ingestion.errors import IngestionError
from ingestion.placement import period_end
from ingestion.records import Family
from ingestion.regions import UNKNOWN, resolve_unit

T = TypeVar("T")

_LAST_DAY: Final = 31
_MOST_WORKING_DAYS: Final = 60
_PERIODS: Final = "年-月，如 2023-09 (YYYY-MM)"


def read_obligations(register: Path) -> tuple[list[dict[str, Any]], list[IngestionError]]:
    """The rows of the calendar (fields of `registry.obligations.Owed`), and the lines that are not valid."""
    return _read(register, ("reporting_unit", "family", "first_period", "due_day"), _obligation)


def read_exceptions(register: Path) -> tuple[list[dict[str, Any]], list[IngestionError]]:
    """The exceptions (fields of `registry.obligations.Excepted`), and the lines that are not valid."""
    return _read(register, ("reporting_unit", "family", "period", "reason"), _exception)


def _read(
    register: Path, required: tuple[str, ...], row_of: Callable[[Mapping[str, str], int, str], dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[IngestionError]]:
    rows: list[dict[str, Any]] = []
    problems: list[IngestionError] = []
    for line, cells in _lines(register, required, problems):
        try:
            rows.append(row_of(cells, line, register.name))
        except RegisterLineError as error:
            problems.append(error)
    return rows, problems


def _obligation(cells: Mapping[str, str], line: int, register: str) -> dict[str, Any]:
    unit = _needed(cells, "reporting_unit", line, register, "单位名称 (a name)", _name)
    first = _needed(cells, "first_period", line, register, _PERIODS, _period)
    last = _cell(cells, "last_period", line, register, _PERIODS, _period)
    if last is not None and last < first:
        raise _invalid(register, line, "last_period", last, f"不早于 {first} (not before the first)")
    code = _cell(cells, "region_code", line, register, "GB/T 2260 代码，如 440703", _region_code)
    day = _needed(cells, "due_day", line, register, "0 到 31，0 为期末当日 (0 to 31)", _day)
    rolls = _cell(cells, "rolls", line, register, "yes 或 no（是、否） (yes or no)", _yes)
    working = _cell(cells, "due_working_days", line, register, "0 到 60 (0 to 60)", _working_days)
    return {
        "reporting_unit": unit,
        "region_code": code or resolve_unit(unit, as_of=period_end(first)) or UNKNOWN,
        "family": _needed(cells, "family", line, register, "、".join(get_args(Family)), _family),
        "first_period": first,
        "last_period": last,
        "due_day": day,
        "due_working_days": working or 0,
        "rolls": rolls is not False,
        "note": _cell(cells, "note", line, register, "一行说明 (one line)", _name),
    }


def _exception(cells: Mapping[str, str], line: int, register: str) -> dict[str, Any]:
    valid = "日期，如 2023-10-05；空为免报 (YYYY-MM-DD; empty: not owed)"
    return {
        "reporting_unit": _needed(cells, "reporting_unit", line, register, "单位名称 (a name)", _name),
        "family": _needed(cells, "family", line, register, "、".join(get_args(Family)), _family),
        "period": _needed(cells, "period", line, register, _PERIODS, _period),
        "due_date": _cell(cells, "due_date", line, register, valid, date.fromisoformat),
        "reason": _needed(cells, "reason", line, register, "一行理由 (one line)", _name),
    }


def _needed(
    cells: Mapping[str, str], column: str, line: int, register: str, valid: str, parse: Callable[[str], T]
) -> T:
    found = _cell(cells, column, line, register, valid, parse)
    if found is None:
        raise _invalid(register, line, column, "", valid)
    return found


def _day(text: str) -> int:
    return _number(text, _LAST_DAY)


def _working_days(text: str) -> int:
    return _number(text, _MOST_WORKING_DAYS)


def _number(text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > most:
        raise ValueError(text)
    return int(text)
