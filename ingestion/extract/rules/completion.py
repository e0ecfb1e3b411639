"""What a percentage says: done against a plan, a part of a whole, or a rate of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ingestion.extract.contexts import bracket_start, clause_before, clause_start, without_brackets
from ingestion.extract.lexicon import either, words
from ingestion.extract.marks import Kind, Mark, Marks
from ingestion.extract.registry import Calendar, Rule

_REACH: Final = r"(?:数|量|额)?(?:的|为|达到?|约|是|:|分别|接近|近|超过?|高达|已|均|[ ])*$"
_RATE: Final = re.compile(rf"{either(words('percent', 'completion_words'))}{_REACH}")
_PLAN: Final = re.compile(
    rf"(?:完成|实现|占|为|达到?|达成|超过|是|相当于)(?:了)?[^，,。;、\d]{{0,10}}"
    rf"{either(words('percent', 'plan_nouns'))}"
    rf"[^，,。;\d]{{0,6}}(?:\d[\d.]*[万亿]?[^\d，,。;]{{0,4}})?{_REACH}"
)
_PLAN_OF: Final = re.compile(
    rf"(?:占|完成|为|达到?)(?:了)?[^，,。;、\d]{{0,6}}\d[\d.]*[万亿]?[^\d，,。;%]{{1,10}}?(?:任务|目标|计划)(?:数|量|总数)?{_REACH}"
    rf"|(?:占|完成)(?:年度|全年|年内|当年|年初)(?:的)?(?:约|近)?[ ]*$"
)
_PHYSICAL: Final = re.compile(
    rf"(?:{either(words('percent', 'physical_words'))}[^，,。;\d]{{0,6}}"
    rf"|(?:累计|已|焊接|安装|浇筑|掘进|敷设|施工)完成){_REACH}"
)
#: The execution of a budget is a rate of its own, never that of the amount before it.
_EXECUTION: Final = re.compile(rf"(?:执行|支出|支付|拨付|使用)率?{_REACH}")
_SHARE: Final = re.compile(rf"{either(words('percent', 'share_words'))}[^，,。;\d]{{0,14}}$")
_OF_ALL: Final = re.compile(r"占(?:总任务|任务总|总数|总量|全部)[^，,。;\d]{0,6}$")
_BRACKET_DONE: Final = re.compile(
    r"(?:完成|整改|办结|建成|完工|开工|竣工|送|施工中|建设中|推进中|进度)[^，,。;()]{0,14}\($"
)


#: 正在施工中(90%): how far the works have got, no share of a count.
_UNDER_WAY: Final = re.compile(r"(?:施工|建设|推进|装修|安装|改造)中\($")
#: How far before a rate the words that name it may stand.
_REACHED: Final = 200


def _before(text: str, figure: Mark) -> str:
    return without_brackets(text[max(clause_start(text, figure.start), figure.start - _REACHED) : figure.start])


def _kind(text: str, marks: Marks, figure: Mark) -> tuple[str, str] | None:
    if marks.at(figure.start, "change", "previous"):
        return None
    before = _before(text, figure)
    if _ALONE.match(before) or _is_rate_of_last(text, marks, figure, before):
        return "completion", "rate"
    if _PHYSICAL.search(before) and not _RATE_OF_WORKS.search(before):
        return "completion", "physical"
    if _EXECUTION.search(before):
        return "completion", "physical"
    if _RATE.search(before):
        return "completion", "rate"
    if _OF_ALL.search(before):
        return "share", "share"
    if _PLAN.search(before) or _PLAN_OF.search(before):
        return "completion", "plan"
    opening = text[max(0, figure.start - 22) : figure.start]
    if _BRACKET_DONE.search(opening) and text[figure.end : figure.end + 1] == ")":
        return "completion", "physical" if _UNDER_WAY.search(opening) else "bracket"
    if _SHARE.search(before) and "占" in before[-16:]:
        return "share", "share"
    if re.search(r"占比(?:达到?|为|约)*$", before):
        return "share", "share"
    return None


#: 争取资金4380万元，完成87.6%: the clause says no more than that it was done.
_ALONE: Final = re.compile(r"^(?:已|累计|实际|共|均|已经|只|仅)*完成(?:了|约|近|到|率)*[ ]*$")
#: 46个乡镇实现设施覆盖，覆盖率67%: the rate of what the clause before it counts.
_STEM: Final = re.compile(r"^(?:[^，,。;率]{0,6}?)(?P<stem>[\u4e00-\u9fa5]{2})率(?:为|达到?|约|已达|是|[ ])*$")


def _is_rate_of_last(text: str, marks: Marks, figure: Mark, before: str) -> bool:
    found = _STEM.match(before)
    span = clause_before(text, figure.start)
    if not found or span is None or not marks.of("quantity", start=span[0], end=span[1]):
        return False
    return found.group("stem") in text[span[0] : span[1]]


_RATE_OF_WORKS: Final = re.compile(r"率(?:达到?|为)?$")


def _of_bracket(text: str, figure: Mark, found: dict[int, tuple[str, str]]) -> tuple[str, str] | None:
    """执行率87.2%（中央资金32.5%、…）: the parts in the bracket are of the kind of the whole before it."""
    opening = bracket_start(text, figure.start)
    kind = found.get(opening) if opening is not None else None
    return (kind[0], "physical") if kind else None


def _percents(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    last: tuple[str, str, Mark] | None = None
    found: dict[int, tuple[str, str]] = {}
    for figure in marks.of("percent"):
        if last and re.fullmatch(r"[ ]?[、和及与][ ]?", text[last[2].end : figure.start]):
            kind: tuple[str, str] | None = (last[0], last[1])
        else:
            kind = _kind(text, marks, figure) or _of_bracket(text, figure, found)
        if kind is None:
            last = None
            continue
        last = (*kind, figure)
        found[figure.end] = kind
        name: Kind = "completion" if kind[0] == "completion" else "share"
        yield Mark(kind=name, start=figure.start, end=figure.end, rule=f"completion.{kind[0]}", code=kind[1])


RULES: Final = (
    Rule(
        id="completion.completion",
        version=2,
        order=74,
        description_zh="完成率：完成率33.3%、占年度计划的73%、完成工程量40%",
        description_en="A percentage of what was done",
        find=lambda t, m, c: (x for x in _percents(t, m, c) if x.kind == "completion"),
    ),
    Rule(
        id="completion.share",
        version=2,
        order=75,
        description_zh="占比：占在建总数89.3%、占比达到77.97%",
        description_en="A part of a whole",
        find=lambda t, m, c: (x for x in _percents(t, m, c) if x.kind == "share"),
    ),
)
