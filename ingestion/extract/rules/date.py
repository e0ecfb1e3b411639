"""Other dates and years: events, spans of years, the year of a fund. They measure nothing, but claim their numerals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from ingestion.extract.dates import DAY, ISO, MONTH, PART, STRICT_YEAR, YEAR, day_of, near, year_of
from ingestion.extract.marks import Mark, Marks
from ingestion.extract.patterns import Pattern
from ingestion.extract.registry import Calendar, Rule

_DAY: Final = Pattern(rf"{ISO}|(?:{YEAR})?{MONTH}(?:{DAY}|{PART})?")
_MONTH_OR_SIGN: Final = Pattern(r"月|(?<=\d)[-./](?=\d{1,2}[-./]\d)")
_YEAR_WORD: Final = re.compile(r"年")
_BARE_DAY: Final = Pattern(r"(?<=[、至到-])(?P<day>3[01]|[12]\d|[1-9])日")
_WHOLE_YEAR: Final = Pattern(rf"(?:{STRICT_YEAR})?全年(?!任务|目标|计划|总|安排)")
_YEARS: Final = Pattern(r"(?<!\d)(?P<from>(?:19|20)\d{2})年?(?:-|至|到)(?P<to>(?:19|20)\d{2})(?:年度?|(?=[)》]))")
_YEAR: Final = Pattern(STRICT_YEAR)


def _days(text: str, _marks: Marks, calendar: Calendar) -> Iterator[Mark]:
    for found in near(_DAY, _MONTH_OR_SIGN, text):
        part = found.group("part")
        yield Mark(
            kind="date",
            start=found.start(),
            end=found.end(),
            rule="date.day",
            day=day_of(found, calendar),
            code="month_end" if part in ("底", "末") else "day",
        )
    for found in _BARE_DAY.finditer(text):
        yield Mark(kind="date", start=found.start(), end=found.end(), rule="date.day", code="day")


def _years(text: str, _marks: Marks, calendar: Calendar) -> Iterator[Mark]:
    for found in _YEARS.finditer(text):
        since, until = int(found.group("from")), int(found.group("to"))
        yield Mark(
            kind="date",
            start=found.start(),
            end=found.end(),
            rule="date.year",
            since=date(since, 1, 1),
            day=date(until, 12, 31),
            code="years",
        )
    for pattern, code in ((_WHOLE_YEAR, "whole_year"), (_YEAR, "year")):
        for found in near(pattern, _YEAR_WORD, text):
            year = year_of(found, calendar)
            end = found.start() + len(found.group().rstrip())
            day = date(year, 12, 31) if year else None
            yield Mark(kind="date", start=found.start(), end=end, rule="date.year", day=day, code=code)


RULES: Final = (
    Rule(
        id="date.day",
        version=1,
        order=30,
        needs="月日-./",
        description_zh="某月某日、某月的事件日期",
        description_en="The day or month of an event",
        find=_days,
    ),
    Rule(
        id="date.year",
        version=1,
        order=31,
        needs="年)》",
        description_zh="年份、年份起止、全年",
        description_en="A year, a span of years, the whole year",
        find=_years,
    ),
)
