"""The year that a paragraph speaks of, where it is one to come: 2024年，力争…。6月底前… there is of that year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ingestion.extract.dates import THIS_YEAR
from ingestion.extract.folding import fold
from ingestion.extract.lexicon import either, words
from ingestion.extract.registry import Calendar
from ingestion.records import TaskItem

_LIST_NUMBER: Final = r"[ ]*(?:\(?[\d一二三四五六七八九十]{1,3}[)、.])*[ ]*"
_OPENS: Final = re.compile(
    rf"^{_LIST_NUMBER}(?:展望|进入|在|到)?(?:(?P<year>20\d{{2}})年(?!度?(?:资金|第)|[-至到])|(?P<next>"
    rf"{either(words('dates', 'next_year'))}))"
)
#: A year to come later in the sentence: 报告指出，2024年将建成…
_SAYS: Final = re.compile(
    r"[，,](?P<year>20\d{2})年(?=[，,]|[^，,。;]{0,8}(?:将|要|计划|力争|确保|拟|预计))|[，,](?P<next>明年)(?=[，,]|[^，,。;]{0,8}(?:将|要|计划|力争|确保|拟))"
)
_NEXT_STEP: Final = re.compile(rf"^{_LIST_NUMBER}(?:下一步|下步|下一?阶段|接下来|下一年度)")
_BACK: Final = re.compile(
    rf"^{_LIST_NUMBER}(?:{THIS_YEAR}|目前|截至|全年|上半年|过去|已|累计|\d{1, 2}[-至到]\d{1, 2}月)"
)
_LAST_MONTH: Final = 12


class Paragraphs:
    """Goes along with the statements of a document and says which year each speaks of."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._locator = ""
        self._year: int | None = None

    def calendar_of(self, group: Sequence[TaskItem]) -> Calendar:
        """The calendar of statements that stand together; its `plan_year` is set where they speak of a year to come."""
        first = group[0].of("statement")[0]
        if first.locator != self._locator:
            self._locator, self._year = first.locator, None
        text = fold(first.text[:_WITHIN])
        opened = _OPENS.match(text) or _SAYS.search(text)
        if opened:
            self._year = self._coming(opened)
        elif _NEXT_STEP.match(text) and self._own_year:
            self._year = self._own_year + self._is_review
        elif _BACK.match(text):
            self._year = None
        year = self._year
        if year is None and first.section == "plan" and self._is_review:
            year = self._own_year + 1
        return replace(self._calendar, plan_year=year)

    @property
    def _own_year(self) -> int:
        return self._calendar.year or 0

    @property
    def _is_review(self) -> bool:
        """True for a report of a whole year: its plan is that of the next."""
        as_of = self._calendar.as_of
        return bool(self._own_year) and as_of is not None and as_of.month == _LAST_MONTH

    def _coming(self, opened: re.Match[str]) -> int | None:
        if not self._own_year:
            return None
        year = int(opened.group("year")) if opened.group("year") else self._own_year + 1
        return year if year > self._own_year else None


#: The first words of a statement, which name its year.
_WITHIN: Final = 48
