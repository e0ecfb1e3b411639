"""The grammar of dates: named pieces that the rules of deadlines, periods and dates are composed from."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from ingestion.extract.lexicon import either, words
from ingestion.extract.numerals import chinese_number
from ingestion.extract.patterns import Findable
from ingestion.extract.registry import Calendar

_B: Final = "[ ]{0,2}"
THIS_YEAR: Final = either(words("dates", "this_year"))
LAST_YEAR: Final = either(words("dates", "last_year"))
NEXT_YEAR: Final = either(words("dates", "next_year"))
YEAR: Final = (
    rf"(?:(?<!\d)(?P<year>(?:19|20)\d{{2}}){_B}年?度?|(?P<cyear>二零[零一二三四五六七八九]{{2}})年"
    rf"|(?P<this>{THIS_YEAR})|(?P<last>{LAST_YEAR})|(?P<next>{NEXT_YEAR})){_B}"
)
#: A year that must carry 年, so that a bare number is never one.
STRICT_YEAR: Final = YEAR.replace("年?度?", "年度?")
MONTH: Final = rf"(?:(?<![\d.])(?P<month>1[0-2]|0?[1-9])|(?P<cmonth>十[一二]?|[一二三四五六七八九])){_B}月(?:份)?"
DAY: Final = rf"(?P<day>3[01]|[12]\d|0?[1-9]){_B}[日号]"
PART: Final = r"(?P<part>底|末|上旬|中旬|下旬|初|中)"
QUARTER: Final = r"(?:第?(?P<quarter>[一二三四1-4])(?:个)?季度(?:末|底)?)"
ISO: Final = (
    r"(?<![\d/])(?P<iyear>(?:19|20)\d{2})[-./](?P<imonth>1[0-2]|0?[1-9])[-./](?P<iday>3[01]|[12]\d|0?[1-9])(?!\d)"
)
BEFORE: Final = either(words("dates", "before"))

_QUARTERS: Final = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_LAST_MONTH: Final = 12
_PART_DAYS: Final = {"上旬": 10, "中旬": 20, "初": 10, "中": 15}


#: How far around the word that makes it one a date may reach.
_REACH: Final = 24


def near(pattern: Findable, core: Findable, text: str) -> Iterator[re.Match[str]]:
    """The matches of a pattern around those of its core, a word that each must hold; elsewhere it is not tried.

    A pattern that begins with an optional year is slow to fail at every character of a text; its core is not.
    """
    done = 0
    for word in core.finditer(text):
        if word.start() < done:
            continue
        found = pattern.search(text, max(done, word.start() - _REACH), word.end() + _REACH)
        if found and found.start() <= word.start() < found.end():
            done = found.end()
            yield found


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def _group(found: re.Match[str], name: str) -> str | None:
    return found.group(name) if name in found.re.groupindex else None


def year_of(found: re.Match[str], calendar: Calendar) -> int | None:
    """The year of a match: written out, relative to the calendar, or the calendar's own.

    A review of a whole year is written in the year after it: there 去年 is the reviewed year itself.
    """
    for name in ("year", "iyear"):
        if text := _group(found, name):
            return int(text)
    if text := _group(found, "cyear"):
        value = chinese_number(text)
        return int(value) if value is not None else None
    year = calendar.year
    if year is None:
        return None
    if _group(found, "last"):
        is_review = calendar.as_of is not None and calendar.as_of.month == _LAST_MONTH
        return year if is_review else year - 1
    is_next = _group(found, "next") and calendar.plan_year is None  # of a plan for it, 明年 is that year itself
    return year + 1 if is_next else year


def month_of(found: re.Match[str]) -> int | None:
    """The month of a match, by digits or Chinese numeral."""
    if text := _group(found, "month") or _group(found, "imonth"):
        return int(text)
    if text := _group(found, "cmonth"):
        value = chinese_number(text)
        return int(value) if value is not None else None
    return None


def quarter_end(year: int, text: str) -> date:
    """The last day of a quarter."""
    return month_end(year, 3 * _QUARTERS[text])


def day_of(found: re.Match[str], calendar: Calendar) -> date | None:
    """The last day that a match names; None where no year is known or the date does not exist."""
    year, month = year_of(found, calendar), month_of(found)
    if year is None:
        return None
    if quarter := _group(found, "quarter"):
        return quarter_end(year, quarter)
    if month is None:
        return date(year, 12, 31)
    day = _group(found, "day") or _group(found, "iday")
    try:
        if day:
            return date(year, month, int(day))
        return date(year, month, _PART_DAYS.get(_group(found, "part") or "", monthrange(year, month)[1]))
    except ValueError:
        return None


def relative_day(word: str, calendar: Calendar) -> date | None:
    """The day that 本月底, 下月底, 本季度末 or 本周内 means, counted from the as-of date; None without one."""
    as_of = calendar.as_of
    if as_of is None:
        return None
    if word.startswith("下"):
        return month_end(as_of.year + as_of.month // 12, as_of.month % 12 + 1)
    if "季" in word:
        return month_end(as_of.year, (as_of.month + 2) // 3 * 3)
    return as_of + timedelta(days=6 - as_of.weekday()) if "周" in word else month_end(as_of.year, as_of.month)


def day_before(day: date) -> date:
    """The day before."""
    return day - timedelta(days=1)
