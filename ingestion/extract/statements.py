"""From marks to statements: what each figure of a text says, by itself and with the figures beside it."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from ingestion.extract.contexts import ahead, clause_end, clause_start, sentence_spans
from ingestion.extract.joining import attach
from ingestion.extract.labels import label_of
from ingestion.extract.layout import SENTENCE_ENDS
from ingestion.extract.marks import MEASURED, Mark
from ingestion.extract.naming import is_generic, words_of
from ingestion.extract.places import is_place_of_numeral
from ingestion.extract.reading import Reading
from ingestion.extract.stated import Role, Stated
from ingestion.extract.subjects import JOINED
from ingestion.extract.units import is_measured, same_dimension

#: Roles of counts that a stage in their clause is said of.
_STAGED: Final = frozenset({"stage", "started", "total", "remaining"})
_GONE: Final = re.compile(r"(?:消除|消灭|脱离|退出|摘掉|告别)了?$")
_NEAR: Final = 8
#: How far a judgement reaches back in its sentence.
_PART: Final = 300
#: Judgements that may be followed by how far off: 快过时间进度4.1个百分点.
_DISTANCES: Final = frozenset({"status.pace", "status.by_plan"})
_NEAR_GAP: Final = 32
_TASK_UNITS: Final = frozenset({"项", "件", "个"})
_TASKS_DONE: Final = re.compile(
    r"(?:[^，,。;:、\d]{0,12}?(?:事项|项目|实事|任务|指标|工作|问题|小项))?(?:现|目前|均|都)?(?P<phrase>(?:已|已经|全部|全面)(?:提前|超额|全部|全面)?完成(?:了)?(?:年度|全年|目标)*(?:任务|目标)?)(?=[，,。;、)\n]|$)"
)
_DONE_TASKS: Final = re.compile(
    r"(?P<phrase>(?:已|均已)(?:提前|超额|全部|全面)?完成|提前完成|超额完成|已完成和提前完成)(?:了|的|有)*$"
)
_ALL: Final = re.compile(
    r"[^，,。;:、()\d]{1,24}?(?:已全部|全部|均已|都已)(?:按期|按时|提前|顺利)?(?:开工|动工|启动|完工|竣工|完成|建成|办结|整改)"
)
_NAMES_TASKS: Final = re.compile(r"[，,](?:为|分别为|分别是|主要是|主要为|包括|即)$")
_OF_LIST: Final = re.compile(
    r"(?:年度|全年|目标|任务|要求|进度)*的?(?:项目|事项|任务|工作)?(?:已|共|主要|分别)*(?:有|是|为)?(?:\d+[个项件处家]|[一二三四五六七八九十]+[个项件处家])?"
    r"(?:事项|项目|任务|工作)?(?:(?:[，,]?(?:分别|具体)(?:是|为|如下)?)?:|[，,](?:为|分别为|分别是|主要是|主要为|包括|即))"
)
#: 目前实际已开工118项(其中…): a result, whatever its parts.
_TOLD_DONE: Final = re.compile(
    r"(?:实际已?|现已|目前已)(?:完成|开工|竣工|完工|建成|投用|办结|整改|交付)(?:了|约|近|共)?$"
)
_OF_WHICH: Final = re.compile(r"[ ]*[(，,;:][ ]*其中")
_SIDE_ENDS: Final = re.compile(r"已|实际|完成|到位|支出|拨付|累计|目前|现")
#: Relations that make a figure's role, the first that holds.
_RELATIONS: Final[tuple[Role, ...]] = ("previous", "gap", "change", "target", "completion", "share")


def statements(
    reading: Reading, fallback: str = "", *, ones: bool = False, rates: bool = True, counts_judge: bool = False
) -> list[Stated]:
    """The statements of a text, in the order of their figures.

    With `counts_judge` a count of tasks that is told as completed (24个事项已提前完成) is a judgement of them; in a row
    of a table it may be a part of what the row asks.

    `fallback` names figures that their sentence does not; `ones` takes 一个 for a figure (a target may be one).
    Without `rates` a rate stays a statement of its own: a text that asks means it as a target beside the other.
    """
    found: list[Stated] = []
    for start, end in sentence_spans(reading.text, SENTENCE_ENDS):
        sentence = [
            _stated(reading, m, fallback)
            for m in reading.marks.of(*MEASURED, start=start, end=end)
            if (ones or m.rule != "quantity.chinese_one")
            and (ones or not _is_eliminated(reading, m))
            and not is_place_of_numeral(reading.text, m.start, m.end)
        ]
        _date(reading, sentence, start)
        _take_side(reading, sentence)
        found += attach(reading, sentence, rates=rates)
        _judge(reading, sentence, start, end)
        if counts_judge:
            _judge_counts(reading, sentence)
    return found


def _is_eliminated(reading: Reading, figure: Mark) -> bool:
    """已消除劣Ⅴ类水体: the class is gone, no result."""
    return figure.code == "worst" and bool(_GONE.search(reading.text[max(0, figure.start - _NEAR) : figure.start]))


def _stated(reading: Reading, figure: Mark, fallback: str) -> Stated:
    marks = reading.marks
    at = figure.start
    plan = marks.at(at, "plan")
    count = marks.at(at, "count_role")
    is_plan = bool(plan and plan.code == "future")
    role = next((r for r in _RELATIONS if marks.at(at, r)), None)  # type: ignore[arg-type]
    if role is None and _is_distance(reading, figure):
        role = "gap"
    is_whole = role is None and figure.kind == "quantity" and not is_plan and _all_done(reading, figure)
    if role is None:
        is_total = bool(count and count.code == "total" and not _TOLD_DONE.search(ahead(reading.text, at)))
        role = "total" if is_total else "target" if is_plan else "actual"
    return Stated(
        figure=figure,
        role=role,
        label=label_of(reading, figure, fallback),
        start=figure.start,
        end=figure.end,
        count_role=count.code if count else None,
        is_plan=is_plan,
        approximate=figure.approximate or bool(plan and plan.code == "estimate"),
        target=figure if is_whole and role == "actual" else None,
    )


def _is_distance(reading: Reading, figure: Mark) -> bool:
    """距目标还差1.1个百分点, 任务超额3户: how far from its goal or its schedule the figure before is."""
    paced = reading.marks.of("status", start=max(0, figure.start - _NEAR_GAP), end=figure.start)
    return bool(
        paced
        and paced[-1].rule in _DISTANCES
        and figure.kind in ("points", "percent", "quantity")
        and figure.unit not in _TASK_UNITS
        and not reading.text[paced[-1].end : figure.start].strip(" 约近了")
        and paced[-1].start == clause_start(reading.text, paced[-1].start)
    )


def _all_done(reading: Reading, figure: Mark) -> bool:
    """True for a count that is all there is, and done as a whole: 327个项目全部开工."""
    return not is_measured(figure.unit) and bool(_ALL.match(reading.text, figure.end))


def _take_side(reading: Reading, sentence: list[Stated]) -> None:
    """计划投资20万元，其中：中央3万元，农户自筹1万元: the parts of a plan are planned as their whole is."""
    whole: Stated | None = None
    for before, one in pairwise(sentence):
        between = reading.text[before.figure.end : one.figure.start]
        if before.role == "target" and before.is_plan and _OF_WHICH.match(between):
            whole = before
        if whole and (_SIDE_ENDS.search(between) or not same_dimension(whole.figure.unit, one.figure.unit)):
            whole = None
        if whole and one.role == "actual" and one.count_role in (None, "part"):
            one.role, one.is_plan, one.count_role = "target", True, None


def _date(reading: Reading, sentence: list[Stated], start: int) -> None:
    """The day and period of each figure: the nearest before it in its sentence."""
    for stated in sentence:
        spoken = reading.marks.of("as_of", start=start, end=stated.figure.start)
        if stated.is_plan:
            continue  # 四季度再建20公里 is told of a time to come
        if not spoken:
            dated = reading.marks.of(
                "date", start=clause_start(reading.text, stated.figure.start), end=stated.figure.start
            )
            spoken = tuple(m for m in dated if m.code == "month_end" and not stated.is_plan)
        if spoken and spoken[-1].day:
            stated.day, stated.since = spoken[-1].day, spoken[-1].since


def _heads_list(reading: Reading, status: Mark) -> int | None:
    """The place behind the colon of 超额完成任务的有10项：, whose list the judgement is said of."""
    found = _OF_LIST.match(reading.text, status.end)
    return found.end() if found else None


def _judge(reading: Reading, sentence: list[Stated], start: int, end: int) -> None:
    """A judgement belongs to the figures of its clause, else to those before it that have none of their own."""
    for one in sentence:
        first, last = clause_start(reading.text, one.figure.start), clause_end(reading.text, one.figure.end)
        reached = [m for m in reading.marks.of("stage", start=first, end=last) if not m.approximate]
        if reached and one.figure.kind == "quantity" and one.count_role in _STAGED:
            one.stage = reached[-1].code
    for mark in reading.marks.of("status", start=start, end=end):
        if place := _heads_list(reading, mark):
            for one in sentence:
                if one.figure.start >= place:
                    carrier = one.anchor or one
                    carrier.status = carrier.status or mark
                    if (
                        mark.code == "behind_schedule"
                        and _NAMES_TASKS.search(reading.text[mark.end : place])
                        and one.role == "actual"
                    ):
                        one.role = "target"  # 未达进度2项，为“某园”完成投资8亿元: what was to be done
        own, spread = _judged(reading, sentence, mark)
        for one in own:
            (one.anchor or one).status = mark
        for one in spread:
            carrier = one.anchor or one
            carrier.status = carrier.status or mark


def _judge_counts(reading: Reading, sentence: list[Stated]) -> None:
    for one in sentence:
        if one.status or one.anchor or one.figure.unit not in _TASK_UNITS or one.is_plan or one.role != "actual":
            continue
        behind = _TASKS_DONE.match(reading.text, one.figure.end)
        told = _DONE_TASKS.search(reading.text[max(0, one.figure.start - _NEAR) : one.figure.start])
        if behind:
            one.status = _completed(*behind.span("phrase"))
        elif told:
            first = max(0, one.figure.start - _NEAR)
            one.status = _completed(first + told.start("phrase"), first + told.end("phrase"))


def _completed(start: int, end: int) -> Mark:
    return Mark(kind="status", start=start, end=end, rule="status.phrase", code="completed")


def _judged(reading: Reading, sentence: list[Stated], mark: Mark) -> tuple[list[Stated], list[Stated]]:
    """The figures of a judgement's own clause, else those before it in its part of the sentence.

    A clause that judges a thing of its own (二期项目进度滞后) judges nothing that was told before it.
    """
    first, last = clause_start(reading.text, mark.start), clause_end(reading.text, mark.end)
    inside = [s for s in sentence if first <= s.figure.start and s.figure.end <= last]
    if inside:
        return _nearest(reading, inside, mark), []
    if not is_generic(words_of(reading, max(first, mark.start - _PART), mark.start)):
        return [], []
    since = reading.text.rfind(";", max(0, first - _PART), first)
    return [], [s for s in sentence if max(since, first - _PART) < s.figure.start and s.figure.end <= mark.start]


def _nearest(reading: Reading, inside: list[Stated], mark: Mark) -> list[Stated]:
    """Of the figures of a clause the one before its judgement, with those listed beside it; else those behind."""
    before = [s for s in inside if s.figure.end <= mark.start]
    if not before:
        return inside
    found = [before.pop()]
    while before and (
        JOINED.search(reading.text[before[-1].figure.end : found[-1].figure.start])
        or before[-1].anchor
        or found[-1].anchor
    ):
        found.append(before.pop())
    return found
