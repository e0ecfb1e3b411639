"""Dates by which something is due: 6月底前, 2023年12月10日前, 年底前, 年内, 到2025年."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from ingestion.extract.dates import (
    BEFORE,
    DAY,
    ISO,
    MONTH,
    PART,
    QUARTER,
    STRICT_YEAR,
    YEAR,
    day_before,
    day_of,
    near,
    relative_day,
    year_of,
)
from ingestion.extract.marks import Mark, Marks
from ingestion.extract.patterns import Pattern
from ingestion.extract.registry import Calendar, Rule

_BEFORE: Final = Pattern(
    rf"(?:到|至|于|在)?(?:{ISO}|(?:{YEAR})?(?:{MONTH}(?:{DAY}|{PART})?|{QUARTER}|(?P<half>上半年)))(?P<word>{BEFORE})(?!期|景|置|提|台|端|往)"
)
_YEAR_END: Final = Pattern(
    rf"(?:到|至|于|在)?(?:{YEAR})?(?:(?<![同常历往多每近周成百万千跨上])(?<![往每历常多近各]年)(?:年底|年末)|(?<=年)(?<![同常历往多每近周成百万千跨]年)[底末]|(?<=年度)[底末])(?!泥)(?:之前|以前|前)?"
)
_YEAR_END_SHORT: Final = Pattern(rf"(?:到|至|于|在)?{STRICT_YEAR}[底末](?:之前|以前|前)?")
_RELATIVE: Final = Pattern(
    r"(?:到|至|于|在)?(?P<word>(?:本|下个?|这个)月(?=[底末内前])|(?:本|这个)季度(?=[底末内前])|本周(?=[末内前]))[底末内]?(?:之前|以前|前)?"
)
_WITHIN: Final = Pattern(r"(?:力争|确保|争取)?(?<![\d往常历近多一二两三四五六七八九十几数每整])(?:今)?年内(?!容|部)")
_YEAR_BEFORE: Final = Pattern(rf"{STRICT_YEAR}(?:之前|以前|前)(?!期|三|十|[一二四五六七八九])")
_BY_YEAR: Final = re.compile(r"(?<![达升高降至增减扩提])到(?P<year>20\d{2})年(?!的|[底末初同])")
_BEFORE_WORD: Final = re.compile(BEFORE)
_END: Final = re.compile(r"[底末]")
_COMPARING: Final = ("比", "较", "与", "同")


def _mark(found: re.Match[str], rule: str, day: date | None, code: str | None = None) -> Mark:
    return Mark(kind="deadline", start=found.start(), end=found.end(), rule=rule, day=day, code=code)


def _past(found: re.Match[str], rule: str, day: date | None) -> Mark | None:
    """The end of a year as something past (去年底) or compared with (较上年末): a date, nothing due by it."""
    compared = found.string[max(0, found.start() - 1) : found.start()] in _COMPARING
    if not compared and not found.group("last"):
        return None
    code = "compared" if compared else "day"
    return Mark(kind="date", start=found.start(), end=found.end(), rule=rule, day=day, code=code)


def _before(text: str, _marks: Marks, calendar: Calendar) -> Iterator[Mark]:
    for found in near(_BEFORE, _BEFORE_WORD, text):
        if found.group("half"):
            year = year_of(found, calendar)
            yield _mark(found, "deadline.before", date(year, 6, 30) if year else None)
            continue
        day = day_of(found, calendar)
        whole_month = not (found.group("day") or found.group("iday") or found.group("part") or found.group("quarter"))
        if day and whole_month and found.group("word") not in ("内", "之内", "止"):
            day = day_before(day.replace(day=1))
        yield _mark(found, "deadline.before", day)


def _year_end(text: str, _marks: Marks, calendar: Calendar) -> Iterator[Mark]:
    for pattern in (_YEAR_END_SHORT, _YEAR_END):
        for found in near(pattern, _END, text):
            year = year_of(found, calendar)
            code = "before" if found.group().endswith("前") else "end"
            day = date(year, 12, 31) if year else None
            yield _past(found, "deadline.year_end", day) or _mark(found, "deadline.year_end", day, code)
    for found in _WITHIN.finditer(text):
        year = calendar.year
        yield _mark(found, "deadline.year_end", date(year, 12, 31) if year else None, "before")


def _relative(text: str, _marks: Marks, calendar: Calendar) -> Iterator[Mark]:
    for found in _RELATIVE.finditer(text):
        yield _mark(found, "deadline.relative", relative_day(found.group("word"), calendar))


def _by_year(text: str, _marks: Marks, calendar: Calendar) -> Iterator[Mark]:
    for found in _BY_YEAR.finditer(text):
        yield _mark(found, "deadline.by_year", date(int(found.group("year")), 12, 31))
    for found in _YEAR_BEFORE.finditer(text):
        year = year_of(found, calendar)
        yield _mark(found, "deadline.by_year", date(year - 1, 12, 31) if year else None)


RULES: Final = (
    Rule(
        id="deadline.before",
        version=2,
        order=25,
        needs="前内止",
        description_zh="某日、某月底、某季度前完成：6月底前、2023年12月10日前",
        description_en="Due before a day, the end of a month or of a quarter",
        find=_before,
    ),
    Rule(
        id="deadline.year_end",
        version=2,
        order=26,
        needs="年",
        description_zh="年底、年末、年内：2020年年底、今年底前",
        description_en="Due by the end of a year, or within it",
        find=_year_end,
    ),
    Rule(
        id="deadline.by_year",
        version=1,
        order=27,
        needs="年",
        description_zh="到某年：到2025年",
        description_en="Due by a year",
        find=_by_year,
    ),
    Rule(
        id="deadline.relative",
        version=1,
        order=28,
        needs="月季周",
        description_zh="相对日期：本月底、下月底、本季度末、本周内",
        description_en="Due by the end of this month, the next, this quarter or this week",
        find=_relative,
    ),
)
