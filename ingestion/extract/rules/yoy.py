"""Changes and comparisons: 同比下降2.8%, 上升3.4个百分点, 高于全省4.4个百分点, 上年同期61.5%, 由5.1%降至0.074%."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ingestion.extract.lexicon import either, words
from ingestion.extract.marks import Mark, Marks
from ingestion.extract.registry import Calendar, Rule

_UP, _DOWN = either(words("change", "up")), either(words("change", "down"))
_WEAK_EDGE: Final = r"(?<![新净下上])"
_FILL: Final = r"(?:了|约|近|超过|超|逾|达到?|幅度?达?|率|:|-)?[ ]{0,2}"
_DIRECTION: Final = re.compile(rf"(?:{_WEAK_EDGE}(?P<up>{_UP})|(?P<down>{_DOWN})){_FILL}$")
_YOY: Final = re.compile(either(words("change", "yoy")))
_OTHER_BASE: Final = re.compile(
    r"(?:比|较|与)(?:“[^”]{1,8}”末?|(?:19|20)\d{2}年(?:同期|末|底)?"
    r"|[^，,。;]{0,8}(?:末|年初|基准年|前三年|上半年|季度|上月|上周|月份?|年底))|两年平均|年均|环比"
)
_GAP: Final = re.compile(rf"{either(words('change', 'gap'))}[^，,。;\d]{{0,14}}$")
_PREVIOUS: Final = re.compile(rf"(?:{either(words('change', 'previous'))}(?:同期)?(?:为|是)?[ ]?|(?:原来的?|原))$")
_FROM: Final = re.compile(r"(?:由|从)[^，,。;]{0,14}$")
_TO: Final = re.compile(
    r"^(?:\([^)]{0,12}\))?[ ]?(?:以上|左右)?"
    r"(?:提高|增加|上升|下降|降低|减少|提升|扩大|缩短|压缩|缩减|降|升|增长|调整|扩展|变)(?:低|高)?(?:到|至|为)"
)
_JOINT: Final = re.compile(r"^[ ]?(?:[、和及与]|以及|\()[ ]?$")
_WORDS_OF_COUNT: Final = frozenset(
    {"增加", "提高", "扩大", "提升", "增", "升", "减", "降", "多增", "改善", "上涨", "回升"}
)
_BETTER: Final = "改善"
_REACH: Final = 44


def _clause_before(text: str, place: int) -> str:
    """The text before a place back to the last comma or full stop, at most a window long."""
    window = text[max(0, place - _REACH) : place]
    return re.split(r"[，,。;!?\n]", window)[-1]


def _changes(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    last: Mark | None = None
    for figure in marks.of("percent", "points", "quantity"):
        if last and _JOINT.match(text[last.end : figure.start]):
            last = _like(last, figure)
            yield last
            continue
        last = None if marks.at(figure.start, "gap", "previous") else _change(text, figure)
        if last:
            yield last


def _change(text: str, figure: Mark) -> Mark | None:
    clause = _clause_before(text, figure.start)
    found = _DIRECTION.search(clause)
    if not found or (not clause[: found.start()].strip() and found.group() in ("提", "降")):
        return None
    word = found.group("up") or found.group("down")
    is_yoy = bool(_YOY.search(clause))
    if figure.kind == "quantity" and not is_yoy and word in _WORDS_OF_COUNT:
        return None
    other = _OTHER_BASE.search(clause)
    sign = "down" if found.group("down") else "up"
    if word == _BETTER:
        sign = "better"  # down for what should be low: the figure's name decides
    base = None if is_yoy or not other else other.group()
    return Mark(kind="change", start=figure.start, end=figure.end, rule="yoy.change", code=sign, unit=base)


def _like(change: Mark, figure: Mark) -> Mark:
    return Mark(
        kind="change", start=figure.start, end=figure.end, rule="yoy.change", code=change.code, unit=change.unit
    )


def _gaps(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for figure in marks.of("points"):
        clause = _clause_before(text, figure.start)
        if _GAP.search(clause) and not _YOY.search(clause):
            yield Mark(kind="gap", start=figure.start, end=figure.end, rule="yoy.gap")


def _previous(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for figure in marks.of("percent", "quantity", "index"):
        clause = _clause_before(text, figure.start)
        is_from = _FROM.search(clause) and _TO.match(text[figure.end : figure.end + 18])
        if is_from or _PREVIOUS.search(clause):
            yield Mark(kind="previous", start=figure.start, end=figure.end, rule="yoy.previous")


RULES: Final = (
    Rule(
        id="yoy.previous",
        version=1,
        order=62,
        description_zh="上年同期值、变化前的值：上年同期61.5%、由5.1%降至0.074%",
        description_en="The value before: a year ago, or that from which a change went",
        find=_previous,
    ),
    Rule(
        id="yoy.gap",
        version=1,
        order=63,
        description_zh="与平均水平、序时进度的差距：高于全省4.4个百分点",
        description_en="A distance from something other than the past",
        find=_gaps,
    ),
    Rule(
        id="yoy.change",
        version=1,
        order=64,
        description_zh="同比变化及方向：同比下降2.8%、上升3.4个百分点",
        description_en="A change with its direction, year on year unless another base is named",
        find=_changes,
    ),
)
