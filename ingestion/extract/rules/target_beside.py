"""Targets written beside results: 年度任务（6万名）, 目标为控制在3.5%以下, 超额完成15万吨/日的任务."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ingestion.extract.contexts import bracket_start, left, right, sentence_at, sentence_spans
from ingestion.extract.lexicon import either, words
from ingestion.extract.marks import MEASURED, Mark, Marks
from ingestion.extract.registry import Calendar, Rule
from ingestion.extract.units import same_dimension

_NOUN: Final = either(words("plan", "target_nouns"))
_NOUN_THEN: Final = re.compile(
    rf"{_NOUN}(?:数|量|值)?(?:为|是|:|：|共|控制在|达到?|不[低高少超]于?过?|要求|新增|≥|≤|约|[ ])*$"
)
_NOUN_END: Final = re.compile(rf"(?:{_NOUN}|计划)(?:数|量|值)?$")
_BRACKET_NOUN: Final = re.compile(rf"^(?:其中)?[^，,]{{0,6}}{_NOUN}")
_TAIL: Final = re.compile(
    r"^[^，,。;]{0,16}?(?:的)?(?:全年|年度|工作|目标|既定|序时)*(?:任务|目标)(?:要求)?"
    r"(?:已|均)?(?:全部|超额|全面)?(?:完成)?$"
)
_PLANNED: Final = re.compile(
    r"(?:年度|全年|今年|月份?|季度|上半年|下半年)(?:应|需)?计划(?!总?投资)[\u4e00-\u9fa5]{2,12}$"
)
_INVESTMENT: Final = re.compile(r"(?:^|[^年])(?:项目|工程)?(?:计划)?总投资额?(?:为|约|达)?[ ]?$")
_EXCEEDED: Final = re.compile(r"(?:超额|超|提前)完成[^，,。;]{0,20}$")
_HEADER: Final = re.compile(r"(?:目标|任务)(?:为|是|如下)?[:：]$")
_QUOTED_GOAL: Final = re.compile(r"“(?P<goal>[^“”\n]{4,80})”的?(?:年度|全年|工作|总体)?(?:目标|任务)")
_REQUIREMENT: Final = re.compile(r"(?:对照|按照|根据|围绕)[^，,。;]{0,24}$")
_REQUIRED: Final = re.compile(r"^[^，,。;]{0,12}(?:要求|目标|任务)")


def _in_bracket(text: str, figure: Mark) -> bool:
    opening = bracket_start(text, figure.start)
    if opening is None:
        return False
    inside = text[opening + 1 : figure.start]
    ahead = text[max(0, opening - 10) : opening]
    return bool(_BRACKET_NOUN.match(inside) or (not inside.strip() and _NOUN_END.search(ahead)))


def _brackets(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for figure in marks.of(*MEASURED):
        opening = bracket_start(text, figure.start)
        if _in_bracket(text, figure):
            yield _mark(figure, "target_beside.bracket")
        elif opening is not None and any(
            m.code == "years" and m.start == opening + 1 for m in marks.of("date", start=opening, end=figure.start)
        ):
            yield _mark(figure, "target_beside.span")


def _nouns(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for figure in marks.of(*MEASURED):
        before = left(text, marks, figure)
        behind = right(text, marks, figure)
        if _NOUN_THEN.search(before) and not before.endswith(("完成任务", "完成目标")):
            if figure.kind in ("percent", "points") and _is_rate_of_plan(before):
                continue
            yield _mark(figure, "target_beside.noun")
        elif (
            (_PLANNED.search(before) and figure.kind == "quantity")
            or (_INVESTMENT.search(before) and _investment_follows(text, marks, figure))
            or (_EXCEEDED.search(before) and _TAIL.match(behind))
            or (_REQUIREMENT.search(before) and _REQUIRED.match(behind))
        ):
            yield _mark(figure, "target_beside.noun")


def _investment_follows(text: str, marks: Marks, figure: Mark) -> bool:
    """总投资45254万元，…累计完成投资10670万元: the whole is what the investment done is measured by."""
    _, stop = sentence_at(text, figure.start)
    behind = marks.of("quantity", start=figure.end, end=stop)
    return any(same_dimension(m.unit, figure.unit) and "完成" in left(text, marks, m) for m in behind)


def _is_rate_of_plan(before: str) -> bool:
    """完成年度计划77.2%, 占年度计划73%: the rate of what was done, not a target."""
    noun = _NOUN_THEN.search(before)
    return bool(noun and re.search(r"(?:完成(?!率)|占(?!比)|为|达到?)[^，,。;]{0,12}$", before[: noun.start()]))


def _headers(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for start, end in sentence_spans(text):
        colon = re.search(r"[:：]", text[start:end])
        if colon and _HEADER.search(text[start : start + colon.end()]):
            for figure in marks.of(*MEASURED, start=start + colon.end(), end=end):
                yield _mark(figure, "target_beside.header")
    for found in _QUOTED_GOAL.finditer(text):
        for figure in marks.of(*MEASURED, start=found.start("goal"), end=found.end("goal")):
            yield _mark(figure, "target_beside.header")


def _mark(figure: Mark, rule: str) -> Mark:
    return Mark(kind="target", start=figure.start, end=figure.end, rule=rule)


RULES: Final = (
    Rule(
        id="target_beside.bracket",
        version=1,
        order=65,
        description_zh="括号里的目标：完成年度任务（6万名）的195.5%",
        description_en="A target in brackets beside its result",
        find=lambda t, m, c: (x for x in _brackets(t, m, c) if x.rule == "target_beside.bracket"),
    ),
    Rule(
        id="target_beside.span",
        version=1,
        order=66,
        description_zh="括号里年份起止后的总目标：（2013—2017年，共2606个村）",
        description_en="The goal of a span of years, in brackets behind the name of a works",
        find=lambda t, m, c: (x for x in _brackets(t, m, c) if x.rule == "target_beside.span"),
    ),
    Rule(
        id="target_beside.noun",
        version=1,
        order=67,
        description_zh="目标名词后的数：年度计划投资853.8亿元、超额完成15万吨/日的任务",
        description_en="A figure behind a noun of target, or one whose target was exceeded",
        find=_nouns,
    ),
    Rule(
        id="target_beside.header",
        version=1,
        order=68,
        description_zh="“目标：”后或“……”的年度目标里的数",
        description_en="Figures behind the heading of a goal, or within a quoted goal",
        find=_headers,
    ),
)
