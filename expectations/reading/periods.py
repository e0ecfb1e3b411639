"""Periods and days that a progress text names as past, beyond the document's own period.

A figure's period (第三季度, 1-9月, 截至7月底, 下半年) and an event's day or month (7月1日, 7月) are told apart: no
figure is of a time to come, but an event between the as-of date and the filing date is only information.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from expectations.reading import ItemText

RELATION: Final = "later_periods"
COLUMNS: Final = {"kind": str, "named": str, "named_end": date, "quote": str}

_QUARTERS: Final = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_YEAR: Final = r"(?:(?P<year>\d{4})年度?|(?P<last>去年|上年|上一年))?"
#: Longer shapes first; `figure` shapes say what time a figure covers, `event` shapes when something happened.
_SHAPES: Final = (
    ("figure", re.compile(_YEAR + r"第?(?P<quarter>[一二三四1234])季度")),
    ("figure", re.compile(_YEAR + r"(?P<half>下半年)")),
    ("figure", re.compile(_YEAR + r"\d{1,2}月?份?\s*[-至到]\s*(?P<month>\d{1,2})月")),
    ("figure", re.compile(r"截[至止]到?\s*" + _YEAR + r"(?P<month>\d{1,2})\s*月(?:\s*(?P<day>\d{1,2})日)?")),
    ("event", re.compile(_YEAR + r"(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})日")),
    ("event", re.compile(_YEAR + r"(?P<month>\d{1,2})\s*月(?:份|底|初|中旬|上旬|下旬)?")),
)
_SENTENCE: Final = re.compile(r"[^。;；\n]+")
#: Words that put what follows into the future, and endings that make a date a deadline.
_AHEAD: Final = re.compile(
    r"预计|计划|拟|将|力争|争取|确保|下一步|下步|要求|目标|有望|打算|安排|下阶段|按照|根据|对照|预期"
)
#: What is said of a period whose figures are not there yet.
_PENDING: Final = re.compile(r"^[^，,。;；\n]{0,12}?(?:待|尚未|暂无|未出|未到)")
_DEADLINE: Final = re.compile(r"^(?:底|末|份|初|中旬|下旬)?\s*(?:之?前|以前|内|止)")


def read(item: ItemText) -> Iterator[dict[str, Any]]:
    """Periods named in the progress text that end after the as-of date, outside plans and deadlines."""
    if item.as_of is None:
        return
    text = item.reported()
    for sentence in _SENTENCE.finditer(text):
        taken: list[tuple[int, int]] = []
        for kind, shape in _SHAPES:
            for found in shape.finditer(text, sentence.start(), sentence.end()):
                if any(start < found.end() and found.start() < end for start, end in taken):
                    continue
                taken.append(found.span())
                end = _last_day(found, item.as_of.year)
                if end and end > item.as_of and not _is_ahead(text, sentence.start(), found):
                    quote = item.quote("progress_text", *sentence.span())
                    yield {"kind": kind, "named": found.group().strip(), "named_end": end, "quote": quote}


def _last_day(found: re.Match[str], year: int) -> date | None:
    """The last day of the period named; None for no date of the calendar."""
    groups = found.groupdict()
    year = int(groups["year"]) if groups["year"] else year - 1 if groups["last"] else year
    if groups.get("half"):
        return date(year, 12, 31)
    month = 3 * _QUARTERS[groups["quarter"]] if groups.get("quarter") else int(groups["month"])
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    day = int(groups["day"]) if groups.get("day") else 1 if _is_bare_month(found) else last
    return date(year, month, day) if 1 <= day <= last else None


def _is_bare_month(found: re.Match[str]) -> bool:
    """A bare month is counted from its first day: something in it may have happened on any of them."""
    return found.re is _SHAPES[-1][1]


def _is_ahead(text: str, start: int, found: re.Match[str]) -> bool:
    """True when the words before the date speak of the future, or those behind it of a deadline or of waiting."""
    behind = text[found.end() : found.end() + 16]
    return bool(_AHEAD.search(text, start, found.start()) or _DEADLINE.match(behind) or _PENDING.match(behind))
