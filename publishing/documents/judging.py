"""What an item's progress reads like in an edition: the district's words, under the verdict that the edition prints.

A draft prints what the district wrote.  What is signed prints the bureau's verdict in front of the district's facts
and leaves the district's own verdict out; a table that the city issued carries the city's words and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from publishing.documents import phrasing
from publishing.documents.records import Item, Line

#: How a bureau writes its verdicts; behind_schedule depends on whether something was due.
WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "completed": "按进度完成",
        "completed_late": "逾期完成",
        "on_schedule": "按进度推进",
        "basically_on_schedule": "基本按进度推进",
        "behind_schedule": "进度滞后",
    }
)
UNDER_REVIEW, NOT_REPORTED = "数据待核", "未报送"
_HELD_BACK: Final[Mapping[str, str]] = MappingProxyType(
    {"under_review": f"{UNDER_REVIEW}，本期数字暂不列出。", "not_reported": f"{NOT_REPORTED}。"}
)
#: It was filed and stands, but says nothing of its progress.
_WITHOUT_WORDS: Final = "本期无文字说明。"
_DUE_AND_BEHIND: Final = "未按进度完成"
_WORST_FIRST: Final = ("behind_schedule", "basically_on_schedule", "on_schedule", "completed_late", "completed")
_SUB_ITEM: Final = re.compile(r"(?:^|(?<=\n))[ \t\u3000]*[（(](\d{1,2})[)）]")
_MARK: Final = re.compile(r"\s*【[^】]{1,10}】")


def progress(item: Item, *, is_determined_only: bool) -> str:
    """The cell of an item's progress; without a text it says why there is none, with the verdict on it."""
    if item.progress is None or not item.progress.strip():
        return _without_text(item)
    if not is_determined_only or all(_speaks_for_city(line, item.progress) for line in item.lines):
        return item.progress
    parts = list(_parts(item.progress))
    whole, missing = _unnamed(item.lines, {sub for sub, _ in parts})
    return "\n".join([*whole, *(_judged(sub, text, item.lines) for sub, text in parts), *missing])


def verdict(lines: Iterable[Line]) -> str | None:
    """The bureau's verdict on requirements that share a text, in its words: that of the worst; None without one.

    A good word stands for all of them, so it waits until each that is due has one.
    """
    lines = tuple(lines)
    determined = [line for line in lines if line.determined is not None]
    status = next((s for s in _WORST_FIRST if any(line.determined == s for line in determined)), None)
    if status != "behind_schedule" and any(line.is_due and line.determined is None for line in lines):
        return None
    if status == "behind_schedule" and any(line.is_due for line in determined if line.determined == status):
        return _DUE_AND_BEHIND
    return WORDS[status] if status else None


def _speaks_for_city(line: Line, text: str) -> bool:
    """Whether the city wrote the text and nobody has since determined otherwise."""
    return line.is_issued and (line.determined is None or (line.phrase or "") in text)


def _without_text(item: Item) -> str:
    said, whose = _HELD_BACK.get(item.publication), "最近一次认定"
    if said is None:
        said, whose = _WITHOUT_WORDS, "市局认定"
    determined = verdict(item.lines)
    return f"{said}\n{whose}：{determined}。" if determined else said


def _parts(text: str) -> Iterator[tuple[str | None, str]]:
    """The text in its sub-items, each with its number as the facts write it: (1); None for what has none."""
    marks = list(_SUB_ITEM.finditer(text))
    if not marks or text[: marks[0].start()].strip():
        yield None, text
        return
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        yield f"({mark[1]})", text[mark.start() : following.start() if following else None].rstrip("\n")


def _unnamed(lines: Iterable[Line], named: set[str | None]) -> tuple[list[str], list[str]]:
    """The verdicts that no part of a numbered text takes up: on the whole, and on sub-items that it leaves out."""
    left = [line for line in lines if None not in named and line.sub_item not in named]
    groups: dict[str, list[Line]] = {}
    for line in left:
        groups.setdefault(phrasing.sub_item(line), []).append(line)
    said = {number: f"{number}{words}。" for number, group in groups.items() if (words := verdict(group))}
    whole = said.pop("", None)
    return [whole] if whole else [], list(said.values())


def _judged(sub: str | None, text: str, lines: Sequence[Line]) -> str:
    concerned = [line for line in lines if sub is None or line.sub_item == sub]
    number = _SUB_ITEM.match(text) if sub else None
    begin = number.end() if number else 0
    mark = _MARK.match(text, begin)
    begin = mark.end() if mark else begin
    facts = text[begin:].lstrip()
    # a district that numbers otherwise than its requirements does not get its own verdict through
    own = {line.reported_phrase for line in lines} | {line.item_phrase for line in lines}
    for phrase in sorted((p for p in own if p), key=len, reverse=True):
        if facts.startswith(phrase):
            facts = facts[len(phrase) :].lstrip("。；;，, \n")
            break
    said = verdict(concerned)
    return text[:begin] + (f"{said}。" if said else "") + facts
