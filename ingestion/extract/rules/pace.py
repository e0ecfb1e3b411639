"""The pace of a task, in whatever words: beside its schedule, its plan or its goal, or by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ingestion.extract.lexicon import either, words
from ingestion.extract.marks import Mark, Marks
from ingestion.extract.numerals import is_low_better
from ingestion.extract.patterns import Pattern
from ingestion.extract.registry import Calendar, Rule

_DENIED_CLOSE: Final = re.compile(rf"{either(words('status', 'negations'))}$")
_REACH: Final = 14
_AVERTED: Final = re.compile(r"(?:避免|防止|杜绝|以免|不得|严禁)[^，,。;]{0,8}$")
_NAMED: Final = 24
#: 达到目标的… names the thing; 超计划3户 and 超目标任务5% do not.
_TASK_NAMED: Final = re.compile(r"[\u4e00-\u9fa5]{0,2}(?:为|是|:|的(?:项目|企业|点位)|投资|总|任务为|数)")
_SCHEDULE: Final = (
    rf"(?:年度|全年|既定|规定|总体|当前|目标|任务|工作|建设)*(?:{either(words('status', 'schedules'))})(?:要求|安排)?"
)
_WITH_FIGURE: Final = r"(?:\d[\d.,]*[^\d，,。;的]{1,6}的)?"
_DEGREES: Final = rf"{either(words('status', 'degrees'))}*"
_PACES: Final = (
    *(
        (
            code,
            Pattern(
                rf"{_DEGREES}(?:{either(words('status', key))}|{either(words('status', stems))}[于过])"
                rf"{_WITH_FIGURE}{_SCHEDULE}"
            ),
        )
        for code, key, stems in (
            ("behind_schedule", "slower", "slow_stems"),
            ("on_schedule", "as_fast", "fast_stems"),
        )
    ),
    # 与时间进度同步
    ("on_schedule", Pattern(rf"[与同和]{_SCHEDULE}(?:要求)?(?:保持)?(?:同步|一致|持平|相符|吻合|相当)")),
    *(
        (code, Pattern(rf"[比较](?:{_SCHEDULE}|进度)(?:{either(words('status', key))})"))
        for code, key in (("behind_schedule", "slower_words"), ("on_schedule", "faster_words"))
    ),
)
#: 推进相对偏缓, 建设进度总体较快: the pace by itself, where the clause ends or a place or a count follows.
_TEMPOS: Final = tuple(
    (
        code,
        Pattern(
            rf"{either(words('status', 'of_pace'))}{{1,2}}(?:情况|速度)?{_DEGREES}{either(words('status', key))}"
            rf"(?=$|[，,。;:()、!\n]|的|[ ]?\d)"
        ),
    )
    for code, key in (("behind_schedule", "slow_tempo"), ("on_schedule", "fast_tempo"))
)
#: Goals: a measure that should be low is good below them.
_GOAL: Final = re.compile(r"(?:目标值?|预期(?:目标)?|考核要求|任务|承诺)$")
#: 按照计划加快推进, 未按节点实施: the pace by its plan.
_BY_PLAN: Final = Pattern(
    r"(?P<denied>未能?|没有|没能)?(?P<basic>基本)?按(?:照)?(?:既定|年度|时序|序时|原定|工作|目标|建设|施工|时间|规定)*(?:计划|进度|节点|要求|时序|序时|方案)(?:进度|要求|安排)?"
    r"(?:正在|正|加快|有序|稳步|抓紧|扎实|顺利|正常|全力|持续|同步)*(?:推进|实施|进行|开展|建设|完成(?:了)?(?:节点|阶段性?|时序|序时|既定)+(?:目标|任务))"
)
#: 距目标还差2个百分点, 超任务42个.
_FROM_GOAL: Final = (
    (
        "behind_schedule",
        re.compile(
            r"(?:(?:距离?|离)[^，,。;\d]{0,14}?|(?:距离?|离|与|较)[^，,。;]{0,18}?)(?:目标|任务|计划|要求|进度)(?:值|数)?"
            r"(?:(?:还|尚|仍|依然)?有差距|(?:还|尚|仍|依然)?(?:相差|差|欠|缺|少)(?!额))"
        ),
    ),
    ("completed", re.compile(r"超额?(?:出|过)?(?:年度|全年|既定|计划)*任务(?=约|近)?(?=[\d ])")),
)
_UNDONE_THERE: Final = re.compile(
    r"(?:未|尚未|没有|未能)(?:按期|按时|全部|如期)*(?:完成|达到|实现)[^，,。;:\d的]{0,14}"
    r"(?=的(?:县|区|市|地区|乡镇|镇|街道|单位|部门)[^，,。;\d]{0,8}?(?:有|为|是|:))"
)


def _paces(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    """高于时间进度, 慢于计划进度: a comparison with the schedule, whatever it is called."""
    for code, pattern in _PACES:
        for found in pattern.finditer(text):
            plan = marks.at(found.start(), "plan")
            if (plan and plan.code == "future") or _DENIED_CLOSE.search(
                text[max(0, found.start() - 2) : found.start()]
            ):
                continue
            if marks.at(found.start(), "grading") or _TASK_NAMED.match(text, found.end()):
                continue
            yield Mark(
                kind="status",
                start=found.start(),
                end=found.end(),
                rule="status.pace",
                code=_of_goal(text, found, code),
            )


def _tempos(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    """推进相对偏缓: the pace by itself, whatever its degree is called."""
    for code, pattern in _TEMPOS:
        for found in pattern.finditer(text):
            start = found.start()
            if marks.at(start, "grading") or _AVERTED.search(text[max(0, start - _REACH) : start]):
                continue
            plan = marks.at(start, "plan")
            is_denied = _DENIED_CLOSE.search(text[max(0, start - 2) : start])
            if not is_denied and (code == "behind_schedule" or not (plan and plan.code == "future")):
                yield Mark(kind="status", start=start, end=found.end(), rule="status.tempo", code=code)


def _undone_there(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    """未完成供水任务的县区为甲县: what places have not done."""
    for found in _UNDONE_THERE.finditer(text):
        if not marks.at(found.start(), "grading"):
            yield Mark(
                kind="status", start=found.start(), end=found.end(), rule="status.undone_there", code="behind_schedule"
            )


def _by_plan(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for found in _BY_PLAN.finditer(text):
        plan = marks.at(found.start(), "plan")
        if (plan and plan.code == "future") or marks.at(found.start(), "grading"):
            continue
        denied = found.group("denied") or _DENIED_CLOSE.search(text[max(0, found.start() - 2) : found.start()])
        code = "behind_schedule" if denied else "basically_on_schedule" if found.group("basic") else "on_schedule"
        if not denied or found.group("denied"):
            yield Mark(kind="status", start=found.start(), end=found.end(), rule="status.by_plan", code=code)
    for code, pattern in _FROM_GOAL:
        for found in pattern.finditer(text):
            yield Mark(kind="status", start=found.start(), end=found.end(), rule="status.by_plan", code=code)


def _of_goal(text: str, found: re.Match[str], code: str) -> str:
    """低于目标 is behind, but good for a concentration; beyond a goal is more than on schedule."""
    if not _GOAL.search(found.group()):
        return code
    is_low = is_low_better(text[max(0, found.start() - _NAMED) : found.start()])
    if found.group().startswith(("低于", "略低于")) and is_low:
        return "on_schedule"
    if found.group().startswith(("高于", "超")) and is_low:
        return "behind_schedule"
    return "completed" if code == "on_schedule" else code


RULES: Final = (
    Rule(
        id="status.pace",
        version=2,
        order=81,
        description_zh="与进度要求的比较：超过时间进度、慢于计划进度",
        description_en="A comparison with the schedule, in whatever words",
        find=_paces,
    ),
    Rule(
        id="status.tempo",
        version=1,
        order=82,
        description_zh="快慢本身的判断：推进相对偏缓、建设进度总体较快",
        description_en="A pace told by itself, of whatever degree",
        find=_tempos,
    ),
    Rule(
        id="status.undone_there",
        version=1,
        order=79,
        needs="未没",
        description_zh="点名未完成任务的地方：未完成供水任务的县区为甲县",
        description_en="Places named for what they have not done",
        find=_undone_there,
    ),
    Rule(
        id="status.by_plan",
        version=2,
        order=81,
        description_zh="按计划推进的各种说法：按照计划加快推进、未按节点实施、距目标还差",
        description_en="The pace by its plan, in whatever words, and a distance from a goal",
        find=_by_plan,
    ),
)
