"""What a sentence without a figure asks: milestones with their stage, and pointers such as 12月10日前完成."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final, Literal

from ingestion.extract.ask import Ask
from ingestion.extract.contexts import clause_start
from ingestion.extract.facts import quote_span
from ingestion.extract.lexicon import either, load
from ingestion.extract.marks import Mark
from ingestion.extract.naming import clean
from ingestion.extract.reading import Reading
from ingestion.records import TextPart

_POINTER: Final = re.compile(
    r"^(?:按[时期]|全面|全部|基本|按要求|分别|要|应|需|须|必须|要求)*"
    r"(?:完成|开展|落实|落实到位|推进|实施|持续推进|长期坚持|完成工作|完成(?:全部|全年|年度|上述|各项|本年度|相关|工作|目标|考核)*(?:任务|目标|工作)(?:要求)?)*$"
)
_SOFT_POINTER: Final = re.compile(
    r"^(?:力争|确保|要|需|须|应)?(?:全面|全部|基本|并|均|按期|按时)*(?:完成)?(?:全部|年度)?"
    r"(?:整治|改造|建设|整改|治理|淘汰|验收|拆除|关停|清理|搬迁|安装|铺设|敷设|更换|清零|取缔|退出|提升|创建|销号|修复|竣工|完工|建成|投用|投入使用|落实|清淤)+"
    r"(?:任务|工作)?(?:到位|完成|完毕|结束|完工|建成|工作|任务)?$"
)
_LIST_OF_MILESTONES: Final = re.compile(r"、(?=[^、]{2,30}(?:完成|关闭|退出|建成|投产|开工|竣工))")
_MILESTONE_VERB: Final = re.compile(r"完成|关闭|退出|建成|投产|开工|竣工")
_LONGEST_NAME: Final = 60


_ASKED: Final = [(s["code"], re.compile(either(s["phrases"]))) for s in load("stages")["asked"]]
_ORDER: Final = {"completed": 1, "started": 2, "main_works": 3, "trial_operation": 4, "accepted": 5}


def milestones(
    reading: Reading, part: TextPart, start: int, end: int, deadlines: list[Mark], carried: Mark | None
) -> list[Ask]:
    """The milestones of a sentence, due by its own date, else by the one carried from before it."""
    due = deadlines[0] if deadlines else carried
    name = _bare(reading, start, end)
    letters = re.sub(r"[^\u4e00-\u9fa5]", "", re.sub(r"\([^()]*\)", "", _folded_bare(reading, start, end)))
    pointer: Literal["hard", "soft"] | None = None
    if _POINTER.match(letters):
        pointer = "hard"
    elif _SOFT_POINTER.match(letters):
        pointer = "soft"
    if not letters and not deadlines:
        return []
    pieces = _pieces(reading, start, end)
    stage_names = [(_bare(reading, a, b) if len(pieces) > 1 else name, a, b) for a, b in pieces]
    return [
        Ask(
            part=part,
            reading=reading,
            span=quote_span(reading, start, end) if len(pieces) == 1 else _trim(reading, a, b),
            rule=_milestone_rule(reading, start, end, due),
            label=label[:_LONGEST_NAME],
            deadline=due.day if due else None,
            deadline_kind=(due.code or due.rule) if due else None,
            stage=asked_stage(reading.text[a:b]),
            pointer=pointer,
            is_worst_class=bool(reading.marks.of("water_class", start=a, end=b)),
            sub_item=part.sub_item,
        )
        for label, a, b in stage_names
    ]


def _milestone_rule(reading: Reading, start: int, end: int, due: Mark | None) -> str:
    if due is not None:
        return due.rule
    found = reading.marks.of("stage", "status", "obligation", start=start, end=end)
    return found[0].rule if found else "wording.obligation"


def _pieces(reading: Reading, start: int, end: int) -> list[tuple[int, int]]:
    """推动A完成改造、B完成关闭 asks two things."""
    cuts = [m.start() for m in _LIST_OF_MILESTONES.finditer(reading.text, start, end)]
    if not cuts:
        return [(start, end)]
    edges = [clause_start(reading.text, cuts[0]), *(c + 1 for c in cuts), end]
    pieces = [(a, b - 1 if b != end else b) for a, b in pairwise(edges)]
    if all(_MILESTONE_VERB.search(reading.text, a, b) for a, b in pieces):
        return pieces
    return [(start, end)]


def _trim(reading: Reading, start: int, end: int) -> tuple[int, int]:
    while start < end and reading.text[start] in " ，,、。;\n":
        start += 1
    while end > start and reading.text[end - 1] in " 、\n":
        end -= 1
    return start, end


def _folded_bare(reading: Reading, start: int, end: int) -> str:
    hidden = [
        m
        for m in reading.marks
        if m.kind in ("deadline", "score", "key_mark", "as_of") or (m.kind == "date") or m.code == "list_number"
    ]
    return "".join(
        c for i, c in enumerate(reading.text[start:end], start) if not any(m.start <= i < m.end for m in hidden)
    )


def _bare(reading: Reading, start: int, end: int) -> str:
    """The sentence without its dates, number and points, as the milestone's name."""
    hidden = [
        m
        for m in reading.marks
        if m.kind in ("deadline", "score", "key_mark")
        or (m.kind == "date" and m.code in ("day", "month_end", "whole_year"))
        or m.code == "list_number"
    ]
    kept = [reading.folded.original[i] for i in range(start, end) if not any(m.start <= i < m.end for m in hidden)]
    return clean("".join(kept)).strip("。；;，, ")


def asked_stage(text: str) -> str | None:
    """The furthest stage that a milestone asks for; `completed` where it only asks for the thing itself."""
    found = [code for code, pattern in _ASKED if pattern.search(text)]
    return max(found, key=_ORDER.__getitem__) if found else None
