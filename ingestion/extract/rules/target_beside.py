"""Targets written beside results: 年度任务（6万名）, 目标为控制在3.5%以下, 超额完成15万吨/日的任务."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ingestion.extract.contexts import bracket_start, left, right, sentence_at, sentence_spans
from ingestion.extract.lexicon import either, words
from ingestion.extract.marks import MEASURED, Mark, Marks
from ingestion.extract.patterns import Pattern
from ingestion.extract.registry import Calendar, Rule
from ingestion.extract.units import is_measured, same_dimension

_NOUN: Final = either(words("plan", "target_nouns"))
_NOUN_THEN: Final = re.compile(
    rf"{_NOUN}(?:总数|总额|数|量|值|额)?(?:为|是|:|：|共|控制在|达到?|不[低高少超]于?过?|要求|新增|≥|≤|约|[ ])*$"
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
#: 全年安排重点项目710项: what was drawn up is to be done.
_DRAWN_UP: Final = re.compile(
    r"(?:(?:共|计划|全年|年度|全市|全省|全县|全区|年内|今年)(?:共|拟|计划)?安排|(?<![按照])计划(?:实施|新开工|新建|建设|开工|推进|完成|新增|改造)|排定|拟建|拟实施|列入(?:年度)?计划)[^，,。;:\d]{0,16}$"
)
_PROJECTS: Final = re.compile(r"项目|工程|事项|任务|实事")
_OF_YEAR: Final = re.compile(r"(?:年度|年内|当年|本年度?|今年)(?:计划)?投资额?(?:为|约|达)?[ ]?$")
_INVESTMENT: Final = re.compile(r"(?:^|[^年])(?:项目|工程)?(?:计划)?总投资额?(?:为|约|达)?[ ]?$")
#: 不少于3个 is what is asked for; a result is told as 达到 or as a plain figure.
#: 明确145项目标任务，细化为222个工作内容.
_BROKEN_DOWN: Final = re.compile(r"(?:明确|部署|分解为?|细化为?|列出|排定|确定|安排)(?:了|成|出)?$")
_TASKS: Final = re.compile(r"[\u4e00-\u9fa5]{0,8}(?:任务|工作|举措|措施|内容|事项|项目)")
_AT_LEAST: Final = re.compile(
    r"(?:(?:务期|务必|务求|力求)(?:达成|达到|实现)?|不少于|不得少于|不低于|不得低于|不小于)(?:新建|建成"
    r"|完成|新增|培育|打造|改造|整治|培训|创建|组织|开展)?[ ]?$"
)
_REACHED: Final = re.compile(r"已|实际|累计|均|保持|稳定|完成了|目前|截至|达标率均")
#: 占今年8641户任务数的80%: the task by which the rate is taken.
_OF_TASK: Final = re.compile(r"(?:占|完成|为|达到?)(?:了)?(?:今年|全年|年度|总|省|市|下达的?)*$")
_THEIR_TASK: Final = re.compile(r"的?[^，,。;\d]{0,8}?(?:任务|目标|计划)(?:数|量|总数)?的?[ ]?(?:约|近)?\d")
#: 完成省下达90%的目标任务: the goal that was handed down.
_HANDED_DOWN: Final = re.compile(r"(?:国家|省|市|县|上级)[^，,。;\d]{0,6}?(?:下达|确定|要求|规定|核定|分解)(?:的|了)?$")
_OF_GOAL: Final = re.compile(r"(?:以上|以内|以下)?的?(?:[\u4e00-\u9fa5]{0,6})(?:目标|任务|要求|指标)")
#: 已完成改厕任务4092座: what was done, by the name of its task.
_DONE_TASK: Final = re.compile(
    r"(?:已|累计|共|实际|现)(?:已|共)?(?:完成|实施|落实)[^，,。;\d]{0,20}(?:任务|计划|目标)$"
)
_REACH_GOAL: Final = re.compile(r"(?:达到|达成|实现|完成|超过|突破|低于|高于)(?:了)?$")
_BEYOND: Final = re.compile(
    r"(?:超过|高于|达到|低于|未达|符合)[^，,。;\d]{0,6}(?:省|市|国家|上级|年度|全年|\d{1,2}月底|考核|规定|要求)[^，,。;]{0,12}$"
)
_THEIR_GOAL: Final = re.compile(
    r"(?:以上|以内|以下|左右)?的(?!序时|时序|时间|进度)(?:年度|全年|考核|控制|国家|省|市|县|区|约束性|预期|既定|规划|省定|市定|下达)*(?:目标|任务|要求|指标|标准)"
)
#: 距86%的目标还差, 守住29的控制线, 控制在4%以内: lines by which the figure before is measured.
_LINES: Final = (
    (
        re.compile(r"(?:^|[，,;])(?:但|还|仍)?(?:距离?|离|与|较)[^，,。;\d]{0,10}$"),
        re.compile(
            r"的?(?:年度|全年|考核|控制|预期|省定|市定|规划)*(?:目标|任务|要求|指标|计划|标准)(?:值|任务|数)?"
            r"(?:还|尚|仍|依然|相)*(?:差|有差距|低|少|缺)"
        ),
    ),
    (
        re.compile(r"(?:守住|控制在|突破|超出|跌破|触及|高于|低于|超过)(?:了)?[^，,。;\d]{0,6}$"),
        re.compile(r"(?:以内|以下)?的?(?:年度|控制|考核|约束性|警戒)*(?:控制线|红线|限值|上限|底线|警戒线|控制目标)"),
    ),
)
_HELD_WITHIN: Final = re.compile(r"^[ ]*(?:严格|始终|继续|仍|均|已|稳定|成功)*控制在[ ]?$")
_WITHIN_IT: Final = re.compile(r"(?:以内|之内|以下)[ ]*(?:$|[，,。;)\n])")
_LINE_BACK: Final = 40
_EXCEEDED: Final = re.compile(r"(?:超额|超|提前)完成[^，,。;]{0,20}$")
_HEADER: Final = re.compile(r"(?:目标|任务)(?:为|是|如下)?[:：]$")
_QUOTED_GOAL: Final = re.compile(r"“(?P<goal>[^“”\n]{4,80})”的?(?:年度|全年|工作|总体)?(?:目标|任务)")
_VERB: Final = either(words("wording", "target_verbs"))
#: Words that make what follows them in the sentence something to reach.
_ASKS: Final = Pattern(
    rf"(?:目标任务|工作目标|目标|任务|(?:年度|考核|控制|约束性|预期|工作)指标|承诺|计划)(?:任务)?(?:数|量)?(?:是|为|:|要求(?=[^，,。;]{{0,2}}{_VERB}))(?!.{{0,6}}%的)"
    rf"|(?:必须|务必|至少要|应当|(?<![主需重首摘纲只不])要(?=(?:在|于|新|再|全面|全部|基本)?{_VERB})|(?<![响相对反适供呼])应(?={_VERB})(?!.{{1,6}}未)|须(?={_VERB}))"
)
_TOLD: Final = re.compile(r"完成|实现|了|均|均已")
#: Words that begin the result.
_RESULT: Final = re.compile(
    r"现(?=[^，,。;\d场状代有金行役浇房]{1,5}[ ]?\d)"
    r"|眼下|迄今|至今|已|实际|累计|目前|截至|截止|仅|只完成|完成了|现已|共(?=完成|开工|建成|新增)|上半年|前三季度|\d{1,2}[-至到]\d{1,2}月|进展|超额|占(?!地)|完成率|进度"
)
_RATE_OF_WHAT: Final = re.compile(r"占[^，,。;]{0,8}$")
_WITHIN: Final = 12
_ASKED_WITHIN: Final = 160
_QUOTED_TASK: Final = re.compile(
    rf"“(?P<goal>(?=[^“”\n]{{0,30}}?{_VERB})[^“”\n]{{4,80}})”(?=的?(?:项目|任务|一项|工程|要求|工作))|(?:目标|任务|要求|提出|确定)(?:了|为|是|的)?“(?P<goal2>[^“”\n]{{4,80}})”"
)
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
        if marks.at(figure.start, "gap"):
            continue
        before = left(text, marks, figure)
        behind = right(text, marks, figure)
        if (
            _NOUN_THEN.search(before)
            and not before.endswith(("完成任务", "完成目标"))
            and not _DONE_TASK.search(before)
        ):
            if figure.kind in ("percent", "points") and _is_rate_of_plan(before):
                continue
            yield _mark(figure, "target_beside.noun")
        elif (
            (_PLANNED.search(before) and figure.kind == "quantity")
            or (_OF_YEAR.search(before) and _investment_follows(text, marks, figure))
            or (_OF_TASK.search(before) and _THEIR_TASK.match(text, figure.end))
            or (_THEIR_GOAL.match(text, figure.end) and _REACH_GOAL.search(before))
            or (_THEIR_GOAL.match(text, figure.end) and _BEYOND.search(before))
            or (_OF_GOAL.match(text, figure.end) and _HANDED_DOWN.search(before))
            or (_DRAWN_UP.search(before) and _is_of_projects(figure, before, behind))
            or (
                _INVESTMENT.search(before) and (_investment_follows(text, marks, figure) or not behind.startswith("的"))
            )
            or (_BROKEN_DOWN.search(before) and figure.kind == "quantity" and _TASKS.search(behind[:16]))
            or (_AT_LEAST.search(before) and not _REACHED.search(before))
            or (_EXCEEDED.search(before) and _TAIL.match(behind))
            or (_REQUIREMENT.search(before) and _REQUIRED.match(behind))
        ):
            yield _mark(figure, "target_beside.noun")


def _is_of_projects(figure: Mark, before: str, behind: str) -> bool:
    """True for a count of projects or tasks; money that was set aside is spent on something."""
    return figure.kind == "quantity" and not is_measured(figure.unit) and bool(_PROJECTS.search(before + behind[:16]))


def _investment_follows(text: str, marks: Marks, figure: Mark) -> bool:
    """总投资45254万元，…累计完成投资10670万元: the whole is what the investment done is measured by."""
    _, stop = sentence_at(text, figure.start)
    behind = marks.of("quantity", start=figure.end, end=stop)
    return any(same_dimension(m.unit, figure.unit) and "完成" in left(text, marks, m) for m in behind)


def _is_rate_of_plan(before: str) -> bool:
    """完成年度计划77.2%, 占年度计划73%: the rate of what was done, not a target."""
    noun = _NOUN_THEN.search(before)
    return bool(
        noun and re.search(r"(?:完成(?!率)|实现|相当于|占(?!比)|为|达到?)[^，,。;]{0,12}$", before[: noun.start()])
    )


def _asked(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    """任务为开工3786套，基本建成4000套；要完成25.7万户，其中…: what is asked for, up to the words of a result."""
    for found in _ASKS.finditer(text):
        start = found.end()
        _, stop = sentence_at(text, found.start())
        stop = min(stop, start + _ASKED_WITHIN)
        result = _RESULT.search(text, start, stop)
        end = result.start() if result else stop
        for figure in marks.of(*MEASURED, start=start, end=end):
            if not marks.at(figure.start, "change", "previous", "gap") and not _RATE_OF_WHAT.search(
                text[max(start, figure.start - _WITHIN) : figure.start]
            ):
                yield _mark(figure, "target_beside.asked")


def _lines(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    """距86%的目标还差1.1个百分点: a line that the figure before it is measured by."""
    for figure in marks.of(*MEASURED):
        before = text[max(0, figure.start - _LINE_BACK) : figure.start]
        is_line = any(b.match(text, figure.end) and a.search(before) for a, b in _LINES)
        if not is_line and _WITHIN_IT.match(text, figure.end) and _HELD_WITHIN.search(left(text, marks, figure)):
            start, _ = sentence_at(text, figure.start)
            told = marks.of(*MEASURED, start=start, end=figure.start)
            is_line = bool(told) and told[-1].unit == figure.unit and told[-1].kind == figure.kind
        if is_line:
            yield _mark(figure, "target_beside.line")


def _quoted(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    """“完成城镇新增就业70万人”项目，已新增43万人: the words in quotation marks name what is asked for."""
    for found in _QUOTED_TASK.finditer(text):
        group = "goal" if found.group("goal") else "goal2"
        for figure in marks.of(*MEASURED, start=found.start(group), end=found.end(group)):
            yield _mark(figure, "target_beside.quoted")


def _due(text: str, marks: Marks, calendar: Calendar) -> Iterator[Mark]:
    """10月31日前铺设管道88公里, in a report to the end of June: what is due by a day to come is to be done."""
    as_of = calendar.as_of
    for mark in marks.of("deadline") if as_of else ():
        if mark.day is None or as_of is None:
            continue
        _, stop = sentence_at(text, mark.start)
        stop = min(stop, mark.end + _ASKED_WITHIN)
        result = _RESULT.search(text, mark.end, stop)
        end = result.start() if result else stop
        part = text.find(";", mark.end, end)
        if mark.day <= as_of and not (result and _is_answer(text, marks, mark.end, end, stop)):
            continue
        for figure in marks.of(*MEASURED, start=mark.end, end=part if part >= 0 else end):
            yield _mark(figure, "target_beside.due")


def _is_answer(text: str, marks: Marks, start: int, result: int, stop: int) -> bool:
    """8月底前补装路灯1700盏，现装好1600盏: one figure before the words of the result, and its like behind them."""
    due, told = marks.of(*MEASURED, start=start, end=result), marks.of(*MEASURED, start=result, end=stop)
    if len(due) != 1 or not told or _TOLD.search(text[start:result]) or text[result - 1 : result] not in "，,;":
        return False
    return due[0].kind == told[0].kind == "quantity" and same_dimension(due[0].unit, told[0].unit)


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
        needs="(",
        description_zh="括号里的目标：完成年度任务（6万名）的195.5%",
        description_en="A target in brackets beside its result",
        find=lambda t, m, c: (x for x in _brackets(t, m, c) if x.rule == "target_beside.bracket"),
    ),
    Rule(
        id="target_beside.span",
        version=1,
        order=66,
        needs="(",
        description_zh="括号里年份起止后的总目标：（2013—2017年，共2606个村）",
        description_en="The goal of a span of years, in brackets behind the name of a works",
        find=lambda t, m, c: (x for x in _brackets(t, m, c) if x.rule == "target_beside.span"),
    ),
    Rule(
        id="target_beside.noun",
        version=3,
        order=67,
        description_zh="目标名词后的数：年度计划投资853.8亿元、超额完成15万吨/日的任务",
        description_en="A figure behind a noun of target, or one whose target was exceeded",
        find=_nouns,
    ),
    Rule(
        id="target_beside.header",
        version=1,
        order=68,
        needs=":：“",
        description_zh="“目标：”后或“……”的年度目标里的数",
        description_en="Figures behind the heading of a goal, or within a quoted goal",
        find=_headers,
    ),
    Rule(
        id="target_beside.line",
        version=1,
        order=66,
        needs="距离与较守突超跌触高低控",
        description_zh="衡量前面数值的线：距86%的目标还差、未守住29微克/立方米的控制线、控制在4%以内",
        description_en="A line that the figure before it is measured by",
        find=_lines,
    ),
    Rule(
        id="target_beside.quoted",
        version=1,
        order=66,
        needs="“",
        description_zh="引号里写明数量的任务：“新增车位300个”项目，已新增180个",
        description_en="A task named by its figure in quotation marks",
        find=_quoted,
    ),
    Rule(
        id="target_beside.asked",
        version=2,
        order=69,
        description_zh="任务为、要完成、必须达到之后、结果之前的数",
        description_en="Figures behind words that ask for them, up to the words of a result",
        find=_asked,
    ),
    Rule(
        id="target_beside.due",
        version=2,
        order=71,
        description_zh="截至日期以后才到期的数：10月31日前铺设管道88公里",
        description_en="Figures that are due by a day later than that of the document",
        find=_due,
    ),
)
