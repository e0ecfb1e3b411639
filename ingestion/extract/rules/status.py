"""Judgements in words: 按进度完成, 进度滞后, 达到序时进度; phrase and class are both kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ingestion.extract.lexicon import either, load, words
from ingestion.extract.marks import Mark, Marks
from ingestion.extract.registry import Calendar, Rule

CLASSES: Final = ("completed", "on_schedule", "basically_on_schedule", "behind_schedule", "unknown")
_CLASS_OF: Final = {phrase: code for code in CLASSES for phrase in load("status")[code]}
_WEAK: Final = frozenset(words("status", "weak"))
_COUNTED: Final = frozenset(words("status", "counted"))
_MORE: Final = either(words("status", "intensifiers"))
_PHRASE: Final = re.compile(rf"(?P<more>{_MORE}{{0,3}}?)(?P<phrase>{either(_CLASS_OF)})")
_DENIED: Final = re.compile(rf"{either(words('status', 'negations'))}[\u4e00-\u9fa5]{{0,2}}$")
_DENIED_CLOSE: Final = re.compile(rf"{either(words('status', 'negations'))}$")
_END: Final = re.compile(r"^(?:中|了|状态|阶段)?(?:[ ]*$|[，,。;:()、!\n])")
_JUDGED: Final = re.compile(either(words("status", "judged")))
_FIGURE: Final = re.compile(r"^[ ]?\d")
_RATE: Final = re.compile(r"^[^，,。;]{0,24}?的?(?P<rate>\d+(?:\.\d+)?)[ ]?%")
_WHOLE: Final = 100
_TASK_DONE: Final = re.compile(r"完成[^，,。;:()]{2,40}任务(?=[ ]?(?:$|[，,。;)\n]))")
_ATTRIBUTE: Final = re.compile(r"^(?:的(?!项目|事项|有|个))|^[\u4e00-\u9fa5]{0,4}的为")


def _statuses(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    place, verdict = 0, False
    while found := _PHRASE.search(text, place):
        mark = _judged(text, marks, found)
        place = found.end() if mark else found.start() + 1
        if mark is None or (verdict and not _JUDGED.search(found.group())):
            continue
        verdict = verdict or _opens(text, marks, mark)
        yield mark


def _opens(text: str, marks: Marks, status: Mark) -> bool:
    """True for a verdict that the text begins with: what follows tells of it."""
    named = [(m.start, m.end) for m in marks.of("name", "key_mark", end=status.start)]
    before = [c for i, c in enumerate(text[: status.start]) if not any(a <= i < b for a, b in named)]
    return not "".join(before).strip(" \n,，。、()")


def _judged(text: str, marks: Marks, found: re.Match[str]) -> Mark | None:
    phrase, start, end = found.group("phrase"), found.start(), found.end()
    ahead = text[max(0, start - 6) : start].replace("已", "")
    behind = text[end : end + 6]
    if _CLASS_OF[phrase] == "behind_schedule":
        denied = ahead.endswith(("为", "不再", "避免", "防止"))
    else:
        denied = bool(_DENIED_CLOSE.search(ahead) or _DENIED.search(ahead[-4:]))
    rate = _RATE.match(text[end : end + 40])
    is_whole = bool(rate and float(rate.group("rate")) >= _WHOLE)
    if denied or marks.at(start, "grading") or (_ATTRIBUTE.match(behind) and not is_whole):
        return None
    if phrase in _WEAK and not _END.match(behind):
        return None
    if phrase in _COUNTED and not (_END.match(behind) or _FIGURE.match(behind)):
        return None
    if _CLASS_OF[phrase] == "completed" and rate and not is_whole:
        return None  # 完成年度任务的56%: a rate of the task, not its end
    return Mark(kind="status", start=start, end=end, rule="status.phrase", code=_CLASS_OF[phrase])


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
        version=1,
        order=80,
        description_zh="进度判断用语及其类别：按进度完成、进度滞后、达到序时进度",
        description_en="A judgement phrase and its class",
        find=_statuses,
    ),
    Rule(
        id="status.task_done",
        version=1,
        order=81,
        description_zh="完成若干数量的任务：完成年度727个行政村治理任务",
        description_en="A counted task that is told as done",
        find=_tasks_done,
    ),
)
