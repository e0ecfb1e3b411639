"""The span of time that a document or a heading speaks of, from its words.

Every figure is taken from folded text.  A phrase without a year takes the year that is passed in.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from ingestion.segment.folding import fold
from ingestion.segment.numerals import chinese_number, chinese_year

Strength = Literal["exact", "review", "year"]

_YEAR: Final = r"(?P<year>(?:19|20)\d\d|[二一][〇○零一二三四五六七八九]{3})\s*年度?"
_MAYBE_YEAR: Final = rf"(?:{_YEAR}\s*)?"
_MONTH: Final = r"(?P<{}>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY: Final = r"(?P<{}>3[01]|[12]\d|0?[1-9])"

#: Years that a progress document can be about.
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


@dataclass(frozen=True, slots=True)
class Period:
    """From start to as-of date, both included; `year` is the campaign year.

    `strength` is how the end was named: "exact" (1-9月, 上半年, 截至…), "review" (2023年度: all of it, unless somebody
    knows better), "year" (only the year, which says nothing of an end).
    """

    start: date
    as_of: date
    year: int
    strength: Strength = "exact"

    @property
    def is_exact(self) -> bool:
        """True where the words name the end."""
        return self.strength == "exact"


def period_of(text: str, year: int | None = None) -> Period | None:
    """The first period that the text names in a form listed below, the more particular forms first."""
    folded = fold(text)
    for pattern, make in _FORMS:
        for found in pattern.finditer(folded):
            named = _year(found.groupdict().get("year")) or year or year_of(folded)
            try:
                period = make(found, named) if named else None
            except ValueError:  # a day that its month does not have
                period = None
            if period:
                return period
    return None


def cutoffs_of(text: str, year: int | None = None) -> list[date]:
    """The days that 截至… phrases name, in reading order; phrases without a year take the one passed in."""
    dates = []
    for found in _CUTOFF.finditer(fold(text)):
        named = _year(found["year"]) or year
        if named:
            try:
                dates.append(_cutoff(found, named).as_of)
            except ValueError:
                continue
    return dates


def year_of(text: str) -> int | None:
    """The first year that the text names, Chinese digits included."""
    found = re.search(_YEAR, fold(text))
    return _year(found["year"]) if found else None


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def _year(written: str | None) -> int | None:
    if not written:
        return None
    value = int(written) if written.isdecimal() else chinese_year(written)
    return value if value and _FIRST_YEAR <= value <= _LAST_YEAR else None


def _number(written: str) -> int:
    return int(written) if written.isdecimal() else chinese_number(written) or 0


def _months(found: re.Match[str], year: int) -> Period | None:
    first, last = _number(found["first"]), _number(found["last"])
    if first > last:
        return None
    return Period(date(year, first, 1), month_end(year, last), year)


def _week(found: re.Match[str], year: int) -> Period | None:
    first, last = _number(found["first"]), _number(found["last"] or found["first"])
    start, end = date(year, first, int(found["from_day"])), date(year, last, int(found["to_day"]))
    return Period(start, end, year) if start <= end else None


def _cutoff(found: re.Match[str], year: int) -> Period:
    month = _number(found["month"])
    day = found["day"]
    end = date(year, month, int(day)) if day else month_end(year, month)
    return Period(date(year, 1, 1), end, year)


def _quarters(found: re.Match[str], year: int) -> Period:
    last = _QUARTERS[found["quarter"]]
    first = 1 if found["so_far"] else last
    return Period(date(year, 3 * first - 2, 1), month_end(year, 3 * last), year)


def _half(found: re.Match[str], year: int) -> Period:
    second = found["half"] == "下"
    return Period(date(year, 7 if second else 1, 1), month_end(year, 12 if second else 6), year)


def _one_month(found: re.Match[str], year: int) -> Period:
    # counts of a monthly progress table run from January, whatever month its title names
    return Period(date(year, 1, 1), month_end(year, _number(found["month"])), year)


def _first_months(found: re.Match[str], year: int) -> Period:
    return Period(date(year, 1, 1), month_end(year, _number(found["month"])), year)


def _whole_year(_: re.Match[str], year: int) -> Period:
    return Period(date(year, 1, 1), date(year, 12, 31), year, "review")


def _bare_year(_: re.Match[str], year: int) -> Period:
    return Period(date(year, 1, 1), date(year, 12, 31), year, "year")


_QUARTERS: Final = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}

_CUTOFF: Final = re.compile(
    rf"截[至止]到?(?:目前|今年)?\(?{_MAYBE_YEAR}{_MONTH.format('month')}月(?:份)?(?:{_DAY.format('day')}日|底|末)?"
)

_Maker = Callable[[re.Match[str], int], Period | None]
_FORMS: Final[tuple[tuple[re.Pattern[str], _Maker], ...]] = (
    (
        re.compile(
            rf"{_MAYBE_YEAR}{_MONTH.format('first')}月{_DAY.format('from_day')}日?\s*[-至到]\s*"
            rf"(?:(?:(?:19|20)\d\d年)?{_MONTH.format('last')}月)?{_DAY.format('to_day')}日"
        ),
        _week,
    ),
    (
        re.compile(
            rf"{_MAYBE_YEAR}{_MONTH.format('first')}月?(?:份)?\s*[-至到]\s*(?:(?:19|20)\d\d年)?{_MONTH.format('last')}月"
        ),
        _months,
    ),
    (_CUTOFF, _cutoff),
    (re.compile(rf"{_MAYBE_YEAR}(?P<so_far>前)?第?(?P<quarter>[一二三四1-4])个?季度"), _quarters),
    (re.compile(rf"{_MAYBE_YEAR}(?P<half>[上下])半年"), _half),
    (re.compile(rf"{_MAYBE_YEAR}前{_MONTH.format('month')}个?月"), _first_months),
    (re.compile(rf"{_MAYBE_YEAR}{_MONTH.format('month')}月份?(?!\d|[-.]\d|{_DAY.format('day')}日)"), _one_month),
    (re.compile(r"(?P<year>(?:19|20)\d\d|[二一][〇○零一二三四五六七八九]{3})\s*年(?:度|全年|终)"), _whole_year),
    (re.compile(_YEAR), _bare_year),
)
