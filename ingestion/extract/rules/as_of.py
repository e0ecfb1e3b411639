"""The period or day that figures are about, where the text says it: 截至9月底, 1-9月, 上半年, 第二季度."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from ingestion.extract.dates import DAY, ISO, MONTH, PART, QUARTER, STRICT_YEAR, YEAR, day_of, month_end, near, year_of
from ingestion.extract.marks import Mark, Marks
from ingestion.extract.patterns import Pattern
from ingestion.extract.registry import Calendar, Rule

_UNTIL_WORD: Final = r"(?:截至到?|截止到?|截止至)(?:目前|了)?[ ]{0,2}"
_NO_PLAN: Final = r"(?!(?:目标|任务|计划|工作|总|投资|安排))"
#: 三季度末前 is a deadline.
_NOT_DUE: Final = r"(?![末底]?(?:之前|以前|前(?!\d)))"
_UNTIL: Final = re.compile(
    rf"{_UNTIL_WORD}(?:{ISO}|(?:{YEAR})?(?:{MONTH}(?:{DAY}|{PART})?|{QUARTER}|(?P<yearend>年?[底末])))"
)
_HALF: Final = Pattern(rf"(?:{_UNTIL_WORD})?(?:{STRICT_YEAR})?(?P<half>上半年|前半年)(?:末|底)?{_NO_PLAN}{_NOT_DUE}")
_MONTHS: Final = Pattern(
    rf"(?:{STRICT_YEAR})?(?<![\d.])(?P<first>1[0-2]|[1-9])(?:月份?)?(?:-|至|到)(?P<last_month>1[0-2]|[1-9])(?:个)?月(?:份)?"
    r"(?:底|末)?(?!\d)"
)
_FIRST_MONTHS: Final = Pattern(rf"(?:{STRICT_YEAR})?前(?P<count>十一|十|[一二三四五六七八九]|1[01]|[1-9])个?月(?:份)?")
_DAYS: Final = Pattern(
    rf"(?:{STRICT_YEAR})?(?<![\d.])(?P<month>1[0-2]|[1-9])月(?P<from>3[01]|[12]\d|[1-9])日?(?:-|至|到)"
    r"(?:(?P<to_month>1[0-2]|[1-9])月)?(?P<day>3[01]|[12]\d|[1-9])日"
)
_QUARTERS: Final = Pattern(
    rf"(?:{STRICT_YEAR})?(?:前(?P<upto>[一二三123])(?:个)?季度(?:末)?|{QUARTER}){_NO_PLAN}{_NOT_DUE}"
)
_TO: Final = re.compile(r"[-至到]")
_FIRST: Final = re.compile(r"前[十一二三四五六七八九\d]")
_HALF_YEAR: Final = re.compile(r"半年")
_QUARTER: Final = re.compile(r"季度")
_NUMERALS: Final = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"十一": 11}


def _mark(found: re.Match[str], rule: str, day: date | None, since: date | None = None) -> Mark:
    """A period; behind 比, 较 or 与 it is only what something is compared with."""
    if found.string[max(0, found.start() - 1) : found.start()] in ("比", "较", "与", "和", "同"):
        return Mark(kind="date", start=found.start(), end=found.end(), rule=rule, code="compared")
    return Mark(kind="as_of", start=found.start(), end=found.end(), rule=rule, day=day, since=since)


def _until(text: str, _marks: Marks, calendar: Calendar) -> Iterator[Mark]:
    for found in _UNTIL.finditer(text):
        yield _mark(found, "as_of.until", day_of(found, calendar))


def _span(text: str, _marks: Marks, calendar: Calendar) -> Iterator[Mark]:
    for found in near(_DAYS, _TO, text):
        year = year_of(found, calendar)
        month = int(found.group("month"))
        last = int(found.group("to_month") or month)
        try:
            days = (
                (date(year, month, int(found.group("from"))), date(year, last, int(found.group("day"))))
                if year
                else None
            )
        except ValueError:
            continue
        yield _mark(found, "as_of.span", days[1] if days else None, days[0] if days else None)
    for found in near(_MONTHS, _TO, text):
        year = year_of(found, calendar)
        first, last = int(found.group("first")), int(found.group("last_month"))
        if first < last:
            yield _mark(
                found,
                "as_of.span",
                month_end(year, last) if year else None,
                date(year, first, 1) if year else None,
            )
    for found in near(_FIRST_MONTHS, _FIRST, text):
        year, count = year_of(found, calendar), found.group("count")
        months = _NUMERALS.get(count) or int(count)
        yield _mark(found, "as_of.span", month_end(year, months) if year else None, date(year, 1, 1) if year else None)


def _named(text: str, _marks: Marks, calendar: Calendar) -> Iterator[Mark]:
    for found in near(_HALF, _HALF_YEAR, text):
        year = year_of(found, calendar)
        yield _mark(found, "as_of.named", date(year, 6, 30) if year else None, date(year, 1, 1) if year else None)
    for found in near(_QUARTERS, _QUARTER, text):
        year = year_of(found, calendar)
        upto = found.group("upto")
        quarter = _NUMERALS.get(upto or found.group("quarter")) or int(upto or found.group("quarter"))
        day = month_end(year, 3 * quarter) if year else None
        first_month = 1 if upto else 3 * quarter - 2
        yield _mark(found, "as_of.named", day, date(year, first_month, 1) if year else None)


RULES: Final = (
    Rule(
        id="as_of.until",
        version=2,
        order=20,
        needs="截",
        description_zh="截至日期：截至9月底、截至2023年9月30日、截至三季度末",
        description_en="The day up to which figures count",
        find=_until,
    ),
    Rule(
        id="as_of.span",
        version=2,
        order=21,
        needs="月日",
        description_zh="起止月份或日期：1-9月、7月8日-14日、前八个月",
        description_en="A span of months or days",
        find=_span,
    ),
    Rule(
        id="as_of.named",
        version=2,
        order=22,
        needs="半季",
        description_zh="半年、季度：上半年、前三季度、第二季度",
        description_en="A half year or a quarter",
        find=_named,
    ),
)
