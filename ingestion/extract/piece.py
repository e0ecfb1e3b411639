"""One part of a task item with its reading, and what its facts have in common: item, place, period."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from ingestion.extract.contexts import sentence_at
from ingestion.extract.facts import FactMaker
from ingestion.extract.folding import fold
from ingestion.extract.marks import Mark
from ingestion.extract.places import place_at_start
from ingestion.extract.reading import Reading
from ingestion.records import Fact, FactKind, TaskItem, TextPart

_NAMED_WITHIN: Final = 24
#: A period that stands before the name of a place: 第二季度甲区…
_PERIOD: Final = re.compile(
    r"^(?:(?:19|20)\d{2}年度?|上半年|下半年|前?第?[一二三四1-4]个?季度|\d{1,2}(?:[-至到]\d{1,2})?月份?|全年|截至\d{1,2}月底)+"
)


@dataclass(slots=True)
class Piece:
    """One part of an item with its reading."""

    item: TaskItem
    part: TextPart
    reading: Reading
    kind: FactKind
    heading: str = ""  # the innermost heading above a statement


def task_name(item: TaskItem) -> str | None:
    """The item's task as one line."""
    text = item.text("task")
    return re.sub(r"\s*\n\s*", " ", text).strip() if text else None


def make_fact(maker: FactMaker, piece: Piece, rule: str, span: tuple[int, int], **values: Any) -> Fact:
    """A fact of a piece; its region is the one given, else the place that its heading names, else the item's."""
    if "region" not in values and (place := _heading_place(piece)):
        values["region"] = place
    return maker.make(
        piece.kind,
        rule,
        piece.item,
        piece.part,
        span,
        task=task_name(piece.item),
        content=piece.item.text("content"),
        **values,
    )


def when_told(reading: Reading, mark: Mark) -> dict[str, Any]:
    """The day and period that the sentence names before a mark; empty where it names none."""
    start, _ = sentence_at(reading.text, mark.start)
    spoken = reading.marks.of("as_of", start=start, end=mark.start)
    return {"day": spoken[-1].day, "since": spoken[-1].since} if spoken and spoken[-1].day else {}


def where_told(reading: Reading, place: int, kind: FactKind) -> dict[str, Any]:
    """The region of words without a figure, where their sentence starts with a place."""
    start, _ = sentence_at(reading.text, place)
    name = place_at_start(after_number(reading.text, start)) if kind == "indicator" else None
    return {"region": name} if name else {}


def _heading_place(piece: Piece) -> str | None:
    """The place that the innermost heading of a statement starts with (石花镇锐丰机械)."""
    if piece.kind != "indicator" or not piece.heading:
        return None
    return place_at_start(after_number(fold(piece.heading), 0))


def after_number(text: str, place: int) -> str:
    """The first letters of a folded text at a place, behind a list number."""
    ahead = re.sub(r"^[ ]*(?:\(?[\d一二三四五六七八九十]+[)、.])?[ ]*", "", text[place : place + _NAMED_WITHIN])
    return _PERIOD.sub("", ahead)
