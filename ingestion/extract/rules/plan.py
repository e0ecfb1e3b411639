"""Clauses that speak of the time to come: 计划…, 力争…, 将于…, 预计9月底…; and estimates of something past."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ingestion.extract.contexts import clause_end, clause_start, sentence_spans
from ingestion.extract.lexicon import either, words
from ingestion.extract.marks import Mark, Marks
from ingestion.extract.patterns import Pattern
from ingestion.extract.registry import Calendar, Rule

_EDGE: Final = r"(?:^|(?<=[，,。;:、\n \d)（(日月年]))(?:现|还|并|正|也|目前|今年|我市|我县|我区|全市|省|市)?"
#: What makes 计划 or 拟 behind a subject speak of a day to come: 计划于10月, 拟年底.
_WHEN: Final = (
    r"(?:于|在|到|至)?(?:(?:20)?\d{1,2}[年月日]|[一二三四五六七八九十]{1,2}月|年[底末内]|今年|明年|本月"
    r"|下月|下半年|近期|第?[二三四]季度)"
)
_FUTURE: Final = Pattern(rf"{_EDGE}(?P<word>{either(words('plan', 'future'))})(?!了|外|生育|[^。;，,]{{0,6}}已)")
#: Words that speak of the future wherever they stand: 这5项预计10月底完成.
_FREE: Final = Pattern(
    rf"(?<!已)(?:{either(words('plan', 'anywhere'))}|{either(words('plan', 'before_date'))}(?={_WHEN}))"
)
_WILL: Final = re.compile(rf"将{either(words('plan', 'after_will'))}")
_SENTENCE: Final = re.compile(
    rf"^[ ]*(?:[一二三四五六七八九十]+[、是]|\(?\d+[)、.])?[ ]*{either(words('plan', 'sentence'))}"
)
_ESTIMATE: Final = re.compile(either(words("plan", "estimate")))
_BY_THE_PLAN: Final = re.compile(r"(?:占|为|完成|达到?|超过?|按照?)(?:了)?[全本当上下]?[年月季周]?度?$")
_NEAR: Final = 6
_DONE: Final = re.compile(
    r"已|累计|实际|目前|眼下|迄今|至今|现|到账|率达|为止|截至|完成投资|仅|只完成|占(?!地)|完成率|支出率|上半年(?!将)|\d{1,2}[-至到]\d{1,2}月"
)
_LAST_MONTH: Final = 12
#: In a review at the year's end 预计全年 speaks of the year that is over.
_OF_YEAR: Final = ("year", "whole_year", "compared")
_DATED: Final = ("deadline", "date")


def _plans(text: str, marks: Marks, calendar: Calendar) -> Iterator[Mark]:
    if calendar.plan_year is not None:
        yield Mark(kind="plan", start=0, end=len(text), rule="plan.future", code="future")
    for start, end in sentence_spans(text):
        if _SENTENCE.match(text[start:end]):
            yield Mark(kind="plan", start=start, end=end, rule="plan.future", code="future")
    for pattern in (_FUTURE, _WILL, _FREE):
        for found in pattern.finditer(text):
            if _BY_THE_PLAN.search(text[max(0, found.start() - _NEAR) : found.start()]):
                continue  # 占年计划46%
            yield _scope(text, marks, found.start(), found.group(), calendar)


def _scope(text: str, marks: Marks, start: int, words_found: str, calendar: Calendar) -> Mark:
    """From the word to the end of its clause, and on over clauses that tell of nothing done."""
    end = clause_end(text, start)
    while end < len(text) and text[end] in "，,":
        following = clause_end(text, end + 1)
        if _DONE.search(text[end + 1 : following]) or _tells_past(marks, end, following, calendar):
            break
        end = following
    dates = marks.of(*_DATED, start=clause_start(text, start), end=end)
    is_review = calendar.as_of is not None and calendar.as_of.month == _LAST_MONTH
    is_dated = any(m.kind == "deadline" or m.code not in (_OF_YEAR if is_review else ()) for m in dates)
    code = "estimate" if _ESTIMATE.search(words_found) and not is_dated else "future"
    return Mark(kind="plan", start=start, end=end, rule="plan.future", code=code)


def _tells_past(marks: Marks, start: int, end: int, calendar: Calendar) -> bool:
    """True for a clause dated by the end of a month that is over: …，6月末到账6200万元."""
    as_of = calendar.as_of
    if as_of is None:
        return False
    dated = marks.of("date", "as_of", start=start, end=end)
    return any(m.day is not None and m.day <= as_of and m.code in (None, "month_end") for m in dated)


RULES: Final = (
    Rule(
        id="plan.future",
        version=3,
        order=72,
        description_zh="计划、拟、将、力争、预计等表示将来或预估的分句",
        description_en="Clauses about the future, and estimates of something past",
        find=_plans,
    ),
)
