"""Judgements in words: 按进度完成, 进度滞后, 达到序时进度; phrase and class are both kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from ingestion.extract.contexts import ahead, clause_start
from ingestion.extract.lexicon import either, load, words
from ingestion.extract.marks import MEASURED, Mark, Marks
from ingestion.extract.patterns import Pattern
from ingestion.extract.registry import Calendar, Rule

CLASSES: Final = ("completed", "on_schedule", "basically_on_schedule", "behind_schedule", "unknown")
_CLASS_OF: Final = {phrase: code for code in CLASSES for phrase in load("status")[code]}
_WEAK: Final = frozenset(words("status", "weak"))
_OF_COUNT: Final = frozenset(words("status", "of_count"))
_COUNTED: Final = frozenset(words("status", "counted"))
_MORE: Final = either(words("status", "intensifiers"))
_PHRASE: Final = re.compile(rf"(?P<more>{_MORE}{{0,3}}?)(?P<phrase>{either(_CLASS_OF)})")
#: A phrase without what may stand before it: where one begins is found fast.
_WORD: Final = re.compile(either(_CLASS_OF))
_MOST_MORE: Final = 16
_DENIED: Final = re.compile(rf"{either(words('status', 'negations'))}[\u4e00-\u9fa5]{{0,2}}$")
_DENIED_CLOSE: Final = re.compile(rf"{either(words('status', 'negations'))}$")
_END: Final = re.compile(r"^(?:中|了|状态|阶段)?(?:[ ]*$|[，,。;:()、!\n]|的(?:已|共|仅|只)?有)")
_OF_WORKS: Final = frozenset({"completed", "basically_on_schedule"})
#: A part of works that is done, and nothing said of the task.
_OF_PART: Final = re.compile(
    rf"{either(words('status', 'parts_of_works'))}(?:工程|工作|施工|手续|编制|审批)?(?:现|目前|现已|均)?$"
)
_REACH: Final = 14
#: What ends a verdict; the empty end of the text too.
_REQUIRED: Final = re.compile(r"(?:要求|确保|务必|必须|力争|务期|(?<![必无])须)[^，,。;]{0,16}$")
_WHOLLY: Final = re.compile(r"已?(?:全面|全部|圆满|如期|按期|顺利|提前|超额)")
_OPENING: Final = re.compile(r"(?:^|[，,。;:!\n]|[一二三四五六七八九十]是|\))[ ]*$")
_THING: Final = re.compile(r"[\u4e00-\u9fa5“”、()A-Za-z]{3,40}(?<!的)(?=[，,。;\n]|$)")
_SIGNS: Final = ("", *"，,。;:()、!\n ")
_JUDGED: Final = re.compile(either(words("status", "judged")))
_FIGURE: Final = re.compile(r"^[ ]?\d")
_RATE: Final = re.compile(r"^[^，,。;]{0,24}?的?(?P<rate>\d+(?:\.\d+)?)[ ]?%")
_WHOLE: Final = 100
_TASK_DONE: Final = re.compile(r"完成[^，,。;:()]{2,40}任务(?=[ ]?(?:$|[，,。;)\n]))")
#: 滞后项目：, 已投入使用9项：: the judgement of the list behind the colon.
_HEADS: Final = tuple(
    (
        code,
        re.compile(
            rf"{either(words('status', key))}的?(?:项目|事项|任务|工作|指标|工程)?(?:共|有|为|是|分别)*(?:\d+[个项件"
            rf"家处])?(?:项目|事项|任务)?(?=:)"
        ),
    )
    for code, key in (
        ("behind_schedule", "heads_behind"),
        ("completed", "heads_done"),
        ("on_schedule", "heads_on_schedule"),
    )
)
#: 该工程已竣工: completion said of a named thing.
_WORKS_DONE: Final = re.compile(
    r"(?:现已|目前已|已经|均已|已|全部|全面)(?:全部|全面|顺利|正式|如期|提前|按期)*(?:完工|竣工|建成|投用|投入使用|投入运行|投产|投运|通车|通水|交付使用|交付|启用|开通)"
    r"(?:并(?:已|正式)?(?:投入使用|投入运行|投用|启用|交付|通过验收|开放))?(?=[，,。;!\n]|$)"
)

_AVERTED: Final = re.compile(r"(?:避免|防止|杜绝|以免|不得|严禁)[^，,。;]{0,8}$")
_NOT_DONE: Final = Pattern(
    rf"(?:没有|没能|未能|不能|无法|难以)(?:[按如]期|按时|及时|全部|全面|按要求|按计划)*(?:完成|达到|实现|兑现|达标|完工|竣工|建成|落实|整改到位|办结|销号|投用|投入使用|通水|交付|验收|启动|开工|见效|推进)"
    rf"(?:[^，,。;]{{0,12}}?(?:目标任务|任务目标|任务|目标|要求|进度))?"
    rf"|(?:未|尚未)(?:[按如]期|按时|按要求|按计划)(?:完成|达到|实现|兑现|达标|完工|竣工|建成|开工|启动|入库|供地|交付|投用|办结|销号)"
    rf"|(?:未能?|没能|没有)(?:守住|控制在)"
    rf"|应(?:完成|开工|建成|竣工|办结)(?:而)?未(?:完成|开工|建成|竣工|办结)"
    rf"|(?:{either(words('status', 'put_off'))})(?=[，,。;)、\n \d]|$|的)"
)
_ALL_DONE: Final = Pattern(
    rf"(?:已|均|都|已经)*(?:全部|全面)(?:按期|按时|如期|提前)?(?:{either(words('status', 'doings'))})?(?:到位"
    rf"|销号|清零|办结|建成|完毕|完成|完工|竣工|投用|投入使用)"
    r"|(?P<early>(?:已|均|均已)?(?:提前|超额|如期|按期|按时)(?:约|近)?(?:[\d一二两三四五六七八九十半]{1,3}个?[天日周月](?:左右|多)?)?(?:全部|全面)?"
    r"(?:办结|完工|完成|交付|交工|建成|竣工|投用|销号|通车|通水|验收|达标)(?:任务|目标)?)"
    r"|任务已?超额(?:完成)?"
)
_JUDGED_NOUN: Final = rf"(?:的)?(?:年度|全年|目标|民生|重点)*{either(words('status', 'judged_nouns'))}"
_AND_COUNT: Final = r"的?(?:已?有|共有?|为|共计)?[ ]?\d+[ ]?[项个件]"
#: 提前完成任务指标有7项: the judgement of the count behind it.
_NOUN_BEHIND: Final = re.compile(_JUDGED_NOUN + _AND_COUNT)
#: 提前交付6件.
_COUNT_BEHIND: Final = re.compile(rf"(?:{_JUDGED_NOUN})?{_AND_COUNT}")
_DEGREES_ALONE: Final = either(words("status", "degrees"))
_BARE: Final = tuple(
    (
        code,
        re.compile(
            rf"[ \n]*(?P<word>(?:总体|整体|已|均|进度|进展|情况|{_DEGREES_ALONE})*(?:{either(words('status', key))})"
            rf"(?:{_DEGREES_ALONE}|进度|要求|状态|中|了)*)[ \n。]*"
        ),
    )
    for code, key in (
        ("completed", "bare_completed"),
        ("on_schedule", "bare_on_schedule"),
        ("basically_on_schedule", "bare_basically"),
        ("behind_schedule", "bare_behind"),
    )
)
_ATTRIBUTE: Final = re.compile(
    r"^(?:的(?!项目|事项|有|个|县|区|市|地区|乡镇|单位|部门|镇|街道))|^[\u4e00-\u9fa5]{0,4}的为"
)


def _statuses(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    place, verdict = 0, False
    while word := _WORD.search(text, place):
        found = _PHRASE.search(text, max(place, word.start() - _MOST_MORE), word.end() + _MOST_MORE)
        if found is None:
            return
        mark = _judged(text, marks, found)
        place = found.end() if mark else found.start() + 1
        if mark is None or (verdict and not _JUDGED.search(found.group())):
            continue
        verdict = verdict or _opens(text, marks, mark)
        yield mark


def _opens(text: str, marks: Marks, status: Mark) -> bool:
    """True for a verdict that the text begins with: what follows tells of it."""
    before = islice(enumerate(text), status.start)  # ends at the first word: a long text has many verdicts
    return text[status.end : status.end + 1] in _SIGNS and all(
        char in " \n,，。、()" or marks.at(place, "name", "key_mark") for place, char in before
    )


def _judged(text: str, marks: Marks, found: re.Match[str]) -> Mark | None:
    phrase, start, end = found.group("phrase"), found.start(), found.end()
    ahead = text[max(0, start - 6) : start].replace("已", "")
    behind = text[end : end + 6]
    plan = marks.at(start, "plan")
    if plan and plan.code == "future" and _CLASS_OF[phrase] not in ("behind_schedule", "unknown"):
        return None  # 预计10月底前全部完成
    if _CLASS_OF[phrase] in _OF_WORKS and _OF_PART.search(text[max(0, start - _REACH) : start]):
        return None  # 桩基基本完工: a part of the works
    if _CLASS_OF[phrase] != "behind_schedule" and _is_asked(text, marks, start):
        return None  # 要求11月底前全部开工
    if _CLASS_OF[phrase] == "behind_schedule":
        denied = ahead.endswith(("为", "不再", "避免", "防止"))
    else:
        denied = bool(_DENIED_CLOSE.search(ahead) or _DENIED.search(ahead[-4:]))
    rate = _RATE.match(text[end : end + 40])
    is_whole = bool(rate and float(rate.group("rate")) >= _WHOLE)
    if denied or marks.at(start, "grading") or (_ATTRIBUTE.match(behind) and not is_whole):
        return None
    judges_count = (phrase in _OF_COUNT and _FIGURE.match(behind)) or _NOUN_BEHIND.match(text, end)
    if phrase in _WEAK and not judges_count and not _END.match(behind) and not _is_of_thing(text, found):
        return None
    if phrase in _COUNTED and not (_END.match(behind) or _FIGURE.match(behind) or judges_count):
        return None
    if _CLASS_OF[phrase] == "completed" and rate and not is_whole:
        return None  # 完成年度任务的56%: a rate of the task, not its end
    return Mark(kind="status", start=start, end=end, rule="status.phrase", code=_CLASS_OF[phrase])


def _is_asked(text: str, marks: Marks, start: int) -> bool:
    """True for words of what is required: behind 要求 or 须, or directly behind the date by which it is due."""
    before = ahead(text, start)
    due = marks.of("deadline", start=start - len(before), end=start)
    return bool(_REQUIRED.search(before)) or bool(
        due and due[-1].end >= start - 1 and due[-1].code != "end" and "已" not in before
    )


def _is_of_thing(text: str, found: re.Match[str]) -> bool:
    """一是全面完成反馈问题整改: the judgement opens its clause, and the thing follows without a figure."""
    return bool(
        _WHOLLY.match(found.group())
        and _OPENING.search(text[max(0, found.start() - _REACH) : found.start()])
        and _THING.match(text, found.end())
    )


def _bare(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    """A cell that holds a judgement and nothing else: 滞后, 达标, 快于序时."""
    for code, pattern in _BARE:
        if found := pattern.fullmatch(text):
            start, end = found.span("word")
            yield Mark(kind="status", start=start, end=end, rule="status.bare", code=code)


def _heading(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for code, pattern in _HEADS:
        for found in pattern.finditer(text):
            yield Mark(kind="status", start=found.start(), end=found.end(), rule="status.heading", code=code)


def _works_done(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for found in _WORKS_DONE.finditer(text):
        start, end = clause_start(text, found.start()), found.end()
        plan = marks.at(found.start(), "plan")
        if (plan and plan.code == "future") or marks.of(*MEASURED, start=start, end=end):
            continue
        ahead = text[max(0, found.start() - _REACH) : found.start()]
        if _is_asked(text, marks, found.start()):
            continue
        if not _OF_PART.search(ahead) and not _DENIED_CLOSE.search(ahead):
            yield Mark(kind="status", start=found.start(), end=end, rule="status.works_done", code="completed")


def _denied(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    """没有完成“双过半”目标, 未能如期兑现, 推迟: what was due was not done."""
    for found in _NOT_DONE.finditer(text):
        plan = marks.at(found.start(), "plan")
        is_averted = _AVERTED.search(text[max(0, found.start() - _REACH) : found.start()])
        if not (plan and plan.code == "future") and not is_averted and not marks.at(found.start(), "grading"):
            yield Mark(
                kind="status", start=found.start(), end=found.end(), rule="status.denied", code="behind_schedule"
            )


def _all_done(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    """全部改建到位, 全部销号: all that was to be done is done."""
    for found in _ALL_DONE.finditer(text):
        ahead = text[max(0, found.start() - 6) : found.start()]
        plan = marks.at(found.start(), "plan")
        is_denied = (
            _DENIED_CLOSE.search(ahead) or (plan and plan.code == "future") or marks.at(found.start(), "grading")
        )
        is_said = _END.match(text[found.end() : found.end() + 6]) or _COUNT_BEHIND.match(text, found.end())
        if not is_denied and is_said and not _is_asked(text, marks, found.start()):
            yield Mark(kind="status", start=found.start(), end=found.end(), rule="status.all_done", code="completed")


def _tasks_done(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    """完成年度727个行政村治理任务: the task itself is told as done."""
    for found in _TASK_DONE.finditer(text):
        has_count = marks.of("quantity", start=found.start(), end=found.end())
        ahead = text[max(0, found.start() - 6) : found.start()]
        if has_count and not _DENIED_CLOSE.search(ahead) and not marks.at(found.start(), "plan"):
            yield Mark(kind="status", start=found.start(), end=found.end(), rule="status.task_done", code="completed")


RULES: Final = (
    Rule(
        id="status.phrase",
        version=3,
        order=80,
        description_zh="进度判断用语及其类别：按进度完成、进度滞后、达到序时进度",
        description_en="A judgement phrase and its class",
        find=_statuses,
    ),
    Rule(
        id="status.bare",
        version=2,
        order=85,
        description_zh="单元格里只有判断：滞后、达标、快于序时",
        description_en="A cell that holds a judgement and nothing else",
        find=_bare,
    ),
    Rule(
        id="status.heading",
        version=1,
        order=78,
        needs=":",
        description_zh="列表前的判断：滞后项目：、已投入使用9项：",
        description_en="A judgement that heads a list",
        find=_heading,
    ),
    Rule(
        id="status.works_done",
        version=2,
        order=84,
        description_zh="工程本身已完工、已投入使用（没有数量）",
        description_en="Completion said of a named thing, without a figure",
        find=_works_done,
    ),
    Rule(
        id="status.denied",
        version=2,
        order=83,
        description_zh="没有完成、未能如期、推迟：应做而未做到",
        description_en="What was due and not done",
        find=_denied,
    ),
    Rule(
        id="status.all_done",
        version=2,
        order=81,
        needs="全提超如按",
        description_zh="全部整改到位、全部销号：都做完了",
        description_en="All of it told as done",
        find=_all_done,
    ),
    Rule(
        id="status.task_done",
        version=1,
        order=81,
        needs="任",
        description_zh="完成若干数量的任务：完成年度727个行政村治理任务",
        description_en="A counted task that is told as done",
        find=_tasks_done,
    ),
)
