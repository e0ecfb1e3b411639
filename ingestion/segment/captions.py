"""What stands right above a table: its caption, its unit, the place that it answers for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ingestion.records import Paragraph, TextPart
from ingestion.segment.folding import fold, squeeze
from ingestion.segment.layout import LONGEST_LINE, unit_of
from ingestion.segment.place import leading_place, place_label

_NUMBERED: Final = re.compile(r"(?:附|续)?表\s*[\d一二三四五六七八九十]+(?![一-龥]*[。;])|续表")
_ENDS: Final = re.compile(r".*(?:表|清单|台账|名单|明细|汇总|一览|统计|情况|进展|进度|排名)(?:\(.{1,20}\))*")
_SHORTEST_THING: Final = 2
_BEFORE_THING: Final = re.compile(
    r"(?:(?:附|续)?表\s*[\d一二三四五六七八九十]*[:.、\s]*|(?:19|20)\d\d年度?|\d{1,2}(?:-\d{1,2})?月份?|前?[一二三四1-4]个?季度|"
    r"上半年|全[省市县区]|各[县市区镇乡州()、]+|的|\s)*"
)
_BEHIND_THING: Final = re.compile(
    r"[月季周]?(?:任务|工作|目标|项目)*(?:进展|完成|考核|考评|评比|督查|督导|调度|推进|实施|落实|进度|统计|整治进展)*(?:情况|状况|结果)?(?:统计|汇总|一览|明细|排名|考核|考评|督查|督导|调度|进度|通报)*"
    r"(?:表|清单|台账|名单|排名)?(?:\([^()]*\))*$"
)
_ONLY_TASKS: Final = re.compile(
    r"(?:年度|重点|主要|目标|任务|工作|考核|项目|攻坚战?|民生|实事|指标|整治|完成|进展|总体)+"
)
_BRACKETS: Final = re.compile(r"\([^()]{1,30}\)|\[[^\[\]]{1,30}\]")


def split_caption(above: Sequence[Paragraph]) -> tuple[list[Paragraph], Paragraph | None]:
    """The prose above a table, and its caption; a line in brackets or of a unit between them belongs to neither."""
    end = len(above)
    while end and (unit_of(above[end - 1].text) or _BRACKETS.fullmatch(squeeze(above[end - 1].text))):
        end -= 1
    near = above[end - 1] if end else None
    if near is not None and is_caption(near.text):
        return list(above[: end - 1]), near
    return (list(above[:end]) if end < len(above) and near is None else list(above)), None


def is_caption(text: str) -> bool:
    """True for a line that names a table: 表1 …, … 情况表; a sentence never does."""
    line = squeeze(text)
    if len(line) > LONGEST_LINE or re.search(r"[。;!:]", line.rstrip(":")):
        return False
    return bool(_NUMBERED.match(line) or (_ENDS.fullmatch(line) and "," not in line))


def caption_part(caption: Paragraph | None, above: Sequence[Paragraph], title: TextPart | None) -> TextPart | None:
    """What names a table as a task part: its caption, else the line right above it, else the document's title."""
    near = caption or (above[-1] if above else None)
    if near and len(near.text) <= LONGEST_LINE and "。" not in near.text and not unit_of(near.text):
        return _thing(TextPart("task", near.text, near.char_start, near.locator()))
    return _thing(TextPart("task", title.text, title.char_start, title.locator)) if title else None


def _thing(caption: TextPart) -> TextPart:
    """What a caption names (2023年9月江门市工业炉窑整治进度表: 工业炉窑整治); all of it where nothing is left."""
    folded = fold(caption.text)
    place = leading_place(caption.text)
    begin = caption.text.index(place) + len(place) if place else 0
    lead = _BEFORE_THING.match(folded, begin)
    begin = lead.end() if lead else begin
    place = leading_place(caption.text[begin:]) if begin else None
    begin += len(place) if place and caption.text.startswith(place, begin) else 0
    end = _BEHIND_THING.search(folded, begin)
    text = caption.text[begin : end.start() if end else None].strip()
    if len(text) < _SHORTEST_THING or _ONLY_TASKS.fullmatch(fold(text)):
        return caption
    return replace(caption, text=text, char_start=caption.char_start + caption.text.index(text, begin))


def table_region(caption: Paragraph | None, path: Sequence[str], context: str | None, whole: str | None) -> str | None:
    """The place that a table answers for: its caption's, else that of the innermost heading which is a place's name."""
    named = leading_place(caption.text) if caption else None
    if named and squeeze(named) != squeeze(whole or ""):
        return named
    return next((place for heading in reversed(path) if (place := place_label(heading, context))), None)
